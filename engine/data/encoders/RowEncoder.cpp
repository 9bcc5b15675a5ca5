// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/Text.h"
#include "data/Cell.h"
#include "data/encoders/Encoder.h"

#include <algorithm>

namespace millrace
{
namespace
{

Result<const EncoderKind*> requireEncoder(const EncoderSpec& spec)
{
    std::vector<std::string> names;
    for (const EncoderKind& kind : encoderKinds()) {
        if (kind.name == spec.kind)
            return &kind;
        names.push_back(kind.name);
    }
    return fail(ErrorCode::Usage, "there is no encoder \"" + spec.kind + "\"", didYouMeanOneOf(spec.kind, names));
}

Result<std::unique_ptr<ColumnEncoder>> makeEncoder(const EncoderSpec& spec)
{
    const auto kind = requireEncoder(spec);
    if (!kind)
        return fail(kind.error());
    const auto parameters = resolveParameters(spec.kind, (*kind)->parameters, spec.parameters);
    if (!parameters)
        return fail(parameters.error());
    return (*kind)->make(*parameters);
}

} // namespace

Result<RowEncoder> RowEncoder::make(const std::vector<std::string>& columns, const EncoderSpecs& specs)
{
    for (const auto& [column, spec] : specs)
        if (std::ranges::find(columns, column) == columns.end())
            return fail(ErrorCode::Usage, column + " is none of the features", didYouMean(column, columns));
    const std::string& usual = encoderKinds().front().name;
    RowEncoder row;
    for (const std::string& column : columns) {
        const auto given = specs.find(column);
        const EncoderSpec spec = given == specs.end() ? EncoderSpec{usual} : given->second;
        auto encoder = makeEncoder(spec);
        if (!encoder)
            return fail(encoder.error().code, column + ": " + encoder.error().message, encoder.error().advice);
        const auto parts = (*encoder)->parts();
        for (const std::string& part : parts)
            row.m_names.push_back(part.empty() ? column : column + "." + part);
        row.m_onlyNumbers = row.m_onlyNumbers && (*encoder)->takesNumbersAsTheyAre();
        row.m_steps.push_back({column, std::move(*encoder), parts.size()});
    }
    return row;
}

bool RowEncoder::encode(const RawRow& row, std::span<float> numbers, DecodeProblem& problem) const
{
    std::size_t first = 0;
    for (std::size_t i = 0; i < m_steps.size(); ++i) {
        const Step& step = m_steps[i];
        if (!step.encoder->encode(row.cells[i], numbers.subspan(first, step.width), problem)) {
            problem.column = static_cast<int>(i);
            problem.reason = columnPrefix(problem.column, step.column) + problem.reason;
            problem.name = columnTitle(problem.column, step.column);
            return false;
        }
        first += step.width;
    }
    return true;
}

} // namespace millrace
