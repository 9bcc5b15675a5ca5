// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/Rng.h"
#include "metrics/BestPossible.h"
#include "metrics/BinaryMetrics.h"
#include "metrics/MetricBuffer.h"
#include "metrics/RunningMoments.h"
#include "metrics/Scores.h"

#include <QTest>
#include <algorithm>
#include <cmath>
#include <limits>
#include <set>
#include <thread>

using namespace millrace;

namespace
{

constexpr float kInfinity = std::numeric_limits<float>::infinity();

BinaryMetrics metricsOf(const std::vector<float>& logits, const std::vector<float>& labels)
{
    BinaryMetrics metrics;
    metrics.add(logits, labels);
    return metrics;
}

BestPossible bestOf(const std::vector<double>& probabilities)
{
    BestTally tally;
    for (const double p : probabilities)
        tally.add(p);
    return tally.best();
}

/// Scores with many ties, higher for class 1.
void randomScores(int count, std::vector<float>& logits, std::vector<float>& labels)
{
    Rng rng(3, Purpose::SimulatedLabel);
    for (int i = 0; i < count; ++i) {
        labels.push_back(rng.uniform() < 0.4 ? 1.0F : 0.0F);
        logits.push_back(static_cast<float>(std::round((rng.normal() + static_cast<double>(labels.back())) * 8) / 8));
    }
}

/// The definition: all pairs.
double slowAuc(const std::vector<float>& logits, const std::vector<float>& labels)
{
    double won = 0;
    double pairs = 0;
    for (std::size_t i = 0; i < logits.size(); ++i) {
        for (std::size_t j = 0; j < logits.size(); ++j) {
            if (labels[i] != 1 || labels[j] != 0)
                continue;
            ++pairs;
            won += logits[i] > logits[j] ? 1 : logits[i] == logits[j] ? 0.5 : 0;
        }
    }
    return won / pairs;
}

MetricPoint pointOf(int step)
{
    MetricPoint point;
    point.step = step;
    point.epoch = 1 + step / 100;
    point.records = 64 * step;
    point.seconds = 0.5 * step;
    point.loss = point.lossMinimum = point.lossMaximum = step == 17 ? 99 : step % 5;
    point.score = 0.01 * (step % 7);
    point.lag = 10'000 - step;
    return point;
}

} // namespace

class TestMetrics : public QObject
{
    Q_OBJECT

private slots:
    void empty();
    void lossAndAccuracy();
    void extremeLogits();
    void aucByHand();
    void aucAgainstAllPairs();
    void confusion();
    void roc();
    void scoresAreTold();
    void scoresOfRanksAreExactOrSaidNotToBe();
    void everyScoreHasItsRow();
    void bestByHand();
    void bestAgainstAllPairs();
    void bestAgainstDraws();
    void runningMomentsOfAConstant();
    void bufferKeepsOrder();
    void bufferOverflow();
    void bufferThreads();
};

void TestMetrics::empty()
{
    const BinaryMetrics metrics;
    QCOMPARE(metrics.records(), std::int64_t{0});
    QVERIFY(std::isnan(metrics.loss()) && std::isnan(metrics.accuracy()) && std::isnan(metrics.auc()));
    QVERIFY(metrics.roc().empty());
    QVERIFY(std::isnan(bestOf({}).accuracy));
}

void TestMetrics::lossAndAccuracy()
{
    BinaryMetrics metrics;
    metrics.add(std::vector<float>{2, -1}, std::vector<float>{1, 1});
    metrics.add(std::vector<float>{0.5F, -3}, std::vector<float>{0, 0});
    const auto loss = [](double z, double y) {
        const double p = 1 / (1 + std::exp(-z));
        return -(y * std::log(p) + (1 - y) * std::log(1 - p));
    };
    const double expected = (loss(2, 1) + loss(-1, 1) + loss(0.5, 0) + loss(-3, 0)) / 4;
    QVERIFY(std::abs(metrics.loss() - expected) < 1e-12);
    QCOMPARE(metrics.accuracy(), 0.5);
    QCOMPARE(metricsOf({0}, {0}).accuracy(), 1.0); // a logit of 0 is class 0
}

void TestMetrics::extremeLogits()
{
    QCOMPARE(metricsOf({1000, -1000}, {1, 0}).loss(), 0.0);
    QCOMPARE(metricsOf({1000, -1000}, {0, 1}).loss(), 1000.0);
    QVERIFY(std::isnan(metricsOf({NAN, 1}, {0, 1}).auc()));
}

void TestMetrics::aucByHand()
{
    QCOMPARE(metricsOf({1, 2, 3, 4}, {0, 0, 1, 1}).auc(), 1.0);
    QCOMPARE(metricsOf({1, 2, 3, 4}, {1, 1, 0, 0}).auc(), 0.0);
    QCOMPARE(metricsOf({5, 5, 5}, {0, 1, 0}).auc(), 0.5);
    QCOMPARE(metricsOf({0.1F, 0.4F, 0.35F, 0.8F}, {0, 0, 1, 1}).auc(), 0.75);
    QCOMPARE(metricsOf({-0.0F, 0.0F}, {0, 1}).auc(), 0.5);
    QCOMPARE(metricsOf({-kInfinity, -2, -1, kInfinity}, {0, 0, 1, 1}).auc(), 1.0);
    QVERIFY(std::isnan(metricsOf({1, 2}, {1, 1}).auc()));
}

void TestMetrics::aucAgainstAllPairs()
{
    std::vector<float> logits;
    std::vector<float> labels;
    randomScores(1500, logits, labels);
    QVERIFY(std::abs(metricsOf(logits, labels).auc() - slowAuc(logits, labels)) < 1e-12);
}

void TestMetrics::confusion()
{
    using Table = std::array<std::array<std::int64_t, 2>, 2>;
    const BinaryMetrics metrics = metricsOf({-2, -1, 1, 2, 3}, {0, 1, 0, 1, 1});
    QCOMPARE(metrics.confusion(), (Table{{{1, 1}, {1, 2}}}));
    QCOMPARE(metrics.confusion(0.9), (Table{{{2, 0}, {2, 1}}})); // logit 2.197
    QCOMPARE(metrics.confusion(0), (Table{{{0, 2}, {0, 3}}}));
    QCOMPARE(metrics.confusion(1), (Table{{{2, 0}, {3, 0}}}));
}

void TestMetrics::roc()
{
    const auto simple = metricsOf({1, 2, 3, 4}, {0, 1, 0, 1}).roc();
    QCOMPARE(simple, (std::vector<std::array<double, 2>>{{0, 0}, {0, 0.5}, {0.5, 0.5}, {0.5, 1}, {1, 1}}));
    std::vector<float> logits;
    std::vector<float> labels;
    randomScores(20'000, logits, labels);
    const BinaryMetrics metrics = metricsOf(logits, labels);
    for (const int points : {2, 10, 50, 200}) {
        const auto curve = metrics.roc(points);
        QVERIFY(static_cast<int>(curve.size()) <= points);
        QCOMPARE(curve.front(), (std::array<double, 2>{0, 0}));
        QCOMPARE(curve.back(), (std::array<double, 2>{1, 1}));
        double area = 0;
        for (std::size_t i = 1; i < curve.size(); ++i) {
            QVERIFY(curve[i][0] >= curve[i - 1][0] && curve[i][1] >= curve[i - 1][1]);
            area += (curve[i][0] - curve[i - 1][0]) * (curve[i][1] + curve[i - 1][1]) / 2;
        }
        if (points >= 50)
            QVERIFY(std::abs(area - metrics.auc()) < 0.005);
    }
}

void TestMetrics::scoresAreTold()
{
    const auto told = [](const std::vector<float>& logits, const std::vector<float>& labels) {
        const auto scores = makeScores({}, KeepOutputs::All);
        scores->add(logits, labels);
        nlohmann::json json = scores->figures();
        tell(scores->table(), json);
        return json;
    };
    const auto json = told({-2, 2}, {0, 1});
    QCOMPARE(json["accuracy"].get<double>(), 1.0);
    QCOMPARE(json["auc"].get<double>(), 1.0);
    QCOMPARE(json["approximate"].get<bool>(), false);
    QCOMPARE(QByteArray::fromStdString(json["confusion"].dump()), QByteArray("[[1,0],[0,1]]"));
    QVERIFY(told({1}, {1})["auc"].is_null());
    QVERIFY(told({}, {})["loss"].is_null());
    QVERIFY(told({NAN, 1}, {0, 1})["loss"].is_null());
    const ScoreTable read = scoresIn(json);
    QCOMPARE(read.size(), std::size_t{10});
    QCOMPARE(valueIn(read, "majority"), 0.5);
    QCOMPARE(valueIn(read, "auc"), 1.0);
    QVERIFY(std::isnan(valueIn(read, "kappa")));
    QVERIFY(scoresIn(nullptr).empty());
}

/// Exact while a member has all outputs; merged, restored, or of more than a million records from bins, and said.
void TestMetrics::scoresOfRanksAreExactOrSaidNotToBe()
{
    std::vector<float> logits, labels;
    randomScores(3000, logits, labels);
    const auto exact = makeScores({}, KeepOutputs::All), first = makeScores({}, KeepOutputs::All),
               second = makeScores({}, KeepOutputs::Bins);
    exact->add(logits, labels);
    first->add(std::span(logits).first(1000), std::span(labels).first(1000));
    second->add(std::span(logits).subspan(1000), std::span(labels).subspan(1000));
    first->merge(*second);
    QCOMPARE(first->records(), exact->records());
    QVERIFY(first->figures()["confusion"] == exact->figures()["confusion"]);
    QCOMPARE(valueIn(first->table(), "loss"), valueIn(exact->table(), "loss"));
    QVERIFY(std::abs(valueIn(first->table(), "auc") - valueIn(exact->table(), "auc")) < 1e-4);
    const auto isApproximate = [](const Scores& scores) {
        return std::ranges::any_of(scores.table(), &ScoreRow::approximate);
    };
    QVERIFY(!isApproximate(*exact) && isApproximate(*first));
    const auto restored = makeScores({}, KeepOutputs::All);
    QVERIFY(restored->restore(exact->state()) && isApproximate(*restored));
    QVERIFY(!restored->restore({{"confusion", 1}}));
    QCOMPARE(restored->records(), exact->records());
    const std::vector<float> many(1'000'001, 0.5F);
    exact->add(many, many);
    QVERIFY(isApproximate(*exact));
}

/// Names are keys of results, so each stands for one score; each row says what it is.
void TestMetrics::everyScoreHasItsRow()
{
    std::set<std::string> names;
    for (const ScoreKind& kind : scoreKinds()) {
        QVERIFY2(names.insert(kind.name).second, kind.name.c_str());
        QVERIFY(!kind.label.empty() && !kind.word.empty() && kind.help.size() > 30);
    }
    for (const TaskInfo& task : taskTable()) {
        for (const std::string& name : {task.curve, task.majority, task.noChange, std::string("loss")})
            QVERIFY2(findScore(name) != nullptr, name.c_str());
        for (const ScoreRow& row : makeScores({task.kind}, KeepOutputs::All)->table())
            QVERIFY(row.kind != nullptr);
    }
}

void TestMetrics::bestByHand()
{
    const BestPossible coin = bestOf(std::vector<double>(10, 0.5));
    QCOMPARE(coin.accuracy, 0.5);
    QVERIFY(std::abs(coin.loss - std::log(2.0)) < 1e-12);
    QVERIFY(std::abs(coin.auc - 0.5) < 1e-12);
    const BestPossible sure = bestOf(std::vector<double>{0, 1, 0, 1, 1});
    QCOMPARE(sure.accuracy, 1.0);
    QCOMPARE(sure.loss, 0.0);
    QCOMPARE(sure.auc, 1.0);
    QVERIFY(std::isnan(bestOf(std::vector<double>{1, 1}).auc));
    QVERIFY(toJson(bestOf(std::vector<double>{1, 1}))["auc"].is_null());
}

void TestMetrics::bestAgainstAllPairs()
{
    Rng rng(8, Purpose::SimulatedLabel);
    std::vector<double> p;
    for (int i = 0; i < 700; ++i)
        p.push_back(std::round(rng.uniform() * 40) / 40);
    double won = 0;
    double pairs = 0;
    for (std::size_t i = 0; i < p.size(); ++i) {
        for (std::size_t j = 0; j < p.size(); ++j) {
            const double weight = i == j ? 0 : p[i] * (1 - p[j]);
            pairs += weight;
            won += p[i] > p[j] ? weight : p[i] == p[j] ? weight / 2 : 0;
        }
    }
    QVERIFY(std::abs(bestOf(p).auc - won / pairs) < 1e-12);
}

/// Labels drawn from the probabilities, scored by the probabilities themselves, reach it.
void TestMetrics::bestAgainstDraws()
{
    Rng rng(21, Purpose::SimulatedLabel);
    std::vector<double> p;
    std::vector<float> logits;
    std::vector<float> labels;
    for (int i = 0; i < 100'000; ++i) {
        const double logit = 1.5 * rng.normal();
        p.push_back(1 / (1 + std::exp(-logit)));
        logits.push_back(static_cast<float>(logit));
        labels.push_back(rng.uniform() < p.back() ? 1.0F : 0.0F);
    }
    const BestPossible best = bestOf(p);
    const BinaryMetrics metrics = metricsOf(logits, labels);
    QVERIFY(std::abs(best.accuracy - metrics.accuracy()) < 0.006);
    QVERIFY(std::abs(best.loss - metrics.loss()) < 0.006);
    QVERIFY(std::abs(best.auc - metrics.auc()) < 0.006);
}

void TestMetrics::bufferKeepsOrder()
{
    MetricBuffer buffer(100);
    for (int step = 1; step <= 100; ++step)
        buffer.add(pointOf(step));
    const auto points = buffer.drain();
    QCOMPARE(points.size(), std::size_t{100});
    for (int i = 0; i < 100; ++i)
        QCOMPARE(points[static_cast<std::size_t>(i)].step, std::int64_t{i + 1});
    QVERIFY(buffer.drain().empty());
}

void TestMetrics::bufferOverflow()
{
    for (const std::size_t capacity : {1U, 2U, 7U, 64U}) {
        MetricBuffer buffer(capacity);
        double lossSum = 0;
        for (int step = 1; step <= 1000; ++step) {
            buffer.add(pointOf(step));
            lossSum += pointOf(step).loss;
        }
        const auto points = buffer.drain();
        QVERIFY(points.size() <= std::max<std::size_t>(capacity, 2));
        int steps = 0;
        double weighted = 0;
        double highest = 0;
        for (const MetricPoint& point : points) {
            steps += point.steps;
            weighted += point.loss * point.steps;
            highest = std::max(highest, point.lossMaximum);
            QVERIFY(point.lossMinimum <= point.loss && point.loss <= point.lossMaximum);
        }
        QCOMPARE(steps, 1000);
        QVERIFY(std::abs(weighted - lossSum) < 1e-6);
        QCOMPARE(highest, 99.0); // the spike stays
        QCOMPARE(points.back().step, std::int64_t{1000});
        QCOMPARE(points.back().records, std::int64_t{64'000});
        QCOMPARE(points.back().lag, std::int64_t{9000});
    }
}

/// There is nothing to divide by: 0, never NaN, however large the constant is; and so after a resume.
void TestMetrics::runningMomentsOfAConstant()
{
    RunningMoments moments(3);
    for (int i = 0; i < 1000; ++i) {
        std::array<float, 3> row = {0.1F, 1e30F, static_cast<float>(i)};
        moments.standardize(row);
        QCOMPARE(row[0], 0.0F);
        QCOMPARE(row[1], 0.0F);
        QVERIFY(std::isfinite(row[2]));
    }
    QCOMPARE(moments.deviation()[0], 1.0);
    RunningMoments resumed(3);
    resumed.restore(moments.state());
    std::array<float, 3> row = {0.1F, 1e30F, 5};
    resumed.apply(row);
    QCOMPARE(row[0], 0.0F);
    std::array<float, 3> first = {1, 2, 3};
    RunningMoments(3).apply(first); // of nothing
    QCOMPARE(first[2], 0.0F);
}

void TestMetrics::bufferThreads()
{
    MetricBuffer buffer(16);
    std::atomic<bool> done = false;
    std::jthread writer([&] {
        for (int step = 1; step <= 20'000; ++step)
            buffer.add(pointOf(step));
        done = true;
    });
    int steps = 0;
    std::int64_t last = 0;
    for (bool finished = false; !finished;) {
        finished = done;
        for (const MetricPoint& point : buffer.drain()) {
            QVERIFY(point.step > last);
            last = point.step;
            steps += point.steps;
        }
    }
    QCOMPARE(steps, 20'000);
}

QTEST_GUILESS_MAIN(TestMetrics)
#include "tst_metrics.moc"
