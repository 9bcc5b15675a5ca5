// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/Error.h"

#include <filesystem>
#include <string_view>

namespace millrace
{

/// An error where the first bytes of a file, unpacked, are those of a kind that is no text: it names the kind, and the
/// line that makes a table of it which Millrace reads.
Status refuseForeignKind(const std::filesystem::path& file, std::string_view head);

} // namespace millrace
