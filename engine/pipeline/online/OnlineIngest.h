// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/BoundedQueue.h"
#include "base/Clock.h"
#include "pipeline/online/OnlineConfig.h"
#include "pipeline/online/OnlineState.h"
#include "pipeline/online/PassReader.h"
#include "pipeline/reading/LabelReader.h"
#include "pipeline/reading/PartitionWatch.h"
#include "pipeline/reading/Throttle.h"

#include <condition_variable>
#include <deque>
#include <map>
#include <thread>

namespace millrace
{

/// Records in arrival order that are learnt together, and where the stream stands after them.
struct MiniDataset {
    enum class Closed {
        Full,
        Linger,    ///< by the clock
        End,       ///< of the stream
        Rebalance, ///< its partitions are given up
    };
    /// Of a row.
    struct Origin {
        int partition = 0;
        std::int64_t offset = 0;
    };
    Batch rows;
    std::vector<Origin> origins; ///< [rows]
    // Where labels come late: the rows have none.
    std::vector<std::string> ids;     ///< [rows]
    std::vector<ArrivedLabel> labels; ///< in order
    Places places, labelPlaces;
    RejectionState rejected, rejectedBefore; ///< when it was closed, and opened
    std::int64_t skipped = 0;
    std::int64_t deleted = 0, deletedBefore = 0; ///< offsets, when it was closed, and opened
    std::int64_t labelsDeleted = 0;              ///< the same of the labels' topic, when it was closed
    Closed closed = Closed::Full;
    bool replayed = false; ///< closed as the journal says
    int pass = 1;          ///< of a later one: nothing of it is scored, and `places` are the pass's
};
std::string nameOf(MiniDataset::Closed closed);

/// Records that were passed over because the lag was too long.
struct Skip {
    int partition = 0;
    std::int64_t from = 0, to = 0;
};

/// What a checkpoint holds of the stream.
struct SavedState {
    Places places;
    std::int64_t miniDatasets = 0; ///< taken; the one in hand included
    std::int64_t scoresBytes = 0;
    std::int64_t checkpoint = -1; ///< the learner's step, by which it is named; −1: what the run began with
    std::string metadata;         ///< for the commit
};
SavedState savedState(const OnlineState& state, std::int64_t checkpoint, const std::string& run);

/// Where the stream begins, and what was decided about it before.
struct OnlineStart {
    std::string instance; ///< the run's name in the group
    bool resumed = false;
    bool reproduces = false;       ///< begins at `places` whatever the group has committed
    Places places, labelPlaces;    ///< that the run has reached
    std::int64_t miniDatasets = 0; ///< that it has taken,
    std::int64_t records = 0;      ///< and records
    std::int64_t skipped = 0;
    std::int64_t deleted = 0;              ///< offsets that retention took before they were read,
    std::int64_t labelsDeleted = 0;        ///< and of the labels' topic
    std::map<int, std::int64_t> beyondEnd; ///< by partition: what the group has committed, and means nothing
    std::map<std::int64_t, int> sizes;     ///< of mini-datasets that closed before they were full, by number
    std::map<int, std::int64_t> first;     ///< by partition: where to begin when the group has committed nothing
    std::map<int, std::int64_t> committed; ///< by partition: what the group had committed when the run came to it
    std::vector<Skip> skips;
    std::set<std::string> runs; ///< folders of all runs at hand
    int pass = 1;               ///< where it begins; of a later one:
    Places passPlaces;          ///< none where nothing of it is learnt yet
    std::int64_t passRecords = 0;
    SavedState saved;                      ///< with this checkpoint
    std::set<int> lost;                    ///< partitions that the group took away: where it stands is right
    std::optional<std::int64_t> passEnded; ///< the first pass ended before the mini-dataset of this number
};

/// The ingest side of online learning: polls as a member of the group, cuts the stream into mini-datasets, commits what
/// the training thread has saved. A full queue is backpressure: it stops polling, and stays in the group. Partitions
/// that are revoked are finished with, saved and committed first. Later passes are read without the group.
class OnlineIngest
{
public:
    OnlineIngest(const OnlineConfig& config, OnlineStart start, std::vector<std::string> features, RunFolder& run,
                 JobContext& context);
    ~OnlineIngest();

    BoundedQueue<MiniDataset>& queue() { return m_queue; }
    /// From whoever saved a checkpoint.
    void saved(const SavedState& state);
    /// Those that the run may have to go back to.
    [[nodiscard]] std::set<std::int64_t> neededCheckpoints();
    /// The group has put the run out, and others go on from what it had committed: so must this run. The journal has
    /// it.
    [[nodiscard]] bool isLost() const { return m_lost; }
    /// A checkpoint is waited for.
    [[nodiscard]] bool wantsCheckpoint() const { return m_checkpointWanted; }
    [[nodiscard]] std::int64_t rejected() const { return m_rejected; }
    [[nodiscard]] std::int64_t skipped() const { return m_skipped; }
    /// Offsets that retention took before they were read, of the records' and of the labels' topic.
    [[nodiscard]] std::int64_t deleted() const { return m_deleted; }
    [[nodiscard]] std::int64_t labelsDeleted() const { return m_labelsDeleted; }
    [[nodiscard]] std::int64_t consumed() const { return m_consumed; }
    [[nodiscard]] bool joined() const { return m_joined; }
    /// When the group's stream was over; after finish().
    [[nodiscard]] const HeldPartitions& held() const { return m_heldAtEnd; }
    /// Nothing more will be saved: commits what is, leaves the group, joins the thread. The error that ended it, if one
    /// did.
    Status finish();

private:
    void run();
    Status readAsMember();
    Status readStream(GroupReader& reader);
    Status settle(GroupReader& reader);
    Status readAgain();
    Status readPass();
    Result<Places> beginPass();
    void takeRow(const RecordSource::Row& row);
    Status openLabels();
    Result<std::int64_t> takeLabels(int atMost);
    [[nodiscard]] bool isEmpty() const { return m_open.rows.rows() == 0 && m_open.labels.empty(); }
    void closeOpen(MiniDataset::Closed closed);
    void closeIfLingered();
    [[nodiscard]] Places placesNow() const;
    void pushReady(GroupReader* reader);
    void waitForRoom(GroupReader& reader);
    Status commitSaved(GroupReader& reader);
    void commitLast(GroupReader& reader);
    [[nodiscard]] bool isUncommitted();
    Status noteCommitted(const std::vector<PartitionOffset>& positions);
    void takeOver(std::vector<PartitionOffset>& partitions);
    std::int64_t startOf(const PartitionOffset& committed, bool isFirst);
    std::int64_t foreignOffset(const PartitionOffset& committed, std::int64_t reached);
    void tellWhoWasHere(const std::string& other);
    void giveUp(GroupReader& reader);
    void lose();
    void unplan();
    void forgetUntaken();
    void forgetRejected(const MiniDataset& from);
    void waitUntilSaved();
    void skipAhead(GroupReader& reader);
    [[nodiscard]] bool isSkipped(const RecordSource::Row& row) const;
    void waitUntil(GroupReader& reader, const std::function<bool()>& done);
    [[nodiscard]] std::chrono::milliseconds pollTimeout() const;
    [[nodiscard]] bool isAbandoned() const { return m_context.stopRequested() || m_queue.isClosed(); }

    const OnlineConfig& m_config;
    OnlineStart m_start;
    RunFolder& m_run;
    JobContext& m_context;
    RecordSource m_source;
    Throttle m_throttle;
    PartitionWatch m_watch;
    BoundedQueue<MiniDataset> m_queue{2};
    std::atomic<std::int64_t> m_rejected{0}, m_consumed{0}, m_skipped{0}, m_deleted{0}, m_labelsDeleted{0};
    std::atomic<bool> m_joined{false}, m_checkpointWanted{false}, m_lost{false};

    // Of the ingest thread alone.
    std::optional<LabelReader> m_labels;
    JoinKey m_joinKey;
    std::vector<std::string> m_features;
    MiniDataset m_open;
    std::deque<MiniDataset> m_ready;
    int m_pass = 1;
    std::optional<LearntRecords> m_learnt; ///< in the first pass; of later ones
    Clock::time_point m_opened, m_lagAsked;
    std::int64_t m_closed = 0, m_handedOut = 0; ///< mini-datasets, those of earlier lives included
    std::set<int> m_held;                       ///< partitions
    std::map<int, std::int64_t> m_movedAt;      ///< by partition: no mini-dataset up to this number knows its place
    std::set<int> m_known;                      ///< partitions that were held once
    bool m_saidWhoWasHere = false, m_givingUp = false;
    Status m_decided; ///< of what was decided inside a callback

    std::mutex m_mutex;
    std::condition_variable_any m_changed;
    SavedState m_saved, m_committing, m_committed;
    bool m_toCommit = false; ///< m_saved
    bool m_over = false;

    HeldPartitions m_heldAtEnd;
    Status m_status;
    std::jthread m_thread; ///< last: everything it uses is made before it
};

} // namespace millrace
