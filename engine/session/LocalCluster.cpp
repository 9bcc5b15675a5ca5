// SPDX-License-Identifier: GPL-3.0-or-later
#include "session/LocalCluster.h"

#include "base/Files.h"
#include "session/BrokerGuard.h"
#include "session/BrokerStart.h"
#include "session/Inbox.h"
#include "session/Ports.h"
#include "session/Processes.h"

#include <QElapsedTimer>
#include <QMetaMethod>
#include <QSocketNotifier>
#include <csignal>
#include <fstream>
#include <limits>
#include <thread>
#include <variant>

namespace millrace
{
namespace
{

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using Milliseconds = std::chrono::milliseconds;

constexpr Milliseconds kReadyTimeout = 60s;
constexpr Milliseconds kStopTimeout = 10s;
constexpr Milliseconds kFarewell = 1s;       ///< what the destructor gives the broker before SIGKILL
constexpr Milliseconds kKillTimeout = 250ms; ///< and for SIGKILL
constexpr int kMostPortsLost = 5;
constexpr int kLogEvery = 250; ///< milliseconds
constexpr std::chrono::seconds kLookForBrokerEvery{2};
constexpr std::int64_t kLogTail = 65536;

} // namespace

struct LocalCluster::Private {
    LocalCluster& cluster;
    ClusterFolder folder;
    LocalClusterOptions options;
    QElapsedTimer sinceStart;
    BrokerRecord record;
    ProcessHandle process;
    std::unique_ptr<QSocketNotifier> ended;
    Lease lease;
    std::optional<FileLock> startLock;
    std::optional<BrokerSetup> setup; ///< of the start that goes on
    QTimer killTimer, logTimer, lookTimer;
    std::int64_t logPosition = 0;
    bool stopAsked = false;
    int portsLost = 0;    ///< of this start, to programs that took them first
    int lastPort = 0;     ///< before this start; 0: there was none, or nothing was started here
    unsigned attempt = 0; ///< an answer of an earlier worker is not listened to
    Inbox inbox;
    std::jthread worker; ///< last: joined before anything above goes

    explicit Private(LocalCluster& owner, const fs::path& home) : cluster(owner), folder{home / "cluster"}, inbox(owner)
    {
    }

    template <class Work, class Then>
    void inBackground(Work work, Then then);
    void begin();
    void onPrepared(BrokerOutcome outcome);
    void launch(BrokerPlan plan);
    void watch(const BrokerRecord& broker);
    void onReady(bool ready);
    void onEnded();
    void becomeRunning(double seconds);
    void notePort();
    void keepDetached();
    void tell(const Status& done);
    void askToStop();
    void look();
    void forget();
    void writeRecord();
    void readLog();
    [[nodiscard]] bool mayStop();
};

/// Runs work(stop) on the worker thread, then then(result) on the main thread, unless something newer began since.
template <class Work, class Then>
void LocalCluster::Private::inBackground(Work work, Then then)
{
    const unsigned mine = ++attempt;
    worker = std::jthread([this, mine, work, then](const std::stop_token& stop) {
        auto result = std::make_shared<decltype(work(stop))>(work(stop));
        inbox.post([this, mine, then, result] {
            if (mine != attempt)
                return;
            worker.join(); // it has only to end; what `then` forks shall be of one thread where it can
            then(std::move(*result));
        });
    });
}

LocalCluster::LocalCluster(std::filesystem::path home, QObject* parent)
    : QObject(parent), m_home(std::move(home)), m_readySeconds(std::numeric_limits<double>::quiet_NaN()),
      m_private(std::make_unique<Private>(*this, m_home))
{
    m_private->killTimer.setSingleShot(true);
    connect(&m_private->killTimer, &QTimer::timeout, this, [this] { m_private->process.signal(SIGKILL); });
    m_private->logTimer.setInterval(kLogEvery);
    connect(&m_private->logTimer, &QTimer::timeout, this, [this] { m_private->readLog(); });
    m_private->lookTimer.setSingleShot(true);
    m_private->lookTimer.setInterval(kLookForBrokerEvery);
    connect(&m_private->lookTimer, &QTimer::timeout, this, [this] { m_private->look(); });
}

LocalCluster::~LocalCluster()
{
    Private& own = *m_private;
    own.worker.request_stop();
    if (own.worker.joinable())
        own.worker.join();
    if (m_pid == 0 || !own.mayStop())
        return;
    own.askToStop();
    if (!own.process.waitForEnd(kFarewell)) {
        own.process.signal(SIGKILL);
        static_cast<void>(own.process.waitForEnd(kKillTimeout));
    }
    endGuard(own.record);
    std::error_code ignored;
    std::filesystem::remove(own.folder.state(), ignored);
}

void LocalCluster::enter(State state, Error error)
{
    m_state = state;
    m_error = std::move(error);
    if (state == State::Stopped || state == State::Failed)
        m_private->lookTimer.start();
    else
        m_private->lookTimer.stop();
    emit changed();
}

bool LocalCluster::livesAlready() const
{
    return livingBroker(m_private->folder.state()).has_value();
}

void LocalCluster::refresh()
{
    Private& own = *m_private;
    std::error_code ignored;
    const bool isKnown = m_pid != 0 && m_state != State::Failed; // one that did not answer may do so now
    if (isKnown || m_state == State::Starting || m_state == State::Stopping ||
        !std::filesystem::exists(own.folder.state(), ignored)) {
        emit changed();
        return;
    }
    own.inBackground([folder = own.folder](const std::stop_token& stop) { return adoptBroker(folder, stop); },
                     [&own](BrokerOutcome outcome) { own.onPrepared(std::move(outcome)); });
}

void LocalCluster::start(const LocalClusterOptions& options)
{
    Private& own = *m_private;
    if (m_state == State::Running && options.detached)
        own.keepDetached();
    if (m_state == State::Starting || m_state == State::Running || m_state == State::Stopping)
        return;
    own.options = options;
    own.stopAsked = false;
    own.portsLost = 0;
    own.sinceStart.start();
    own.begin();
}

void LocalCluster::Private::begin()
{
    cluster.enter(State::Starting);
    inBackground([folder = folder,
                  options = options](const std::stop_token& stop) { return prepareBroker(folder, options, stop); },
                 [this](BrokerOutcome outcome) { onPrepared(std::move(outcome)); });
}

void LocalCluster::stop()
{
    Private& own = *m_private;
    if (m_pid == 0 && m_state != State::Starting) {
        // Not looked at yet, or another Millrace's: what lives here is stopped all the same.
        const auto record = livingBroker(own.folder.state());
        if (!record) {
            enter(State::Stopped);
            return;
        }
        own.watch(*record);
    }
    own.stopAsked = true;
    if (m_pid != 0) {
        own.worker.request_stop();
        own.askToStop();
        own.killTimer.start(kStopTimeout);
    } else {
        own.worker.request_stop(); // its answer ends in Stopped
    }
    if (m_state != State::Stopping)
        enter(State::Stopping);
}

QString LocalCluster::brokers() const
{
    return m_state == State::Running ? QString::fromStdString(localConnection(m_port).brokers) : QString();
}

std::filesystem::path LocalCluster::logFile() const
{
    return m_private->folder.log();
}

QStringList LocalCluster::logTail(int lines) const
{
    const QString text = QString::fromStdString(endOf(logFile(), kLogTail));
    QStringList all = text.split('\n', Qt::SkipEmptyParts);
    return all.mid(std::max<qsizetype>(0, all.size() - lines));
}

void LocalCluster::Private::onPrepared(BrokerOutcome outcome)
{
    if (auto* living = std::get_if<BrokerRecord>(&outcome.what)) {
        lease = std::move(outcome.lease);
        watch(*living);
        if (stopAsked) {
            cluster.stop();
            return;
        }
        if (cluster.m_state == State::Starting && options.detached)
            keepDetached();
        becomeRunning(std::numeric_limits<double>::quiet_NaN());
    } else if (auto* plan = std::get_if<BrokerPlan>(&outcome.what); plan != nullptr && !stopAsked) {
        lease = std::move(outcome.lease);
        startLock = std::move(outcome.lock);
        launch(std::move(*plan));
    } else if (auto* error = std::get_if<Error>(&outcome.what); error != nullptr && !stopAsked) {
        if (outcome.silent.pid > 0)
            watch(outcome.silent);
        cluster.enter(State::Failed, std::move(*error));
    } else if (cluster.m_state == State::Failed && !stopAsked) {
        lookTimer.start();
        emit cluster.changed();
    } else {
        cluster.enter(State::Stopped);
    }
}

void LocalCluster::Private::launch(BrokerPlan plan)
{
    const auto pid = spawnProcess({plan.setup.brokerCommand(), folder.path, folder.log()});
    if (!pid) {
        forget();
        cluster.enter(State::Failed, pid.error());
        return;
    }
    plan.record.pid = *pid;
    plan.record.startTime = processStartTime(*pid).value_or(0);
    cluster.m_startedHere = true;
    lastPort = plan.lastPort;
    watch(plan.record);
    setup = std::move(plan.setup);
    if (!record.detached)
        tell(startGuard(record, folder.leases()));
    writeRecord();
    emit cluster.changed();
    inBackground([broker = record](const std::stop_token& stop) { return waitUntilReady(broker, stop, kReadyTimeout); },
                 [this](bool ready) { onReady(ready); });
}

/// Follows a process, started here or not, until it ends.
void LocalCluster::Private::watch(const BrokerRecord& broker)
{
    record = broker;
    process = ProcessHandle(broker.pid);
    cluster.m_pid = broker.pid;
    cluster.m_port = broker.port;
    cluster.m_version = QString::fromStdString(broker.version);
    std::error_code ignored;
    const auto size = fs::file_size(folder.log(), ignored);
    logPosition = cluster.m_startedHere || ignored ? 0 : static_cast<std::int64_t>(size);
    if (process.descriptor() < 0 || !broker.isAlive()) {
        inbox.post([this] { onEnded(); });
        return;
    }
    ended = std::make_unique<QSocketNotifier>(process.descriptor(), QSocketNotifier::Read);
    QObject::connect(ended.get(), &QSocketNotifier::activated, &cluster, [this] { onEnded(); });
    logTimer.start();
}

void LocalCluster::Private::onReady(bool ready)
{
    if (cluster.m_state != State::Starting)
        return;
    if (ready) {
        setup->recordArchive(folder.path);
        becomeRunning(static_cast<double>(sinceStart.nsecsElapsed()) * 1e-9);
        return;
    }
    process.signal(SIGKILL);
    forget();
    cluster.enter(State::Failed, {ErrorCode::Unreachable,
                                  "The broker did not answer within 60 s: " + causeIn(endOf(folder.log(), kLogTail)),
                                  "Look into " + folder.log().string()});
}

void LocalCluster::Private::becomeRunning(double seconds)
{
    startLock.reset();
    setup.reset();
    cluster.m_readySeconds = seconds;
    readLog();
    notePort();
    cluster.enter(State::Running);
}

/// Remembers the port for the next start, and says it where nobody wished for another one than the last.
void LocalCluster::Private::notePort()
{
    if (lastPort != 0 && lastPort != record.port && options.port == 0)
        cluster.m_portNote = "The local Kafka's port was " + std::to_string(lastPort) +
                             " before, which is taken, and is " + std::to_string(record.port) +
                             " now. Jobs that wait for it on the old one have to be started again";
    if (!cluster.m_portNote.empty())
        emit cluster.logLine(QString::fromStdString(cluster.m_portNote));
    tell(keepLastPort(folder, record.port));
}

void LocalCluster::Private::onEnded()
{
    ++attempt; // whoever waits for it waits in vain
    worker.request_stop();
    readLog();
    const auto text = readFile(folder.state());
    const auto written = text ? parseBrokerRecord(*text) : Result<BrokerRecord>(fail(text.error()));
    const bool asked = stopAsked || !written || written->stopping || written->pid != record.pid;
    const bool wasRunning = cluster.m_state == State::Running;
    const auto pid = record.pid;
    const bool lostPort = cluster.m_state == State::Starting && options.port == 0 && !isPortFree(record.port);
    // Jobs of this process wait for it: whoever starts it again must not take it away under them.
    Lease kept = asked ? Lease() : std::move(lease);
    forget();
    lease = std::move(kept);
    if (asked) {
        cluster.enter(State::Stopped);
        return;
    }
    if (lostPort && ++portsLost < kMostPortsLost) {
        begin();
        return;
    }
    const std::string what = wasRunning ? "The broker (pid " + std::to_string(pid) + ") ended by itself"
                                        : std::string("The broker ended while it started");
    const std::string cause = causeIn(endOf(folder.log(), kLogTail));
    cluster.enter(State::Failed, {ErrorCode::Failed, cause.empty() ? what : what + ": " + cause,
                                  "Start it again: data are kept. Its log is " + folder.log().string()});
}

/// The broker is gone, or given up: nothing of it is held any longer.
void LocalCluster::Private::forget()
{
    killTimer.stop();
    logTimer.stop();
    ended.reset();
    process = ProcessHandle();
    endGuard(record);
    std::error_code ignored;
    if (const auto living = livingBroker(folder.state()); !living || living->pid == record.pid)
        fs::remove(folder.state(), ignored);
    record = {};
    lastPort = 0;
    lease.release();
    startLock.reset();
    setup.reset();
    cluster.m_pid = 0;
    cluster.m_port = 0;
    cluster.m_portNote.clear();
    cluster.m_startedHere = false;
}

/// What failed and stops nothing.
void LocalCluster::Private::tell(const Status& done)
{
    if (!done)
        emit cluster.logLine(QString::fromStdString(describe(done.error())));
}

void LocalCluster::Private::writeRecord()
{
    tell(writeFileAtomically(folder.state(), toText(record)));
}

/// Somebody wants the broker to live on: from now on nobody's end stops it.
void LocalCluster::Private::keepDetached()
{
    if (record.detached)
        return;
    endGuard(record);
    record.detached = true;
    writeRecord();
}

void LocalCluster::Private::askToStop()
{
    record.stopping = true;
    writeRecord();
    process.signal(SIGTERM);
    process.signal(SIGCONT); // a frozen one gets it only now
}

/// Where none runs: another Millrace, or a command, may have started one. A look that finds one ends in enter().
void LocalCluster::Private::look()
{
    std::error_code ignored;
    if (!fs::exists(folder.state(), ignored)) {
        lookTimer.start();
        return;
    }
    stopAsked = false; // that was of another broker
    cluster.refresh();
}

/// For the end of this object: what it started, when it is not to live on and nobody else uses it.
bool LocalCluster::Private::mayStop()
{
    if (!cluster.m_startedHere)
        return false;
    if (const auto living = livingBroker(folder.state()); living && living->pid == record.pid)
        record = *living; // another Millrace may have detached it
    return !record.detached && lease.isLast();
}

void LocalCluster::Private::readLog()
{
    static const QMetaMethod line = QMetaMethod::fromSignal(&LocalCluster::logLine);
    std::ifstream file(folder.log(), std::ios::binary);
    if (!cluster.isSignalConnected(line)) {
        file.seekg(0, std::ios::end);
        logPosition = file.tellg();
        return;
    }
    file.seekg(logPosition);
    std::string text;
    while (std::getline(file, text) && !file.eof()) {
        logPosition = file.tellg();
        emit cluster.logLine(QString::fromStdString(text));
    }
}

} // namespace millrace
