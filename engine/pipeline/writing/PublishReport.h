// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pipeline/writing/RowSender.h"

namespace millrace
{

/// What a publication came to, once all was sent: its result, of which session/README.md has the fields. Writes the
/// topics' notes. A record that was not delivered is a failure, and so is a topic that holds fewer than were.
Result<nlohmann::json> reportPublication(const PublishConfig& config, const RowSender& sender, Admin& admin,
                                         JobContext& context);

} // namespace millrace
