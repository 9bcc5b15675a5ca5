// SPDX-License-Identifier: GPL-3.0-or-later
#include "kafka/Metadata.h"

#include "base/Clock.h"
#include "kafka/Errors.h"
#include "kafka/Handle.h"

#include <algorithm>

namespace millrace::kafka
{
namespace
{

constexpr Milliseconds kFirstSlice(200);    ///< of waiting for the first answer, between looks at the troubles
constexpr Milliseconds kLongestSlice(1000); ///< the same, of waiting for an answer that may come from far away
constexpr Milliseconds kPatience(4000);     ///< with a closed port, which a broker that starts may open
constexpr Milliseconds kGrace(300);         ///< for the other brokers, where one refuses us

TopicShape shapeOf(const rd_kafka_metadata_topic_t& topic)
{
    TopicShape shape{topic.topic, {}};
    for (int i = 0; i < topic.partition_cnt; ++i) {
        const rd_kafka_metadata_partition_t& from = topic.partitions[i];
        shape.partitions.push_back({from.id,
                                    from.leader,
                                    {from.replicas, from.replicas + from.replica_cnt},
                                    {from.isrs, from.isrs + from.isr_cnt}});
    }
    std::ranges::sort(shape.partitions, {}, &PartitionShape::partition);
    return shape;
}

} // namespace

const TopicShape* ClusterShape::find(const std::string& topic) const
{
    const auto found = std::ranges::find(topics, topic, &TopicShape::name);
    return found == topics.end() ? nullptr : &*found;
}

std::vector<std::string> ClusterShape::topicNames() const
{
    std::vector<std::string> names;
    for (const TopicShape& topic : topics)
        if (!topic.name.starts_with("__"))
            names.push_back(topic.name);
    return names;
}

namespace
{

using Metadata = std::unique_ptr<const rd_kafka_metadata_t, Deleter<rd_kafka_metadata_destroy>>;

/// Whether waiting longer makes no sense on a handle that no broker has answered yet.
bool isHopeless(const Witness& witness, Milliseconds waited)
{
    const auto trouble = witness.trouble();
    return trouble && waited >= (trouble->isLasting() ? kGrace : kPatience);
}

Result<Metadata> askMetadata(rd_kafka_t* handle, bool allTopics, rd_kafka_topic_t* only, Milliseconds timeout,
                             const std::stop_token& stop = {})
{
    Witness& witness = witnessOf(handle);
    const auto begin = Clock::now();
    const auto waited = [&] { return std::chrono::duration_cast<Milliseconds>(Clock::now() - begin); };
    const bool isKnown = witness.hasAnswered();
    Milliseconds slice = isKnown ? timeout : kFirstSlice;
    while (true) {
        const rd_kafka_metadata_t* metadata = nullptr;
        const auto wait = std::clamp(timeout - waited(), Milliseconds(1), slice);
        const auto code = rd_kafka_metadata(handle, allTopics ? 1 : 0, only, &metadata, static_cast<int>(wait.count()));
        if (code == RD_KAFKA_RESP_ERR_NO_ERROR) {
            witness.onAnswer(metadata->broker_cnt);
            return Metadata(metadata);
        }
        if (!isAway(code))
            return fail(
                errorFor(handle, code, "Cannot read the cluster's metadata", {}, {{"DESCRIBE", "cluster", {}}}));
        if (stop.stop_requested())
            return fail(ErrorCode::Cancelled, "Connecting was cancelled");
        if (isKnown || waited() >= timeout || isHopeless(witness, waited()))
            return fail(unanswered(handle, {}));
        if (code != RD_KAFKA_RESP_ERR__TRANSPORT) // asked, and no answer: one from far away needs longer
            slice = stop.stop_possible() ? std::min(slice * 2, kLongestSlice) : slice * 2;
    }
}

} // namespace

Status awaitBroker(rd_kafka_t* handle, Milliseconds timeout, const std::stop_token& stop)
{
    if (witnessOf(handle).hasAnswered())
        return {};
    const auto answer = askMetadata(handle, false, nullptr, timeout, stop);
    return answer ? Status{} : fail(answer.error());
}

Result<ClusterShape> readCluster(rd_kafka_t* handle, Milliseconds timeout)
{
    const auto metadata = askMetadata(handle, true, nullptr, timeout);
    if (!metadata)
        return fail(metadata.error());
    ClusterShape shape;
    for (int i = 0; i < (*metadata)->broker_cnt; ++i) {
        const auto& broker = (*metadata)->brokers[i];
        shape.brokers.push_back({broker.id, broker.host, broker.port});
    }
    for (int i = 0; i < (*metadata)->topic_cnt; ++i)
        shape.topics.push_back(shapeOf((*metadata)->topics[i]));
    std::ranges::sort(shape.topics, {}, &TopicShape::name);
    return shape;
}

namespace
{

/// A list of all topics leaves out what we may not see; asked by its name, the topic says so. Only a consumer's handle
/// is asked: a producer's would make the topic where the cluster allows that.
Status checkVisible(rd_kafka_t* handle, const std::string& topic, Milliseconds timeout)
{
    if (rd_kafka_type(handle) != RD_KAFKA_CONSUMER)
        return {};
    const TopicHandle only(rd_kafka_topic_new(handle, topic.c_str(), nullptr));
    const auto metadata = only ? askMetadata(handle, false, only.get(), timeout) : Result<Metadata>(Metadata());
    if (!metadata || !*metadata || (*metadata)->topic_cnt < 1)
        return {};
    const auto code = (*metadata)->topics[0].err;
    return !refusedResource(code).empty()
               ? fail(errorFor(handle, code, "Cannot look at topic " + topic, {}, {{"DESCRIBE", "topic", topic}}))
               : Status{};
}

} // namespace

Result<TopicShape> readTopic(rd_kafka_t* handle, const std::string& topic, Milliseconds timeout)
{
    const auto cluster = readCluster(handle, timeout);
    if (!cluster)
        return fail(cluster.error());
    const TopicShape* shape = cluster->find(topic);
    if (shape != nullptr)
        return *shape;
    return fail(topicAbsent(handle, topic, *cluster, timeout));
}

Error topicAbsent(rd_kafka_t* handle, const std::string& topic, const ClusterShape& cluster, Milliseconds timeout)
{
    const auto visible = checkVisible(handle, topic, timeout);
    return visible ? unknownTopic(topic, cluster.topicNames()) : visible.error();
}

} // namespace millrace::kafka
