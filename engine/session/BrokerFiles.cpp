// SPDX-License-Identifier: GPL-3.0-or-later
#include "session/BrokerFiles.h"

#include "base/Files.h"
#include "base/Json.h"
#include "base/Text.h"
#include "session/Processes.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <nlohmann/json.hpp>
#include <random>
#include <vector>

namespace millrace
{
namespace
{

constexpr std::size_t kCauseLength = 300;

/// 16 random bytes in URL-safe base64 without padding, as Kafka's Uuid; never with a leading hyphen.
std::string randomId()
{
    constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    std::random_device random;
    std::string id = "M";
    while (id.size() < 21)
        id += kAlphabet[random() % 64];
    return id + "AQgw"[random() % 4]; // the last digit carries two bits
}

std::vector<std::string_view> linesOf(std::string_view text)
{
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        lines.push_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return lines;
}

/// "java.lang.RuntimeException: what", the line after an error's own.
bool isException(std::string_view line)
{
    const std::string_view name = line.substr(0, line.find(": "));
    return name.size() < line.size() && (name.ends_with("Exception") || name.ends_with("Error")) &&
           name.find_first_of(" \t") == std::string_view::npos && name.find('.') != std::string_view::npos;
}

} // namespace

bool BrokerRecord::isAlive() const
{
    return pid > 0 && processStartTime(pid) == startTime;
}

std::string toText(const BrokerRecord& record)
{
    const nlohmann::ordered_json json = {
        {"pid", record.pid},           {"start-time", record.startTime},
        {"port", record.port},         {"controller-port", record.controllerPort},
        {"version", record.version},   {"detached", record.detached},
        {"owner", record.ownerPid},    {"guard", record.guardPid},
        {"stopping", record.stopping},
    };
    return dumpJson(json, 2) + "\n";
}

Result<BrokerRecord> parseBrokerRecord(std::string_view text)
{
    const auto parsed = parseJson(text, "The broker's state file");
    if (!parsed)
        return fail(ErrorCode::BadData, parsed.error().message);
    const nlohmann::json& json = *parsed;
    try {
        BrokerRecord record;
        json.at("pid").get_to(record.pid);
        json.at("start-time").get_to(record.startTime);
        json.at("port").get_to(record.port);
        json.at("controller-port").get_to(record.controllerPort);
        json.at("version").get_to(record.version);
        json.at("detached").get_to(record.detached);
        record.ownerPid = json.value("owner", std::int64_t{0});
        record.guardPid = json.value("guard", std::int64_t{0});
        record.stopping = json.value("stopping", false);
        if (record.pid <= 0 || record.port <= 0 || record.port > 65535)
            return fail(ErrorCode::BadData, "The broker's state file names no process or port");
        return record;
    } catch (const nlohmann::json::exception& error) {
        return fail(ErrorCode::BadData, std::string("The broker's state file cannot be read: ") + error.what());
    }
}

std::optional<BrokerRecord> livingBroker(const std::filesystem::path& file)
{
    const auto text = readFile(file);
    const auto record = text ? parseBrokerRecord(*text) : Result<BrokerRecord>(fail(text.error()));
    return record && record->isAlive() ? std::optional(*record) : std::nullopt;
}

std::string brokerProperties(int port, int controllerPort)
{
    const std::string broker = "PLAINTEXT://127.0.0.1:" + std::to_string(port);
    const std::string controller = "127.0.0.1:" + std::to_string(controllerPort);
    return "# Written by Millrace at each start.\n"
           "process.roles=broker,controller\n"
           "node.id=1\n"
           // Voters by configuration, not by the formatted folder: the port may be another one each time.
           "controller.quorum.voters=1@" +
           controller +
           "\n"
           "listeners=" +
           broker + ",CONTROLLER://" + controller +
           "\n"
           "advertised.listeners=" +
           broker +
           "\n"
           "inter.broker.listener.name=PLAINTEXT\n"
           "controller.listener.names=CONTROLLER\n"
           "listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT\n"
           "log.dirs=data\n"
           "auto.create.topics.enable=false\n"
           // Topics are data sets here: they stay until somebody deletes them.
           "log.retention.ms=-1\n"
           // Topics that have a retention of their own may fill fast.
           "log.retention.check.interval.ms=10000\n"
           "offsets.retention.minutes=525600\n"
           "default.replication.factor=1\n"
           "min.insync.replicas=1\n"
           "offsets.topic.replication.factor=1\n"
           "offsets.topic.num.partitions=1\n"
           "transaction.state.log.replication.factor=1\n"
           "transaction.state.log.min.isr=1\n"
           "transaction.state.log.num.partitions=1\n"
           // A killed member's transaction is in the way of whoever takes over: looked for more often than every 10 s.
           "transaction.abort.timed.out.transaction.cleanup.interval.ms=1000\n"
           "share.coordinator.state.topic.replication.factor=1\n"
           "share.coordinator.state.topic.min.isr=1\n"
           "share.coordinator.state.topic.num.partitions=1\n"
           "group.initial.rebalance.delay.ms=0\n"
           // After a crash the new broker waits until the old one's session is over.
           "broker.heartbeat.interval.ms=500\n"
           "broker.session.timeout.ms=2000\n"
           // One machine, one user: few threads, a small cleaner.
           "num.network.threads=1\n"
           "num.io.threads=2\n"
           "background.threads=2\n"
           "group.coordinator.threads=1\n"
           "share.coordinator.threads=1\n"
           "log.cleaner.dedupe.buffer.size=2097152\n"
           "num.recovery.threads.per.data.dir=1\n";
}

std::string brokerLogging()
{
    return "status=error\n"
           "appender.out.type=Console\n"
           "appender.out.name=out\n"
           "appender.out.layout.type=PatternLayout\n"
           "appender.out.layout.pattern=%d{yyyy-MM-dd HH:mm:ss,SSS} %-5p %m (%c{1})%n%throwable\n"
           "rootLogger.level=info\n"
           "rootLogger.appenderRef.out.ref=out\n"
           // 2,000 lines of settings at each start hide what matters.
           "logger.settings.name=org.apache.kafka.common.config\n"
           "logger.settings.level=warn\n";
}

std::string metaProperties()
{
    return "node.id=1\nversion=1\ncluster.id=" + randomId() + "\ndirectory.id=" + randomId() + "\n";
}

std::string causeIn(std::string_view log)
{
    std::string_view error, cause;
    for (const std::string_view line : linesOf(log)) {
        if (line.starts_with("Caused by:") || isException(line))
            cause = line;
        else if (line.find(" ERROR ") != std::string_view::npos || line.find(" FATAL ") != std::string_view::npos ||
                 line.starts_with("Exception in thread") || line.starts_with("Error"))
            error = line;
    }
    // What the JVM itself says last comes without Kafka's time and level.
    const auto lines = linesOf(log);
    if (error.empty() && cause.empty() && !lines.empty() && lines.back().find(" INFO ") == std::string_view::npos)
        error = lines.back();
    std::string text(error.substr(0, kCauseLength));
    if (!cause.empty())
        text += (text.empty() ? "" : " | ") + std::string(cause.substr(0, kCauseLength));
    return text;
}

std::string endOf(const std::filesystem::path& file, std::int64_t bytes)
{
    std::ifstream stream(file, std::ios::binary | std::ios::ate);
    if (!stream)
        return {};
    const std::int64_t size = stream.tellg();
    stream.seekg(std::max<std::int64_t>(0, size - bytes));
    std::string text(static_cast<std::size_t>(std::min(size, bytes)), '\0');
    stream.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(stream.gcount()));
    return text;
}

} // namespace millrace
