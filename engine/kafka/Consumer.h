// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "kafka/Connection.h"
#include "kafka/Membership.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace millrace
{

/// A partition and the next offset to read there.
struct PartitionOffset {
    std::string topic;
    int partition = 0;
    std::int64_t offset = 0;
    std::string metadata{}; ///< what stood beside a committed offset
};

/// A message as librdkafka holds it: the views live only inside the callback that gets it. A null key or value has
/// data() == nullptr.
struct MessageView {
    int partition = 0;
    std::int64_t offset = 0;
    std::int64_t timestamp = -1; ///< milliseconds since 1970, −1 unknown
    std::string_view key;
    std::string_view value;
    bool appendTime = false;      ///< the timestamp is the broker's at append, not the producer's at creation
    const void* native = nullptr; ///< librdkafka's message
    /// The last header of the name; nullopt when there is none.
    [[nodiscard]] std::optional<std::string_view> header(const char* name) const;
};

/// What one poll brought. Called on the polling thread, in order with the messages.
class ConsumerEvents
{
public:
    virtual ~ConsumerEvents() = default;
    virtual void onMessage(const MessageView& message) = 0;
    /// The partition's end as of now is reached (the partition-EOF event, never arithmetic on offsets).
    virtual void onEnd(int /*partition*/, std::int64_t /*offset*/) {}
    /// Retention deleted the offsets from..to−1 before they were read; reading goes on at `to`. Gaps that compaction
    /// and transactions leave are not told.
    virtual void onDeleted(int /*partition*/, std::int64_t /*from*/, std::int64_t /*to*/) {}
    /// The partition does not reach to the offset that was to be read: the topic was made anew, truncated or restored.
    /// Unless this fails, reading goes on at `now`, which is before it.
    virtual void onRewound(int /*partition*/, std::int64_t /*reached*/, std::int64_t /*now*/) {}
    /// Partitions gained (group mode), with their committed offsets and metadata (or the reset position, as −2
    /// earliest / −1 latest). Reading starts at the offsets as they stand after the call.
    virtual void onAssigned(std::vector<PartitionOffset>& /*partitions*/) {}
    /// Partitions about to be lost: commit what is done with them before returning. All messages of them that were
    /// fetched together with the news have been handed out.
    virtual void onRevoked(const std::vector<PartitionOffset>& /*partitions*/) {}
    /// Partitions that are another member's already: the group has put this one out, after a long freeze for one.
    /// Nothing can be committed any more.
    virtual void onLost(const std::vector<PartitionOffset>& partitions) { onRevoked(partitions); }
    /// The brokers are away: librdkafka goes on trying; nothing is lost. Called again with false when they are back.
    virtual void onBrokersAway(bool /*away*/) {}
};

/// How a consumer buffers; the defaults keep training's memory flat.
struct ConsumerOptions {
    std::string groupId; ///< empty: no group
    /// Static membership: a member that comes back under this name within the session timeout gets its partitions at
    /// once, and nobody else's move. Empty: a member of the moment.
    std::string instanceId;
    std::string clientId = "millrace";
    std::string offsetReset = "earliest"; ///< group mode, where nothing is committed: earliest, latest, error
    /// Without a group: what was deleted is told and passed over, as with one, instead of being an error.
    bool passesOverDeleted = false;
    /// At the end of a partition the broker answers after this time at the latest: how soon the end is known, and how
    /// long reading elsewhere on the same broker may have to wait. The price of a short one is asking so often.
    std::chrono::milliseconds fetchWait{100};
    int queuedKilobytes = 24576; ///< of keys and values, until nothing more is fetched,
    int queuedMessages = 60'000; ///< or so many: a message takes some 400 bytes besides
    int fetchKilobytes = 8192;   ///< of one answer of a broker
    std::chrono::milliseconds sessionTimeout{6000};
};

/// One librdkafka consumer. Not thread-safe: the one thread that uses it polls, commits, and destroys it. Never commits
/// by itself. Destruction never waits longer than the close deadline, also with a frozen broker.
class Consumer
{
public:
    /// Reads the given partitions from the given offsets, without a group. Offsets may be −2 (earliest), −1 (latest).
    static Result<Consumer> assign(const Connection& connection, const ConsumerOptions& options,
                                   const std::vector<PartitionOffset>& partitions);
    /// Joins options.groupId on the topic (eager "range" assignment).
    static Result<Consumer> subscribe(const Connection& connection, const ConsumerOptions& options,
                                      const std::string& topic);

    Consumer(Consumer&&) noexcept;
    Consumer& operator=(Consumer&&) noexcept;
    ~Consumer();

    /// Waits up to the time-out for something, then hands out up to maxMessages messages and events. An error is one
    /// that will not mend itself (unknown topic, authorisation, offset out of range); away brokers are an event.
    Status poll(std::chrono::milliseconds timeout, int maxMessages, ConsumerEvents& events);
    /// Moves every given partition (assign mode): what was prefetched before is dropped.
    Status seek(const std::vector<PartitionOffset>& partitions);
    /// Moves one assigned partition; the others read on.
    Status move(const PartitionOffset& to);
    /// The partition's end as the last fetch told it; nullopt before the first.
    [[nodiscard]] std::optional<std::int64_t> knownEnd(const std::string& topic, int partition) const;
    /// Backpressure: stops and resumes fetching of everything assigned. Prefetched records are read again later.
    Status pause(bool paused);
    /// Synchronous commit of explicit next offsets, with metadata (≤ 4,096 bytes). ErrorCode::Unreachable when no
    /// answer comes within the deadline; it may still arrive then. Also retriable: the group is just giving partitions
    /// away, perhaps this member's; the next poll tells.
    Status commit(const std::vector<PartitionOffset>& offsets, const std::string& metadata = {},
                  std::chrono::milliseconds deadline = std::chrono::milliseconds(5000));
    /// The group has put this member out; the next poll tells, with onLost().
    [[nodiscard]] bool isLost() const;
    /// The group has taken another member of its instanceId for it: this one never joins again. After a stall that may
    /// be its own second try to join.
    [[nodiscard]] bool isFenced() const;
    /// Leaves the group within the deadline; later destruction is quick. Called by the destructor with 2 s.
    void close(std::chrono::milliseconds deadline);
    [[nodiscard]] std::string memberId() const;
    /// This member as TransactionalProducer::sendOffsets() wants it: ask after each poll, it changes with a rebalance.
    /// Null where it is no member.
    [[nodiscard]] Membership membership() const;

private:
    struct State;
    explicit Consumer(std::unique_ptr<State> state);
    std::unique_ptr<State> m_state;
};

} // namespace millrace
