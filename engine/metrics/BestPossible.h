// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "metrics/ScoreTable.h"

#include <cstdint>
#include <vector>

namespace millrace
{

/// The best that any model can reach in expectation when each record's probability of class 1 is known: accuracy
/// E[max(p, 1−p)], log-loss E[H(p)], and the AUC of scoring by p itself (pairs weighted by p and 1−p).
struct BestPossible {
    double accuracy = 0, loss = 0, auc = 0; ///< NaN where the records do not tell
};
nlohmann::json toJson(const BestPossible& best);

/// Finds it in one pass and 1.5 MB, however many records come. Probabilities that differ by less than 2⁻¹⁶ may count as
/// tied: the AUC is off by less than 1e-9.
class BestTally
{
public:
    void add(double probability); ///< of class 1, from 0 to 1
    [[nodiscard]] BestPossible best() const;
    /// Over all records: what came between two moments is their difference.
    struct Sums {
        std::int64_t records = 0;
        double accuracy = 0, loss = 0;
    };
    [[nodiscard]] const Sums& sums() const { return m_sums; }

private:
    static constexpr std::size_t kBins = 65536; ///< over [0, 1]
    struct Bin {
        double positives = 0, negatives = 0; ///< sums of p and of 1−p
        double self = 0;                     ///< sum of p(1−p): a record makes no pair with itself
    };
    std::vector<Bin> m_bins = std::vector<Bin>(kBins);
    Sums m_sums;
};

} // namespace millrace
