// SPDX-License-Identifier: GPL-3.0-or-later
// Records that are gone before they are read, by retention or with a topic that was made anew: each job counts and says
// them, and none ends as done when nothing was left.
#include "broker/JobHarness.h"
#include "kafka/Consumer.h"
#include "pipeline/reading/RecordSource.h"

using namespace millrace;
using nlohmann::json;

namespace
{

constexpr int kAll = 2000, kGone = 1400, kBrokenLeft = 1; ///< fill() breaks each 500th row: 7, 507, 1007, 1507

std::string notesOf(Job& job)
{
    std::string text;
    for (const Note& note : job.drainNotes())
        text += note.text + "\n";
    return text;
}

bool contains(const std::string& text, const char* part)
{
    if (text.find(part) != std::string::npos)
        return true;
    qWarning("no '%s' in: %s", part, text.c_str());
    return false;
}

} // namespace

class DeletedTest : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase();
    void groupsCountWhatWasDeleted_data();
    void groupsCountWhatWasDeleted();
    void nothingLeftIsNotDone_data() { groupsCountWhatWasDeleted_data(); }
    void nothingLeftIsNotDone();
    void aResumedOnlineRunCountsOn();
    void epochsDoWithoutWhatWasDeleted();
    void trainingOnNothingLeftIsNotDone();
    void aTopicThatGoesUnderATrainingEndsIt();
    void committedBeyondTheEnd_data() { groupsCountWhatWasDeleted_data(); }
    void committedBeyondTheEnd();
    void aTopicMadeAnewStopsItsReader_data() { groupsCountWhatWasDeleted_data(); }
    void aTopicMadeAnewStopsItsReader();
    void aCommitAfterTheTopicWentSaysSo();
    void aTargetDeletedMeanwhile();
    void sentences();

private:
    [[nodiscard]] Connection connection() { return m_harness.cluster().connection(); }
    void commit(const std::string& group, const std::string& topic, std::int64_t offset)
    {
        ConsumerOptions options;
        options.groupId = group;
        auto consumer = Consumer::assign(connection(), options, {{topic, 0, 0}});
        QVERIFY(consumer && consumer->commit({{topic, 0, offset}}));
    }
    void take(const std::string& topic, std::int64_t before) { QVERIFY(m_admin->deleteRecords(topic, 0, before)); }
    static json section(const std::string& kind, const std::string& topic)
    {
        json section = {{"topic", topic}, {"group", topic + "-" + kind}};
        if (kind != "online")
            section["run"] = "model";
        if (kind == "predict")
            section["to"] = topic + "-predicted";
        if (kind == "online")
            section["preset"] = "logistic";
        return section;
    }

    JobHarness m_harness;
    std::optional<Admin> m_admin;
};

void DeletedTest::initTestCase()
{
    QVERIFY2(m_harness.start(), m_harness.cluster().error());
    auto admin = Admin::open(connection());
    QVERIFY(admin);
    m_admin.emplace(std::move(*admin));
    m_harness.fill("learnt", 200);
    QVERIFY(m_harness.done(
        m_harness.start("train", {{"topic", "learnt"}, {"run", "model"}, {"epochs", 1}, {"preset", "logistic"}})));
    m_harness.fill("gone", kAll);
    for (const char* kind : {"evaluate", "predict", "online"})
        commit(std::string("gone-") + kind, "gone", 0);
    take("gone", kGone);
    m_harness.fill("taken", 100);
    for (const char* kind : {"evaluate", "predict", "online"})
        commit(std::string("taken-") + kind, "taken", 40);
    take("taken", 100);
}

void DeletedTest::groupsCountWhatWasDeleted_data()
{
    QTest::addColumn<QString>("kind");
    for (const char* kind : {"evaluate", "predict", "online"})
        QTest::newRow(kind) << kind;
}

void DeletedTest::groupsCountWhatWasDeleted()
{
    QFETCH(QString, kind);
    Job& job = m_harness.start(kind.toStdString(), section(kind.toStdString(), "gone"));
    QVERIFY(m_harness.done(job));
    QCOMPARE(job.result()["deleted_unread"].get<int>(), kGone);
    QCOMPARE(job.result()["records"].get<int>(), kAll - kGone - kBrokenLeft);
    QCOMPARE(job.result()["rejected"].get<int>(), kBrokenLeft);
    const std::string said = "1,400 offsets of gone partition 0 (0 to 1,399) were deleted before they were read";
    QVERIFY(contains(notesOf(job), said.c_str()));
    const auto log = readFile(m_harness.newest().path / "log.txt");
    QVERIFY(log && contains(*log, said.c_str()));
    // What was counted once is not counted again.
    Job& again = m_harness.start(kind.toStdString(), section(kind.toStdString(), "gone"));
    QVERIFY(m_harness.ended(again));
    if (kind != "online")
        QCOMPARE(again.result()["deleted_unread"].get<int>(), 0);
}

void DeletedTest::nothingLeftIsNotDone()
{
    QFETCH(QString, kind);
    json reading = section(kind.toStdString(), "taken");
    reading["run"] = "model"; // a topic without records tells no columns
    Job& job = m_harness.start(kind.toStdString(), reading);
    QVERIFY(m_harness.ended(job));
    QCOMPARE(job.state(), Job::State::Failed);
    QCOMPARE(job.error().code, ErrorCode::BadData);
    QVERIFY(contains(describe(job.error()), "All that was to be read of topic taken was deleted before: 60 offsets"));
    QCOMPARE(m_admin->committedOffsets("taken-" + kind.toStdString(), "taken")->at(0).offset, std::int64_t(40));
}

void DeletedTest::aResumedOnlineRunCountsOn()
{
    m_harness.fill("half", kAll);
    commit("half-online", "half", 0);
    take("half", 100);
    json online = section("online", "half");
    online["records"] = 100;
    Job& job = m_harness.startUntil("online", online, 300, 1000);
    job.stop();
    QVERIFY(m_harness.ended(job));
    QCOMPARE(job.result()["deleted_unread"].get<int>(), 100);
    const std::int64_t reached = m_admin->committedOffsets("half-online", "half")->at(0).offset;
    take("half", 1900);
    json section = m_harness.again("resume", m_harness.newest().folder);
    section["lost"] = "skip";
    Job& resumed = m_harness.start("online", section);
    QVERIFY(m_harness.done(resumed));
    QCOMPARE(resumed.result()["deleted_unread"].get<std::int64_t>(), 100 + 1900 - reached);
}

void DeletedTest::epochsDoWithoutWhatWasDeleted()
{
    m_harness.fill("shrinks", kAll);
    Job& job = m_harness.startUntil("train",
                                    {{"topic", "shrinks"},
                                     {"run", "shrinking"},
                                     {"epochs", 3},
                                     {"preset", "logistic"},
                                     {"preparation", "none"},
                                     {"checkpoint-steps", 1}},
                                    200, 1000);
    take("shrinks", kGone);
    QVERIFY(QTest::qWaitFor([&] { return job.progress().epoch > 1 || !job.isLive(); }, JobHarness::kWait));
    job.stop(); // in the second epoch: the count goes into the checkpoint
    QVERIFY(m_harness.ended(job));
    json section = m_harness.again("resume", "shrinking");
    section["lost"] = "skip";
    Job& resumed = m_harness.start("train", section);
    QVERIFY(m_harness.done(resumed));
    QCOMPARE(resumed.result()["deleted_unread"].get<int>(), kGone);
    const json& epochs = resumed.result()["per_epoch"];
    QCOMPARE(epochs[0]["records"].get<int>(), kAll - 4);
    QCOMPARE(epochs[0]["deleted"].get<int>(), 0);
    for (const std::size_t later : {1, 2}) {
        QCOMPARE(epochs[later]["records"].get<int>(), kAll - kGone - kBrokenLeft);
        QCOMPARE(epochs[later]["deleted"].get<int>(), kGone);
    }
    QVERIFY(contains(deletedSentence(deletedIn(resumed.result())), "epochs 2 (1,400), 3 (1,400) did without them"));
}

void DeletedTest::trainingOnNothingLeftIsNotDone()
{
    Job& job = m_harness.start("train", {{"topic", "taken"}, {"run", "nothing"}, {"preset", "logistic"}});
    QVERIFY(m_harness.ended(job));
    QCOMPARE(job.state(), Job::State::Failed);
    QCOMPARE(job.error().code, ErrorCode::BadData);
    QVERIFY(contains(describe(job.error()), "holds no records any more: what it held was deleted"));
}

/// Between two epochs librdkafka waits for it without a word.
void DeletedTest::aTopicThatGoesUnderATrainingEndsIt()
{
    m_harness.fill("leaves", 200);
    Job& job = m_harness.startUntil(
        "train",
        {{"topic", "leaves"}, {"run", "left"}, {"epochs", 1000}, {"preset", "logistic"}, {"preparation", "none"}}, 50,
        200);
    QVERIFY(m_admin->deleteTopic("leaves"));
    QVERIFY(m_harness.ended(job));
    QCOMPARE(job.state(), Job::State::Failed);
    QVERIFY2(contains(describe(job.error()), "Topic leaves was deleted while it was read"),
             describe(job.error()).c_str());
}

void DeletedTest::committedBeyondTheEnd()
{
    QFETCH(QString, kind);
    const std::string topic = "beyond-" + kind.toStdString();
    m_harness.fill(topic, 120);
    commit(topic + "-" + kind.toStdString(), topic, 500);
    Job& job = m_harness.start(kind.toStdString(), section(kind.toStdString(), topic));
    QVERIFY(m_harness.done(job));
    QCOMPARE(job.result()["records"].get<int>(), 119);
    QCOMPARE(job.result()["deleted_unread"].get<int>(), 0);
    const std::string said = notesOf(job);
    QVERIFY(contains(said, "has committed offset 500 of topic beyond-"));
    QVERIFY(contains(said, "which ends at 120: the topic was made anew, truncated or restored"));
    QCOMPARE(m_admin->committedOffsets(topic + "-" + kind.toStdString(), topic)->at(0).offset, std::int64_t(120));
}

void DeletedTest::aTopicMadeAnewStopsItsReader()
{
    QFETCH(QString, kind);
    const std::string topic = "anew-" + kind.toStdString();
    m_harness.fill(topic, 400);
    json reading = section(kind.toStdString(), topic);
    reading["until"] = "never";
    if (kind == "online")
        reading["records"] = 50;
    Job& job = m_harness.start(kind.toStdString(), reading);
    QVERIFY(QTest::qWaitFor([&] { return !job.isLive() || job.progress().records >= 399; }, JobHarness::kWait));
    QVERIFY(m_admin->deleteTopic(topic));
    m_harness.fill(topic, kind == "predict" ? 150 : 1000); // less, and more than was read
    QVERIFY(m_harness.ended(job));
    QCOMPARE(job.state(), Job::State::Failed);
    const std::string said = describe(job.error());
    QVERIFY2(said.find("made anew") != std::string::npos ||
                 said.find("was deleted while it was read") != std::string::npos,
             said.c_str());
}

/// Kafka's answer is "Unknown topic or partition", which tells a person nothing.
void DeletedTest::aCommitAfterTheTopicWentSaysSo()
{
    m_harness.fill("went", 20);
    ConsumerOptions options;
    options.groupId = "went-reader";
    auto consumer = Consumer::assign(connection(), options, {{"went", 0, 0}});
    QVERIFY(consumer);
    struct : ConsumerEvents {
        void onMessage(const MessageView& /*message*/) override { ++read; }
        int read = 0;
    } events;
    const auto hasRead = [&] { return !consumer->poll(std::chrono::milliseconds(50), 100, events) || events.read > 0; };
    QVERIFY(QTest::qWaitFor(hasRead, JobHarness::kWait));
    QVERIFY(events.read > 0);
    QVERIFY(m_admin->deleteTopic("went"));
    const auto committed = consumer->commit({{"went", 0, 10}});
    QVERIFY(!committed);
    QCOMPARE(committed.error().code, ErrorCode::BadData);
    QVERIFY(contains(describe(committed.error()), "Topic went was deleted while it was read"));
    QVERIFY(!committed.error().advice.empty());
}

void DeletedTest::aTargetDeletedMeanwhile()
{
    m_harness.fill("source", 200);
    json predicting = section("predict", "source");
    predicting["until"] = "never";
    Job& job = m_harness.start("predict", predicting);
    QVERIFY(QTest::qWaitFor([&] { return !job.isLive() || job.progress().records >= 199; }, JobHarness::kWait));
    QVERIFY(m_admin->deleteTopic("source-predicted"));
    m_harness.fill("source", 200);
    QVERIFY(QTest::qWaitFor([&] { return !job.isLive(); }, 2 * JobHarness::kWait)); // it is tried for some time
    QCOMPARE(job.state(), Job::State::Failed);
    QCOMPARE(job.error().code, ErrorCode::Failed);
    QVERIFY(contains(job.error().message, "Topic source-predicted was deleted while it was written to"));
    QVERIFY(contains(job.error().advice, "groups delete source-predict"));
}

void DeletedTest::sentences()
{
    QCOMPARE(deletedSentence({0}), std::string());
    QCOMPARE(deletedSentence({1}), std::string("1 offset was deleted before it was read"));
    QCOMPARE(deletedSentence({1400, {{2, 1400}}}),
             std::string("1,400 offsets were deleted before they were read: epoch 2 (1,400) did without them"));
}

QTEST_GUILESS_MAIN(DeletedTest)
#include "tst_deleted.moc"
