// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/reading/OnlyClass.h"

namespace millrace
{

std::string onlyClassSentence(const nlohmann::json& result)
{
    const auto found = result.find("only_class");
    if (found == result.end() || !found->is_number_integer())
        return {};
    return "All records were of class " + found->dump() +
           ": there was nothing to tell apart, and the accuracy says nothing. Check the label, or wait for the other "
           "class";
}

void tellOnlyClass(std::int64_t zeros, std::int64_t ones, JobContext& context, nlohmann::json& result)
{
    const bool isOne = (zeros == 0) != (ones == 0);
    result["only_class"] = isOne ? nlohmann::json(ones > 0 ? 1 : 0) : nlohmann::json();
    if (isOne)
        context.note(Note::Severity::Warning, onlyClassSentence(result));
}

void tellOnlyClass(JobContext& context, nlohmann::json& result)
{
    const auto actual = [&confusion = result["confusion"]](int label) { // [actual][predicted]
        return confusion[label][0].get<std::int64_t>() + confusion[label][1].get<std::int64_t>();
    };
    tellOnlyClass(actual(0), actual(1), context, result);
}

} // namespace millrace
