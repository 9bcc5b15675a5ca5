// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/online/OnlineIngest.h"

#include <algorithm>
#include <cassert>

namespace millrace
{
namespace
{

constexpr std::chrono::milliseconds kPatienceAtStop{1000}; ///< for the last commit

} // namespace

OnlineIngest::OnlineIngest(const OnlineConfig& config, OnlineStart start, RecordDecoder decoder, RunFolder& run,
                           JobContext& context)
    : m_config(config), m_start(std::move(start)), m_run(run), m_context(context),
      m_source(config.topic, std::move(decoder), config.onError, run, context), m_throttle(context),
      m_watch(config.connection, config.topic),
      m_offsets(config.topic, m_start.saved, m_start.resumed), // it may have been killed in between
      m_miniDatasets({config.records, config.linger}, m_start.miniDatasets, m_start.sizes,
                     {run.rejected().state(), m_start.deleted}),
      m_positions(m_start, run.name(), config.foreignOffset), m_lagSkip(config, m_start, run, context),
      m_assignments(config, run, context)
{
    m_source.labelled = config.labelTopic.empty();
    m_handedOut = m_start.miniDatasets;
    m_pass = m_start.pass;
    m_source.setRows(m_start.records);
    m_source.setDeleted(m_start.deleted);
    m_deleted = m_start.deleted;
    m_labelsDeleted = m_start.labelsDeleted;
    m_rejected = m_source.rejected();
    m_source.onRow = [this](const RecordSource::Row& row) { takeRow(row); };
    m_source.onRejected = [this](int) { m_isMovedApart = true; };
    if (m_pass > 1)
        m_phase = OnlinePhase::Repeating;
    m_thread = std::jthread([this] { this->run(); });
}

OnlineIngest::~OnlineIngest()
{
    (void)finish();
}

Status OnlineIngest::finish()
{
    m_queue.close();
    m_offsets.close();
    if (m_thread.joinable())
        m_thread.join();
    return m_status;
}

void OnlineIngest::enter(OnlinePhase phase)
{
    assert(phase == m_phase || mayFollow(m_phase, phase));
    m_phase = phase;
}

void OnlineIngest::decide(Status status)
{
    if (m_decided && !status)
        m_decided = std::move(status);
}

void OnlineIngest::run()
{
    if (m_pass == 1)
        m_status = readAsMember();
    if (m_phase == OnlinePhase::Repeating)
        m_status = readAgain();
    enter(OnlinePhase::Over);
    m_queue.close();
}

/// The first pass. Its end is the run's end, unless there is another one to come: that begins when the group has all.
Status OnlineIngest::readAsMember()
{
    SameTopic same(m_config.connection, m_config.topic);
    auto reader = GroupReader::join(m_config.connection, m_config.topic, m_config.group, m_config.until, same, m_source,
                                    m_context, m_start.instance);
    if (!reader)
        return fail(reader.error());
    if (auto opened = openLabels(); !opened)
        return opened;
    reader->onAssigned = [this](std::vector<PartitionOffset>& partitions) { takeAssigned(partitions); };
    reader->beforeRevoke = [&] { finishRevoked(*reader); };
    reader->onLost = [this] { lose(); };
    Status status = readStream(*reader);
    m_heldAtEnd = reader->held();
    if (status && m_config.passes > 1 && !m_isLost)
        status = drainPass(*reader);
    const bool goesOn = status && m_config.passes > 1 && !isAbandoned();
    if (!goesOn)
        m_queue.close();
    if (status && !goesOn && !m_isLost) // on an error the group's offsets may be somebody's wish
        finishAsMember(*reader);
    m_isFenced = m_isLost && reader->isFenced();
    reader->beforeRevoke = reader->onLost = [] {};
    reader->leave();
    if (goesOn)
        enter(OnlinePhase::Repeating);
    m_pass += goesOn ? 1 : 0;
    return status;
}

void OnlineIngest::finishAsMember(GroupReader& reader)
{
    enter(OnlinePhase::Finishing);
    while (!m_offsets.waitUntilClosed(kPollTimeout)) {
        if (!m_context.stopRequested()) // the last one is tried when all is saved
            (void)commitSaved(reader);
        (void)reader.keepAlive();
    }
    commitLast(reader);
}

std::chrono::milliseconds OnlineIngest::pollTimeout() const
{
    return std::clamp(m_config.linger / 4, std::chrono::milliseconds(5), kPollTimeout);
}

Status OnlineIngest::readStream(GroupReader& reader)
{
    bool more = true;
    while (more && !isAbandoned()) {
        auto polled = pollOnce(reader);
        if (!polled)
            return fail(polled.error());
        more = *polled && m_start.passEnded != m_miniDatasets.number();
        m_watch.tell(m_run, m_context);
        m_rejected = m_source.rejected();
        m_deleted = m_source.deleted();
        closeIfLingered();
        lookForLag(reader);
        pushReady(&reader);
        if (auto committed = commitSaved(reader); !committed)
            return committed;
    }
    if (!isAbandoned())
        close(MiniDataset::Closed::End);
    pushReady(&reader);
    return {};
}

void OnlineIngest::lookForLag(GroupReader& reader)
{
    const std::int64_t before = m_lagSkip.skipped();
    decide(m_lagSkip.look(reader, m_source.positions(), m_miniDatasets.number()));
    m_isMovedApart = m_isMovedApart || m_lagSkip.skipped() != before;
}

/// Records, then labels. False when the stream is over.
Result<bool> OnlineIngest::pollOnce(GroupReader& reader)
{
    const int allowed = m_throttle.allow(kPollMessages);
    const std::int64_t before = m_consumed;
    bool more = true;
    if (allowed > 0) {
        auto polled = reader.poll(pollTimeout(), allowed);
        if (!polled)
            return polled;
        more = *polled;
    } else if (auto alive = reader.keepAlive(); !alive) {
        return fail(alive.error());
    }
    if (!m_decided)
        return fail(m_decided.error());
    if (!reader.hasPartitions() && m_phase == OnlinePhase::Reading)
        enter(OnlinePhase::Joining);
    const auto labels = reader.hasPartitions() ? takeLabels(allowed) : 0; // else they would wait in vain
    if (!labels)
        return fail(labels.error());
    m_throttle.spend(std::max(m_consumed - before, *labels));
    return more || (m_config.until.kind == StreamEnd::Kind::End && m_labels && !m_labels->atEnd());
}

/// Waits until all that was read is learnt, saved and committed.
Status OnlineIngest::drainPass(GroupReader& reader)
{
    enter(OnlinePhase::Draining);
    m_source.rowLimit = m_source.rows(); // of a partition that comes now nothing is read
    while (!isAbandoned() && (m_offsets.lastSaved().miniDatasets < m_handedOut || m_offsets.isPending())) {
        if (auto polled = reader.pollPaused(kPollTimeout); !polled)
            return polled;
        if (!m_decided)
            return m_decided;
        if (auto committed = commitSaved(reader); !committed)
            return committed;
    }
    return {};
}

Status OnlineIngest::readAgain()
{
    const std::int64_t bytes = m_offsets.lastSaved().scoresBytes; // later passes add nothing to it
    auto passes = LaterPasses::open(m_config, m_start, bytes, m_run, m_context);
    if (!passes)
        return fail(passes.error());
    m_laterPasses.emplace(std::move(*passes));
    m_labels.reset();
    m_held.clear();
    m_source.rowLimit = -1;
    for (; m_pass <= m_config.passes && !isAbandoned(); ++m_pass)
        if (auto read = readPass(); !read)
            return read;
    return {};
}

Status OnlineIngest::readPass()
{
    auto reader = m_laterPasses->begin(m_pass, m_miniDatasets.number(), m_source);
    if (!reader)
        return fail(reader.error());
    bool more = true;
    while (more && !isAbandoned()) {
        const std::int64_t before = m_consumed;
        if (const int allowed = m_throttle.allow(kPollMessages); allowed > 0) {
            auto polled = reader->poll(pollTimeout(), allowed);
            if (!polled)
                return fail(polled.error());
            more = *polled;
        }
        m_throttle.spend(m_consumed - before);
        m_watch.tell(m_run, m_context);
        closeIfLingered();
        pushReady(nullptr);
    }
    if (isAbandoned())
        return {};
    close(MiniDataset::Closed::End);
    pushReady(nullptr);
    m_laterPasses->tellMissing(m_pass, m_source.rows());
    return {};
}

Status OnlineIngest::openLabels()
{
    if (m_config.labelTopic.empty())
        return {};
    auto key = parseJoinKey(m_config.labelJoin, m_source.decoder().format().columns());
    if (!key)
        return fail(key.error());
    m_joinKey = *key;
    auto labels = LabelReader::open(m_config.connection, m_config.labelTopic, m_source.decoder(), std::move(*key),
                                    m_start.labelPositions, m_start.labelsDeleted, m_config.onError, m_run, m_context);
    if (!labels)
        return fail(labels.error());
    m_labels.emplace(std::move(*labels));
    return {};
}

/// How many came.
Result<std::int64_t> OnlineIngest::takeLabels(int atMost)
{
    if (!m_labels || atMost <= 0)
        return 0;
    auto arrived = m_labels->poll(atMost);
    if (!arrived)
        return fail(arrived.error());
    m_labelsDeleted = m_labels->deleted();
    const auto count = static_cast<std::int64_t>(arrived->size());
    m_miniDatasets.add(std::move(*arrived));
    return count;
}

void OnlineIngest::takeRow(const RecordSource::Row& row)
{
    if (m_lagSkip.isSkipped(row.partition, row.offset)) {
        m_source.setRows(m_source.rows() - 1);
        m_isMovedApart = true;
        return;
    }
    const float label = m_laterPasses ? m_laterPasses->targetOf(row.partition, row.offset)
                                      : row.label; // a late one is not in the record
    m_miniDatasets.add(row.features, label, {row.partition, row.offset});
    if (m_labels)
        m_miniDatasets.addId(joinIdOf(*row.message, m_joinKey, m_source.decoder().format()).value_or(std::string()));
    ++m_consumed;
    if (m_miniDatasets.isFull())
        closeFull(row);
    if (m_pass == 1 && m_start.passEnded == m_miniDatasets.number())
        m_source.rowLimit = m_source.rows();
}

Positions OnlineIngest::positionsNow() const
{
    Positions positions;
    for (const int partition : m_held)
        if (const auto known = m_positions.positions().find(partition); known != m_positions.positions().end())
            positions.insert(*known);
    for (const PartitionOffset& position : m_source.positions())
        positions[position.partition] = {position.offset, m_source.lastRecord(position.partition)};
    return positions;
}

void OnlineIngest::close(MiniDataset::Closed closed)
{
    if (m_miniDatasets.isOpenEmpty())
        return;
    m_isMovedApart = false;
    m_miniDatasets.close(closed, m_pass,
                         {positionsNow(), m_labels ? m_labels->positions() : Positions{}, m_run.rejected().state(),
                          m_lagSkip.skipped(), m_pass == 1 ? m_source.deleted() : m_deleted.load(), m_labelsDeleted});
}

/// Record by record it happens as often as anything else does: what stands as it stood is not looked up again.
void OnlineIngest::closeFull(const RecordSource::Row& row)
{
    const bool hasSkippedDeleted = m_pass == 1 && m_source.deleted() != m_miniDatasets.before().deleted;
    if (m_isMovedApart || hasSkippedDeleted || m_labels || !m_miniDatasets.isSingle())
        return close(MiniDataset::Closed::Full);
    m_miniDatasets.closeSingle(m_pass, {row.offset + 1, identityOf(*row.message)});
}

void OnlineIngest::closeIfLingered()
{
    if (m_miniDatasets.hasLingered())
        close(MiniDataset::Closed::Linger);
}

void OnlineIngest::pushReady(GroupReader* reader)
{
    const auto before = Clock::now();
    while (m_miniDatasets.hasReady() && !isAbandoned()) {
        if (m_phase == OnlinePhase::Revoking && m_context.paused())
            return forgetUntaken();
        if (!m_queue.waitForRoom(kPollTimeout)) {
            if (reader != nullptr)
                waitForRoom(*reader);
            continue;
        }
        RecordBlock block = m_miniDatasets.takeReady();
        const std::int64_t count = block.miniDatasets();
        if (m_queue.push(std::move(block)))
            m_handedOut += count;
    }
    m_miniDatasets.excuse(Clock::now() - before);
}

void OnlineIngest::waitForRoom(GroupReader& reader)
{
    auto alive = commitSaved(reader);
    if (alive && m_phase != OnlinePhase::Revoking) // there it is inside a poll already
        alive = reader.keepAlive();
    if (!alive)
        m_context.note(Note::Severity::Warning, describe(alive.error()));
}

/// What cannot be committed now is tried again.
Status OnlineIngest::commitSaved(GroupReader& reader)
{
    if (m_isLost) // what is saved since is not the group's
        return {};
    const auto positions = m_offsets.commit(reader);
    if (!positions)
        return fail(positions.error());
    for (const PartitionOffset& position : *positions)
        if (m_held.contains(position.partition) && m_positions.committed(position.partition))
            if (auto written = m_run.journal({{"event", "committed"}, {"partition", position.partition}}); !written)
                return written;
    return {};
}

/// The member may have been evicted since its last poll, and hears of it only now.
void OnlineIngest::commitLast(GroupReader& reader)
{
    const auto began = Clock::now();
    const auto patience = m_context.stopRequested() ? kPatienceAtStop : kRejoinPatience;
    Status done = commitSaved(reader);
    while (done && m_offsets.isPending() && !m_isLost && Clock::now() - began < patience) {
        done = reader.pollPaused(kPollTimeout);
        if (done && !m_isLost)
            done = commitSaved(reader);
    }
    if (done && m_offsets.isPending() && !m_isLost)
        done = fail(ErrorCode::Unreachable, "The last records that were learnt are not committed: no answer came",
                    "Resume the run before another one reads as group " + m_config.group);
    if (!done)
        m_context.note(Note::Severity::Warning, describe(done.error()));
}

} // namespace millrace
