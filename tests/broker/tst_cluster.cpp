// SPDX-License-Identifier: GPL-3.0-or-later
#include "TestCluster.h"
#include "Waiting.h"
#include "base/Files.h"
#include "kafka/Admin.h"
#include "session/BrokerFiles.h"
#include "session/Lease.h"
#include "session/Processes.h"

#include <QCoreApplication>
#include <QProcess>
#include <QSignalSpy>
#include <cmath>
#include <netinet/in.h>
#include <sys/socket.h>

using namespace millrace;
using State = LocalCluster::State;

namespace
{

/// A server on the port, until the end of the scope.
class Listener
{
public:
    explicit Listener(int port) : m_descriptor(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0))
    {
        const int yes = 1; // as a broker does: connections that linger after another's end do not count
        ::setsockopt(m_descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(static_cast<std::uint16_t>(port));
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        m_listens = ::bind(m_descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 &&
                    ::listen(m_descriptor, 1) == 0;
    }
    ~Listener() { ::close(m_descriptor); }
    [[nodiscard]] bool listens() const { return m_listens; }

private:
    int m_descriptor;
    bool m_listens = false;
};

LocalClusterOptions optionsFor(const TestCluster& cluster, int port)
{
    LocalClusterOptions options;
    options.home = cluster.home();
    options.port = port;
    return options;
}

/// This executable again, as another Millrace: it starts (or adopts) the broker of a home and says its pid.
constexpr const char* kOtherMillrace = "--other-millrace";

std::unique_ptr<QProcess> otherMillrace(const TestCluster& cluster, int port)
{
    auto process = std::make_unique<QProcess>();
    process->setProcessChannelMode(QProcess::ForwardedErrorChannel);
    process->start(QCoreApplication::applicationFilePath(),
                   {kOtherMillrace, QString::fromStdString(cluster.home().string()), QString::number(port)});
    return process;
}

qint64 answerOf(QProcess& process)
{
    if (!QTest::qWaitFor([&] { return process.canReadLine(); }, 65000))
        return 0;
    return process.readLine().trimmed().toLongLong();
}

bool endsWithin(qint64 pid, int milliseconds)
{
    return ProcessHandle(pid).waitForEnd(std::chrono::milliseconds(milliseconds));
}

int runAsOther(const QStringList& arguments)
{
    const std::filesystem::path home = arguments.at(2).toStdString();
    LocalCluster cluster(home);
    LocalClusterOptions options;
    options.home = home;
    options.port = arguments.at(3).toInt();
    QObject::connect(&cluster, &LocalCluster::changed, &cluster, [&cluster] {
        if (cluster.state() == State::Running)
            std::printf("%lld\n", static_cast<long long>(cluster.pid()));
        else if (cluster.state() == State::Failed)
            std::printf("0 %s\n", describe(cluster.error()).c_str());
        std::fflush(stdout);
    });
    cluster.start(options);
    return QCoreApplication::exec();
}

} // namespace

class TestLocalCluster : public QObject
{
    Q_OBJECT

private slots:
    void startsStopsAndKeepsData();
    void nextStartTakesTheLastPort();
    void portTakenNamesTheHolder();
    void unusableHomeFails();
    void brokenSetupFails();
    void killedBrokerIsAFailure();
    void frozenBrokerStops();
    void aSilentBrokerIsTakenOnceItAnswers();
    void destructionIsQuickAndStops();
    void detachedLivesOnAndIsAdopted();
    void killedMillraceTakesTheBrokerAlong();
    void lastOfTwoMillracesStopsIt();
    void whoWaitsForABrokerKeepsIt();
    void orphanIsAdopted();
    void stopWhileStarting();
    void twoHomesAtOnceTakeTwoPorts();
};

void TestLocalCluster::startsStopsAndKeepsData()
{
    TestCluster cluster;
    QSignalSpy lines(&cluster.local(), &LocalCluster::logLine);
    QVERIFY2(cluster.start(), cluster.error());
    LocalCluster& local = cluster.local();
    qInfo("ready in %.2f s", local.readySeconds());
    QVERIFY(local.pid() > 0);
    QVERIFY(local.startedHere());
    QCOMPARE(local.port(), cluster.port());
    QCOMPARE(local.brokers(), QString("127.0.0.1:%1").arg(cluster.port()));
    QVERIFY(local.version().startsWith("4."));
    QVERIFY(isReachable(cluster.connection(), std::chrono::milliseconds(1000)));
    QVERIFY(!local.logTail(5).isEmpty());
    TRY_VERIFY(!lines.isEmpty());
    std::string id;
    {
        auto admin = Admin::open(cluster.connection());
        QVERIFY(admin.has_value());
        QVERIFY(admin->createTopic("kept", 3, false).has_value());
        const auto info = admin->cluster();
        QVERIFY(info.has_value());
        id = info->clusterId;
        QVERIFY(!id.empty());
        QCOMPARE(info->brokers.size(), std::size_t(1));
    }
    const qint64 pid = local.pid();
    QVERIFY(cluster.stop());
    QVERIFY(endsWithin(pid, 0));
    QVERIFY(isPortFree(cluster.port()));
    QCOMPARE(local.brokers(), QString());
    QCOMPARE(local.pid(), 0);

    QVERIFY2(cluster.start(), cluster.error());
    qInfo("ready again in %.2f s", local.readySeconds());
    QVERIFY(std::filesystem::exists(local.logFile().string() + ".1"));
    auto admin = Admin::open(cluster.connection());
    const auto info = admin->cluster();
    QVERIFY(info.has_value());
    QCOMPARE(info->clusterId, id);
    const auto topic = admin->topic("kept");
    QVERIFY(topic.has_value());
    QCOMPARE(topic->partitions.size(), std::size_t(3));
}

/// As `cluster stop` and `cluster start` do it, each in a process of its own: who waits for the broker finds it again.
void TestLocalCluster::nextStartTakesTheLastPort()
{
    TestCluster cluster;
    QVERIFY2(cluster.start(), cluster.error());
    const int port = cluster.port();
    QVERIFY(cluster.stop());
    {
        LocalCluster next(cluster.home());
        next.start(optionsFor(cluster, 0));
        TRY_COMPARE(next.state(), State::Running);
        QCOMPARE(next.port(), port);
        QCOMPARE(next.portNote(), std::string());
        next.stop();
        TRY_COMPARE(next.state(), State::Stopped);
    }
    const Listener listener(port);
    QVERIFY(listener.listens());
    LocalCluster moved(cluster.home());
    moved.start(optionsFor(cluster, 0));
    TRY_COMPARE(moved.state(), State::Running);
    QVERIFY(moved.port() != port);
    const std::string note = moved.portNote();
    QVERIFY2(note.find("was " + std::to_string(port)) != std::string::npos, note.c_str());
    QVERIFY2(note.find("is " + std::to_string(moved.port())) != std::string::npos, note.c_str());
    moved.stop();
    TRY_COMPARE(moved.state(), State::Stopped);
}

void TestLocalCluster::portTakenNamesTheHolder()
{
    TestCluster cluster;
    const int port = anyFreePort();
    const Listener listener(port);
    QVERIFY(listener.listens());
    cluster.local().start(optionsFor(cluster, port));
    TRY_COMPARE(cluster.local().state(), State::Failed);
    const std::string message = cluster.local().error().message;
    QVERIFY2(message.find(std::to_string(port)) != std::string::npos, message.c_str());
    QVERIFY2(message.find("(pid " + std::to_string(::getpid()) + ")") != std::string::npos, message.c_str());
    QVERIFY2(message.find(processProgram(::getpid())) != std::string::npos, message.c_str());
    QVERIFY(cluster.local().error().code == ErrorCode::Failed);
}

void TestLocalCluster::unusableHomeFails()
{
    QTemporaryDir folder;
    const std::filesystem::path file = folder.filePath("file").toStdString();
    QVERIFY(writeFileAtomically(file, "not a folder").has_value());
    LocalCluster local(file);
    local.start({file, {}, anyFreePort(), false});
    TRY_COMPARE(local.state(), State::Failed);
    QVERIFY(local.error().message.find((file / "cluster").string()) != std::string::npos);
    QVERIFY(!local.error().advice.empty());
}

void TestLocalCluster::brokenSetupFails()
{
    TestCluster cluster;
    LocalClusterOptions options = optionsFor(cluster, anyFreePort());
    options.kafkaHome = cluster.home() / "nothing";
    cluster.local().start(options);
    TRY_COMPARE(cluster.local().state(), State::Failed);
    QVERIFY(cluster.local().error().message.find("no Kafka jars") != std::string::npos);

    // Data of another kind: the broker itself refuses, and its log says why.
    std::filesystem::create_directories(cluster.home() / "cluster" / "data");
    QVERIFY(writeFileAtomically(cluster.home() / "cluster" / "data" / "meta.properties", "version=1\nnode.id=7\n")
                .has_value());
    cluster.local().start(optionsFor(cluster, anyFreePort()));
    TRY_COMPARE(cluster.local().state(), State::Failed);
    const std::string message = cluster.local().error().message;
    qInfo("%s", message.c_str());
    QVERIFY2(message.find("meta.properties") != std::string::npos, message.c_str());
    QCOMPARE(cluster.local().pid(), 0);
}

void TestLocalCluster::killedBrokerIsAFailure()
{
    TestCluster cluster;
    QVERIFY2(cluster.start(), cluster.error());
    ::kill(static_cast<pid_t>(cluster.local().pid()), SIGKILL);
    TRY_COMPARE(cluster.local().state(), State::Failed);
    QVERIFY(cluster.local().error().message.find("ended by itself") != std::string::npos);
    QVERIFY2(cluster.start(), cluster.error());
    qInfo("ready after a crash in %.2f s", cluster.local().readySeconds());
}

void TestLocalCluster::frozenBrokerStops()
{
    TestCluster cluster;
    QVERIFY2(cluster.start(), cluster.error());
    freeze(cluster.local().pid());
    QVERIFY(cluster.stop());
}

/// As of one that another process has just started: a look that comes too early is not the last.
void TestLocalCluster::aSilentBrokerIsTakenOnceItAnswers()
{
    TestCluster cluster;
    QVERIFY2(cluster.start(), cluster.error());
    freeze(cluster.local().pid());
    LocalCluster other(cluster.home());
    other.refresh();
    TRY_COMPARE(other.state(), State::Failed);
    QVERIFY(other.error().message.find("does not answer") != std::string::npos);
    thaw(cluster.local().pid());
    TRY_COMPARE(other.state(), State::Running);
    QCOMPARE(other.pid(), cluster.local().pid());
}

void TestLocalCluster::destructionIsQuickAndStops()
{
    QTemporaryDir folder;
    qint64 pid = 0;
    QElapsedTimer timer;
    for (const bool frozen : {false, true}) {
        {
            LocalCluster local(folder.path().toStdString());
            local.start({folder.path().toStdString(), {}, anyFreePort(), false});
            TRY_COMPARE(local.state(), State::Running);
            pid = local.pid();
            if (frozen)
                freeze(pid);
            timer.start();
        }
        qInfo("destroyed in %lld ms", static_cast<long long>(timer.elapsed()));
        QVERIFY(timer.elapsed() < 60000);
        QVERIFY(endsWithin(pid, 0));
    }
}

void TestLocalCluster::detachedLivesOnAndIsAdopted()
{
    QTemporaryDir folder;
    const std::filesystem::path home = folder.path().toStdString();
    qint64 pid = 0;
    {
        LocalCluster local(home);
        local.start({home, {}, anyFreePort(), true});
        TRY_COMPARE(local.state(), State::Running);
        pid = local.pid();
    }
    QVERIFY(!endsWithin(pid, 300));
    {
        LocalCluster local(home);
        QCOMPARE(local.state(), State::Stopped);
        local.refresh();
        TRY_COMPARE(local.state(), State::Running);
        QCOMPARE(local.pid(), pid);
        QVERIFY(!local.startedHere());
        QVERIFY(std::isnan(local.readySeconds()));
    }
    QVERIFY(!endsWithin(pid, 300));
    LocalCluster starter(home), watcher(home);
    starter.start({home, {}, 0, false});
    TRY_COMPARE(starter.state(), State::Running);
    QCOMPARE(starter.pid(), pid);
    watcher.refresh();
    TRY_COMPARE(watcher.state(), State::Running);
    starter.stop();
    TRY_COMPARE(starter.state(), State::Stopped);
    TRY_COMPARE(watcher.state(), State::Stopped); // asked for by somebody: no failure
    QVERIFY(endsWithin(pid, 0));
}

void TestLocalCluster::killedMillraceTakesTheBrokerAlong()
{
    const TestCluster cluster;
    const auto other = otherMillrace(cluster, anyFreePort());
    const qint64 pid = answerOf(*other);
    QVERIFY(pid > 0);
    other->kill();
    QVERIFY(other->waitForFinished());
    QVERIFY(endsWithin(pid, 30000));
}

void TestLocalCluster::lastOfTwoMillracesStopsIt()
{
    const TestCluster cluster;
    const int port = anyFreePort();
    const auto first = otherMillrace(cluster, port);
    const auto second = otherMillrace(cluster, port); // at once: one starts, the other waits and adopts
    const qint64 pid = answerOf(*first);
    QVERIFY(pid > 0);
    QCOMPARE(answerOf(*second), pid);
    first->kill();
    QVERIFY(first->waitForFinished());
    QVERIFY(!endsWithin(pid, 500));
    second->kill();
    QVERIFY(second->waitForFinished());
    QVERIFY(endsWithin(pid, 30000));
}

/// Its jobs wait for the broker that was killed: one that somebody else starts meanwhile stays for them.
void TestLocalCluster::whoWaitsForABrokerKeepsIt()
{
    TestCluster cluster;
    QVERIFY2(cluster.start(), cluster.error());
    ::kill(static_cast<pid_t>(cluster.local().pid()), SIGKILL);
    TRY_COMPARE(cluster.local().state(), State::Failed);
    const auto other = otherMillrace(cluster, anyFreePort());
    const qint64 pid = answerOf(*other);
    QVERIFY(pid > 0);
    other->kill();
    QVERIFY(other->waitForFinished());
    QVERIFY(!endsWithin(pid, 500));
    TRY_COMPARE(cluster.local().state(), State::Running);
    QCOMPARE(cluster.local().pid(), pid);
    QVERIFY(cluster.stop());
}

void TestLocalCluster::orphanIsAdopted()
{
    TestCluster cluster;
    const auto other = otherMillrace(cluster, anyFreePort());
    const qint64 pid = answerOf(*other);
    QVERIFY(pid > 0);
    const auto record = livingBroker(cluster.home() / "cluster" / "state.json");
    QVERIFY(record.has_value());
    QVERIFY(record->guardPid > 0);
    ::kill(static_cast<pid_t>(record->guardPid), SIGKILL); // the machine's memory ran out, say
    other->kill();
    QVERIFY(other->waitForFinished());
    QVERIFY(!endsWithin(pid, 300));
    cluster.local().refresh();
    TRY_COMPARE(cluster.local().state(), State::Running);
    QCOMPARE(cluster.local().pid(), pid);
    QVERIFY(cluster.stop());
    QVERIFY(endsWithin(pid, 0));
}

void TestLocalCluster::stopWhileStarting()
{
    TestCluster cluster;
    cluster.local().start(optionsFor(cluster, anyFreePort()));
    cluster.local().stop();
    TRY_COMPARE(cluster.local().state(), State::Stopped);
    cluster.local().start(optionsFor(cluster, anyFreePort()));
    TRY_VERIFY(cluster.local().pid() > 0);
    QCOMPARE(cluster.local().state(), State::Starting);
    const qint64 pid = cluster.local().pid();
    cluster.local().stop();
    TRY_COMPARE(cluster.local().state(), State::Stopped);
    QVERIFY(endsWithin(pid, 0));
}

void TestLocalCluster::twoHomesAtOnceTakeTwoPorts()
{
    TestCluster one, other;
    for (TestCluster* cluster : {&one, &other})
        cluster->local().start(optionsFor(*cluster, 0)); // both see that 9092 is free
    TRY_COMPARE(one.local().state(), State::Running);
    TRY_COMPARE(other.local().state(), State::Running);
    QVERIFY(one.local().port() != other.local().port());
    for (TestCluster* cluster : {&one, &other})
        QVERIFY(isListening(cluster->local().pid(), cluster->local().port()));
}

int main(int argc, char** argv)
{
    QCoreApplication app(argc, argv);
    if (app.arguments().size() == 4 && app.arguments().at(1) == kOtherMillrace)
        return runAsOther(app.arguments());
    TestLocalCluster test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_cluster.moc"
