// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/Error.h"
#include "session/BrokerFiles.h"

#include <filesystem>

namespace millrace
{

/// A process that stops the broker when the last lease of the file is gone, however that Millrace ended: SIGKILL too.
/// So an attached broker ends with its last user, not with the one that happened to start it. The record notes its pid.
Status startGuard(BrokerRecord& record, const std::filesystem::path& leases);
/// Nothing where there is none.
void endGuard(BrokerRecord& record);

} // namespace millrace
