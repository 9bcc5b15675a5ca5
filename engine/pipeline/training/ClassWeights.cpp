// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/training/ClassWeights.h"

#include "base/Json.h"
#include "base/Text.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace millrace
{
namespace
{

constexpr auto kClassWeightAdvice = R"(Give none, balanced, or weights by class: {"yes": 10, "no": 1})";

std::vector<std::string> weighedNames(const Task& task)
{
    return task.classes.empty() ? std::vector<std::string>{"0", "1"} : task.classes;
}

std::vector<double> balancedWeights(const std::vector<double>& counts)
{
    const double all = std::accumulate(counts.begin(), counts.end(), 0.0);
    const auto there = static_cast<double>(std::ranges::count_if(counts, [](double count) { return count > 0; }));
    std::vector<double> weights;
    for (const double count : counts)
        weights.push_back(count > 0 ? all / (there * count) : 1);
    return weights;
}

} // namespace

Result<ClassWeightWish> parseClassWeights(const std::string& text)
{
    if (text == "none")
        return ClassWeightWish{};
    if (text == "balanced")
        return ClassWeightWish{true, {}};
    const auto json = parseJson(text, "The class weights");
    if (!json || !json->is_object() || json->empty())
        return fail(ErrorCode::Usage, "'" + text + "' is no choice of class weights", kClassWeightAdvice);
    ClassWeightWish wish;
    for (const auto& [name, value] : json->items()) {
        const double weight = value.is_number() ? value.get<double>() : std::numeric_limits<double>::quiet_NaN();
        if (!(weight >= 0) || !std::isfinite(weight))
            return fail(ErrorCode::Usage, "The weight of class " + name + " is no number from 0 on: " + dumpJson(value),
                        kClassWeightAdvice);
        wish.byName[name] = weight;
    }
    return wish;
}

Result<std::vector<double>> classWeightsOf(const ClassWeightWish& wish, const Task& task,
                                           const std::vector<double>& counts)
{
    if (wish.isNone())
        return std::vector<double>();
    if (classCount(task) == 0)
        return fail(ErrorCode::Usage, "There are class weights, and the task " + infoOf(task).name + " has no classes",
                    "Leave them out: --class-weights none");
    if (wish.isBalanced)
        return balancedWeights(counts);
    const std::vector<std::string> names = weighedNames(task);
    std::vector<double> weights(names.size(), 1);
    for (const auto& [name, weight] : wish.byName) {
        const auto found = std::ranges::find(names, name);
        if (found == names.end())
            return fail(ErrorCode::Usage, "There is no class '" + name + "' to weigh",
                        didYouMean(name, names, "Name the classes of the label"));
        weights[static_cast<std::size_t>(found - names.begin())] = weight;
    }
    if (std::ranges::all_of(weights, [](double weight) { return weight == 0; }))
        return fail(ErrorCode::Usage, "Every class has the weight 0: nothing would be learnt", kClassWeightAdvice);
    return weights;
}

Result<std::optional<double>> parseThreshold(const std::string& text)
{
    if (text == "auto")
        return std::optional<double>();
    const auto number = parseNumber(text);
    if (!number || !(*number > 0 && *number < 1))
        return fail(ErrorCode::Usage, "'" + text + "' is no threshold",
                    "Give a probability between 0 and 1, or auto: that of the best F1 on the validation part");
    return std::optional<double>(*number);
}

} // namespace millrace
