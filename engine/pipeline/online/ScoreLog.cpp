// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/online/ScoreLog.h"

#include "base/CrashPoint.h"
#include "base/Files.h"
#include "base/Text.h"
#include "data/Predictions.h"
#include "data/files/CsvFields.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <fstream>
#include <set>

namespace millrace
{
namespace
{

namespace fs = std::filesystem;

/// The names of a file's columns.
std::string headOf(const Task& task)
{
    std::string head = "partition,offset";
    for (const std::string& name : scoredNames(task))
        head += "," + name;
    return head;
}

/// How many outputs stand in each line below this head; 0: it is none.
std::size_t outputsBelow(const std::string& head)
{
    std::vector<std::string_view> fields;
    splitPlain(head, ',', fields);
    const std::vector<std::string> names(fields.begin(), fields.end());
    const auto task = taskOfNames(names);
    return task && head == headOf(*task) ? static_cast<std::size_t>(outputsOf(*task)) : 0;
}

template <class Number>
void append(std::string& line, Number number)
{
    std::array<char, 32> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
    line.append(digits.data(), end);
}

/// Takes "number," off the front of the text.
template <class Number>
bool take(std::string_view& text, Number& number)
{
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (code != std::errc() || end == text.data() + text.size() || *end != ',')
        return false;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()) + 1);
    return true;
}

fs::path stateFile(const fs::path& file, std::int64_t begin)
{
    return file.parent_path() / (file.stem().string() + "-" + std::to_string(begin) + ".state");
}

/// Those of parts to which nobody goes back any more.
void removeOldStates(const fs::path& file, std::int64_t needed)
{
    std::set<fs::path> wanted;
    const std::vector<AppendFile::Part> parts = AppendFile::parts(file);
    for (std::size_t i = 0; i < parts.size(); ++i)
        if (i + 1 == parts.size() || parts[i + 1].begin > needed)
            wanted.insert(stateFile(file, parts[i].begin));
    std::vector<fs::path> old;
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(file.parent_path(), ignored))
        if (entry.path().extension() == ".state" && !wanted.contains(entry.path()))
            old.push_back(entry.path());
    for (const fs::path& state : old)
        fs::remove(state, ignored);
}

/// The lines of one part up to a position.
Status readPart(const AppendFile::Part& part, std::int64_t end, const std::function<void(const Score&)>& handler)
{
    std::ifstream stream(part.path, std::ios::binary);
    std::string line;
    std::vector<float> outputs;
    std::int64_t at = part.begin;
    for (std::int64_t number = 1; at < end && std::getline(stream, line); ++number) {
        at += static_cast<std::int64_t>(line.size()) + 1;
        if (number == 1) {
            outputs.resize(outputsBelow(line));
            continue;
        }
        line += ','; // so that its last number ends like the others
        std::string_view text = line;
        Score score;
        const bool isWhole = take(text, score.partition) && take(text, score.offset) && take(text, score.target) &&
                             !outputs.empty() &&
                             std::ranges::all_of(outputs, [&text](float& output) { return take(text, output); });
        score.outputs = outputs;
        if (!isWhole)
            return fail(ErrorCode::BadData, part.path.string() + " line " + std::to_string(number) + " is no score",
                        "The run cannot go on with a changed scores.csv: start a new one");
        handler(score);
    }
    if (at == end)
        return {};
    return fail(ErrorCode::BadData,
                part.path.string() + " has " + std::to_string(at) + " bytes, and the checkpoint knows of " +
                    std::to_string(end),
                "The run cannot go on without its scores: start a new one");
}

} // namespace

ScoreLog::ScoreLog(fs::path file, const Task& task)
    : m_file(std::move(file)), m_task(task), m_out(m_file, headOf(task) + "\n")
{
    m_out.setNeeded(m_needed);
}

void ScoreLog::setNeeded(std::int64_t position)
{
    m_needed = position;
    m_out.setNeeded(position);
}

Status ScoreLog::open(std::int64_t bytes)
{
    const auto end = m_out.cutTo(bytes);
    if (!end)
        return fail(end.error());
    if (*end != bytes)
        return fail(ErrorCode::BadData,
                    m_file.string() + " ends at byte " + std::to_string(*end) + ", and the checkpoint knows of " +
                        std::to_string(bytes),
                    "The run cannot go on without its scores: start a new one");
    removeOld();
    return m_out.open();
}

void ScoreLog::add(const Score& score)
{
    append(m_lines, score.partition);
    m_lines += ',';
    append(m_lines, score.offset);
    m_lines += ',';
    appendScored(m_lines, m_task, score.target, score.outputs);
    m_lines += '\n';
}

Result<std::int64_t> ScoreLog::flush()
{
    const auto added = m_out.add(m_lines);
    m_lines.clear();
    auto bytes = added ? m_out.flush() : fail(added.error());
    crashPoint("scores.appended");
    return bytes;
}

Status ScoreLog::roll(const nlohmann::json& state)
{
    const auto end = flush();
    if (!end)
        return fail(end.error());
    if (auto written = writeFileAtomically(stateFile(m_file, *end), dumpJson(state)); !written)
        return written;
    if (const auto begun = m_out.roll(); !begun)
        return fail(begun.error());
    removeOld();
    return {};
}

void ScoreLog::removeOld()
{
    removeOldStates(m_file, m_needed);
}

Status ScoreLog::read(const fs::path& file, std::int64_t bytes, const std::function<void(const Score&)>& handler)
{
    const std::vector<AppendFile::Part> parts = AppendFile::parts(file);
    if (parts.front().begin > 0)
        return fail(ErrorCode::BadData,
                    "The first " + formatBytes(parts.front().begin) + " of " + file.string() +
                        " were dropped, to keep the folder within keep-mb",
                    "Start a new run with a larger --keep-mb");
    for (std::size_t i = 0; i < parts.size() && parts[i].begin < bytes; ++i) {
        const std::int64_t end = i + 1 < parts.size() ? std::min(bytes, parts[i + 1].begin) : bytes;
        if (auto done = readPart(parts[i], end, handler); !done)
            return done;
    }
    return {};
}

Status ScoreLog::readFromState(const fs::path& file, std::int64_t bytes,
                               const std::function<Status(const nlohmann::json&)>& begin,
                               const std::function<void(const Score&)>& handler)
{
    const std::vector<AppendFile::Part> parts = AppendFile::parts(file);
    const auto part = std::ranges::find_if(parts.rbegin(), parts.rend(),
                                           [&](const AppendFile::Part& each) { return each.begin <= bytes; });
    if (part == parts.rend())
        return fail(ErrorCode::BadData, "The part of " + file.string() + " that the checkpoint knows of is gone",
                    "The run cannot go on without its scores: start a new one");
    if (part->begin > 0) {
        const auto state = readJson(stateFile(file, part->begin));
        if (!state)
            return fail(state.error());
        if (auto begun = begin(*state); !begun) {
            Error error = begun.error();
            error.message = stateFile(file, part->begin).string() + ": " + error.message;
            return fail(std::move(error));
        }
    }
    return part->begin == bytes ? Status{} : readPart(*part, bytes, handler);
}

} // namespace millrace
