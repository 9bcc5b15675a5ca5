// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/Error.h"

#include <cstdint>
#include <filesystem>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace millrace
{

/// A file of lines that only grows, in parts: when the part that is written has its share, roll() sets it aside as
/// `name-<where it ends>.ext`, and drops the oldest ones. A position counts the bytes of all that was ever written,
/// dropped parts included, so that it means the same before and after; it is where cutTo() goes back to. Each part
/// begins with the head, or is empty. Without a share (0) there is one part.
///
/// Text is held until flush(), or until there is much of it. What could not be written whole is taken back, so that the
/// file ends with a whole line; the error is writeError(). Not thread-safe.
class AppendFile
{
public:
    static constexpr std::size_t kPartsKept = 8; ///< the one that is written included

    AppendFile() = default; ///< must be assigned to before use
    explicit AppendFile(std::filesystem::path file, std::string head = {});
    AppendFile(AppendFile&& other) noexcept;
    AppendFile& operator=(AppendFile&& other) noexcept;
    AppendFile(const AppendFile&) = delete;
    AppendFile& operator=(const AppendFile&) = delete;
    ~AppendFile(); ///< flushes; who wants to know whether that worked does it before

    /// What a part may hold before it isFull(); 0: no bound.
    void setPartBytes(std::int64_t bytes) { m_partBytes = bytes; }
    /// Parts from this position on are kept, however many they are; none are needed unless this is called.
    void setNeeded(std::int64_t position) { m_needed = position; }

    /// Makes the file where it is missing. Called by add(), too.
    Status open();
    Status add(std::string_view text);
    /// Hands what was added to the operating system: the position behind it.
    Result<std::int64_t> flush();
    [[nodiscard]] bool isFull() const;
    /// Begins a new part; where that begins.
    Result<std::int64_t> roll();
    /// Forgets all behind the position; where the file ends now: elsewhere than asked where that part is gone, or was
    /// never written.
    Result<std::int64_t> cutTo(std::int64_t position);

    /// The parts that there are, oldest first; `file` itself, the last one, also where it is missing.
    struct Part {
        std::filesystem::path path;
        std::int64_t begin = 0; ///< position
    };
    static std::vector<Part> parts(const std::filesystem::path& file);
    /// What was dropped: all before this position.
    static std::int64_t dropped(const std::filesystem::path& file) { return parts(file).front().begin; }

private:
    Status write();
    void close();
    void dropOldest();

    std::filesystem::path m_file;
    std::string m_head, m_text;
    int m_descriptor = -1;
    std::int64_t m_begin = 0; ///< of the part that is written
    std::int64_t m_size = 0;  ///< of it, m_text not included
    std::int64_t m_partBytes = 0;
    std::int64_t m_needed = std::numeric_limits<std::int64_t>::max();
};

} // namespace millrace
