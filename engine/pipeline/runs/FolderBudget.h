// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

namespace millrace
{

/// What the files of a run that never ends may take, by what keep-mb allows in all. The rest is for checkpoints.
struct FolderBudget {
    static constexpr double kDefaultMegabytes = 1000;
    explicit FolderBudget(double megabytes = kDefaultMegabytes);
    std::int64_t all, scoresPart, metricsPart, logPart; ///< a part: an AppendFile keeps several
    std::int64_t journal, rejected, snapshots;
};

} // namespace millrace
