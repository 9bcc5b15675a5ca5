// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/Error.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>

namespace millrace
{

/// An error where a file is a pipe or a device. Tables are read more than once, and opening a pipe would wait for its
/// writer without end.
Status checkRereadable(const std::filesystem::path& file);

/// The bytes of a file as a stream, unpacked where it is gzip or zstd (told by its content, not its name), and as UTF-8
/// where its encoding is another. Both are done by a thread of its own, a few blocks ahead. Not thread-safe.
class ByteSource
{
public:
    /// An error where the file cannot be opened or the encoding is none; what is wrong inside is damage(). UTF-8, also
    /// where it is none, goes through byte for byte.
    static Result<std::unique_ptr<ByteSource>> open(const std::filesystem::path& file,
                                                    const std::string& encoding = "UTF-8");
    ByteSource() = default;
    ByteSource(const ByteSource&) = delete;
    ByteSource& operator=(const ByteSource&) = delete;
    virtual ~ByteSource() = default;

    /// Fills the room; less than that is the end, or damage.
    virtual std::size_t read(std::span<char> room) = 0;
    /// Why reading ended early, once it did. The message is for the end of a sentence.
    [[nodiscard]] virtual const std::optional<Error>& damage() const = 0;
    /// How much of the file, as it is on disk, was needed for what was read.
    [[nodiscard]] virtual std::int64_t position() const = 0;
    /// Whether what is read has another length than what is on disk.
    [[nodiscard]] virtual bool isPacked() const { return false; }
    /// Whether it is UTF-8 whatever anybody says of the file.
    [[nodiscard]] virtual bool isUtf8() const { return false; }
};

} // namespace millrace
