// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/Predictions.h"

#include "base/Text.h"
#include "data/Binary.h"
#include "data/files/CsvFields.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <numeric>

namespace millrace
{
namespace
{

constexpr std::size_t kAllProbabilities = 20; ///< so many classes are told with all their probabilities,
constexpr std::size_t kMostProbable = 5;      ///< and of more so many

template <class Number>
void appendNumber(std::string& text, Number number)
{
    std::array<char, 48> digits; // NOLINT(cppcoreguidelines-pro-type-member-init): written before it is read
    text.append(digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr);
}

/// JSON has no spelling for what is not finite.
void appendJsonNumber(std::string& text, float number)
{
    if (std::isfinite(number))
        appendNumber(text, number);
    else
        text += "null";
}

void appendClass(std::string& text, const Task& task, int index, PredictionFormat format)
{
    if (task.classes.empty())
        appendNumber(text, index);
    else
        text += format == PredictionFormat::Json ? dumpJson(task.classes[static_cast<std::size_t>(index)])
                                                 : quotedField(task.classes[static_cast<std::size_t>(index)]);
}

/// The classes whose probabilities are told: in their order, or the most probable ones first.
std::vector<std::size_t> toldClasses(const std::vector<double>& probabilities)
{
    std::vector<std::size_t> told(probabilities.size());
    std::iota(told.begin(), told.end(), 0);
    if (told.size() <= kAllProbabilities)
        return told;
    std::ranges::partial_sort(told, told.begin() + kMostProbable,
                              [&](std::size_t a, std::size_t b) { return probabilities[a] > probabilities[b]; });
    told.resize(kMostProbable);
    return told;
}

void appendProbabilities(std::string& text, const Task& task, const std::vector<double>& probabilities)
{
    text += R"(,"probabilities":{)";
    for (const char* comma = ""; const std::size_t index : toldClasses(probabilities)) {
        text += std::exchange(comma, ",") + dumpJson(task.classes[index]) + ":";
        appendJsonNumber(text, static_cast<float>(probabilities[index]));
    }
    text += "}";
}

void appendOfClasses(std::string& text, const Task& task, std::span<const float> outputs, PredictionFormat format)
{
    const bool json = format == PredictionFormat::Json;
    const int decided = classOf(task, outputs);
    std::vector<double> probabilities;
    float probability = 0;
    if (task.kind == TaskKind::Binary) {
        probability = sigmoid(outputs.front());
    } else {
        probabilities = probabilitiesOf(task, outputs);
        probability = static_cast<float>(probabilities[static_cast<std::size_t>(decided)]);
    }
    text += json ? R"({"probability":)" : "";
    json ? appendJsonNumber(text, probability) : appendNumber(text, probability);
    text += json ? R"(,"class":)" : ",";
    appendClass(text, task, decided, format);
    if (json && task.kind != TaskKind::Binary)
        appendProbabilities(text, task, probabilities);
    text += json ? "}" : "";
}

void appendValues(std::string& text, const Task& task, std::span<const float> outputs, PredictionFormat format)
{
    const bool json = format == PredictionFormat::Json;
    text += json ? "{" : "";
    for (std::size_t i = 0; i < outputs.size(); ++i) {
        text += i > 0 ? "," : "";
        if (json)
            text += dumpJson(outputs.size() == 1 ? "value" : task.targets[i].name) + ":";
        json ? appendJsonNumber(text, outputs[i]) : appendNumber(text, outputs[i]);
    }
    text += json ? "}" : "";
}

void appendCarried(std::string& text, std::span<const CarriedCell> carried, PredictionFormat format)
{
    if (carried.empty())
        return;
    if (format == PredictionFormat::Csv) {
        for (const CarriedCell& cell : carried)
            text += "," + quotedField(cell.text);
        return;
    }
    text.back() = ','; // the brace
    text += R"("spectators":{)";
    for (const char* comma = ""; const CarriedCell& cell : carried)
        text += std::exchange(comma, ",") + dumpJson(cell.column) + ":" + dumpJson(cell.text);
    text += "}}";
}

/// "label" and "logit_0" to "logit_2", or "target" and "output".
std::vector<std::string> namesWith(const std::string& target, const std::string& output, std::size_t outputs)
{
    std::vector<std::string> names = {target};
    for (std::size_t i = 0; i < outputs; ++i)
        names.push_back(output + std::to_string(i));
    return names;
}

/// How many of these numbered names are there.
std::size_t countNumbered(const std::vector<std::string>& names, const std::string& output)
{
    std::size_t count = 0;
    while (std::ranges::find(names, output + std::to_string(count)) != names.end())
        ++count;
    return count;
}

} // namespace

std::string_view predictionText(const Task& task, std::span<const float> outputs, PredictionFormat format,
                                std::span<const CarriedCell> carried)
{
    static thread_local std::string text;
    text.clear();
    switch (task.kind) {
    case TaskKind::Binary:
    case TaskKind::MultiClass:
        appendOfClasses(text, task, outputs, format);
        break;
    case TaskKind::Regression:
        appendValues(text, task, outputs, format);
        break;
    }
    appendCarried(text, carried, format);
    return text;
}

std::vector<PredictionValue> predictionValues(const Task& task)
{
    switch (task.kind) {
    case TaskKind::Binary:
    case TaskKind::MultiClass:
        return {{"probability", false}, {"class", true}};
    case TaskKind::Regression:
        break;
    }
    std::vector<PredictionValue> values;
    for (const Target& target : task.targets)
        values.push_back({target.name.empty() ? "value" : target.name});
    return values;
}

std::vector<double> predictionOf(const Task& task, std::span<const float> outputs)
{
    switch (task.kind) {
    case TaskKind::Binary:
        return {static_cast<double>(sigmoid(outputs.front())), static_cast<double>(classOf(task, outputs))};
    case TaskKind::MultiClass: {
        const int decided = classOf(task, outputs);
        return {probabilitiesOf(task, outputs)[static_cast<std::size_t>(decided)], static_cast<double>(decided)};
    }
    case TaskKind::Regression:
        break;
    }
    return {outputs.begin(), outputs.end()};
}

int classOf(const Task& task, std::span<const float> outputs)
{
    switch (task.kind) {
    case TaskKind::Binary:
        return predictsPositive(outputs.front(), cutOf(task)) ? 1 : 0;
    case TaskKind::MultiClass:
        return static_cast<int>(std::ranges::max_element(outputs) - outputs.begin());
    case TaskKind::Regression:
        break;
    }
    return -1;
}

std::vector<double> probabilitiesOf(const Task& task, std::span<const float> outputs)
{
    switch (task.kind) {
    case TaskKind::Binary: {
        const auto probability = static_cast<double>(sigmoid(outputs.front()));
        return {1 - probability, probability};
    }
    case TaskKind::MultiClass: {
        const double most = *std::ranges::max_element(outputs); // so that nothing overflows
        std::vector<double> probabilities;
        double sum = 0;
        for (const float logit : outputs)
            sum += probabilities.emplace_back(std::exp(static_cast<double>(logit) - most));
        for (double& probability : probabilities)
            probability /= sum;
        return probabilities;
    }
    case TaskKind::Regression:
        break;
    }
    return {};
}

std::vector<std::string> predictedNames(const Task& task)
{
    std::vector<std::string> names;
    if (task.kind == TaskKind::Regression) {
        for (const Target& target : task.targets)
            names.push_back("predicted_" + (task.targets.size() == 1 ? "value" : target.name));
        return names;
    }
    names.emplace_back("predicted_class");
    for (int i = 0; i < classCount(task); ++i)
        names.push_back("probability_" + (task.classes.empty() ? std::to_string(i) : classTitle(task, i)));
    return names;
}

void appendPredicted(std::string& line, const Task& task, std::span<const float> outputs, FieldMarks marks)
{
    const auto addNumber = [&](float number) {
        const auto begin = static_cast<std::ptrdiff_t>(line.size());
        appendNumber(line, number);
        std::replace(line.begin() + begin, line.end(), '.', marks.decimal);
    };
    if (task.kind == TaskKind::Regression) {
        for (std::size_t i = 0; i < outputs.size(); ++i) {
            line.append(i > 0 ? 1 : 0, marks.separator);
            addNumber(outputs[i]);
        }
        return;
    }
    appendClass(line, task, classOf(task, outputs), PredictionFormat::Csv);
    for (const double probability : probabilitiesOf(task, outputs)) {
        line += marks.separator;
        addNumber(static_cast<float>(probability));
    }
}

std::vector<std::string> scoredNames(const Task& task)
{
    switch (task.kind) {
    case TaskKind::Binary:
        return {"label", "logit", "probability"};
    case TaskKind::MultiClass:
        return namesWith("label", "logit_", task.classes.size());
    case TaskKind::Regression:
        break;
    }
    return namesWith("target", "output_", task.targets.size());
}

void appendScored(std::string& line, const Task& task, float target, std::span<const float> outputs)
{
    const auto appendOutputs = [&] {
        for (const float output : outputs) {
            line += ',';
            appendNumber(line, output);
        }
    };
    switch (task.kind) {
    case TaskKind::Binary:
        line += isPositive(target) ? "1" : "0";
        appendOutputs();
        line += ',';
        appendNumber(line, sigmoid(outputs.front()));
        return;
    case TaskKind::MultiClass:
        appendNumber(line, static_cast<int>(target));
        return appendOutputs();
    case TaskKind::Regression:
        appendNumber(line, target);
        return appendOutputs();
    }
}

std::optional<Task> taskOfNames(const std::vector<std::string>& names)
{
    const auto holds = [&](const std::string& name) { return std::ranges::find(names, name) != names.end(); };
    std::vector<Task> candidates = {Task{}};
    if (const std::size_t classes = countNumbered(names, "logit_"); classes > 2)
        candidates.push_back({TaskKind::MultiClass, std::vector<std::string>(classes), {}});
    if (const std::size_t targets = countNumbered(names, "output_"); targets > 0)
        candidates.push_back({TaskKind::Regression, {}, std::vector<Target>(targets)});
    for (Task& task : candidates)
        if (std::ranges::all_of(scoredNames(task), holds))
            return std::move(task);
    return std::nullopt;
}

} // namespace millrace
