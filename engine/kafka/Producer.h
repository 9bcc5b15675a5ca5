// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "kafka/Connection.h"
#include "kafka/MessageHeader.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string_view>
#include <vector>

namespace millrace
{

/// Counts by delivery report: what the broker acknowledged.
struct DeliveryCounts {
    std::int64_t delivered = 0;
    std::int64_t failed = 0;
    std::int64_t bytes = 0;                 ///< of delivered keys and values
    std::vector<std::int64_t> perPartition; ///< delivered, by partition
    std::optional<Error> firstFailure;      ///< why the first that failed did
};

/// An idempotent producer for one topic, `partitioner=murmur2_random` as Java clients have. Not thread-safe.
class Producer
{
public:
    static Result<Producer> open(const Connection& connection, const std::string& topic, int partitions);
    Producer(Producer&&) noexcept;
    Producer& operator=(Producer&&) noexcept;
    ~Producer(); ///< purges what is still queued

    /// Queues a copy; at most four headers. A full local queue is backpressure: waits, serving delivery reports.
    /// key.data() == nullptr sends a null key. partition −1 lets the partitioner choose. tag means something to the
    /// caller alone: whoever set setOnDelivered() has it back.
    Status send(std::string_view key, std::string_view value, int partition, std::span<const MessageHeader> headers,
                const std::stop_token& stop, std::uintptr_t tag = 0);
    /// Waits until everything is acknowledged or failed; when a stop is requested so long only, then purges the rest.
    /// So it does when the producer cannot go on: what is not acknowledged then has failed.
    Status flush(const std::stop_token& stop, std::chrono::milliseconds afterStop = {});
    [[nodiscard]] const DeliveryCounts& counts() const;
    /// Records that were queued and are neither acknowledged nor failed.
    [[nodiscard]] std::int64_t onTheWay() const;
    /// No broker answers: librdkafka goes on trying, for as long as it takes, and nothing is lost.
    [[nodiscard]] bool brokersAway() const;
    /// Waits so long for delivery reports. For a caller that does not send meanwhile.
    Status serve(std::chrono::milliseconds timeout);
    /// Called inside send(), flush() and serve() of each record that was acknowledged, with the tag that it was sent
    /// with.
    void setOnDelivered(std::function<void(int partition, std::uintptr_t tag)> onDelivered);
    /// Called inside send(), flush() and serve() when they wait, and no record was acknowledged for some seconds; again
    /// after as long.
    void setOnStall(std::function<void()> onStall);

private:
    struct State;
    explicit Producer(std::unique_ptr<State> state);
    std::unique_ptr<State> m_state;
};

} // namespace millrace
