// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/training/EarlierTraining.h"

namespace millrace
{

std::optional<RunInfo> earlierTraining(const TrainConfig& config, const std::string& clusterId)
{
    if (!config.continues)
        return std::nullopt;
    const auto runs =
        RunCatalog(config.home / "runs").begunLike("train", clusterId, config.section, {"topic", "partition", "run"});
    return runs.empty() ? std::nullopt : std::optional(runs.front());
}

} // namespace millrace
