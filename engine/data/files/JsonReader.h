// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/files/RowReader.h"

#include <map>
#include <optional>

namespace millrace
{

/// Whether a text begins as JSON records do: with an object, or an array of objects or arrays.
bool looksLikeJson(std::string_view text);

/// Reads records of JSON as rows: one a line, one behind the other, or as the elements of an array. A row has the
/// fields that a CSV would have: texts without quotes and escapes, numbers as they are spelled, true and false; what is
/// null or missing is empty; an array is the text that stands there. A record that cannot be used is a row with a
/// problem. Keys that the layout does not know are counted. Not thread-safe.
class JsonReader final : public RowReader
{
public:
    /// Without keys in the layout the reader learns them: each row then has the fields of all keys that were met.
    static Result<JsonReader> open(const std::filesystem::path& file, const CsvLayout& layout);
    JsonReader(JsonReader&&) noexcept;
    JsonReader& operator=(JsonReader&&) noexcept;
    ~JsonReader() override;

    /// An error: a file that ends within a record.
    Result<bool> next(CsvRow& row) override;
    [[nodiscard]] std::vector<FileNote> notes() const override;
    [[nodiscard]] std::int64_t bytesRead() const override;
    [[nodiscard]] std::int64_t bytesTotal() const override;

    /// Known, or learnt, in order of their first sight.
    [[nodiscard]] const std::vector<std::string>& keys() const;
    /// Keys that held an array, and the line of the first.
    [[nodiscard]] const std::map<std::string, std::int64_t>& arrays() const;

private:
    struct State;
    explicit JsonReader(std::unique_ptr<State> state);
    std::unique_ptr<State> m_state;
};

} // namespace millrace
