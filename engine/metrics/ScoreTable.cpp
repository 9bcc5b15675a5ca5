// SPDX-License-Identifier: GPL-3.0-or-later
// The score table: a new score is one row here, and its value in the scores of a task (Scores.cpp).
#include "metrics/ScoreTable.h"

#include "base/Json.h"
#include "base/Text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <functional>
#include <set>

namespace millrace
{
namespace
{

using Unit = ScoreKind::Unit;
using Better = ScoreKind::Better;

constexpr double kNoBound = std::numeric_limits<double>::infinity();

std::vector<const ScoreKind*> kindsThat(const std::function<bool(const ScoreKind&)>& fit)
{
    std::vector<const ScoreKind*> kinds;
    for (const ScoreKind& kind : scoreKinds())
        if (fit(kind))
            kinds.push_back(&kind);
    return kinds;
}

/// Null where a result names none.
const TaskInfo* taskNamedIn(const nlohmann::json& result)
{
    const auto task = std::ranges::find(taskTable(), textIn(result, "task"), &TaskInfo::name);
    return task == taskTable().end() ? nullptr : &*task;
}

/// Of two classes, whether more of the scored records are of the positive one.
bool isPositiveFrequent(const nlohmann::json& result)
{
    const nlohmann::json& rows = listIn(result, "confusion");
    const auto recordsOf = [&](std::size_t actual) {
        double records = 0;
        for (const nlohmann::json& cell : rows[actual])
            records += cell.is_number() ? cell.get<double>() : 0;
        return records;
    };
    return rows.size() == 2 && recordsOf(1) > recordsOf(0);
}

bool leadsImbalanced(const ScoreKind& kind)
{
    return std::ranges::find(taskTable(), kind.name, &TaskInfo::imbalancedHeadline) != taskTable().end();
}

} // namespace

const std::vector<ScoreKind>& scoreKinds()
{
    static const std::vector<TaskKind> classes = {TaskKind::Binary, TaskKind::MultiClass};
    static const std::vector<ScoreKind> kinds = {
        {"loss", "Loss", "loss", Unit::Number, Better::Lower,
         "what learning makes small. Of classes the mean cross-entropy (natural logarithm) of the probabilities that "
         "were "
         "given: 0 is perfect, the logarithm of the number of classes is what a blind guess has (of two ln 2 = "
         "0.6931). "
         "Of numbers the mean squared error in the target's own spread: 0 is perfect, 1 is what saying the mean has",
         classes, false, 0, kNoBound},
        {"accuracy", "Accuracy", "accuracy", Unit::Share, Better::Higher,
         "share of the records of which the right class was predicted: to be compared with the share of the most "
         "frequent class, which says the same of everything",
         classes},
        {"auc", "AUC", "AUC", Unit::Number, Better::Higher,
         "area under the ROC curve: how often a record of class 1 is ranked above one of class 0; 1 is perfect, 0.5 is "
         "chance, whatever the shares of the classes. Of more classes the mean of each against all others. Not defined "
         "while there is one class only, and above 100 classes",
         classes, true},
        {"balanced_accuracy",
         "Balanced accuracy",
         "balanced accuracy",
         Unit::Share,
         Better::Higher,
         "mean over the classes of the share of their records that was recognized: 1 is perfect, one divided by the "
         "number of classes is chance, however rare a class is",
         {TaskKind::MultiClass}},
        {"precision", "Precision", "precision", Unit::Share, Better::Higher,
         "share of the records predicted to be of class 1 that are: 1 is perfect, the share of class 1 is chance. Not "
         "defined while class 1 was never predicted"},
        {"recall", "Recall", "recall", Unit::Share, Better::Higher,
         "share of the records of class 1 that were found: 1 is all, 0 none. Not defined without records of class 1"},
        {"f1", "F1", "F1", Unit::Number, Better::Higher,
         "harmonic mean of precision and recall of class 1: 1 is perfect, 0 is none found. Not defined while class 1 "
         "was "
         "neither there nor predicted"},
        {"average_precision",
         "Average precision",
         "average precision",
         Unit::Number,
         Better::Higher,
         "mean precision over all thresholds, weighted by the recall that each adds: 1 is perfect, the share of class "
         "1 "
         "is chance. Not defined without records of class 1",
         {},
         true},
        {"brier", "Brier score", "Brier score", Unit::Number, Better::Lower,
         "mean squared difference of the probability of class 1 from what came: 0 is perfect, 0.25 is what a coin has"},
        {"macro_f1", "Macro F1", "macro F1", Unit::Number, Better::Higher,
         "mean over the classes of F1, the harmonic mean of precision and recall: 1 is perfect, 0 is none recognized; "
         "each class counts the same"},
        {"weighted_f1", "Weighted F1", "weighted F1", Unit::Number, Better::Higher,
         "mean over the records of F1 of their class: 1 is perfect, 0 is none recognized; a frequent class counts "
         "more"},
        {"top3_accuracy", "Top-3 accuracy", "top-3 accuracy", Unit::Share, Better::Higher,
         "share of the records whose class is among the three most probable ones: 1 is perfect, three divided by the "
         "number of classes is chance. Of more than ten classes only"},
        {"rmse",
         "RMSE",
         "RMSE",
         Unit::Target,
         Better::Lower,
         "root of the mean squared error, in the target's unit: 0 is perfect, the target's standard deviation is what "
         "saying its mean has; a few large errors count much. Of several targets the mean, each in its own spread",
         {TaskKind::Regression},
         false,
         0,
         kNoBound},
        {"mae",
         "MAE",
         "MAE",
         Unit::Target,
         Better::Lower,
         "mean absolute error, in the target's unit: 0 is perfect; each error counts by its size. Of several targets "
         "the "
         "mean, each in its own spread",
         {TaskKind::Regression},
         false,
         0,
         kNoBound},
        {"r2",
         "R²",
         "R²",
         Unit::Number,
         Better::Higher,
         "share of the target's variance that is explained: 1 is perfect, 0 is what saying the mean has, less is worse "
         "than that. Of several targets the mean. Not defined while a target has one value only",
         {TaskKind::Regression},
         false,
         -kNoBound},
        {"median_error",
         "Median error",
         "median error",
         Unit::Target,
         Better::Lower,
         "median absolute error, in the target's unit: half of the records are nearer; 0 is perfect, and a few large "
         "errors do not move it. Of several targets the mean, each in its own spread",
         {},
         true,
         0,
         kNoBound},
        {"kappa",
         "Kappa",
         "kappa",
         Unit::Number,
         Better::Higher,
         "Cohen's kappa: the agreement beyond that of chance with the same shares; 1 is perfect, 0 is chance",
         {},
         false,
         -kNoBound},
        {"temporal_kappa",
         "Temporal kappa",
         "temporal kappa",
         Unit::Number,
         Better::Higher,
         "how much of the error of saying the last label again is avoided: 1 is all of it, 0 nothing, less is worse "
         "than that",
         {},
         false,
         -kNoBound},
        {"majority", "Majority class", "majority", Unit::Share, Better::Neither,
         "the baseline: accuracy of always saying the most frequent class (in a stream, that so far)"},
        {"no_change", "No change", "no change", Unit::Share, Better::Neither,
         "the baseline: accuracy of saying the last label again"},
        {"mean_value",
         "Mean value",
         "mean value",
         Unit::Number,
         Better::Neither,
         "the baseline: R² of saying the mean of all targets so far",
         {},
         false,
         -kNoBound},
        {"last_value",
         "Last value",
         "last value",
         Unit::Number,
         Better::Neither,
         "the baseline: R² of saying the last target again",
         {},
         false,
         -kNoBound},
    };
    return kinds;
}

bool ScoreKind::canBe(double value) const
{
    constexpr double kRounding = 1e-9;
    return value >= lowest - kRounding && value <= highest + kRounding;
}

bool ScoreKind::isMain(TaskKind task) const
{
    return std::ranges::find(mainOf, task) != mainOf.end();
}

const ScoreKind* findScore(const std::string& name)
{
    const auto kind = std::ranges::find(scoreKinds(), name, &ScoreKind::name);
    return kind == scoreKinds().end() ? nullptr : &*kind;
}

std::vector<const ScoreKind*> mainScores()
{
    return kindsThat([](const ScoreKind& kind) { return !kind.mainOf.empty() || leadsImbalanced(kind); });
}

std::vector<const ScoreKind*> mainScores(TaskKind task)
{
    return kindsThat([task](const ScoreKind& kind) { return kind.isMain(task); });
}

ScoreRow scoreRow(const std::string& name, double value, bool approximate, const std::string& unit)
{
    const ScoreKind* kind = findScore(name);
    const bool canBe = kind->canBe(value);
    return {kind, canBe ? value : kUnknown, approximate, unit, !canBe && !std::isnan(value)};
}

ScoreTable withoutMeaning(ScoreTable table)
{
    for (ScoreRow& row : table) {
        row.value = kUnknown;
        row.isImpossible = true;
    }
    return table;
}

ScoreTable meaningful(ScoreTable table)
{
    return std::ranges::any_of(table, &ScoreRow::isImpossible) ? withoutMeaning(std::move(table)) : table;
}

std::string scoreNumber(const ScoreRow& row)
{
    constexpr double kTiny = 1e-6, kHuge = 1e9;
    const double size = std::abs(row.value);
    if (!std::isfinite(row.value) || size == 0 || row.kind->unit != ScoreKind::Unit::Target ||
        (size >= kTiny && size < kHuge))
        return formatFixed(row.value, decimalsOf(row));
    std::array<char, 32> text{};
    const auto end = std::to_chars(text.data(), text.data() + text.size(), row.value, std::chars_format::scientific, 4);
    return {text.data(), end.ptr};
}

int decimalsOf(const ScoreRow& row)
{
    constexpr int kDecimals = 4;
    if (row.kind->unit != ScoreKind::Unit::Target || row.value == 0 || !std::isfinite(row.value))
        return kDecimals;
    return std::clamp(kDecimals - static_cast<int>(std::floor(std::log10(std::abs(row.value)))), 0, 3 * kDecimals);
}

double valueIn(const ScoreTable& table, const std::string& name)
{
    const auto row = std::ranges::find_if(table, [&](const ScoreRow& each) { return each.kind->name == name; });
    return row == table.end() ? kUnknown : row->value;
}

void tell(const ScoreTable& table, nlohmann::json& result)
{
    result["approximate"] = std::ranges::any_of(table, &ScoreRow::approximate);
    for (const ScoreRow& row : table)
        result[row.kind->name] = orNull(row.value);
    if (const auto inUnit = std::ranges::find_if(table, [](const ScoreRow& row) { return !row.unit.empty(); });
        inUnit != table.end())
        result["unit"] = inUnit->unit;
}

ScoreTable scoresIn(const nlohmann::json& result)
{
    ScoreTable table;
    if (!result.is_object())
        return table;
    const bool approximate = result.value("approximate", nlohmann::json(false)) == true;
    for (const ScoreKind& kind : scoreKinds())
        if (const auto value = result.find(kind.name); value != result.end())
            table.push_back({&kind, value->is_number() ? value->get<double>() : kUnknown, approximate && kind.ofRanks,
                             kind.unit == Unit::Target ? textIn(result, "unit") : std::string()});
    return table;
}

nlohmann::json comparable(const nlohmann::json& result)
{
    nlohmann::json compared = result;
    if (const nlohmann::json& validated = objectIn(objectIn(result, "validation"), "scores"); !validated.empty())
        compared.update(validated);
    return compared;
}

std::vector<TargetScores> targetScoresIn(const nlohmann::json& result)
{
    std::vector<TargetScores> targets;
    for (const nlohmann::json& each : listIn(result, "targets"))
        targets.push_back({textIn(each, "name"), scoresIn(each)});
    return targets;
}

ScoreTable mainScoresOf(const nlohmann::json& result)
{
    const ScoreTable table = scoresIn(result);
    const TaskInfo* task = taskNamedIn(result);
    ScoreTable main;
    std::ranges::copy_if(table, std::back_inserter(main), [&](const ScoreRow& row) {
        return task == nullptr ? !row.kind->mainOf.empty() : row.kind->isMain(task->kind);
    });
    if (task == nullptr || !isImbalanced(valueIn(table, task->majority)))
        return main;
    const ScoreRow leading = headlineIn(result);
    if (leading.kind->name == task->headline)
        return main;
    std::erase_if(main, [&](const ScoreRow& row) { return row.kind->name == task->headline; });
    std::erase_if(main, [&](const ScoreRow& row) { return row.kind == leading.kind; });
    main.insert(main.begin(), leading);
    return main;
}

ScoreRow headlineIn(const nlohmann::json& result)
{
    const TaskInfo* named = taskNamedIn(result);
    const TaskInfo& task = named == nullptr ? taskTable().front() : *named;
    const ScoreTable table = scoresIn(result);
    const bool isOfTheFrequent = task.kind == TaskKind::Binary && isPositiveFrequent(result);
    const std::string imbalanced = isOfTheFrequent ? "balanced_accuracy" : task.imbalancedHeadline;
    const bool leads = isImbalanced(valueIn(table, task.majority)) && std::isfinite(valueIn(table, imbalanced));
    const std::string& name = leads ? imbalanced : task.headline;
    const auto row = std::ranges::find_if(table, [&](const ScoreRow& each) { return each.kind->name == name; });
    return row == table.end() ? scoreRow(name, kUnknown) : *row;
}

bool isImbalanced(double majority)
{
    constexpr double kMostBalanced = 0.8;
    return majority > kMostBalanced; // false of what is unknown
}

const ScoreKind& headlineOf(TaskKind task, double majority)
{
    const auto info = std::ranges::find(taskTable(), task, &TaskInfo::kind);
    const bool leads = isImbalanced(majority) && !info->imbalancedHeadline.empty();
    return *findScore(leads ? info->imbalancedHeadline : info->headline);
}

bool isBetter(const ScoreKind& kind, double value, double than)
{
    if (!std::isfinite(value) || !std::isfinite(than))
        return std::isfinite(value);
    return kind.better == ScoreKind::Better::Lower ? value < than : value > than;
}

std::vector<const ScoreKind*> scoreColumns(const std::vector<nlohmann::json>& results)
{
    std::set<const ScoreKind*> known;
    for (const nlohmann::json& result : results)
        for (const ScoreRow& row : mainScoresOf(result))
            if (std::isfinite(row.value))
                known.insert(row.kind);
    if (known.empty())
        return mainScores(TaskKind::Binary);
    return kindsThat([&](const ScoreKind& kind) { return known.contains(&kind); });
}

} // namespace millrace
