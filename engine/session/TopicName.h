// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace millrace
{

/// A topic's name for a table, in the characters that Kafka takes. A name in letters, digits, '_' and '-' stays as it
/// is. Of others what can be read stays, with a short hash of the whole name behind it, so that two names never give
/// one topic: "Zürich" → "Zurich-1b2c3d4e", "客戶流失" → "table-5f6a7b8c".
std::string topicNameFrom(const std::string& table);

} // namespace millrace
