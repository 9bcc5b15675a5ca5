// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/RecordDecoder.h"

#include <utility>

namespace millrace
{

RecordDecoder::RecordDecoder(std::unique_ptr<RecordFormat> format, RowEncoder encoder)
    : m_format(std::move(format)), m_encoder(std::move(encoder))
{
}

Result<RecordDecoder> RecordDecoder::make(const std::string& format, const std::vector<std::string>& columns,
                                          const EncoderSpecs& encoders)
{
    auto made = makeRecordFormat(format, featureSchema(columns));
    if (!made)
        return fail(made.error());
    auto encoder = RowEncoder::make(columns, encoders);
    if (!encoder)
        return fail(encoder.error());
    return RecordDecoder(std::move(*made), std::move(*encoder));
}

bool RecordDecoder::decode(std::string_view key, std::string_view value, std::span<float> numbers, float& label,
                           DecodeProblem& problem)
{
    return m_format->decodeLabel(key, value, label, problem) && decodeFeatures(value, numbers, problem);
}

bool RecordDecoder::decodeFeatures(std::string_view value, std::span<float> numbers, DecodeProblem& problem)
{
    if (m_encoder.onlyNumbers() && m_format->decodeNumbers(value, numbers))
        return true;
    return m_format->decode(value, m_row, problem) && m_encoder.encode(m_row, numbers, problem);
}

} // namespace millrace
