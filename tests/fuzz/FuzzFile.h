// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/Files.h"

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>
#include <unistd.h>

/// What must hold of any input: the fuzzer takes an abort for a find.
#define FUZZ_REQUIRE(condition)                                                                                        \
    do {                                                                                                               \
        if (!(condition))                                                                                              \
            std::abort();                                                                                              \
    } while (false)

namespace millrace
{

inline std::string_view bytesOf(const std::uint8_t* data, std::size_t size)
{
    return {reinterpret_cast<const char*>(data), size};
}

/// A folder in memory of this process's own, for readers that take a file; gone at the process's end.
class FuzzFolder
{
public:
    FuzzFolder() : m_path("/dev/shm/millrace-fuzz-" + std::to_string(::getpid()))
    {
        std::filesystem::create_directories(m_path);
    }
    FuzzFolder(const FuzzFolder&) = delete;
    FuzzFolder& operator=(const FuzzFolder&) = delete;
    ~FuzzFolder()
    {
        std::error_code ignored;
        std::filesystem::remove_all(m_path, ignored);
    }

    /// The path of a file that holds the bytes.
    std::filesystem::path put(const std::string& name, std::string_view bytes)
    {
        const std::filesystem::path file = m_path / name;
        FUZZ_REQUIRE(writeFileAtomically(file, bytes));
        return file;
    }
    [[nodiscard]] const std::filesystem::path& path() const { return m_path; }

private:
    std::filesystem::path m_path;
};

} // namespace millrace
