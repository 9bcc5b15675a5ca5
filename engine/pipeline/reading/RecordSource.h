// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/RecordDecoder.h"
#include "pipeline/runs/IngestSnapshot.h"
#include "pipeline/runs/JobContext.h"
#include "pipeline/runs/RunFolder.h"

#include <functional>
#include <optional>
#include <utility>

namespace millrace
{

/// What happens to a row or message that cannot be used.
enum class OnError { Skip, Stop };

/// One poll takes at most so many messages and waits at most so long, so that its loop soon sees a stop.
inline constexpr int kPollMessages = 1024;
inline constexpr std::chrono::milliseconds kPollTimeout{50};

/// Offsets that retention deleted before they were read, of one topic.
class DeletedUnread
{
public:
    /// Counts from..to−1, and says them in log and notes. A reader at the edge of the retention meets this again and
    /// again: it is told when it has doubled. `consequence` ends the sentence.
    void add(const std::string& where, std::int64_t from, std::int64_t to, const std::string& consequence,
             RunFolder& run, JobContext& context);
    [[nodiscard]] std::int64_t count() const { return m_count; }
    void set(std::int64_t count) { m_count = count; } ///< counts on from there

private:
    std::int64_t m_count = 0, m_told = 0;
};

/// What a reader ends with that is to stop at a record that cannot be used.
Error rejectedRecord(const std::string& partition, std::int64_t offset, const DecodeProblem& problem);

/// What a reader ends with whose partition does not reach any more to where it was.
Error rewoundPartition(const std::string& where, std::int64_t reached, std::int64_t now, const std::string& advice);

/// Decodes messages as they are polled and hands good rows on in arrival order; bad ones are rejected with partition,
/// offset and reason. The bottom of every consuming loop: it keeps the events of a poll apart from what is done with
/// the rows. Used by the thread that polls.
class RecordSource : public ConsumerEvents
{
public:
    struct Row {
        std::span<const float> features;
        float label = 0; ///< of several the first
        int partition = 0;
        std::int64_t offset = 0;
        std::string_view key;                 ///< as it came; data() == nullptr is null
        const MessageView* message = nullptr; ///< whole; lives as long as the call
        float weight = 1;                     ///< of records to predict always
        std::span<const float> labels{};      ///< where there are several
        [[nodiscard]] std::span<const float> targets() const { return labels.empty() ? std::span(&label, 1) : labels; }
    };
    using RowHandler = std::function<void(const Row&)>;

    RecordSource(std::string topic, RecordDecoder decoder, OnError onError, RunFolder& run, JobContext& context);

    RowHandler onRow;
    std::function<void(int partition)> onRejected = [](int) {}; ///< a record of it was rejected
    std::function<void(int partition)> onPartitionEnd = [](int) {};
    /// May move the offsets that reading starts at.
    std::function<void(std::vector<PartitionOffset>&)> onPartitionsAssigned = [](auto&) {};
    std::function<void(const std::vector<PartitionOffset>&)> onPartitionsRevoked = [](const auto&) {};
    std::function<void(const std::vector<PartitionOffset>&)> onPartitionsLost = [](const auto&) {};
    /// Without, keys are not looked at and rows have no label: records to predict.
    bool labelled = true;
    /// Messages at or after this offset are passed over (the end of a pass); −1 none.
    std::int64_t endOffset = -1;
    /// Once this many rows were handed on, messages are passed over; −1 none.
    std::int64_t rowLimit = -1;

    /// Forgets positions and counts: a new pass begins, in which so many offsets are gone already.
    void beginPass(std::int64_t deleted = 0);
    /// Forgets positions alone: the partitions are somebody else's now.
    void forgetPositions() { m_next.clear(); }
    /// Reading goes on there, not behind the last record.
    void setPosition(int partition, std::int64_t next);
    /// Next offset of a partition: everything before it was handed on or rejected. −1 before its first message.
    [[nodiscard]] std::int64_t nextOffset(int partition) const;
    /// Positions of all partitions seen in this pass.
    [[nodiscard]] std::vector<PartitionOffset> positions() const;
    [[nodiscard]] std::int64_t rows() const { return m_rows; } ///< handed on in this pass
    void setRows(std::int64_t rows) { m_rows = rows; }         ///< counts on from there
    /// Offsets that retention deleted before they were read in this pass.
    [[nodiscard]] std::int64_t deleted() const { return m_deleted.count(); }
    void setDeleted(std::int64_t deleted) { m_deleted.set(deleted); } ///< counts on from there
    /// The last record of a partition that was handed on or rejected.
    [[nodiscard]] std::optional<RecordIdentity> lastRecord(int partition) const;
    /// Goes on in the middle of a pass.
    void resume(const IngestSnapshot& snapshot);
    /// When the first message since the last call came; nullopt when none did.
    std::optional<std::chrono::steady_clock::time_point> takeFirstArrival()
    {
        return std::exchange(m_firstArrival, std::nullopt);
    }

    void onMessage(const MessageView& message) override;
    void onEnd(int partition, std::int64_t offset) override;
    void onDeleted(int partition, std::int64_t from, std::int64_t to) override;
    void onRewound(int partition, std::int64_t reached, std::int64_t now) override;
    void onAssigned(std::vector<PartitionOffset>& partitions) override { onPartitionsAssigned(partitions); }
    void onRevoked(const std::vector<PartitionOffset>& partitions) override { onPartitionsRevoked(partitions); }
    void onLost(const std::vector<PartitionOffset>& partitions) override { onPartitionsLost(partitions); }
    void onBrokersAway(bool away) override;
    [[nodiscard]] bool brokersAway() const { return m_context.brokerAway(); }

    [[nodiscard]] const RecordDecoder& decoder() const { return m_decoder; }
    [[nodiscard]] std::size_t width() const { return m_decoder.width(); } ///< of a row
    [[nodiscard]] std::int64_t rejected() const { return m_run.rejected().count(); }
    /// Set when a bad record met OnError::Stop, or the rejected file cannot be written.
    [[nodiscard]] const std::optional<Error>& error() const { return m_error; }

private:
    void reject(const MessageView& message, const DecodeProblem& problem);
    /// Later records have no say: an error, or the end of the pass or of what is wanted.
    [[nodiscard]] bool isOver(std::int64_t offset) const
    {
        return m_error || (endOffset >= 0 && offset >= endOffset) || (rowLimit >= 0 && m_rows >= rowLimit);
    }
    [[nodiscard]] std::string partitionTitle(int partition) const;
    std::string m_topic;
    RecordDecoder m_decoder;
    std::vector<float> m_features, m_targets;
    OnError m_onError;
    RunFolder& m_run;
    JobContext& m_context;
    std::int64_t m_rows = 0;
    DeletedUnread m_deleted;
    std::vector<std::int64_t> m_next; ///< by partition, −1 unseen
    /// Copied for each message, hashed only when asked for.
    struct LastMessage {
        std::int64_t offset = -1, timestamp = -1;
        std::string key, value;
    };
    std::vector<LastMessage> m_last; ///< by partition
    std::optional<std::chrono::steady_clock::time_point> m_firstArrival;
    std::optional<Error> m_error;
};

/// Warns in log and notes where more than half of what was read was rejected.
void tellMostRejected(const RejectionReport& rejections, RunFolder& run, JobContext& context);
/// The same of a job without a run, of rows or records.
void tellMostRejected(const RejectionReport& rejections, const std::string& unit, JobContext& context);

/// What a result tells of offsets that were deleted before they were read.
struct DeletedReport {
    std::int64_t count = 0;
    /// Of a training: the epochs that did without, and how many offsets each.
    std::vector<std::pair<std::int64_t, std::int64_t>> epochs{};
};
/// Of a result with `deleted_unread`.
DeletedReport deletedIn(const nlohmann::json& result);
/// "1,400 offsets were deleted before they were read", and which epochs did without; empty where none was.
std::string deletedSentence(const DeletedReport& deleted);

} // namespace millrace
