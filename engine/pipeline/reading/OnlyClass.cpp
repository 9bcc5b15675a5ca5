// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/reading/OnlyClass.h"

#include "base/Json.h"
#include "base/Text.h"

#include <algorithm>

namespace millrace
{

OnlyClass onlyClassOf(const std::vector<std::int64_t>& counts, JobContext& context)
{
    const auto isThere = [](std::int64_t count) { return count > 0; };
    if (std::ranges::count_if(counts, isThere) != 1)
        return {};
    const OnlyClass only = std::ranges::find_if(counts, isThere) - counts.begin();
    context.note(Note::Severity::Warning, onlyClassSentence(only));
    return only;
}

void tellMissingClasses(const Task& task, const std::vector<std::int64_t>& counts, JobContext& context)
{
    constexpr std::size_t kNamesTold = 5;
    std::vector<std::string> missing;
    for (std::size_t i = 0; i < counts.size(); ++i)
        if (counts[i] == 0)
            missing.push_back(classTitle(task, static_cast<int>(i)));
    if (missing.empty() || missing.size() + 1 >= counts.size()) // the only class is told of
        return;
    const auto count = static_cast<std::int64_t>(missing.size());
    context.note(Note::Severity::Warning, countOf(count, "class has", "classes have") +
                                              " no record in what was learnt, and cannot be predicted: " +
                                              firstOf(std::move(missing), kNamesTold));
}

nlohmann::json toJson(const OnlyClass& only)
{
    return only ? nlohmann::json(*only) : nlohmann::json();
}

OnlyClass onlyClassIn(const nlohmann::json& result)
{
    const std::int64_t only = integerIn(result, "only_class", -1);
    return only < 0 ? OnlyClass() : only;
}

std::string onlyClassSentence(const OnlyClass& only)
{
    if (!only)
        return {};
    return "All records were of class " + std::to_string(*only) +
           ": there was nothing to tell apart, and the accuracy says nothing. Check the label, or wait for other "
           "classes";
}

} // namespace millrace
