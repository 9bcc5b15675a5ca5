// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/Json.h"
#include "base/Text.h"
#include "cli/CommandLine.h"
#include "cli/Report.h"
#include "cli/Runner.h"
#include "metrics/ScoreTable.h"

namespace millrace
{
namespace
{

using nlohmann::json;

std::string scoreIn(const json& result, const ScoreKind& kind)
{
    for (const ScoreRow& row : scoresIn(result))
        if (row.kind == &kind)
            return scoreNumber(row);
    return formatFixed(kUnknown, 0);
}

/// Of the records that an evaluation has scored, those that its model had learnt.
std::string learntShare(const json& result)
{
    const std::int64_t scored = integerIn(result, "scored");
    return result.is_object() && result.contains("learnt") && result["learnt"].is_number() && scored > 0
               ? formatPercent(static_cast<double>(integerIn(result, "learnt")) / static_cast<double>(scored))
               : formatCount(std::nullopt);
}

int listRuns(Session& session, Output& output)
{
    json runs = json::array();
    std::vector<json> results;
    std::vector<std::vector<std::string>> rows;
    std::string interrupted;
    for (const RunInfo& run : session.runs().list()) {
        const json result = run.description.value("result", json::object());
        runs.push_back({{"run", run.folder},
                        {"name", run.name},
                        {"kind", run.kind},
                        {"status", run.status},
                        {"started", run.started},
                        {"result", result}});
        rows.push_back({run.folder, run.kind, run.status});
        results.push_back(comparable(result));
        if (run.status == "interrupted")
            interrupted += RunCatalog::interruptionSentence(run) + "\n";
    }
    std::vector<std::string> head = {"run", "kind", "status"};
    if (std::ranges::any_of(results, [](const json& result) { return integerIn(result, "learnt") > 0; })) {
        head.push_back("learnt before");
        for (std::size_t i = 0; i < rows.size(); ++i)
            rows[i].push_back(learntShare(results[i]));
    }
    for (const ScoreKind* kind : scoreColumns(results)) {
        head.push_back(kind->word);
        for (std::size_t i = 0; i < rows.size(); ++i)
            rows[i].push_back(scoreIn(results[i], *kind));
    }
    output.result({{"runs", runs}}, textTable(head, rows, 3) + interrupted);
    return 0;
}

int learnAgain(Session& session, Output& output, const std::string& how, const std::string& name, const json& changes)
{
    auto section = session.sectionAgain(how, name);
    if (!section)
        return output.error(section.error());
    section->update(changes);
    if (const int code = ensureBroker(session, output); code != 0)
        return code;
    const bool online = session.runs().find(name)->kind == "online";
    return runJob(session, output, online ? "online" : "train", *section, online ? onlineReport : trainReport);
}

} // namespace

void addRunCommands(CLI::App& app, CommandLine& line)
{
    CLI::App* runs = app.add_subcommand("runs", "list, show, resume, reproduce, export, delete");
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
            if (run->trouble)
                return output.error(*run->trouble);
            output.result(run->description, dumpJson(run->description, 2));
            return 0;
        };
    });

    struct ResumeFlags {
        int epochs = 0, passes = 0;
        std::string lost = "refuse", offsets, until;
    };
    auto flags = std::make_shared<ResumeFlags>();
    CLI::App* resume = runs->add_subcommand("resume", "go on with a training or online run from its last checkpoint");
    resume->add_option("run", *name, "its folder or name")->required();
    resume->add_option("--epochs", flags->epochs, "a training: so many in all (as before)")
        ->check(rangeOf("train", "epochs"));
    resume->add_option("--passes", flags->passes, "an online run: so many in all (as before)")
        ->check(rangeOf("online", "passes"));
    resume->add_option("--lost", flags->lost, "records that were deleted meanwhile: refuse or skip (refuse)");
    resume->add_option("--offsets", flags->offsets,
                       "an online run whose group's offsets somebody has set: refuse, checkpoint or group (refuse)");
    resume->add_option("--until", flags->until, "an online run: end, count:N, idle:MS or never (as before)");
    resume->callback([&line, name, flags] {
        line.action = [name, flags](Session& session, Output& output) {
            json changes = {{"lost", flags->lost}};
            if (flags->epochs > 0)
                changes["epochs"] = flags->epochs;
            if (flags->passes > 0)
                changes["passes"] = flags->passes;
            if (!flags->offsets.empty())
                changes["offsets"] = flags->offsets;
            if (!flags->until.empty())
                changes["until"] = flags->until;
            return learnAgain(session, output, "resume", *name, changes);
        };
    });

    CLI::App* reproduce =
        runs->add_subcommand("reproduce", "train again as a run's journal says, and compare the weights");
    reproduce->add_option("run", *name, "its folder or name")->required();
    reproduce->callback([&line, name] {
        line.action = [name](Session& session, Output& output) {
            return learnAgain(session, output, "reproduce", *name, json::object());
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
