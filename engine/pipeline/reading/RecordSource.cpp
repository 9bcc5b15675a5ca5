// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/reading/RecordSource.h"

#include "base/Json.h"
#include "base/Text.h"

#include <algorithm>

namespace millrace
{

void DeletedUnread::add(const std::string& where, std::int64_t from, std::int64_t to, const std::string& consequence,
                        RunFolder& run, JobContext& context)
{
    m_count += to - from;
    if (m_told > 0 && m_count < 2 * m_told)
        return;
    m_told = m_count;
    const std::string text =
        countOf(to - from, "offset") + " of " + where + " (" + formatCount(from) + " to " + formatCount(to - 1) +
        (to - from == 1 ? ") was deleted before it was read" : ") were deleted before they were read") +
        "; reading goes on at " + formatCount(to) + consequence;
    run.log(text);
    context.note(Note::Severity::Warning, text);
}

Error rejectedRecord(const std::string& partition, std::int64_t offset, const DecodeProblem& problem)
{
    return {ErrorCode::BadData, partition + " offset " + std::to_string(offset) + ": " + problem.reason,
            "Mend what produces this topic, or skip such records with --on-error skip", false};
}

Error rewoundPartition(const std::string& where, std::int64_t reached, std::int64_t now, const std::string& advice)
{
    return {ErrorCode::BadData,
            "Topic " + where + " was made anew or truncated: reading had reached offset " + formatCount(reached) +
                ", and the partition does not reach so far any more. It begins again at " + formatCount(now),
            advice};
}

RecordSource::RecordSource(std::string topic, RecordDecoder decoder, OnError onError, RunFolder& run,
                           JobContext& context)
    : m_topic(std::move(topic)), m_decoder(std::move(decoder)), m_features(m_decoder.width()),
      m_targets(m_decoder.targets()), m_onError(onError), m_run(run), m_context(context)
{
}

void RecordSource::onMessage(const MessageView& message)
{
    if (!m_firstArrival)
        m_firstArrival = std::chrono::steady_clock::now();
    if (isOver(message.offset))
        return;
    setPosition(message.partition, message.offset + 1);
    LastMessage& last = m_last[static_cast<std::size_t>(message.partition)];
    last.offset = message.offset;
    last.timestamp = message.timestamp;
    last.key.assign(message.key);
    last.value.assign(message.value);
    DecodeProblem problem;
    const bool good = labelled ? m_decoder.decode(message.key, message.value, m_features, m_targets, problem)
                               : m_decoder.decodeFeatures(message.value, m_features, problem);
    if (good) {
        ++m_rows;
        onRow({m_features, m_targets.front(), message.partition, message.offset, message.key, &message,
               labelled ? m_decoder.weight() : 1, m_targets});
    } else {
        reject(message, problem);
    }
}

void RecordSource::setPosition(int partition, std::int64_t next)
{
    const auto slot = static_cast<std::size_t>(partition);
    if (m_next.size() <= slot) {
        m_next.resize(slot + 1, -1);
        m_last.resize(std::max(m_last.size(), slot + 1));
    }
    m_next[slot] = next;
}

void RecordSource::beginPass(std::int64_t deleted)
{
    m_rows = 0;
    m_deleted.set(deleted);
    m_next.clear();
}

std::int64_t RecordSource::nextOffset(int partition) const
{
    const auto slot = static_cast<std::size_t>(partition);
    return slot < m_next.size() ? m_next[slot] : -1;
}

std::vector<PartitionOffset> RecordSource::positions() const
{
    std::vector<PartitionOffset> positions;
    for (std::size_t i = 0; i < m_next.size(); ++i)
        if (m_next[i] >= 0)
            positions.push_back({m_topic, static_cast<int>(i), m_next[i]});
    return positions;
}

std::optional<RecordIdentity> RecordSource::lastRecord(int partition) const
{
    const auto slot = static_cast<std::size_t>(partition);
    if (slot >= m_last.size() || m_last[slot].offset < 0)
        return std::nullopt;
    const LastMessage& last = m_last[slot];
    return identityOf({partition, last.offset, last.timestamp, last.key, last.value});
}

void RecordSource::resume(const IngestSnapshot& snapshot)
{
    m_rows = snapshot.rowsInPass;
    m_deleted.set(snapshot.deletedInPass);
    setPosition(snapshot.next.partition, snapshot.next.offset);
}

void RecordSource::reject(const MessageView& message, const DecodeProblem& problem)
{
    const std::string where = partitionTitle(message.partition) + " offset " + std::to_string(message.offset);
    if (m_onError == OnError::Stop) {
        m_error = rejectedRecord(partitionTitle(message.partition), message.offset, problem);
        return;
    }
    if (rejected() == 0)
        m_context.note(Note::Severity::Warning, where + ": " + problem.reason + ". Rejected, into rejected.csv");
    if (auto added = m_run.rejected().add(m_topic, message.partition, message.offset, problem,
                                          m_decoder.format().shownValue(message.value));
        !added)
        m_error = added.error();
    onRejected(message.partition);
}

void RecordSource::onEnd(int partition, std::int64_t /*offset*/)
{
    onPartitionEnd(partition);
}

void RecordSource::onDeleted(int partition, std::int64_t from, std::int64_t to)
{
    if (isOver(from))
        return;
    const std::int64_t last = endOffset >= 0 ? std::min(to, endOffset) : to;
    setPosition(partition, last);
    m_deleted.add(partitionTitle(partition), from, last, {}, m_run, m_context);
}

void RecordSource::onRewound(int partition, std::int64_t reached, std::int64_t now)
{
    if (!m_error)
        m_error = rewoundPartition(partitionTitle(partition), reached, now,
                                   "What is there now is other data: read it with a new run, as another group");
}

std::string RecordSource::partitionTitle(int partition) const
{
    return m_topic + " partition " + std::to_string(partition);
}

void RecordSource::onBrokersAway(bool away)
{
    if (away != brokersAway())
        m_run.log(m_context.noteBroker(away));
}

DeletedReport deletedIn(const nlohmann::json& result)
{
    DeletedReport report{integerIn(result, "deleted_unread")};
    for (const nlohmann::json& epoch : listIn(result, "per_epoch"))
        if (const std::int64_t deleted = integerIn(epoch, "deleted"); deleted > 0)
            report.epochs.emplace_back(integerIn(epoch, "epoch"), deleted);
    return report;
}

std::string deletedSentence(const DeletedReport& deleted)
{
    if (deleted.count <= 0)
        return {};
    const bool one = deleted.count == 1;
    const std::string text = formatCount(deleted.count) + (one ? " offset was" : " offsets were") + " deleted before " +
                             (one ? "it was" : "they were") + " read";
    std::string epochs;
    for (const auto& [epoch, count] : deleted.epochs)
        epochs += (epochs.empty() ? "" : ", ") + formatCount(epoch) + " (" + formatCount(count) + ")";
    return epochs.empty() ? text
                          : text + ": epoch" + (deleted.epochs.size() == 1 ? " " : "s ") + epochs + " did without them";
}

void tellMostRejected(const RejectionReport& rejections, RunFolder& run, JobContext& context)
{
    if (rejections.isOfMost())
        run.log(rejectionSentence(rejections, "record"));
    tellMostRejected(rejections, "record", context);
}

void tellMostRejected(const RejectionReport& rejections, const std::string& unit, JobContext& context)
{
    if (rejections.isOfMost())
        context.note(Note::Severity::Warning, rejectionSentence(rejections, unit));
}

} // namespace millrace
