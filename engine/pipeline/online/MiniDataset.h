// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/Batch.h"
#include "data/Rejections.h"
#include "pipeline/reading/LabelReader.h"

namespace millrace
{

/// Where an online stream stands between two records, and what was counted until there.
struct StreamPosition {
    Positions positions, labelPositions; ///< of the records' and of the labels' topic
    RejectionState rejected;
    std::int64_t skipped = 0;
    std::int64_t deleted = 0;       ///< offsets that retention took before they were read,
    std::int64_t labelsDeleted = 0; ///< and of the labels' topic
};

/// Records in arrival order that are learnt together, and where the stream stands after them.
struct MiniDataset {
    enum class Closed {
        Full,
        Linger,    ///< by the clock
        End,       ///< of the stream
        Rebalance, ///< its partitions are revoked
    };
    /// Of a row.
    struct Origin {
        int partition = 0;
        std::int64_t offset = 0;
    };
    Batch rows;
    std::vector<Origin> origins; ///< [rows]
    // Where labels come late: the rows have none.
    std::vector<std::string> ids;     ///< [rows]
    std::vector<ArrivedLabel> labels; ///< in order
    StreamPosition after;
    Closed closed = Closed::Full;
    bool replayed = false; ///< closed as the journal says
    int pass = 1;          ///< of a later one: nothing of it is scored, and the positions are the pass's
};
std::string nameOf(MiniDataset::Closed closed);

} // namespace millrace
