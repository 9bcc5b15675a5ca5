// SPDX-License-Identifier: GPL-3.0-or-later
// Nothing dies: the window looks at groups and topics, monitors lag and streams, while brokers are killed, topics are
// deleted and made anew, and partitions are added under its jobs. Each job ends with a sentence, or goes on.
//
// A round of each by default. MILLRACE_STRESS_MINUTES=30 goes on for so long, and for at least 100 starts of the live
// stream and 20 kills of the broker; its counts are printed.
#include "Widgets.h"
#include "broker/TestCluster.h"
#include "kafka/Admin.h"
#include "session/Session.h"
#include "shell/MainWindow.h"

#include <QElapsedTimer>
#include <QLabel>
#include <QTabBar>
#include <QTableView>
#include <QTemporaryDir>
#include <map>

using namespace millrace;
using nlohmann::json;

namespace
{

constexpr int kWait = 60000;
constexpr int kMoment = 15000; ///< after which a job that neither ends nor goes on counts as waiting
constexpr int kLongStarts = 100, kLongKills = 20;
const std::string kStream = "live-stream", kIn = "in";

} // namespace

class StressTest : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase();
    void nothingDies();
    void cleanupTestCase();

private:
    using Disturb = void (StressTest::*)();
    void turn(Disturb disturb);
    void disturbNothing() {}
    void makeStreamTopicAnew();
    void killTheBroker();
    void addPartitions();
    void deleteOutputs();
    void killUnderJobs();

    void click(const char* name) { clickIn(*m_window, name); }
    template <class Widget>
    Widget* find(const char* name)
    {
        return widgetIn<Widget>(*m_window, name);
    }
    Job* start(const std::string& kind, const json& section)
    {
        auto job = m_session->start(kind, section);
        if (!job)
            ++m_words[kind + " did not start: " + job.error().message];
        return job ? *job : nullptr;
    }
    /// Jobs that write into topics of their own, each under way or ended.
    std::vector<Job*> startWriters();
    /// Each of the jobs that still lives goes on or waits with a word; then it is stopped, and ends.
    void drainPass(const std::vector<Job*>& jobs, const QString& after);
    /// What an administrator does besides; a broker that has just come back, or a job, may need a moment.
    template <class Call>
    void insist(Call call)
    {
        Status last;
        if (!QTest::qWaitFor([&] { return (last = call()).has_value(); }, kWait))
            QFAIL(describe(last.error()).c_str());
    }
    void remember(Job* job);
    [[nodiscard]] bool isStreamIdle() { return !find<QPushButton>("streamStartButton")->isHidden(); }

    TestCluster m_cluster;
    QTemporaryDir m_home;
    std::unique_ptr<Session> m_session;
    std::unique_ptr<MainWindow> m_window;
    std::optional<Admin> m_admin;
    std::map<std::string, int> m_words; ///< how jobs ended, how often
    int m_starts = 0, m_streamed = 0, m_kills = 0, m_anew = 0, m_grown = 0, m_deleted = 0, m_turns = 0,
        m_partitions = 1;
};

void StressTest::initTestCase()
{
    QVERIFY2(m_cluster.start(), m_cluster.error());
    auto admin = Admin::open(m_cluster.connection());
    QVERIFY(admin);
    m_admin.emplace(std::move(*admin));
    SessionOptions options;
    options.home = m_home.path().toStdString();
    options.brokers = m_cluster.connection().brokers;
    m_session = std::make_unique<Session>(options);
    connect(m_session.get(), &Session::jobFinished, this, &StressTest::remember);
    const std::string file = m_home.filePath("events.csv").toStdString();
    for (const auto& [kind, section] : std::vector<std::pair<std::string, json>>{
             {"simulate", {{"topic", kIn}, {"rows", 20000}}},
             {"simulate", {{"out", file}, {"rows", 400000}}},
             {"train", {{"topic", kIn}, {"preset", "logistic"}, {"epochs", 1}, {"run", "model"}}}}) {
        Job* job = start(kind, section);
        QVERIFY2(job, m_words.empty() ? "" : m_words.begin()->first.c_str());
        QVERIFY(QTest::qWaitFor([&] { return !job->isLive(); }, kWait));
        QVERIFY2(job->state() == Job::State::Done, describe(job->error()).c_str());
    }
    m_window = std::make_unique<MainWindow>(*m_session);
    m_window->resize(1280, 800);
    m_window->show();
    QVERIFY(QTest::qWaitForWindowExposed(m_window.get()));
    QTRY_COMPARE_WITH_TIMEOUT(m_session->externalAnswer(), Session::Answer::Yes, kWait);
}

void StressTest::remember(Job* job)
{
    std::string how = job->kind().toStdString();
    switch (job->state()) {
    case Job::State::Done:
        how += " was done";
        break;
    case Job::State::Cancelled:
        how += " was stopped";
        break;
    default:
        how += " failed: " + job->error().message;
        QVERIFY2(!job->error().message.empty(), "a job fails without a word");
    }
    ++m_words[how];
}

void StressTest::nothingDies()
{
    const int minutes = qEnvironmentVariableIntValue("MILLRACE_STRESS_MINUTES");
    const std::vector<Disturb> all = {&StressTest::makeStreamTopicAnew, &StressTest::killTheBroker,
                                      &StressTest::addPartitions,       &StressTest::disturbNothing,
                                      &StressTest::deleteOutputs,       &StressTest::killUnderJobs};
    QElapsedTimer clock;
    clock.start();
    const auto isOver = [&] {
        if (minutes == 0)
            return m_turns >= static_cast<int>(all.size());
        return clock.elapsed() > qint64{minutes} * 60'000 && m_starts >= kLongStarts && m_kills >= kLongKills;
    };
    while (!isOver()) {
        turn(all[static_cast<std::size_t>(m_turns++) % all.size()]);
        if (QTest::currentTestFailed())
            break;
    }
    qInfo("%lld s, %d turns: the stream was started %d times and flowed %d times, its topic made anew %d times; the "
          "broker was killed %d times; %d partitions added, %d output topics deleted",
          static_cast<long long>(clock.elapsed() / 1000), m_turns, m_starts, m_streamed, m_anew, m_kills, m_grown,
          m_deleted);
    for (const auto& [words, count] : m_words)
        qInfo("%5d × %s", count, words.c_str());
    QVERIFY(m_kills >= 2 && m_anew >= 1 && m_deleted >= 3);
    QVERIFY2(m_streamed > m_starts / 2, "most streams did not come about");
}

/// One start and stop of the live stream, with something that happens meanwhile while the panels look on.
void StressTest::turn(Disturb disturb)
{
    m_window->showPage("stream");
    QVERIFY(QTest::qWaitFor([&] { return isStreamIdle(); }, kWait));
    const Job* const before = m_session->latest("online");
    click("streamStartButton");
    ++m_starts;
    const auto flows = [&] {
        const Job* learner = m_session->latest("online");
        return learner != nullptr && learner != before && learner->progress().records > 0;
    };
    if (!QTest::qWaitFor([&] { return flows() || isStreamIdle(); }, kWait))
        QFAIL("the stream neither starts nor says why");
    m_streamed += flows() ? 1 : 0;
    m_window->showPage("cluster");
    find<QTabBar>("clusterTabs")->setCurrentIndex(m_turns % 2);
    (this->*disturb)();
    if (QTest::currentTestFailed())
        return;
    m_window->showPage("stream");
    drainPass({m_session->latest("simulate"), m_session->latest("online")}, "the stream's turn");
    QVERIFY(QTest::qWaitFor([&] { return isStreamIdle(); }, kWait));
}

void StressTest::drainPass(const std::vector<Job*>& jobs, const QString& after)
{
    std::map<Job*, std::int64_t> records;
    for (Job* job : jobs)
        if (job != nullptr && job->isLive())
            records[job] = job->progress().records;
    const auto moves = [&](Job* job) { return !job->isLive() || job->progress().records > records[job]; };
    (void)QTest::qWaitFor([&] { return std::ranges::all_of(records, [&](auto& each) { return moves(each.first); }); },
                          kMoment);
    for (const auto& [job, read] : records) {
        if (!moves(job)) {
            const std::string text = job->progress().text;
            ++m_words[job->kind().toStdString() + " waits: " + text];
        }
        if (job->isLive())
            job->stop();
    }
    for (const auto& [job, read] : records)
        if (!QTest::qWaitFor([job = job] { return !job->isLive(); }, kWait))
            QFAIL(qPrintable("A " + job->kind() + " cannot be stopped after " + after));
}

void StressTest::makeStreamTopicAnew()
{
    insist([&] { return m_admin->deleteTopic(kStream); });
    insist([&] { return m_admin->createTopic(kStream, 1, true); });
    ++m_anew;
}

void StressTest::killTheBroker()
{
    QVERIFY(m_cluster.kill());
    ++m_kills;
    QTRY_COMPARE_WITH_TIMEOUT(m_session->externalAnswer(), Session::Answer::No, kWait);
    QVERIFY2(m_cluster.start(), m_cluster.error());
    QTRY_COMPARE_WITH_TIMEOUT(m_session->externalAnswer(), Session::Answer::Yes, kWait);
}

std::vector<Job*> StressTest::startWriters()
{
    const std::string number = std::to_string(m_turns);
    std::vector<Job*> jobs = {
        start("predict", {{"run", "model"},
                          {"topic", kIn},
                          {"group", "predict-" + number},
                          {"to", "predicted"},
                          {"until", "never"},
                          {"max-rate", 2000}}),
        start("publish", {{"file", m_home.filePath("events.csv").toStdString()}, {"topic", "published-" + number}}),
        start("simulate", {{"topic", "simulated"}, {"rows", 0}, {"rate", 2000}}),
    };
    std::erase(jobs, nullptr);
    (void)QTest::qWaitFor(
        [&] {
            return std::ranges::all_of(jobs, [](Job* job) { return !job->isLive() || job->progress().records > 0; });
        },
        kMoment);
    return jobs;
}

void StressTest::addPartitions()
{
    const std::vector<Job*> jobs = startWriters();
    ++m_partitions;
    insist([&] { return m_admin->growTopic(kIn, m_partitions); });
    insist([&] { return m_admin->growTopic(kStream, 2); });
    m_grown += 2;
    drainPass(jobs, "partitions were added");
}

void StressTest::deleteOutputs()
{
    const std::vector<Job*> jobs = startWriters();
    for (const std::string& topic :
         {std::string("predicted"), "published-" + std::to_string(m_turns), std::string("simulated")}) {
        insist([&] { return m_admin->deleteTopic(topic); }); // a job that still reads its file has not made it yet
        ++m_deleted;
    }
    drainPass(jobs, "output topics were deleted");
}

void StressTest::killUnderJobs()
{
    const std::vector<Job*> jobs = startWriters();
    killTheBroker();
    drainPass(jobs, "the broker was killed");
}

void StressTest::cleanupTestCase()
{
    m_window.reset();
    m_session.reset();
}

QTEST_MAIN(StressTest)
#include "tst_stress.moc"
