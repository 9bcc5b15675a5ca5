// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/Files.h"
#include "pipeline/writing/Publication.h"
#include "pipeline/writing/PublishConfig.h"
#include "pipeline/writing/PublishPart.h"

namespace millrace
{

/// One process at a time publishes to a topic: two at once could not be told apart, nor gone on with.
Result<FileLock> lockTopic(const PublishConfig& config);

/// Notes what is begun, or takes up what was: then the parts know what is there already. ErrorCode::Usage or BadData
/// where the file, a setting, the cluster or the topics are others than they were.
Result<Publication> beginPublication(const PublishConfig& config, Admin& admin, std::vector<PublishPart>& parts,
                                     JobContext& context);

} // namespace millrace
