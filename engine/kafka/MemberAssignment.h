// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace millrace
{

/// The partitions (topic, number) in a member's assignment as the classic group protocol stores it: an int16 version,
/// of which 0 to 3 have the same fields, then topics with partitions, then the user's data. Everything is big-endian.
/// https://github.com/apache/kafka/blob/trunk/clients/src/main/resources/common/message/ConsumerProtocolAssignment.json
/// nullopt when the bytes are no such assignment.
std::optional<std::vector<std::pair<std::string, int>>> partitionsOfAssignment(std::string_view bytes);

} // namespace millrace
