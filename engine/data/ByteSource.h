// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/Error.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>

namespace millrace
{

/// The bytes of a file as a stream, unpacked where it is gzip or zstd (told by its content, not its name). What is
/// packed is unpacked by a thread of its own, a few blocks ahead. Not thread-safe.
class ByteSource
{
public:
    /// An error where the file cannot be opened; what is wrong inside is damage().
    static Result<std::unique_ptr<ByteSource>> open(const std::filesystem::path& file);
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
    [[nodiscard]] virtual bool isPacked() const { return false; }
};

} // namespace millrace
