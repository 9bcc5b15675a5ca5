// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/writing/TopicTarget.h"

#include "base/Files.h"
#include "base/Text.h"
#include "pipeline/reading/StableTopic.h"

#include <algorithm>

namespace millrace
{
namespace
{

std::string partitionsText(std::size_t count)
{
    return formatCount(static_cast<std::int64_t>(count)) + (count == 1 ? " partition" : " partitions");
}

/// What Kafka takes for one name, since its metrics write '.' as '_'.
std::string metricName(std::string topic)
{
    std::ranges::replace(topic, '.', '_');
    return topic;
}

Status checkName(const std::string& topic, const std::vector<std::string>& others)
{
    for (const std::string& other : others)
        if (other != topic && metricName(other) == metricName(topic))
            return fail(ErrorCode::Usage,
                        "Topics " + other + " and " + topic +
                            " differ in '.' and '_' only, and Kafka takes one of them",
                        "Choose another name");
    return {};
}

std::map<std::string, std::string> settingsOf(Admin& admin, const std::string& topic)
{
    std::map<std::string, std::string> settings;
    if (const auto entries = admin.topicConfig(topic)) // where this is not allowed, Kafka tells later
        for (const ConfigEntry& entry : *entries)
            settings[entry.name] = entry.value;
    return settings;
}

/// Kafka asks for no more replicas than a partition has; an older one takes its word and no records.
enum class Minimum { AsKept, AsWritten };

Status checkPartitions(const TopicTarget& target, Minimum minimum)
{
    const auto asked = target.settings.find("min.insync.replicas");
    const std::int64_t written = asked == target.settings.end() ? 1 : parseInteger(asked->second).value_or(1);
    for (const PartitionInfo& partition : target.there->partitions) {
        const std::int64_t least =
            minimum == Minimum::AsWritten ? written : std::min(written, std::ssize(partition.replicas));
        const std::string where = "Topic " + target.topic + " partition " + std::to_string(partition.partition);
        if (partition.leader < 0)
            return fail(ErrorCode::Unreachable, where + " has no leader, so it takes no records",
                        "Try again when its broker is back");
        if (std::ssize(partition.inSync) < least)
            return fail(ErrorCode::Unreachable,
                        where + " has " + std::to_string(partition.inSync.size()) + " of " +
                            std::to_string(partition.replicas.size()) +
                            " replicas in sync, and min.insync.replicas is " + std::to_string(written) +
                            ", so it takes no records",
                        "Try again when its brokers are back, or lower min.insync.replicas");
        if (partition.low < 0 || partition.high < 0)
            return fail(ErrorCode::Unreachable, where + " does not tell its offsets",
                        "Try again when its leader is there");
    }
    return {};
}

Result<std::vector<TopicTarget>> findTargets(Admin& admin, const std::vector<std::pair<std::string, int>>& topics,
                                             Minimum minimum, const std::stop_token& stop)
{
    auto cluster = admin.cluster();
    if (!cluster)
        return fail(cluster.error());
    std::vector<std::string> names;
    for (const TopicInfo& topic : cluster->topics)
        names.push_back(topic.name);
    std::vector<TopicTarget> targets;
    for (const auto& [name, partitions] : topics) {
        TopicTarget target{name, partitions, {}, {}};
        if (std::ranges::find(names, name) == names.end()) {
            if (auto good = checkName(name, names); !good)
                return fail(good.error());
            names.push_back(name);
        } else {
            auto there = stableTopic(admin, name, stop);
            if (!there)
                return fail(there.error());
            target.there = std::move(*there);
            target.settings = settingsOf(admin, name);
            if (auto good = checkPartitions(target, minimum); !good)
                return fail(good.error());
        }
        targets.push_back(std::move(target));
    }
    return targets;
}

} // namespace

std::int64_t TopicTarget::offsets() const
{
    std::int64_t sum = 0;
    if (there)
        for (const PartitionInfo& partition : there->partitions)
            sum += partition.high - partition.low;
    return sum;
}

bool TopicTarget::isCompacted() const
{
    const auto policy = settings.find("cleanup.policy");
    return policy != settings.end() && policy->second.find("compact") != std::string::npos;
}

std::optional<std::int64_t> TopicTarget::largestMessage() const
{
    const auto found = settings.find("max.message.bytes");
    return found == settings.end() ? std::nullopt : parseInteger(found->second);
}

Result<std::vector<TopicTarget>> lookAtTargets(Admin& admin, const std::vector<std::pair<std::string, int>>& topics,
                                               const std::stop_token& stop)
{
    return findTargets(admin, topics, Minimum::AsKept, stop);
}

MessageLimit limitOf(const Connection& connection, const std::vector<TopicTarget>& targets)
{
    MessageLimit limit;
    const auto& properties = connection.properties;
    if (const auto own = properties.find("message.max.bytes"); own != properties.end())
        limit.bytes = parseInteger(own->second).value_or(limit.bytes);
    const bool packed = properties.contains("compression.type") || properties.contains("compression.codec");
    for (const TopicTarget& target : targets)
        if (const auto largest = target.largestMessage(); largest && *largest < limit.bytes && !packed)
            limit = {*largest, "max.message.bytes of topic " + target.topic};
    return limit;
}

Status checkEmpty(const TopicTarget& target, Existing existing)
{
    const std::int64_t offsets = target.offsets();
    if (existing != Existing::Refuse || offsets == 0)
        return {};
    Error error{ErrorCode::Usage,
                "Topic " + target.topic + " holds records already: " + countOf(offsets, "offset") + " in " +
                    partitionsText(target.there->partitions.size()),
                "Add to them with --existing append, delete them all and begin anew with --existing replace, or choose "
                "another topic"};
    error.answers = {{"existing", "append", "Append"}, {"existing", "replace", "Replace"}};
    return fail(std::move(error));
}

Status checkHomeWritable(const std::filesystem::path& home)
{
    for (const char* folder : {"runs", "topics", "members"})
        if (auto made = needPrivateFolder(home / folder); !made)
            return made;
    return {};
}

Status makeTarget(Admin& admin, TopicTarget& target, Existing existing, const std::filesystem::path& home,
                  JobContext& context, const std::map<std::string, std::string>& configuration)
{
    if (auto writable = checkHomeWritable(home); !writable)
        return writable;
    if (target.there && existing == Existing::Replace && target.offsets() > 0) {
        context.note(Note::Severity::Warning, "Topic " + target.topic + " was deleted with its " +
                                                  countOf(target.offsets(), "offset") + ", and is made anew with " +
                                                  partitionsText(static_cast<std::size_t>(target.partitions)));
        if (auto deleted = admin.deleteTopic(target.topic); !deleted)
            return deleted;
        target.there.reset();
    }
    if (target.there)
        return {};
    if (auto made = admin.createTopic(target.topic, target.partitions, true, Admin::Timeout(10000), configuration);
        !made)
        return made;
    auto there = stableTopic(admin, target.topic, context.stop());
    if (!there)
        return fail(there.error());
    target.there = std::move(*there);
    return checkPartitions(target, Minimum::AsKept);
}

Error undelivered(Admin& admin, const std::string& topic, const DeliveryCounts& counts)
{
    Error cause = counts.firstFailure.value_or(Error{});
    const auto seen = findTargets(admin, {{topic, 1}}, Minimum::AsWritten, {});
    if (seen && !seen->front().there)
        cause = {ErrorCode::Failed, "it does not exist any more", "Begin anew: the topic is made again"};
    else if (!seen && cause.retriable)
        cause = seen.error();
    return {ErrorCode::Failed,
            formatCount(counts.failed) + " of " + formatCount(counts.delivered + counts.failed) +
                " records were not delivered to topic " + topic + ": " + cause.message,
            cause.advice};
}

std::function<void()> stallTeller(Admin& admin, const std::string& topic, JobContext& context)
{
    return [&admin, topic, &context, told = std::string()]() mutable {
        const auto seen = findTargets(admin, {{topic, 1}}, Minimum::AsWritten, context.stop());
        if (seen || context.stopRequested() || seen.error().message == told)
            return;
        told = seen.error().message;
        context.note(Note::Severity::Warning, describe(seen.error()) + ". The records wait");
    };
}

Existing existingOf(const std::string& name)
{
    return name == "append" ? Existing::Append : name == "replace" ? Existing::Replace : Existing::Refuse;
}

} // namespace millrace
