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
        const auto logit = [](double share) { return std::log(share / (1 - share)); }; // in which the interval is even
        const double deviation = (logit(interval.high) - logit(interval.low)) / (2 * 1.96) * 0.893 * (1 - 0.893);
        QVERIFY2(std::abs(deviation - 0.032) < 0.001, qPrintable(QString::number(deviation)));
    }
    void twoClasses()
    {
        QVERIFY(isTold(TaskKind::Binary, "auc", 0.52, {500, 500}));
        QVERIFY(!isTold(TaskKind::Binary, "auc", 0.52, {50'000, 50'000})); // so many tell more
        QVERIFY(!isTold(TaskKind::Binary, "auc", 0.9, {99'900, 100}));     // rare, and found
        QVERIFY(isTold(TaskKind::Binary, "auc", 0.55, {9'990, 10}));
        QVERIFY(!isTold(TaskKind::Binary, "auc", 0.7857, {14, 1})); // nobody can tell
        QVERIFY(!isTold(TaskKind::Binary, "auc", 0.5, {500, 0}));
        QVERIFY(!isTold(TaskKind::Binary, "auc", kUnknown, {500, 500}));
        const auto sentence = [](double auc) {
            return QString::fromStdString(chanceSentence(TaskKind::Binary, table("auc", auc), {500, 500}));
        };
        QVERIFY(sentence(0.1).contains("worse than a guess"));
        QVERIFY(sentence(0.4642).contains("no better than a guess")); // as one of forty coins is
        const Interval few = aucInterval(0.95, 3, 4);
        QVERIFY(few.low > 0 && few.high < 1 && few.low < 0.95 && few.high > 0.95);
    }
    void severalClasses()
    {
        const auto isToldOf = [](double accuracy, double kappa, const std::vector<std::int64_t>& counts) {
            return !chanceSentence(TaskKind::MultiClass, {scoreRow("accuracy", accuracy), scoreRow("kappa", kappa)},
                                   counts)
                        .empty();
        };
        QVERIFY(!isToldOf(0.949, 0.898, {500, 500, 1})); // a class of one record says nothing of the others
        QVERIFY(isToldOf(0.9, 0, {900, 90, 10}));        // always the most frequent class
        QVERIFY(!isToldOf(0.95, 0.6, {900, 90, 10}));
        QVERIFY(isToldOf(0.34, 0.01, {300, 300, 300}));
        QVERIFY(!isToldOf(0.5, 0, {0, 0, 70})); // nobody can tell
        QVERIFY(QString::fromStdString(chanceSentence(TaskKind::MultiClass,
                                                      {scoreRow("accuracy", 0.002), scoreRow("kappa", -0.24)},
                                                      {200, 200, 200, 200, 200}))
                    .contains("mixed up"));
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
