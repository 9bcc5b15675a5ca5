// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/Text.h"
#include "cli/CommandLine.h"
#include "cli/Report.h"
#include "cli/Runner.h"
#include "kafka/GroupMonitor.h"
#include "pipeline/reading/GroupRows.h"

namespace millrace
{
namespace
{

Status listGroups(Admin& admin, Output& output)
{
    auto groups = admin.groups();
    if (!groups)
        return fail(groups.error());
    nlohmann::json json = nlohmann::json::array();
    std::vector<std::vector<std::string>> rows;
    for (const GroupInfo& group : *groups) {
        json.push_back({{"group", group.id}, {"state", group.state}});
        rows.push_back({group.id, group.state});
    }
    output.result({{"groups", json}}, textTable({"group", "state"}, rows, 2));
    return {};
}

/// By the monitor's look, so that it tells the lag that the monitor tells.
Status describeGroup(const Admin& admin, Output& output, const std::string& name)
{
    auto monitor = GroupMonitor::open(admin.connection(), name, {});
    if (!monitor)
        return fail(monitor.error());
    const auto look = monitor->look({}, std::chrono::seconds(5));
    if (!look)
        return fail(look.error());
    if (look->partitions.empty())
        if (auto known = monitor->requireGroup(); !known)
            return known;
    const nlohmann::json rows = toJson(look->partitions);
    const std::string note = rows.empty() ? committedNothing(name) : "";
    output.result({{"group", name}, {"rows", rows}, {"note", note}}, rows.empty() ? note : groupTable(rows));
    return {};
}

} // namespace

void addGroupCommands(CLI::App& app, CommandLine& line)
{
    CLI::App* groups = app.add_subcommand("groups", "consumer groups: list, describe, watch, delete");
    groups->require_subcommand(1);
    groups->add_subcommand("list", "names and states")->callback([&line] {
        line.action = [](Session& session, Output& output) {
            return withAdmin(session, output, [&](Admin& admin) { return listGroups(admin, output); });
        };
    });

    auto name = std::make_shared<std::string>();
    CLI::App* describe = groups->add_subcommand("describe", "offsets and lag by partition");
    describe->add_option("group", *name)->required();
    describe->callback([&line, name] {
        line.action = [name](Session& session, Output& output) {
            return withAdmin(session, output, [&](Admin& admin) { return describeGroup(admin, output, *name); });
        };
    });

    auto topic = std::make_shared<std::string>();
    auto interval = std::make_shared<std::int64_t>(1000), count = std::make_shared<std::int64_t>(0);
    CLI::App* watch = groups->add_subcommand("watch", "lag, age, time to drain and verdict, look after look");
    watch->add_option("group", *name)->required();
    watch->add_option("--interval", *interval, "milliseconds between two looks (1000)");
    watch->add_option("--count", *count, "how many looks (0: until Ctrl-C)");
    watch->add_option("--topic", *topic, "this topic only, also before the group has read it");
    watch->callback([&line, name, interval, count, topic] {
        line.action = [name, interval, count, topic](Session& session, Output& output) {
            if (const int code = ensureBroker(session, output); code != 0)
                return code;
            nlohmann::json section = {{"group", *name}, {"interval", *interval}, {"count", *count}};
            if (!topic->empty())
                section["topic"] = *topic;
            const auto nothing = [](const nlohmann::json&) { return std::string(); };
            return runJob(session, output, "watch", section, nothing, lagTable);
        };
    });

    CLI::App* remove = groups->add_subcommand("delete", "forget a group's offsets");
    remove->add_option("group", *name)->required();
    remove->callback([&line, name] {
        line.action = [name](Session& session, Output& output) {
            return withAdmin(session, output, [&](Admin& admin) -> Status {
                if (auto deleted = admin.deleteGroup(*name); !deleted)
                    return deleted;
                output.result({{"group", *name}}, "deleted " + *name);
                return {};
            });
        };
    });
}

} // namespace millrace
