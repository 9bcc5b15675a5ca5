// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/CommandLine.h"

#include "base/CrashPoint.h"
#include "base/Text.h"
#include "cli/Output.h"
#include "kafka/Addresses.h"
#include "kafka/Properties.h"
#include "session/Sections.h"

#include <QCoreApplication>
#include <algorithm>
#include <filesystem>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

namespace millrace
{
namespace
{

void addGlobalFlags(CLI::App& app, CommandLine& line, std::vector<std::string>& properties, std::string& propertiesFile)
{
    app.add_option("--broker", line.session.brokers, "HOST:PORT of a cluster (default: the local one)");
    app.add_option("--kafka-property", properties, "a librdkafka property, key=value")->take_all();
    app.add_option("--kafka-config", propertiesFile, "a file of librdkafka properties, key=value a line");
    app.add_option("--kafka-home", line.session.kafkaHome,
                   "an unpacked Kafka or a folder of its jars, for the local cluster");
    app.add_option("--home", line.session.home,
                   "Millrace's data folder (default: MILLRACE_HOME, else the XDG data folder)");
    app.add_flag("--json", line.json, "print one JSON object a line");
    app.add_flag("--quiet", line.quiet, "print the result only");
    app.add_option("--seed", line.seed, "seed of everything random");
}

int runCommand(int argc, char** argv, const CommandLine& line)
{
    QCoreApplication application(argc, argv);
    QCoreApplication::setApplicationName("millrace");
    Session session(line.session);
    Output output(line.json, line.quiet);
    const int code = line.action(session, output);
    return code == 0 ? output.finish() : code;
}

/// "help train" and "version", as people type them. In reverse order, as CLI11 takes arguments.
std::vector<std::string> argumentsOf(int argc, char** argv)
{
    std::vector<std::string> arguments(argv + 1, argv + argc);
    if (!arguments.empty() && arguments.front() == "help") {
        arguments.erase(arguments.begin());
        arguments.emplace_back("--help");
    } else if (arguments.size() == 1 && arguments.front() == "version") {
        arguments.front() = "--version";
    }
    std::ranges::reverse(arguments);
    return arguments;
}

std::vector<std::string> commandNames(const CLI::App& app)
{
    std::vector<std::string> names;
    for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; }))
        names.push_back(command->get_name());
    return names;
}

/// The last of "help runs exprot", where there is no such command: what is asked for help would be taken for a file.
Status checkHelp(const CLI::App& app, int argc, char** argv)
{
    const CLI::App* at = &app;
    for (int i = 2; i < argc && std::string_view(argv[1]) == "help" && argv[i][0] != '-'; ++i) {
        const std::vector<std::string> names = commandNames(*at);
        if (std::ranges::count(names, argv[i]) == 0)
            return fail(ErrorCode::Usage, "There is no command " + printable(argv[i]) + " to help with",
                        didYouMean(argv[i], names, "millrace help lists the commands"));
        at = at->get_subcommand(argv[i]);
    }
    return {};
}

} // namespace

CLI::Range rangeOf(const std::string& section, const std::string& key)
{
    const SectionKey& row = sectionKey(section, key);
    return {static_cast<std::int64_t>(row.minimum), static_cast<std::int64_t>(row.maximum)};
}

int runMillrace(int argc, char** argv)
{
    spdlog::set_default_logger(spdlog::stderr_color_mt("millrace"));
    spdlog::set_level(spdlog::level::warn);
    CommandLine line;
    std::vector<std::string> properties;
    std::string propertiesFile;
    CLI::App app(
        "Millrace: interactive machine learning on Apache Kafka streams. Without a command it opens the window.",
        "millrace");
    app.set_version_flag("--version", MILLRACE_VERSION " (librdkafka " + kafkaClientVersion() + ")");
    app.require_subcommand(0, 1);
    app.fallthrough();
    app.add_option("file", line.files, "an experiment (.millrace), or the files of a table, to open in the window");
    addGlobalFlags(app, line, properties, propertiesFile);
    addExperimentCommands(app, line);
    addClusterCommands(app, line);
    addTopicCommands(app, line);
    addJobCommands(app, line);
    addGroupCommands(app, line);
    addRunCommands(app, line);
    addInfoCommands(app, line);
    if (auto known = checkHelp(app, argc, argv); !known)
        return Output(false, false).error(known.error());
    try {
        app.parse(argumentsOf(argc, argv));
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : static_cast<int>(ErrorCode::Usage);
    }
    Output output(line.json, line.quiet);
    if (auto known = checkCrashPoint(); !known)
        return output.error(known.error());
    // An unset shell variable must not lead to the local cluster.
    if (auto broker = parseBrokers(line.session.brokers); !broker && !app.get_option("--broker")->empty())
        return output.error({ErrorCode::Usage, "--broker: " + broker.error().message, broker.error().advice, false});
    if (auto read = readKafkaProperties(propertiesFile, properties, line.session.kafkaProperties); !read)
        return output.error(read.error());
    if (auto home = checkHome(line.session); !home)
        return output.error(home.error());
    if (!line.action && line.files.empty() && (line.json || line.quiet)) // a script would wait for the window for ever
        return output.error({ErrorCode::Usage,
                             std::string(line.json ? "--json" : "--quiet") + " is of a command, and there is none",
                             "millrace help lists the commands"});
    if (line.action && !line.files.empty())
        return output.error({ErrorCode::Usage,
                             app.get_subcommands().front()->get_name() + " takes no '" + line.files.front() + "' there",
                             "See what it takes with: millrace help " + app.get_subcommands().front()->get_name()});
    for (const std::string& file : line.files)
        if (std::error_code ignored; !line.action && !std::filesystem::exists(file, ignored))
            return output.error({ErrorCode::Usage, "There is neither a command nor a file " + file,
                                 didYouMean(file, commandNames(app), "millrace help lists the commands")});
    return line.action ? runCommand(argc, argv, line) : runWindow(argc, argv, line);
}

} // namespace millrace
