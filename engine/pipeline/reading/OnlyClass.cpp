// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/reading/OnlyClass.h"

#include <algorithm>

namespace millrace
{

std::string onlyClassSentence(const nlohmann::json& result)
{
    const auto found = result.find("only_class");
    if (found == result.end() || !found->is_number_integer())
        return {};
    return "All records were of class " + found->dump() +
           ": there was nothing to tell apart, and the accuracy says nothing. Check the label, or wait for other "
           "classes";
}

void tellOnlyClass(const std::vector<std::int64_t>& counts, JobContext& context, nlohmann::json& result)
{
    const auto isThere = [](std::int64_t count) { return count > 0; };
    const auto first = std::ranges::find_if(counts, isThere);
    const bool isOnly = std::ranges::count_if(counts, isThere) == 1;
    result["only_class"] = isOnly ? nlohmann::json(first - counts.begin()) : nlohmann::json();
    if (isOnly)
        context.note(Note::Severity::Warning, onlyClassSentence(result));
}

void tellOnlyClass(JobContext& context, nlohmann::json& result)
{
    std::vector<std::int64_t> counts;
    for (const nlohmann::json& actual : result.value("confusion", nlohmann::json::array())) {
        counts.push_back(0);
        for (const nlohmann::json& predicted : actual)
            counts.back() += predicted.get<std::int64_t>();
    }
    tellOnlyClass(counts, context, result);
}

} // namespace millrace
