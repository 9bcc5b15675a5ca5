// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "kafka/Connection.h"
#include "session/Job.h"

#include <filesystem>

namespace millrace
{

/// What a section becomes: a title for people and the work for a job's thread.
struct PreparedWork {
    QString title;
    Job::Work work;
};

/// Turns a resolved section into the pipeline's configuration and binds it to the pipeline's function. An error is a
/// value that the table of sections cannot check (a malformed --from, an unknown schema).
Result<PreparedWork> prepareWork(const std::string& kind, const nlohmann::json& section, const Connection& connection,
                                 const std::filesystem::path& home);

} // namespace millrace
