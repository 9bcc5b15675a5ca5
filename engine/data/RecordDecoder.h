// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/encoders/Encoder.h"
#include "data/formats/RecordFormat.h"

namespace millrace
{

/// From a record to the row of numbers that a model takes: its format reads the cells of the value, the encoders make
/// numbers of them. Where all columns are numbers, a format that can reads these at once. One thread at a time.
class RecordDecoder
{
public:
    /// Of records whose value has these columns. ErrorCode::Usage where the format or an encoder is not known.
    static Result<RecordDecoder> make(const std::string& format, const std::vector<std::string>& columns,
                                      const EncoderSpecs& encoders = {});

    [[nodiscard]] const RecordFormat& format() const { return *m_format; }
    /// What the numbers of a row are, in order.
    [[nodiscard]] const std::vector<std::string>& names() const { return m_encoder.names(); }
    [[nodiscard]] std::size_t width() const { return names().size(); }

    /// Numbers [width()] and label of a record; false with the problem filled when it cannot be used.
    bool decode(std::string_view key, std::string_view value, std::span<float> numbers, float& label,
                DecodeProblem& problem);
    /// Leaves the label out: records to predict have none.
    bool decodeFeatures(std::string_view value, std::span<float> numbers, DecodeProblem& problem);

private:
    RecordDecoder(std::unique_ptr<RecordFormat> format, RowEncoder encoder);

    std::unique_ptr<RecordFormat> m_format;
    RowEncoder m_encoder;
    RawRow m_row;
};

} // namespace millrace
