// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "kafka/Connection.h"

#include <nlohmann/json.hpp>
#include <optional>

namespace millrace
{

/// The section "cluster" of an experiment as its file may write it: a local one, or another by its brokers and
/// properties.
Status checkCluster(const nlohmann::json& cluster);

/// The cluster that the experiment names, with the secrets that its properties refer to ("env:NAME", "file:PATH") read;
/// nullopt: the local one, or whatever is connected.
Result<std::optional<Connection>> clusterOf(const nlohmann::json& sections);

} // namespace millrace
