// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/Error.h"
#include "base/Http.h"

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

namespace millrace
{

/// What tells one version of a file from another: a strong entity tag, or else its date. Empty: nothing does.
std::string versionOf(const HttpAnswer& answer);

/// A file as it comes from the network, packed as it is, beside its place as NAME.part, with NAME.part.json, which says
/// what it is a part of: what an earlier attempt, maybe of another process, left is taken up. Not thread-safe.
class PartFile
{
public:
    explicit PartFile(const std::filesystem::path& out);

    std::string url, version;
    std::int64_t total = -1; ///< of the whole, −1 unknown
    [[nodiscard]] std::int64_t size() const { return m_size; }
    [[nodiscard]] const std::filesystem::path& path() const { return m_file; }

    /// True when it holds a part of what is at the address.
    bool takeUp(const std::string& address);
    /// Nothing of it is left.
    Status beginAnew(const std::string& address, const HttpAnswer& answer);
    Status append(std::string_view bytes);
    void remove();
    /// It becomes the file itself.
    Status rename(const std::filesystem::path& out);

private:
    [[nodiscard]] tl::unexpected<Error> failed() const;

    std::filesystem::path m_file, m_notes;
    std::ofstream m_stream;
    std::int64_t m_size = 0;
};

} // namespace millrace
