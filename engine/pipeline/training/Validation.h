// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/CompactRows.h"
#include "metrics/Scores.h"
#include "train/Learner.h"

#include <optional>

namespace millrace
{

/// Scores the validation part after each epoch, keeps the weights that did best, and knows when more epochs no longer
/// help. Best is the lowest loss, and where classes are imbalanced the highest headline (ScoreTable.h), if there are at
/// least 50 records of the rarest class (of two: of the positive one). Used by the training thread.
class Validation
{
public:
    /// patience: epochs without a better score after which it is over; 0: never. findsThreshold: of two classes that of
    /// the best F1 comes with the best weights.
    Validation(CompactBatch rows, Task task, int patience, bool findsThreshold = false,
               bool classesAreWeighted = false);

    [[nodiscard]] std::int64_t records() const { return m_rows.rows(); }
    /// What the model says of the part after an epoch; of epoch 0 before the first.
    Result<CurvePoint> score(Learner& learner, int epoch);
    [[nodiscard]] bool isOver() const { return m_patience > 0 && m_epoch - m_bestEpoch >= m_patience; }
    /// −1 before anything was scored.
    [[nodiscard]] int bestEpoch() const { return m_bestEpoch; }
    /// The learner goes back to the weights that did best.
    Status takeBest(Learner& learner) const;
    /// Of the best epoch, at its threshold.
    [[nodiscard]] const ScoreTable& scores() const { return m_bestScores; }
    [[nodiscard]] double threshold() const { return m_task.threshold; }
    /// By what it is the best.
    [[nodiscard]] const ScoreKind& criterion() const { return *m_criterion; }

    // For a checkpoint: numbers, and the weights beside them.
    [[nodiscard]] nlohmann::json state() const;
    [[nodiscard]] const std::vector<float>& bestWeights() const { return m_bestWeights; }
    /// False where it is no state().
    bool restore(const nlohmann::json& state, std::vector<float> bestWeights);

private:
    [[nodiscard]] std::unique_ptr<Scores> scoresOf(std::span<const float> outputs) const;
    void keep(int epoch, double value, std::span<const float> outputs, const Learner& learner);

    CompactBatch m_rows;
    Task m_task;
    int m_patience, m_epoch = 0, m_bestEpoch = -1;
    bool m_findsThreshold;
    const ScoreKind* m_criterion; ///< never null
    double m_best = kUnknown;     ///< of the criterion
    ScoreTable m_bestScores;
    std::vector<float> m_bestWeights;
};

} // namespace millrace
