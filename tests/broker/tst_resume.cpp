// SPDX-License-Identifier: GPL-3.0-or-later
// Training runs that are stopped or killed and go on: the weights must be those of a run that nobody disturbed, bit by
// bit, and metrics.csv, a line a step, is the ledger: nothing missing, nothing twice.
#include "base/Files.h"
#include "broker/TestCluster.h"
#include "kafka/Admin.h"
#include "kafka/Producer.h"
#include "session/Session.h"

#include <QCoreApplication>
#include <QFile>
#include <QProcess>
#include <QRandomGenerator>
#include <QTest>

using namespace millrace;
using nlohmann::json;

namespace
{

constexpr int kWait = 60000;
constexpr int kRows = 3000, kEpochs = 8, kBatch = 16;
constexpr int kStepsPerEpoch = (kRows + kBatch - 1) / kBatch;
constexpr auto kTrainHere = "--train-here";

json trainSection(const std::string& name)
{
    return {{"topic", "rows"}, {"run", name},   {"epochs", kEpochs}, {"preset", "small"},
            {"batch", kBatch}, {"shuffle", 50}, {"seed", 7},         {"checkpoint-steps", 100}};
}

std::unique_ptr<Session> makeSession(const std::string& home, const std::string& brokers)
{
    SessionOptions options;
    options.home = home;
    options.brokers = brokers;
    return std::make_unique<Session>(options);
}

bool ended(Job& job)
{
    return QTest::qWaitFor([&] { return !job.isLive(); }, kWait);
}

/// The test's executable again, as a Millrace that will be killed.
int trainHere(const QStringList& arguments)
{
    auto session = makeSession(arguments.at(2).toStdString(), arguments.at(3).toStdString());
    auto job = session->start("train", json::parse(arguments.at(4).toStdString()));
    if (!job)
        return 1;
    QObject::connect(*job, &Job::finished, qApp, &QCoreApplication::quit);
    QCoreApplication::exec();
    return (*job)->state() == Job::State::Done ? 0 : 1;
}

} // namespace

class ResumeTest : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase();
    void init() { m_session = makeSession(home(), m_cluster.connection().brokers); }
    void stoppedRunsGoOnAsIfNothingHadBeen();
    void killedAtACrashPoint_data();
    void killedAtACrashPoint();
    void killedAtRandom();
    void aTornCheckpointIsPassedOver();
    void aRunHasOneTrainer();
    void anotherConfigurationIsRefused();
    void moreEpochsAreTrained();
    void raisedEpochsOutliveAKill();
    void ratesOutliveAKill();
    void learningRatesAreReplayed();
    void aRunIsReproduced();
    void deletedRecordsAreSaid();
    void anotherTopicIsRefused();

private:
    [[nodiscard]] std::string home() const { return m_home.path().toStdString(); }
    [[nodiscard]] RunInfo run(const std::string& name) const
    {
        const auto info = m_session->runs().find(name);
        return info ? *info : RunInfo{};
    }
    [[nodiscard]] std::vector<float> weights(const std::string& name) const
    {
        const auto checkpoint = RunCatalog::loadCheckpoint(run(name));
        return checkpoint ? checkpoint->learner.weights : std::vector<float>();
    }
    void fill(const std::string& topic, int rows)
    {
        auto admin = Admin::open(m_cluster.connection());
        QVERIFY(admin && admin->createTopic(topic, 1, true));
        auto producer = Producer::open(m_cluster.connection(), topic, 1);
        QVERIFY(producer);
        for (int i = 0; i < rows; ++i) {
            const int label = i % 3 == 0 ? 1 : 0;
            const std::string value =
                i % 500 == 7 ? "broken" : std::to_string(label + i % 7) + "," + std::to_string(i % 5);
            QVERIFY(producer->send(label == 1 ? "1.0" : "0.0", value, 0, i, label, {}));
        }
        QVERIFY(producer->flush({}));
    }
    /// A job that must start.
    Job& start(const json& section)
    {
        auto job = m_session->start("train", section);
        if (!job)
            qFatal("%s", describe(job.error()).c_str());
        return **job;
    }
    /// A job that is slow enough to do something to it when it has read so many records; then it is as fast as it can.
    Job& startUntil(json section, std::int64_t records)
    {
        section["max-rate"] = 20000;
        Job& job = start(section);
        if (!QTest::qWaitFor([&] { return !job.isLive() || job.progress().records > records; }, kWait))
            qFatal("the training does not move");
        return job;
    }
    Job& resume(const std::string& name, const json& changes = json::object())
    {
        auto section = m_session->sectionAgain("resume", name);
        if (!section)
            qFatal("%s", describe(section.error()).c_str());
        (*section)["max-rate"] = 0;
        section->update(changes);
        return start(*section);
    }
    /// Runs the section in a process of its own; true when that was killed.
    bool trainToDeath(const json& section, const QString& crashAt, int killAfter = -1)
    {
        QProcess process;
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert("MILLRACE_CRASH_AT", crashAt);
        process.setProcessEnvironment(environment);
        process.setProcessChannelMode(QProcess::ForwardedChannels);
        process.start(QCoreApplication::applicationFilePath(),
                      {kTrainHere, m_home.path(), QString::fromStdString(m_cluster.connection().brokers),
                       QString::fromStdString(section.dump())});
        if (killAfter >= 0) {
            const auto steps = [&] { return QFile(metricsOf(section)).size() > killAfter; };
            while (!steps() && !process.waitForFinished(5)) {
            }
            process.kill();
        }
        return process.waitForFinished(kWait) && process.exitStatus() == QProcess::CrashExit;
    }
    [[nodiscard]] QString metricsOf(const json& section) const
    {
        const std::string name = section.contains("resume") ? section["resume"] : section["run"];
        for (const RunInfo& info : m_session->runs().list())
            if (info.folder == name || info.name == name)
                return QString::fromStdString((info.path / "metrics.csv").string());
        return {};
    }
    /// The run is as one that nobody disturbed.
    void compareWithUndisturbed(const std::string& name)
    {
        const RunInfo info = run(name);
        QCOMPARE(info.status, std::string("done"));
        const json& result = info.description["result"];
        QCOMPARE(result["steps"].dump(), m_undisturbed["steps"].dump());
        QCOMPARE(result["records"].dump(), m_undisturbed["records"].dump());
        QCOMPARE(result["rejected"].dump(), m_undisturbed["rejected"].dump());
        QCOMPARE(result["loss"].dump(), m_undisturbed["loss"].dump());
        QCOMPARE(result["per_epoch"].size(), std::size_t(kEpochs));
        QVERIFY(!m_weights.empty());
        QVERIFY2(weights(name) == m_weights, "the weights differ");
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

    TestCluster m_cluster;
    QTemporaryDir m_home;
    std::unique_ptr<Session> m_session;
    json m_undisturbed;
    std::vector<float> m_weights;
};

void ResumeTest::initTestCase()
{
    QVERIFY2(m_cluster.start(), m_cluster.error());
    fill("rows", kRows);
    init();
    Job& job = start(trainSection("undisturbed"));
    QVERIFY(ended(job));
    QVERIFY2(job.state() == Job::State::Done, describe(job.error()).c_str());
    m_undisturbed = job.result();
    m_weights = weights("undisturbed");
    QVERIFY(m_undisturbed["rejected"].get<int>() > 0);
}

void ResumeTest::stoppedRunsGoOnAsIfNothingHadBeen()
{
    Job* job = &startUntil(trainSection("stopped"), 2000);
    for (const int records : {7000, 16000}) {
        job->stop();
        QVERIFY(ended(*job));
        QCOMPARE(job->state(), Job::State::Cancelled);
        job = &startUntil(*m_session->sectionAgain("resume", "stopped"), records);
    }
    QVERIFY(ended(*job));
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
    const std::string name = std::string("killed-") + QTest::currentDataTag();
    if (!point.startsWith("journal")) {
        QVERIFY(trainToDeath(trainSection(name), point));
    } else { // the second thing that a resumed run of this kind journals is being resumed once more
        QVERIFY(trainToDeath(trainSection(name), "checkpoint.written:2"));
        const auto once = m_session->sectionAgain("resume", m_session->runs().list().front().folder);
        QVERIFY(once);
        QVERIFY(trainToDeath(*once, point.section(':', 0, 0)));
    }
    const RunInfo killed = m_session->runs().list().front();
    QCOMPARE(killed.status, std::string("interrupted"));
    Job& job = resume(killed.folder);
    QVERIFY(ended(job));
    QVERIFY2(job.state() == Job::State::Done, describe(job.error()).c_str());
    compareWithUndisturbed(killed.folder);
}

void ResumeTest::killedAtRandom()
{
    QRandomGenerator random(11);
    json section = trainSection("random");
    int kills = 0;
    for (int i = 0; i < 5; ++i) {
        const int bytes = 20000 + static_cast<int>(random.bounded(50000));
        if (!trainToDeath(section, {}, bytes))
            break; // it was quicker
        ++kills;
        auto again = m_session->sectionAgain("resume", "random");
        if (again) // killed before its first checkpoint it has no model yet, and is found by its folder
            section = *again;
        else
            section = *m_session->sectionAgain("resume", m_session->runs().list().front().folder);
    }
    QVERIFY(kills > 0);
    Job& job = start(section);
    QVERIFY(ended(job));
    QVERIFY2(job.state() == Job::State::Done, describe(job.error()).c_str());
    compareWithUndisturbed("random");
}

void ResumeTest::aTornCheckpointIsPassedOver()
{
    QVERIFY(trainToDeath(trainSection("torn"), "checkpoint.older-removed:5"));
    const RunInfo info = run("torn");
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(info.path / "checkpoints"))
        files.push_back(entry.path());
    std::ranges::sort(files);
    QVERIFY(files.size() >= 2);
    std::filesystem::resize_file(files.back(), std::filesystem::file_size(files.back()) - 9);
    Job& job = resume("torn");
    QVERIFY(ended(job));
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
    Job& second = resume(m_session->runs().list().front().folder);
    QVERIFY(ended(second));
    QCOMPARE(second.state(), Job::State::Failed);
    const std::string pid = std::to_string(QCoreApplication::applicationPid());
    QVERIFY2(second.error().message.find("process " + pid) != std::string::npos, second.error().message.c_str());
    first.setMaxRate(0);
    first.setPaused(false);
    QVERIFY(ended(first));
    compareWithUndisturbed("one");
}

void ResumeTest::anotherConfigurationIsRefused()
{
    Job& job = resume("undisturbed", {{"batch", 32}});
    QVERIFY(ended(job));
    QCOMPARE(job.error().code, ErrorCode::Usage);
    QVERIFY2(job.error().message.find("train.batch was 16") != std::string::npos, job.error().message.c_str());
    compareWithUndisturbed("undisturbed"); // and nothing happened to it
}

void ResumeTest::moreEpochsAreTrained()
{
    json section = trainSection("short");
    section["epochs"] = kEpochs - 3;
    Job& few = start(section);
    QVERIFY(ended(few));
    Job& more = resume("short", {{"epochs", kEpochs}});
    QVERIFY(ended(more));
    QVERIFY2(more.state() == Job::State::Done, describe(more.error()).c_str());
    compareWithUndisturbed("short");
}

void ResumeTest::raisedEpochsOutliveAKill()
{
    json section = trainSection("raised");
    section["epochs"] = 2;
    Job& few = start(section);
    QVERIFY(ended(few));
    json more = *m_session->sectionAgain("resume", "raised");
    more["epochs"] = kEpochs;
    QVERIFY(trainToDeath(more, "checkpoint.written:5"));
    Job& rest = resume("raised"); // nobody says again how many
    QVERIFY(ended(rest));
    QVERIFY2(rest.state() == Job::State::Done, describe(rest.error()).c_str());
    compareWithUndisturbed("raised");
    Job& again = start(*m_session->sectionAgain("reproduce", "raised"));
    QVERIFY(ended(again));
    QVERIFY(again.result()["identical"].get<bool>());
}

void ResumeTest::ratesOutliveAKill()
{
    Job& job = startUntil(trainSection("steady-rates"), 4000);
    job.setLearningRate(0.02);
    job.setMaxRate(0);
    QVERIFY(ended(job));
    // The run again from an earlier checkpoint: the journal knows of the change.
    const RunInfo info = run("steady-rates");
    const auto expected = weights("steady-rates");
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(info.path / "checkpoints"))
        files.push_back(entry.path());
    for (const auto& file : files)
        std::filesystem::remove(file);
    Job& rest = start(*m_session->sectionAgain("resume", info.folder));
    QVERIFY(ended(rest));
    QVERIFY2(rest.state() == Job::State::Done, describe(rest.error()).c_str());
    QVERIFY(expected != m_weights);
    QVERIFY(weights("steady-rates") == expected);
}

void ResumeTest::learningRatesAreReplayed()
{
    Job& job = startUntil(trainSection("rates"), 1000);
    job.setLearningRate(0.02);
    QTRY_VERIFY_WITH_TIMEOUT(job.progress().records > 4000, kWait);
    job.setPaused(true);
    job.setLearningRate(0.0005);
    job.setMaxRate(0);
    job.setPaused(false);
    QVERIFY(ended(job));
    QVERIFY(weights("rates") != m_weights);
    auto section = m_session->sectionAgain("reproduce", "rates");
    QVERIFY(section);
    Job& again = start(*section);
    QVERIFY(ended(again));
    QVERIFY2(again.state() == Job::State::Done, describe(again.error()).c_str());
    QVERIFY(again.result()["identical"].get<bool>());
}

void ResumeTest::aRunIsReproduced()
{
    Job& stopped = startUntil(trainSection("half"), 5000);
    stopped.stop();
    QVERIFY(ended(stopped));
    Job& again = start(*m_session->sectionAgain("reproduce", "half"));
    QVERIFY(ended(again));
    QVERIFY2(again.state() == Job::State::Done, describe(again.error()).c_str());
    QVERIFY(again.result()["identical"].get<bool>());
    QCOMPARE(again.result()["steps"].dump(), stopped.result()["steps"].dump());
    QCOMPARE(again.result()["per_epoch"].size(), stopped.result()["per_epoch"].size());
    Job& rest = resume(run("half-again").folder); // and the reproduction goes on like any run
    QVERIFY(ended(rest));
    QVERIFY2(rest.state() == Job::State::Done, describe(rest.error()).c_str());
    compareWithUndisturbed("half-again");
}

void ResumeTest::deletedRecordsAreSaid()
{
    Job& job = startUntil(trainSection("retained"), 3000);
    job.stop();
    QVERIFY(ended(job));
    auto admin = Admin::open(m_cluster.connection());
    QVERIFY(admin && admin->deleteRecords("rows", 0, 100));
    Job& refused = resume("retained");
    QVERIFY(ended(refused));
    QCOMPARE(refused.error().code, ErrorCode::BadData);
    QVERIFY2(refused.error().message.find("100 records") != std::string::npos, refused.error().message.c_str());
    QVERIFY(refused.error().advice.find("--lost skip") != std::string::npos);
    Job& skipped = resume("retained", {{"lost", "skip"}});
    QVERIFY(ended(skipped));
    QVERIFY2(skipped.state() == Job::State::Done, describe(skipped.error()).c_str());
    QVERIFY(skipped.result()["records"] < m_undisturbed["records"]);
}

void ResumeTest::anotherTopicIsRefused()
{
    fill("again", 2000);
    json section = trainSection("renewed");
    section["topic"] = "again";
    Job& job = startUntil(section, 2500);
    job.stop();
    QVERIFY(ended(job));
    Job& idle = resume("renewed"); // stopped again before it reads anything
    idle.stop();
    QVERIFY(ended(idle));
    auto admin = Admin::open(m_cluster.connection());
    QVERIFY(admin && admin->deleteTopic("again"));
    QTRY_VERIFY_WITH_TIMEOUT(!admin->topic("again"), kWait);
    fill("again", 2000); // the same rows, at other times
    Job& refused = resume("renewed");
    QVERIFY(ended(refused));
    QCOMPARE(refused.error().code, ErrorCode::BadData);
    QVERIFY2(refused.error().message.find("is not the one it read") != std::string::npos,
             refused.error().message.c_str());
}

int main(int argc, char** argv)
{
    QCoreApplication app(argc, argv);
    if (app.arguments().size() == 5 && app.arguments().at(1) == kTrainHere)
        return trainHere(app.arguments());
    ResumeTest test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_resume.moc"
