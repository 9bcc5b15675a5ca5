// SPDX-License-Identifier: GPL-3.0-or-later
// A simulated stream that drifts: at its rate, as long as asked, with knobs that turn while it runs, and a learner
// whose drift detectors notice.
#include "broker/JobHarness.h"
#include "kafka/Consumer.h"
#include "pipeline/online/ScoreLog.h"
#include "session/LiveStream.h"

#include <QElapsedTimer>
#include <algorithm>

using namespace millrace;
using nlohmann::json;

namespace
{

const DriftKnob& rotation()
{
    return *std::ranges::find(driftKnobs(), "rotation", &DriftKnob::name);
}

/// Keys and values of a topic of one partition, in order.
class Records : public ConsumerEvents
{
public:
    std::vector<std::string> all;
    void onMessage(const MessageView& message) override
    {
        all.push_back(std::string(message.key) + " " + std::string(message.value));
    }
    void onEnd(int /*partition*/, std::int64_t /*offset*/) override { atEnd = true; }
    void onBrokersAway(bool /*away*/) override {}
    bool atEnd = false;
};

std::vector<std::string> readRows(const Connection& connection, const std::string& topic)
{
    Records records;
    auto consumer = Consumer::assign(connection, {}, {{topic, 0, 0}});
    while (consumer && !records.atEnd)
        if (!consumer->poll(std::chrono::milliseconds(50), 4096, records))
            break;
    return records.all;
}

/// The knob as the running simulation last told it; NaN before.
double standing(Job& job, const std::string& knob)
{
    static double last = 0;
    for (const json& view : job.drainViews())
        last = view["knobs"][knob].get<double>();
    return last;
}

} // namespace

class StreamTest : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase() { QVERIFY2(m_harness.start(), m_harness.cluster().error()); }
    void init() { m_harness.renew(); }
    void writesSoManyAtTheRate();
    void endsAfterSomeTime();
    void streamsUntilStopped();
    void sameSeedAndScheduleSameRecords();
    void aKnobTurnsWhileItRuns();
    void theRateTurnsWhileItRuns();
    void aPauseHoldsIt();
    void theTopicHasARetention();
    void badSectionsAreRefused_data();
    void badSectionsAreRefused();
    void detectorsNoticeTheRotation();
    void endlessRunsKeepNoLedger();
    void theDemonstration();
    void theDemonstrationSparesForeignTopics();
    void waitsForTheBroker();
    void stopsWithoutABroker();

private:
    [[nodiscard]] std::int64_t recordsIn(const std::string& topic)
    {
        auto admin = Admin::open(m_harness.cluster().connection());
        const auto info = admin->topic(topic);
        return info ? info->partitions[0].high - info->partitions[0].low : -1;
    }
    JobHarness m_harness;
};

void StreamTest::writesSoManyAtTheRate()
{
    QElapsedTimer timer;
    timer.start();
    Job& job = m_harness.start("simulate", {{"topic", "counted"}, {"rows", 3000}, {"rate", 3000}});
    QVERIFY(m_harness.done(job));
    QVERIFY2(timer.elapsed() > 800, "far above its rate"); // a tenth of a second may come at once
    QCOMPARE(job.result()["records"].get<int>(), 3000);
    QCOMPARE(recordsIn("counted"), 3000);
    QVERIFY(job.result()["simulated"].get<bool>());
    const auto points = job.metrics().drain();
    QVERIFY(points.size() > 3); // of a tenth of a second each
    std::int64_t records = 0;
    double best = 0;
    for (const MetricPoint& point : points) {
        records += point.steps;
        best += point.score * point.steps;
    }
    QCOMPARE(records, std::int64_t(3000));
    QVERIFY(std::abs(best / 3000 - job.result()["best"]["accuracy"].get<double>()) < 1e-9);
}

void StreamTest::endsAfterSomeTime()
{
    Job& job = m_harness.start("simulate", {{"topic", "timed"}, {"rows", 0}, {"seconds", 0.5}, {"rate", 2000}});
    QVERIFY(m_harness.done(job));
    QVERIFY(job.result()["records"].get<int>() > 0);
    QCOMPARE(recordsIn("timed"), job.result()["records"].get<std::int64_t>());
}

void StreamTest::streamsUntilStopped()
{
    Job& job = m_harness.start("simulate", {{"topic", "endless"}, {"rows", 0}, {"rate", 20000}});
    QTRY_VERIFY_WITH_TIMEOUT(job.progress().records > 5000, JobHarness::kWait);
    QVERIFY(std::isnan(job.progress().fraction));
    job.stop();
    QVERIFY(m_harness.ended(job));
    QCOMPARE(job.state(), Job::State::Cancelled);
    QVERIFY(job.result()["stopped"].get<bool>());
    QCOMPARE(recordsIn("endless"), job.result()["records"].get<std::int64_t>()); // nothing is lost at the end
}

void StreamTest::sameSeedAndScheduleSameRecords()
{
    const char* drift = "rotation:90@500,prior:0.8@1000~500,noise:0.2@200/400";
    json section = {{"rows", 2000}, {"seed", 5}, {"drift", drift}};
    for (const char* topic : {"first", "second"}) {
        section["topic"] = topic;
        Job& job = m_harness.start("simulate", section);
        QVERIFY(m_harness.done(job));
        QCOMPARE(job.result()["drift"].dump(),
                 json::array({"noise:0.2@200/400", "rotation:90.0@500", "prior:0.8@1000~500"}).dump()); // as they began
    }
    const auto first = readRows(m_harness.cluster().connection(), "first"),
               second = readRows(m_harness.cluster().connection(), "second");
    QCOMPARE(first.size(), std::size_t(2000));
    QVERIFY(first == second);
}

void StreamTest::aKnobTurnsWhileItRuns()
{
    Job& job = m_harness.start("simulate", {{"topic", "turned"}, {"rows", 0}, {"rate", 5000}});
    QTRY_VERIFY_WITH_TIMEOUT(job.progress().records > 1000, JobHarness::kWait);
    QCOMPARE(standing(job, "rotation"), 0.0);
    job.turn({&rotation(), 45});
    QTRY_COMPARE_WITH_TIMEOUT(standing(job, "rotation"), 45.0, JobHarness::kWait);
    job.turn({&rotation(), -90, 0, DriftTurn::Shape::Gradual, 4000});
    QTRY_VERIFY_WITH_TIMEOUT(standing(job, "rotation") < 0, JobHarness::kWait);
    QTRY_COMPARE_WITH_TIMEOUT(standing(job, "rotation"), -90.0, JobHarness::kWait);
    job.stop();
    QVERIFY(m_harness.ended(job));
    QCOMPARE(job.result()["drift"].size(), std::size_t(2));
    const auto notes = job.drainNotes();
    QCOMPARE(notes.size(), std::size_t(2));
    QCOMPARE(notes[0].text, std::string("concept rotation 45°"));
    QVERIFY(notes[0].records > 1000);
    // The same again, by its schedule.
    std::string schedule;
    for (const json& turn : job.result()["drift"])
        schedule += (schedule.empty() ? "" : ",") + turn.get<std::string>();
    Job& again = m_harness.start("simulate",
                                 {{"topic", "turned-again"}, {"rows", job.result()["records"]}, {"drift", schedule}});
    QVERIFY(m_harness.done(again));
    QVERIFY(readRows(m_harness.cluster().connection(), "turned") ==
            readRows(m_harness.cluster().connection(), "turned-again"));
}

void StreamTest::theRateTurnsWhileItRuns()
{
    Job& job = m_harness.start("simulate", {{"topic", "rates"}, {"rows", 0}, {"rate", 100}});
    QTRY_VERIFY_WITH_TIMEOUT(job.progress().records > 10, JobHarness::kWait);
    QVERIFY(job.setMaxRate(10000));
    QTRY_VERIFY_WITH_TIMEOUT(job.progress().rate > 3000, JobHarness::kWait);
    QVERIFY(job.setMaxRate(100));
    QTRY_VERIFY_WITH_TIMEOUT(job.progress().rate < 500, JobHarness::kWait);
    job.stop();
    QVERIFY(m_harness.ended(job));
}

void StreamTest::aPauseHoldsIt()
{
    Job& job = m_harness.start("simulate", {{"topic", "held"}, {"rows", 0}, {"rate", 10000}});
    QTRY_VERIFY_WITH_TIMEOUT(job.progress().records > 100, JobHarness::kWait);
    job.setPaused(true);
    std::int64_t before = -1;
    const auto stands = [&] { // what was on its way arrives; then nothing does
        const std::int64_t earlier = before;
        before = recordsIn("held");
        return before == earlier;
    };
    QVERIFY(QTest::qWaitFor(stands, JobHarness::kWait));
    job.setPaused(false);
    QTRY_VERIFY_WITH_TIMEOUT(recordsIn("held") > before, JobHarness::kWait);
    job.setPaused(true);
    job.stop(); // ends it all the same
    QVERIFY(m_harness.ended(job));
}

void StreamTest::theTopicHasARetention()
{
    Job& job = m_harness.start("simulate", {{"topic", "short"}, {"rows", 10}, {"retention-bytes", 40'000'000}});
    QVERIFY(m_harness.done(job));
    auto admin = Admin::open(m_harness.cluster().connection());
    const auto settings = admin->topicConfig("short");
    QVERIFY(settings.has_value());
    std::map<std::string, std::string> values;
    for (const ConfigEntry& entry : *settings)
        values[entry.name] = entry.value;
    QCOMPARE(values["retention.bytes"], std::string("40000000"));
    QCOMPARE(values["segment.bytes"], std::string("5000000"));
}

void StreamTest::badSectionsAreRefused_data()
{
    QTest::addColumn<QString>("section");
    QTest::addColumn<QString>("says");
    QTest::newRow("knob") << R"({"topic": "t", "drift": "spin:3@4"})"
                          << "no knob that is known";
    QTest::newRow("endless file") << R"({"out": "/tmp/never.csv", "rows": 0})"
                                  << "must end somewhere";
    QTest::newRow("nowhere") << R"({"rows": 10})"
                             << "must be given, and not both";
}

void StreamTest::badSectionsAreRefused()
{
    QFETCH(QString, section);
    QFETCH(QString, says);
    const auto job = m_harness.session().start("simulate", json::parse(section.toStdString()));
    QVERIFY(!job);
    QCOMPARE(job.error().code, ErrorCode::Usage);
    QVERIFY2(job.error().message.find(says.toStdString()) != std::string::npos, job.error().message.c_str());
}

/// With fixed seeds: the detectors' delay is theirs alone.
void StreamTest::detectorsNoticeTheRotation()
{
    constexpr std::int64_t kTurn = 30'000;
    Job& source = m_harness.start("simulate", {{"topic", "drifts"}, {"rows", 60'000}, {"drift", "rotation:120@30000"}});
    QVERIFY(m_harness.done(source));
    Job& learner = m_harness.start("online", {{"topic", "drifts"},
                                              {"group", "drifts"},
                                              {"preset", "small"},
                                              {"records", 500},
                                              {"linger", 600000},
                                              {"epochs", 1},
                                              {"learning-rate", 0.01},
                                              {"detectors", "adwin,ddm"}});
    QVERIFY(m_harness.done(learner));
    std::set<std::string> fired;
    for (const json& drift : learner.result()["drifts"]) {
        if (drift["error_rose"] == false)
            continue;
        const auto at = drift["record"].get<std::int64_t>();
        QVERIFY2(at > kTurn, drift.dump().c_str()); // no false alarm
        if (at < kTurn + 5000)
            fired.insert(drift["detector"].get<std::string>());
    }
    QVERIFY(fired == (std::set<std::string>{"adwin", "ddm"}));
    // It falls with the drift, and recovers.
    const auto accuracyOf = [points = learner.metrics().drain()](std::int64_t from, std::int64_t to) {
        double sum = 0, count = 0;
        for (const MetricPoint& point : points)
            if (point.records > from && point.records <= to) {
                sum += point.score;
                ++count;
            }
        return sum / count;
    };
    const double before = accuracyOf(25'000, 30'000), fallen = accuracyOf(30'000, 31'000),
                 after = accuracyOf(55'000, 60'000);
    QVERIFY2(before > 0.75 && fallen < 0.5 && after > 0.73,
             qPrintable(QString("%1 %2 %3").arg(before).arg(fallen).arg(after)));
    QCOMPARE(learner.metrics().drain().size(), std::size_t(0));
}

void StreamTest::endlessRunsKeepNoLedger()
{
    Job& job = m_harness.startUntil(
        "online",
        {{"topic", "drifts"}, {"group", "no-ledger"}, {"preset", "small"}, {"until", "never"}, {"scores", "none"}},
        10'000);
    const std::string run = m_harness.newest().folder;
    job.stop();
    QVERIFY(m_harness.ended(job));
    QVERIFY(!std::filesystem::exists(m_harness.run(run).path / "scores.csv"));
    const auto learnt = job.result()["records"].get<std::int64_t>();
    json section = m_harness.again("resume", run);
    section["until"] = "end";
    Job& rest = m_harness.start("online", section); // it goes on all the same; its scores begin anew
    QVERIFY(m_harness.done(rest));
    QCOMPARE(rest.result()["records"].get<std::int64_t>(), 60'000 - learnt);
}

void StreamTest::theDemonstration()
{
    LiveStream stream(m_harness.session());
    stream.start(5000);
    QTRY_COMPARE_WITH_TIMEOUT(stream.state(), LiveStream::State::Running, JobHarness::kWait);
    QTRY_VERIFY_WITH_TIMEOUT(stream.learner()->progress().records > 2000, JobHarness::kWait);
    stream.stop();
    QTRY_COMPARE_WITH_TIMEOUT(stream.state(), LiveStream::State::Idle, JobHarness::kWait);
    QVERIFY(stream.error().message.empty());
    const Job* before = stream.source();

    stream.start(1000); // the topic is made anew
    QTRY_COMPARE_WITH_TIMEOUT(stream.state(), LiveStream::State::Running, JobHarness::kWait);
    QVERIFY(stream.source() != before);
    QTRY_VERIFY_WITH_TIMEOUT(stream.learner()->progress().records > 200, JobHarness::kWait);
    QVERIFY(stream.learner()->progress().records <= stream.source()->progress().records + 1000);
    stream.source()->stop(); // one does not go on without the other
    QTRY_COMPARE_WITH_TIMEOUT(stream.state(), LiveStream::State::Idle, JobHarness::kWait);
    QVERIFY(!stream.learner()->isLive());
}

void StreamTest::theDemonstrationSparesForeignTopics()
{
    QTemporaryDir elsewhere; // a home that does not know the topic as simulated
    m_harness.renew(elsewhere.path().toStdString());
    LiveStream stream(m_harness.session());
    stream.start(1000);
    QTRY_COMPARE_WITH_TIMEOUT(stream.state(), LiveStream::State::Idle, JobHarness::kWait);
    QVERIFY2(stream.error().message.find("not simulated") != std::string::npos, stream.error().message.c_str());
    QVERIFY(recordsIn(LiveStream::kTopic) > 0);
}

/// The broker is killed, and away for longer than the group keeps its member. Each record of the topic is learnt once,
/// and none of those that were drawn is missing.
void StreamTest::waitsForTheBroker()
{
    Job& source = m_harness.start("simulate", {{"topic", "outlived"}, {"rows", 0}, {"rate", 4000}});
    QTRY_VERIFY_WITH_TIMEOUT(source.progress().records > 0, JobHarness::kWait);
    Job& learner = m_harness.start("online", {{"topic", "outlived"},
                                              {"group", "outlived"},
                                              {"preset", "small"},
                                              {"until", "never"},
                                              {"records", 500},
                                              {"epochs", 1},
                                              {"checkpoint-seconds", 1}});
    QTRY_VERIFY_WITH_TIMEOUT(learner.progress().records > 4000, JobHarness::kWait);
    QVERIFY(m_harness.cluster().kill());
    QTRY_COMPARE_WITH_TIMEOUT(learner.progress().text, std::string("waiting for the broker"), JobHarness::kWait);
    QCOMPARE(learner.progress().rate, 0.0);
    QCOMPARE(learner.progress().limitedBy, std::string("no broker"));
    QTRY_COMPARE_WITH_TIMEOUT(source.progress().rate, 0.0, JobHarness::kWait);
    const std::int64_t held = source.progress().records;
    QVERIFY2(m_harness.cluster().start(), m_harness.cluster().error());
    QTRY_VERIFY_WITH_TIMEOUT(source.progress().records > held + 2000 || !source.isLive(), JobHarness::kWait);
    source.stop();
    QVERIFY(m_harness.ended(source));
    const auto records = source.result()["records"].get<std::int64_t>();
    QCOMPARE(recordsIn("outlived"), records);
    QVERIFY(records > held + 2000);
    QTRY_VERIFY_WITH_TIMEOUT(learner.progress().records >= records || !learner.isLive(), JobHarness::kWait);
    QVERIFY(!learner.brokerAway());
    learner.stop();
    QVERIFY(m_harness.ended(learner));
    QVERIFY2(learner.state() == Job::State::Cancelled, describe(learner.error()).c_str());
    QCOMPARE(learner.result()["records"].get<std::int64_t>(), records);
    std::map<std::int64_t, int> learnt; // by offset
    const auto file = m_harness.run(learner.result()["run"]).path / "scores.csv";
    const auto bytes = static_cast<std::int64_t>(std::filesystem::file_size(file));
    QVERIFY(ScoreLog::read(file, bytes, [&learnt](const Score& score) { ++learnt[score.offset]; }));
    QCOMPARE(static_cast<std::int64_t>(learnt.size()), records);
    for (const auto& [offset, times] : learnt)
        QVERIFY2(times == 1, qPrintable(QString("offset %1: %2 times").arg(offset).arg(times)));
    const auto said = [](Job& job) {
        std::string all;
        for (const Note& note : job.drainNotes())
            all += note.text + "\n";
        return all;
    };
    for (Job* job : {&source, &learner}) {
        const std::string notes = said(*job);
        const auto back = notes.rfind("The broker is back");
        QVERIFY2(back != std::string::npos && notes.find("The broker went away") < back, notes.c_str());
        QVERIFY2(notes.find("other members") == std::string::npos, notes.c_str());
    }
}

void StreamTest::stopsWithoutABroker()
{
    LiveStream stream(m_harness.session());
    stream.start(5000);
    QTRY_VERIFY_WITH_TIMEOUT(stream.learner() != nullptr && stream.learner()->progress().records > 2000,
                             JobHarness::kWait);
    QVERIFY(m_harness.cluster().kill());
    QTRY_COMPARE_WITH_TIMEOUT(stream.source()->progress().rate, 0.0, JobHarness::kWait);
    QCOMPARE(stream.state(), LiveStream::State::Running);
    stream.stop();
    QTRY_COMPARE_WITH_TIMEOUT(stream.state(), LiveStream::State::Idle, JobHarness::kWait);
    QVERIFY2(stream.error().message.empty(), describe(stream.error()).c_str());
    QCOMPARE(stream.source()->state(), Job::State::Cancelled);
    QCOMPARE(stream.learner()->state(), Job::State::Cancelled);
}

QTEST_GUILESS_MAIN(StreamTest)
#include "tst_stream.moc"
