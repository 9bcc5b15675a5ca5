// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/Error.h"

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

namespace millrace
{

/// Text as JSON. The one way to read it, from wherever it comes: it never throws, and refuses what is nested so deep
/// that whoever walks through it would overflow the stack. The error (ErrorCode::Usage) names what the text is of
/// (`source`: a file, a flag), line, column and the library's cause.
Result<nlohmann::json> parseJson(std::string_view text, const std::string& source);

/// Refuses text (that parseJson() takes) in which a key is there twice in one object: the parser keeps the last one
/// only, and a person who wrote the file is not told. The error names the key's path ("train.epochs").
Status checkKeysOnce(std::string_view text, const std::string& source);

// A value of JSON that came from outside, where somebody may have written another type: what is missing, of another
// type or out of range is `otherwise`. Nothing throws, also where `object` is none.
std::string textIn(const nlohmann::json& object, std::string_view key, std::string otherwise = {});
std::int64_t integerIn(const nlohmann::json& object, std::string_view key, std::int64_t otherwise = 0);
double numberIn(const nlohmann::json& object, std::string_view key, double otherwise);
bool flagIn(const nlohmann::json& object, std::string_view key, bool otherwise = false);
/// Empty where there is none. Lives as long as `object`.
const nlohmann::json& objectIn(const nlohmann::json& object, std::string_view key);
const nlohmann::json& listIn(const nlohmann::json& object, std::string_view key);

} // namespace millrace
