// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/Error.h"

#include <filesystem>

namespace millrace
{

/// Why a file cannot be written, of an errno: names the file and the system's reason, and advises. All that write the
/// files of a run take it, so that a full disk reads the same everywhere.
Error writeError(const std::filesystem::path& path, int reason);

/// Whether the error is of writeError(), and no space, or no quota, was left.
bool isDiskFull(const Error& error);

} // namespace millrace
