// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pipeline/runs/RunCatalog.h"

#include <QString>

namespace millrace
{

// A publication parts a file into two topics: one to learn from, and one to test with. Both read files: inside
// Session::call().

/// The topic with the rows that the run has not learnt; empty where its table went into one topic, or nobody knows.
QString testTopicOf(const RunCatalog& runs, const std::filesystem::path& home, const QString& run);
/// The newest run with a model that learnt the other part of the topic's file; empty without one.
QString runTestedBy(const RunCatalog& runs, const std::filesystem::path& home, const QString& topic);

} // namespace millrace
