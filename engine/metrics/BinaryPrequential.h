// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/Binary.h"
#include "metrics/Prequential.h"

#include <array>
#include <deque>
#include <span>

namespace millrace
{

/// Of two classes; NaN where nothing can be said yet.
struct BinaryStreamScores {
    std::int64_t records = 0;
    double accuracy = kUnknown;
    double loss = kUnknown; ///< mean binary cross-entropy, natural logarithm
    double auc = kUnknown;  ///< ties counted half
    /// Cohen 1960: agreement beyond that of chance with the same totals. Both kappas are unknown while the labels are
    /// of one class.
    double kappa = kUnknown;
    /// Žliobaitė, Bifet, Read, Pfahringer and Holmes 2015: how much of the no-change classifier's error is avoided.
    double temporalKappa = kUnknown;
    double majority =
        kUnknown; ///< accuracy of saying the class that was more frequent so far (0 at first and at a tie)
    double noChange = kUnknown; ///< accuracy of saying the last label again (0 at first)
    bool approximate = false;   ///< the AUC is of binned scores
};

/// Two classes by one logit. The windowed AUC is exact at every record (after Brzezinski and Stefanowski 2017:
/// "Prequential AUC"); the cumulative one is exact up to `exactScores` records, then of scores in 2^18 bins.
class BinaryPrequential final : public Prequential
{
public:
    /// cut: the logit above which class 1 is predicted.
    explicit BinaryPrequential(int window = 1000, std::int64_t exactScores = 10'000'000, double cut = 0);

    void add(std::span<const float> logits, std::span<const float> labels) override;
    [[nodiscard]] std::int64_t records() const override { return m_all.records; }
    [[nodiscard]] std::vector<std::int64_t> classCounts() const override
    {
        return {m_all.records - m_all.positives, m_all.positives};
    }
    [[nodiscard]] std::int64_t windowRecords() const override { return m_recent.records; }
    [[nodiscard]] ScoreTable cumulative() const override;
    [[nodiscard]] ScoreTable windowed() const override;
    [[nodiscard]] Baselines baselines() const override;
    [[nodiscard]] nlohmann::json figures() const override;
    void useBins() override;
    [[nodiscard]] nlohmann::json state() const override;
    void restore(const nlohmann::json& state) override;

    [[nodiscard]] BinaryStreamScores all() const;
    [[nodiscard]] BinaryStreamScores recent() const; ///< of the window
    /// [actual][predicted] of all records.
    [[nodiscard]] std::array<std::array<std::int64_t, 2>, 2> confusion() const;

private:
    /// What one record adds to the sums.
    struct Entry {
        float logit = 0;
        double loss = 0;
        bool label = false, majority = false, last = false, predicted = false;
    };
    struct Sums {
        std::int64_t records = 0, correct = 0, majority = 0, noChange = 0, positives = 0, predictedPositive = 0;
        double loss = 0;
        void add(const Entry& entry, int sign);
        [[nodiscard]] BinaryStreamScores scores() const;
    };
    void addOne(float logit, bool label);
    void remember(const Entry& entry);
    void bin(float logit, bool label);
    [[nodiscard]] double cumulativeAuc() const;
    [[nodiscard]] double windowedAuc() const;

    int m_window;
    double m_cut;
    std::int64_t m_exactScores;
    Sums m_all, m_recent;
    std::deque<Entry> m_entries; ///< of the window

    std::int64_t m_labels[2] = {0, 0};
    bool m_lastLabel = false;
    std::vector<float> m_logits[2];      ///< by class, while exact
    std::vector<std::int64_t> m_bins[2]; ///< by class, afterwards
};

} // namespace millrace
