// SPDX-License-Identifier: GPL-3.0-or-later
#include "session/LearnSentence.h"

#include "base/Json.h"
#include "base/Text.h"
#include "metrics/Interval.h"
#include "metrics/ScoreTable.h"

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

/// "R² 0.9100 on average: speed 0.9300 (RMSE 1.2000 m/s), force 0.8900 (RMSE 0.0300)".
std::string severalScores(const json& test, const std::vector<TargetScores>& targets)
{
    std::string text;
    for (std::size_t i = 0; i < targets.size(); ++i) {
        const std::string unit = textIn(listIn(test, "targets")[i], "unit");
        text += (i == 0 ? ": " : ", ") + targets[i].name + " " + fixed4(valueIn(targets[i].scores, "r2")) + " (RMSE " +
                fixed4(valueIn(targets[i].scores, "rmse")) + (unit.empty() ? "" : " " + unit) + ")";
    }
    return "R² " + fixed4(scoreOf(test, "r2")) + " on average" + text;
}

std::string numbersScore(const json& test)
{
    if (const auto targets = targetScoresIn(test); !targets.empty())
        return severalScores(test, targets);
    const double rmse = scoreOf(test, "rmse"), r2 = scoreOf(test, "r2");
    const Interval interval = r2Interval(r2, kurtosisOf(objectIn(test, "residuals"), rmse), effectiveRecords(test));
    const std::string unit = textIn(test, "unit");
    return "R² " + fixed4(r2) + " (" + intervalText(interval) + "), RMSE " + fixed4(rmse) +
           (unit.empty() ? "" : " " + unit);
}

std::string classesScore(const json& test)
{
    const double accuracy = scoreOf(test, "accuracy");
    return "accuracy " + fixed4(accuracy) + " (" + intervalText(wilsonInterval(accuracy, effectiveRecords(test))) +
           ")" + aucText(test);
}

std::string baselineText(const json& baseline)
{
    if (!baseline.is_object() || integerIn(baseline, "scored") == 0)
        return {};
    return isOfNumbers(baseline) ? "; linear regression, learnt beside it, has R² " + fixed4(scoreOf(baseline, "r2"))
                                 : "; logistic regression, learnt beside it, has accuracy " +
                                       fixed4(scoreOf(baseline, "accuracy")) + aucText(baseline);
}

} // namespace

std::string learnSentence(const json& test, const json& baseline, bool appended)
{
    const std::int64_t records = integerIn(test, "scored");
    if (!test.is_object() || records == 0)
        return {};
    return (isOfNumbers(test) ? numbersScore(test) : classesScore(test)) + howNew(test, records, appended) + "; " +
           (isOfNumbers(test)
                ? "always saying their mean has R² 0"
                : "always saying the most frequent class has accuracy " + fixed4(scoreOf(test, "majority"))) +
           baselineText(baseline);
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
