// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/Text.h"
#include "kafka/Consumer.h"

#include <vector>

namespace millrace
{

/// Row numbers and values by partition, in the order in which they stand there.
class TopicRows : public ConsumerEvents
{
public:
    std::vector<std::vector<std::int64_t>> rows;
    std::vector<std::vector<std::string>> values;

    void onMessage(const MessageView& message) override
    {
        rows[static_cast<std::size_t>(message.partition)].push_back(
            parseInteger(message.header("row").value_or("")).value_or(-1));
        values[static_cast<std::size_t>(message.partition)].emplace_back(message.value);
    }
    void onEnd(int /*partition*/, std::int64_t /*offset*/) override { ++m_ends; }
    void onBrokersAway(bool /*away*/) override {}

    Status read(const Connection& connection, const std::string& topic, int partitions)
    {
        rows.resize(static_cast<std::size_t>(partitions));
        values.resize(rows.size());
        std::vector<PartitionOffset> begin;
        for (int i = 0; i < partitions; ++i)
            begin.push_back({topic, i, 0});
        auto consumer = Consumer::assign(connection, {}, begin);
        if (!consumer)
            return fail(consumer.error());
        while (m_ends < partitions)
            if (auto polled = consumer->poll(std::chrono::milliseconds(50), 4096, *this); !polled)
                return polled;
        return {};
    }

private:
    int m_ends = 0;
};

} // namespace millrace
