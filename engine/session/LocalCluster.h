// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/Error.h"
#include "base/Files.h"

#include <QObject>
#include <QProcess>
#include <QString>
#include <QTimer>
#include <filesystem>
#include <memory>
#include <optional>

namespace millrace
{

/// How the local broker is to be run.
struct LocalClusterOptions {
    std::filesystem::path home;      ///< Millrace's data folder; the broker lives in home/cluster
    std::filesystem::path kafkaHome; ///< an unpacked distribution or a folder of jars; empty: where packaging put them
    int port = 0;                    ///< 0: the last one of this home, else 9092, else any, as they are free
    bool detached = false;           ///< lives on when Millrace ends
};

/// A real Apache Kafka as a child process: KRaft, one combined node, loopback only. Lives on the main thread; nothing
/// blocks, changes are signalled. state.json in home/cluster tells other Millraces pid, ports and version; last-port
/// what a stopped one had, which the next takes again; leases (shared file locks) tell who uses the broker, so that
/// only the last user stops what was started.
class LocalCluster : public QObject
{
    Q_OBJECT
public:
    enum class State { Stopped, Starting, Running, Stopping, Failed };
    Q_ENUM(State)

    explicit LocalCluster(std::filesystem::path home, QObject* parent = nullptr);
    /// Stops the broker when this process started it attached and nobody else holds a lease; takes 1.5 s at most. A
    /// broker that others still use is left to a guard process, which stops it when the last lease is gone.
    ~LocalCluster() override;

    /// Looks for a broker that already runs in this home (another Millrace's, a detached one, an orphan of a crash) and
    /// adopts it; emits changed(). Where one has stopped or failed this looks again by itself, every other second.
    void refresh();
    /// Whether there is one to adopt; changes nothing.
    [[nodiscard]] bool livesAlready() const;
    /// Starts, or adopts what runs. The end is told by changed(): Running or Failed (then error() says why).
    void start(const LocalClusterOptions& options);
    /// SIGTERM, then SIGKILL after 10 s. Data are kept.
    void stop();

    [[nodiscard]] State state() const { return m_state; }
    [[nodiscard]] const Error& error() const { return m_error; } ///< of Failed
    [[nodiscard]] qint64 pid() const { return m_pid; }           ///< 0 when not running
    [[nodiscard]] int port() const { return m_port; }
    /// Says that the port is not the one before, though nobody wished for another one; empty: it is the same.
    [[nodiscard]] const std::string& portNote() const { return m_portNote; }
    [[nodiscard]] QString brokers() const;                               ///< "127.0.0.1:9092"; empty unless Running
    [[nodiscard]] QString version() const { return m_version; }          ///< "4.4.0"
    [[nodiscard]] double readySeconds() const { return m_readySeconds; } ///< of the last start; NaN when adopted
    [[nodiscard]] bool startedHere() const { return m_startedHere; }
    [[nodiscard]] std::filesystem::path logFile() const;
    [[nodiscard]] QStringList logTail(int lines) const;

signals:
    void changed();
    void logLine(const QString& line);

private:
    State m_state = State::Stopped;
    Error m_error;
    std::filesystem::path m_home;
    qint64 m_pid = 0;
    int m_port = 0;
    std::string m_portNote;
    QString m_version;
    double m_readySeconds = 0;
    bool m_startedHere = false;

    void enter(State state, Error error = {});
    struct Private;
    std::unique_ptr<Private> m_private;
};

/// What is needed to run a broker and where it was found, for doctor.
Result<std::filesystem::path> findJava();
/// The folder that holds the jars: the option, MILLRACE_KAFKA_HOME, beside the executable, the build tree, /usr/share.
Result<std::filesystem::path> findKafkaJars(const std::filesystem::path& kafkaHome);
/// "4.4.0", read from the jar's name.
std::string kafkaVersionOf(const std::filesystem::path& jars);

} // namespace millrace
