// SPDX-License-Identifier: GPL-3.0-or-later
// What the ingest side does when partitions are assigned to it, are revoked, or are lost.
#include "pipeline/online/OnlineIngest.h"

#include <algorithm>

namespace millrace
{

void OnlineIngest::takeAssigned(std::vector<PartitionOffset>& partitions)
{
    if (m_isLost)
        return;
    if (m_phase == OnlinePhase::Joining)
        enter(OnlinePhase::Reading);
    m_isMovedApart = true;
    const bool isFirst = m_positions.isFirst();
    const std::vector<PartitionOffset> committed = partitions;
    const auto starts = m_positions.assigned(committed);
    for (std::size_t i = 0; i < starts.size(); ++i) {
        m_held.insert(partitions[i].partition);
        partitions[i].offset = starts[i].offset;
        if (isFirst && starts[i].reason == ResumePositions::Reason::GroupCommitted)
            m_assignments.tellWhoWasHere(starts[i].writer);
        decide(noteAssigned(committed[i], starts[i]));
        if (!m_decided)
            return;
    }
    const auto isMissing = [this](const auto& each) { return !m_held.contains(each.first); };
    if (isFirst && m_start.resumed && std::ranges::any_of(m_start.first, isMissing))
        decide(dropPlan());
}

Status OnlineIngest::noteAssigned(const PartitionOffset& committed, const ResumePositions::Start& start)
{
    if (auto told = m_assignments.tell(committed, start, m_miniDatasets.number()); !told)
        return told;
    if (start.isForeign() && start.isMoved())
        if (auto dropped = dropPlan(); !dropped)
            return dropped;
    nlohmann::json entry = {{"event", "assigned"},
                            {"mini_dataset", m_miniDatasets.number()},
                            {"partition", committed.partition},
                            {"committed", committed.offset},
                            {"start", start.offset}};
    if (start.isMoved()) {
        entry["from"] = start.reached;
        m_offsets.leaveOut(committed.partition, m_miniDatasets.number());
    }
    if (auto written = m_run.journal(std::move(entry)); !written)
        return written;
    m_positions.note(committed);
    return {};
}

/// What the journal planned does not hold when other partitions are read: a mini-dataset could wait for its records in
/// vain.
Status OnlineIngest::dropPlan()
{
    if (!m_miniDatasets.isPlanned() && !m_start.passEnded)
        return {};
    m_miniDatasets.forgetPlan();
    m_start.passEnded.reset();
    return m_run.journal({{"event", "unplanned"}, {"mini_dataset", m_miniDatasets.number()}});
}

/// The rows in hand are of partitions that somebody else reads next: they are learnt and saved first. While the run is
/// paused, what is not begun yet is forgotten instead: the next owner reads it.
void OnlineIngest::finishRevoked(GroupReader& reader)
{
    if (m_isLost)
        return;
    const OnlinePhase before = m_phase;
    enter(OnlinePhase::Revoking);
    if (m_context.paused()) {
        forgetUntaken();
    } else {
        close(MiniDataset::Closed::Rebalance);
        pushReady(&reader);
    }
    waitUntilSaved();
    forgetRejected(m_miniDatasets.before().rejected);     // of behind the last row
    m_source.setDeleted(m_miniDatasets.before().deleted); // who reads them next counts them
    commitWhenRevoked(reader);
    if (m_isLost)
        return;
    enter(before);
    m_positions.reached(m_offsets.lastSaved().positions);
    m_held.clear();
    m_isMovedApart = true;
    m_source.forgetPositions();
    decide(dropPlan());
}

/// Without the commit the next owner would learn the same records again.
void OnlineIngest::commitWhenRevoked(GroupReader& reader)
{
    const auto began = Clock::now();
    Status committed = commitSaved(reader);
    while (committed && m_offsets.isPending() && !reader.isLost() && !m_context.stopRequested() &&
           Clock::now() - began < kRejoinPatience) {
        m_context.waitFor(kPollTimeout);
        committed = commitSaved(reader);
    }
    if (!committed)
        m_context.note(Note::Severity::Warning, describe(committed.error()));
    else if (m_offsets.isPending() && !m_context.stopRequested())
        lose();
}

/// The next owner goes on from the last commit that was answered. One that was on its way may have arrived all the
/// same: as long as nobody else has committed since, its records are learnt again. Partitions that were revoked before
/// count as lost too: who has them may have read on.
void OnlineIngest::lose()
{
    if (m_isLost)
        return;
    const SavedState committed = m_offsets.lastCommitted();
    decide(m_run.journal({{"event", "lost"},
                          {"partitions", m_positions.known()},
                          {"mini_dataset", committed.miniDatasets},
                          {"checkpoint", committed.checkpoint}}));
    enter(OnlinePhase::Lost);
    m_isLost = true;
    m_queue.close();
    m_queue.drain();
}

void OnlineIngest::forgetUntaken()
{
    const auto forgotten = m_miniDatasets.forget(m_queue.drain());
    m_isMovedApart = true;
    m_handedOut -= forgotten.miniDatasets;
    forgetRejected(forgotten.before.rejected);
    m_source.setDeleted(forgotten.before.deleted);
    m_source.setRows(m_source.rows() - forgotten.records);
}

/// Who reads them next rejects them again. Those of labels stay, as labels do, and all are in one file.
void OnlineIngest::forgetRejected(const RejectionState& from)
{
    if (m_labels || m_run.rejected().count() == from.count)
        return;
    decide(m_run.rejected().cutTo(from));
}

void OnlineIngest::waitUntilSaved()
{
    while (!m_offsets.waitUntilSaved(m_handedOut, kPollTimeout))
        if (m_context.paused())
            forgetUntaken();
}

} // namespace millrace
