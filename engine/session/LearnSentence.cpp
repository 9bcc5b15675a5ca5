// SPDX-License-Identifier: GPL-3.0-or-later
#include "session/LearnSentence.h"

#include "base/Json.h"
#include "base/Text.h"
#include "metrics/Interval.h"
#include "metrics/ScoreTable.h"

#include <algorithm>
#include <cmath>

namespace millrace
{
namespace
{

using nlohmann::json;

bool isOfNumbers(const json& test)
{
    return textIn(test, "task") == "regression";
}

/// [actual][predicted]; none of very many classes, of which a result tells only the mistakes.
std::vector<std::vector<double>> matrixIn(const json& test)
{
    std::vector<std::vector<double>> matrix;
    for (const json& row : listIn(test, "confusion"))
        matrix.push_back(row.get<std::vector<double>>());
    return matrix;
}

double scoreOf(const json& result, const char* name)
{
    return numberIn(result, name, NAN);
}

std::string fixed4(double value)
{
    return formatFixed(value, 4);
}

/// Of weighed records, how many equal ones tell as much (Kish).
std::int64_t effectiveRecords(const json& test)
{
    return std::llround(numberIn(test, "effective_records", static_cast<double>(integerIn(test, "scored"))));
}

/// Which records were learnt is known by their places: that a topic which was appended to has no equal ones, is not.
std::string howNew(const json& test, std::int64_t records, bool appended)
{
    const std::int64_t learnt = integerIn(test, "learnt");
    const std::string text = " on " + countOf(records, "record");
    if (learnt > 0)
        return text + ", of which it had learnt " + formatCount(learnt);
    return text + (appended ? ", of which it may have learnt some: the topics held other records before"
                            : " that it had not learnt");
}

std::string intervalText(const Interval& interval)
{
    return "95 %: " + fixed4(interval.low) + " to " + fixed4(interval.high);
}

/// ", AUC 0.9123"; empty where the task has none.
std::string aucText(const json& result)
{
    const double auc = scoreOf(result, "auc");
    return std::isfinite(auc) ? ", AUC " + fixed4(auc) : "";
}

/// Kurtosis of the residuals around 0, from their histogram. What lies beyond it counts as so far out as the root mean
/// squared error asks for.
double kurtosisOf(const json& residuals, double rmse)
{
    const json& counts = listIn(residuals, "counts");
    const double from = numberIn(residuals, "from", NAN);
    const double width = (numberIn(residuals, "to", NAN) - from) / static_cast<double>(counts.size());
    double records = 0, second = 0, fourth = 0;
    for (std::size_t i = 0; i < counts.size(); ++i) {
        const double square = std::pow(from + (static_cast<double>(i) + 0.5) * width, 2), rows = counts[i];
        records += rows;
        second += rows * square;
        fourth += rows * square * square;
    }
    const auto beyond = static_cast<double>(integerIn(residuals, "below") + integerIn(residuals, "above"));
    if (beyond > 0) {
        const double rest = std::max(0.0, rmse * rmse * (records + beyond) - second);
        fourth += rest * rest / beyond;
        second += rest;
    }
    return (records + beyond) * fourth / (second * second);
}

/// With as many digits as its size asks for: "RMSE 0.000012346 m/s".
std::string rmseText(double rmse, const std::string& unit)
{
    return "RMSE " + scoreNumber(scoreRow("rmse", rmse)) + (unit.empty() ? "" : " " + unit);
}

/// "R² 0.9100 on average: speed 0.9300 (RMSE 1.2000 m/s), force 0.8900 (RMSE 0.030000)".
std::string severalScores(const json& test, const std::vector<TargetScores>& targets)
{
    std::string text;
    for (std::size_t i = 0; i < targets.size(); ++i) {
        const std::string unit = textIn(listIn(test, "targets")[i], "unit");
        text += (i == 0 ? ": " : ", ") + targets[i].name + " " + fixed4(valueIn(targets[i].scores, "r2")) + " (" +
                rmseText(valueIn(targets[i].scores, "rmse"), unit) + ")";
    }
    return "R² " + fixed4(scoreOf(test, "r2")) + " on average" + text;
}

std::string numbersScore(const json& test)
{
    if (const auto targets = targetScoresIn(test); !targets.empty())
        return severalScores(test, targets);
    const double rmse = scoreOf(test, "rmse"), r2 = scoreOf(test, "r2");
    const Interval interval = r2Interval(r2, kurtosisOf(objectIn(test, "residuals"), rmse), effectiveRecords(test));
    return "R² " + fixed4(r2) + " (" + intervalText(interval) + "), " + rmseText(rmse, textIn(test, "unit"));
}

/// In which a headline lies with 95 % confidence; unknown where nothing tells.
Interval headlineInterval(const json& test, const ScoreRow& headline)
{
    const std::int64_t records = effectiveRecords(test);
    const double majority = scoreOf(test, "majority"), most = majority * static_cast<double>(records);
    const double rest = static_cast<double>(records) - most;
    if (headline.kind->name == "accuracy")
        return wilsonInterval(headline.value, records);
    if (headline.kind->name == "average_precision") // it leads where the rare class is the one that is looked for
        return averagePrecisionInterval(headline.value, std::llround(rest));
    if (headline.kind->name == "balanced_accuracy") { // it leads where the frequent one of two is
        const double recall = scoreOf(test, "recall");
        return meanInterval({recall, std::llround(most)}, {2 * headline.value - recall, std::llround(rest)});
    }
    return macroF1Interval(headline.value, matrixIn(test), records);
}

/// What a model has that says the same of every record, in the headline's measure: its chance level.
std::string sameOfAll(const json& test, const ScoreRow& headline)
{
    const double majority = scoreOf(test, "majority");
    const std::string& name = headline.kind->name;
    if (name == "average_precision") // all precisions are the share of the class
        return "saying the same of every record has average precision " + fixed4(1 - majority);
    const std::string always = "always saying the most frequent class has " + headline.kind->word + " ";
    if (name == "accuracy")
        return always + fixed4(majority);
    if (name == "balanced_accuracy")
        return always + fixed4(0.5);
    const json& counts = listIn(test, "class_counts");
    const auto there = std::ranges::count_if(counts, [](const json& count) { return count != 0; });
    return always + fixed4(2 * majority / (1 + majority) / static_cast<double>(there));
}

/// "average precision 0.6068 (95 %: 0.4700 to 0.7200), accuracy 0.9590, AUC 0.9331": the headline leads.
std::string classesScore(const json& test)
{
    const ScoreRow headline = headlineIn(test);
    const Interval interval = headlineInterval(test, headline);
    return headline.kind->word + " " + fixed4(headline.value) +
           (std::isfinite(interval.low) ? " (" + intervalText(interval) + ")" : "") +
           (headline.kind->name == "accuracy" ? "" : ", accuracy " + fixed4(scoreOf(test, "accuracy"))) + aucText(test);
}

/// In the measure of the score that it stands beside.
std::string baselineText(const json& baseline, const std::string& measure)
{
    if (!baseline.is_object() || integerIn(baseline, "scored") == 0)
        return {};
    const std::string score = findScore(measure)->word + " " + fixed4(scoreOf(baseline, measure.c_str()));
    return isOfNumbers(baseline) ? "; linear regression, learnt beside it, has " + score
                                 : "; logistic regression, learnt beside it, has " + score + aucText(baseline);
}

} // namespace

std::string learnSentence(const json& test, const json& baseline, bool appended)
{
    const std::int64_t records = integerIn(test, "scored");
    if (!test.is_object() || records == 0)
        return {};
    if (isOfNumbers(test))
        return numbersScore(test) + howNew(test, records, appended) + "; always saying their mean has R² 0" +
               baselineText(baseline, "r2");
    const ScoreRow headline = headlineIn(test);
    return classesScore(test) + howNew(test, records, appended) + "; " + sameOfAll(test, headline) +
           baselineText(baseline, headline.kind->name);
}

std::string learnSentence(const ExperimentRun& run)
{
    json test, baseline;
    bool appended = false;
    for (const auto& step : run.steps()) {
        if (step.key == "publish")
            appended = flagIn(step.result, "appended");
        if (step.key == "evaluate")
            test = step.result;
        if (step.key == "baseline-test")
            baseline = step.result;
    }
    return learnSentence(test, baseline, appended);
}

} // namespace millrace
