// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/writing/PublishPart.h"

namespace millrace
{

Result<PublishPart> PublishPart::open(const Connection& connection, const TopicTarget& target, std::size_t classes)
{
    auto producer = Producer::open(connection, target.topic, static_cast<int>(target.there->partitions.size()));
    if (!producer)
        return fail(producer.error());
    PublishPart part{.topic = target.topic, .producer = std::move(*producer)};
    for (const PartitionInfo& partition : target.there->partitions) {
        part.low.push_back(partition.low);
        part.high.push_back(partition.high);
    }
    part.classes = classes;
    part.met.resize(part.high.size(), ClassCounts(classes));
    part.delivered.resize(part.high.size(), ClassCounts(classes));
    return part;
}

ClassCounts PublishPart::standing(std::size_t partition) const
{
    ClassCounts sum(classes);
    for (const auto* counts : {&met, &delivered})
        for (std::size_t c = 0; c < sum.size() && partition < counts->size(); ++c)
            sum.at(c) += (*counts)[partition].at(c);
    return sum;
}

void PublishPart::countDelivered()
{
    producer.setOnDelivered([this](int partition, std::uintptr_t label) {
        const auto slot = static_cast<std::size_t>(partition);
        if (slot >= delivered.size()) // partitions were added meanwhile
            delivered.resize(slot + 1, ClassCounts(classes));
        ++delivered[slot].at(label);
    });
}

Error goneUnder(const std::string& topic)
{
    return {ErrorCode::Failed, "Topic " + topic + " was deleted, or made anew, while it was published to",
            "Publish again, without --resume"};
}

Result<std::int64_t> grewBy(Admin& admin, const PublishPart& part)
{
    const auto topic = admin.topic(part.topic);
    if (!topic)
        return fail(topic.error().code == ErrorCode::Usage ? goneUnder(part.topic) : topic.error());
    std::int64_t added = 0;
    for (std::size_t p = 0; p < part.high.size() && p < topic->partitions.size(); ++p)
        added += topic->partitions[p].high - part.high[p];
    return added;
}

Error lostIn(Admin& admin, const PublishPart& part)
{
    Error error = undelivered(admin, part.topic, part.producer.counts());
    error.advice +=
        (error.advice.empty() ? "Send" : "; then send") + std::string(" them with the same command and --resume");
    return error;
}

Error causeOf(const Error& error, Admin& admin, const std::vector<PublishPart>& parts)
{
    if (error.code == ErrorCode::Cancelled || error.code == ErrorCode::BadData)
        return error;
    for (const PublishPart& part : parts)
        if (const auto added = grewBy(admin, part); added && *added < part.producer.counts().delivered)
            return goneUnder(part.topic);
        else if (!added && !added.error().retriable)
            return added.error();
    for (const PublishPart& part : parts)
        if (part.producer.counts().failed > 0)
            return lostIn(admin, part);
    return error;
}

} // namespace millrace
