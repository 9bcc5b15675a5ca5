// SPDX-License-Identifier: GPL-3.0-or-later
// The scores of every task by hand, in parts and in any order; tests/interop/tst_sklearn.cpp has them against
// scikit-learn.
#include "base/Rng.h"
#include "metrics/ExactSum.h"
#include "metrics/Prequential.h"
#include "metrics/Scores.h"
#include "metrics/Threshold.h"

#include <QTest>
#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <set>

using namespace millrace;

namespace
{

struct Records {
    std::vector<float> outputs, targets;
};

Task multiClass(int classes)
{
    Task task{TaskKind::MultiClass};
    for (int i = 0; i < classes; ++i)
        task.classes.push_back("c" + std::to_string(i));
    return task;
}

Task regression(double mean, double scale, const std::string& unit = {})
{
    return {TaskKind::Regression, {}, {{"speed", unit, mean, scale}}};
}

/// Outputs that know something of their targets, with ties.
Records drawn(const Task& task, int rows, std::uint64_t seed = 7)
{
    Rng rng(seed, Purpose::SimulatedFeature);
    Records records;
    const int width = outputsOf(task), classes = classCount(task);
    for (int i = 0; i < rows; ++i) {
        const double spread = rng.normal();
        const int actual = classes > 0 ? static_cast<int>(rng.below(static_cast<std::uint32_t>(classes))) : 0;
        records.targets.push_back(
            static_cast<float>(classes > 0 ? actual : task.targets.front().mean + task.targets.front().scale * spread));
        for (int k = 0; k < width; ++k) {
            const double known = classes > 2 ? (k == actual ? 2 : 0) : 2 * actual - 1;
            records.outputs.push_back(static_cast<float>(classes > 0 ? std::round((known + rng.normal()) * 64) / 64
                                                                     : static_cast<double>(records.targets.back()) +
                                                                           task.targets.front().scale * rng.normal()));
        }
    }
    return records;
}

void addPart(Scores& scores, const Task& task, const Records& records, std::size_t from, std::size_t count)
{
    const auto width = static_cast<std::size_t>(outputsOf(task));
    scores.add(std::span(records.outputs).subspan(from * width, count * width),
               std::span(records.targets).subspan(from, count));
}

std::unique_ptr<Scores> scored(const Task& task, const Records& records, KeepOutputs keep = KeepOutputs::All)
{
    auto scores = makeScores(task, keep);
    scores->add(records.outputs, records.targets);
    return scores;
}

std::string told(const ScoreTable& table)
{
    nlohmann::json json;
    tell(table, json);
    return json.dump();
}

bool isNear(double a, double b, double within = 1e-6)
{
    return std::abs(a - b) < within;
}

} // namespace

#define COMPARE_SCORE(table, name, expected)                                                                           \
    QVERIFY2(isNear(valueIn(table, name), expected),                                                                   \
             qPrintable(QString("%1 is %2").arg(name).arg(valueIn(table, name), 0, 'g', 12)))
#define UNKNOWN_SCORE(table, name)                                                                                     \
    QVERIFY2(std::isnan(valueIn(table, name)), qPrintable(QString("%1 is %2").arg(name).arg(valueIn(table, name))))

class ScoresTest : public QObject
{
    Q_OBJECT
private slots:
    void binaryByHand();
    void binaryStatesOfEarlierBuilds();
    void multiClassByHand();
    void multiClassUndefined();
    void aThousandClasses();
    void manyOutputsAreBinned();
    void regressionByHand();
    void regressionUndefined();
    void severalTargets();
    void eachOfSeveralTargetsIsTold();
    void figuresOfARegression();
    void sumsAreExact();
    void partsAddUp_data();
    void partsAddUp();
    void statesOfOthersAreRefused();
    void multiClassStream();
    void regressionStream();
    void theWindowIsTheLastRecords_data();
    void theWindowIsTheLastRecords();
    void streamsGoOnFromTheirState_data();
    void streamsGoOnFromTheirState();
    void curvesAverage();
    void errorsOfDetectors();
    void mainScoresAreOfTheTask();
    void imbalancedClassesHaveAnotherHeadline();
    void scoresFollowTheThreshold();
    void theFrequentClassDoesNotLead();
    void weightedRecordsAreRepeatedOnes();
    void negativeWeights();
    void negativeWeightsOfAClass();
    void shownAsTheirSizeAsks();
    void theThresholdOfTheBestF1();
};

void ScoresTest::binaryByHand()
{
    // predicted:                  1  0   1  1  0
    const Records records{{2, -1, 3, 1, -2}, {1, 1, 0, 1, 0}};
    const ScoreTable table = scored({}, records)->table();
    COMPARE_SCORE(table, "precision", 2.0 / 3);
    COMPARE_SCORE(table, "recall", 2.0 / 3);
    COMPARE_SCORE(table, "f1", 2.0 / 3);
    COMPARE_SCORE(table, "balanced_accuracy", (2.0 / 3 + 1.0 / 2) / 2);
    COMPARE_SCORE(table, "average_precision", (1.0 / 2 + 2.0 / 3 + 3.0 / 4) / 3);
    double brier = 0;
    for (std::size_t i = 0; i < 5; ++i) {
        const double p = 1 / (1 + std::exp(-static_cast<double>(records.outputs[i])));
        brier += (p - static_cast<double>(records.targets[i])) * (p - static_cast<double>(records.targets[i])) / 5;
    }
    COMPARE_SCORE(table, "brier", brier);

    const ScoreTable never = scored({}, {{-1, -2}, {0, 0}})->table();
    UNKNOWN_SCORE(never, "precision");
    UNKNOWN_SCORE(never, "recall");
    UNKNOWN_SCORE(never, "f1");
    UNKNOWN_SCORE(never, "average_precision");
    COMPARE_SCORE(never, "balanced_accuracy", 1);
    for (const ScoreRow& row : makeScores({}, KeepOutputs::All)->table())
        QVERIFY(std::isnan(row.value));
    UNKNOWN_SCORE(scored({}, {{NAN, 1}, {0, 1}})->table(), "brier");
    UNKNOWN_SCORE(scored({}, {{NAN, 1}, {0, 1}})->table(), "average_precision");
}

/// They have no squared errors: the Brier score alone is unknown.
void ScoresTest::binaryStatesOfEarlierBuilds()
{
    nlohmann::json state = scored({}, drawn({}, 100))->state();
    state.erase("squares");
    const auto scores = makeScores({}, KeepOutputs::Bins);
    QVERIFY(scores->restore(state));
    UNKNOWN_SCORE(scores->table(), "brier");
    QVERIFY(std::isfinite(valueIn(scores->table(), "loss")));
}

void ScoresTest::multiClassByHand()
{
    Records records{{}, {0, 1, 0, 2}};
    for (const double p : {0.5, 0.25, 0.25, 0.25, 0.5, 0.25, 0.25, 0.25, 0.5, 0.2, 0.2, 0.6})
        records.outputs.push_back(static_cast<float>(std::log(p)));
    const Task task = multiClass(3);
    const auto scores = scored(task, records);
    const ScoreTable table = scores->table();
    const double loss = (std::log(2) + std::log(2) + std::log(4) - std::log(0.6)) / 4;
    COMPARE_SCORE(table, "loss", loss);
    COMPARE_SCORE(table, "accuracy", 0.75);
    COMPARE_SCORE(table, "balanced_accuracy", (0.5 + 1 + 1) / 3);
    COMPARE_SCORE(table, "macro_f1", 7.0 / 9);
    COMPARE_SCORE(table, "weighted_f1", 0.75);
    COMPARE_SCORE(table, "kappa", 7.0 / 11);
    COMPARE_SCORE(table, "auc", (3.5 / 4 + 1 + 1) / 3); // of class 0 one pair is tied
    COMPARE_SCORE(table, "majority", 0.5);
    QCOMPARE(table.size(), std::size_t{8}); // no top three of three
    QCOMPARE(scores->classCounts(), (std::vector<std::int64_t>{2, 1, 1}));
    QVERIFY(scores->figures()["confusion"] == nlohmann::json({{1, 0, 1}, {0, 1, 0}, {0, 0, 1}}));
    QVERIFY(scores->figures()["class_counts"] == nlohmann::json({2, 1, 1}));
    QVERIFY(isNear(scores->curve().loss, loss) && isNear(scores->curve().score, 0.75));
}

void ScoresTest::multiClassUndefined()
{
    const Task task = multiClass(3);
    for (const ScoreRow& row : makeScores(task, KeepOutputs::All)->table())
        QVERIFY(std::isnan(row.value));
    const ScoreTable one = scored(task, {{1, 0, 0}, {0}})->table();
    UNKNOWN_SCORE(one, "auc");
    UNKNOWN_SCORE(one, "kappa");
    COMPARE_SCORE(one, "accuracy", 1);
    // Of a class that does not occur there is no AUC; the mean is of the others.
    const ScoreTable two = scored(task, {{1, 0, 0, 0, 1, 0}, {0, 1}})->table();
    COMPARE_SCORE(two, "auc", 1);
    COMPARE_SCORE(two, "balanced_accuracy", 1);
    const ScoreTable diverged = scored(task, {{NAN, 0, 0, 0, 1, 0}, {0, 1}})->table();
    UNKNOWN_SCORE(diverged, "loss");
    UNKNOWN_SCORE(diverged, "auc");
    const ScoreTable sure = scored(task, {{1000, 0, 0, 0, 1000, 0}, {0, 0}})->table();
    COMPARE_SCORE(sure, "loss", 500); // nothing overflows
}

void ScoresTest::aThousandClasses()
{
    const Task task = multiClass(1000);
    const Records records = drawn(task, 3000);
    const auto scores = scored(task, records);
    UNKNOWN_SCORE(scores->table(), "auc");
    QVERIFY(valueIn(scores->table(), "top3_accuracy") > valueIn(scores->table(), "accuracy"));
    const nlohmann::json figures = scores->figures();
    QVERIFY(!figures.contains("confusion"));
    QCOMPARE(figures["class_counts"].size(), std::size_t{1000});
    QVERIFY(!figures["confusion_cells"].empty() && figures["confusion_cells"].size() <= 1000);
    std::int64_t last = std::numeric_limits<std::int64_t>::max();
    for (const auto& cell : figures["confusion_cells"]) {
        QVERIFY(cell[0] != cell[1] && cell[2].get<std::int64_t>() <= last);
        last = cell[2].get<std::int64_t>();
    }
    const auto restored = makeScores(task, KeepOutputs::Bins);
    QVERIFY(restored->restore(scores->state()));
    QCOMPARE(told(restored->table()), told(scores->table()));
    // As many classes as are ranked, of ten million records each.
    const Task ranked = multiClass(100);
    QVERIFY(scored(ranked, drawn(ranked, 20'000))->state().dump().size() < 900'000);
}

/// Of a million records, or 16 million numbers, at most all are kept.
void ScoresTest::manyOutputsAreBinned()
{
    const Task task = multiClass(100);
    const Records records = drawn(task, 2000);
    const auto scores = makeScores(task, KeepOutputs::All);
    for (int i = 0; i < 80; ++i)
        scores->add(records.outputs, records.targets);
    const ScoreTable exact = scores->table();
    QVERIFY(std::ranges::none_of(exact, &ScoreRow::approximate));
    addPart(*scores, task, records, 0, 1);
    const ScoreTable binned = scores->table();
    QVERIFY(std::ranges::any_of(binned, &ScoreRow::approximate));
    QVERIFY(isNear(valueIn(binned, "auc"), valueIn(exact, "auc"), 1e-3));
}

void ScoresTest::regressionByHand()
{
    const Task task = regression(0, 2, "m/s");
    const auto scores = scored(task, {{1.5F, 2, 2, 5}, {1, 2, 3, 4}});
    const ScoreTable table = scores->table();
    COMPARE_SCORE(table, "rmse", 0.75);
    COMPARE_SCORE(table, "mae", 0.625);
    COMPARE_SCORE(table, "median_error", 0.75);
    COMPARE_SCORE(table, "r2", 1 - 2.25 / 5);
    COMPARE_SCORE(table, "loss", 0.5625 / 4);
    QVERIFY(scores->classCounts().empty());
    QVERIFY(std::ranges::none_of(table, &ScoreRow::approximate));
    nlohmann::json json;
    tell(table, json);
    QCOMPARE(json["unit"].get<std::string>(), std::string("m/s"));
    for (const ScoreRow& row : scoresIn(json))
        QCOMPARE(row.unit, std::string(row.kind->unit == ScoreKind::Unit::Target ? "m/s" : ""));
    COMPARE_SCORE(scored(task, {{0, 1, 5}, {0, 0, 0}})->table(), "median_error", 1);
    // Of large numbers with a small spread nothing is lost.
    const Task large = regression(1e6, 1);
    COMPARE_SCORE(scored(large, {{1e6F, 1e6F + 1, 1e6F + 2}, {1e6F, 1e6F + 1, 1e6F + 4}})->table(), "r2",
                  1 - 4 / (26.0 / 3));
    const ScoreRow row = scoreRow("rmse", 48234.5678);
    QCOMPARE(decimalsOf(row), 0);
    QCOMPARE(decimalsOf(scoreRow("rmse", 0.0123)), 6);
    QCOMPARE(decimalsOf(scoreRow("loss", 12345.6)), 4);
}

void ScoresTest::regressionUndefined()
{
    const Task task = regression(0, 1);
    for (const ScoreRow& row : makeScores(task, KeepOutputs::All)->table())
        QVERIFY(std::isnan(row.value));
    UNKNOWN_SCORE(scored(task, {{1}, {2}})->table(), "r2"); // one row
    const ScoreTable constant = scored(task, {{0.1F, 0.2F, 0.3F}, {0.1F, 0.1F, 0.1F}})->table();
    UNKNOWN_SCORE(constant, "r2");
    COMPARE_SCORE(constant, "mae", 0.1);
    const float infinite = std::numeric_limits<float>::infinity();
    for (const ScoreRow& row : scored(task, {{1, infinite, 3}, {1, 2, 3}})->table())
        QVERIFY(std::isnan(row.value));
    for (const ScoreRow& row : scored(task, {{1, 2, NAN}, {1, 2, 3}})->table())
        QVERIFY(std::isnan(row.value));
}

void ScoresTest::severalTargets()
{
    Task task = regression(0, 1);
    task.targets.push_back({"height", "m", 0, 2});
    const ScoreTable table = scored(task, {{1, 10, 2, 10, 3, 40}, {1, 10, 2, 20, 4, 30}})->table();
    const double first = 1 - 1 / (14.0 / 3), second = 1 - 200.0 / 200;
    COMPARE_SCORE(table, "r2", (first + second) / 2);
    COMPARE_SCORE(table, "loss", (1.0 / 3 + 200.0 / 3 / 4) / 2);
    COMPARE_SCORE(table, "rmse", (std::sqrt(1.0 / 3) + std::sqrt(200.0 / 3) / 2) / 2); // each in its own scale
    COMPARE_SCORE(table, "mae", (1.0 / 3 + 20.0 / 3 / 2) / 2);
    COMPARE_SCORE(table, "median_error", (0 + 10.0 / 2) / 2);
}

void ScoresTest::eachOfSeveralTargetsIsTold()
{
    Task task = regression(0, 1, "m/s");
    task.targets.push_back({"height", "m", 0, 2});
    const auto scores = scored(task, {{1, 10, 2, 10, 3, 40}, {1, 10, 2, 20, 4, 30}});
    nlohmann::json result = scores->figures();
    QVERIFY(!result.contains("predicted_actual")); // whose would it be?
    tell(scores->table(), result);
    const std::vector<TargetScores> told = targetScoresIn(result);
    QCOMPARE(told.size(), std::size_t{2});
    QCOMPARE(told[0].name, std::string("speed"));
    QCOMPARE(told[1].name, std::string("height"));
    COMPARE_SCORE(told[0].scores, "rmse", std::sqrt(1.0 / 3));
    COMPARE_SCORE(told[0].scores, "r2", 1 - 1 / (14.0 / 3));
    COMPARE_SCORE(told[1].scores, "rmse", std::sqrt(200.0 / 3)); // in its own unit
    COMPARE_SCORE(told[1].scores, "mae", 20.0 / 3);
    COMPARE_SCORE(told[1].scores, "r2", 0.0);
    QCOMPARE(result["targets"][0]["unit"].get<std::string>(), std::string("m/s"));
    QCOMPARE(result["targets"][1]["predicted_actual"]["to"].get<double>(), 8.0);
    QCOMPARE(result["targets"][0]["residuals"]["counts"][100].get<int>(), 2);
    QVERIFY(targetScoresIn(scored(regression(0, 1), {{1}, {1}})->figures()).empty());
    // Parts add up to the same, as they stand in a state, but for the median.
    const auto one = scored(task, {{1, 10}, {1, 10}}), rest = scored(task, {{2, 10, 3, 40}, {2, 20, 4, 30}});
    const auto merged = makeScores(task, KeepOutputs::Bins);
    QVERIFY(merged->restore(one->state()));
    merged->merge(*rest);
    for (const char* name : {"loss", "rmse", "mae", "r2"})
        COMPARE_SCORE(merged->table(), name, valueIn(scores->table(), name));
    QVERIFY(!makeScores(regression(0, 1), KeepOutputs::Bins)->restore(one->state())); // of two targets
}

void ScoresTest::figuresOfARegression()
{
    const auto scores = scored(regression(10, 1), {{10, 10, 100, 9.95F}, {10, 12, -100, 10}});
    const nlohmann::json figures = scores->figures(), plane = figures["predicted_actual"];
    QCOMPARE(plane["from"].get<double>(), 6.0);
    QCOMPARE(plane["to"].get<double>(), 14.0);
    QCOMPARE(plane["counts"].size(), std::size_t{52});
    QCOMPARE(plane["counts"][0].size(), std::size_t{52});
    QCOMPARE(plane["counts"][26][26].get<int>(), 1); // 10 and 10: cells of 0.16, the first outside
    QCOMPARE(plane["counts"][26][25].get<int>(), 1);
    QCOMPARE(plane["counts"][38][26].get<int>(), 1);
    QCOMPARE(plane["counts"][0][51].get<int>(), 1); // far out on either side
    const nlohmann::json residuals = figures["residuals"];
    QCOMPARE(residuals["counts"].size(), std::size_t{200});
    QCOMPARE(residuals["below"].get<int>(), 1);
    QCOMPARE(residuals["above"].get<int>(), 0);
    QCOMPARE(residuals["counts"][100].get<int>(), 1); // 0
    QCOMPARE(residuals["counts"][101].get<int>(), 1); // 0.05
    QCOMPARE(residuals["counts"][150].get<int>(), 1); // 2
}

void ScoresTest::sumsAreExact()
{
    const auto sumOf = [](std::vector<double> numbers) {
        ExactSum sum;
        for (const double number : numbers)
            sum.add(number);
        return sum.value();
    };
    QCOMPARE(sumOf({}), 0.0);
    QVERIFY(sumOf({1e100, 1, -1e100, 1e-50}) == 1.0);
    QVERIFY(sumOf(std::vector<double>(10, 0.1)) == 1.0);
    QVERIFY(sumOf({1e-16, 1, 1e16}) == 10000000000000002.0); // of CPython's tests: a half is rounded as what is below
    QVERIFY(sumOf({1e16, 1, -1e-16}) == 1e16);
    Rng rng(11, Purpose::SimulatedFeature);
    std::vector<double> numbers;
    for (int i = 0; i < 2000; ++i)
        numbers.push_back(std::ldexp(rng.normal(), static_cast<int>(rng.below(200)) - 100));
    ExactSum whole, first, second;
    for (const double number : numbers)
        whole.add(number);
    std::ranges::reverse(numbers);
    for (std::size_t i = 0; i < numbers.size(); ++i)
        (i % 3 == 0 ? first : second).add(numbers[i]);
    second.merge(first);
    QVERIFY(second.value() == whole.value());
    QVERIFY(second.state() == whole.state()); // the same sum has the same state
    ExactSum restored;
    restored.restore(nlohmann::json::parse(whole.state().dump()));
    restored.add(-whole.value());
    whole.add(-whole.value());
    QVERIFY(restored.value() == whole.value() && whole.value() != 0);
    second.merge(second);
    QVERIFY(second.value() == 2 * sumOf(numbers));
}

void ScoresTest::partsAddUp_data()
{
    QTest::addColumn<int>("kind");
    QTest::newRow("binary") << 0;
    QTest::newRow("multi-class") << 1;
    QTest::newRow("thirty classes") << 2;
    QTest::newRow("regression") << 3;
}

/// In any order, bit by bit; the exact scores of ranks are near.
void ScoresTest::partsAddUp()
{
    QFETCH(int, kind);
    const Task task = std::vector<Task>{{}, multiClass(4), multiClass(30), regression(100, 5, "K")}.at(
        static_cast<std::size_t>(kind));
    const Records records = drawn(task, 3000);
    const auto whole = scored(task, records, KeepOutputs::Bins), exact = scored(task, records);
    std::vector<std::unique_ptr<Scores>> parts;
    std::size_t from = 0;
    for (const std::size_t count : {500UL, 1UL, 2499UL}) {
        parts.push_back(makeScores(task, count == 500 ? KeepOutputs::All : KeepOutputs::Bins));
        addPart(*parts.back(), task, records, from, count);
        from += count;
    }
    std::vector<std::size_t> order = {0, 1, 2};
    do {
        const auto sum = makeScores(task, KeepOutputs::All);
        for (const std::size_t part : order) {
            const auto copy = makeScores(task, KeepOutputs::All); // by way of a message
            QVERIFY(copy->restore(nlohmann::json::parse(parts[part]->state().dump())));
            sum->merge(*copy);
        }
        QVERIFY(sum->state() == whole->state());
        QCOMPARE(told(sum->table()), told(whole->table()));
        QVERIFY(sum->figures() == whole->figures());
        QCOMPARE(sum->records(), std::int64_t{3000});
    } while (std::ranges::next_permutation(order).found);
    QVERIFY(whole->state() == exact->state());
    for (const ScoreRow& row : exact->table()) {
        const double binned = valueIn(whole->table(), row.kind->name);
        QVERIFY2(row.kind->ofRanks ? isNear(row.value, binned, 0.01 * std::max(1.0, row.value)) : row.value == binned,
                 row.kind->name.c_str());
        QVERIFY(!row.approximate);
    }
    for (const ScoreRow& row : whole->table())
        QCOMPARE(row.approximate, row.kind->ofRanks);
}

void ScoresTest::statesOfOthersAreRefused()
{
    const std::vector<Task> tasks = {{}, multiClass(4), multiClass(5), regression(0, 1)};
    for (std::size_t i = 0; i < tasks.size(); ++i)
        for (std::size_t k = 0; k < tasks.size(); ++k) {
            const auto scores = makeScores(tasks[i], KeepOutputs::All);
            QCOMPARE(scores->restore(scored(tasks[k], drawn(tasks[k], 50))->state()), i == k);
            QCOMPARE(scores->records(), std::int64_t{i == k ? 50 : 0});
        }
    for (std::size_t i = 1; i < tasks.size(); ++i)
        for (const nlohmann::json& json : {nlohmann::json(), nlohmann::json(3), nlohmann::json::object()})
            QVERIFY(!makeScores(tasks[i], KeepOutputs::All)->restore(json));
    nlohmann::json state = scored(tasks[1], drawn(tasks[1], 50))->state();
    state["confusion"] = {17, 1}; // of sixteen cells
    QVERIFY(!makeScores(tasks[1], KeepOutputs::All)->restore(state));
}

void ScoresTest::multiClassStream()
{
    const Task task = multiClass(3);
    const auto scores = makePrequential(task, 2, 1000);
    UNKNOWN_SCORE(scores->cumulative(), "majority");
    QVERIFY(std::isnan(scores->baselines().majority));
    //                said: 1        1        2        0
    scores->add(std::vector<float>{0, 1, 0, 0, 1, 0, 0, 0, 1, 1, 0, 0}, std::vector<float>{1, 2, 2, 0});
    const ScoreTable all = scores->cumulative();
    COMPARE_SCORE(all, "accuracy", 3.0 / 4);
    COMPARE_SCORE(all, "majority", 0);        // says 0 1 1 2: of equals the first, of 1 and 2 the former
    COMPARE_SCORE(all, "no_change", 1.0 / 4); // says 0 1 2 2
    COMPARE_SCORE(all, "temporal_kappa", (0.75 - 0.25) / (1 - 0.25));
    QVERIFY(isNear(scores->baselines().majority, 0) && isNear(scores->baselines().noChange, 0.25));
    QCOMPARE(scores->classCounts(), (std::vector<std::int64_t>{1, 1, 2}));
    QCOMPARE(scores->windowRecords(), std::int64_t{2});
    COMPARE_SCORE(scores->windowed(), "accuracy", 1);
    COMPARE_SCORE(scores->windowed(), "no_change", 0.5);
    scores->add(std::vector<float>{1, 0, 0, 1, 0, 0}, std::vector<float>{0, 0});
    UNKNOWN_SCORE(scores->windowed(), "kappa"); // of one class
    UNKNOWN_SCORE(scores->windowed(), "temporal_kappa");
}

void ScoresTest::regressionStream()
{
    const auto scores = makePrequential(regression(0, 1, "m"), 2, 1000);
    UNKNOWN_SCORE(scores->cumulative(), "r2");
    scores->add(std::vector<float>{1, 2, 2}, std::vector<float>{1, 3, 2});
    const ScoreTable all = scores->cumulative();
    COMPARE_SCORE(all, "r2", 1 - 1.0 / 2);
    COMPARE_SCORE(all, "mean_value", 1 - 5.0 / 2); // says 0 1 2
    COMPARE_SCORE(all, "last_value", 1 - 6.0 / 2); // says 0 1 3
    QVERIFY(isNear(scores->baselines().majority, 1 - 5.0 / 3) && isNear(scores->baselines().noChange, 1 - 6.0 / 3));
    const ScoreTable recent = scores->windowed(); // of 3 and 2, around 2.5
    COMPARE_SCORE(recent, "r2", 1 - 1 / 0.5);
    COMPARE_SCORE(recent, "mean_value", 1 - 4 / 0.5);
    QVERIFY(scores->classCounts().empty());
    // A model that has diverged is unknown as long as its records are looked at.
    scores->add(std::vector<float>{NAN, 2, 4}, std::vector<float>{1, 3, 2});
    UNKNOWN_SCORE(scores->cumulative(), "r2");
    COMPARE_SCORE(scores->windowed(), "mae", 1.5);
}

void ScoresTest::theWindowIsTheLastRecords_data()
{
    QTest::addColumn<bool>("classes");
    QTest::newRow("multi-class") << true;
    QTest::newRow("regression") << false;
}

void ScoresTest::theWindowIsTheLastRecords()
{
    QFETCH(bool, classes);
    const Task task = classes ? multiClass(12) : regression(100, 5, "K");
    const Records records = drawn(task, 1500);
    const auto stream = makePrequential(task, 250, 1000);
    const auto width = static_cast<std::size_t>(outputsOf(task));
    for (std::size_t i = 0; i < 1500; i += 50) {
        stream->add(std::span(records.outputs).subspan(i * width, 50 * width),
                    std::span(records.targets).subspan(i, 50));
        const auto last = makeScores(task, KeepOutputs::All), all = makeScores(task, KeepOutputs::All);
        const std::size_t from = i < 200 ? 0 : i - 200;
        addPart(*last, task, records, from, i + 50 - from);
        addPart(*all, task, records, 0, i + 50);
        // A stream knows of the most frequent class so far alone.
        for (const ScoreRow& row : last->table())
            QVERIFY2(row.kind->name == "majority" || valueIn(stream->windowed(), row.kind->name) == row.value,
                     row.kind->name.c_str());
        for (const ScoreRow& row : all->table())
            QVERIFY2(row.kind->name == "majority" ||
                         isNear(valueIn(stream->cumulative(), row.kind->name), row.value, i < 1000 ? 1e-12 : 0.05),
                     row.kind->name.c_str());
        QVERIFY(stream->figures() == all->figures());
        QVERIFY(stream->classCounts() == all->classCounts());
    }
    QVERIFY(std::ranges::any_of(stream->cumulative(), &ScoreRow::approximate)); // of more than 1,000
}

void ScoresTest::streamsGoOnFromTheirState_data()
{
    QTest::addColumn<int>("kind");
    QTest::newRow("multi-class") << 0;
    QTest::newRow("many classes") << 1;
    QTest::newRow("regression") << 2;
}

/// Bit by bit.
void ScoresTest::streamsGoOnFromTheirState()
{
    QFETCH(int, kind);
    const Task task =
        std::vector<Task>{multiClass(5), multiClass(120), regression(1e3, 7)}.at(static_cast<std::size_t>(kind));
    const Records records = drawn(task, 1000);
    const auto width = static_cast<std::size_t>(outputsOf(task));
    const auto add = [&](Prequential& scores, std::size_t from, std::size_t count) {
        scores.add(std::span(records.outputs).subspan(from * width, count * width),
                   std::span(records.targets).subspan(from, count));
    };
    for (const std::size_t cut : {0UL, 1UL, 60UL, 600UL}) {
        const auto whole = makePrequential(task, 100, 10'000), after = makePrequential(task, 100, 10'000);
        add(*whole, 0, cut);
        whole->useBins();
        after->restore(nlohmann::json::parse(whole->state().dump()));
        for (const std::size_t next : {0UL, 1UL, 399UL}) {
            add(*whole, cut, next);
            add(*after, cut, next);
            QCOMPARE(told(after->cumulative()), told(whole->cumulative()));
            QCOMPARE(told(after->windowed()), told(whole->windowed()));
            QVERIFY(after->state() == whole->state());
            QVERIFY(after->figures() == whole->figures());
            QVERIFY(after->baselines().majority == whole->baselines().majority || whole->records() == 0);
        }
    }
}

/// Of batches of one size, the mean of what they show is that of all their records.
void ScoresTest::curvesAverage()
{
    for (const Task& task : {Task{}, multiClass(5), regression(20, 3)}) {
        const Records records = drawn(task, 1000);
        const auto width = static_cast<std::size_t>(outputsOf(task));
        const CurvePoint all = curveOf(task, records.outputs, records.targets);
        CurvePoint mean{0, 0};
        for (std::size_t i = 0; i < 1000; i += 100) {
            const CurvePoint part = curveOf(task, std::span(records.outputs).subspan(i * width, 100 * width),
                                            std::span(records.targets).subspan(i, 100));
            mean.loss += part.loss / 10;
            mean.score += part.score / 10;
        }
        QVERIFY(isNear(all.loss, mean.loss, 1e-9) && isNear(all.score, mean.score, 1e-9));
        QVERIFY(isNear(all.loss, valueIn(scored(task, records)->table(), "loss")));
        QVERIFY(std::isnan(curveOf(task, {}, {}).loss) && std::isnan(curveOf(task, {}, {}).score));
    }
    const CurvePoint point = curveOf(regression(2, 2), std::vector<float>{1, 3}, std::vector<float>{1, 1});
    QVERIFY(isNear(point.loss, 0.5) && isNear(point.score, 0.5));
}

void ScoresTest::errorsOfDetectors()
{
    const std::vector<float> logits = {0, 2, 1};
    QCOMPARE(errorOf(multiClass(3), logits, 1), 0.0);
    QCOMPARE(errorOf(multiClass(3), logits, 2), 1.0);
    const auto error = [](float output) { return errorOf(regression(0, 4), std::vector<float>{output}, 1); };
    QCOMPARE(error(-1), 0.5);
    QCOMPARE(error(NAN), 1e6); // a number that detectors can go on with
    QCOMPARE(error(std::numeric_limits<float>::infinity()), 1e6);
}

void ScoresTest::mainScoresAreOfTheTask()
{
    const auto names = [](const auto& kinds) {
        std::string text;
        for (const ScoreKind* kind : kinds)
            text += kind->name + " ";
        return text;
    };
    QCOMPARE(names(mainScores(TaskKind::Binary)), std::string("loss accuracy auc "));
    QCOMPARE(names(mainScores(TaskKind::MultiClass)), std::string("loss accuracy auc balanced_accuracy "));
    QCOMPARE(names(mainScores(TaskKind::Regression)), std::string("rmse mae r2 "));
    std::vector<nlohmann::json> results;
    for (const Task& task : {Task{}, regression(0, 1, "m")}) {
        nlohmann::json result = {{"task", infoOf(task).name}};
        tell(scored(task, drawn(task, 100))->table(), result);
        results.push_back(result);
        std::vector<const ScoreKind*> kinds;
        for (const ScoreRow& row : mainScoresOf(result))
            kinds.push_back(row.kind);
        QCOMPARE(names(kinds), names(mainScores(task.kind)));
    }
    QCOMPARE(names(scoreColumns({})), std::string("loss accuracy auc "));
    QCOMPARE(names(scoreColumns(std::vector<nlohmann::json>(1, results.back()))), std::string("rmse mae r2 "));
    QCOMPARE(names(scoreColumns(results)), std::string("loss accuracy auc rmse mae r2 "));
    QCOMPARE(names(scoreColumns({{{"loss", 0.5}, {"r2", 0.5}}, nlohmann::json()})), std::string("loss r2 "));
}

/// Above 80 % of one class average precision, or macro F1, stands in the accuracy's place, and comes first.
void ScoresTest::imbalancedClassesHaveAnotherHeadline()
{
    const auto mainOf = [](const Task& task, const Records& records) {
        nlohmann::json result = {{"task", infoOf(task).name}};
        tell(scored(task, records)->table(), result);
        std::string text;
        for (const ScoreRow& row : mainScoresOf(result))
            text += row.kind->name + " ";
        return text;
    };
    const auto ofShares = [](const Task& task, int rare) {
        Records records = drawn(task, 100);
        for (int i = 0; i < 100; ++i)
            records.targets[static_cast<std::size_t>(i)] =
                i < rare ? static_cast<float>(1 + i % (classCount(task) - 1)) : 0;
        return records;
    };
    QCOMPARE(mainOf({}, ofShares({}, 20)), std::string("loss accuracy auc "));
    QCOMPARE(mainOf({}, ofShares({}, 19)), std::string("average_precision loss auc "));
    QCOMPARE(mainOf({}, ofShares({}, 0)), std::string("loss accuracy auc ")); // it is not known without them
    QCOMPARE(mainOf(multiClass(4), ofShares(multiClass(4), 12)), std::string("macro_f1 loss auc balanced_accuracy "));
    QVERIFY(!isImbalanced(kUnknown) && !isImbalanced(0.8) && isImbalanced(0.81));
    QCOMPARE(headlineOf(TaskKind::Regression, 0.9).name, std::string("r2"));
    QVERIFY(isBetter(*findScore("loss"), 1, 2) && !isBetter(*findScore("auc"), 1, 2));
    QVERIFY(isBetter(*findScore("auc"), 0, kUnknown) && !isBetter(*findScore("auc"), kUnknown, 0));
}

/// What is predicted, and nothing that is of ranks or probabilities, follows the threshold; so does a stream's.
void ScoresTest::scoresFollowTheThreshold()
{
    Task even, high;
    high.threshold = 0.8;
    const Records records = drawn(even, 500);
    const ScoreTable atHalf = scored(even, records)->table(), atHigh = scored(high, records)->table();
    for (const char* name : {"loss", "auc", "average_precision", "brier", "majority"})
        QCOMPARE(valueIn(atHigh, name), valueIn(atHalf, name));
    int right = 0, predicted = 0, found = 0;
    for (std::size_t i = 0; i < records.targets.size(); ++i) {
        const int said = 1 / (1 + std::exp(-static_cast<double>(records.outputs[i]))) > 0.8 ? 1 : 0;
        right += said == static_cast<int>(records.targets[i]) ? 1 : 0;
        predicted += said;
        found += said == 1 && records.targets[i] == 1 ? 1 : 0;
    }
    QCOMPARE(valueIn(atHigh, "accuracy"), right / 500.0);
    QCOMPARE(valueIn(atHigh, "precision"), static_cast<double>(found) / predicted);
    QVERIFY(valueIn(atHigh, "recall") < valueIn(atHalf, "recall"));
    QCOMPARE(curveOf(high, records.outputs, records.targets).score, right / 500.0);
    const auto stream = makePrequential(high, 50, 1000), again = makePrequential(high, 50, 1000);
    stream->add(records.outputs, records.targets);
    QCOMPARE(valueIn(stream->cumulative(), "accuracy"), right / 500.0);
    again->restore(stream->state());
    QCOMPARE(valueIn(again->windowed(), "accuracy"), valueIn(stream->windowed(), "accuracy"));
    const auto restored = makeScores(high, KeepOutputs::Bins);
    QVERIFY(restored->restore(scored(high, records)->state()));
    restored->add(records.outputs, records.targets);
    QCOMPARE(valueIn(restored->table(), "accuracy"), right / 500.0);
}

/// Average precision of a class that nearly all records are of is always near 1: it leads only for the rare one.
void ScoresTest::theFrequentClassDoesNotLead()
{
    const auto leading = [](const nlohmann::json& confusion) {
        return mainScoresOf({{"task", "binary"},
                             {"majority", 0.95},
                             {"accuracy", 0.95},
                             {"balanced_accuracy", 0.5},
                             {"average_precision", 0.99},
                             {"confusion", confusion}})
            .front()
            .kind->name;
    };
    QCOMPARE(leading({{94, 1}, {4, 1}}), std::string("average_precision"));
    QCOMPARE(leading({{1, 4}, {1, 94}}), std::string("balanced_accuracy"));
}

/// Exact, of bins, in parts and from states; a weight of 0 is no record.
void ScoresTest::weightedRecordsAreRepeatedOnes()
{
    for (const Task& task : {Task{}, multiClass(5), multiClass(12), regression(350, 12)}) {
        const Records records = drawn(task, 400);
        const auto width = static_cast<std::size_t>(outputsOf(task));
        Records repeated;
        std::vector<float> weights;
        for (std::size_t row = 0; row < 400; ++row) {
            weights.push_back(static_cast<float>(row % 5)); // an odd sum: the medians are alike
            const auto own = std::span(records.outputs).subspan(row * width, width);
            for (std::size_t copy = 0; copy < row % 5 + (row == 1 ? 1 : 0); ++copy) {
                repeated.outputs.insert(repeated.outputs.end(), own.begin(), own.end());
                repeated.targets.push_back(records.targets[row]);
            }
        }
        weights[1] = 2;
        for (const KeepOutputs keep : {KeepOutputs::All, KeepOutputs::Bins}) {
            const ScoreTable expected = scored(task, repeated, keep)->table();
            const auto scores = makeScores(task, keep);
            scores->add(records.outputs, records.targets, weights);
            for (const ScoreRow& row : scores->table())
                QVERIFY2(isNear(row.value, valueIn(expected, row.kind->name), 1e-9),
                         qPrintable(QString("%1: %2 and %3")
                                        .arg(QString::fromStdString(row.kind->name))
                                        .arg(row.value)
                                        .arg(valueIn(expected, row.kind->name))));
            QCOMPARE(scores->records(), std::int64_t{400});
            QVERIFY(isNear(scores->weights()->sum, 801) &&
                    isNear(scores->weights()->effectiveRecords(), 801.0 * 801 / 2403));
            // In parts, one of which is read from a state.
            const auto first = makeScores(task, KeepOutputs::Bins), second = makeScores(task, KeepOutputs::Bins),
                       read = makeScores(task, KeepOutputs::Bins);
            first->add(std::span(records.outputs).first(150 * width), std::span(records.targets).first(150),
                       std::span(weights).first(150));
            second->add(std::span(records.outputs).subspan(150 * width), std::span(records.targets).subspan(150),
                        std::span(weights).subspan(150));
            QVERIFY(read->restore(second->state()));
            first->merge(*read);
            const ScoreTable whole = scored(task, repeated, KeepOutputs::Bins)->table();
            for (const ScoreRow& row : first->table())
                QVERIFY2(isNear(row.value, valueIn(whole, row.kind->name), 1e-9), row.kind->name.c_str());
            QVERIFY(isNear(first->weights()->effectiveRecords(), 801.0 * 801 / 2403));
            if (task.kind != TaskKind::Regression) // it counts records, whatever they weigh
                QCOMPARE(first->figures()["confusion"].dump(),
                         scored(task, records, KeepOutputs::Bins)->figures()["confusion"].dump());
        }
    }
}

/// A negative weight takes a record away again; where nothing is left the scores are unknown, never turned over.
void ScoresTest::negativeWeights()
{
    for (const Task& task : {Task{}, multiClass(5), regression(350, 12)}) {
        const Records records = drawn(task, 200), more = drawn(task, 50, 8);
        const auto scores = makeScores(task, KeepOutputs::All);
        const std::vector<float> ones(200, 1), others(50, 2.5F), taken(50, -2.5F);
        scores->add(records.outputs, records.targets, ones);
        scores->add(more.outputs, more.targets, others);
        scores->add(more.outputs, more.targets, taken);
        const ScoreTable expected = scored(task, records)->table();
        for (const ScoreRow& row : scores->table())
            if (!row.kind->ofRanks || task.kind != TaskKind::Regression)
                QVERIFY2(isNear(row.value, valueIn(expected, row.kind->name)), row.kind->name.c_str());
        const std::vector<float> minus(200, -1);
        scores->add(records.outputs, records.targets, minus);
        for (const ScoreRow& row : scores->table())
            QVERIFY2(std::isnan(row.value), row.kind->name.c_str());
    }
}

/// Of a class whose weights are below 0 in sum, an accuracy of 3 or of −1 would come out: it is unknown, and said why.
void ScoresTest::negativeWeightsOfAClass()
{
    const std::vector<float> outputs = {2, 2, -2, -2}, targets = {1, 1, 0, 0};
    for (const auto& [weights, wrong] : {std::pair<std::vector<float>, std::size_t>{{3, 3, -2, -2}, 2},
                                         std::pair<std::vector<float>, std::size_t>{{3, 3, -2, -2}, 0}}) {
        const auto scores = makeScores({}, KeepOutputs::All);
        std::vector<float> said = outputs;
        said[wrong] = -said[wrong];
        scores->add(said, targets, weights);
        QVERIFY(std::isnan(valueIn(scores->table(), "accuracy")) || valueIn(scores->table(), "accuracy") <= 1);
        const std::string why = whyWeightsSayNothing(*scores);
        QVERIFY2(why.find("is unknown") != std::string::npos, why.c_str());
        for (const ScoreRow& row : scores->table())
            QVERIFY2(std::isnan(row.value) || (row.value >= 0 && (row.value <= 1 || row.kind->name == "loss")),
                     row.kind->name.c_str());
    }
    const auto sound = makeScores({}, KeepOutputs::All);
    sound->add(outputs, targets, std::vector<float>{3, -1, 2, 2});
    QCOMPARE(whyWeightsSayNothing(*sound), std::string());
    QCOMPARE(valueIn(sound->table(), "accuracy"), 1.0);
}

void ScoresTest::shownAsTheirSizeAsks()
{
    const auto text = [](double value) { return scoreNumber(scoreRow("rmse", value)); };
    QCOMPARE(text(12.3456789), std::string("12.346"));
    QCOMPARE(text(3.0515e-31), std::string("3.0515e-31"));
    QCOMPARE(text(1.97e37), std::string("1.9700e+37"));
    QCOMPARE(text(0), std::string("0.0000"));
    QCOMPARE(text(NAN), std::string("–"));
    QCOMPARE(scoreNumber(scoreRow("r2", 1e-9)), std::string("0.0000"));
    const nlohmann::json result = {
        {"loss", 0.1}, {"accuracy", 0.99}, {"validation", {{"scores", {{"accuracy", 0.75}}}}}};
    QCOMPARE(valueIn(scoresIn(comparable(result)), "accuracy"), 0.75); // of what was not learnt
    QCOMPARE(valueIn(scoresIn(comparable({{"accuracy", 0.99}})), "accuracy"), 0.99);
}

/// Against each threshold between two outputs.
void ScoresTest::theThresholdOfTheBestF1()
{
    for (const int rows : {1, 2, 7, 200}) {
        Records records = drawn({}, rows);
        records.targets[0] = 1;
        std::vector<float> weights;
        for (int i = 0; i < rows; ++i)
            weights.push_back(static_cast<float>(1 + i % 3));
        for (const auto& counted : {std::vector<float>(), weights}) {
            const auto f1At = [&](double cut) {
                double found = 0, said = 0, there = 0;
                for (std::size_t i = 0; i < records.targets.size(); ++i) {
                    const double weight = counted.empty() ? 1 : static_cast<double>(counted[i]);
                    const bool isSaid = static_cast<double>(records.outputs[i]) > cut,
                               isThere = records.targets[i] == 1;
                    found += isSaid && isThere ? weight : 0;
                    said += isSaid ? weight : 0;
                    there += isThere ? weight : 0;
                }
                return 2 * found / (said + there);
            };
            double best = 0;
            for (const float output : records.outputs)
                best = std::max(best, f1At(std::nextafter(static_cast<double>(output), -1e9)));
            const auto threshold = thresholdOfBestF1(records.outputs, records.targets, counted);
            QVERIFY(threshold && *threshold > 0 && *threshold < 1);
            Task task;
            task.threshold = *threshold;
            QVERIFY(std::abs(f1At(cutOf(task)) - best) < 1e-12);
        }
    }
    QVERIFY(!thresholdOfBestF1(std::vector<float>{1, 2}, std::vector<float>{0, 0}));
    QVERIFY(!thresholdOfBestF1(std::vector<float>{NAN, 2}, std::vector<float>{0, 1}));
    QVERIFY(!thresholdOfBestF1({}, {}));
}

QTEST_GUILESS_MAIN(ScoresTest)
#include "tst_scores.moc"
