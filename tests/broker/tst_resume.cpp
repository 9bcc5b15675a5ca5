// SPDX-License-Identifier: GPL-3.0-or-later
// Training runs that are stopped or killed and go on: the weights must be those of a run that nobody disturbed, bit by
// bit, and metrics.csv, a line a step, is the ledger: nothing missing, nothing twice.
#include "base/Files.h"
#include "broker/JobHarness.h"
#include "broker/SmallDisk.h"
#include "kafka/Admin.h"
#include "kafka/Producer.h"

#include <QFile>
#include <QRandomGenerator>

using namespace millrace;
using nlohmann::json;

namespace
{

constexpr int kWait = JobHarness::kWait;
constexpr int kRows = 3000, kEpochs = 8, kBatch = 16;

json trainSection(const std::string& name)
{
    return {{"topic", "rows"}, {"run", name},   {"epochs", kEpochs}, {"preset", "small"},      {"preparation", "none"},
            {"batch", kBatch}, {"shuffle", 50}, {"seed", 7},         {"checkpoint-steps", 100}};
}

} // namespace

class ResumeTest : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase();
    void init() { m_harness.renew(); }
    void stoppedRunsGoOnAsIfNothingHadBeen();
    void killedAtACrashPoint_data();
    void killedAtACrashPoint();
    void killedAtRandom();
    void theSameLineGoesOn();
    void aTornCheckpointIsPassedOver();
    void aRunHasOneTrainer();
    void anotherConfigurationIsRefused();
    void whatIsInHandIsBounded();
    void moreEpochsAreTrained();
    void raisedEpochsOutliveAKill();
    void ratesOutliveAKill();
    void learningRatesAreReplayed();
    void aRunIsReproduced();
    void theBrokerIsKilled();
    void aFullDiskLosesNothing();
    void deletedRecordsAreSaid(); ///< the ones after it find fewer records
    void anotherTopicIsRefused();

private:
    Job& start(const json& section) { return m_harness.start("train", section); }
    Job& startUntil(const json& section, std::int64_t records)
    {
        return m_harness.startUntil("train", section, records);
    }
    Job& resume(const std::string& name, const json& changes = json::object())
    {
        json section = m_harness.again("resume", name);
        section.update(changes);
        return start(section);
    }
    /// Runs the section in a process of its own; true when that was killed, at the point or with so long metrics.
    bool trainToDeath(const json& section, const QString& crashAt, int killAfter = -1)
    {
        std::function<bool()> killWhen;
        if (killAfter >= 0)
            killWhen = [&] { return QFile(metricsOf(section)).size() > killAfter; };
        return m_harness.runToDeath("train", section, crashAt, killWhen);
    }
    /// Also a run without a model.
    [[nodiscard]] RunInfo named(const std::string& name)
    {
        for (RunInfo& info : m_harness.session().runs().list())
            if (info.folder == name || info.name == name)
                return std::move(info);
        return {};
    }
    [[nodiscard]] QString metricsOf(const json& section)
    {
        const RunInfo info = named(section.contains("resume") ? section["resume"] : section["run"]);
        return info.path.empty() ? QString() : QString::fromStdString((info.path / "metrics.csv").string());
    }
    /// The run is as one that nobody disturbed.
    void compareWithUndisturbed(const std::string& name)
    {
        const RunInfo info = m_harness.run(name);
        QCOMPARE(info.status, std::string("done"));
        const json& result = info.description["result"];
        QCOMPARE(result["steps"].dump(), m_undisturbed["steps"].dump());
        QCOMPARE(result["records"].dump(), m_undisturbed["records"].dump());
        QCOMPARE(result["rejected"].dump(), m_undisturbed["rejected"].dump());
        QCOMPARE(result["loss"].dump(), m_undisturbed["loss"].dump());
        QCOMPARE(result["per_epoch"].size(), std::size_t(kEpochs));
        QVERIFY(!m_weights.empty());
        QVERIFY2(m_harness.weights(name) == m_weights, "the weights differ");
        QFile metrics(QString::fromStdString((info.path / "metrics.csv").string()));
        QVERIFY(metrics.open(QIODevice::ReadOnly));
        metrics.readLine();
        for (int step = 1; step <= m_undisturbed["steps"].get<int>(); ++step)
            QCOMPARE(metrics.readLine().split(',').value(0).toInt(), step);
        QVERIFY(metrics.atEnd());
        QFile rejected(QString::fromStdString((info.path / "rejected.csv").string()));
        QVERIFY(rejected.open(QIODevice::ReadOnly));
        QCOMPARE(rejected.readAll().count('\n'), 1 + m_undisturbed["rejected"].get<int>());
    }

    JobHarness m_harness;
    json m_undisturbed;
    std::vector<float> m_weights;
};

void ResumeTest::initTestCase()
{
    QVERIFY2(m_harness.start(), m_harness.cluster().error());
    m_harness.fill("rows", kRows);
    Job& job = start(trainSection("undisturbed"));
    QVERIFY(JobHarness::ended(job));
    QVERIFY2(job.state() == Job::State::Done, describe(job.error()).c_str());
    m_undisturbed = job.result();
    m_weights = m_harness.weights("undisturbed");
    QVERIFY(m_undisturbed["rejected"].get<int>() > 0);
}

void ResumeTest::stoppedRunsGoOnAsIfNothingHadBeen()
{
    Job* job = &startUntil(trainSection("stopped"), 2000);
    for (const int records : {7000, 16000}) {
        job->stop();
        QVERIFY(JobHarness::ended(*job));
        QCOMPARE(job->state(), Job::State::Cancelled);
        job = &startUntil(*m_harness.session().sectionAgain("resume", "stopped"), records);
    }
    QVERIFY(JobHarness::ended(*job));
    QVERIFY2(job->state() == Job::State::Done, describe(job->error()).c_str());
    compareWithUndisturbed("stopped");
}

void ResumeTest::killedAtACrashPoint_data()
{
    QTest::addColumn<QString>("point");
    for (const char* point : {"file.opened", "file.half-written", "file.written", "file.synced", "file.renamed",
                              "file.kept", "checkpoint.began", "checkpoint.written", "checkpoint.older-removed"})
        QTest::newRow(point) << QString("%1:4").arg(point);
    QTest::newRow("metrics.appended") << "metrics.appended:777";
    QTest::newRow("before any checkpoint") << "metrics.appended:3";
    QTest::newRow("journal.opened") << "journal.opened:2";
    QTest::newRow("journal.written") << "journal.written:2";
}

void ResumeTest::killedAtACrashPoint()
{
    QFETCH(QString, point);
    if (!JobProcess::kKills)
        QSKIP("sanitizers look at processes that live");
    const std::string name = std::string("killed-") + QTest::currentDataTag();
    if (!point.startsWith("journal")) {
        QVERIFY(trainToDeath(trainSection(name), point));
    } else { // the second thing that a resumed run of this kind journals is being resumed once more
        QVERIFY(trainToDeath(trainSection(name), "checkpoint.written:2"));
        const auto once = m_harness.session().sectionAgain("resume", named(name).folder);
        QVERIFY(once);
        QVERIFY(trainToDeath(*once, point.section(':', 0, 0)));
    }
    const RunInfo killed = named(name);
    QCOMPARE(killed.status, std::string("interrupted"));
    Job& job = resume(killed.folder);
    QVERIFY(JobHarness::ended(job));
    QVERIFY2(job.state() == Job::State::Done, describe(job.error()).c_str());
    compareWithUndisturbed(killed.folder);
}

void ResumeTest::killedAtRandom()
{
    if (!JobProcess::kKills)
        QSKIP("sanitizers look at processes that live");
    QRandomGenerator random(11);
    json section = trainSection("random");
    int kills = 0;
    for (int i = 0; i < 5; ++i) {
        const int bytes = 20000 + static_cast<int>(random.bounded(50000));
        if (!trainToDeath(section, {}, bytes))
            break; // it was quicker
        ++kills;
        auto again = m_harness.session().sectionAgain("resume", "random");
        if (again) // killed before its first checkpoint it has no model yet, and is found by its folder
            section = *again;
        else
            section = *m_harness.session().sectionAgain("resume", named("random").folder);
    }
    QVERIFY(kills > 0);
    Job& job = start(section);
    QVERIFY(JobHarness::ended(job));
    QVERIFY2(job.state() == Job::State::Done, describe(job.error()).c_str());
    compareWithUndisturbed("random");
}

void ResumeTest::theSameLineGoesOn()
{
    json section = trainSection("line");
    section["continue"] = true;
    if (JobProcess::kKills)
        QVERIFY(trainToDeath(section, "checkpoint.written:3"));
    else
        QVERIFY(JobHarness::done(start(section)));
    const std::string run = named("line").folder;
    Job& rest = start(section);
    QVERIFY(JobHarness::done(rest));
    QVERIFY(rest.result()["run"] == json(run));
    compareWithUndisturbed("line");
    Job& idle = start(section);
    QVERIFY(JobHarness::done(idle));
    QVERIFY(idle.result()["run"] == json(run));
    QVERIFY(idle.result()["nothing_new"] == json(true));
    QVERIFY(idle.result()["nothing_because"] == json(""));
    compareWithUndisturbed("line");
}

void ResumeTest::aTornCheckpointIsPassedOver()
{
    QVERIFY(trainToDeath(trainSection("torn"), "checkpoint.older-removed:5"));
    const RunInfo info = m_harness.run("torn");
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(info.path / "checkpoints"))
        files.push_back(entry.path());
    std::ranges::sort(files);
    QVERIFY(files.size() >= 2);
    std::filesystem::resize_file(files.back(), std::filesystem::file_size(files.back()) - 9);
    Job& job = resume("torn");
    QVERIFY(JobHarness::ended(job));
    QVERIFY2(job.state() == Job::State::Done, describe(job.error()).c_str());
    bool said = false;
    for (const Note& note : job.drainNotes())
        said = said || note.text.find(files.back().filename().string()) != std::string::npos;
    QVERIFY(said);
    compareWithUndisturbed("torn");
}

void ResumeTest::aRunHasOneTrainer()
{
    Job& first = startUntil(trainSection("one"), 2000);
    first.setPaused(true);
    Job& second = resume(named("one").folder);
    QVERIFY(JobHarness::ended(second));
    QCOMPARE(second.state(), Job::State::Failed);
    const std::string pid = std::to_string(QCoreApplication::applicationPid());
    QVERIFY2(second.error().message.find("process " + pid) != std::string::npos, second.error().message.c_str());
    QVERIFY(first.setMaxRate(0));
    first.setPaused(false);
    QVERIFY(JobHarness::ended(first));
    compareWithUndisturbed("one");
}

void ResumeTest::anotherConfigurationIsRefused()
{
    Job& job = resume("undisturbed", {{"batch", 32}});
    QVERIFY(JobHarness::ended(job));
    QCOMPARE(job.error().code, ErrorCode::Usage);
    QVERIFY2(job.error().message.find("train.batch was 16") != std::string::npos, job.error().message.c_str());
    compareWithUndisturbed("undisturbed"); // and nothing happened to it
}

void ResumeTest::whatIsInHandIsBounded()
{
    json section = trainSection("large");
    section["shuffle"] = 9000000;
    Job& job = start(section);
    QVERIFY(JobHarness::ended(job));
    QCOMPARE(job.error().code, ErrorCode::Usage);
    QVERIFY2(job.error().message.find("MB") != std::string::npos, job.error().message.c_str());
}

void ResumeTest::moreEpochsAreTrained()
{
    json section = trainSection("short");
    section["epochs"] = kEpochs - 3;
    Job& few = start(section);
    QVERIFY(JobHarness::ended(few));
    Job& more = resume("short", {{"epochs", kEpochs}});
    QVERIFY(JobHarness::ended(more));
    QVERIFY2(more.state() == Job::State::Done, describe(more.error()).c_str());
    compareWithUndisturbed("short");
}

void ResumeTest::raisedEpochsOutliveAKill()
{
    json section = trainSection("raised");
    section["epochs"] = 2;
    Job& few = start(section);
    QVERIFY(JobHarness::ended(few));
    json more = *m_harness.session().sectionAgain("resume", "raised");
    more["epochs"] = kEpochs;
    QVERIFY(trainToDeath(more, "checkpoint.written:5"));
    Job& rest = resume("raised"); // nobody says again how many
    QVERIFY(JobHarness::ended(rest));
    QVERIFY2(rest.state() == Job::State::Done, describe(rest.error()).c_str());
    compareWithUndisturbed("raised");
    json fewer = trainSection("raised"); // which finds nothing to do
    fewer.update({{"epochs", 1}, {"continue", true}});
    Job& nothing = start(fewer);
    QVERIFY(JobHarness::ended(nothing));
    QVERIFY(nothing.result()["nothing_new"] == true);
    Job& again = start(*m_harness.session().sectionAgain("reproduce", "raised"));
    QVERIFY(JobHarness::ended(again));
    QVERIFY(again.result()["identical"].get<bool>());
}

void ResumeTest::ratesOutliveAKill()
{
    Job& job = startUntil(trainSection("steady-rates"), 4000);
    QVERIFY(job.setLearningRate(0.02));
    QVERIFY(job.setMaxRate(0));
    QVERIFY(JobHarness::ended(job));
    // The run again from an earlier checkpoint: the journal knows of the change.
    const RunInfo info = m_harness.run("steady-rates");
    const auto expected = m_harness.weights("steady-rates");
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(info.path / "checkpoints"))
        files.push_back(entry.path());
    for (const auto& file : files)
        std::filesystem::remove(file);
    Job& rest = start(*m_harness.session().sectionAgain("resume", info.folder));
    QVERIFY(JobHarness::ended(rest));
    QVERIFY2(rest.state() == Job::State::Done, describe(rest.error()).c_str());
    QVERIFY(expected != m_weights);
    QVERIFY(m_harness.weights("steady-rates") == expected);
}

void ResumeTest::learningRatesAreReplayed()
{
    Job& job = startUntil(trainSection("rates"), 1000);
    QVERIFY(job.setLearningRate(0.02));
    QTRY_VERIFY_WITH_TIMEOUT(job.progress().records > 4000, kWait);
    job.setPaused(true);
    QVERIFY(job.setLearningRate(0.0005));
    QVERIFY(job.setMaxRate(0));
    job.setPaused(false);
    QVERIFY(JobHarness::ended(job));
    QVERIFY(m_harness.weights("rates") != m_weights);
    auto section = m_harness.session().sectionAgain("reproduce", "rates");
    QVERIFY(section);
    Job& again = start(*section);
    QVERIFY(JobHarness::ended(again));
    QVERIFY2(again.state() == Job::State::Done, describe(again.error()).c_str());
    QVERIFY(again.result()["identical"].get<bool>());
}

void ResumeTest::aRunIsReproduced()
{
    Job& stopped = startUntil(trainSection("half"), 5000);
    stopped.stop();
    QVERIFY(JobHarness::ended(stopped));
    Job& again = start(*m_harness.session().sectionAgain("reproduce", "half"));
    QVERIFY(JobHarness::ended(again));
    QVERIFY2(again.state() == Job::State::Done, describe(again.error()).c_str());
    QVERIFY(again.result()["identical"].get<bool>());
    QCOMPARE(again.result()["steps"].dump(), stopped.result()["steps"].dump());
    QCOMPARE(again.result()["per_epoch"].size(), stopped.result()["per_epoch"].size());
    Job& rest = resume(m_harness.run("half-again").folder); // and the reproduction goes on like any run
    QVERIFY(JobHarness::ended(rest));
    QVERIFY2(rest.state() == Job::State::Done, describe(rest.error()).c_str());
    compareWithUndisturbed("half-again");
}

void ResumeTest::theBrokerIsKilled()
{
    Job& job = startUntil(trainSection("broker"), 5000);
    QVERIFY(m_harness.cluster().kill());
    QVERIFY(job.isLive()); // the next epoch needs the broker
    QVERIFY2(m_harness.cluster().start(), m_harness.cluster().error());
    QVERIFY(job.setMaxRate(0));
    QVERIFY(JobHarness::ended(job));
    QVERIFY2(job.state() == Job::State::Done, describe(job.error()).c_str());
    compareWithUndisturbed("broker");
}

void ResumeTest::aFullDiskLosesNothing()
{
    SmallDisk disk(QString::fromStdString(m_harness.home()) + "/full", "4m");
    if (!disk.isMounted())
        QSKIP("a small file system cannot be mounted here");
    const auto leave = qScopeGuard([&] { m_harness.renew(); });
    m_harness.renew(disk.folder());
    Job& job = startUntil(trainSection("full"), 5000);
    QVERIFY(disk.fill());
    QVERIFY(JobHarness::ended(job));
    QCOMPARE(job.state(), Job::State::Failed);
    QVERIFY2(job.error().message.find("No space left on the device at " + disk.folder()) == 0,
             job.error().message.c_str());
    QVERIFY2(job.error().advice.find("millrace runs resume " + named("full").folder) != std::string::npos,
             job.error().advice.c_str());
    QVERIFY(disk.makeRoom());
    Job& rest = resume(named("full").folder);
    QVERIFY(JobHarness::ended(rest));
    QVERIFY2(rest.state() == Job::State::Done, describe(rest.error()).c_str());
    compareWithUndisturbed("full");
}

void ResumeTest::deletedRecordsAreSaid()
{
    Job& job = startUntil(trainSection("retained"), 3000);
    job.stop();
    QVERIFY(JobHarness::ended(job));
    auto admin = Admin::open(m_harness.cluster().connection());
    QVERIFY(admin && admin->deleteRecords("rows", 0, 100));
    Job& refused = resume("retained");
    QVERIFY(JobHarness::ended(refused));
    QCOMPARE(refused.error().code, ErrorCode::BadData);
    QVERIFY2(refused.error().message.find("100 records") != std::string::npos, refused.error().message.c_str());
    QVERIFY(refused.error().advice.find("--lost skip") != std::string::npos);
    Job& skipped = resume("retained", {{"lost", "skip"}});
    QVERIFY(JobHarness::ended(skipped));
    QVERIFY2(skipped.state() == Job::State::Done, describe(skipped.error()).c_str());
    QVERIFY(skipped.result()["records"] < m_undisturbed["records"]);
}

void ResumeTest::anotherTopicIsRefused()
{
    m_harness.fill("again", 2000);
    json section = trainSection("renewed");
    section["topic"] = "again";
    Job& job = startUntil(section, 2500);
    job.stop();
    QVERIFY(JobHarness::ended(job));
    Job& idle = resume("renewed"); // stopped again before it reads anything
    idle.stop();
    QVERIFY(JobHarness::ended(idle));
    auto admin = Admin::open(m_harness.cluster().connection());
    QVERIFY(admin && admin->deleteTopic("again"));
    QTRY_VERIFY_WITH_TIMEOUT(!admin->topic("again"), kWait);
    m_harness.fill("again", 2000); // the same rows, at other times
    Job& refused = resume("renewed");
    QVERIFY(JobHarness::ended(refused));
    QCOMPARE(refused.error().code, ErrorCode::BadData);
    QVERIFY2(refused.error().message.find("is not the one it read") != std::string::npos,
             refused.error().message.c_str());
}

int main(int argc, char** argv)
{
    QCoreApplication app(argc, argv);
    if (const auto code = JobProcess::runHere())
        return *code;
    ResumeTest test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_resume.moc"
