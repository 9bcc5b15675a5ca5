// SPDX-License-Identifier: GPL-3.0-or-later
#include "session/KafkaTools.h"

#include "session/LocalCluster.h"

#include <QDir>
#include <QProcess>

namespace millrace
{
namespace
{

constexpr int kLookEvery = 50; ///< milliseconds between looks at the stop request

Result<std::string> runTool(const std::filesystem::path& java, const QString& classPath, const std::string& name,
                            const std::vector<std::string>& arguments, const std::stop_token& stop)
{
    QStringList all = {QStringLiteral("-Xmx1g"), QStringLiteral("-cp"), classPath,
                       QStringLiteral("org.apache.kafka.tools.") + QString::fromStdString(name)};
    for (const std::string& argument : arguments)
        all << QString::fromStdString(argument);
    QProcess process;
    process.start(QString::fromStdString(java.string()), all);
    while (!process.waitForFinished(kLookEvery) && process.state() != QProcess::NotRunning) {
        if (!stop.stop_requested())
            continue;
        process.kill();
        process.waitForFinished();
        return fail(ErrorCode::Cancelled, "Kafka's " + name + " was stopped");
    }
    if (process.exitStatus() != QProcess::NormalExit || process.exitCode() != 0)
        return fail(ErrorCode::Failed,
                    "Kafka's " + name + " failed: " + process.readAllStandardError().trimmed().toStdString());
    return process.readAllStandardOutput().toStdString();
}

} // namespace

Result<KafkaTool> kafkaToolOf(const std::filesystem::path& jars)
{
    const QDir folder(QString::fromStdString(jars.string()));
    if (folder.entryList({QStringLiteral("kafka-tools-*.jar")}, QDir::Files).isEmpty())
        return fail(ErrorCode::Usage, "There is no kafka-tools-….jar in " + jars.string(),
                    "packaging/test.sh puts the jars into build/kafka-tools; the folder libs of a Kafka has them too");
    auto java = findJava();
    if (!java)
        return fail(java.error());
    return [java = *java, classPath = folder.absoluteFilePath(QStringLiteral("*"))](
               const std::string& name, const std::vector<std::string>& arguments, const std::stop_token& stop) {
        return runTool(java, classPath, name, arguments, stop);
    };
}

} // namespace millrace
