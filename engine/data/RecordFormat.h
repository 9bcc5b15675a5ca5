// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/CsvReader.h"

#include <optional>

namespace millrace
{

/// How a message's key and value become numbers; a row of the format table (data/registry.cpp).
class RecordFormat
{
public:
    virtual ~RecordFormat() = default;
    /// A null view (data() == nullptr) is Kafka's null. False with the problem filled when it cannot be used.
    /// decodeFeatures leaves the label out: records to predict have none.
    virtual bool decodeFeatures(std::string_view value, std::span<float> features, DecodeProblem& problem) const = 0;
    /// The label alone, from the text that holds it.
    virtual bool decodeLabel(std::string_view text, float& label, DecodeProblem& problem) const = 0;
    virtual bool decode(std::string_view key, std::string_view value, std::span<float> features, float& label,
                        DecodeProblem& problem) const = 0;
    /// A feature's text as it was meant, without quotes; nullopt where the value has no such column.
    [[nodiscard]] virtual std::optional<std::string> column(std::string_view value, std::size_t feature) const = 0;
};

/// "csv": value = the features as CSV text, key = the label as text ("1.0").
std::unique_ptr<RecordFormat> makeCsvRecordFormat(std::vector<std::string> featureNames, char separator = ',');

struct RecordFormatInfo {
    std::string name, help;
};
const std::vector<RecordFormatInfo>& recordFormats();

/// The format of a name; the error names the nearest known one.
Result<std::unique_ptr<RecordFormat>> makeRecordFormat(const std::string& name, std::vector<std::string> featureNames);

/// Builds the message of a CSV row: features passed through byte for byte with commas between them whatever the file's
/// separator, and points as decimal marks whatever the file's; the label's class as shortest decimal with ".0"; a NaN
/// label (there is none) gives a null key.
class CsvRecordEncoder
{
public:
    explicit CsvRecordEncoder(Schema schema);
    /// The views live until the next call.
    struct Message {
        std::string_view key;
        std::string_view value;
    };
    Message encode(const CsvRow& row, float label);

private:
    void appendWithPoint(std::string_view field);

    Schema m_schema;
    std::vector<int> m_features;
    std::string m_key, m_value;
};

} // namespace millrace
