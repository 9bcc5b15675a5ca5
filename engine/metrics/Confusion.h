// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <unordered_map>
#include <vector>

namespace millrace
{

/// Records by actual and predicted class, counted or weighed, and the scores that follow from them, equal to
/// scikit-learn's. Holds the cells that occur, so that a thousand classes cost little. Counts of parts add up to those
/// of the whole.
class Confusion
{
public:
    explicit Confusion(int classes) : m_classes(static_cast<std::size_t>(classes)) {}

    /// Both are classes of the task, from 0.
    void add(int actual, int predicted, double weight = 1);
    void merge(const Confusion& other);

    [[nodiscard]] double total() const { return m_total; }                                    ///< of the weights
    [[nodiscard]] std::int64_t records() const { return static_cast<std::int64_t>(m_total); } ///< that count 1 each
    [[nodiscard]] std::vector<std::int64_t> classCounts() const; ///< likewise, by the class that they are of
    [[nodiscard]] double count(int actual, int predicted) const;
    [[nodiscard]] std::vector<double> actual() const;    ///< by the class that they are of
    [[nodiscard]] std::vector<double> predicted() const; ///< by the class that was predicted
    [[nodiscard]] std::vector<double> correct() const;   ///< by class, where the two are one
    [[nodiscard]] bool hasNegativeSums() const;   ///< of a class, or of what was predicted: no score has a meaning
    [[nodiscard]] bool hasSeveralClasses() const; ///< among the actual ones

    [[nodiscard]] double accuracy() const;             ///< as all of these, NaN without records
    [[nodiscard]] double majority() const;             ///< the accuracy of always saying the most frequent class
    [[nodiscard]] double precision(int ofClass) const; ///< NaN where it was never predicted
    [[nodiscard]] double recall(int ofClass) const;    ///< NaN without records of the class
    [[nodiscard]] double f1(int ofClass) const;        ///< NaN where it was neither there nor predicted
    /// The mean recall of the classes that are there (Brodersen, Ong, Stephan and Buhmann 2010: "The balanced accuracy
    /// and its posterior distribution").
    [[nodiscard]] double balancedAccuracy() const;
    [[nodiscard]] double macroF1() const;    ///< mean over the classes that are there or were predicted
    [[nodiscard]] double weightedF1() const; ///< mean by the records of each class
    /// Cohen 1960: agreement beyond that of chance with the same totals; NaN while the records are of one class.
    [[nodiscard]] double kappa() const;

    /// {"class_counts" by class, and "confusion" [actual][predicted]}. Above 20 classes in place of the latter
    /// {"class_predicted", "class_correct" by class, and "confusion_cells" [[actual, predicted, count]]: what was
    /// mistaken for what, the most frequent first, at most 1,000 cells}.
    [[nodiscard]] nlohmann::json figures() const;
    [[nodiscard]] nlohmann::json state() const; ///< of sparse counts, in order
    /// Of an object without records. May throw what nlohmann-json throws, or std::out_of_range.
    void restore(const nlohmann::json& state);

private:
    [[nodiscard]] nlohmann::json mistakes() const;

    std::size_t m_classes;
    double m_total = 0;
    std::unordered_map<std::size_t, double> m_cells; ///< by actual × classes + predicted
};

} // namespace millrace
