// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/Clock.h"
#include "kafka/Consumer.h"
#include "kafka/Errors.h"
#include "kafka/Handle.h"

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <string>
#include <vector>

/// Private to the files of Consumer.
namespace millrace
{

/// Callbacks get this as their owner; they run only inside poll() and close(). Of the thread that
/// polls.
struct Consumer::State {
    static constexpr std::size_t kBatch = 1024;
    rd_kafka_t* handle = nullptr;
    rd_kafka_queue_t* queue = nullptr;
    std::string group, topic, offsetReset;
    bool inGroup = false, isStatic = false;
    bool away = false;
    bool hasRead = false;                         ///< a record, or the end of a partition: the topic was there
    Clock::time_point nextProbe, heard, nextLook; ///< heard: of a partition, the last time
    ConsumerEvents* events = nullptr;
    std::optional<Error> error;
    kafka::PartitionList assigned; ///< given to us, but not taken yet
    kafka::PartitionList revoked;  ///< taken from us, but not given back yet
    std::array<rd_kafka_message_t*, kBatch> batch{};
    std::vector<std::int64_t> expected; ///< by partition: the offset that is read next; −1 unknown

    static Result<std::unique_ptr<State>> open(const Connection& connection, const ConsumerOptions& options,
                                               kafka::Settings fixed);

    void expect(int partition, std::int64_t offset)
    {
        const auto slot = static_cast<std::size_t>(partition);
        if (slot >= expected.size())
            expected.resize(slot + 1, -1);
        expected[slot] = offset;
    }
    void expect(const std::vector<PartitionOffset>& starts)
    {
        expected.clear();
        for (const PartitionOffset& start : starts) {
            expect(start.partition, std::max<std::int64_t>(-1, start.offset));
            static_cast<void>(
                kafka::witnessOf(handle).takeReset(start.topic, start.partition)); // of what was read before
        }
    }
    /// How messages call a partition.
    static std::string nameOf(const std::string& topic, int partition)
    {
        return "topic " + topic + ", partition " + std::to_string(partition);
    }
    void setAway(bool now)
    {
        if (away == now)
            return;
        away = now;
        if (events != nullptr)
            events->onBrokersAway(now);
    }
    void keepError(Error failure)
    {
        if (!error)
            error = std::move(failure);
    }

    /// What reading needs.
    [[nodiscard]] kafka::Rights rightsOn(const std::string& name) const
    {
        return {{"READ", "topic", name}, {"READ", "group", group}};
    }
    // ConsumerRebalance.cpp: partitions come and go.
    void onRebalance(rd_kafka_resp_err_t code, rd_kafka_topic_partition_list_t* partitions);
    void take();
    void giveBack();
    Result<bool> fillCommitted(rd_kafka_topic_partition_list_t* partitions);
    // ConsumerMessages.cpp: what a poll brings.
    void hand(const rd_kafka_message_t& message);
    void checkNext(int partition, std::int64_t offset);
    void onError(rd_kafka_resp_err_t code, const char* reason);
    void handError(const rd_kafka_message_t& message);
    std::optional<Error> absenceOf(const std::string& name);
    void topicMissing(const std::string& name);
    void probe(kafka::Milliseconds timeout);
    void lookAtSilence(kafka::Milliseconds timeout);
    std::size_t fetch(kafka::Milliseconds timeout, std::size_t wanted);
    // Consumer.cpp: of the member.
    void unsubscribe(Clock::time_point until);
    [[nodiscard]] std::string memberId() const;
    void drop(ssize_t count)
    {
        for (ssize_t i = 0; i < count; ++i)
            rd_kafka_message_destroy(batch[static_cast<std::size_t>(i)]);
    }
};

} // namespace millrace
