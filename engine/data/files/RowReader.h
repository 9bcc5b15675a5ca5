// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/files/FileNotes.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string_view>

namespace millrace
{

/// One row of a file. The views live until the next call of next().
struct CsvRow {
    std::int64_t row = 0;                     ///< number of the data row, from 0; the header is none
    std::int64_t line = 0;                    ///< line in the file where the row starts, from 1
    std::string_view text;                    ///< the row as it stands in the file, without the line end
    std::span<const std::string_view> fields; ///< unquoted
    /// Why the row has no fields that could be used, for the end of a sentence, and what kind of mistake that is.
    std::string_view problem, problemKind;
    const std::filesystem::path* file = nullptr; ///< that it stands in, where the table has several
};

/// Reads the rows of a file as a stream, in flat memory. Not thread-safe.
class RowReader
{
public:
    RowReader() = default;
    RowReader(RowReader&&) = default;
    RowReader& operator=(RowReader&&) = default;
    virtual ~RowReader() = default;

    /// False at the end. An error where reading on makes no sense; it names the line, and is said again at every
    /// further call.
    virtual Result<bool> next(CsvRow& row) = 0;
    /// What is unusual in what was read so far, or was passed over.
    [[nodiscard]] virtual std::vector<FileNote> notes() const = 0;
    [[nodiscard]] virtual std::int64_t bytesRead() const = 0; ///< of the file as it is on disk, for progress
    [[nodiscard]] virtual std::int64_t bytesTotal() const = 0;
};

/// Of a file in this layout. An error for a file that is missing, empty, or binary (it names the file and says why).
Result<std::unique_ptr<RowReader>> openRows(const std::filesystem::path& file, const CsvLayout& layout);

} // namespace millrace
