// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/Error.h"

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

namespace millrace
{

/// Text as JSON. The one way to read it, from wherever it comes: it never throws, and refuses what is nested so deep
/// that whoever walks through it would overflow the stack. The error (ErrorCode::Usage) names what the text is of
/// (`source`: a file, a flag), line, column and the library's cause.
Result<nlohmann::json> parseJson(std::string_view text, const std::string& source);

} // namespace millrace
