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

nlohmann::json onlyClassOf(const std::vector<std::int64_t>& counts, JobContext& context)
{
    const auto isThere = [](std::int64_t count) { return count > 0; };
    if (std::ranges::count_if(counts, isThere) != 1)
        return {};
    nlohmann::json only = std::ranges::find_if(counts, isThere) - counts.begin();
    context.note(Note::Severity::Warning, onlyClassSentence({{"only_class", only}}));
    return only;
}

nlohmann::json onlyClassOf(const nlohmann::json& figures, JobContext& context)
{
    std::vector<std::int64_t> counts;
    for (const nlohmann::json& actual : figures.value("confusion", nlohmann::json::array())) {
        counts.push_back(0);
        for (const nlohmann::json& predicted : actual)
            counts.back() += predicted.get<std::int64_t>();
    }
    return onlyClassOf(counts, context);
}

} // namespace millrace
