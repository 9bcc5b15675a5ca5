// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/Error.h"

#include <filesystem>
#include <memory>
#include <string_view>

namespace millrace
{

/// A text file of any size that is written from front to back: it gets its name when it is whole, and is gone when it
/// never is. A name that ends in .gz gets gzip. Not thread-safe.
class WholeFile
{
public:
    /// Makes the folder too where it is missing.
    static Result<WholeFile> create(const std::filesystem::path& file);
    WholeFile(WholeFile&&) noexcept;
    WholeFile& operator=(WholeFile&&) noexcept;
    ~WholeFile();

    Status write(std::string_view text);
    Status finish(); ///< to the disk, then to its name: nothing can be written any more

private:
    struct State;
    explicit WholeFile(std::unique_ptr<State> state);
    std::unique_ptr<State> m_state;
};

} // namespace millrace
