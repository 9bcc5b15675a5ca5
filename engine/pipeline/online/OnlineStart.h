// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pipeline/online/OnlineState.h"

#include <map>
#include <set>

namespace millrace
{

/// Records that were passed over because the lag was too long.
struct Skip {
    int partition = 0;
    std::int64_t from = 0, to = 0;
};

/// Where the stream begins, and what was decided about it before.
struct OnlineStart {
    std::string instance; ///< the run's name in the group
    bool resumed = false;
    bool reproduces = false;             ///< begins at `positions` whatever the group has committed
    Positions positions, labelPositions; ///< that the run has reached
    std::int64_t miniDatasets = 0;       ///< that it has taken,
    std::int64_t records = 0;            ///< and records
    std::int64_t skipped = 0;
    std::int64_t deleted = 0;              ///< offsets that retention took before they were read,
    std::int64_t labelsDeleted = 0;        ///< and of the labels' topic
    std::map<int, std::int64_t> beyondEnd; ///< by partition: what the group has committed, and means nothing
    std::map<std::int64_t, int> sizes;     ///< of mini-datasets that closed before they were full, by number
    std::map<int, std::int64_t> first;     ///< by partition: where to begin when the group has committed nothing
    std::map<int, std::int64_t> committed; ///< by partition: what the group had committed when the run came to it
    std::vector<Skip> skips;
    int pass = 1;            ///< where it begins; of a later one:
    Positions passPositions; ///< none where nothing of it is learnt yet
    std::int64_t passRecords = 0;
    SavedState saved;                      ///< with this checkpoint
    std::set<int> lost;                    ///< partitions that the group took away: where it stands is right
    std::optional<std::int64_t> passEnded; ///< the first pass ended before the mini-dataset of this number
};

} // namespace millrace
