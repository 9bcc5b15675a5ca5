// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/online/AssignmentLog.h"

#include "base/Text.h"

#include <utility>

namespace millrace
{

Status AssignmentLog::tell(const PartitionOffset& committed, const ResumePositions::Start& start,
                           std::int64_t miniDataset)
{
    using Reason = ResumePositions::Reason;
    if (!start.isForeign())
        return {};
    const std::string text =
        "Group " + m_config.group + " stands at offset " + formatCount(committed.offset) + " of topic " +
        committed.topic + " partition " + std::to_string(committed.partition) +
        (start.writer.empty() ? ", which somebody has set" : ", which run " + start.writer + " has committed") +
        "; this run had reached " + formatCount(start.reached);
    if (start.reason == Reason::Refused)
        return fail(Error{ErrorCode::BadData,
                          text,
                          "Go on where the run stands with --offsets checkpoint, or where the group stands with "
                          "--offsets group",
                          false,
                          {{"offsets", "checkpoint", "Follow the run"}, {"offsets", "group", "Follow the group"}}});
    m_context.note(Note::Severity::Warning, text + ". It goes on at " + formatCount(start.offset));
    if (!start.isMoved())
        return {};
    return m_run.journal({{"event", "moved"},
                          {"mini_dataset", miniDataset},
                          {"partition", committed.partition},
                          {"from", start.reached},
                          {"to", start.offset}});
}

void AssignmentLog::tellWhoWasHere(const std::string& other)
{
    if (other.empty() || std::exchange(m_hasToldWhoWasHere, true))
        return;
    if (std::filesystem::exists(m_config.home / "runs" / other)) // now: it may have begun since this one
        m_context.note(Note::Severity::Info, "Group " + m_config.group + " goes on where run " + other +
                                                 " stands. To go on with that run's model: runs resume " + other);
    else
        m_context.note(Note::Severity::Warning,
                       "Group " + m_config.group + " has offsets of run " + other +
                           ", which is not in this data folder: this run goes on behind them, without what that one "
                           "learnt. To read everything, take another group or delete this one");
}

} // namespace millrace
