// SPDX-License-Identifier: GPL-3.0-or-later
// The lag monitor against a real broker: what it tells of a group that others read with, and that it leaves no trace.
#include "TestCluster.h"
#include "Waiting.h"
#include "base/Text.h"
#include "kafka/Admin.h"
#include "kafka/Consumer.h"
#include "kafka/Producer.h"
#include "pipeline/Watch.h"
#include "pipeline/runs/RunFolder.h"

#include <algorithm>
#include <thread>

using namespace millrace;
using namespace std::chrono_literals;
using nlohmann::json;

namespace
{

template <class T>
bool good(const Result<T>& result)
{
    if (!result)
        qWarning("%s", describe(result.error()).c_str());
    return result.has_value();
}

/// A watch that goes on beside the test.
class LiveWatch
{
public:
    explicit LiveWatch(WatchConfig config)
        : m_config(std::move(config)), m_context(m_stop.get_token()),
          m_thread([this] { m_result = watchGroup(m_config, m_context); })
    {
    }
    ~LiveWatch() { m_stop.request_stop(); }

    /// The first look after those that were waited for before that the condition holds for; null when none comes.
    template <class Condition>
    json waitFor(Condition condition)
    {
        json found;
        const bool came = QTest::qWaitFor(
            [&] {
                for (json& view : m_context.drainViews())
                    if (found.is_null() && condition(view))
                        found = std::move(view);
                return !found.is_null();
            },
            kPatience);
        if (!came)
            qWarning("no look is as it should be");
        return found;
    }
    json end()
    {
        m_stop.request_stop();
        m_thread.join();
        return m_result ? toJson(*m_result) : json();
    }
    /// Whether a note with this text comes.
    bool says(const char* text)
    {
        return QTest::qWaitFor(
            [&] {
                for (const Note& note : m_context.drainNotes())
                    if (note.text.find(text) != std::string::npos)
                        return true;
                return false;
            },
            kPatience);
    }

private:
    WatchConfig m_config;
    std::stop_source m_stop;
    JobContext m_context;
    Result<WatchResult> m_result;
    std::jthread m_thread;
};

} // namespace

class WatchTest : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase();
    void tellsLagAndAge();
    void seesTheLagGrow();
    void seesTheGroupMove();
    void tellsTheRetentionEdge();
    void looksAtATopicThatNobodyReads();
    void namesTheNearestGroup();
    void tellsWhatARunHasProcessed();
    void outlivesABrokerThatIsAway();
    void outlivesABrokerThatIsKilled();
    void waitsForTheCoordinatorOfABrokerThatWasJustStarted();

private:
    void publish(int partition, int rows)
    {
        auto producer = Producer::open(m_cluster.connection(), "w", 2);
        QVERIFY(good(producer));
        for (int row = 0; row < rows; ++row)
            QVERIFY(good(producer->send("0.0", "1.5,2.5", partition, {}, {})));
        QVERIFY(good(producer->flush({})));
    }
    void commit(std::int64_t offset)
    {
        ConsumerOptions options;
        options.groupId = "wg";
        auto consumer = Consumer::assign(m_cluster.connection(), options, {{"w", 0, offset}});
        QVERIFY(good(consumer));
        QVERIFY(good(consumer->commit({{"w", 0, offset}})));
    }
    WatchConfig config(std::int64_t count = 0) const
    {
        return {m_cluster.connection(), m_cluster.home(), "wg", "", 50ms, count};
    }
    /// The first look that knows the age of whatever is unread: a busy machine may take more than one.
    static json watched(const WatchConfig& config)
    {
        LiveWatch watch(config);
        return watch.waitFor([](const json& look) {
            return std::ranges::all_of(
                look["rows"], [](const json& row) { return row["lag"].is_null() || row["age_seconds"].is_number(); });
        });
    }

    TestCluster m_cluster;
    std::optional<Admin> m_admin;
};

void WatchTest::initTestCase()
{
    QVERIFY2(m_cluster.start(), m_cluster.error());
    auto admin = Admin::open(m_cluster.connection());
    QVERIFY(good(admin));
    m_admin.emplace(std::move(*admin));
    QVERIFY(good(m_admin->createTopic("w", 2, false)));
    publish(0, 100);
    publish(1, 50);
    commit(40);
}

void WatchTest::tellsLagAndAge()
{
    JobContext context{std::stop_token()};
    const auto twice = watchGroup(config(2), context);
    QVERIFY(good(twice));
    QVERIFY(twice->looks == 2 && !twice->stopped && !twice->last->run);
    QCOMPARE(context.drainViews().size(), 2U);
    const json look = watched(config());
    QVERIFY(!look.is_null());
    QCOMPARE(look["rows"].size(), 2U);
    const json& read = look["rows"][0];
    QCOMPARE(read["lag"].get<int>(), 60);
    QCOMPARE(read["committed"].get<int>(), 40);
    QCOMPARE(read["end"].get<int>(), 100);
    QCOMPARE(read["to_retention_edge"].get<int>(), 40);
    QCOMPARE(read["lost"].get<int>(), 0);
    QVERIFY(read["age_seconds"].get<double>() > 0 && read["timestamp_type"] == "create");
    const json last = toJson(*twice);
    QVERIFY(last["rows"][0]["never_drains"] == true && last["rows"][0]["rate_out"] == 0.0);
    const json& unread = look["rows"][1];
    QCOMPARE(unread["end"].get<int>(), 50);
    for (const char* unknown : {"lag", "committed", "age_seconds", "drain_seconds", "rate_out", "verdict", "processed"})
        QVERIFY2(unread[unknown].is_null(), unknown);
    QVERIFY(look["total"]["lag"] == 60 && look["total"]["known"] == 1 && look["total"]["partitions"] == 2);
    // It joined nothing and committed nothing.
    const auto groups = m_admin->groups();
    QVERIFY(good(groups));
    QCOMPARE(groups->size(), 1U);
    QCOMPARE(groups->front().state, std::string("Empty"));
    const auto lag = m_admin->groupLag("wg");
    QVERIFY(good(lag));
    QCOMPARE(lag->size(), 1U);
    QCOMPARE(lag->front().currentOffset, 40);
}

void WatchTest::seesTheLagGrow()
{
    LiveWatch watch(config());
    const json before = watch.waitFor([](const json& look) { return look["rows"][0]["lag"] == 60; });
    publish(0, 30);
    const json after = watch.waitFor([](const json& look) { return look["rows"][0]["lag"] == 90; });
    QVERIFY(!before.is_null() && !after.is_null());
    QVERIFY(after["rows"][0]["rate_in"].get<double>() > 0 && after["rows"][0]["never_drains"] == true);
    QVERIFY(after["rows"][0]["age_seconds"].get<double>() >= before["rows"][0]["age_seconds"].get<double>());
    // Nothing is committed for ten looks and more than the commits took.
    const json still = watch.waitFor([](const json& look) { return look["rows"][0]["verdict"].is_string(); });
    QVERIFY(still["rows"][0]["verdict"] == "not moving" && still["total"]["verdict"] == "not moving");
    const json result = watch.end();
    QVERIFY(result["stopped"] == true && result["rows"][0]["lag"] == 90);
}

void WatchTest::seesTheGroupMove()
{
    LiveWatch watch(config());
    QVERIFY(!watch.waitFor([](const json& look) { return look["rows"][0]["committed"] == 40; }).is_null());
    commit(70);
    const json moved = watch.waitFor([](const json& look) { return look["rows"][0]["committed"] == 70; });
    QCOMPARE(moved["rows"][0]["lag"].get<int>(), 60);
    QVERIFY(moved["rows"][0]["drain_seconds"].get<double>() > 0);
    QVERIFY(moved["rows"][0]["verdict"] == "OK");
    commit(50);
    const json back = watch.waitFor([](const json& look) { return look["rows"][0]["committed"] == 50; });
    QVERIFY(back["rows"][0]["verdict"] == "went back" && back["rows"][0]["rate_out"].is_null());
    commit(130);
    const json done = watch.waitFor([](const json& look) { return look["rows"][0]["lag"] == 0; });
    QVERIFY(done["rows"][0]["verdict"] == "OK" && done["rows"][0]["age_seconds"] == 0.0);
    commit(50);
}

void WatchTest::tellsTheRetentionEdge()
{
    QVERIFY(good(m_admin->deleteRecords("w", 0, 45)));
    const json near = watched(config());
    QVERIFY(near["rows"][0]["to_retention_edge"] == 5 && near["rows"][0]["lost"] == 0);
    QVERIFY(near["rows"][0]["start"] == 45 && near["rows"][0]["lag"] == 80);
    QVERIFY(good(m_admin->deleteRecords("w", 0, 60)));
    const json beyond = watched(config());
    QVERIFY(beyond["rows"][0]["to_retention_edge"] == 0 && beyond["rows"][0]["lost"] == 10);
    QVERIFY(beyond["rows"][0]["lag"] == 70 && beyond["rows"][0]["age_seconds"].is_number());
}

void WatchTest::looksAtATopicThatNobodyReads()
{
    WatchConfig nobody = config();
    nobody.group = "not-yet";
    nobody.topic = "w";
    const json look = watched(nobody);
    QCOMPARE(look["rows"].size(), 2U);
    QVERIFY(look["rows"][0]["lag"].is_null() && look["total"]["lag"].is_null() && look["total"]["known"] == 0);
}

void WatchTest::namesTheNearestGroup()
{
    WatchConfig wrong = config(1);
    wrong.group = "wgg";
    JobContext context{std::stop_token()};
    const auto unknown = watchGroup(wrong, context);
    QVERIFY(!unknown && unknown.error().code == ErrorCode::Failed);
    QVERIFY2(describe(unknown.error()).find("Did you mean wg?") != std::string::npos,
             describe(unknown.error()).c_str());
    wrong = config(1);
    wrong.topic = "v";
    const auto noTopic = watchGroup(wrong, context);
    QVERIFY(!noTopic && noTopic.error().message == "The topic v does not exist");
}

void WatchTest::tellsWhatARunHasProcessed()
{
    LiveWatch watch(config());
    {
        auto run = RunFolder::create(m_cluster.home() / "runs", "reader",
                                     {{"topic", "w"}, {"configuration", {{"group", "wg"}}}});
        QVERIFY(good(run));
        Checkpoint checkpoint;
        checkpoint.learner.weights = {1.0F, 2.0F};
        checkpoint.metadata["online"]["positions"] = {{{"partition", 0}, {"next", 77}}};
        QVERIFY(good(run->saveCheckpoint(checkpoint)));
        const json look = watch.waitFor([](const json& view) { return view["rows"][0]["processed"] == 77; });
        QCOMPARE(look["run"].get<std::string>(), run->name());
        QVERIFY(look["rows"][0]["committed"] == 50);
        QVERIFY(look["rows"][1]["processed"].is_null());
        QVERIFY(good(run->setPaused(true)));
        const json paused = watch.waitFor([](const json& view) { return view["rows"][0]["verdict"] == "paused"; });
        QVERIFY(paused["total"]["verdict"] == "paused");
        QVERIFY(good(run->setPaused(false)));
        QVERIFY(!watch.waitFor([](const json& view) { return view["rows"][0]["verdict"] != "paused"; }).is_null());
        QVERIFY(good(run->setPaused(true)));
    }
    // Its process is gone: that is no pause, but the position stays known.
    const json gone = watch.waitFor([](const json& view) { return view["rows"][0]["verdict"] != "paused"; });
    QVERIFY(gone["rows"][0]["processed"] == 77);
}

void WatchTest::outlivesABrokerThatIsAway()
{
    LiveWatch watch(config());
    QVERIFY(!watch.waitFor([](const json&) { return true; }).is_null());
    m_cluster.freeze();
    QVERIFY(watch.says("asking on"));
    m_cluster.thaw();
    publish(0, 5);
    QVERIFY(!watch.waitFor([](const json& look) { return look["rows"][0]["lag"] == 75; }).is_null());
}

void WatchTest::outlivesABrokerThatIsKilled()
{
    LiveWatch watch(config());
    const json before = watch.waitFor([](const json&) { return true; });
    QVERIFY(!before.is_null());
    QVERIFY(m_cluster.kill());
    QVERIFY(watch.says("asking on"));
    QVERIFY2(m_cluster.start(), m_cluster.error());
    publish(0, 5);
    const std::int64_t end = before["rows"][0]["end"].get<std::int64_t>() + 5;
    QVERIFY(!watch.waitFor([end](const json& look) { return look["rows"][0]["end"] == end; }).is_null());
}

/// It answers before it knows its groups, and "Not coordinator" is no answer.
void WatchTest::waitsForTheCoordinatorOfABrokerThatWasJustStarted()
{
    QVERIFY(m_cluster.stop());
    QVERIFY2(m_cluster.start(), m_cluster.error());
    JobContext context{std::stop_token()};
    const auto look = watchGroup(config(1), context);
    QVERIFY(good(look));
    QVERIFY(look->looks == 1 && look->last->rows[0].position.currentOffset == 50);
    QVERIFY(m_cluster.stop());
    QVERIFY2(m_cluster.start(), m_cluster.error());
    auto admin = Admin::open(m_cluster.connection());
    QVERIFY(good(admin));
    const auto known = admin->requireGroup("wg");
    QVERIFY(good(known));
    const auto committed = admin->committedOffsets("wg", "w");
    QVERIFY(good(committed));
    QCOMPARE(committed->at(0).offset, std::int64_t(50));
}

QTEST_GUILESS_MAIN(WatchTest)
#include "tst_watch.moc"
