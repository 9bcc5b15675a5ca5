// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/BoundedQueue.h"
#include "data/Batch.h"
#include "pipeline/Online.h"

#include <condition_variable>
#include <deque>
#include <thread>

namespace millrace
{

/// Records in arrival order that are learnt together, with the positions after them.
struct MiniDataset {
    Batch rows;
    std::vector<PartitionOffset> next; ///< commit these once it is learnt and saved
    bool closedByLinger = false;
};

/// The ingest side of online learning: polls as a member of the group, cuts the stream into mini-datasets, commits what
/// the training thread has done. A full queue is backpressure: it stops polling (heartbeats go on).
class OnlineIngest
{
public:
    OnlineIngest(const OnlineConfig& config, std::vector<std::string> features, RunFolder& run, JobContext& context);
    ~OnlineIngest();

    BoundedQueue<MiniDataset>& queue() { return m_queue; }
    /// From the training thread: this mini-dataset is learnt and saved.
    void done(const MiniDataset& dataset, const std::string& metadata);
    [[nodiscard]] std::int64_t rejected() const { return m_rejected; }
    [[nodiscard]] std::int64_t consumed() const { return m_consumed; }
    [[nodiscard]] bool joined() const { return m_joined; }
    /// Joins the thread; the error that ended it, if one did.
    Status finish();

private:
    void run();
    Status readStream();
    void takeRow(const RecordSource::Row& row);
    void closeOpen(bool byLinger);
    void closeIfLingered();
    void pushReady(GroupReader& reader);
    Status commitDone(GroupReader& reader);
    void drainBeforeRevoke(GroupReader& reader);
    [[nodiscard]] bool isAbandoned() const { return m_context.stopRequested() || m_queue.isClosed(); }

    const OnlineConfig& m_config;
    RunFolder& m_run;
    JobContext& m_context;
    RecordSource m_source;
    BoundedQueue<MiniDataset> m_queue{2};
    std::atomic<std::int64_t> m_rejected{0}, m_consumed{0};
    std::atomic<bool> m_joined{false};

    // Of the ingest thread alone.
    MiniDataset m_open;
    std::deque<MiniDataset> m_ready;
    std::chrono::steady_clock::time_point m_opened;

    std::mutex m_mutex;
    std::condition_variable_any m_learnt;
    std::vector<PartitionOffset> m_toCommit;
    std::string m_commitMetadata;
    std::int64_t m_handedOut = 0, m_doneCount = 0;

    Status m_status;
    std::jthread m_thread; ///< last: everything it uses is made before it
};

} // namespace millrace
