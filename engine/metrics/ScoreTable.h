// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/Task.h"

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace millrace
{

/// A score that the records at hand do not tell.
inline constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

/// As JSON has it, where unknown is null.
inline nlohmann::json orNull(double score)
{
    return std::isfinite(score) ? nlohmann::json(score) : nlohmann::json();
}

/// A row of the score table (metrics/ScoreTable.cpp): window, reports and lists of runs have names, units and help of
/// scores from here.
struct ScoreKind {
    /// A share is shown as percentage in the window; a number of the target's unit with that unit.
    enum class Unit { Number, Share, Target };
    enum class Better { Higher, Lower, Neither };
    std::string name;  ///< its key in results: "accuracy"
    std::string label; ///< where there is room: "Accuracy"
    std::string word;  ///< within a sentence or above a column: "accuracy"
    Unit unit = Unit::Number;
    Better better = Better::Higher;
    std::string help;               ///< what it is, what is good, and what is none
    std::vector<TaskKind> mainOf{}; ///< tasks of which it is a tile of an evaluation, a column of a list of runs
    bool ofRanks = false; ///< needs the outputs of all records: of many they are binned, and it is approximate
    double lowest = 0, highest = 1; ///< what it can be; records of negative weights may add up to what is none

    /// Rounding aside; NaN is not.
    [[nodiscard]] bool canBe(double value) const;

    [[nodiscard]] bool isMain(TaskKind task) const;
};
const std::vector<ScoreKind>& scoreKinds();
/// nullptr when there is none.
const ScoreKind* findScore(const std::string& name);
/// Of any task, with those that are main where classes are imbalanced; and of one.
std::vector<const ScoreKind*> mainScores();
std::vector<const ScoreKind*> mainScores(TaskKind task);

/// A score of a set of records.
struct ScoreRow {
    const ScoreKind* kind = nullptr; ///< never null in a table
    double value = kUnknown;
    bool approximate = false;  ///< of binned outputs
    std::string unit{};        ///< of the target, where the score is in it
    bool isImpossible = false; ///< it came out as the score cannot be, which is why it is unknown
};

/// Scores in the order in which they are shown.
using ScoreTable = std::vector<ScoreRow>;

/// Whether one class has so large a share of the records, above 80 %, that accuracy says little: then average precision
/// (of several classes macro F1) stands in its place. Saito and Rehmsmeier 2015: "The precision-recall plot is more
/// informative than the ROC plot when evaluating binary classifiers on imbalanced datasets".
bool isImbalanced(double majority);
/// The score that tells first how good a model of the task is, where the most frequent class has this share.
const ScoreKind& headlineOf(TaskKind task, double majority);
/// Whether a value of the score is better than another one; nothing is better than what is unknown.
bool isBetter(const ScoreKind& kind, double value, double than);

/// The row of a name in the score table. A value that the score cannot have is unknown.
ScoreRow scoreRow(const std::string& name, double value, bool approximate = false, const std::string& unit = {});
/// All of them unknown, as they cannot be what they would come out as.
ScoreTable withoutMeaning(ScoreTable table);
/// The same where one of them came out as what it cannot be.
ScoreTable meaningful(ScoreTable table);
/// As it is shown where it is no percentage: "0.7913", "12.345", "3.0500e-31", "–".
std::string scoreNumber(const ScoreRow& row);
/// How many decimals it is shown with: four, of a score in the target's unit as many as make five digits.
int decimalsOf(const ScoreRow& row);
/// The value of a score; unknown where the table has none.
double valueIn(const ScoreTable& table, const std::string& name);
/// Into a result: each by its name, unknown as null, whether one is "approximate", and the target's "unit".
void tell(const ScoreTable& table, nlohmann::json& result);
/// Those that a result tells of, in the score table's order, whichever task they are of.
ScoreTable scoresIn(const nlohmann::json& result);
/// A result with the scores that it is to be compared by: of a training with a validation part those of the weights
/// that it kept, on records that they had not learnt.
nlohmann::json comparable(const nlohmann::json& result);
/// What a result tells of each of several targets, in their order; none where there is one.
struct TargetScores {
    std::string name;
    ScoreTable scores;
};
std::vector<TargetScores> targetScoresIn(const nlohmann::json& result);
/// Of these the main ones of the result's task; of any where it names none. Where its classes are imbalanced the
/// headline comes first, instead of the accuracy.
ScoreTable mainScoresOf(const nlohmann::json& result);
/// Of these the one that tells first how good the model is; its value may be unknown.
ScoreRow headlineIn(const nlohmann::json& result);
/// Columns of a list of results: the main scores that one of them knows; while none knows any, those of two classes.
std::vector<const ScoreKind*> scoreColumns(const std::vector<nlohmann::json>& results);

} // namespace millrace
