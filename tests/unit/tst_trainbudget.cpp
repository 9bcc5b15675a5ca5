// SPDX-License-Identifier: GPL-3.0-or-later
// How long a training goes, which records it does not learn, and which are looked at before.
#include "pipeline/reading/RangeReader.h"
#include "pipeline/reading/ValidationPart.h"
#include "pipeline/training/ClassWeights.h"
#include "pipeline/training/TrainBudget.h"
#include "pipeline/training/Validation.h"

#include <QTest>
#include <cmath>

using namespace millrace;

namespace
{

/// By what a validation part of so many records of each class chooses the best epoch.
std::string criterionOf(const Task& task, const std::vector<int>& records)
{
    CompactBatch rows;
    for (std::size_t i = 0; i < records.size(); ++i)
        rows.targets.insert(rows.targets.end(), static_cast<std::size_t>(records[i]), static_cast<float>(i));
    return Validation(std::move(rows), task, 20).criterion().name;
}

} // namespace

class TrainBudgetTest : public QObject
{
    Q_OBJECT
private slots:
    /// Nothing said, nothing known of the data: the tutorial's.
    void theTutorialsStays()
    {
        for (const TrainBudget& budget :
             {decideBudget({}, 60'000, Sizing::Tutorial), decideBudget({}, -1, Sizing::ByRowsValidated)}) {
            QCOMPARE(budget.epochs, 10);
            QCOMPARE(budget.batch, 64);
            QCOMPARE(budget.shuffle, 64);
            QVERIFY(budget.validation == 0 && budget.patience == 0);
            QVERIFY(budget.optimizer.kind == "adam" && budget.schedule.kind == "constant");
        }
        QCOMPARE(decideBudget({}, 60'000, Sizing::Tutorial).steps, std::int64_t{9380}); // 938 steps, ten times
    }

    void rowsDecide_data()
    {
        QTest::addColumn<int>("rows");
        QTest::addColumn<int>("batch");
        QTest::addColumn<int>("epochs");
        const auto row = [](const char* name, int rows, int batch, int epochs) {
            QTest::newRow(name) << rows << batch << epochs;
        };
        row("a few", 10, 16, 120);
        row("iris", 210, 16, 120);
        row("wine", 1119, 32, 100); // 30 steps
        row("adult", 5600, 64, 40); // 75 steps
        row("many", 100'000, 128, 15);
        row("very many", 5'000'000, 256, 3);
    }

    void rowsDecide()
    {
        QFETCH(int, rows);
        QFETCH(int, batch);
        QFETCH(int, epochs);
        const TrainBudget budget = decideBudget({}, rows, Sizing::ByRowsValidated);
        QCOMPARE(budget.batch, batch);
        QCOMPARE(budget.epochs, epochs);
        QVERIFY(budget.validation == (rows < 50 ? 0 : 0.15));
        QCOMPARE(budget.patience, rows < 50 ? 0 : 20);
        const auto learnt = std::ceil(rows * (1 - budget.validation) / batch);
        QCOMPARE(budget.steps, static_cast<std::int64_t>(learnt) * epochs);
        QVERIFY(decideBudget({}, rows, Sizing::ByRows).validation == 0);
    }

    void classWeights()
    {
        const Task named{TaskKind::MultiClass, {"a", "b", "c"}, {}};
        const auto weights = [&](const std::string& text, const Task& task, const std::vector<double>& counts) {
            const auto wish = parseClassWeights(text);
            return wish ? classWeightsOf(*wish, task, counts) : fail(wish.error());
        };
        QVERIFY(weights("none", named, {})->empty());
        QVERIFY(*weights("balanced", named, {60, 30, 10}) ==
                (std::vector<double>{100.0 / 180, 100.0 / 90, 100.0 / 30}));
        QVERIFY(*weights("balanced", named, {50, 0, 150}) == (std::vector<double>{2, 1, 200.0 / 300}));
        QVERIFY(*weights(R"({"c": 10, "a": 0})", named, {}) == (std::vector<double>{0, 1, 10}));
        QVERIFY(*weights(R"({"1": 5})", {}, {}) == (std::vector<double>{1, 5}));
        const std::pair<const char*, const char*> bad[] = {{R"({"d": 1})", "There is no class 'd'"},
                                                           {R"({"a": -1})", "weight of class a is no number"},
                                                           {R"({"a": "x"})", "weight of class a is no number"},
                                                           {R"({"a": 0, "b": 0, "c": 0})", "nothing would be learnt"},
                                                           {"{}", "no choice of class weights"},
                                                           {"ballanced", "no choice of class weights"}};
        for (const auto& [text, message] : bad) {
            const auto refused = weights(text, named, {});
            QVERIFY2(!refused && refused.error().message.find(message) != std::string::npos, text);
        }
        const Task number{TaskKind::Regression, {}, {{"y", {}}}};
        QVERIFY(!weights("balanced", number, {}));
        TrainBudget budget;
        budget.classWeights = {0.5, 7};
        budget.findsThreshold = true;
        const auto read = budgetFromJson(toJson(budget));
        QVERIFY(read && read->classWeights == budget.classWeights && read->findsThreshold);
    }

    void thresholds()
    {
        QVERIFY(parseThreshold("auto") && !*parseThreshold("auto"));
        QVERIFY(*parseThreshold("0.25") == 0.25);
        for (const char* bad : {"0", "1", "-1", "half", "", "nan"})
            QVERIFY2(!parseThreshold(bad), bad);
        Task task{TaskKind::Binary, {"no", "yes"}, {}};
        QVERIFY(!toJson(task).contains("threshold")); // as earlier builds wrote it
        task.threshold = 0.125;
        QCOMPARE(taskFromJson(toJson(task))->threshold, 0.125);
        nlohmann::json bad = toJson(task);
        bad["threshold"] = 1.5;
        QVERIFY(!taskFromJson(bad));
    }

    void whatWasSaidHolds()
    {
        BudgetWish wish;
        wish.epochs = 7;
        wish.learningRate = 0.5;
        wish.validation = 0.3;
        wish.schedule = ScheduleSpec{"constant"};
        const TrainBudget budget = decideBudget(wish, 1000, Sizing::ByRowsValidated);
        QCOMPARE(budget.epochs, 7);
        QVERIFY(budget.validation == 0.3 && budget.optimizer.learningRate == 0.5);
        QVERIFY(budget.optimizer.kind == "adamw" && budget.schedule.kind == "constant");
        QCOMPARE(budget.steps, std::int64_t{7 * 22}); // 700 records, 32 a step
        const auto read = budgetFromJson(toJson(budget));
        QVERIFY2(read, describe(read).c_str());
        QCOMPARE(toJson(*read).dump(), toJson(budget).dump());
        nlohmann::json bad = toJson(budget);
        bad["epochs"] = 0;
        QVERIFY(!budgetFromJson(bad));
    }

    /// A function of seed, partition and offset, of about the share that was asked for.
    void theValidationPartIsAFunction()
    {
        int count = 0, again = 0, both = 0;
        for (std::int64_t offset = 0; offset < 20'000; ++offset) {
            const bool is = isForValidation(3, 0, offset, 0.15), other = isForValidation(4, 0, offset, 0.15);
            count += is ? 1 : 0;
            again += is == isForValidation(3, 0, offset, 0.15) ? 1 : 0;
            both += is && other ? 1 : 0;
            QVERIFY(!isForValidation(3, 0, offset, 0));
            QVERIFY(!isForValidation(3, 0, offset, 0.1) || is); // a smaller part is within the larger one
        }
        QCOMPARE(again, 20'000);
        QVERIFY2(std::abs(count - 3000) < 200, std::to_string(count).c_str());
        QVERIFY2(std::abs(both - 450) < 100, std::to_string(both).c_str());
        int differ = 0;
        for (std::int64_t offset = 0; offset < 100; ++offset)
            differ += isForValidation(3, 0, offset, 0.5) != isForValidation(3, 1, offset, 0.5) ? 1 : 0;
        QVERIFY2(differ > 25, std::to_string(differ).c_str());
    }

    /// Scores of a rare class decide only where there are enough records of it.
    void theCriterionNeedsRecords()
    {
        const Task two, three{TaskKind::MultiClass, {"a", "b", "c"}, {}};
        QCOMPARE(criterionOf(two, {500, 500}), std::string("loss"));
        QCOMPARE(criterionOf(two, {5000, 50}), std::string("average_precision"));
        QCOMPARE(criterionOf(two, {5000, 49}), std::string("loss"));
        QCOMPARE(criterionOf(two, {50, 5000}), std::string("loss")); // nearly all are positive
        QCOMPARE(criterionOf(three, {5000, 50, 60}), std::string("macro_f1"));
        QCOMPARE(criterionOf(three, {5000, 49, 600}), std::string("loss"));
        QCOMPARE(criterionOf({TaskKind::Regression, {}, {{"y", "", 0, 1}}}, {9, 1}), std::string("loss"));
    }

    void rangesAreSampled()
    {
        const auto all = sampledRanges({100, 900}, 1000, 1);
        QVERIFY(all.size() == 1 && all[0].from == 100 && all[0].to == 900);
        const auto some = sampledRanges({5, 1'000'005}, 100'000, 1);
        QCOMPARE(some.size(), std::size_t{100});
        std::int64_t end = 5;
        for (const OffsetRange& each : some) {
            QVERIFY(each.from >= end && each.to == each.from + 1000);
            end = each.to;
        }
        QVERIFY(end <= 1'000'005);
        QVERIFY(sampledRanges({5, 1'000'005}, 100'000, 2)[0].from != some[0].from);
        QVERIFY(sampledRanges({5, 5}, 100'000, 2)[0].from == 5);
        const auto tight = sampledRanges({0, 100'001}, 100'000, 1); // hardly more than is looked at
        QVERIFY(tight.back().to <= 100'001);
    }
};

QTEST_GUILESS_MAIN(TrainBudgetTest)
#include "tst_trainbudget.moc"
