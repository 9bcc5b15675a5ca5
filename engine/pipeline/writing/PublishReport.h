// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pipeline/writing/RowSender.h"

#include <algorithm>

namespace millrace
{

/// What stands of a publication in a partition.
struct PublishedPartition {
    std::int64_t records = 0;
    std::optional<ClassCounts> classes; ///< nullopt where the records have no label
};

/// And in a topic.
struct PublishedTopic {
    std::string topic;
    std::vector<PublishedPartition> partitions; ///< by their numbers

    [[nodiscard]] std::int64_t records() const;
};

struct PublishResult {
    std::vector<PublishedTopic> parts;
    std::int64_t sent = 0;         ///< records that the broker acknowledged,
    std::int64_t bytes = 0;        ///< their size,
    std::int64_t alreadyThere = 0; ///< and those that an earlier process had sent
    double seconds = 0;
    bool appended = false;             ///< a topic held other records before
    std::vector<std::string> warnings; ///< all that the job noted
    bool simulated = false;
    std::optional<SplitSpec> split; ///< into the two parts, where there are two
    Task task;                      ///< that the label sets
    RejectionReport rejections;     ///< of the file's rows

    [[nodiscard]] double recordsPerSecond() const { return static_cast<double>(sent) / std::max(seconds, 1e-9); }
};
nlohmann::json toJson(const PublishResult& result); ///< session/README.md has the fields

/// What a publication came to, once all was sent. Writes the topics' notes. A record that was not delivered is a
/// failure, and so is a topic that holds fewer than were.
Result<PublishResult> reportPublication(const PublishConfig& config, const RowSender& sender, Admin& admin,
                                        JobContext& context);

} // namespace millrace
