// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/reading/ResumeGuards.h"

#include "base/Clock.h"
#include "base/Json.h"
#include "base/Text.h"
#include "pipeline/reading/RecordSource.h"
#include "pipeline/reading/StableTopic.h"

#include <algorithm>

namespace millrace
{
namespace
{

constexpr std::chrono::seconds kIdentityTimeout{10};

std::string placeOf(const KnownPartition& known)
{
    return "topic " + known.topic + " partition " + std::to_string(known.partition);
}

/// The record at this offset; nullopt when nothing stands there (compacted away, or a transaction's marker).
Result<std::optional<RecordIdentity>> identityAt(const Connection& connection, const PartitionOffset& at)
{
    struct FirstMessage : ConsumerEvents {
        std::optional<RecordIdentity> identity;
        bool ended = false;
        void onMessage(const MessageView& message) override
        {
            if (!identity)
                identity = identityOf(message);
        }
        void onEnd(int, std::int64_t) override { ended = true; }
    } first;
    auto consumer = Consumer::assign(connection, {}, {at});
    if (!consumer)
        return fail(consumer.error());
    const auto deadline = Clock::now() + kIdentityTimeout;
    while (!first.identity && !first.ended && Clock::now() < deadline)
        if (auto polled = consumer->poll(kPollTimeout, 1, first); !polled)
            return fail(polled.error());
    if (!first.identity && !first.ended)
        return fail(ErrorCode::Unreachable,
                    "The broker did not give the record at offset " + formatCount(at.offset) + " within 10 s",
                    "Try again");
    if (first.identity && first.identity->offset != at.offset)
        first.identity.reset();
    return first.identity;
}

} // namespace

Result<Source> askSource(Admin& admin, const std::string& name, const std::stop_token& stop)
{
    auto cluster = admin.cluster();
    if (!cluster)
        return fail(cluster.error());
    auto topic = stableTopic(admin, name, stop);
    if (!topic)
        return fail(topic.error());
    for (const PartitionInfo& partition : topic->partitions)
        if (partition.low < 0 || partition.high < 0)
            return fail(partition.leader < 0
                            ? offlinePartition(name, partition.partition)
                            : Error{ErrorCode::Unreachable,
                                    "Topic " + name + " partition " + std::to_string(partition.partition) +
                                        " does not tell its offsets",
                                    "Try again when one of its brokers is back", true});
    return Source{cluster->clusterId, std::move(*topic)};
}

Status checkSameCluster(const std::string& run, const std::string& was, const std::string& is)
{
    if (was.empty() || was == is)
        return {};
    return fail(ErrorCode::BadData, "Run " + run + " was trained on cluster " + was + ", and this is cluster " + is,
                "Connect to that cluster with --broker, or train a new run");
}

Status checkSamePartition(const Connection& connection, const KnownPartition& known, const PartitionInfo& now)
{
    const auto& [next, last] = known.position;
    const std::string other = "Run " + known.run + " read another " + placeOf(known) + ": ";
    const std::string advice = "The topic was made anew since. Train a new run";
    const std::int64_t reached = last ? std::max(next, last->offset + 1) : next;
    if (now.high < reached)
        return fail(ErrorCode::BadData,
                    other + "it ends at offset " + formatCount(now.high) + ", the run had reached " +
                        formatCount(reached),
                    advice);
    if (!last || last->offset < now.low)
        return {};
    const auto found = identityAt(connection, {known.topic, known.partition, last->offset});
    if (!found)
        return fail(found.error());
    if (*found && **found != *last)
        return fail(ErrorCode::BadData,
                    other + "the record at offset " + formatCount(last->offset) + " is not the one it read", advice);
    return {};
}

Status checkLost(const KnownPartition& known, const PartitionInfo& now, bool skip, JobContext& context,
                 std::int64_t& from)
{
    if (from >= now.low)
        return {};
    const std::string lost = countOf(now.low - from, "record") + " of " + placeOf(known) + " that run " + known.run +
                             (now.low - from == 1 ? " needs was" : " needs were") + " deleted: offsets " +
                             formatCount(from) + " to " + formatCount(now.low - 1);
    if (!skip)
        return fail(Error{ErrorCode::BadData,
                          lost,
                          "Go on without them with --lost skip",
                          false,
                          {{"lost", "skip", "Go on without them"}}});
    context.note(Note::Severity::Warning, lost + ". They are left out");
    from = now.low;
    return {};
}

Status checkSameConfiguration(const std::string& section, const RunInfo& run, const nlohmann::json& now,
                              const std::set<std::string>& free)
{
    const nlohmann::json& was = objectIn(run.description, "configuration");
    for (const auto& [key, value] : was.items()) {
        const nlohmann::json given = now.value(key, nlohmann::json());
        if (free.contains(key) || given == value)
            continue;
        return fail(ErrorCode::Usage,
                    section + "." + key + " was " + dumpJson(value) + " in run " + run.folder + " and is " +
                        dumpJson(given) + " now",
                    "A run that goes on, or is done again, keeps its configuration; leave it as it was, or start a new "
                    "run");
    }
    return {};
}

std::deque<RateChange> ratesAfter(const std::vector<nlohmann::json>& journal, std::int64_t step)
{
    std::deque<RateChange> rates;
    for (const nlohmann::json& entry : journal)
        if (const std::int64_t at = integerIn(entry, "step", -1);
            textIn(entry, "event") == "learning-rate" && at >= step)
            rates.push_back({at, entry.at("value").get<double>()}); // else it cannot be done again: planning tells
    std::ranges::stable_sort(rates, {}, &RateChange::step);
    return rates;
}

} // namespace millrace
