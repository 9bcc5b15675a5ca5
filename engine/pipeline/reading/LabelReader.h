// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/formats/RecordFormat.h"
#include "pipeline/reading/RecordSource.h"
#include "pipeline/reading/ResumeGuards.h"

#include <set>

namespace millrace
{

/// By what a record and its label find each other.
struct JoinKey {
    enum class Kind { Key, Header, Column };
    Kind kind = Kind::Key;
    std::string name{}; ///< of the header or the feature
};
/// "key", "header:NAME" or "column:NAME", a feature. ErrorCode::Usage names the nearest feature.
Result<JoinKey> parseJoinKey(const std::string& text, const std::vector<std::string>& features);
/// The record's id as text; nullopt where it has none.
std::optional<std::string> joinIdOf(const MessageView& message, const JoinKey& key, const RecordFormat& format);

/// A label as it came.
struct ArrivedLabel {
    std::string id;
    float label = 0;
    int after = 0; ///< so many records of its mini-dataset had come before it
};

/// Reads labels from a topic of their own, all partitions, without a group: the run's checkpoint says where. A message
/// has the id as its key (or in the header that the records have it in) and the label as its value. Used by
/// the thread that polls.
class LabelReader : private ConsumerEvents
{
public:
    /// `decoder` is the records', and outlives the reader. Partitions without a position are read from their beginning.
    /// `deleted`: offsets that were deleted unread so far.
    static Result<LabelReader> open(const Connection& connection, const std::string& topic,
                                    const RecordDecoder& decoder, JoinKey key, const Positions& known,
                                    std::int64_t deleted, OnError onError, RunFolder& run, JobContext& context);
    /// What has come, so many messages at most, without waiting.
    Result<std::vector<ArrivedLabel>> poll(int maxMessages);
    /// All partitions were read to their end at the last poll.
    [[nodiscard]] bool atEnd() const { return m_ended.size() == m_positions.size(); }
    [[nodiscard]] const Positions& positions() const { return m_positions; }
    /// Offsets that retention deleted before they were read.
    [[nodiscard]] std::int64_t deleted() const { return m_deleted.count(); }

private:
    LabelReader(Consumer consumer, std::string topic, const RecordDecoder& decoder, JoinKey key, Positions positions,
                OnError onError, RunFolder& run, JobContext& context);
    void onMessage(const MessageView& message) override;
    void onEnd(int partition, std::int64_t /*offset*/) override { m_ended.insert(partition); }
    void onDeleted(int partition, std::int64_t from, std::int64_t to) override;
    void onRewound(int partition, std::int64_t reached, std::int64_t now) override;
    void reject(const MessageView& message, const DecodeProblem& problem);
    [[nodiscard]] std::string partitionTitle(int partition) const;

    Consumer m_consumer;
    std::string m_topic;
    const RecordDecoder* m_decoder;
    JoinKey m_key;
    Positions m_positions;
    OnError m_onError;
    RunFolder* m_run;
    JobContext* m_context;
    DeletedUnread m_deleted;
    std::set<int> m_ended;
    std::vector<ArrivedLabel> m_arrived;
    Status m_status;
};

} // namespace millrace
