// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/Text.h"
#include "cli/CommandLine.h"
#include "cli/Runner.h"

#include <cmath>

namespace millrace
{
namespace
{

using nlohmann::json;

std::string fixed(const json& result, const char* key)
{
    const json value = result.is_object() ? result.value(key, json()) : json();
    return formatFixed(value.is_number() ? value.get<double>() : NAN, 4);
}

int listRuns(Session& session, Output& output)
{
    json runs = json::array();
    std::vector<std::vector<std::string>> rows;
    for (const RunInfo& run : session.runs().list()) {
        const json result = run.description.value("result", json::object());
        runs.push_back({{"run", run.folder},
                        {"name", run.name},
                        {"kind", run.kind},
                        {"status", run.status},
                        {"started", run.started},
                        {"result", result}});
        rows.push_back(
            {run.folder, run.kind, run.status, fixed(result, "loss"), fixed(result, "accuracy"), fixed(result, "auc")});
    }
    output.result({{"runs", runs}}, textTable({"run", "kind", "status", "loss", "accuracy", "auc"}, rows, 3));
    return 0;
}

} // namespace

void addRunCommands(CLI::App& app, CommandLine& line)
{
    CLI::App* runs = app.add_subcommand("runs", "list, show, export, delete");
    runs->require_subcommand(1);
    runs->add_subcommand("list", "what was trained, evaluated and learnt")->callback([&line] {
        line.action = listRuns;
    });

    auto name = std::make_shared<std::string>();
    CLI::App* show = runs->add_subcommand("show", "a run's configuration and result");
    show->add_option("run", *name, "its folder or name")->required();
    show->callback([&line, name] {
        line.action = [name](Session& session, Output& output) {
            auto run = session.runs().find(*name);
            if (!run)
                return output.error(run.error());
            output.result(run->description, run->description.dump(2));
            return 0;
        };
    });

    auto format = std::make_shared<std::string>("torchscript"), out = std::make_shared<std::string>();
    CLI::App* write = runs->add_subcommand("export", "write a run's model in a format that others read");
    write->add_option("run", *name, "its folder or name")->required();
    write->add_option("--format", *format, "see: millrace formats (torchscript)");
    write->add_option("--out", *out, "the file to write")->required();
    write->callback([&line, name, format, out] {
        line.action = [name, format, out](Session& session, Output& output) {
            return runJob(session, output, "export", {{"run", *name}, {"format", *format}, {"out", *out}});
        };
    });

    CLI::App* remove = runs->add_subcommand("delete", "delete a run's folder");
    remove->add_option("run", *name, "its folder")->required();
    remove->callback([&line, name] {
        line.action = [name](Session& session, Output& output) {
            if (auto removed = session.runs().remove(*name); !removed)
                return output.error(removed.error());
            output.result({{"run", *name}}, "deleted " + *name);
            return 0;
        };
    });
}

} // namespace millrace
