// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "Freezing.h"
#include "session/Session.h"

#include <QCoreApplication>
#include <QFile>
#include <QProcess>
#include <QTest>
#include <optional>

namespace millrace
{

/// One job in a process of its own, which a test may kill: the test's executable again. Its main() begins with
///
///     if (const auto code = JobProcess::runHere())
///         return *code;
class JobProcess
{
public:
#ifdef MILLRACE_SANITIZED
    static constexpr bool kKills = false; ///< what a killed process leaves behind is the release build's matter
#else
    static constexpr bool kKills = true;
#endif

    /// In the process that start() began: runs the job to its end and returns the exit code.
    static std::optional<int> runHere()
    {
        const QStringList arguments = QCoreApplication::arguments();
        if (arguments.size() != 6 || arguments.at(1) != kRunHere)
            return std::nullopt;
        SessionOptions options;
        options.home = arguments.at(2).toStdString();
        options.brokers = arguments.at(3).toStdString();
        options.kafkaProperties = {{"batch.num.messages", "100"}, // a publication takes some time to be killed in
                                   {"heartbeat.interval.ms", "300"}};
        Session session(options);
        auto job = session.start(arguments.at(4).toStdString(), nlohmann::json::parse(arguments.at(5).toStdString()));
        if (!job)
            return static_cast<int>(job.error().code);
        QObject::connect(*job, &Job::finished, qApp, &QCoreApplication::quit);
        QCoreApplication::exec();
        if ((*job)->state() != Job::State::Done)
            qWarning("%s", describe((*job)->error()).c_str());
        return (*job)->state() == Job::State::Done ? 0 : 1;
    }

    JobProcess(const std::string& home, const std::string& brokers, const std::string& kind,
               const nlohmann::json& section, const QString& crashAt = {})
    {
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert("MILLRACE_CRASH_AT", crashAt);
        m_process.setProcessEnvironment(environment);
        m_process.setProcessChannelMode(QProcess::ForwardedChannels);
        m_process.start(QCoreApplication::applicationFilePath(),
                        {kRunHere, QString::fromStdString(home), QString::fromStdString(brokers),
                         QString::fromStdString(kind), QString::fromStdString(section.dump())});
    }

    /// kill -9 as soon as the condition holds; returns at once when the process was quicker.
    template <class Condition>
    void killWhen(Condition condition)
    {
        while (!condition() && !m_process.waitForFinished(2)) {
        }
        m_process.kill();
    }
    void setFrozen(bool frozen)
    {
        frozen ? freeze(m_process.processId()) : thaw(m_process.processId());
    }
    /// Waits for its end; true when the job was done.
    bool isDone()
    {
        return m_process.waitForFinished(60000) && m_process.exitStatus() == QProcess::NormalExit &&
               m_process.exitCode() == 0;
    }
    /// Waits for its end; true when it was killed.
    bool wasKilled()
    {
        return m_process.waitForFinished(60000) && m_process.exitStatus() == QProcess::CrashExit;
    }

private:
    static constexpr auto kRunHere = "--run-here";
    QProcess m_process;
};

} // namespace millrace
