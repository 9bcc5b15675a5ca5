// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/Error.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace millrace
{

/// The text of a file as a stream, unpacked and in UTF-8, in flat memory: a window that its reader asks to be filled
/// and takes rows from. A byte order mark is passed over; where CR alone ends lines it is read as LF. Not thread-safe.
class TextInput
{
public:
    /// So many bytes behind the window may be read, whatever they are.
    static constexpr std::size_t kPadding = 64;

    /// An error for a file that is missing, empty, or no text (it names the file and says why).
    static Result<TextInput> open(const std::filesystem::path& file, const std::string& encoding);
    TextInput(TextInput&&) noexcept;
    TextInput& operator=(TextInput&&) noexcept;
    ~TextInput();

    /// What is read and not yet taken. The view lives until more() is called.
    [[nodiscard]] std::string_view waiting() const;
    [[nodiscard]] bool atEnd() const; ///< nothing comes behind what is waiting
    /// Reads on. An error where a whole row is waiting already, or should be: it is longer than any row of a table.
    Status more();
    void take(std::size_t bytes, std::int64_t lines);

    [[nodiscard]] std::int64_t line() const; ///< of the first byte that is waiting, from 1
    /// "FILE line 7"
    [[nodiscard]] std::string place(std::int64_t line) const;
    [[nodiscard]] const std::filesystem::path& file() const;
    [[nodiscard]] bool isDamaged() const; ///< the end came early
    /// What to answer at the end: that it is one, or why it came early.
    [[nodiscard]] Result<bool> finish() const;
    [[nodiscard]] bool isOverlong() const; ///< more than a row's bytes are waiting

    [[nodiscard]] bool endsLinesWithCr() const;   ///< with CR alone, as on old Macs
    [[nodiscard]] std::int64_t bytesRead() const; ///< of the file as it is on disk, for progress
    [[nodiscard]] std::int64_t bytesTotal() const;

private:
    struct State;
    explicit TextInput(std::unique_ptr<State> state);
    std::unique_ptr<State> m_state;
};

/// The beginning of a file, at most 1 MB, unpacked, its encoding as it is. An error where it is no text, or UTF-16
/// without a mark that would say so (unless `encoding` names what it is).
Result<std::string> readHead(const std::filesystem::path& file, const std::optional<std::string>& encoding);

/// The first lines of a file as UTF-8, without line ends: what a person sees of it in this encoding.
Result<std::vector<std::string>> firstLines(const std::filesystem::path& file, const std::string& encoding,
                                            std::size_t most);

} // namespace millrace
