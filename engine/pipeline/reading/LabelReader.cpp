// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/reading/LabelReader.h"

#include "base/Text.h"
#include "pipeline/reading/StableTopic.h"

#include <algorithm>

namespace millrace
{

Result<JoinKey> parseJoinKey(const std::string& text, const std::vector<std::string>& features)
{
    if (text == "key")
        return JoinKey{};
    if (text.starts_with("header:"))
        return JoinKey{JoinKey::Kind::Header, text.substr(7)};
    if (!text.starts_with("column:"))
        return fail(ErrorCode::Usage, "label-join cannot be '" + text + "'", "It is key, header:NAME or column:NAME");
    const std::string name = text.substr(7);
    if (std::ranges::find(features, name) != features.end())
        return JoinKey{JoinKey::Kind::Column, name};
    return fail(ErrorCode::Usage, "There is no feature '" + name + "' to join labels by", didYouMean(name, features));
}

std::optional<std::string> joinIdOf(const MessageView& message, const JoinKey& key, const RecordFormat& format)
{
    switch (key.kind) {
    case JoinKey::Kind::Key:
        return message.key.data() == nullptr ? std::nullopt : std::optional<std::string>(message.key);
    case JoinKey::Kind::Header: {
        const auto header = message.header(key.name.c_str());
        return header ? std::optional<std::string>(*header) : std::nullopt;
    }
    case JoinKey::Kind::Column:
        return format.column(message.value, key.name);
    }
    return std::nullopt;
}

Result<LabelReader> LabelReader::open(const Connection& connection, const std::string& topic,
                                      const RecordDecoder& decoder, JoinKey key, const Positions& known,
                                      std::int64_t deleted, OnError onError, RunFolder& run, JobContext& context)
{
    auto admin = Admin::open(connection);
    if (!admin)
        return fail(admin.error());
    const auto info = stableTopic(*admin, topic, context.stop());
    if (!info)
        return fail(info.error());
    Positions positions;
    std::vector<PartitionOffset> starts;
    for (const PartitionInfo& partition : info->partitions) {
        const auto found = known.find(partition.partition);
        if (found == known.end() && partition.low < 0) // −1 would be its end
            return fail(offlinePartition(topic, partition.partition));
        // Where the position is gone the consumer tells it.
        const std::int64_t next = found == known.end() ? partition.low : found->second.next;
        positions[partition.partition].next = next;
        starts.push_back({topic, partition.partition, next});
    }
    ConsumerOptions options;
    options.passesOverDeleted = true;
    auto consumer = Consumer::assign(connection, options, starts);
    if (!consumer)
        return fail(consumer.error());
    LabelReader reader(std::move(*consumer), topic, decoder, std::move(key), std::move(positions), onError, run,
                       context);
    reader.m_deleted.set(deleted);
    return reader;
}

LabelReader::LabelReader(Consumer consumer, std::string topic, const RecordDecoder& decoder, JoinKey key,
                         Positions positions, OnError onError, RunFolder& run, JobContext& context)
    : m_consumer(std::move(consumer)), m_topic(std::move(topic)), m_decoder(&decoder), m_key(std::move(key)),
      m_positions(std::move(positions)), m_onError(onError), m_run(&run), m_context(&context)
{
}

Result<std::vector<ArrivedLabel>> LabelReader::poll(int maxMessages)
{
    if (auto polled = m_consumer.poll(std::chrono::milliseconds(0), maxMessages, *this); !polled)
        return fail(polled.error());
    if (!m_status)
        return fail(m_status.error());
    return std::exchange(m_arrived, {});
}

std::string LabelReader::partitionTitle(int partition) const
{
    return m_topic + " partition " + std::to_string(partition);
}

void LabelReader::onDeleted(int partition, std::int64_t from, std::int64_t to)
{
    m_positions[partition].next = to;
    m_deleted.add(partitionTitle(partition), from, to,
                  ". Records whose label was there are not learnt: keep labels longer (retention.ms, retention.bytes)",
                  *m_run, *m_context);
}

void LabelReader::onRewound(int partition, std::int64_t reached, std::int64_t now)
{
    if (m_status)
        m_status = fail(rewoundPartition(partitionTitle(partition), reached, now,
                                         "What is there now are other labels: read them with a new online run"));
}

void LabelReader::onMessage(const MessageView& message)
{
    m_ended.erase(message.partition);
    m_positions[message.partition].next = message.offset + 1;
    // A label message has its id where the records have theirs, but for a column: then as its key.
    const JoinKey key = m_key.kind == JoinKey::Kind::Column ? JoinKey{} : m_key;
    const auto id = joinIdOf(message, key, m_decoder->format());
    ArrivedLabel arrived;
    DecodeProblem problem;
    if (id && m_decoder->parseTarget(message.value, arrived.label, problem)) {
        arrived.id = *id;
        m_arrived.push_back(std::move(arrived));
        return;
    }
    if (!id)
        problem.reason = problem.kind = "there is no id to join by";
    reject(message, problem);
}

void LabelReader::reject(const MessageView& message, const DecodeProblem& problem)
{
    if (!m_status)
        return;
    if (m_onError == OnError::Stop)
        m_status = fail(rejectedRecord(partitionTitle(message.partition), message.offset, problem));
    else
        m_status = m_run->rejected().add(m_topic, message.partition, message.offset, problem, message.value);
}

} // namespace millrace
