// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "Freezing.h"
#include "Waiting.h"
#include "kafka/Admin.h"
#include "session/LocalCluster.h"
#include "session/Ports.h"

#include <QTemporaryDir>
#include <QTest>
#include <algorithm>
#include <csignal>
#include <filesystem>
#include <string>

namespace millrace
{

/// A broker of its own for a test: a new home in a temporary folder, any free port, gone at the end of the scope.
///
///     TestCluster cluster;
///     QVERIFY2(cluster.start(), cluster.error());
///     auto admin = Admin::open(cluster.connection());
class TestCluster
{
public:
    TestCluster() : m_local(home()) {}
    ~TestCluster() { thaw(); }

    /// Waits until the broker is ready; a second call after stop() starts it again with the data and the port it had.
    [[nodiscard]] bool start(bool detached = false)
    {
        if (m_port == 0)
            m_port = anyFreePort();
        LocalClusterOptions options;
        options.home = home();
        options.port = m_port;
        options.detached = detached;
        m_local.start(options);
        return settled() && m_local.state() == LocalCluster::State::Running;
    }
    [[nodiscard]] bool stop()
    {
        m_local.stop();
        return settled() && m_local.state() == LocalCluster::State::Stopped;
    }

    /// kill -9; start() starts it again with the data that it had.
    [[nodiscard]] bool kill()
    {
        ::kill(static_cast<pid_t>(m_local.pid()), SIGKILL);
        return QTest::qWaitFor([this] { return m_local.state() == LocalCluster::State::Failed; }, kPatience);
    }

    /// SIGSTOP: the broker still has its connections, but never answers.
    void freeze()
    {
        m_frozen = m_local.pid();
        millrace::freeze(m_frozen);
    }
    void thaw()
    {
        if (m_frozen > 0)
            millrace::thaw(m_frozen);
        m_frozen = 0;
    }

    /// It answers, and each partition has its leader: a broker that comes back is fenced until its controller has heard
    /// of it.
    [[nodiscard]] bool isWhole() const
    {
        auto admin = Admin::open(connection());
        const auto cluster = admin ? admin->cluster() : fail(admin.error());
        return cluster && std::ranges::all_of(cluster->topics, [](const TopicInfo& topic) {
                   return std::ranges::none_of(topic.partitions, [](const auto& each) { return each.leader < 0; });
               });
    }

    [[nodiscard]] const char* error()
    {
        m_text = describe(m_local.error()) + "\n" + m_local.logTail(20).join('\n').toStdString();
        return m_text.c_str();
    }
    /// For Consumer, Producer and Admin; also after the broker is gone.
    [[nodiscard]] Connection connection() const { return {"127.0.0.1:" + std::to_string(m_port), {}}; }
    [[nodiscard]] std::filesystem::path home() const { return m_folder.path().toStdString(); }
    [[nodiscard]] LocalCluster& local() { return m_local; }
    [[nodiscard]] int port() const { return m_port; }

private:
    bool settled()
    {
        return QTest::qWaitFor(
            [this] {
                return m_local.state() != LocalCluster::State::Starting &&
                       m_local.state() != LocalCluster::State::Stopping;
            },
            65000);
    }

    QTemporaryDir m_folder;
    LocalCluster m_local;
    int m_port = 0;
    qint64 m_frozen = 0;
    std::string m_text;
};

} // namespace millrace
