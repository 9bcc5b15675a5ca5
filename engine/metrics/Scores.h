// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/Task.h"
#include "metrics/ScoreTable.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace millrace
{

/// What a chart shows of some records: their mean loss and curve (TaskInfo), unknown without records.
struct CurvePoint {
    double loss = kUnknown, score = kUnknown;
};

/// What the weights of records come to.
struct WeightSums {
    double sum = 0, squares = 0;
    void add(std::span<const float> weights);
    void merge(const WeightSums& other);
    /// How many records of equal weights tell as much: (Σw)² / Σw² (Kish 1965: "Survey sampling"); unknown without any.
    [[nodiscard]] double effectiveRecords() const;
};

/// How good a model's outputs are over a set of records, by the task. Scores of parts of a stream add up to those of
/// the whole, exactly and in any order. Not thread-safe.
class Scores
{
public:
    virtual ~Scores() = default;
    /// outputs [rows, outputs of the task] as the model yields them; targets [rows, targetsOf() the task]; weights
    /// [rows], negative ones too,
    /// or none. Weighted scores equal scikit-learn's with sample_weight, and are unknown where they divide by a sum of
    /// weights that is not above 0; the counts of records, confusion and
    /// histograms of classes stay those of records.
    virtual void add(std::span<const float> outputs, std::span<const float> targets,
                     std::span<const float> weights = {}) = 0;
    /// Adds those of the same task.
    virtual void merge(const Scores& other) = 0;
    [[nodiscard]] virtual std::int64_t records() const = 0;
    /// Nullopt where records had none.
    [[nodiscard]] const std::optional<WeightSums>& weights() const { return m_weights; }
    /// Records by the class that they are of; empty where the task has none.
    [[nodiscard]] virtual std::vector<std::int64_t> classCounts() const = 0;
    [[nodiscard]] virtual ScoreTable table() const = 0;
    /// Of the table what is drawn while it goes on: quick, as it needs no ranks.
    [[nodiscard]] virtual CurvePoint curve() const = 0;
    /// What is drawn. Of two classes {"confusion" [actual][predicted], "roc" [[false, true positive rate]],
    /// "score_histogram" [class][bin]}; of more "class_counts" and "confusion" or "confusion_cells", as in Confusion.h;
    /// of a regression "predicted_actual" and "residuals", as in RegressionTally.h, of several targets as in
    /// RegressionScores.h.
    [[nodiscard]] virtual nlohmann::json figures() const = 0;
    /// For a message that others go on from.
    [[nodiscard]] virtual nlohmann::json state() const = 0;
    /// False, and unchanged, when it is no state() of this task.
    virtual bool restore(const nlohmann::json& state) = 0;

protected:
    void addWeights(std::span<const float> weights);
    void mergeWeights(const Scores& other);
    void saveWeights(nlohmann::json& state) const;
    void restoreWeights(const nlohmann::json& state); ///< may throw what nlohmann-json throws

private:
    std::optional<WeightSums> m_weights;
};

/// What scores keep of the outputs: of a million records at most all of them (of several classes 16 million numbers, of
/// more than 100 none), and scores of ranks are exact; or bins alone, which is all that a state holds. What was merged
/// or restored has bins alone.
enum class KeepOutputs { All, Bins };
/// Why scores of records are unknown where their weights are to blame; empty where that is not so.
std::string whyWeightsSayNothing(const Scores& scores);

std::unique_ptr<Scores> makeScores(const Task& task, KeepOutputs keep);

/// Of some records alone; the points of batches of one size average to that of all. So R² is here that against the mean
/// and scale of the training part, 1 − mean((target − output)² / scale²), while Scores measure it against the mean of
/// the records scored: the two differ as far as these are distributed otherwise.
CurvePoint curveOf(const Task& task, std::span<const float> outputs, std::span<const float> targets);

/// What drift detectors watch: of classes 1 where another one than the target was predicted, else 0; of a regression
/// the absolute error in scales, at most a million, also where the output is no number. With several targets the
/// first's.
double errorOf(const Task& task, std::span<const float> outputs, float target);

} // namespace millrace
