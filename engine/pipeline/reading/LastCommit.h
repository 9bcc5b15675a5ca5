// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/Rejections.h"
#include "kafka/Consumer.h"

#include <algorithm>
#include <map>

namespace millrace
{

/// What a transaction that was said to be committed had changed. librdkafka has told of a commit, while a broker came
/// back, that the broker knew nothing of: neither what was written nor the offsets were there, and the records were
/// read again. The group's offsets are right: where they are assigned as they were before, it was none.
struct LastCommit {
    std::map<int, std::int64_t> before; ///< by partition: the group's offset before it
    std::int64_t rows = 0, deleted = 0; ///< that were committed before it
    RejectionState rejected{};

    [[nodiscard]] bool isUndoneBy(const std::vector<PartitionOffset>& assigned) const
    {
        return std::ranges::any_of(assigned, [this](const PartitionOffset& each) {
            const auto was = before.find(each.partition);
            return was != before.end() && was->second == each.offset;
        });
    }
};

} // namespace millrace
