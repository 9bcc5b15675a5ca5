// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pipeline/reading/GroupReader.h"

namespace millrace
{

struct EvaluateConfig {
    Connection connection;
    std::filesystem::path home;
    nlohmann::json section;
    std::string run; ///< the parent: folder or name
    std::string topic, group;
    std::string format = defaultRecordFormat(); ///< of the topic's records
    StreamEnd until;
    int batch = 64;
    std::chrono::milliseconds interval{1000}; ///< a transaction commits so often
    OnError onError = OnError::Skip;
};

/// Scores a trained run on a topic as a member of a consumer group, and leaves a run folder that names its parent.
/// Several processes may share the group: what is scored of a partition goes to the group's state topic in the
/// transaction that commits its offset (PartitionState, TransactionalReader), the next owner of the partition goes on
/// from there, and each member's result tells of all partitions. The result's fields are in session/README.md. Runs on
/// the calling thread.
Result<nlohmann::json> evaluate(const EvaluateConfig& config, JobContext& context);

} // namespace millrace
