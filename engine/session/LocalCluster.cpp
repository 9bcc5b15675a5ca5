// SPDX-License-Identifier: GPL-3.0-or-later
#include "session/LocalCluster.h"

#include "base/Clock.h"
#include "base/Files.h"
#include "base/Text.h"
#include "kafka/Admin.h"
#include "session/BrokerFiles.h"
#include "session/BrokerSetup.h"
#include "session/Inbox.h"
#include "session/Lease.h"
#include "session/Ports.h"
#include "session/Processes.h"

#include <QElapsedTimer>
#include <QMetaMethod>
#include <QSocketNotifier>
#include <condition_variable>
#include <csignal>
#include <fstream>
#include <limits>
#include <mutex>
#include <thread>
#include <unistd.h>
#include <variant>

namespace millrace
{
namespace
{

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using Milliseconds = std::chrono::milliseconds;

constexpr Milliseconds kReadyTimeout = 60s;
constexpr Milliseconds kRunningAnswerTimeout = 3s; ///< of a broker that says it runs
constexpr Milliseconds kProbeEvery = 20ms;
constexpr Milliseconds kProbeTimeout = 250ms;
constexpr Milliseconds kStopTimeout = 10s;
constexpr Milliseconds kFarewell = 1s; ///< what the destructor gives the broker before SIGKILL
constexpr int kMostPortsLost = 5;
constexpr int kLogEvery = 250; ///< milliseconds
constexpr std::int64_t kLogTail = 65536;

/// Run by `flock` once no lease is left. The start time makes sure that the number still means the broker.
constexpr const char* kGuard =
    R"sh([ "$(cut -d ' ' -f 22 "/proc/$1/stat")" = "$2" ] && kill -TERM "$1" && kill -CONT "$1")sh";

Connection connectionTo(int port)
{
    return {"127.0.0.1:" + std::to_string(port), {}};
}

Error cancelled()
{
    return {ErrorCode::Cancelled, "The start was cancelled", {}};
}

/// Waits a moment, or less when a stop is requested.
void pauseFor(Milliseconds time, const std::stop_token& stop)
{
    std::mutex mutex;
    std::condition_variable_any changed;
    std::unique_lock lock(mutex);
    changed.wait_for(lock, stop, time, [] { return false; });
}

/// Until the broker answers a metadata request: that is "ready". A connection is tried only once it is this process
/// that listens: another one may have been quicker to take the port.
bool waitUntilReady(const BrokerRecord& broker, const std::stop_token& stop, Milliseconds timeout)
{
    const auto end = Clock::now() + timeout;
    while (!stop.stop_requested() && Clock::now() < end) {
        if (isListening(broker.pid, broker.port) && isReachable(connectionTo(broker.port), kProbeTimeout))
            return true;
        pauseFor(kProbeEvery, stop);
    }
    return false;
}

Error silentBroker(const BrokerRecord& record)
{
    return {ErrorCode::Unreachable,
            "The broker of this home (pid " + std::to_string(record.pid) + ", port " + std::to_string(record.port) +
                ") runs but does not answer",
            "Stop it (millrace cluster stop) and start it again", true};
}

Status checkPort(int port)
{
    if (port == 0)
        return fail(ErrorCode::Failed, "No port is free on 127.0.0.1");
    if (port < 0 || port > 65535)
        return fail(ErrorCode::Usage, "There is no port " + std::to_string(port), "Choose one from 1024 to 65535");
    if (isPortFree(port))
        return {};
    const auto holder = portHolder(port);
    std::string who = "another program";
    if (holder && holder->pid > 0)
        who = holder->program + " (pid " + std::to_string(holder->pid) + ")";
    else if (!holder && port < 1024)
        return fail(ErrorCode::Failed, "Port " + std::to_string(port) + " is for the administrator only",
                    "Choose one from 1024 to 65535");
    return fail(ErrorCode::Failed, "Port " + std::to_string(port) + " is taken by " + who,
                "Stop that program, or choose another port");
}

Status makeFolder(const fs::path& folder)
{
    std::error_code failure;
    failure = makePrivateFolder(folder);
    if (!failure && ::access(folder.c_str(), W_OK | X_OK) == 0)
        return {};
    return fail(ErrorCode::Failed,
                "The folder " + folder.string() + " cannot be written" + (failure ? ": " + failure.message() : ""),
                "Check its permissions, or choose another one with --home");
}

/// All that a start found out or did before the broker's process.
struct Plan {
    BrokerSetup setup;
    BrokerRecord record; ///< without the process
    int lastPort = 0;    ///< of the broker before
};

/// What a worker thread hands to the main thread: a broker that runs, one to launch, nothing, or why it failed.
struct Outcome {
    std::variant<std::monostate, BrokerRecord, Plan, Error> what;
    Lease lease;
    std::optional<FileLock> lock;
    BrokerRecord silent; ///< of a broker that lives but does not answer
};

/// The folder home/cluster.
struct ClusterFolder {
    fs::path path;
    [[nodiscard]] fs::path state() const { return path / "state.json"; }
    [[nodiscard]] fs::path log() const { return path / "broker.log"; }
    [[nodiscard]] fs::path leases() const { return path / "leases"; }
    [[nodiscard]] fs::path lock() const { return path / "start.lock"; }
    [[nodiscard]] fs::path lastPort() const { return path / "last-port"; }
};

/// Where the last broker of the folder answered: jobs that wait for it to come back look there. 0: there was none.
int lastPortOf(const ClusterFolder& folder)
{
    const auto text = readFile(folder.lastPort());
    const auto port = text ? parseInteger(std::string_view(*text).substr(0, text->find('\n'))) : std::nullopt;
    return port && *port > 0 && *port <= 65535 ? static_cast<int>(*port) : 0;
}

Status keepLastPort(const ClusterFolder& folder, int port)
{
    return lastPortOf(folder) == port ? Status{} : writeFileAtomically(folder.lastPort(), std::to_string(port) + "\n");
}

/// A broker that runs in the folder, when it answers. The lease is taken before looking: from then on no guard stops
/// it.
Outcome adopt(const ClusterFolder& folder, const std::stop_token& stop)
{
    Outcome outcome;
    while (!outcome.lease.acquire(folder.leases()) && !stop.stop_requested())
        pauseFor(kProbeEvery, stop);
    const auto record = livingBroker(folder.state());
    if (!record) {
        outcome.lease.release();
    } else if (waitUntilReady(*record, stop, kRunningAnswerTimeout)) {
        outcome.what = *record;
    } else if (record->isAlive()) {
        outcome.what = stop.stop_requested() ? cancelled() : silentBroker(*record);
        outcome.silent = *record;
    }
    return outcome;
}

Result<Plan> makePlan(const ClusterFolder& folder, const LocalClusterOptions& options, const std::stop_token& stop)
{
    auto setup = BrokerSetup::find(options.kafkaHome, folder.path);
    if (!setup)
        return fail(setup.error());
    const int lastPort = lastPortOf(folder); // not in the braces: GCC 12 then takes the record for uninitialized
    Plan plan{std::move(*setup), {}, lastPort};
    plan.record.version = plan.setup.version();
    plan.record.detached = options.detached;
    plan.record.ownerPid = ::getpid();
    plan.record.port = choosePort(options.port, plan.lastPort);
    if (auto free = checkPort(plan.record.port); !free)
        return fail(free.error());
    do
        plan.record.controllerPort = anyFreePort();
    while (plan.record.controllerPort == plan.record.port);
    std::error_code ignored;
    fs::rename(folder.log(), fs::path(folder.log().string() + ".1"), ignored);
    for (const auto& [name, content] :
         {std::pair("broker.properties", brokerProperties(plan.record.port, plan.record.controllerPort)),
          std::pair("log4j2.properties", brokerLogging())})
        if (auto done = writeFileAtomically(folder.path / name, content); !done)
            return fail(done.error());
    if (auto done = plan.setup.formatData(folder.path, stop); !done)
        return fail(done.error());
    return plan;
}

/// Everything before the process, on a worker thread. The start lock makes a second Millrace wait and then adopt.
Outcome prepare(const ClusterFolder& folder, const LocalClusterOptions& options, const std::stop_token& stop)
{
    Outcome outcome;
    if (auto done = makeFolder(folder.path); !done) {
        outcome.what = done.error();
        return outcome;
    }
    std::optional<FileLock> lock;
    while (!lock && !stop.stop_requested()) {
        auto attempt = FileLock::tryExclusive(folder.lock());
        if (!attempt) {
            outcome.what = attempt.error();
            return outcome;
        }
        lock = std::move(*attempt);
        if (!lock)
            pauseFor(kProbeEvery, stop);
    }
    outcome = adopt(folder, stop);
    outcome.lock = std::move(lock);
    if (stop.stop_requested()) {
        outcome.what = cancelled();
    } else if (std::holds_alternative<std::monostate>(outcome.what)) {
        outcome.lease.acquire(folder.leases());
        auto plan = makePlan(folder, options, stop);
        if (plan)
            outcome.what = std::move(*plan);
        else
            outcome.what = plan.error();
    }
    return outcome;
}

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
    QTimer killTimer, logTimer;
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
    void onPrepared(Outcome outcome);
    void launch(Plan plan);
    void watch(const BrokerRecord& broker);
    void onReady(bool ready);
    void onEnded();
    void becomeRunning(double seconds);
    void notePort();
    void keepDetached();
    void startGuard();
    void endGuard();
    void askToStop();
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
        static_cast<void>(own.process.waitForEnd(kProbeTimeout));
    }
    own.endGuard();
    std::error_code ignored;
    std::filesystem::remove(own.folder.state(), ignored);
}

void LocalCluster::enter(State state, Error error)
{
    m_state = state;
    m_error = std::move(error);
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
    if (m_pid != 0 || m_state == State::Starting || m_state == State::Stopping ||
        !std::filesystem::exists(own.folder.state(), ignored)) {
        emit changed();
        return;
    }
    own.inBackground([folder = own.folder](const std::stop_token& stop) { return adopt(folder, stop); },
                     [&own](Outcome outcome) { own.onPrepared(std::move(outcome)); });
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
    inBackground(
        [folder = folder, options = options](const std::stop_token& stop) { return prepare(folder, options, stop); },
        [this](Outcome outcome) { onPrepared(std::move(outcome)); });
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
    return m_state == State::Running ? QString::fromStdString(connectionTo(m_port).brokers) : QString();
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

void LocalCluster::Private::onPrepared(Outcome outcome)
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
    } else if (auto* plan = std::get_if<Plan>(&outcome.what); plan != nullptr && !stopAsked) {
        lease = std::move(outcome.lease);
        startLock = std::move(outcome.lock);
        launch(std::move(*plan));
    } else if (auto* error = std::get_if<Error>(&outcome.what); error != nullptr && !stopAsked) {
        if (outcome.silent.pid > 0)
            watch(outcome.silent);
        cluster.enter(State::Failed, std::move(*error));
    } else if (cluster.m_state == State::Failed && !stopAsked) {
        emit cluster.changed();
    } else {
        cluster.enter(State::Stopped);
    }
}

void LocalCluster::Private::launch(Plan plan)
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
        startGuard();
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
    if (auto kept = keepLastPort(folder, record.port); !kept)
        emit cluster.logLine(QString::fromStdString(describe(kept.error())));
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
    forget();
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
    endGuard();
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

void LocalCluster::Private::writeRecord()
{
    if (auto done = writeFileAtomically(folder.state(), toText(record)); !done)
        emit cluster.logLine(QString::fromStdString(describe(done.error())));
}

/// `flock` gets the leases' file for itself only when the last Millrace is gone, however it ended: SIGKILL too. So an
/// attached broker ends with its last user, not with the one that happened to start it.
void LocalCluster::Private::startGuard()
{
    const auto guard = spawnProcess({{"flock", "-x", folder.leases().string(), "/bin/sh", "-c", kGuard, "sh",
                                      std::to_string(record.pid), std::to_string(record.startTime)},
                                     {},
                                     {}});
    if (guard)
        record.guardPid = *guard;
    else
        emit cluster.logLine(QString::fromStdString(describe(guard.error())));
}

void LocalCluster::Private::endGuard()
{
    if (record.guardPid > 0 && processProgram(record.guardPid) == "flock")
        ::kill(static_cast<pid_t>(record.guardPid), SIGKILL);
    record.guardPid = 0;
}

/// Somebody wants the broker to live on: from now on nobody's end stops it.
void LocalCluster::Private::keepDetached()
{
    if (record.detached)
        return;
    endGuard();
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
