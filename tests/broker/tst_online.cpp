// SPDX-License-Identifier: GPL-3.0-or-later
// Online runs that are stopped, killed, moved and rebalanced: scores.csv, a line a record, is the ledger. Nothing is
// missing, nothing stands twice, and on one partition the weights are those of a run that nobody disturbed.
#include "FeatureDecoder.h"
#include "base/Files.h"
#include "broker/JobHarness.h"
#include "broker/SmallDisk.h"
#include "kafka/Consumer.h"
#include "pipeline/online/OffsetCommitter.h"
#include "pipeline/reading/MemberSlot.h"

#include <QElapsedTimer>
#include <QFile>
#include <QRandomGenerator>
#include <QScopeGuard>
#include <algorithm>
#include <map>

using namespace millrace;
using nlohmann::json;

namespace
{

constexpr int kRows = 6000, kBroken = 12, kGood = kRows - kBroken;

json sectionFor(const std::string& group, const std::string& topic = "rows")
{
    return {{"topic", topic},
            {"group", group},
            {"preset", "small"},
            {"records", 250},
            {"epochs", 2},
            {"batch", 16},
            {"shuffle", 50},
            {"seed", 7},
            {"linger", 600000}, // so that no mini-dataset
                                // closes by the clock
            {"checkpoint-steps", 40}};
}

} // namespace

class OnlineTest : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase();
    void init() { m_harness.renew(); }
    void stoppedRunsGoOnAsIfNothingHadBeen();
    void killedAtACrashPoint_data();
    void killedAtACrashPoint();
    void killedAtRandom();
    void aRunIsReproduced();
    void lingerIsReplayed();
    void severalPartitionsCountOnce();
    void membersShareTheStream();
    void frozenMembersGoBack();
    void fencedMembersJoinAgain();
    void fencedMembersCommitNothing();
    void whatWasLostBeforeIsStillLost();
    void plansOfOtherPartitionsAreDropped();
    void aGroupThatWasResetIsAskedAbout();
    void whoWasHereIsTold();
    void theSameLineAgain();
    void theSameLineAfterAKill();
    void theFolderIsBounded();
    void aFullDiskLosesNothing();
    void oneClassIsSaid();
    void pausedMembersStay();
    void pausedMembersForgetWhatTheyReadAhead();
    void skipsAheadWhenTooFarBehind();
    void driftsAreActedOn_data();
    void driftsAreActedOn();
    void normalisationIsSavedWithTheModel();
    void tooLargeMiniDatasetsAreRefused();
    void lateLabelsAreJoined();
    void deletedLabelsAreCounted();
    void badLateLabelsAreNamed();
    void passesLearnTheSameAgain();
    void killedInALaterPass_data();
    void killedInALaterPass();
    void passesAreReproduced();
    void laterPassesNeedTheRecords();
    void passesNeedAnEnd();
    void startsWhereAsked();
    void resumedRunsKeepTheirStart();

private:
    [[nodiscard]] std::map<std::pair<int, std::int64_t>, int> ledger(const std::string& run) const;
    Job& resume(const std::string& run, const json& changes = json::object())
    {
        json section = m_harness.again("resume", run);
        section.update(changes);
        return m_harness.start("online", section);
    }
    void compareWithUndisturbed(const std::string& run);
    void reset(const std::string& group, std::int64_t offset, const std::string& topic = "rows");
    void compareScores(const json& result, const json& other);
    [[nodiscard]] std::int64_t committed(const std::string& group);

    JobHarness m_harness;
    json m_undisturbed;
    std::vector<float> m_weights;
};

std::map<std::pair<int, std::int64_t>, int> OnlineTest::ledger(const std::string& run) const
{
    std::map<std::pair<int, std::int64_t>, int> counts;
    QFile file(QString::fromStdString((m_harness.run(run).path / "scores.csv").string()));
    if (!file.open(QIODevice::ReadOnly))
        return counts;
    file.readLine();
    while (!file.atEnd()) {
        const QList<QByteArray> fields = file.readLine().trimmed().split(',');
        ++counts[{fields.at(0).toInt(), fields.at(1).toLongLong()}];
    }
    return counts;
}

void OnlineTest::compareWithUndisturbed(const std::string& name)
{
    const RunInfo info = m_harness.run(name);
    QCOMPARE(info.status, std::string("done"));
    const json& result = info.description["result"];
    compareScores(result, m_undisturbed);
    for (const char* key : {"steps", "mini_dataset_count"})
        QCOMPARE(result[key].dump(), m_undisturbed[key].dump());
    QVERIFY2(m_harness.weights(name) == m_weights, "the weights differ");
    const auto counts = ledger(name);
    QCOMPARE(counts.size(), std::size_t(kGood));
    for (const auto& [record, count] : counts)
        QCOMPARE(count, 1);
}

void OnlineTest::compareScores(const json& result, const json& other)
{
    for (const char* key :
         {"records", "rejected", "loss", "accuracy", "auc", "kappa", "confusion", "windowed", "drifts"})
        QCOMPARE(result[key].dump(), other[key].dump());
}

std::int64_t OnlineTest::committed(const std::string& group)
{
    auto admin = Admin::open(m_harness.cluster().connection());
    const auto lag = admin->groupLag(group);
    return lag && lag->size() == 1 ? lag->front().currentOffset.value_or(-1) : -1;
}

void OnlineTest::initTestCase()
{
    QVERIFY2(m_harness.start(), m_harness.cluster().error());
    m_harness.fill("rows", kRows);
    json section = sectionFor("undisturbed");
    section["detectors"] = "adwin";
    Job& job = m_harness.start("online", section);
    QVERIFY(m_harness.done(job));
    m_undisturbed = job.result();
    m_weights = m_harness.weights(m_undisturbed["run"]);
    QCOMPARE(m_undisturbed["records"].get<int>(), kGood);
    QCOMPARE(m_undisturbed["rejected"].get<int>(), kBroken);
}

void OnlineTest::stoppedRunsGoOnAsIfNothingHadBeen()
{
    json section = sectionFor("stopped");
    section["detectors"] = "adwin";
    Job* job = &m_harness.startUntil("online", section, 1000, 6000);
    const std::string run = m_harness.newest().folder;
    for (const int records : {2500, 4000}) {
        job->stop();
        QVERIFY(m_harness.ended(*job));
        QCOMPARE(job->state(), Job::State::Cancelled);
        job = &m_harness.startUntil("online", m_harness.again("resume", run), records, 6000);
    }
    QVERIFY(job->setMaxRate(0));
    QVERIFY(m_harness.done(*job));
    compareWithUndisturbed(run);
    auto admin = Admin::open(m_harness.cluster().connection());
    const auto lag = admin->groupLag("stopped");
    QVERIFY(lag && lag->size() == 1 && lag->front().lag() == 0);
}

void OnlineTest::killedAtACrashPoint_data()
{
    QTest::addColumn<QString>("point");
    for (const char* point :
         {"file.opened:3", "file.half-written:4", "file.written:5", "file.synced:4", "file.renamed:5", "file.kept:6",
          "checkpoint.began:3", "checkpoint.written:4", "checkpoint.older-removed:5", "metrics.appended:7",
          "scores.appended:20", "commit.sending:3", "commit.done:3", "journal.written:1"})
        QTest::newRow(point) << QString(point);
}

void OnlineTest::killedAtACrashPoint()
{
    QFETCH(QString, point);
    if (!JobProcess::kKills)
        QSKIP("sanitizers look at processes that live");
    json section = sectionFor(QString(point).replace(':', '-').toStdString());
    section["detectors"] = "adwin";
    section["checkpoint-seconds"] = 0;
    QVERIFY(m_harness.runToDeath("online", section, point));
    const std::string run = m_harness.newest().folder;
    QVERIFY(m_harness.done(resume(run)));
    compareWithUndisturbed(run);
}

void OnlineTest::killedAtRandom()
{
    if (!JobProcess::kKills)
        QSKIP("sanitizers look at processes that live");
    QRandomGenerator random(5);
    json section = sectionFor("random");
    section["detectors"] = "adwin";
    section["max-rate"] = 6000;
    std::string run;
    int kills = 0;
    for (int i = 0; i < 5; ++i) {
        const int bytes = 20000 * (i + 1) + static_cast<int>(random.bounded(15000));
        const auto learntSoMuch = [&] {
            if (run.empty())
                run = m_harness.newest().folder;
            return !run.empty() &&
                   QFile(QString::fromStdString((m_harness.session().runs().find(run)->path / "scores.csv").string()))
                           .size() > bytes;
        };
        if (!m_harness.runToDeath("online", section, {}, learntSoMuch))
            break; // it was quicker
        ++kills;
        section = m_harness.again("resume", run);
        section["max-rate"] = 6000;
    }
    QVERIFY(kills > 2);
    QVERIFY(m_harness.done(resume(run)));
    compareWithUndisturbed(run);
}

void OnlineTest::aRunIsReproduced()
{
    Job& job = m_harness.startUntil("online", sectionFor("original"), 1500, 6000);
    QVERIFY(job.setLearningRate(0.02));
    QVERIFY(QTest::qWaitFor([&] { return job.progress().records > 3000; }, JobHarness::kWait));
    job.stop();
    QVERIFY(m_harness.ended(job));
    const std::string run = job.result()["run"];
    Job& again = m_harness.start("online", m_harness.again("reproduce", run));
    QVERIFY(m_harness.done(again));
    QVERIFY(again.result()["identical"].get<bool>());
    QCOMPARE(again.result()["steps"].dump(), job.result()["steps"].dump());
}

void OnlineTest::lingerIsReplayed()
{
    m_harness.fill("trickle", 400);
    json section = sectionFor("trickle", "trickle");
    section.update({{"until", "never"}, {"linger", 50}, {"records", 10000}});
    Job& job = m_harness.start("online", section);
    QTRY_VERIFY_WITH_TIMEOUT(job.progress().records == 399, JobHarness::kWait);
    m_harness.fill("trickle", 300);
    QTRY_VERIFY_WITH_TIMEOUT(job.progress().records == 698, JobHarness::kWait);
    job.stop();
    QVERIFY(m_harness.ended(job));
    const std::string run = job.result()["run"];
    json reproduction = m_harness.again("reproduce", run);
    Job& again = m_harness.start("online", reproduction);
    QVERIFY(m_harness.done(again));
    QVERIFY(again.result()["identical"].get<bool>());
}

void OnlineTest::severalPartitionsCountOnce()
{
    m_harness.fill("wide", kRows, 3);
    json section = sectionFor("wide", "wide");
    section["checkpoint-seconds"] = 0;
    section["passes"] = 2;
    QVERIFY(m_harness.runToDeath("online", section, "checkpoint.written:6"));
    const std::string run = m_harness.newest().folder;
    json again = m_harness.again("resume", run);
    QVERIFY(m_harness.runToDeath("online", again, "scores.appended:5"));
    QVERIFY(m_harness.done(resume(run)));
    const auto counts = ledger(run);
    QCOMPARE(counts.size(), std::size_t(kGood));
    for (const auto& [record, count] : counts)
        QCOMPARE(count, 1);
    const json result = m_harness.run(run).description["result"];
    QCOMPARE(result["records"].get<int>(), kGood);
    QCOMPARE(result["repeated"].get<int>(), kGood);
}

/// A second run joins the group and leaves it: between the two every record is learnt once.
void OnlineTest::membersShareTheStream()
{
    m_harness.fill("shared", kRows, 2);
    json section = sectionFor("shared", "shared");
    section["until"] = "idle:1000";
    Job& first = m_harness.startUntil("online", section, 500, 1500);
    Job& second = m_harness.startUntil("online", section, 300, 1500);
    second.stop();
    QVERIFY(m_harness.ended(second));
    QVERIFY(first.setMaxRate(0));
    QVERIFY(m_harness.done(first));
    auto counts = ledger(first.result()["run"]);
    const std::size_t learntByFirst = counts.size();
    for (const auto& [record, count] : ledger(second.result()["run"]))
        counts[record] += count;
    QVERIFY(learntByFirst < counts.size());
    QCOMPARE(counts.size(), std::size_t(kGood));
    for (const auto& [record, count] : counts)
        QCOMPARE(count, 1);
}

/// The group takes its partitions away from a process that is stopped for longer than the session timeout. What it had
/// learnt and not committed is learnt by the next member, so it forgets that, and goes on with what it is given.
void OnlineTest::frozenMembersGoBack()
{
    m_harness.fill("frozen", kRows, 2);
    json section = sectionFor("frozen", "frozen");
    section.update(
        {{"until", "idle:5000"}, {"max-rate", 1500}, {"checkpoint-steps", 100}, {"checkpoint-seconds", 1000}});
    const auto process = m_harness.startProcess("online", section);
    QTRY_VERIFY_WITH_TIMEOUT(ledger(m_harness.newest().folder).size() > 1000, JobHarness::kWait);
    const std::string run = m_harness.newest().folder;
    process->setFrozen(true);
    Job& other = m_harness.startUntil("online", section, 300, 1500);
    process->setFrozen(false);
    QVERIFY(process->isDone());
    QVERIFY(m_harness.done(other));
    auto counts = ledger(run);
    const std::size_t learntByTheFrozen = counts.size();
    for (const auto& [record, count] : ledger(other.result()["run"]))
        counts[record] += count;
    QVERIFY(learntByTheFrozen < counts.size());
    QCOMPARE(counts.size(), std::size_t(kGood));
    for (const auto& [record, count] : counts)
        QVERIFY2(count == 1, qPrintable(QString("%1:%2 %3 times").arg(record.first).arg(record.second).arg(count)));
    const RunInfo info = m_harness.run(run);
    QCOMPARE(info.description["result"]["records"].get<std::size_t>(), learntByTheFrozen);
    const auto journal = readFile(info.path / "journal.jsonl");
    QVERIFY(journal && journal->find("\"lost\"") != std::string::npos);
}

/// After a stall the group may take a run's own second try to join for another process of its name, and fence the run.
void OnlineTest::fencedMembersJoinAgain()
{
    m_harness.fill("fenced", kRows);
    json section = sectionFor("fenced", "fenced");
    section.update({{"until", "idle:2000"}});
    Job& job = m_harness.startUntil("online", section, 500, 1500);
    const std::string run = m_harness.newest().folder;
    ConsumerOptions options;
    options.groupId = "fenced";
    options.instanceId = memberName(m_harness.home(), run);
    {
        struct Nobody : ConsumerEvents {
            void onMessage(const MessageView& /*message*/) override {}
        } nobody;
        auto other = Consumer::subscribe(m_harness.cluster().connection(), options, "fenced");
        QVERIFY(other);
        const auto isLost = [&] {
            const auto journal = readFile(m_harness.run(run).path / "journal.jsonl");
            return journal && journal->find("\"lost\"") != std::string::npos;
        };
        QVERIFY(QTest::qWaitFor(
            [&] {
                (void)other->poll(std::chrono::milliseconds(50), 1, nobody); // fenced in its turn, in the end
                return isLost();
            },
            JobHarness::kWait));
    }
    QVERIFY(job.setMaxRate(0));
    QVERIFY2(m_harness.done(job), describe(job.error()).c_str());
    const auto counts = ledger(job.result()["run"]);
    QCOMPARE(job.result()["run"], json(run));
    QCOMPARE(counts.size(), std::size_t(kGood));
    for (const auto& [record, count] : counts)
        QCOMPARE(count, 1);
}

/// Also where it only waits for its learner: it is told, and what it saved since stays to be committed.
void OnlineTest::fencedMembersCommitNothing()
{
    m_harness.fill("taken", 10);
    const Connection connection = m_harness.cluster().connection();
    JobContext context{std::stop_token()};
    auto run = RunFolder::create(std::filesystem::path(m_harness.home()) / "runs", "taken", {{"kind", "online"}});
    QVERIFY(run);
    SameTopic same(connection, "taken");
    auto decoder = featureDecoder(defaultRecordFormat(), {"x", "y"});
    QVERIFY(decoder);
    RecordSource source("taken", std::move(*decoder), OnError::Skip, *run, context);
    source.onRow = [](const RecordSource::Row& /*row*/) {};
    auto reader =
        GroupReader::join(connection, "taken", "taken", {StreamEnd::Kind::Never, 0}, same, source, context, "me");
    QVERIFY(reader);
    int lost = 0;
    reader->onLost = [&lost] { ++lost; };
    QVERIFY(QTest::qWaitFor([&] { return reader->poll(kPollTimeout).has_value() && source.rows() > 0; },
                            JobHarness::kWait));
    ConsumerOptions options;
    options.groupId = "taken";
    options.instanceId = "me";
    struct Nobody : ConsumerEvents {
        void onMessage(const MessageView& /*message*/) override {}
    } nobody;
    auto other = Consumer::subscribe(connection, options, "taken");
    QVERIFY(other);
    QVERIFY(QTest::qWaitFor(
        [&] {
            (void)other->poll(std::chrono::milliseconds(50), 1, nobody);
            return reader->isFenced();
        },
        JobHarness::kWait));
    SavedState saved;
    saved.positions[0] = {5, {}};
    OffsetCommitter offsets("taken", {}, false);
    offsets.saved(saved);
    const auto committed = offsets.commit(*reader);
    QVERIFY(committed && committed->empty());
    QVERIFY(offsets.isPending());
    QVERIFY(reader->pollPaused(kPollTimeout));
    QCOMPARE(lost, 1);
    QVERIFY(!reader->hasPartitions());
    const auto afterwards = offsets.commit(*reader); // nothing is held: nothing is sent, and nothing is committed by it
    QVERIFY(afterwards && offsets.isPending());
}

/// A run that is lost twice in a row, and held nothing the second time, still follows the member that read on.
void OnlineTest::whatWasLostBeforeIsStillLost()
{
    m_harness.fill("lost-twice", kRows);
    json section = sectionFor("lost-twice", "lost-twice");
    Job& first = m_harness.startUntil("online", section, 500, 1500);
    first.stop();
    QVERIFY(m_harness.ended(first));
    const std::string run = first.result()["run"];
    section.update({{"run", run}, {"until", "end"}});
    Job& other = m_harness.start("online", section);
    QVERIFY2(m_harness.done(other), describe(other.error()).c_str());
    QFile journal(QString::fromStdString((m_harness.run(run).path / "journal.jsonl").string()));
    QVERIFY(journal.open(QIODevice::Append));
    for (const json& partitions : {json::array({0}), json::array()}) // as two evictions leave it
        journal.write((json{{"event", "lost"},
                            {"partitions", partitions},
                            {"mini_dataset", first.result()["mini_dataset_count"]},
                            {"checkpoint", 1'000'000}}
                           .dump() +
                       "\n")
                          .c_str());
    journal.close();
    Job& resumed = resume(run, {{"until", "end"}});
    QVERIFY2(m_harness.done(resumed), describe(resumed.error()).c_str());
    auto counts = ledger(run);
    for (const auto& [record, count] : ledger(other.result()["run"]))
        counts[record] += count;
    QCOMPARE(counts.size(), std::size_t(kGood));
    for (const auto& [record, count] : counts)
        QCOMPARE(count, 1);
}

/// A run that was killed, and then gets fewer partitions than it had, does not wait for the records that it had closed
/// a mini-dataset with.
void OnlineTest::plansOfOtherPartitionsAreDropped()
{
    const auto hasJoined = [](Job& job) {
        return QTest::qWaitFor([&] { return job.progress().text.starts_with("mini-dataset"); }, JobHarness::kWait);
    };
    m_harness.fill("planned", 400, 2);
    json section = sectionFor("planned", "planned");
    section.update({{"until", "never"}, {"linger", 100}, {"records", 10000}});
    Job& job = m_harness.start("online", section);
    QTRY_VERIFY_WITH_TIMEOUT(job.progress().records == 399, JobHarness::kWait);
    job.stop();
    QVERIFY(m_harness.ended(job));
    const std::string run = job.result()["run"];
    QFile journal(QString::fromStdString((m_harness.run(run).path / "journal.jsonl").string()));
    QVERIFY(journal.open(QIODevice::Append)); // as a kill leaves it, after this mini-dataset and before its checkpoint
    journal.write(json{
        {"event", "closed"}, {"mini_dataset", job.result()["mini_dataset_count"]}, {"by", "linger"}, {"records", 5000}}
                      .dump()
                      .c_str());
    journal.write("\n");
    journal.close();
    json beside = section;
    beside["run"] = run; // a new run of its model, which is let behind it
    Job& other = m_harness.start("online", beside);
    QVERIFY(hasJoined(other));
    Job& resumed = resume(run);
    QVERIFY(hasJoined(resumed));
    m_harness.fill("planned", 200, 2);
    QTRY_VERIFY_WITH_TIMEOUT(resumed.progress().records > 399, JobHarness::kWait);
    resumed.stop();
    other.stop();
    QVERIFY(m_harness.ended(resumed) && m_harness.ended(other));
}

void OnlineTest::reset(const std::string& group, std::int64_t offset, const std::string& topic)
{
    struct Nothing : ConsumerEvents {
        bool assigned = false;
        void onMessage(const MessageView& /*message*/) override {}
        void onAssigned(std::vector<PartitionOffset>& /*partitions*/) override { assigned = true; }
    } events;
    ConsumerOptions options;
    options.groupId = group;
    auto consumer = Consumer::subscribe(m_harness.cluster().connection(), options, topic);
    QVERIFY(consumer);
    QTRY_VERIFY_WITH_TIMEOUT(consumer->poll(std::chrono::milliseconds(50), 1, events) && events.assigned,
                             JobHarness::kWait);
    QVERIFY(consumer->commit({{topic, 0, offset}}));
}

void OnlineTest::aGroupThatWasResetIsAskedAbout()
{
    Job& job = m_harness.startUntil("online", sectionFor("reset"), 2000, 6000);
    job.stop();
    QVERIFY(m_harness.ended(job));
    const std::string run = job.result()["run"];
    reset("reset", 5000);
    Job& refused = resume(run);
    QVERIFY(m_harness.ended(refused));
    QCOMPARE(refused.error().code, ErrorCode::BadData);
    QVERIFY2(refused.error().message.find("somebody has set") != std::string::npos, refused.error().message.c_str());
    QVERIFY(refused.error().advice.find("--offsets group") != std::string::npos);
    Job& byGroup = m_harness.startUntil(
        "online",
        [&] {
            json section = m_harness.again("resume", run);
            section["offsets"] = "group";
            return section;
        }(),
        0, 6000);
    QVERIFY(byGroup.setMaxRate(0));
    QVERIFY(m_harness.done(byGroup));
    const auto counts = ledger(run);
    QVERIFY(!counts.contains({0, 4900}));
    QVERIFY(counts.contains({0, 5000}) && counts.contains({0, 5999}));
}

void OnlineTest::whoWasHereIsTold()
{
    json section = sectionFor("left");
    section["until"] = "count:1000";
    Job& job = m_harness.start("online", section);
    QVERIFY(m_harness.done(job));
    QVERIFY(m_harness.session().runs().remove(job.result()["run"]));
    json other = sectionFor("left"); // of another name, which is what tells it apart within a second
    other["run"] = m_undisturbed["run"];
    Job& next = m_harness.start("online", other);
    QVERIFY(m_harness.done(next));
    QVERIFY(next.result()["records"].get<int>() < kGood);
    bool told = false;
    for (const Note& note : next.drainNotes())
        told = told || note.text.find("which is not in this data folder") != std::string::npos;
    QVERIFY(told);
}

/// What systemd and cron do. Mini-datasets are as long as 500 rows with their broken one, so that an end cuts none
/// short.
void OnlineTest::theSameLineAgain()
{
    m_harness.fill("again", kRows / 2);
    json section = sectionFor("again", "again");
    section["records"] = 499;
    section["detectors"] = "adwin";
    Job& first = m_harness.start("online", section);
    QVERIFY(m_harness.done(first));
    const std::string run = first.result()["run"];
    QVERIFY(first.result()["nothing_new"] == json(false));
    m_harness.fill("again", kRows / 2);
    const std::size_t runs = m_harness.session().runs().list().size();

    Job& refused = m_harness.start("online", section);
    QVERIFY(m_harness.ended(refused));
    QCOMPARE(refused.error().code, ErrorCode::Usage);
    QVERIFY2(refused.error().advice.find("millrace runs resume " + run + ".") != std::string::npos,
             describe(refused.error()).c_str());
    QCOMPARE(refused.error().answers.front().value, run);
    QCOMPARE(committed("again"), std::int64_t(kRows / 2));
    QCOMPARE(m_harness.session().runs().list().size(), runs);

    section["continue"] = true;
    Job& more = m_harness.start("online", section);
    QVERIFY(m_harness.done(more));
    QVERIFY(more.result()["run"] == json(run));
    QCOMPARE(committed("again"), std::int64_t(kRows));
    json through = section;
    through["group"] = "through"; // begins, since there is nothing to go on with
    Job& once = m_harness.start("online", through);
    QVERIFY(m_harness.done(once));
    QVERIFY(once.result()["run"] != run);
    compareScores(more.result(), once.result());
    QVERIFY2(m_harness.weights(run) == m_harness.weights(once.result()["run"]), "the weights differ");
    QCOMPARE(ledger(run).size(), std::size_t(kGood));

    Job& idle = m_harness.start("online", section);
    QVERIFY(m_harness.done(idle));
    QVERIFY(idle.result()["run"] == json(run));
    QVERIFY(idle.result()["nothing_new"] == json(true));
    QVERIFY(idle.result()["nothing_because"] == json(""));
    compareScores(idle.result(), once.result());

    section["batch"] = 8;
    Job& changed = m_harness.start("online", section);
    QVERIFY(m_harness.ended(changed));
    QCOMPARE(changed.error().code, ErrorCode::Usage);
    QVERIFY2(changed.error().message.find("online.batch") != std::string::npos, changed.error().message.c_str());
}

void OnlineTest::theSameLineAfterAKill()
{
    if (!JobProcess::kKills)
        QSKIP("sanitizers look at processes that live");
    json section = sectionFor("line");
    section["detectors"] = "adwin";
    section["checkpoint-seconds"] = 0;
    section["continue"] = true;
    std::string run;
    for (const char* point : {"commit.done:3", "checkpoint.written:2", "scores.appended:5"}) {
        QVERIFY(m_harness.runToDeath("online", section, point));
        if (run.empty())
            run = m_harness.newest().folder;
        QVERIFY(m_harness.newest().folder == run || m_harness.newest().folder.empty());
    }
    QVERIFY(m_harness.done(m_harness.start("online", section)));
    compareWithUndisturbed(run);
}

/// A folder of less than half of what is scored. The figures are those of a run that keeps all, but for the AUC, which
/// is of bins; and a run that was killed comes to the same as one that nobody disturbed.
void OnlineTest::theFolderIsBounded()
{
    constexpr std::int64_t kKept = 400'000;
    m_harness.fill("many", 5 * kRows);
    json section = sectionFor("whole", "many");
    section["detectors"] = "adwin";
    Job& whole = m_harness.start("online", section);
    QVERIFY(m_harness.done(whole));
    QVERIFY(whole.result()["dropped"] == json());
    section["keep-mb"] = kKept / 1e6;
    section["group"] = "bounded";
    Job& bounded = m_harness.start("online", section);
    QVERIFY(m_harness.done(bounded));
    const std::string run = bounded.result()["run"];
    for (const char* key : {"records", "loss", "accuracy", "kappa", "confusion", "windowed", "drifts"})
        QCOMPARE(bounded.result()[key].dump(), whole.result()[key].dump());
    QVERIFY(m_harness.weights(run) == m_harness.weights(whole.result()["run"]));
    QVERIFY(bounded.result()["dropped"]["scores.csv"].get<std::int64_t>() > 100'000);
    QVERIFY(readFile(m_harness.run(run).path / "log.txt")->find("--keep-mb") != std::string::npos);

    std::int64_t all = 0, largest = 0;
    for (const auto& file : std::filesystem::recursive_directory_iterator(m_harness.run(run).path))
        if (file.is_regular_file()) {
            const auto size = static_cast<std::int64_t>(file.file_size());
            all += size;
            largest = std::max(largest, size);
        }
    QVERIFY2(all <= kKept + largest, std::to_string(all).c_str());

    Job& replayed = m_harness.start("detectors", {{"run", run}, {"detectors", "ddm"}}); // what is left
    QVERIFY(m_harness.done(replayed));
    QVERIFY(replayed.result()["records"] > 1000 && replayed.result()["records"] < bounded.result()["records"]);
    Job& again = resume(run, {{"passes", 2}}); // of what is not there any more
    QVERIFY(m_harness.ended(again));
    QVERIFY2(again.error().message.find("dropped") != std::string::npos, describe(again.error()).c_str());

    if (!JobProcess::kKills)
        return;
    section["group"] = "bounded-killed";
    section["continue"] = true;
    std::string killed;
    for (const char* point : {"scores.appended:60", "checkpoint.began:6", "file.half-written:9"}) {
        QVERIFY(m_harness.runToDeath("online", section, point));
        if (killed.empty())
            killed = m_harness.newest().folder;
    }
    Job& rest = m_harness.start("online", section);
    QVERIFY(m_harness.done(rest));
    QVERIFY(rest.result()["run"] == json(killed));
    compareScores(rest.result(), bounded.result());
    QVERIFY2(m_harness.weights(killed) == m_harness.weights(run), "the weights differ");
}

void OnlineTest::aFullDiskLosesNothing()
{
    SmallDisk disk(QString::fromStdString(m_harness.home()) + "/full", "4m");
    if (!disk.isMounted())
        QSKIP("a small file system cannot be mounted here");
    const auto leave = qScopeGuard([&] { m_harness.renew(); });
    m_harness.renew(disk.folder());
    json section = sectionFor("full");
    section["detectors"] = "adwin";
    section["continue"] = true;
    Job& job = m_harness.startUntil("online", section, 1000, 6000);
    const std::string run = m_harness.newest().folder;
    QVERIFY(disk.fill());
    QVERIFY(m_harness.ended(job));
    QCOMPARE(job.state(), Job::State::Failed);
    QVERIFY2(job.error().message.find("No space left on the device at " + disk.folder()) == 0,
             describe(job.error()).c_str());
    QVERIFY2(job.error().advice.find("is kept. Free some space, then go on: millrace runs resume " + run) !=
                 std::string::npos,
             describe(job.error()).c_str());
    QVERIFY(disk.makeRoom());
    QVERIFY(m_harness.done(m_harness.start("online", section)));
    compareWithUndisturbed(run);
}

void OnlineTest::oneClassIsSaid()
{
    auto admin = Admin::open(m_harness.cluster().connection());
    QVERIFY(admin && admin->createTopic("ones", 1, false));
    auto producer = Producer::open(m_harness.cluster().connection(), "ones", 1);
    QVERIFY(producer);
    for (int i = 0; i < 600; ++i)
        QVERIFY(producer->send("1.0", std::to_string(i % 7) + ",2", 0, {}, {}));
    QVERIFY(producer->flush({}));
    const auto isSaid = [](Job& job) {
        return job.result()["only_class"] == 1 && std::ranges::any_of(job.drainNotes(), [](const Note& note) {
                   return note.severity == Note::Severity::Warning &&
                          note.text.find("All records were of class 1") != std::string::npos;
               });
    };
    json section = sectionFor("ones", "ones");
    section["normalise"] = "running"; // the second column is constant: 0, and no NaN
    Job& online = m_harness.start("online", section);
    QVERIFY(m_harness.done(online));
    QVERIFY(isSaid(online));
    QVERIFY(online.result()["loss"].is_number());
    QVERIFY(online.result()["auc"].is_null());
    json training = {{"topic", "ones"}, {"preset", "small"}, {"epochs", 1}};
    Job& refused = m_harness.start("train", training); // it looks at the records first
    QVERIFY(m_harness.ended(refused));
    QCOMPARE(refused.error().code, ErrorCode::BadData);
    QVERIFY2(refused.error().message.find("has one value in all 600 records") != std::string::npos,
             describe(refused.error()).c_str());
    training["preparation"] = "none";
    Job& trained = m_harness.start("train", training);
    QVERIFY(m_harness.done(trained));
    QVERIFY(isSaid(trained));
    Job& evaluated =
        m_harness.start("evaluate", {{"run", trained.result()["run"]}, {"topic", "ones"}, {"group", "ones-evaluated"}});
    QVERIFY(m_harness.done(evaluated));
    QVERIFY(isSaid(evaluated));
    QVERIFY(m_undisturbed["only_class"] == json());
}

/// A member that is paused for longer than max.poll.interval.ms still has its partitions, and reads on.
void OnlineTest::pausedMembersStay()
{
    SessionOptions options;
    options.home = m_harness.home();
    options.brokers = m_harness.cluster().connection().brokers;
    options.kafkaProperties = {{"max.poll.interval.ms", "6000"}, {"session.timeout.ms", "6000"}};
    Session session(options);
    json section = sectionFor("paused");
    section.update({{"max-rate", 6000}, {"until", "idle:1000"}}); // a pause is not the stream's silence
    auto job = session.start("online", section);
    QVERIFY(job);
    QTRY_VERIFY_WITH_TIMEOUT((*job)->progress().records > 500 || !(*job)->isLive(), JobHarness::kWait);
    QVERIFY2((*job)->isLive(), describe((*job)->error()).c_str());
    (*job)->setPaused(true);
    auto admin = Admin::open(m_harness.cluster().connection());
    QVERIFY(admin);
    QElapsedTimer paused;
    paused.start();
    QVERIFY(QTest::qWaitFor([&] { return paused.hasExpired(7000); }, JobHarness::kWait));
    const auto rows = admin->groupLag("paused");
    QVERIFY(rows && !rows->empty() && !rows->front().consumerId.empty());
    QVERIFY((*job)->setMaxRate(0));
    (*job)->setPaused(false);
    QVERIFY(m_harness.done(**job));
    QCOMPARE((*job)->result()["records"].get<int>(), kGood);
    QVERIFY(m_harness.weights((*job)->result()["run"]) == m_weights);
}

/// Also what they had rejected: the next owner reads it, and rejects it itself. What comes back to them is read,
/// not left paused.
void OnlineTest::pausedMembersForgetWhatTheyReadAhead()
{
    m_harness.fill("ahead", kRows, 2);
    SessionOptions options;
    options.home = m_harness.home();
    options.brokers = m_harness.cluster().connection().brokers;
    options.kafkaProperties = {
        {"max.poll.interval.ms", "6000"}, {"session.timeout.ms", "6000"}, {"heartbeat.interval.ms", "300"}};
    Session session(options);
    json section = sectionFor("ahead", "ahead");
    section.update({{"until", "idle:1000"}, {"max-rate", 3000}});
    auto paused = session.start("online", section);
    QVERIFY(paused);
    QTRY_VERIFY_WITH_TIMEOUT((*paused)->progress().records > 500 || !(*paused)->isLive(), JobHarness::kWait);
    (*paused)->setPaused(true);
    const auto setAside = [&](const std::string& of) {
        const auto text = readFile(m_harness.run(of).path / "rejected.csv");
        QStringList lines = QString::fromStdString(text ? *text : "").split('\n', Qt::SkipEmptyParts);
        lines.removeAll("place,reason,text");
        return lines;
    };
    Job& other = m_harness.startUntil("online", section, 300, 3000);
    (*paused)->setPaused(false);
    QVERIFY(m_harness.done(**paused));
    QVERIFY(m_harness.done(other));
    auto counts = ledger((*paused)->result()["run"]);
    for (const auto& [record, count] : ledger(other.result()["run"]))
        counts[record] += count;
    QCOMPARE(counts.size(), std::size_t(kGood));
    QStringList lines = setAside((*paused)->result()["run"]) + setAside(other.result()["run"]);
    QCOMPARE(lines.removeDuplicates(), 0);
    QCOMPARE(lines.size(), kBroken);
}

void OnlineTest::skipsAheadWhenTooFarBehind()
{
    json section = sectionFor("skipping");
    section["skip-lag"] = 2000;
    section["max-rate"] = 3000;
    Job& job = m_harness.start("online", section);
    QVERIFY(m_harness.done(job));
    const auto skipped = job.result()["skipped"].get<int>();
    QVERIFY(skipped > 2000);
    const auto records = job.result()["records"].get<int>(), rejected = job.result()["rejected"].get<int>();
    QVERIFY2(records + rejected + skipped == kRows,
             qPrintable(QString("%1 %2 %3").arg(records).arg(rejected).arg(skipped)));
    const auto journal = readFile(m_harness.run(job.result()["run"]).path / "journal.jsonl");
    QVERIFY(journal && journal->find("\"skip\"") != std::string::npos);
}

void OnlineTest::driftsAreActedOn_data()
{
    QTest::addColumn<QString>("action");
    for (const char* action : {"annotate", "raise-rate", "reset-optimizer", "reset-model", "snapshot"})
        QTest::newRow(action) << QString(action);
}

void OnlineTest::driftsAreActedOn()
{
    QFETCH(QString, action);
    constexpr int kHalf = 2000;
    auto admin = Admin::open(m_harness.cluster().connection());
    QVERIFY(admin && admin->createTopic("turning", 1, true));
    if (const auto topic = admin->topic("turning"); topic->partitions[0].high == 0) {
        auto producer = Producer::open(m_harness.cluster().connection(), "turning", 1);
        for (int i = 0; i < 2 * kHalf; ++i) { // what meant 1 means 0 in the second half
            const int side = i * 7 % 5 > 1 ? 1 : 0;
            const bool one = (side == 1) == (i < kHalf);
            QVERIFY(producer->send(one ? "1.0" : "0.0",
                                   std::to_string(side * 2 - 1) + "," + std::to_string(i < kHalf ? i % 3 : 50 + i % 3),
                                   0, {}, {}));
        }
        QVERIFY(producer->flush({}));
    }
    json section = sectionFor("turning-" + action.toStdString(), "turning");
    section.update({{"detectors", "adwin"},
                    {"on-drift", action.toStdString()},
                    {"learning-rate", 0.01},
                    {"watch", "x2"},
                    {"drift-records", 500}});
    Job& job = m_harness.start("online", section);
    QVERIFY(m_harness.done(job));
    bool rose = false, column = false;
    for (const json& drift : job.result()["drifts"]) {
        rose = rose || (drift.value("error_rose", false) && drift["record"] > kHalf);
        column = column || (drift.value("column", "") == "x2" && drift["record"] > kHalf);
        QCOMPARE(drift.contains("action"), action != "annotate" && drift.value("error_rose", false));
    }
    QVERIFY2(rose && column, job.result()["drifts"].dump().c_str());
    const RunInfo run = m_harness.run(job.result()["run"]);
    const auto checkpoint = RunCatalog::loadCheckpoint(run);
    QVERIFY(checkpoint);
    QCOMPARE(checkpoint->learner.momentsFrom > 0, action.startsWith("reset"));
    QVERIFY(std::abs(checkpoint->learner.learningRate - 0.01) < 1e-9); // raised for a while only
    QCOMPARE(std::filesystem::exists(run.path / "model"), action == "snapshot");
}

void OnlineTest::normalisationIsSavedWithTheModel()
{
    json section = sectionFor("normal");
    section["normalise"] = "running";
    QVERIFY(m_harness.runToDeath("online", section, "checkpoint.written:4"));
    const std::string killed = m_harness.newest().folder;
    QVERIFY(m_harness.done(resume(killed)));
    section["group"] = "normal-2";
    Job& whole = m_harness.start("online", section);
    QVERIFY(m_harness.done(whole));
    const auto a = RunCatalog::loadCheckpoint(m_harness.run(killed)),
               b = RunCatalog::loadCheckpoint(m_harness.run(whole.result()["run"]));
    QVERIFY(a && b);
    QVERIFY(a->learner.weights == b->learner.weights);
    QCOMPARE(a->metadata["model"].dump(), b->metadata["model"].dump());
    QCOMPARE(a->metadata["model"]["preprocessing"][0]["kind"].get<std::string>(), std::string("standardize"));
    // Others take the model with it: an evaluation gets the same rows through the saved transform.
    Job& evaluation = m_harness.start("evaluate", {{"run", killed}, {"topic", "rows"}, {"group", "normal-e"}});
    QVERIFY(m_harness.done(evaluation));
    QVERIFY(evaluation.result()["accuracy"].get<double>() > 0.6);
}

void OnlineTest::tooLargeMiniDatasetsAreRefused()
{
    json section = sectionFor("large");
    section["records"] = 9000000;
    Job& job = m_harness.start("online", section);
    QVERIFY(m_harness.ended(job));
    QCOMPARE(job.error().code, ErrorCode::Usage);
    QVERIFY2(job.error().message.find("takes") != std::string::npos, job.error().message.c_str());
}

/// Every tenth label never comes; the run is killed in between.
void OnlineTest::lateLabelsAreJoined()
{
    constexpr int kRecords = 3000;
    auto admin = Admin::open(m_harness.cluster().connection());
    QVERIFY(admin && admin->createTopic("unlabelled", 2, true) && admin->createTopic("labels", 1, true));
    auto records = Producer::open(m_harness.cluster().connection(), "unlabelled", 2);
    auto labels = Producer::open(m_harness.cluster().connection(), "labels", 1);
    QVERIFY(records && labels);
    for (int i = 0; i < kRecords; ++i) {
        const std::string id = "r" + std::to_string(i), label = i % 3 == 0 ? "1.0" : "\"0\""; // quoted, as some do
        QVERIFY(records->send(id, std::to_string((i % 3 == 0) + i % 7) + "," + std::to_string(i % 5), i % 2, {}, {}));
        if (i % 10 != 9)
            QVERIFY(labels->send(id, label, 0, {}, {}));
    }
    QVERIFY(labels->send("r1", "maybe", 0, {}, {}));
    QVERIFY(records->flush({}) && labels->flush({}));
    json section = sectionFor("late", "unlabelled");
    section.update({{"label-topic", "labels"}, {"checkpoint-seconds", 0}, {"detectors", "adwin"}});
    QVERIFY(m_harness.runToDeath("online", section, "checkpoint.written:6"));
    const std::string run = m_harness.newest().folder;
    Job& job = resume(run);
    QVERIFY(m_harness.done(job));
    const json& result = job.result();
    QCOMPARE(result["records"].get<int>(), kRecords * 9 / 10);
    QCOMPARE(result["rejected"].get<int>(), 1);
    QCOMPARE(result["labels"]["waiting"].get<int>(), kRecords / 10);
    QCOMPARE(result["labels"]["late"].get<int>(), 0);
    const auto counts = ledger(run);
    QCOMPARE(counts.size(), std::size_t(kRecords * 9 / 10));
    for (const auto& [record, count] : counts)
        QCOMPARE(count, 1);
    Job& twice = resume(run, {{"passes", 2}}); // those whose label came, with that label
    QVERIFY(m_harness.done(twice));
    QCOMPARE(twice.result()["repeated"].get<int>(), kRecords * 9 / 10);
    compareScores(twice.result(), result);
    const auto unknown = m_harness.session().start("online", [&] {
        json wrong = section;
        wrong["label-join"] = "column:z";
        return wrong;
    }());
    QVERIFY(unknown && m_harness.ended(**unknown));
    QCOMPARE((*unknown)->error().code, ErrorCode::Usage);
}

/// Between two parts of a run retention takes labels that it has not read.
void OnlineTest::deletedLabelsAreCounted()
{
    constexpr int kRecords = 200, kRead = 100, kGone = 150;
    auto admin = Admin::open(m_harness.cluster().connection());
    QVERIFY(admin && admin->createTopic("events", 1, true) && admin->createTopic("tags", 1, true));
    auto records = Producer::open(m_harness.cluster().connection(), "events", 1);
    auto labels = Producer::open(m_harness.cluster().connection(), "tags", 1);
    QVERIFY(records && labels);
    const auto addLabels = [&](int from, int to) {
        for (int i = from; i < to; ++i)
            if (!labels->send("r" + std::to_string(i), i % 3 == 0 ? "1.0" : "0.0", 0, {}, {}))
                return false;
        return labels->flush({}).has_value();
    };
    for (int i = 0; i < kRecords; ++i)
        QVERIFY(records->send("r" + std::to_string(i),
                              std::to_string((i % 3 == 0) + i % 7) + "," + std::to_string(i % 5), 0, {}, {}));
    QVERIFY(records->flush({}) && addLabels(0, kRead));
    json section = sectionFor("tagged", "events");
    section["label-topic"] = "tags";
    Job& first = m_harness.start("online", section);
    QVERIFY(m_harness.done(first));
    QCOMPARE(first.result()["records"].get<int>(), kRead);
    QCOMPARE(first.result()["labels"]["deleted_unread"].get<int>(), 0);
    const std::string run = first.result()["run"];
    QVERIFY(addLabels(kRead, kRecords));
    QVERIFY(admin->deleteRecords("tags", 0, kGone));
    Job& second = resume(run);
    QVERIFY(m_harness.done(second));
    QCOMPARE(second.result()["records"].get<int>(), kRead + kRecords - kGone);
    QCOMPARE(second.result()["labels"]["deleted_unread"].get<int>(), kGone - kRead);
    QCOMPARE(second.result()["labels"]["waiting"].get<int>(), kGone - kRead);
    const auto log = readFile(m_harness.run(run).path / "log.txt");
    QVERIFY(log);
    QVERIFY2(
        log->find("50 offsets of tags partition 0 (100 to 149) were deleted before they were read; reading goes on "
                  "at 150. Records whose label was there are not learnt") != std::string::npos,
        log->c_str());
}

/// Labels that are none: the error names their topic, too, and what is to blame is the value.
void OnlineTest::badLateLabelsAreNamed()
{
    auto admin = Admin::open(m_harness.cluster().connection());
    QVERIFY(admin && admin->createTopic("orders", 1, true) && admin->createTopic("verdicts", 1, true));
    auto records = Producer::open(m_harness.cluster().connection(), "orders", 1);
    auto labels = Producer::open(m_harness.cluster().connection(), "verdicts", 1);
    QVERIFY(records && labels);
    QVERIFY(records->send("o1", "1,2", 0, {}, {}) && records->flush({}));
    QVERIFY(labels->send("o1", "good", 0, {}, {}) && labels->flush({}));
    json section = sectionFor("judged", "orders");
    section["label-topic"] = "verdicts";
    Job& job = m_harness.start("online", section);
    QVERIFY(m_harness.ended(job));
    QVERIFY(job.state() == Job::State::Failed && job.error().code == ErrorCode::BadData);
    const std::string text = describe(job.error());
    QVERIFY2(text.starts_with("What was read of topic orders and topic verdicts holds no record"), text.c_str());
    QVERIFY2(text.find("the value is no label") != std::string::npos && text.find("key") == std::string::npos,
             text.c_str());
    section.update({{"group", "strict"}, {"on-error", "stop"}});
    Job& strict = m_harness.start("online", section);
    QVERIFY(m_harness.ended(strict));
    QVERIFY(strict.state() == Job::State::Failed);
    QCOMPARE(QString::fromStdString(strict.error().message),
             QString("verdicts partition 0 offset 0: the value 'good' is no label: it should be 0 or 1"));
}

/// Two passes over a topic learn what one pass learns from a topic that holds its records twice, and score what one
/// pass over the topic itself scores.
void OnlineTest::passesLearnTheSameAgain()
{
    constexpr int kOnce = 4000;
    m_harness.fill("once", kOnce);
    for (int i = 0; i < 2; ++i)
        m_harness.fill("twice", kOnce);
    json section = sectionFor("once", "once");
    section.update({{"records", 499}, {"detectors", "adwin"}}); // 8 whole mini-datasets: 8 records are broken
    Job& once = m_harness.start("online", section);
    QVERIFY(m_harness.done(once));
    json doubled = section;
    doubled.update({{"group", "doubled"}, {"topic", "twice"}});
    Job& reference = m_harness.start("online", doubled);
    QVERIFY(m_harness.done(reference));
    section.update({{"group", "passes"}, {"passes", 2}});
    Job& twice = m_harness.start("online", section);
    QVERIFY(m_harness.done(twice));
    compareScores(twice.result(), once.result());
    QCOMPARE(twice.result()["pass"].get<int>(), 2);
    QCOMPARE(twice.result()["repeated"].get<int>(), kOnce - 8);
    QCOMPARE(twice.result()["steps"].dump(), reference.result()["steps"].dump());
    const std::string run = twice.result()["run"];
    const std::vector<float> weights = m_harness.weights(run);
    QVERIFY(weights == m_harness.weights(reference.result()["run"]));
    QVERIFY(weights != m_harness.weights(once.result()["run"]));
    QCOMPARE(ledger(run).size(), std::size_t(kOnce - 8));
    QCOMPARE(committed("passes"), std::int64_t(kOnce));
    const auto a = readFile(m_harness.run(run).path / "rejected.csv"),
               b = readFile(m_harness.run(once.result()["run"]).path / "rejected.csv");
    QVERIFY(a && b && *a == *b);
}

void OnlineTest::killedInALaterPass_data()
{
    QTest::addColumn<QString>("point");
    QTest::addColumn<int>("pass");
    QTest::newRow("before its beginning is noted") << "journal.opened:4" << 1;
    QTest::newRow("at its beginning") << "journal.written:4" << 1;
    QTest::newRow("in the second") << "checkpoint.written:18" << 2;
    QTest::newRow("in the third") << "checkpoint.written:32" << 3;
}

/// What becomes of the group meanwhile is no matter.
void OnlineTest::killedInALaterPass()
{
    QFETCH(QString, point);
    QFETCH(int, pass);
    if (!JobProcess::kKills)
        QSKIP("sanitizers look at processes that live");
    json section = sectionFor("undisturbed-passes", "once");
    section.update({{"passes", 3}, {"checkpoint-seconds", 1000}, {"detectors", "adwin"}, {"normalise", "running"}});
    static json undisturbed;
    if (undisturbed.is_null()) {
        Job& job = m_harness.start("online", section);
        QVERIFY(m_harness.done(job));
        undisturbed = job.result();
    }
    section["group"] = QString(point).replace(':', '-').toStdString();
    QVERIFY(m_harness.runToDeath("online", section, point));
    const std::string run = m_harness.newest().folder;
    const auto checkpoint = RunCatalog::loadCheckpoint(m_harness.run(run));
    QVERIFY(checkpoint);
    QCOMPARE(checkpoint->metadata["online"]["pass"].get<int>(), pass);
    QCOMPARE(committed(section["group"]), std::int64_t(4000));
    if (pass > 1)
        reset(section["group"], 100, "once");
    Job& job = resume(run);
    QVERIFY(m_harness.done(job));
    QVERIFY(m_harness.weights(run) == m_harness.weights(undisturbed["run"]));
    compareScores(job.result(), undisturbed);
    for (const char* key : {"steps", "repeated", "pass", "mini_dataset_count"})
        QCOMPARE(job.result()[key].dump(), undisturbed[key].dump());
    for (const auto& [record, count] : ledger(run))
        QCOMPARE(count, 1);
    QCOMPARE(committed(section["group"]), std::int64_t(pass > 1 ? 100 : 4000));
}

/// Also when the stream has gone on since.
void OnlineTest::passesAreReproduced()
{
    m_harness.fill("repeated", 2000);
    json section = sectionFor("repeated", "repeated");
    section["passes"] = 3;
    Job& job = m_harness.startUntil("online", section, 4500, 20000);
    QCOMPARE(job.progress().pass, 3);
    QVERIFY2(job.progress().text.starts_with("pass 3 of 3"), job.progress().text.c_str());
    QVERIFY(job.setMaxRate(0));
    QVERIFY(m_harness.done(job));
    m_harness.fill("repeated", 500);
    Job& again = m_harness.start("online", m_harness.again("reproduce", job.result()["run"]));
    QVERIFY(m_harness.done(again));
    QVERIFY(again.result()["identical"].get<bool>());
    QCOMPARE(again.result()["repeated"].dump(), job.result()["repeated"].dump());
}

void OnlineTest::laterPassesNeedTheRecords()
{
    m_harness.fill("short-lived", 2000);
    Job& job = m_harness.start("online", sectionFor("short-lived", "short-lived"));
    QVERIFY(m_harness.done(job));
    const std::string run = job.result()["run"];
    auto admin = Admin::open(m_harness.cluster().connection());
    QVERIFY(admin && admin->deleteRecords("short-lived", 0, 1000));
    Job& refused = resume(run, {{"passes", 2}});
    QVERIFY(m_harness.ended(refused));
    QCOMPARE(refused.error().code, ErrorCode::BadData);
    QVERIFY(refused.error().advice.find("--lost skip") != std::string::npos);
    Job& rest = resume(run, {{"passes", 2}, {"lost", "skip"}});
    QVERIFY(m_harness.done(rest));
    QCOMPARE(rest.result()["repeated"].get<int>(), 998); // two of them are broken
}

void OnlineTest::passesNeedAnEnd()
{
    json section = sectionFor("endless");
    section.update({{"passes", 2}, {"until", "never"}});
    Job& job = m_harness.start("online", section);
    QVERIFY(m_harness.ended(job));
    QCOMPARE(job.error().code, ErrorCode::Usage);
    QVERIFY(job.error().advice.find("--until end") != std::string::npos);
}

void OnlineTest::startsWhereAsked()
{
    json section = sectionFor("last");
    section["from"] = "last:1000";
    Job& job = m_harness.start("online", section);
    QVERIFY(m_harness.done(job));
    QCOMPARE(job.result()["records"].get<int>(), 998); // two of them are broken
}

/// A run that was stopped before anything came goes on where it was to begin, not at what it was to leave out.
void OnlineTest::resumedRunsKeepTheirStart()
{
    m_harness.fill("fresh", 500);
    json section = sectionFor("fresh", "fresh");
    section.update({{"from", "latest"}, {"until", "never"}});
    Job& job = m_harness.start("online", section);
    QTRY_VERIFY_WITH_TIMEOUT(job.progress().text.find("joining") == std::string::npos && job.progress().records == 0,
                             JobHarness::kWait);
    job.stop();
    QVERIFY(m_harness.ended(job));
    m_harness.fill("fresh", 100);
    Job& rest = resume(m_harness.newest().folder, {{"until", "end"}});
    QVERIFY(m_harness.done(rest));
    QCOMPARE(rest.result()["records"].get<int>(), 99);
}

int main(int argc, char** argv)
{
    QCoreApplication app(argc, argv);
    if (const auto code = JobProcess::runHere())
        return *code;
    OnlineTest test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_online.moc"
