// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/Error.h"

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

namespace millrace
{

/// What a consumer group has scored of one partition: a message of the group's state topic, written in the transaction
/// that commits `next` as the group's offset. The key is keyOf(); of a partition's messages the last one counts.
struct PartitionState {
    std::string topic;
    int partition = 0;
    std::int64_t from = 0; ///< first offset that was read; −2 the partition's begin
    std::int64_t next = -1;
    std::string model;     ///< the run whose checkpoint scored,
    std::int64_t step = 0; ///< and that checkpoint's step
    std::string by;        ///< run folder of the member that wrote this
    std::int64_t rejected = 0;
    /// Of the scored ones, those that the model has learnt before; nullopt where an earlier build did not count them.
    std::optional<std::int64_t> learnt = 0;
    nlohmann::json scores; ///< Scores::state(): by the model's task

    [[nodiscard]] bool isOf(const std::string& run, std::int64_t ofStep) const
    {
        return model == run && step == ofStep;
    }
    friend bool operator==(const PartitionState&, const PartitionState&) = default;
};

std::string keyOf(const std::string& topic, int partition);
std::string toText(const PartitionState& state);
/// ErrorCode::BadData for what is no state.
Result<PartitionState> partitionStateFrom(std::string_view text);

} // namespace millrace
