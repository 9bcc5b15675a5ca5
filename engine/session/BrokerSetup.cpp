// SPDX-License-Identifier: GPL-3.0-or-later
#include "session/BrokerSetup.h"

#include "base/Files.h"
#include "base/Hash.h"
#include "base/Names.h"
#include "base/Text.h"
#include "session/BrokerFiles.h"
#include "session/LocalCluster.h"
#include "session/Ports.h"
#include "session/Processes.h"

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <regex>
#include <sstream>
#include <unistd.h>

namespace millrace
{
namespace
{

namespace fs = std::filesystem;

constexpr int kOldestJava = 17;
constexpr std::chrono::hours kKeepOthers(24 * 7); ///< archives of other versions, 60 MB each
constexpr const char* kClassList = "classes.lst";
constexpr const char* kLockedDump = R"(temporary="$1"; final="$2"; shift 2
"$@" && mv -f "$temporary" "$final" || rm -f "$temporary")";

std::string environment(const char* name)
{
    const char* value = std::getenv(name);
    return value == nullptr ? std::string() : std::string(value);
}

/// "17" of the file "release" beside a Java; 0 when it does not tell.
int majorVersionOf(const fs::path& java)
{
    std::error_code ignored;
    const auto release = readFile(fs::canonical(java, ignored).parent_path().parent_path() / "release");
    std::smatch match;
    static const std::regex pattern(R"x(JAVA_VERSION="(?:1\.)?(\d+))x");
    if (!release || !std::regex_search(*release, match, pattern))
        return 0;
    return static_cast<int>(parseInteger(match[1].str()).value_or(0));
}

std::vector<fs::path> javaCandidates()
{
    std::vector<fs::path> candidates;
    if (const std::string home = environment("JAVA_HOME"); !home.empty())
        candidates.push_back(fs::path(home) / "bin" / "java");
    std::istringstream path(environment("PATH"));
    for (std::string folder; std::getline(path, folder, ':');)
        if (!folder.empty())
            candidates.push_back(fs::path(folder) / "java");
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator("/usr/lib/jvm", ignored))
        candidates.push_back(entry.path() / "bin" / "java");
    return candidates;
}

bool isJar(const fs::path& path)
{
    return path.extension() == ".jar";
}

std::vector<fs::path> jarsIn(const fs::path& folder)
{
    std::vector<fs::path> jars;
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(folder, ignored))
        if (isJar(entry.path()))
            jars.push_back(entry.path());
    std::ranges::sort(jars); // a stable class path: Java checks an archive against it
    return jars;
}

/// The folder itself, or libs in an unpacked distribution; empty when neither holds Kafka.
fs::path jarFolder(const fs::path& folder)
{
    for (const fs::path& each : {folder, folder / "libs"})
        if (!kafkaVersionOf(each).empty())
            return fs::absolute(each).lexically_normal();
    return {};
}

std::vector<fs::path> packagedJarFolders()
{
    std::error_code ignored;
    const fs::path beside = fs::read_symlink("/proc/self/exe", ignored).parent_path();
    return {beside / ".." / ".." / "kafka", beside / ".." / "share" / "millrace" / "kafka",
            "/usr/share/millrace/kafka"};
}

fs::path cacheFolder(const fs::path& fallback)
{
    std::string base = environment("XDG_CACHE_HOME");
    if (base.empty() && !environment("HOME").empty())
        base = environment("HOME") + "/.cache";
    std::error_code failure;
    const fs::path cache = fs::path(base) / "millrace";
    if (!base.empty())
        fs::create_directories(cache, failure);
    return base.empty() || failure || ::access(cache.c_str(), W_OK) != 0 ? fallback : cache;
}

/// Changes with Java, with the jars, and with this file's way to run them.
std::string keyOf(const fs::path& java, const std::vector<fs::path>& jars)
{
    std::error_code ignored;
    const fs::path real = fs::canonical(java, ignored);
    std::string text = "1 " + real.string() + readFile(real.parent_path().parent_path() / "release").value_or("");
    for (const fs::path& jar : jars)
        text += jar.string() + std::to_string(fs::file_size(jar, ignored)) + "," +
                std::to_string(fs::last_write_time(jar, ignored).time_since_epoch().count()) + ";";
    return hexDigits(hashOf(text));
}

/// The list up to its last whole line: the broker may still be writing.
Status copyClassList(const fs::path& from, const fs::path& to)
{
    const auto list = readFile(from);
    if (!list)
        return fail(list.error());
    return writeFileAtomically(to, std::string_view(*list).substr(0, list->rfind('\n') + 1));
}

} // namespace

Result<fs::path> findJava()
{
    int found = 0;
    for (const fs::path& java : javaCandidates()) {
        if (::access(java.c_str(), X_OK) != 0)
            continue;
        const int version = majorVersionOf(java);
        if (version == 0 || version >= kOldestJava)
            return java;
        found = version;
    }
    return fail(ErrorCode::Failed,
                found == 0 ? std::string("Java is missing: Kafka runs on it")
                           : "Java " + std::to_string(found) + " is too old: Kafka needs 17 or later",
                "Install it with: apt install openjdk-17-jre-headless");
}

std::string kafkaVersionOf(const fs::path& jars)
{
    static const std::regex pattern(R"(kafka_\d+\.\d+-(\d+\.\d+[^-]*)\.jar)");
    std::error_code ignored;
    std::smatch match;
    for (const auto& entry : fs::directory_iterator(jars, ignored))
        if (const std::string name = entry.path().filename().string(); std::regex_match(name, match, pattern))
            return match[1];
    return {};
}

Result<fs::path> findKafkaJars(const fs::path& kafkaHome)
{
    const fs::path wanted = kafkaHome.empty() ? fs::path(environment("MILLRACE_KAFKA_HOME")) : kafkaHome;
    if (!wanted.empty()) {
        if (fs::path folder = jarFolder(wanted); !folder.empty())
            return folder;
        return fail(ErrorCode::Failed, "There are no Kafka jars in " + wanted.string(),
                    "Name an unpacked Kafka distribution or a folder with kafka_2.13-….jar and what it needs");
    }
    for (const fs::path& each : packagedJarFolders())
        if (fs::path folder = jarFolder(each); !folder.empty())
            return folder;
    return fail(ErrorCode::Failed, "The jars of Kafka are missing",
                "Run packaging/run.sh, which fetches them, or name a Kafka distribution with --kafka-home");
}

Result<BrokerSetup> BrokerSetup::find(const fs::path& kafkaHome, const fs::path& fallback)
{
    BrokerSetup setup;
    const auto java = findJava();
    if (!java)
        return fail(java.error());
    const auto folder = findKafkaJars(kafkaHome);
    if (!folder)
        return fail(folder.error());
    const auto jars = jarsIn(*folder);
    for (const fs::path& jar : jars)
        setup.m_classPath += (setup.m_classPath.empty() ? "" : ":") + jar.string();
    setup.m_java = *java;
    setup.m_version = kafkaVersionOf(*folder);
    setup.m_key = keyOf(*java, jars);
    setup.m_cache = cacheFolder(fallback);
    return setup;
}

std::vector<std::string> BrokerSetup::javaCommand() const
{
    // A broker of one user lives shortly and does little: quick to start counts more than the last bit of speed.
    return {m_java.string(),         "-Xms256m",         "-Xmx512m",     "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",
            "-XX:MetaspaceSize=96m", "-XX:-UsePerfData", "-Xlog:disable"};
}

Status BrokerSetup::makeTemplate(const fs::path& folder, const std::stop_token& stop) const
{
    std::error_code failure;
    const fs::path work = m_cache / ("formatting-" + std::to_string(::getpid()));
    fs::remove_all(work, failure);
    fs::create_directories(work, failure);
    if (auto done = writeFileAtomically(work / "broker.properties", brokerProperties(9092, 9093)); !done)
        return done;
    std::vector<std::string> command = javaCommand();
    command.insert(command.end(), {"-cp", m_classPath, "kafka.tools.StorageTool", "format", "--cluster-id",
                                   "MMMMMMMMMMMMMMMMMMMMMA", "--config", "broker.properties"});
    const auto pid = spawnProcess({command, work, folder / "broker.log"});
    if (!pid)
        return fail(pid.error());
    const ProcessHandle process(*pid);
    while (!process.waitForEnd(std::chrono::milliseconds(50)))
        if (stop.stop_requested())
            process.signal(SIGKILL);
    fs::remove(work / "data" / "meta.properties", failure);
    fs::rename(work / "data", formatted(), failure); // when another was quicker, its is as good
    fs::remove_all(work, failure);
    if (stop.stop_requested())
        return fail(ErrorCode::Cancelled, "The start was cancelled");
    if (!fs::exists(formatted()))
        return fail(ErrorCode::Failed,
                    "The broker's data folder cannot be formatted: " + causeIn(endOf(folder / "broker.log", 65536)),
                    "Look into " + (folder / "broker.log").string());
    return {};
}

Status BrokerSetup::formatData(const fs::path& folder, const std::stop_token& stop) const
{
    const fs::path data = folder / "data";
    if (fs::exists(data / "meta.properties"))
        return {};
    if (!fs::exists(formatted()))
        if (auto done = makeTemplate(folder, stop); !done)
            return done;
    std::error_code failure;
    fs::copy(formatted(), data, fs::copy_options::recursive | fs::copy_options::overwrite_existing, failure);
    if (failure)
        return fail(ErrorCode::Failed, "Cannot write " + data.string() + ": " + failure.message(),
                    "Check the permissions, or choose another folder with --home");
    return writeFileAtomically(data / "meta.properties", metaProperties()); // last: it says that all is there
}

std::vector<std::string> BrokerSetup::brokerCommand() const
{
    std::vector<std::string> command = javaCommand();
    if (fs::exists(archive())) // a broken one only costs time: -Xshare:auto is the default
        command.push_back("-XX:SharedArchiveFile=" + archive().string());
    else
        command.push_back(std::string("-XX:DumpLoadedClassList=") + kClassList);
    command.insert(command.end(), {"-XX:+ExitOnOutOfMemoryError", "-XX:ErrorFile=java-crash.log",
                                   "-Dlog4j2.configurationFile=log4j2.properties", "-Dlog4j2.disableJmx=true",
                                   "-Djava.awt.headless=true", "-cp", m_classPath, "kafka.Kafka", "broker.properties"});
    return command;
}

void BrokerSetup::forgetOthers() const
{
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(m_cache, ignored)) {
        const std::string name = entry.path().filename().string();
        const bool ours = name.starts_with("classes-") || name.starts_with("formatted-");
        const auto age = fs::file_time_type::clock::now() - fs::last_write_time(entry.path(), ignored);
        if (ours && name.find(m_key) == std::string::npos && age > kKeepOthers)
            fs::remove_all(entry.path(), ignored);
    }
}

void BrokerSetup::recordArchive(const fs::path& folder) const
{
    const fs::path list = m_cache / ("classes-" + m_key + ".lst");
    if (fs::exists(archive()) || !copyClassList(folder / kClassList, list))
        return;
    forgetOthers();
    const fs::path temporary = m_cache / ("classes-" + m_key + ".tmp");
    std::vector<std::string> command = {"nice",
                                        "-n",
                                        "19",
                                        "flock",
                                        "-n",
                                        (m_cache / "classes.lock").string(),
                                        "/bin/sh",
                                        "-c",
                                        kLockedDump,
                                        "sh",
                                        temporary.string(),
                                        archive().string()};
    const auto java = javaCommand();
    command.insert(command.end(), java.begin(), java.end());
    command.insert(command.end(), {"-Xshare:dump", "-XX:SharedClassListFile=" + list.string(),
                                   "-XX:SharedArchiveFile=" + temporary.string(), "-cp", m_classPath});
    static_cast<void>(spawnProcess({command, m_cache, {}}).has_value());
}

} // namespace millrace
