// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pipeline/online/LearntRecords.h"
#include "pipeline/reading/ValidationPart.h"
#include "pipeline/runs/IngestSnapshot.h"
#include "pipeline/runs/RunCatalog.h"

namespace millrace
{

/// What of a topic's records a run and those that it goes on from have learnt: scores on these say little about others.
/// A training has learnt the range that it read but for its validation part; an online run what its scores.csv tells,
/// or, where that was thinned out, all up to its position. One thread at a time.
class LearntBefore
{
public:
    static LearntBefore of(const RunCatalog& runs, const RunInfo& run, const std::string& topic,
                           const std::string& clusterId);

    /// Whether one of the runs has learnt the record, whose label this is.
    bool contains(const MessageView& message, float target);
    /// The runs that have learnt from the topic.
    [[nodiscard]] std::vector<std::string> runs() const;
    /// A record is not the one that a run has read there: the topic was made anew, and nothing of it was learnt.
    [[nodiscard]] bool isOther() const { return m_isOther; }

private:
    struct Learnt {
        std::string run;
        std::map<int, LearntRecords::Range> ranges; ///< by partition
        std::optional<LearntRecords> records;       ///< within these; else all but
        RecordParts parts;                          ///< the validation part
        std::map<int, RecordIdentity> last;
    };
    static std::optional<Learnt> ofTraining(const RunInfo& run);
    static std::optional<Learnt> ofOnline(const RunInfo& run);

    std::vector<Learnt> m_learnt;
    bool m_isOther = false;
};

} // namespace millrace
