// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "kafka/Admin.h"
#include "kafka/Producer.h"
#include "pipeline/runs/JobContext.h"

#include <filesystem>
#include <functional>
#include <map>

namespace millrace
{

/// What to do with a topic that holds records already.
enum class Existing { Refuse, Append, Replace };

/// The topic that a job is about to write to, as it is found before anything is made or sent.
struct TopicTarget {
    std::string topic;
    int partitions = 1;                          ///< where it is made
    std::optional<TopicInfo> there;              ///< nullopt: it does not exist
    std::map<std::string, std::string> settings; ///< of the topic, as far as they may be read; empty: unknown

    [[nodiscard]] std::int64_t offsets() const; ///< between its partitions' starts and ends: about so many records
    [[nodiscard]] bool isCompacted() const;
    /// The largest message that it takes, key and value together, in bytes; nullopt unknown.
    [[nodiscard]] std::optional<std::int64_t> largestMessage() const;
};

/// Looks at the topics, of other names each. Refused: a partition without a leader, one with fewer replicas in sync
/// than its topic asks for (and has), and a name that differs from another topic's in '.' and '_' only, which Kafka
/// does not allow.
Result<std::vector<TopicTarget>> lookAtTargets(Admin& admin, const std::vector<std::pair<std::string, int>>& topics,
                                               const std::stop_token& stop);

/// What the producer and the topics take, key and value together, and who says so.
struct MessageLimit {
    std::int64_t bytes = 1'000'000; ///< librdkafka's
    std::string reason = "message.max.bytes of the producer";
};
MessageLimit limitOf(const Connection& connection, const std::vector<TopicTarget>& targets);

/// Refused when the topic holds records and nothing was said of them: the error has the answers `existing` append and
/// replace.
Status checkEmpty(const TopicTarget& target, Existing existing);

/// Whether a job may write into the home what it tells of its work (runs, notes of topics, its place in a group): asked
/// before it makes a topic, which would be left behind.
Status checkHomeWritable(const std::filesystem::path& home);

/// Makes the topic where it is missing; anew where it holds records that are to be replaced (a note tells how many are
/// lost). The target then has it as it is. Nothing is done where checkHomeWritable() refuses.
Status makeTarget(Admin& admin, TopicTarget& target, Existing existing, const std::filesystem::path& home,
                  JobContext& context, const std::map<std::string, std::string>& configuration = {});

/// Why records did not get into the topic. Where the producer knows only that their time was over, the topic is looked
/// at: it may have no leader, or too few replicas in sync.
Error undelivered(Admin& admin, const std::string& topic, const DeliveryCounts& counts);
/// For Producer::setOnStall: says why the topic takes no records, each reason once. Both must outlive it.
std::function<void()> stallTeller(Admin& admin, const std::string& topic, JobContext& context);

/// Of the section's key `existing`.
Existing existingOf(const std::string& name);

} // namespace millrace
