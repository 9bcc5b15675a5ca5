// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pipeline/GroupReader.h"

namespace millrace
{

struct EvaluateConfig {
    Connection connection;
    std::filesystem::path home;
    nlohmann::json section;
    std::string run; ///< the parent: folder or name
    std::string topic, group;
    StreamEnd until;
    int batch = 64;
    OnError onError = OnError::Skip;
};

/// Scores a trained run on a topic as a member of a consumer group, commits what it scored, and leaves a run folder
/// that names its parent. The result's fields are in session/README.md. Runs on the calling thread.
Result<nlohmann::json> evaluate(const EvaluateConfig& config, JobContext& context);

} // namespace millrace
