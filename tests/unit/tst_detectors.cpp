// SPDX-License-Identifier: GPL-3.0-or-later
// Drift detectors compared: on errors whose truth is known, and on the predictions that an online run recorded.
#include "base/Files.h"
#include "base/Rng.h"
#include "metrics/DetectorReplay.h"
#include "metrics/DetectorTrial.h"

#include <QTemporaryDir>
#include <QTest>
#include <cmath>

using namespace millrace;
using nlohmann::json;

namespace
{

const std::vector<std::string> kAll = {"adwin", "ddm", "page-hinkley"};

json trial(std::uint64_t seed)
{
    json all = json::array();
    const auto trials = tryDetectors(kAll, seed, {}, [](double) {});
    if (!trials)
        qFatal("%s", describe(trials.error()).c_str());
    for (const DetectorTrial& each : *trials)
        all.push_back(toJson(each));
    return all;
}

} // namespace

class DetectorsTest : public QObject
{
    Q_OBJECT
private slots:
    void theSeedDecides();
    void tellsFalseAlarmsMissesAndDelays();
    void tellsItsProgressAndCanBeStopped();
    void refusesAnUnknownDetector();
    void replaysAsTheDetectorsWouldHaveFired();
    void namesTheLineThatCannotBeRead_data();
    void namesTheLineThatCannotBeRead();

private:
    [[nodiscard]] std::filesystem::path write(const std::string& content) const
    {
        const std::filesystem::path file = m_folder.filePath("scores.csv").toStdString();
        if (!writeFileAtomically(file, content))
            qFatal("cannot write scores.csv");
        return file;
    }
    QTemporaryDir m_folder;
};

void DetectorsTest::theSeedDecides()
{
    const json first = trial(7);
    QVERIFY(first == trial(7));
    QVERIFY(first != trial(8));
}

void DetectorsTest::tellsFalseAlarmsMissesAndDelays()
{
    const json all = trial(1);
    QCOMPARE(all.size(), kAll.size());
    for (const json& each : all) {
        QVERIFY2(each["steady"].size() >= 3, each.dump().c_str());
        std::int64_t alarms = 0, records = 0;
        int streams = 0;
        for (const json& steady : each["steady"]) {
            alarms += steady["alarms"].get<std::int64_t>();
            records += steady["records"].get<std::int64_t>();
            streams += steady["streams"].get<int>();
        }
        QCOMPARE(streams, 20);
        const double expected = static_cast<double>(alarms) * 1e5 / static_cast<double>(records);
        QVERIFY(std::abs(each["false_alarms_per_100000"].get<double>() - expected) < 1e-9);
        const json &abrupt = each["rising"][0], &small = each["rising"][1];
        QCOMPARE(abrupt["name"].get<std::string>(), std::string("abrupt"));
        QCOMPARE(abrupt["streams"].get<int>(), 20);
        QVERIFY2(small["missed"] >= abrupt["missed"], each.dump().c_str());
    }
    const json& adwin = all[0];
    QVERIFY2(adwin["false_alarms_per_100000"] < 5.0, adwin.dump().c_str()); // delta is .002
    QCOMPARE(adwin["rising"][0]["missed"].get<int>(), 0);
    const double abrupt = adwin["rising"][0]["mean_delay"], gradual = adwin["rising"][2]["mean_delay"];
    QVERIFY2(abrupt > 0 && abrupt < 1000, adwin.dump().c_str());
    QVERIFY2(gradual > abrupt, adwin.dump().c_str());
}

void DetectorsTest::tellsItsProgressAndCanBeStopped()
{
    std::stop_source source;
    double last = 0;
    const auto trials = tryDetectors({"ddm"}, 1, source.get_token(), [&](double fraction) {
        QVERIFY(fraction > last && fraction <= 1);
        last = fraction;
        if (fraction > 0.5)
            source.request_stop();
    });
    QVERIFY(!trials);
    QCOMPARE(trials.error().code, ErrorCode::Cancelled);
    QVERIFY(last < 0.6);
}

void DetectorsTest::refusesAnUnknownDetector()
{
    const auto trials = tryDetectors({"adwim"}, 1, {}, [](double) {});
    QVERIFY(!trials);
    QCOMPARE(trials.error().code, ErrorCode::Usage);
}

void DetectorsTest::replaysAsTheDetectorsWouldHaveFired()
{
    constexpr int kRecords = 9000;
    Rng rng(4, Purpose::DetectorTrial);
    std::string text = "partition,offset,label,logit,probability\n";
    std::vector<std::vector<int>> expected(kAll.size());
    std::vector<std::unique_ptr<DriftDetector>> detectors;
    for (const std::string& kind : kAll)
        detectors.push_back(std::move(*makeDetector(kind)));
    int wrongs = 0;
    for (int i = 0; i < kRecords; ++i) {
        const bool wrong = rng.uniform() < (i < 3000 ? 0.15 : i < 6000 ? 0.5 : 0.1), label = i % 3 == 0;
        wrongs += wrong ? 1 : 0;
        text += std::to_string(i % 2) + "," + std::to_string(1000 + i / 2) + (label ? ",1.0," : ",0.0,") +
                (label != wrong ? "1.25,0.777" : "-1.25,0.222") + "\n";
        for (std::size_t d = 0; d < detectors.size(); ++d)
            if (detectors[d]->update(wrong ? 1 : 0))
                expected[d].push_back(i + 1);
    }
    const auto replay = replayDetectors(write(text), kAll, {}, [](double) {});
    QVERIFY2(replay, describe(replay).c_str());
    QCOMPARE(replay->records, std::int64_t{kRecords});
    QCOMPARE(replay->errors, std::int64_t{wrongs});
    std::vector<std::vector<int>> found(kAll.size());
    bool rose = false, fell = false;
    for (const ReplayedDrift& drift : replay->drifts) {
        const auto kind = static_cast<std::size_t>(std::ranges::find(kAll, drift.detector) - kAll.begin());
        found[kind].push_back(static_cast<int>(drift.record));
        QCOMPARE(drift.partition, static_cast<int>((drift.record - 1) % 2));
        QCOMPARE(drift.offset, 1000 + (drift.record - 1) / 2);
        rose = rose || (drift.rose && drift.record > 3000 && drift.record < 3500);
        fell = fell || (!drift.rose && drift.record > 6000);
    }
    QCOMPARE(found, expected);
    QVERIFY(rose && fell);
    QCOMPARE(toJson(*replay)["drifts"].size(), replay->drifts.size());
}

void DetectorsTest::namesTheLineThatCannotBeRead_data()
{
    QTest::addColumn<QString>("content");
    QTest::addColumn<QString>("says");
    const QString head = "partition,offset,label,logit,probability\n";
    QTest::newRow("a text") << head + "0,1,1.0,0.5,0.6\n0,2,1.0,much,0.6\n"
                            << "line 3: logit is not a number";
    QTest::newRow("torn") << head + "0,1,1.0,0.5,0.6\n0,2\n"
                          << "line 3: label is not a number";
    QTest::newRow("another file") << "step,loss\n1,0.5\n"
                                  << "no column partition";
}

void DetectorsTest::namesTheLineThatCannotBeRead()
{
    QFETCH(QString, content);
    QFETCH(QString, says);
    const auto replay = replayDetectors(write(content.toStdString()), kAll, {}, [](double) {});
    QVERIFY(!replay);
    QCOMPARE(replay.error().code, ErrorCode::BadData);
    QVERIFY2(QString::fromStdString(replay.error().message).contains(says), replay.error().message.c_str());
    QVERIFY(replay.error().message.find("scores.csv") != std::string::npos);
}

QTEST_GUILESS_MAIN(DetectorsTest)
#include "tst_detectors.moc"
