// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/Text.h"
#include "cli/CommandLine.h"
#include "cli/Runner.h"

#include <QEventLoop>
#include <QMetaEnum>
#include <QTimer>
#include <cmath>

namespace millrace
{
namespace
{

using State = LocalCluster::State;

/// Runs the event loop until the cluster has settled after `act`.
void settle(LocalCluster& cluster, const std::function<void()>& act)
{
    QEventLoop loop;
    const auto quitWhenSettled = [&] {
        if (cluster.state() != State::Starting && cluster.state() != State::Stopping)
            loop.quit();
    };
    QObject::connect(&cluster, &LocalCluster::changed, &loop, quitWhenSettled);
    QTimer::singleShot(0, &loop, act);
    loop.exec();
}

nlohmann::json describeCluster(const LocalCluster& cluster)
{
    const bool running = cluster.state() == State::Running;
    return {{"state", QMetaEnum::fromType<State>().valueToKey(static_cast<int>(cluster.state()))},
            {"pid", running ? nlohmann::json(cluster.pid()) : nlohmann::json()},
            {"brokers", cluster.brokers().toStdString()},
            {"version", cluster.version().toStdString()},
            {"ready_seconds", running && std::isfinite(cluster.readySeconds()) ? nlohmann::json(cluster.readySeconds())
                                                                               : nlohmann::json()},
            {"log", cluster.logFile().string()}};
}

int tell(LocalCluster& cluster, Output& output)
{
    if (cluster.state() == State::Failed)
        return output.error(cluster.error());
    const nlohmann::json description = describeCluster(cluster);
    if (!cluster.portNote().empty())
        output.note({Note::Severity::Warning, cluster.portNote()});
    output.result(description, describeResult(description));
    return 0;
}

} // namespace

void addClusterCommands(CLI::App& app, CommandLine& line)
{
    CLI::App* cluster = app.add_subcommand("cluster", "the local Kafka: start, stop, status, log");
    cluster->require_subcommand(1);

    CLI::App* start = cluster->add_subcommand("start", "start it and let it live on");
    auto port = std::make_shared<int>(0);
    start->add_option("--port", *port, "its port (default: the last one, else 9092, else any, as they are free)")
        ->check(CLI::Range(1, 65535));
    start->callback([&line, port] {
        line.action = [port](Session& session, Output& output) {
            LocalCluster& local = session.cluster();
            LocalClusterOptions options = session.clusterOptions();
            options.port = *port;
            options.detached = true;
            settle(local, [&] { local.start(options); });
            if (local.state() == State::Running && *port != 0 &&
                !local.brokers().endsWith(":" + QString::number(*port)))
                return output.error({ErrorCode::Failed,
                                     "A local Kafka runs already, on " + local.brokers().toStdString() +
                                         ", not on port " + std::to_string(*port),
                                     "Stop it first with: millrace cluster stop", false});
            return tell(local, output);
        };
    });

    cluster->add_subcommand("stop", "stop it; its data are kept")->callback([&line] {
        line.action = [](Session& session, Output& output) {
            LocalCluster& local = session.cluster();
            settle(local, [&] { local.refresh(); });
            if (local.state() == State::Running)
                settle(local, [&] { local.stop(); });
            return tell(local, output);
        };
    });

    cluster->add_subcommand("status", "is it running, where, which version; exit code 3 when it is not")
        ->callback([&line] {
            line.action = [](Session& session, Output& output) {
                LocalCluster& local = session.cluster();
                settle(local, [&] { local.refresh(); });
                const int code = tell(local, output);
                return code == 0 && local.state() != State::Running ? static_cast<int>(ErrorCode::Unreachable) : code;
            };
        });

    CLI::App* log = cluster->add_subcommand("log", "the end of its log");
    auto lines = std::make_shared<int>(50);
    log->add_option("--lines", *lines, "how many lines (50)");
    log->callback([&line, lines] {
        line.action = [lines](Session& session, Output& output) {
            const std::string text = session.cluster().logTail(*lines).join('\n').toStdString();
            output.result({{"log", text}}, text);
            return 0;
        };
    });
}

} // namespace millrace
