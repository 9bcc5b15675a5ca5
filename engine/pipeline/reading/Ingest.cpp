// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/reading/Ingest.h"

#include "pipeline/reading/SameTopic.h"

#include <algorithm>
#include <pthread.h>

namespace millrace
{
namespace
{

/// Between two passes of a stream that has an end: a fetch that waits at the end of the partition keeps the next pass's
/// first one waiting, and the training behind it.
constexpr std::chrono::milliseconds kFetchWaitOfPasses{10};

/// Of numbers in batches.
constexpr std::size_t kMostQueued = std::size_t{64} << 20;

/// Enough rows to train on while the next pass's first fetch is under way; fewer where they are large.
std::size_t queueCapacity(int batch, std::size_t width)
{
    constexpr int kQueuedRows = 8192;
    const auto rows = static_cast<std::size_t>(std::max(batch, 1));
    const auto wanted = static_cast<std::size_t>(std::clamp(kQueuedRows / std::max(batch, 1), 64, 2048));
    return std::clamp<std::size_t>(kMostQueued / (rows * std::max<std::size_t>(width, 1) * sizeof(float)), 4, wanted);
}

/// Under way besides those in the queue: one is filled, one waits for room, one is learnt.
constexpr std::size_t kOutsideTheQueue = 3;

ConsumerOptions consumerOptions(const StreamEnd& until)
{
    ConsumerOptions options;
    options.passesOverDeleted = true;
    if (until.kind == StreamEnd::Kind::End || until.kind == StreamEnd::Kind::Count)
        options.fetchWait = kFetchWaitOfPasses;
    return options;
}

void addSince(std::atomic<double>& sum, Clock::time_point since)
{
    sum = sum + secondsSince(since);
}

} // namespace

BatchPool::BatchPool(std::size_t batches, int rows, std::size_t features, bool weighted, std::size_t targets)
    : m_targetsOfRow(targets), m_free(batches)
{
    for (Batch& batch : m_free)
        batch.targetsOfRow = targets;
    for (Batch& batch : m_free) {
        batch.features.reserve(static_cast<std::size_t>(rows) * features);
        batch.targets.reserve(static_cast<std::size_t>(rows) * targets);
        if (weighted)
            batch.weights.reserve(static_cast<std::size_t>(rows));
    }
}

Batch BatchPool::take()
{
    std::lock_guard lock(m_mutex);
    if (m_free.empty()) // a closed queue drops what it is given
        return {{}, {}, {}, m_targetsOfRow};
    Batch batch = std::move(m_free.back());
    m_free.pop_back();
    return batch;
}

void BatchPool::give(Batch batch)
{
    batch.clear();
    std::lock_guard lock(m_mutex);
    m_free.push_back(std::move(batch));
}

Ingest::Ingest(IngestConfig config, RecordDecoder decoder, RecordParts parts, RunFolder& run, JobContext& context)
    : m_config(std::move(config)), m_parts(std::move(parts)), m_run(run), m_context(context),
      m_source(m_config.topic, std::move(decoder), m_config.onError, run, context), m_throttle(context),
      m_watch(m_config.connection, m_config.topic, m_config.partition),
      m_queue(queueCapacity(m_config.batch, m_source.width())),
      m_pool(m_queue.capacity() + kOutsideTheQueue, m_config.batch, m_source.width(), m_source.decoder().isWeighted(),
             m_source.decoder().targets()),
      m_open(m_pool.take())
{
    m_source.onRow = [this](const RecordSource::Row& row) { takeRow(row); };
    m_source.onPartitionEnd = [this](int) { m_atEnd = true; };
    m_thread = std::jthread([this] { this->run(); });
}

Ingest::~Ingest()
{
    m_queue.close();
}

Status Ingest::finish()
{
    if (m_thread.joinable())
        m_thread.join();
    return m_status;
}

void Ingest::run()
{
    ::pthread_setname_np(::pthread_self(), "ingest");
    m_status = readAll();
    m_queue.close();
}

Status Ingest::readAll()
{
    const PartitionOffset start{m_config.topic, m_config.partition, m_config.start};
    auto consumer = Consumer::assign(m_config.connection, consumerOptions(m_config.until),
                                     {m_config.resume ? m_config.resume->next : start});
    if (!consumer)
        return fail(consumer.error());
    SameTopic topic(m_config.connection, m_config.topic);
    if (auto noted = topic.check(); !noted)
        return noted;
    beginPass(1);
    if (m_config.resume)
        resume(*m_config.resume);
    while (m_epoch <= m_config.epochs) {
        if (auto read = readPass(*consumer); !read)
            return read;
        if (m_queue.isClosed() || m_context.stopRequested())
            break;
        if (auto same = topic.check(); !same)
            return same;
        if (m_epoch <= m_config.epochs)
            if (auto moved = consumer->seek({start}); !moved)
                return moved;
    }
    consumer->close(std::chrono::milliseconds(500));
    return {};
}

void Ingest::beginPass(int epoch)
{
    m_epoch = epoch;
    m_source.beginPass(m_config.goneAtStart);
    m_source.endOffset = passEnd();
    m_atEnd = m_source.endOffset >= 0 && m_config.start >= m_source.endOffset;
    m_source.rowLimit = m_config.until.kind == StreamEnd::Kind::Count ? m_config.until.value : -1;
    m_shuffle.emplace(static_cast<int>(m_source.width()), m_config.shuffle, m_config.seed,
                      static_cast<std::uint64_t>(epoch), m_source.decoder().isWeighted(), m_source.decoder().targets());
    m_silence.restart();
}

void Ingest::resume(const IngestSnapshot& snapshot)
{
    beginPass(snapshot.epoch);
    m_source.resume(snapshot);
    m_shuffle->restore(snapshot.shuffle);
    m_open = snapshot.open;
    m_rejected = snapshot.rejected.count;
    m_atEnd = m_source.endOffset >= 0 && snapshot.next.offset >= m_source.endOffset;
}

std::int64_t Ingest::passEnd() const
{
    if (const auto end = m_config.passEnds.find(m_epoch); end != m_config.passEnds.end())
        return end->second;
    return m_config.until.kind == StreamEnd::Kind::End ? m_config.end : -1;
}

bool Ingest::passIsOver() const
{
    if (m_source.endOffset >= 0)
        return m_atEnd || next() >= m_source.endOffset;
    switch (m_config.until.kind) {
    case StreamEnd::Kind::End:
        break;
    case StreamEnd::Kind::Count:
        return m_source.rows() >= m_config.until.value;
    case StreamEnd::Kind::Idle:
        return m_silence.lasts(m_config.until.value);
    case StreamEnd::Kind::Never:
        break;
    }
    return false;
}

Status Ingest::pollOnce(Consumer& consumer)
{
    m_watch.tell(m_run, m_context);
    const auto asked = Clock::now();
    const int allowed = m_throttle.allow(kPollMessages);
    if (allowed == 0) {
        addSince(m_clock.waitingForRate, asked);
        return {};
    }
    const auto before = Clock::now();
    const double roomBefore = m_clock.waitingForRoom;
    const std::int64_t consumedBefore = m_clock.consumed;
    if (auto polled = consumer.poll(kPollTimeout, allowed, m_source); !polled)
        return polled;
    m_throttle.spend(m_clock.consumed - consumedBefore);
    if (m_source.error())
        return fail(*m_source.error());
    const auto after = Clock::now();
    const auto firstArrival = m_source.takeFirstArrival();
    if (firstArrival || !m_atEnd || m_source.brokersAway())
        m_silence.restart();
    else
        m_silence.add(after - before, kPollTimeout);
    const auto arrival = firstArrival.value_or(after);
    const double room = m_clock.waitingForRoom - roomBefore;
    m_clock.waitingForRecords = m_clock.waitingForRecords + std::chrono::duration<double>(arrival - before).count();
    m_clock.decoding = m_clock.decoding + std::max(0.0, std::chrono::duration<double>(after - arrival).count() - room);
    m_rejected = m_source.rejected();
    m_deleted = std::max<std::int64_t>(m_deleted, m_source.deleted()); // retention only goes on
    return {};
}

Status Ingest::readPass(Consumer& consumer)
{
    while (!passIsOver() && !m_context.stopRequested() && !m_queue.isClosed()) {
        if (auto polled = pollOnce(consumer); !polled)
            return polled;
        if (m_barrierWanted.exchange(false))
            pushBarrier();
    }
    if (m_context.stopRequested()) {
        pushBarrier();
        return {};
    }
    endPass();
    return {};
}

/// The barrier after the pass stands at the beginning of the next one.
void Ingest::endPass()
{
    while (m_shuffle->drain(m_open))
        if (m_open.rows() >= m_config.batch)
            closeBatch();
    if (m_open.rows() > 0)
        closeBatch();
    WorkItem end{WorkItem::Kind::EpochEnd, m_epoch, {}, m_source.deleted(), 0, {}};
    end.snapshot.next = {m_config.topic, m_config.partition, next()};
    m_queue.push(std::move(end));
    beginPass(m_epoch + 1);
    pushBarrier();
}

void Ingest::takeRow(const RecordSource::Row& row)
{
    ++m_clock.consumed;
    if (m_parts.of(*row.message, row.label) != SplitPart::Train)
        return;
    m_shuffle->push(row.features, row.targets(), m_open, row.weight);
    if (m_open.rows() >= m_config.batch)
        closeBatch();
}

void Ingest::closeBatch()
{
    WorkItem item{WorkItem::Kind::Rows, m_epoch, m_pool.take(), 0, leftInPass(), {}};
    std::swap(item.batch, m_open);
    const auto before = Clock::now();
    m_queue.push(std::move(item));
    addSince(m_clock.waitingForRoom, before);
}

void Ingest::pushBarrier()
{
    m_queue.push({WorkItem::Kind::Barrier, m_epoch, {}, 0, leftInPass(), cutNow()});
}

IngestSnapshot Ingest::cutNow() const
{
    auto last = m_source.lastRecord(m_config.partition);
    if (!last && m_config.resume)
        last = m_config.resume->last; // nothing was read since
    return {{m_config.topic, m_config.partition, next()},
            m_epoch,
            m_source.rows(),
            last,
            m_shuffle->state(),
            m_open,
            m_run.rejected().state(),
            m_source.deleted()};
}

std::int64_t Ingest::next() const
{
    return std::max(m_config.start, m_source.nextOffset(m_config.partition));
}

std::int64_t Ingest::leftInPass() const
{
    switch (m_config.until.kind) {
    case StreamEnd::Kind::End:
        return std::max<std::int64_t>(0, m_config.end - next());
    case StreamEnd::Kind::Count:
        return std::max<std::int64_t>(0, m_config.until.value - m_source.rows());
    default:
        return -1;
    }
}

} // namespace millrace
