// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "session/Sections.h"

namespace millrace
{

/// A key's value as a command line writes it. Objects (a schema, a model, an optimizer) are JSON, a name, or a JSON
/// file. ErrorCode::Usage names it as `title` ("--epochs"). Ranges and choices are checked with the section.
Result<nlohmann::json> valueFromText(const SectionKey& key, const std::string& text, const std::string& title);

} // namespace millrace
