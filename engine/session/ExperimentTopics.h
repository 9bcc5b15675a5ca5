// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "kafka/Admin.h"

#include <filesystem>
#include <nlohmann/json.hpp>

namespace millrace
{

/// The topics of an experiment's sections, made as far as they are not there, or anew where its section publish says
/// so. On the local cluster the groups that its steps read as begin anew, too. One that is there already and holds
/// records is kept unless the cluster is the local one and Millrace itself published it: anything else is somebody's
/// data. A synchronous call: not for the GUI thread.
Status makeExperimentTopics(Admin& admin, const std::filesystem::path& home, const nlohmann::json& sections,
                            bool local);

} // namespace millrace
