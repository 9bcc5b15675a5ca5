// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/Ingest.h"

#include "base/Clock.h"

#include <algorithm>

namespace millrace
{
namespace
{

void addSince(std::atomic<double>& sum, Clock::time_point since)
{
    sum = sum + secondsSince(since);
}

} // namespace

nlohmann::json toJson(const Cut& cut)
{
    return {{"next", {{{"topic", cut.next.topic}, {"partition", cut.next.partition}, {"offset", cut.next.offset}}}},
            {"epoch", cut.epoch},
            {"in_hand", {{"features", cut.inHand.features}, {"labels", cut.inHand.labels}}}};
}

Batch BatchPool::take()
{
    std::lock_guard lock(m_mutex);
    if (m_free.empty())
        return {};
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

Ingest::Ingest(IngestConfig config, RunFolder& run, JobContext& context)
    : m_config(std::move(config)), m_run(run), m_context(context),
      m_source(m_config.topic, m_config.features, m_config.onError, run, context)
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
    m_status = readAll();
    m_queue.close();
}

Status Ingest::readAll()
{
    auto consumer = Consumer::assign(m_config.connection, {}, {{m_config.topic, m_config.partition, m_config.start}});
    if (!consumer)
        return fail(consumer.error());
    for (int epoch = 1; epoch <= m_config.epochs; ++epoch) {
        if (epoch > 1)
            if (auto moved = consumer->seek({{m_config.topic, m_config.partition, m_config.start}}); !moved)
                return moved;
        if (auto read = readPass(*consumer, epoch); !read)
            return read;
        if (m_queue.isClosed() || m_context.stopRequested())
            break;
    }
    consumer->close(std::chrono::milliseconds(500));
    return {};
}

void Ingest::beginPass(int epoch)
{
    const bool untilEnd = m_config.until.kind == StreamEnd::Kind::End;
    m_epoch = epoch;
    m_atEnd = untilEnd && m_config.start >= m_config.end;
    m_source.beginPass();
    m_source.endOffset = untilEnd ? m_config.end : -1;
    m_source.rowLimit = m_config.until.kind == StreamEnd::Kind::Count ? m_config.until.value : -1;
    m_shuffle.emplace(static_cast<int>(m_config.features.size()), m_config.shuffle, m_config.seed,
                      static_cast<std::uint64_t>(epoch));
    m_lastArrival = Clock::now();
}

bool Ingest::passIsOver() const
{
    switch (m_config.until.kind) {
    case StreamEnd::Kind::End:
        return m_atEnd || next() >= m_config.end;
    case StreamEnd::Kind::Count:
        return m_source.rows() >= m_config.until.value;
    case StreamEnd::Kind::Idle:
        return Clock::now() - m_lastArrival >= std::chrono::milliseconds(m_config.until.value);
    case StreamEnd::Kind::Never:
        break;
    }
    return false;
}

Status Ingest::pollOnce(Consumer& consumer)
{
    const auto before = Clock::now();
    const double roomBefore = m_clock.waitingForRoom;
    if (auto polled = consumer.poll(kPollTimeout, kPollMessages, m_source); !polled)
        return polled;
    if (m_source.error())
        return fail(*m_source.error());
    const auto after = Clock::now();
    const auto firstArrival = m_source.takeFirstArrival();
    if (firstArrival)
        m_lastArrival = after;
    const auto arrival = firstArrival.value_or(after);
    const double room = m_clock.waitingForRoom - roomBefore;
    m_clock.waitingForRecords = m_clock.waitingForRecords + std::chrono::duration<double>(arrival - before).count();
    m_clock.decoding = m_clock.decoding + std::max(0.0, std::chrono::duration<double>(after - arrival).count() - room);
    m_rejected = m_source.rejected();
    return {};
}

Status Ingest::readPass(Consumer& consumer, int epoch)
{
    beginPass(epoch);
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
    while (m_shuffle->drain(m_open))
        if (m_open.rows() >= m_config.batch)
            closeBatch();
    if (m_open.rows() > 0)
        closeBatch();
    m_queue.push({WorkItem::Kind::EpochEnd, epoch, {}, 0, {}});
    pushBarrier();
    return {};
}

void Ingest::takeRow(const RecordSource::Row& row)
{
    ++m_clock.consumed;
    m_shuffle->push(row.features, row.label, m_open);
    if (m_open.rows() >= m_config.batch)
        closeBatch();
}

void Ingest::closeBatch()
{
    WorkItem item{WorkItem::Kind::Rows, m_epoch, m_pool.take(), leftInPass(), {}};
    std::swap(item.batch, m_open);
    const auto before = Clock::now();
    m_queue.push(std::move(item));
    addSince(m_clock.waitingForRoom, before);
}

void Ingest::pushBarrier()
{
    m_queue.push({WorkItem::Kind::Barrier, m_epoch, {}, leftInPass(), cutNow()});
}

Cut Ingest::cutNow() const
{
    Cut cut{{m_config.topic, m_config.partition, next()}, m_epoch, m_open};
    ShuffleBuffer rest = *m_shuffle;
    while (rest.drain(cut.inHand)) {
    }
    return cut;
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
