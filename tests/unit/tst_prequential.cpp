// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/Rng.h"
#include "metrics/BinaryMetrics.h"
#include "metrics/BinaryPrequential.h"

#include <QTest>

#include <cmath>

using namespace millrace;

namespace
{

struct Stream {
    std::vector<float> logits, labels;
};

/// Labels that tend to repeat, and logits that know something of them, with ties.
Stream makeStream(int rows, std::uint64_t seed = 5)
{
    Rng rng(seed, Purpose::SimulatedFeature);
    Stream stream;
    float label = 0;
    for (int i = 0; i < rows; ++i) {
        if (rng.uniform() < 0.3)
            label = 1 - label;
        stream.labels.push_back(label);
        stream.logits.push_back(std::round(static_cast<float>(rng.normal()) * 10 + label * 12 - 6) / 10);
    }
    return stream;
}

void addAll(BinaryPrequential& scores, const Stream& stream, std::size_t step = 7)
{
    for (std::size_t i = 0; i < stream.logits.size(); i += step) {
        const std::size_t count = std::min(step, stream.logits.size() - i);
        scores.add(std::span(stream.logits).subspan(i, count), std::span(stream.labels).subspan(i, count));
    }
}

bool near(double a, double b)
{
    return std::abs(a - b) < 1e-9;
}

} // namespace

class PrequentialTest : public QObject
{
    Q_OBJECT
private slots:
    void nothingIsUnknown();
    void countsByHand();
    void cumulativeIsBinaryMetrics();
    void theWindowIsTheLastRecords();
    void manyScoresAreBinned();
    void oneClassHasNoKappa();
    void aDivergedModelHurtsNobody();
};

void PrequentialTest::nothingIsUnknown()
{
    const BinaryPrequential scores;
    QVERIFY(std::isnan(scores.all().accuracy));
    QVERIFY(std::isnan(scores.recent().auc));
    QVERIFY(std::isnan(valueIn(scores.windowed(), "kappa")));
}

void PrequentialTest::countsByHand()
{
    BinaryPrequential scores(4);
    // said:                 1  0   1   1   0
    scores.add(std::vector<float>{2, -1, 3, 1, -2}, std::vector<float>{1, 1, 0, 1, 0});
    const auto all = scores.all();
    QVERIFY(near(all.accuracy, 3.0 / 5)); // right: first, fourth, fifth
    QVERIFY(near(all.noChange, 1.0 / 5)); // says 0 1 1 0 1; right: the second
    QVERIFY(near(all.majority, 2.0 / 5)); // says 0 1 1 1 1; right: the second and the fourth
    const double chance = 0.6 * 0.6 + 0.4 * 0.4;
    QVERIFY(near(all.kappa, (0.6 - chance) / (1 - chance)));
    QVERIFY(near(all.temporalKappa, (0.6 - 0.2) / (1 - 0.2)));
    const auto recent = scores.recent();
    QCOMPARE(recent.records, 4);
    QVERIFY(near(recent.accuracy, 2.0 / 4));
    QVERIFY(near(recent.auc, 2.0 / 4)); // 1s: −1 and 1; 0s: 3 and −2
}

void PrequentialTest::cumulativeIsBinaryMetrics()
{
    const Stream stream = makeStream(5000);
    BinaryPrequential scores;
    addAll(scores, stream);
    BinaryMetrics reference;
    reference.add(stream.logits, stream.labels);
    const auto all = scores.all();
    QVERIFY(near(all.accuracy, reference.accuracy()));
    QVERIFY(near(all.loss, reference.loss()));
    QVERIFY(near(all.auc, reference.auc()));
    QCOMPARE(scores.confusion(), reference.confusion());
    QVERIFY(!all.approximate);
}

void PrequentialTest::theWindowIsTheLastRecords()
{
    const Stream stream = makeStream(3000);
    BinaryPrequential scores(250);
    for (std::size_t i = 0; i < stream.logits.size(); ++i) {
        scores.add(std::span(stream.logits).subspan(i, 1), std::span(stream.labels).subspan(i, 1));
        if (i % 97 != 0)
            continue;
        const std::size_t from = i < 250 ? 0 : i + 1 - 250;
        BinaryMetrics reference;
        reference.add(std::span(stream.logits).subspan(from, i + 1 - from),
                      std::span(stream.labels).subspan(from, i + 1 - from));
        const auto recent = scores.recent();
        QCOMPARE(recent.records, reference.records());
        QVERIFY(near(recent.accuracy, reference.accuracy()));
        QVERIFY(near(recent.loss, reference.loss()));
        QVERIFY(std::isnan(reference.auc()) ? std::isnan(recent.auc) : near(recent.auc, reference.auc()));
    }
}

void PrequentialTest::manyScoresAreBinned()
{
    const Stream stream = makeStream(20000);
    BinaryPrequential exact, binned(1000, 500);
    addAll(exact, stream);
    addAll(binned, stream);
    QVERIFY(binned.all().approximate);
    QVERIFY(std::abs(binned.all().auc - exact.all().auc) < 1e-3);
    QVERIFY(near(binned.all().kappa, exact.all().kappa));
}

void PrequentialTest::oneClassHasNoKappa()
{
    BinaryPrequential scores(2);
    scores.add(std::vector<float>{-1, 2, 1, -2}, std::vector<float>{1, 1, 1, 1});
    for (const ScoreTable& table : {scores.cumulative(), scores.windowed()}) {
        nlohmann::json json;
        tell(table, json);
        QCOMPARE(json["accuracy"].get<double>(), 0.5);
        QVERIFY(json["kappa"].is_null());
        QVERIFY(json["temporal_kappa"].is_null());
        QVERIFY(json["auc"].is_null());
    }
    scores.add(std::vector<float>{-1}, std::vector<float>{0});
    QVERIFY(std::isfinite(scores.all().kappa));
    QVERIFY(std::isfinite(scores.recent().kappa)); // its two records are one of each class
    scores.add(std::vector<float>{-1}, std::vector<float>{0});
    QVERIFY(std::isfinite(scores.all().kappa));
    QVERIFY(std::isnan(scores.recent().kappa));
}

void PrequentialTest::aDivergedModelHurtsNobody()
{
    BinaryPrequential scores(3);
    const float nan = std::numeric_limits<float>::quiet_NaN();
    for (int i = 0; i < 10; ++i)
        scores.add(std::vector<float>{nan}, std::vector<float>{static_cast<float>(i % 2)});
    QVERIFY(std::isnan(scores.recent().loss));
    scores.add(std::vector<float>{1, -1, 2}, std::vector<float>{1, 0, 1});
    QVERIFY(near(scores.recent().auc, 1));
    QVERIFY(std::isfinite(scores.recent().loss));
}

QTEST_GUILESS_MAIN(PrequentialTest)
#include "tst_prequential.moc"
