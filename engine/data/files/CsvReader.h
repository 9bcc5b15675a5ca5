// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/files/RowReader.h"

#include <filesystem>
#include <memory>

namespace millrace
{

/// Reads a CSV (plain, gzip or zstd, told by its content) as a stream, in flat memory. Understands RFC 4180 quotes,
/// lines that end in LF, CRLF or CR, a byte order mark and a missing last newline. Blank lines, comments and what the
/// layout says stands before the table are passed over. Texts are UTF-8, whatever the file's encoding is; numbers stay
/// as they are spelled. Not thread-safe.
class CsvReader final : public RowReader
{
public:
    /// An error for a file that is missing, empty, or binary (it names the file and says why).
    static Result<CsvReader> open(const std::filesystem::path& file, const CsvLayout& layout);
    CsvReader(CsvReader&&) noexcept;
    CsvReader& operator=(CsvReader&&) noexcept;
    ~CsvReader() override;

    /// An error: an unclosed quote, damaged gzip data.
    Result<bool> next(CsvRow& row) override;
    [[nodiscard]] std::vector<FileNote> notes() const override;
    [[nodiscard]] std::int64_t bytesRead() const override;
    [[nodiscard]] std::int64_t bytesTotal() const override;

    [[nodiscard]] std::vector<std::string> header() const; ///< empty without one

private:
    struct State;
    explicit CsvReader(std::unique_ptr<State> state);
    std::unique_ptr<State> m_state;
};

/// Guesses the layout, column types, and the label from the first rows, save what is wished (the whole file may still
/// hold surprises: those become rejected rows; classes are to be counted, as Classes.h does). ErrorCode::BadData says
/// why where no column can be a feature, and where the header does not name the columns. A file without heading whose
/// columns are as those of a known schema without header gets its names and roles.
Result<Schema> inferSchema(const std::filesystem::path& file, const LayoutWish& wish = {},
                           std::span<const Schema> known = {});

} // namespace millrace
