// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/BoundedQueue.h"
#include "base/Clock.h"
#include "data/Batch.h"
#include "pipeline/reading/PartitionWatch.h"
#include "pipeline/reading/RecordSource.h"
#include "pipeline/reading/StreamBounds.h"
#include "pipeline/reading/Throttle.h"
#include "pipeline/reading/ValidationPart.h"

#include <map>
#include <thread>

namespace millrace
{

/// What goes through the queue from the ingest thread to the training thread.
struct WorkItem {
    enum class Kind {
        Rows,     ///< a batch to learn
        EpochEnd, ///< the pass is over, at `snapshot.next`
        Barrier,  ///< everything before it belongs to `snapshot`: save a checkpoint here
    };
    Kind kind = Kind::Rows;
    int epoch = 1;
    Batch batch;
    std::int64_t deleted = 0; ///< at the end of an epoch: offsets that it did without, since retention took them
    std::int64_t left = -1;   ///< records left in this pass when the batch was closed; −1 unknown
    IngestSnapshot snapshot;
};

/// As many batches as can be under way at once, each with room for its rows, to use again and again: taking and giving
/// allocate nothing. Thread-safe.
class BatchPool
{
public:
    BatchPool(std::size_t batches, int rows, std::size_t features, bool weighted = false, std::size_t targets = 1);
    Batch take();
    void give(Batch batch);

private:
    std::mutex m_mutex;
    std::size_t m_targetsOfRow;
    std::vector<Batch> m_free;
};

struct IngestConfig {
    Connection connection;
    std::string topic;
    int partition = 0;
    std::int64_t start = 0;       ///< resolved offset
    std::int64_t goneAtStart = 0; ///< offsets that the run began at, and that were deleted before `start`
    std::int64_t end = -1;        ///< watermark when the run began; passes after the first end there too
    StreamEnd until;
    int epochs = 1;
    int batch = 64;
    int shuffle = 64;
    std::uint64_t seed = 1;
    OnError onError = OnError::Skip;
    std::optional<IngestSnapshot> resume; ///< where to go on, instead of at the start
    std::map<int, std::int64_t> passEnds; ///< by epoch: where a pass ended that the clock had ended
};

/// How the ingest thread spends its time, in seconds; read by the training thread to say what limits the run.
struct IngestClock {
    std::atomic<double> waitingForRecords{0}, waitingForRate{0}, decoding{0}, waitingForRoom{0};
    std::atomic<std::int64_t> consumed{0};
};

/// The ingest side of training from one partition: polls, decodes, shuffles and batches on a thread of its own, epoch
/// after epoch, each reading the topic anew, and pushes WorkItems in order. A full queue is backpressure: it stops
/// polling. Ends by closing the queue: after the last epoch, after stop (a last Barrier before it), or on an error.
class Ingest
{
public:
    /// parts: which records are read and not learnt.
    Ingest(IngestConfig config, RecordDecoder decoder, RecordParts parts, RunFolder& run, JobContext& context);
    ~Ingest(); ///< closes the queue and joins

    BoundedQueue<WorkItem>& queue() { return m_queue; }
    BatchPool& pool() { return m_pool; }
    [[nodiscard]] const IngestClock& clock() const { return m_clock; }
    [[nodiscard]] std::int64_t rejected() const { return m_rejected.load(); }
    /// Offsets that some pass did without, since retention took them.
    [[nodiscard]] std::int64_t deleted() const { return m_deleted.load(); }
    /// Asks for a Barrier soon.
    void requestBarrier() { m_barrierWanted = true; }
    /// Joins the thread; the error that ended it, if one did.
    Status finish();

private:
    void run();
    Status readAll();
    Status readPass(Consumer& consumer);
    void takeRow(const RecordSource::Row& row);
    void closeBatch();
    void pushBarrier();
    [[nodiscard]] IngestSnapshot cutNow() const;
    [[nodiscard]] std::int64_t next() const;
    [[nodiscard]] std::int64_t leftInPass() const;
    void beginPass(int epoch);
    void resume(const IngestSnapshot& snapshot);
    void endPass();
    [[nodiscard]] std::int64_t passEnd() const;
    [[nodiscard]] bool passIsOver() const;
    Status pollOnce(Consumer& consumer);

    IngestConfig m_config;
    RecordParts m_parts;
    RunFolder& m_run;
    JobContext& m_context;
    RecordSource m_source;
    Throttle m_throttle;
    PartitionWatch m_watch;
    BoundedQueue<WorkItem> m_queue;
    BatchPool m_pool;
    IngestClock m_clock;
    std::atomic<std::int64_t> m_rejected{0}, m_deleted{0};
    std::atomic<bool> m_barrierWanted{false};

    // Of the ingest thread alone.
    std::optional<ShuffleBuffer> m_shuffle;
    Batch m_open;
    Silence m_silence;
    int m_epoch = 1;
    bool m_atEnd = false;

    Status m_status;
    std::jthread m_thread; ///< last: everything it uses is made before it
};

} // namespace millrace
