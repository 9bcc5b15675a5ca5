// SPDX-License-Identifier: GPL-3.0-or-later
// When scores are those of a guess: by the interval of what would be seen if the model knew nothing, never by accuracy,
// which equals the majority's where a class is rare.
#include "metrics/Chance.h"
#include "metrics/Interval.h"

#include <QTest>

using namespace millrace;

namespace
{

ScoreTable table(const char* name, double value)
{
    return {scoreRow(name, value)};
}

bool isTold(TaskKind task, const char* name, double value, const std::vector<std::int64_t>& counts)
{
    return !chanceSentence(task, table(name, value), counts).empty();
}

} // namespace

class TestChance : public QObject
{
    Q_OBJECT
private slots:
    /// The example of Hanley and McNeil 1982, table II: 51 abnormal and 58 normal images, AUC .893, standard error
    /// .032.
    void anAucHasTheErrorOfItsSource()
    {
        const Interval interval = aucInterval(0.893, 51, 58);
        QVERIFY(std::abs((interval.high - interval.low) / (2 * 1.96) - 0.032) < 0.001);
    }
    void twoClasses()
    {
        QVERIFY(isTold(TaskKind::Binary, "auc", 0.52, {500, 500}));
        QVERIFY(!isTold(TaskKind::Binary, "auc", 0.52, {50'000, 50'000})); // so many tell more
        QVERIFY(!isTold(TaskKind::Binary, "auc", 0.9, {99'900, 100}));     // rare, and found
        QVERIFY(isTold(TaskKind::Binary, "auc", 0.55, {9'990, 10}));
        QVERIFY(QString::fromStdString(chanceSentence(TaskKind::Binary, table("auc", 0.1), {500, 500}))
                    .contains("worse than a guess"));
        QVERIFY(!isTold(TaskKind::Binary, "auc", 0.5, {500, 0})); // nobody can tell
        QVERIFY(!isTold(TaskKind::Binary, "auc", kUnknown, {500, 500}));
    }
    void severalClasses()
    {
        QVERIFY(isTold(TaskKind::MultiClass, "balanced_accuracy", 1.0 / 3, {900, 90, 10}));
        QVERIFY(!isTold(TaskKind::MultiClass, "balanced_accuracy", 0.6, {900, 90, 10}));
        QVERIFY(isTold(TaskKind::MultiClass, "balanced_accuracy", 0.5, {500, 500, 0})); // of the two that are there
        QVERIFY(!isTold(TaskKind::MultiClass, "balanced_accuracy", 0.4, {0, 0, 70}));
    }
    void numbers()
    {
        QVERIFY(isTold(TaskKind::Regression, "r2", -0.01, {}));
        QVERIFY(!isTold(TaskKind::Regression, "r2", 0.1, {}));
        QVERIFY(!isTold(TaskKind::Regression, "r2", kUnknown, {}));
    }
};

QTEST_GUILESS_MAIN(TestChance)
#include "tst_chance.moc"
