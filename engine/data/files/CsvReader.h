// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/Schema.h"

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

namespace millrace
{

/// One row of a CSV file. The views live until the next call of next().
struct CsvRow {
    std::int64_t row = 0;                     ///< number of the data row, from 0; the header is none
    std::int64_t line = 0;                    ///< line in the file where the row starts, from 1
    std::string_view text;                    ///< the row as it stands in the file, without the line end
    std::span<const std::string_view> fields; ///< unquoted
};

/// Reads a CSV (plain, gzip or zstd, told by its content) as a stream, in flat memory. Understands RFC 4180 quotes,
/// lines that end in LF, CRLF or CR, a byte order mark and a missing last newline. Blank lines, comments and what the
/// layout says stands before the table are passed over. Texts are UTF-8, whatever the file's encoding is; numbers stay
/// as they are spelled. Not thread-safe.
class CsvReader
{
public:
    /// An error for a file that is missing, empty, or binary (it names the file and says why).
    static Result<CsvReader> open(const std::filesystem::path& file, const CsvLayout& layout);
    CsvReader(CsvReader&&) noexcept;
    CsvReader& operator=(CsvReader&&) noexcept;
    ~CsvReader();

    /// False at the end. An error where reading on makes no sense (an unclosed quote, damaged gzip data); it names the
    /// line.
    Result<bool> next(CsvRow& row);

    [[nodiscard]] std::vector<std::string> header() const; ///< empty without one
    [[nodiscard]] bool endsLinesWithCr() const;            ///< with CR alone, as on old Macs
    [[nodiscard]] std::int64_t bytesRead() const;          ///< of the file as it is on disk, for progress
    [[nodiscard]] std::int64_t bytesTotal() const;

private:
    struct State;
    explicit CsvReader(std::unique_ptr<State> state);
    std::unique_ptr<State> m_state;
};

/// The beginning of a file, at most 1 MB, unpacked, its encoding as it is. An error where it is no text, or UTF-16
/// without a mark that would say so (unless `encoding` names what it is).
Result<std::string> readHead(const std::filesystem::path& file, const std::optional<std::string>& encoding);

/// The first lines of a file as UTF-8, without line ends: what a person sees of it in this encoding.
Result<std::vector<std::string>> firstLines(const std::filesystem::path& file, const std::string& encoding,
                                            std::size_t most);

/// Guesses the layout, column types, and the label from the first rows, save what is wished (the whole file may still
/// hold surprises: those become rejected rows; classes are to be counted, as Classes.h does). ErrorCode::BadData says
/// why where no column can be a feature, and where the header does not name the columns. A file without heading whose
/// columns are as those of a known schema without header gets its names and roles.
Result<Schema> inferSchema(const std::filesystem::path& file, const LayoutWish& wish = {},
                           std::span<const Schema> known = {});

} // namespace millrace
