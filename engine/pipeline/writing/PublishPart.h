// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "kafka/Producer.h"
#include "pipeline/writing/PublishedRows.h"
#include "pipeline/writing/TopicTarget.h"

namespace millrace
{

/// Records of each class; one number where the records have no classes.
using ClassCounts = std::vector<std::int64_t>;

/// One of the (at most two) topics that a file goes to.
struct PublishPart {
    std::string topic;
    std::vector<std::int64_t> low{}, high{}; ///< watermarks before the first message that is sent
    PublishedRows there{};                   ///< what an earlier process sent of a publication that is gone on with
    std::size_t classes = 1;                 ///< that are counted
    std::vector<ClassCounts> met{};          ///< of these, what was met in the file so far, by partition
    std::vector<ClassCounts> delivered{};    ///< by partition, too
    Producer producer;                       ///< last: it may report what was delivered until it is gone

    static Result<PublishPart> open(const Connection& connection, const TopicTarget& target, std::size_t classes);
    [[nodiscard]] bool isEmpty() const { return low == high; }
    /// Records of the publication that stand in a partition.
    [[nodiscard]] ClassCounts standing(std::size_t partition) const;
    /// From now on `delivered` counts what is acknowledged, by the class that it is sent with: its tag. The part must
    /// stay where it is.
    void countDelivered();
};

/// Offsets that the topic has more than before the first message that was sent.
Result<std::int64_t> grewBy(Admin& admin, const PublishPart& part);
Error goneUnder(const std::string& topic);
/// Why records of it were not delivered, and how they still are.
Error lostIn(Admin& admin, const PublishPart& part);
/// The reason why sending failed, where it is that the topic went, or that it takes no records.
Error causeOf(const Error& error, Admin& admin, const std::vector<PublishPart>& parts);

} // namespace millrace
