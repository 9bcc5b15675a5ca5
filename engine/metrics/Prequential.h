// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/Binary.h"
#include "metrics/Metrics.h"

#include <array>
#include <deque>
#include <span>

namespace millrace
{

/// Scores of a stream of predictions that were made before their label was learnt (test-then-train), with the two
/// baselines that a model has to beat. NaN where nothing can be said yet.
struct PrequentialScores {
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
nlohmann::json toJson(const PrequentialScores& scores); ///< unknown numbers are null

/// Cumulative and windowed scores in arrival order. The windowed AUC is exact at every record (after Brzezinski and
/// Stefanowski 2017: "Prequential AUC"); the cumulative one is exact up to `exactScores` records, then of scores in
/// 2^18 bins. Not thread-safe.
class Prequential
{
public:
    explicit Prequential(int window = 1000, std::int64_t exactScores = 10'000'000);

    /// logits [rows] and labels [rows] of 0 or 1.
    void add(std::span<const float> logits, std::span<const float> labels);
    [[nodiscard]] std::int64_t records() const { return m_all.records; }
    [[nodiscard]] PrequentialScores cumulative() const;
    [[nodiscard]] PrequentialScores windowed() const; ///< of the last `window` records
    /// cumulative() without the AUC, which takes time that grows with the records.
    [[nodiscard]] PrequentialScores soFar() const { return m_all.scores(); }
    /// [actual][predicted] of all records.
    [[nodiscard]] std::array<std::array<std::int64_t, 2>, 2> confusion() const;

    /// From here on the cumulative AUC is of bins, and state() is small however many records there were.
    void useBins();
    /// Everything as it stands, once bins are used, and going on from there: the same scores come out, bit by bit.
    [[nodiscard]] nlohmann::json state() const;
    /// Of an object that has no records yet. May throw what nlohmann-json throws, or std::out_of_range.
    void restore(const nlohmann::json& state);

private:
    /// What one record adds to the sums.
    struct Entry {
        float logit = 0;
        double loss = 0;
        bool label = false, majority = false, last = false;
        [[nodiscard]] bool said() const { return predictsPositive(logit); }
    };
    struct Sums {
        std::int64_t records = 0, correct = 0, majority = 0, noChange = 0, positives = 0, saidPositive = 0;
        double loss = 0;
        void add(const Entry& entry, int sign);
        [[nodiscard]] PrequentialScores scores() const;
    };
    void addOne(float logit, bool label);
    void remember(const Entry& entry);
    void bin(float logit, bool label);
    [[nodiscard]] double cumulativeAuc() const;

    int m_window;
    std::int64_t m_exactScores;
    Sums m_all, m_recent;
    std::deque<Entry> m_entries; ///< of the window

    // The window's AUC: sorted logits by class, and twice the pairs that are in order.
    std::vector<float> m_positive, m_negative;
    std::int64_t m_pairs = 0;

    std::int64_t m_labels[2] = {0, 0};
    bool m_lastLabel = false;
    std::vector<float> m_logits[2];      ///< by class, while exact
    std::vector<std::int64_t> m_bins[2]; ///< by class, afterwards
};

} // namespace millrace
