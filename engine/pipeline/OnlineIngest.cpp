// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/OnlineIngest.h"

#include "base/Clock.h"
#include "base/Text.h"

namespace millrace
{
OnlineIngest::OnlineIngest(const OnlineConfig& config, std::vector<std::string> features, RunFolder& run,
                           JobContext& context)
    : m_config(config), m_run(run), m_context(context),
      m_source(config.topic, std::move(features), config.onError, run, context)
{
    m_source.onRow = [this](const RecordSource::Row& row) { takeRow(row); };
    m_thread = std::jthread([this] { this->run(); });
}

OnlineIngest::~OnlineIngest()
{
    m_queue.close();
    m_learnt.notify_all();
}

Status OnlineIngest::finish()
{
    if (m_thread.joinable())
        m_thread.join();
    return m_status;
}

void OnlineIngest::done(const MiniDataset& dataset, const std::string& metadata)
{
    {
        std::lock_guard lock(m_mutex);
        m_toCommit = dataset.next;
        m_commitMetadata = metadata;
        ++m_doneCount;
    }
    m_learnt.notify_all();
}

void OnlineIngest::run()
{
    m_status = readStream();
    m_queue.close();
}

Status OnlineIngest::readStream()
{
    auto reader =
        GroupReader::join(m_config.connection, m_config.topic, m_config.group, m_config.until, m_source, m_context);
    if (!reader)
        return fail(reader.error());
    reader->beforeRevoke = [&] { drainBeforeRevoke(*reader); };
    const auto timeout = std::clamp(m_config.linger / 4, std::chrono::milliseconds(5), kPollTimeout);
    bool more = true;
    while (more && !isAbandoned()) {
        auto polled = reader->poll(timeout);
        if (!polled)
            return fail(polled.error());
        more = *polled;
        m_joined = reader->hasPartitions();
        m_rejected = m_source.rejected();
        closeIfLingered();
        pushReady(*reader);
        if (auto committed = commitDone(*reader); !committed)
            return committed;
    }
    if (!isAbandoned() && m_open.rows.rows() > 0)
        closeOpen(false);
    drainBeforeRevoke(*reader);
    reader->beforeRevoke = [] {};
    reader->leave();
    return {};
}

void OnlineIngest::takeRow(const RecordSource::Row& row)
{
    if (m_open.rows.rows() == 0)
        m_opened = Clock::now();
    m_open.rows.features.insert(m_open.rows.features.end(), row.features.begin(), row.features.end());
    m_open.rows.labels.push_back(row.label);
    ++m_consumed;
    if (m_open.rows.rows() >= m_config.records)
        closeOpen(false);
}

void OnlineIngest::closeOpen(bool byLinger)
{
    m_open.next = m_source.positions();
    m_open.closedByLinger = byLinger;
    m_ready.push_back(std::exchange(m_open, {}));
}

void OnlineIngest::closeIfLingered()
{
    if (m_open.rows.rows() > 0 && Clock::now() - m_opened >= m_config.linger)
        closeOpen(true);
}

void OnlineIngest::pushReady(GroupReader& reader)
{
    const auto before = Clock::now();
    while (!m_ready.empty() && !isAbandoned()) {
        if (!m_queue.waitForRoom(kPollTimeout)) {
            if (auto committed = commitDone(reader); !committed)
                m_context.note(Note::Severity::Warning, describe(committed.error()));
            continue;
        }
        if (m_queue.push(std::move(m_ready.front())))
            ++m_handedOut;
        m_ready.pop_front();
    }
    m_opened += Clock::now() - before; // waiting for the learner is not waiting for records
}

Status OnlineIngest::commitDone(GroupReader& reader)
{
    std::vector<PartitionOffset> positions;
    std::string metadata;
    {
        std::lock_guard lock(m_mutex);
        positions = std::exchange(m_toCommit, {});
        metadata = m_commitMetadata;
    }
    auto committed = reader.commit(positions, metadata);
    if (committed || !committed.error().retriable)
        return committed;
    // The broker is away for a while: the same positions, or later ones, are committed when it is back.
    std::lock_guard lock(m_mutex);
    if (m_toCommit.empty())
        m_toCommit = std::move(positions);
    return {};
}

void OnlineIngest::drainBeforeRevoke(GroupReader& reader)
{
    pushReady(reader);
    {
        std::unique_lock lock(m_mutex);
        while (m_doneCount < m_handedOut && !isAbandoned())
            m_learnt.wait_for(lock, m_context.stop(), kPollTimeout, [&] { return m_doneCount >= m_handedOut; });
    }
    if (auto committed = commitDone(reader); !committed)
        m_context.note(Note::Severity::Warning, describe(committed.error()));
}

} // namespace millrace
