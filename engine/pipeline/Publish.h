// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pipeline/writing/PublishConfig.h"
#include "pipeline/writing/PublishReport.h"

namespace millrace
{

/// Publishes a CSV to a topic, or its train and test parts to two: membership by selection sampling keyed by (seed,
/// row), order through a 65,536-row buffer, unless the file's is to be kept. First the topics are looked at
/// (TopicTarget.h) and the file is read through: its classes are counted where the schema does not know them, and a
/// file of which no row can be used, or a row that is too large for a message, is refused before a topic is made or
/// changed. Counts are delivery reports, checked against the watermarks; a record that was not delivered is a failure.
/// Rejected rows go to <home>/rejected/<file>-<time>.csv. The result's fields are in session/README.md. Runs on the
/// calling thread.
///
/// What was begun is noted before the first message (Publication.h), so that one that was killed or cancelled can be
/// gone on with: the topics are then read from there, and the rows that are missing are sent in the order they would
/// have had. Refused where the file, a setting, the cluster or the topics are others than they were. One process at a
/// time publishes to a topic.
Result<PublishResult> publish(const PublishConfig& config, JobContext& context);

} // namespace millrace
