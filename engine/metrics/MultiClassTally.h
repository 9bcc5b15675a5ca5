// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "metrics/Confusion.h"
#include "metrics/LossSum.h"
#include "metrics/OneVsRest.h"

namespace millrace
{

/// What one record adds to the scores of several classes.
struct MultiClassOutcome {
    int actual = 0, predicted = 0; ///< predicted: the first of the classes with the highest logit
    bool inTop = false;            ///< the actual class is among the three of the highest logits
    double loss = 0;               ///< softmax cross-entropy, natural logarithm
    std::vector<float> logOdds;    ///< of each class against all others; empty where they are not asked for
};
/// logits: one a class. target: a class's index; one that is out of range is taken for the nearest class.
MultiClassOutcome outcomeOf(std::span<const float> logits, float target, bool withLogOdds);

/// Scores of several classes as whole numbers (of records that count 1 each), so that those of a stream's parts add up
/// to those of the whole; the AUC alone is of bins then (OneVsRest). A state has less than 900 kB up to 100 classes;
/// above, it grows by 10 bytes with each pair of classes that were mistaken.
class MultiClassTally
{
public:
    /// exactOutputs: how many records' outputs are kept for the AUC, within OneVsRest's bounds.
    MultiClassTally(int classes, std::int64_t exactOutputs);

    void add(const MultiClassOutcome& outcome, float weight = 1);
    void merge(const MultiClassTally& other);
    void useBins() { m_ranks.useBins(); }

    [[nodiscard]] int classes() const { return m_classes; }
    [[nodiscard]] bool isRanked() const { return m_ranks.isRanked(); } ///< outcomes come with log-odds
    [[nodiscard]] const Confusion& confusion() const { return m_confusion; }
    [[nodiscard]] double loss() const { return m_loss.mean(m_confusion.total()); }
    /// Loss, accuracy, AUC, balanced accuracy, F1, kappa; of more than ten classes top-3 accuracy.
    [[nodiscard]] ScoreTable table() const;

    [[nodiscard]] nlohmann::json state() const;
    /// Of an object without records. May throw what nlohmann-json throws, or std::out_of_range.
    void restore(const nlohmann::json& state);

private:
    int m_classes;
    Confusion m_confusion;
    LossSum m_loss;
    double m_inTop = 0;
    OneVsRest m_ranks;
};

} // namespace millrace
