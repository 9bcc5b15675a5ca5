// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/online/ResumePositions.h"

#include "pipeline/online/EarlierRun.h"

namespace millrace
{
namespace
{

constexpr std::int64_t kNothingCommitted = -2; ///< a reader begins with the first record

} // namespace

ResumePositions::ResumePositions(const OnlineStart& start, std::string run, ForeignOffset foreign)
    : m_positions(start.positions), m_first(start.first), m_committed(start.committed), m_beyondEnd(start.beyondEnd),
      m_lost(start.lost), m_run(std::move(run)), m_resumed(start.resumed), m_reproduces(start.reproduces),
      m_foreign(foreign)
{
}

std::vector<ResumePositions::Start> ResumePositions::assigned(const std::vector<PartitionOffset>& committed)
{
    const bool isFirst = this->isFirst();
    std::vector<Start> starts;
    for (const PartitionOffset& each : committed) {
        starts.push_back(startOf(each, isFirst));
        m_known.insert(each.partition);
    }
    return starts;
}

ResumePositions::Start ResumePositions::startOf(const PartitionOffset& committed, bool isFirst)
{
    const int partition = committed.partition;
    const auto known = m_positions.find(partition);
    if (known == m_positions.end())
        return startOfUnknown(committed);
    const std::string writer = runOfCommit(committed.metadata);
    const std::int64_t reached = known->second.next;
    if (m_reproduces || committed.offset < 0 || writer == m_run)
        return {reached, Reason::RunReached, reached, writer};
    const bool isLost = m_lost.contains(partition);
    const auto before = m_committed.find(partition);
    const bool untouched = before != m_committed.end() && before->second == committed.offset;
    if (!isLost && untouched && m_foreign != ForeignOffset::Group)
        return {reached, Reason::RunReached, reached, writer};
    // What comes later, and a run has committed, was that live member's.
    const bool isNew = m_resumed && !m_known.contains(partition);
    if (!isLost && isNew && (isFirst || writer.empty()))
        return foreign(committed);
    known->second = {committed.offset, {}};
    return {committed.offset, Reason::MemberRead, reached, writer};
}

ResumePositions::Start ResumePositions::startOfUnknown(const PartitionOffset& committed) const
{
    const std::string writer = runOfCommit(committed.metadata);
    const auto beyond = m_beyondEnd.find(committed.partition);
    const bool meansNothing = beyond != m_beyondEnd.end() && beyond->second == committed.offset;
    const std::int64_t offset = meansNothing ? kNothingCommitted : committed.offset;
    const bool isOurs = writer == m_run; // and the checkpoint has nothing of it
    const auto first = m_first.find(committed.partition);
    if (offset >= 0 && (first == m_first.end() || !isOurs))
        return {offset, Reason::GroupCommitted, -1, isOurs ? std::string() : writer};
    return {first == m_first.end() ? offset : first->second, Reason::AskedStart, -1, {}};
}

ResumePositions::Start ResumePositions::foreign(const PartitionOffset& committed)
{
    PartitionPosition& position = m_positions[committed.partition];
    const std::int64_t reached = position.next;
    const std::string writer = runOfCommit(committed.metadata);
    switch (m_foreign) {
    case ForeignOffset::Refuse:
        return {reached, Reason::Refused, reached, writer};
    case ForeignOffset::Checkpoint:
        return {reached, Reason::FollowedRun, reached, writer};
    case ForeignOffset::Group:
        break;
    }
    if (committed.offset != reached)
        position = {committed.offset, {}};
    return {committed.offset, Reason::FollowedGroup, reached, writer};
}

void ResumePositions::reached(const Positions& positions)
{
    for (const auto& [partition, position] : positions)
        m_positions[partition] = position;
}

} // namespace millrace
