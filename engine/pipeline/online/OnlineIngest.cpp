// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/online/OnlineIngest.h"

#include "base/Text.h"
#include "pipeline/online/EarlierRun.h"

#include <algorithm>

namespace millrace
{
namespace
{

constexpr std::int64_t kNothingCommitted = -2;       ///< a reader begins with the first record
constexpr std::chrono::milliseconds kSkipEvery{200}; ///< between two looks whether to skip ahead
/// For a commit that has to be.
constexpr std::chrono::milliseconds kRejoinPatience{5000}, kPatienceAtStop{1000};

} // namespace

std::string nameOf(MiniDataset::Closed closed)
{
    static constexpr std::array kNames = {"full", "linger", "end", "rebalance"};
    return kNames.at(static_cast<std::size_t>(closed));
}

SavedState savedState(const OnlineState& state, std::int64_t checkpoint, const std::string& run)
{
    return {state.places, state.miniDatasets + (state.inHand ? 1 : 0), state.scoresBytes, checkpoint,
            dumpJson(nlohmann::json{{"run", run}, {"step", state.steps}})};
}

OnlineIngest::OnlineIngest(const OnlineConfig& config, OnlineStart start, std::vector<std::string> features,
                           RunFolder& run, JobContext& context)
    : m_config(config), m_start(std::move(start)), m_run(run), m_context(context),
      m_source(config.topic, features, config.onError, run, context), m_throttle(context),
      m_watch(config.connection, config.topic), m_features(std::move(features))
{
    m_source.labelled = config.labelTopic.empty();
    m_closed = m_handedOut = m_start.miniDatasets;
    m_pass = m_start.pass;
    m_saved = m_committed = m_start.saved;
    m_toCommit = m_start.resumed; // it may have been killed in between
    m_skipped = m_start.skipped;
    m_source.setRows(m_start.records);
    m_source.setDeleted(m_start.deleted);
    m_deleted = m_open.deletedBefore = m_start.deleted;
    m_labelsDeleted = m_start.labelsDeleted;
    m_rejected = m_source.rejected();
    m_open.rejectedBefore = m_run.rejected().state();
    m_source.onRow = [this](const RecordSource::Row& row) { takeRow(row); };
    m_thread = std::jthread([this] { this->run(); });
}

OnlineIngest::~OnlineIngest()
{
    (void)finish();
}

Status OnlineIngest::finish()
{
    m_queue.close();
    {
        const std::lock_guard lock(m_mutex);
        m_over = true;
    }
    m_changed.notify_all();
    if (m_thread.joinable())
        m_thread.join();
    return m_status;
}

void OnlineIngest::saved(const SavedState& state)
{
    {
        const std::lock_guard lock(m_mutex);
        m_saved = state;
        m_toCommit = true;
    }
    m_changed.notify_all();
}

std::set<std::int64_t> OnlineIngest::neededCheckpoints()
{
    const std::lock_guard lock(m_mutex);
    return {m_committed.checkpoint, m_committing.checkpoint};
}

void OnlineIngest::run()
{
    if (m_pass == 1)
        m_status = readAsMember();
    if (m_status && m_pass > 1)
        m_status = readAgain();
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
    reader->onAssigned = [this](std::vector<PartitionOffset>& partitions) { takeOver(partitions); };
    reader->beforeRevoke = [&] { giveUp(*reader); };
    reader->onLost = [this] { lose(); };
    Status status = readStream(*reader);
    m_heldAtEnd = reader->held();
    if (status && m_config.passes > 1)
        status = settle(*reader);
    const bool goesOn = status && m_config.passes > 1 && !isAbandoned();
    if (!goesOn)
        m_queue.close();
    if (status && !goesOn && !m_lost) { // on an error the group's offsets may be somebody's wish
        waitUntil(*reader, [this] { return m_over; });
        commitLast(*reader);
    }
    reader->beforeRevoke = reader->onLost = [] {};
    reader->leave();
    m_pass += goesOn ? 1 : 0;
    return status;
}

std::chrono::milliseconds OnlineIngest::pollTimeout() const
{
    return std::clamp(m_config.linger / 4, std::chrono::milliseconds(5), kPollTimeout);
}

Status OnlineIngest::readStream(GroupReader& reader)
{
    bool more = true;
    while (more && !isAbandoned()) {
        const int allowed = m_throttle.allow(kPollMessages);
        const std::int64_t before = m_consumed;
        if (allowed > 0) {
            auto polled = reader.poll(pollTimeout(), allowed);
            if (!polled)
                return fail(polled.error());
            more = *polled;
        } else if (auto alive = reader.keepAlive(); !alive) {
            return alive;
        }
        if (!m_decided)
            return m_decided;
        const auto labels = reader.hasPartitions() ? takeLabels(allowed) : 0; // else they would wait in vain
        if (!labels)
            return fail(labels.error());
        m_throttle.spend(std::max(m_consumed - before, *labels));
        more = more || (m_config.until.kind == StreamEnd::Kind::End && m_labels && !m_labels->atEnd());
        more = more && m_start.passEnded != m_closed;
        m_watch.tell(m_run, m_context);
        m_joined = reader.hasPartitions();
        m_rejected = m_source.rejected();
        m_deleted = m_source.deleted();
        closeIfLingered();
        skipAhead(reader);
        pushReady(&reader);
        if (auto committed = commitSaved(reader); !committed)
            return committed;
    }
    if (!isAbandoned())
        closeOpen(MiniDataset::Closed::End);
    pushReady(&reader);
    return {};
}

/// Waits until all that was read is learnt, saved and committed.
Status OnlineIngest::settle(GroupReader& reader)
{
    const auto isSettled = [this] {
        const std::lock_guard lock(m_mutex);
        return m_saved.miniDatasets >= m_handedOut && !m_toCommit;
    };
    m_source.rowLimit = m_source.rows(); // of a partition that comes now nothing is read
    m_checkpointWanted = true;
    while (!isAbandoned() && !isSettled()) {
        if (auto rested = reader.rest(kPollTimeout); !rested)
            return rested;
        if (!m_decided)
            return m_decided;
        if (auto committed = commitSaved(reader); !committed)
            return committed;
    }
    m_checkpointWanted = false;
    return {};
}

/// Later passes.
Status OnlineIngest::readAgain()
{
    std::int64_t bytes = 0;
    {
        const std::lock_guard lock(m_mutex);
        bytes = m_saved.scoresBytes; // later passes add nothing to it
    }
    auto learnt = LearntRecords::read(m_run.path() / "scores.csv", bytes);
    if (!learnt)
        return fail(learnt.error());
    m_learnt.emplace(std::move(*learnt));
    m_labels.reset();
    m_held.clear();
    m_source.rowLimit = -1;
    m_joined = true;
    for (; m_pass <= m_config.passes && !isAbandoned(); ++m_pass)
        if (auto read = readPass(); !read)
            return read;
    return {};
}

Status OnlineIngest::readPass()
{
    const auto places = beginPass();
    if (!places)
        return fail(places.error());
    auto reader = PassReader::open(m_config.connection, m_config.topic, *m_learnt, *places, m_source);
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
    closeOpen(MiniDataset::Closed::End);
    pushReady(nullptr);
    if (const std::int64_t gone = m_learnt->count() - m_source.rows(); gone > 0)
        m_context.note(Note::Severity::Warning, "pass " + std::to_string(m_pass) + " did without " + formatCount(gone) +
                                                    " records: the topic has them no more");
    return {};
}

/// Where the pass begins, or goes on when the run was resumed in it. Fails when retention has taken what it needs.
Result<Places> OnlineIngest::beginPass()
{
    Places places = std::exchange(m_start.passPlaces, {});
    m_source.beginPass();
    m_source.setRows(std::exchange(m_start.passRecords, 0));
    if (places.empty()) {
        if (auto written = m_run.journal({{"event", "pass"}, {"pass", m_pass}, {"mini_dataset", m_closed}}); !written)
            return fail(written.error());
        for (const auto& [partition, range] : m_learnt->ranges())
            places[partition].next = range.first;
    }
    auto admin = Admin::open(m_config.connection);
    if (!admin)
        return fail(admin.error());
    const auto topic = admin->topic(m_config.topic);
    if (!topic)
        return fail(topic.error());
    for (auto& [number, place] : places) {
        const auto partition = findPartition(*topic, number);
        if (!partition)
            return fail(partition.error());
        if (auto there = checkLost({m_run.name(), m_config.topic, number, place}, *partition, m_config.skipLost,
                                   m_context, place.next);
            !there)
            return fail(there.error());
    }
    return places;
}

Status OnlineIngest::openLabels()
{
    if (m_config.labelTopic.empty())
        return {};
    auto key = parseJoinKey(m_config.labelJoin, m_features);
    if (!key)
        return fail(key.error());
    m_joinKey = *key;
    auto labels = LabelReader::open(m_config.connection, m_config.labelTopic, std::move(*key), m_start.labelPlaces,
                                    m_start.labelsDeleted, m_run, m_context);
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
    if (isEmpty())
        m_opened = Clock::now();
    for (ArrivedLabel& label : *arrived) {
        label.after = m_open.rows.rows();
        m_open.labels.push_back(std::move(label));
    }
    return static_cast<std::int64_t>(arrived->size());
}

void OnlineIngest::takeRow(const RecordSource::Row& row)
{
    if (isSkipped(row)) {
        m_source.setRows(m_source.rows() - 1);
        return;
    }
    if (isEmpty())
        m_opened = Clock::now();
    if (m_labels)
        m_open.ids.push_back(joinIdOf(*row.message, m_joinKey, m_source.format()).value_or(std::string()));
    m_open.rows.features.insert(m_open.rows.features.end(), row.features.begin(), row.features.end());
    m_open.rows.labels.push_back(m_learnt ? static_cast<float>(*m_learnt->labelOf(row.partition, row.offset))
                                          : row.label); // a late one is not in the record
    m_open.origins.push_back({row.partition, row.offset});
    ++m_consumed;
    const auto planned = m_start.sizes.find(m_closed);
    if (m_open.rows.rows() >= (planned == m_start.sizes.end() ? m_config.records : planned->second))
        closeOpen(MiniDataset::Closed::Full);
    if (m_pass == 1 && m_start.passEnded == m_closed)
        m_source.rowLimit = m_source.rows();
}

Places OnlineIngest::placesNow() const
{
    Places places;
    for (const int partition : m_held)
        if (const auto known = m_start.places.find(partition); known != m_start.places.end())
            places.insert(*known);
    for (const PartitionOffset& position : m_source.positions())
        places[position.partition] = {position.offset, m_source.lastRecord(position.partition)};
    return places;
}

void OnlineIngest::closeOpen(MiniDataset::Closed closed)
{
    if (isEmpty())
        return;
    m_open.places = placesNow();
    if (m_labels)
        m_open.labelPlaces = m_labels->places();
    m_open.labelsDeleted = m_labelsDeleted;
    m_open.rejected = m_run.rejected().state();
    m_open.skipped = m_skipped;
    m_open.deleted = m_pass == 1 ? m_source.deleted() : m_deleted.load();
    m_open.closed = closed;
    m_open.pass = m_pass;
    m_open.replayed = m_start.sizes.contains(m_closed);
    ++m_closed;
    m_ready.push_back(std::exchange(m_open, {}));
    m_open.rejectedBefore = m_ready.back().rejected;
    m_open.deletedBefore = m_ready.back().deleted;
}

void OnlineIngest::closeIfLingered()
{
    if (!m_start.sizes.contains(m_closed) && Clock::now() - m_opened >= m_config.linger)
        closeOpen(MiniDataset::Closed::Linger);
}

void OnlineIngest::pushReady(GroupReader* reader)
{
    const auto before = Clock::now();
    while (!m_ready.empty() && !isAbandoned()) {
        if (m_givingUp && m_context.paused())
            return forgetUntaken();
        if (!m_queue.waitForRoom(kPollTimeout)) {
            if (reader != nullptr)
                waitForRoom(*reader);
            continue;
        }
        if (m_queue.push(std::move(m_ready.front())))
            ++m_handedOut;
        m_ready.pop_front();
    }
    m_opened += Clock::now() - before; // waiting for the learner is not waiting for records
}

void OnlineIngest::waitForRoom(GroupReader& reader)
{
    auto alive = commitSaved(reader);
    if (alive && !m_givingUp) // there it is inside a poll already
        alive = reader.keepAlive();
    if (!alive)
        m_context.note(Note::Severity::Warning, describe(alive.error()));
}

/// What cannot be committed now, since the broker is away or the group is just moving members, is tried again.
Status OnlineIngest::commitSaved(GroupReader& reader)
{
    {
        const std::lock_guard lock(m_mutex);
        std::erase_if(m_movedAt, [this](const auto& moved) { return m_saved.miniDatasets > moved.second; });
        if (!std::exchange(m_toCommit, false))
            return {};
        m_committing = m_saved;
    }
    std::vector<PartitionOffset> positions;
    for (const auto& [partition, place] : m_committing.places)
        if (!m_movedAt.contains(partition))
            positions.push_back({m_config.topic, partition, place.next});
    auto committed = reader.commit(positions, m_committing.metadata);
    if (!committed && !committed.error().retriable)
        return committed;
    {
        const std::lock_guard lock(m_mutex);
        if (!committed)
            m_toCommit = true;
        else if (!positions.empty())
            m_committed = m_committing;
    }
    return committed ? noteCommitted(positions) : Status{};
}

/// The member may have been put out since its last poll, and hears of it only now.
void OnlineIngest::commitLast(GroupReader& reader)
{
    const auto began = Clock::now();
    const auto patience = m_context.stopRequested() ? kPatienceAtStop : kRejoinPatience;
    Status done = commitSaved(reader);
    while (done && isUncommitted() && !m_lost && Clock::now() - began < patience) {
        done = reader.rest(kPollTimeout);
        if (done && !m_lost)
            done = commitSaved(reader);
    }
    if (done && isUncommitted() && !m_lost)
        done = fail(ErrorCode::Unreachable, "The last records that were learnt are not committed: no answer came",
                    "Resume the run before another one reads as group " + m_config.group);
    if (!done)
        m_context.note(Note::Severity::Warning, describe(done.error()));
}

bool OnlineIngest::isUncommitted()
{
    const std::lock_guard lock(m_mutex);
    return m_toCommit;
}

/// From here on an offset that is not this run's was set by somebody, also where it is the one that was there first.
Status OnlineIngest::noteCommitted(const std::vector<PartitionOffset>& positions)
{
    for (const PartitionOffset& position : positions)
        if (m_held.contains(position.partition) && m_start.committed.erase(position.partition) > 0)
            if (auto written = m_run.journal({{"event", "committed"}, {"partition", position.partition}}); !written)
                return written;
    return {};
}

void OnlineIngest::waitUntil(GroupReader& reader, const std::function<bool()>& done)
{
    std::unique_lock lock(m_mutex);
    while (!m_changed.wait_for(lock, kPollTimeout, done)) {
        lock.unlock();
        if (!m_context.stopRequested()) // the last one is tried when all is saved
            (void)commitSaved(reader);
        (void)reader.keepAlive();
        lock.lock();
    }
}

void OnlineIngest::takeOver(std::vector<PartitionOffset>& partitions)
{
    if (m_lost)
        return;
    const bool isFirst = m_known.empty();
    for (PartitionOffset& partition : partitions) {
        const std::int64_t committed = partition.offset;
        const auto before = m_start.places.find(partition.partition);
        const std::int64_t place = before == m_start.places.end() ? -1 : before->second.next;
        partition.offset = startOf(partition, isFirst);
        m_known.insert(partition.partition);
        m_held.insert(partition.partition);
        if (!m_decided)
            return;
        nlohmann::json entry = {{"event", "assigned"},
                                {"mini_dataset", m_closed},
                                {"partition", partition.partition},
                                {"committed", committed},
                                {"start", partition.offset}};
        if (place >= 0 && place != partition.offset) {
            entry["from"] = place;
            m_movedAt[partition.partition] = m_closed; // what was saved before must not be committed over it
        }
        if (auto written = m_run.journal(std::move(entry)); !written)
            m_decided = written;
        m_start.committed[partition.partition] = committed;
    }
    const auto isMissing = [this](const auto& each) { return !m_held.contains(each.first); };
    if (isFirst && m_start.resumed && std::ranges::any_of(m_start.first, isMissing))
        unplan();
}

/// What the journal planned does not hold when other partitions are read: a mini-dataset could wait for its records in
/// vain.
void OnlineIngest::unplan()
{
    if (m_start.sizes.lower_bound(m_closed) == m_start.sizes.end() && !m_start.passEnded)
        return;
    if (auto written = m_run.journal({{"event", "unplanned"}, {"mini_dataset", m_closed}}); !written)
        m_decided = written;
    m_start.sizes.clear();
    m_start.passEnded.reset();
}

/// The checkpoint is the truth, and the commit follows it: an offset that is not of this run was set by somebody, or,
/// while this run lives, by a member that had the partition for a while.
std::int64_t OnlineIngest::startOf(const PartitionOffset& committed, bool isFirst)
{
    const auto known = m_start.places.find(committed.partition);
    const std::string writer = runOfCommit(committed.metadata);
    const auto beyond = m_start.beyondEnd.find(committed.partition);
    if (known == m_start.places.end() && beyond != m_start.beyondEnd.end() && beyond->second == committed.offset)
        return startOf({committed.topic, committed.partition, kNothingCommitted}, isFirst);
    if (known == m_start.places.end()) {
        if (isFirst && committed.offset >= 0)
            tellWhoWasHere(writer);
        const auto first = m_start.first.find(committed.partition);
        const bool isOurs = writer == m_run.name(); // and the checkpoint has nothing of it
        return first == m_start.first.end() || (committed.offset >= 0 && !isOurs) ? committed.offset : first->second;
    }
    if (m_start.reproduces || committed.offset < 0 || writer == m_run.name())
        return known->second.next;
    const bool isLost = m_start.lost.contains(committed.partition);
    const auto before = m_start.committed.find(committed.partition);
    const bool untouched = before != m_start.committed.end() && before->second == committed.offset;
    if (!isLost && untouched && m_config.foreignOffset != ForeignOffset::Group)
        return known->second.next;
    // What comes later, and a run has committed, was that live member's.
    const bool isNew = m_start.resumed && !m_known.contains(committed.partition);
    if (!isLost && isNew && (isFirst || writer.empty()))
        return foreignOffset(committed, known->second.next);
    known->second = {committed.offset, {}};
    return committed.offset;
}

std::int64_t OnlineIngest::foreignOffset(const PartitionOffset& committed, std::int64_t reached)
{
    const std::string writer = runOfCommit(committed.metadata);
    const std::string text =
        "Group " + m_config.group + " stands at offset " + formatCount(committed.offset) + " of topic " +
        committed.topic + " partition " + std::to_string(committed.partition) +
        (writer.empty() ? ", which somebody has set" : ", which run " + writer + " has committed") +
        "; this run had reached " + formatCount(reached);
    if (m_config.foreignOffset == ForeignOffset::Refuse) {
        m_decided =
            fail(Error{ErrorCode::BadData,
                       text,
                       "Go on where the run stands with --offsets checkpoint, or where the group stands with "
                       "--offsets group",
                       false,
                       {{"offsets", "checkpoint", "Follow the run"}, {"offsets", "group", "Follow the group"}}});
        return reached;
    }
    const bool byGroup = m_config.foreignOffset == ForeignOffset::Group;
    const std::int64_t start = byGroup ? committed.offset : reached;
    m_context.note(Note::Severity::Warning, text + ". It goes on at " + formatCount(start));
    if (byGroup && start != reached) {
        if (auto written = m_run.journal({{"event", "moved"},
                                          {"mini_dataset", m_closed},
                                          {"partition", committed.partition},
                                          {"from", reached},
                                          {"to", start}});
            !written)
            m_decided = written;
        unplan();
        m_start.places[committed.partition] = {start, {}};
    }
    return start;
}

/// A new run goes on behind what others read: that may not be what was meant.
void OnlineIngest::tellWhoWasHere(const std::string& other)
{
    if (other.empty() || std::exchange(m_saidWhoWasHere, true))
        return;
    if (m_start.runs.contains(other))
        m_context.note(Note::Severity::Info, "Group " + m_config.group + " goes on where run " + other +
                                                 " stands. To go on with that run's model: runs resume " + other);
    else
        m_context.note(Note::Severity::Warning,
                       "Group " + m_config.group + " has offsets of run " + other +
                           ", whose folder is gone: this run goes on behind them, and what that one learnt is lost. To "
                           "read everything, take another group or delete this one");
}

/// The rows in hand are of partitions that somebody else reads next: they are learnt and saved first. While the run is
/// paused, what is not begun yet is forgotten instead: the next owner reads it.
void OnlineIngest::giveUp(GroupReader& reader)
{
    if (m_lost)
        return;
    m_givingUp = true;
    if (m_context.paused()) {
        forgetUntaken();
    } else {
        closeOpen(MiniDataset::Closed::Rebalance);
        pushReady(&reader);
    }
    m_givingUp = false;
    waitUntilSaved();
    forgetRejected(m_open);                    // of behind the last row
    m_source.setDeleted(m_open.deletedBefore); // who reads them next counts them
    const auto began = Clock::now();
    Status committed = commitSaved(reader);
    while (committed && isUncommitted() && !reader.isLost() && !m_context.stopRequested() &&
           Clock::now() - began < kRejoinPatience) {
        m_context.waitFor(kPollTimeout);
        committed = commitSaved(reader);
    }
    if (!committed)
        m_context.note(Note::Severity::Warning, describe(committed.error()));
    else if (isUncommitted() && !m_context.stopRequested())
        return lose();
    {
        const std::lock_guard lock(m_mutex);
        for (const auto& [partition, place] : m_saved.places)
            m_start.places[partition] = place;
    }
    m_held.clear();
    m_source.forgetPositions();
    unplan();
}

/// The next owner goes on from the last commit that was answered. One that was on its way may have arrived all the
/// same: as long as nobody else has committed since, its records are learnt again.
void OnlineIngest::lose()
{
    nlohmann::json entry = {{"event", "lost"}, {"partitions", m_held}};
    {
        const std::lock_guard lock(m_mutex);
        entry["mini_dataset"] = m_committed.miniDatasets;
        entry["checkpoint"] = m_committed.checkpoint;
    }
    if (auto written = m_run.journal(std::move(entry)); !written)
        m_decided = written;
    m_lost = true;
    m_queue.close();
    m_queue.drain();
}

/// Labels stay: they have no group that would read them again.
void OnlineIngest::forgetUntaken()
{
    std::int64_t rows = 0;
    std::vector<ArrivedLabel> labels;
    const auto forget = [&](MiniDataset& dataset) {
        rows += dataset.rows.rows();
        for (ArrivedLabel& label : dataset.labels) {
            label.after = 0;
            labels.push_back(std::move(label));
        }
    };
    std::vector<MiniDataset> queued = m_queue.drain();
    std::ranges::for_each(queued, forget);
    std::ranges::for_each(m_ready, forget);
    forget(m_open);
    m_handedOut -= static_cast<std::int64_t>(queued.size());
    m_closed = m_handedOut;
    const MiniDataset& first = !queued.empty() ? queued.front() : !m_ready.empty() ? m_ready.front() : m_open;
    forgetRejected(first);
    m_source.setDeleted(first.deletedBefore);
    m_ready.clear();
    m_open = {};
    m_open.deletedBefore = m_source.deleted();
    m_open.rejectedBefore = m_run.rejected().state();
    m_open.labels = std::move(labels);
    m_source.setRows(m_source.rows() - rows);
}

/// Who reads them next sets them aside again. Those of labels stay, as labels do, and all are in one file.
void OnlineIngest::forgetRejected(const MiniDataset& from)
{
    if (m_labels || m_run.rejected().count() == from.rejectedBefore.count)
        return;
    if (auto cut = m_run.rejected().cutTo(from.rejectedBefore); !cut)
        m_decided = cut;
}

void OnlineIngest::waitUntilSaved()
{
    m_checkpointWanted = true;
    std::unique_lock lock(m_mutex);
    const auto done = [this] { return m_saved.miniDatasets >= m_handedOut || m_over; };
    while (!m_changed.wait_for(lock, kPollTimeout, done))
        if (m_context.paused()) {
            lock.unlock();
            forgetUntaken();
            lock.lock();
        }
    m_checkpointWanted = false;
}

bool OnlineIngest::isSkipped(const RecordSource::Row& row) const
{
    return std::ranges::any_of(m_start.skips, [&](const Skip& skip) {
        return skip.partition == row.partition && row.offset >= skip.from && row.offset < skip.to;
    });
}

/// Leaves the newest half of what the lag may be.
void OnlineIngest::skipAhead(GroupReader& reader)
{
    if (m_config.skipLag <= 0 || m_start.reproduces || Clock::now() - m_lagAsked < kSkipEvery)
        return;
    m_lagAsked = Clock::now();
    for (const PartitionOffset& position : m_source.positions()) {
        const auto end = reader.knownEnd(position);
        if (!end || *end - position.offset <= m_config.skipLag)
            continue;
        const std::int64_t to = *end - m_config.skipLag / 2, count = to - position.offset;
        auto done = m_run.journal({{"event", "skip"},
                                   {"mini_dataset", m_closed},
                                   {"partition", position.partition},
                                   {"from", position.offset},
                                   {"to", to}});
        if (done)
            done = reader.moveTo({position.topic, position.partition, to});
        if (!done) {
            m_decided = done;
            return;
        }
        m_skipped += count;
        m_context.note(Note::Severity::Warning, "skipped " + formatCount(count) + " records of partition " +
                                                    std::to_string(position.partition) + ": the lag was " +
                                                    formatCount(*end - position.offset));
    }
}

} // namespace millrace
