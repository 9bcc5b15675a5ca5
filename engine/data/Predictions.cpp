// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/Predictions.h"

#include "data/Binary.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>

namespace millrace
{
namespace
{

/// Writes at the end of a buffer that is long enough.
class Pieces
{
public:
    explicit Pieces(std::span<char> buffer) : m_begin(buffer.data()), m_end(m_begin), m_limit(m_begin + buffer.size())
    {
    }
    void add(std::string_view piece)
    {
        std::memcpy(m_end, piece.data(), piece.size());
        m_end += piece.size();
    }
    template <class Number>
    void addNumber(Number number)
    {
        m_end = std::to_chars(m_end, m_limit, number).ptr;
    }
    [[nodiscard]] std::string_view text() const { return {m_begin, m_end}; }

private:
    char *m_begin, *m_end, *m_limit;
};

BinaryOutput binary(std::span<const float> outputs)
{
    return {outputs.front()};
}

std::string_view binaryText(BinaryOutput output, PredictionFormat format)
{
    static thread_local std::array<char, 80> buffer;
    Pieces pieces(buffer);
    const bool json = format == PredictionFormat::Json;
    pieces.add(json ? R"({"probability":)" : "");
    pieces.addNumber(output.probability());
    pieces.add(json ? R"(,"class":)" : ",");
    pieces.addNumber(output.predicted());
    pieces.add(json ? "}" : "");
    return pieces.text();
}

} // namespace

std::string_view predictionText(const Task& task, std::span<const float> outputs, PredictionFormat format)
{
    switch (task.kind) {
    case TaskKind::Binary:
        return binaryText(binary(outputs), format);
    }
    return {};
}

const std::vector<PredictionValue>& predictionValues(const Task& task)
{
    static const std::vector<PredictionValue> ofBinary = {{"probability", false}, {"class", true}}, none;
    switch (task.kind) {
    case TaskKind::Binary:
        return ofBinary;
    }
    return none;
}

std::vector<double> predictionOf(const Task& task, std::span<const float> outputs)
{
    switch (task.kind) {
    case TaskKind::Binary:
        return {static_cast<double>(binary(outputs).probability()), static_cast<double>(binary(outputs).predicted())};
    }
    return {};
}

int classCount(const Task& task)
{
    switch (task.kind) {
    case TaskKind::Binary:
        return 2;
    }
    return 0;
}

int classOf(const Task& task, std::span<const float> outputs)
{
    switch (task.kind) {
    case TaskKind::Binary:
        return binary(outputs).predicted();
    }
    return -1;
}

const std::vector<std::string>& scoredNames(const Task& task)
{
    static const std::vector<std::string> ofBinary = {"label", "logit", "probability"}, none;
    switch (task.kind) {
    case TaskKind::Binary:
        return ofBinary;
    }
    return none;
}

void appendScored(std::string& line, const Task& task, float target, std::span<const float> outputs)
{
    std::array<char, 128> buffer{};
    Pieces pieces(buffer);
    switch (task.kind) {
    case TaskKind::Binary:
        pieces.add(isPositive(target) ? "1," : "0,");
        pieces.addNumber(outputs.front());
        pieces.add(",");
        pieces.addNumber(sigmoid(outputs.front()));
        break;
    }
    line += pieces.text();
}

const TaskInfo* taskOfNames(const std::vector<std::string>& names)
{
    const auto holds = [&](const std::string& name) { return std::ranges::find(names, name) != names.end(); };
    for (const TaskInfo& row : taskTable())
        if (std::ranges::all_of(scoredNames({row.kind}), holds))
            return &row;
    return nullptr;
}

} // namespace millrace
