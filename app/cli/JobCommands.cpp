// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/Json.h"
#include "base/Text.h"
#include "cli/CommandLine.h"
#include "cli/Report.h"
#include "cli/Runner.h"
#include "data/files/TableFiles.h"
#include "session/KeyText.h"
#include "session/Sections.h"

#include <algorithm>
#include <map>

namespace millrace
{
namespace
{

constexpr auto kFile = "file", kMoreFiles = "more"; ///< the keys of a table

/// The values of one command's flags as CLI11 fills them, still text.
struct Flags {
    std::map<std::string, std::string> values;
    std::vector<std::filesystem::path> files; ///< of a table, given without a flag

    void takeFiles()
    {
        if (files.empty())
            return;
        values[kFile] = files.front().string();
        values[kMoreFiles] = fileList(std::span(files).subspan(1));
    }
};

Result<nlohmann::json> sectionOf(const Section& section, const Flags& flags, const CommandLine& line)
{
    nlohmann::json values = nlohmann::json::object();
    for (const SectionKey& key : section.keys) {
        const auto given = flags.values.find(key.name);
        if (given != flags.values.end() && !given->second.empty()) {
            auto value = valueFromText(key, given->second, "--" + key.name);
            if (!value)
                return value;
            values[key.name] = std::move(*value);
        } else if (key.name == "seed" && line.seed) {
            values["seed"] = *line.seed;
        }
    }
    return values;
}

/// The choices of a key, where its help does not name them all: "; one of none, running".
std::string unnamedChoices(const SectionKey& key)
{
    std::string list;
    for (const std::string& choice : key.choices)
        list += (list.empty() ? "; one of " : ", ") + choice;
    const bool named = std::ranges::all_of(
        key.choices, [&key](const std::string& choice) { return key.help.find(choice) != std::string::npos; });
    return named ? std::string() : list;
}

/// Errors name the flags of a command of that section.
void nameFlags(Output& output, const Section& own, const std::string& positional)
{
    output.setKeyName([&own, positional](const Section& section, const SectionKey& key) {
        return &section != &own ? keyPath(section, key) : key.name == positional ? key.name : "--" + key.name;
    });
}

using Action = std::function<int(Session&, Output&)>;

/// A command whose flags are a section's keys. positional: the key that is given without a flag, or empty. `instead`
/// may return another action after parsing.
CLI::App* addSectionCommand(
    CLI::App& app, CommandLine& line, const std::string& name, const std::string& positional, const ResultText& text,
    const std::function<Action()>& instead = [] { return Action(); })
{
    const Section* section = findSection(name);
    CLI::App* command = app.add_subcommand(name, section->help);
    auto flags = std::make_shared<Flags>();
    for (const SectionKey& key : section->keys) {
        if (key.name == "seed" || (key.name == kMoreFiles && positional == kFile))
            continue; // global; given without a flag
        if (key.type == SectionKey::Type::Flag) {
            command->add_flag("--" + key.name, flags->values[key.name], key.help);
            continue;
        }
        std::string help = key.help + unnamedChoices(key);
        if (!key.defaultValue.is_null())
            help += " (" +
                    (key.defaultValue.is_string() ? key.defaultValue.get<std::string>() : dumpJson(key.defaultValue)) +
                    ")";
        if (key.name == positional && key.name == kFile)
            command->add_option(kFile, flags->files, help + "; several of the same columns are one table");
        else
            command->add_option(key.name == positional ? key.name : "--" + key.name, flags->values[key.name], help);
    }
    command->callback([&line, section, flags, text, instead, positional] {
        line.action = instead();
        if (line.action)
            return;
        line.action = [&line, section, flags, text, positional](Session& session, Output& output) {
            nameFlags(output, *section, positional);
            flags->takeFiles();
            const auto given = sectionOf(*section, *flags, line);
            if (!given)
                return output.error(given.error());
            const auto resolved = resolveSection(section->name, *given);
            if (!resolved)
                return output.error(resolved.error());
            if (needsBroker(*section, *resolved))
                if (const int code = ensureBroker(session, output); code != 0)
                    return code;
            return runJob(session, output, section->name, *given, text);
        };
    });
    return command;
}

/// `simulate --fit FILE --out PROFILE` fits a profile instead of drawing from one.
void addSimulate(CLI::App& app, CommandLine& line)
{
    struct FitFlags {
        CLI::App* command = nullptr;
        std::string file, attribution, label, task;
        std::optional<double> prior;
    };
    auto fit = std::make_shared<FitFlags>();
    fit->command = addSectionCommand(app, line, "simulate", "profile", describeResult, [&line, fit]() -> Action {
        if (fit->file.empty())
            return {};
        return [&line, fit](Session& session, Output& output) {
            output.setKeyName([](const Section&, const SectionKey& key) {
                return "--" + (key.name == "file" ? std::string("fit") : key.name);
            });
            nlohmann::json section = {{"file", fit->file}, {"attribution", fit->attribution}};
            if (const auto* out = fit->command->get_option("--out"); !out->empty())
                section["out"] = out->as<std::string>();
            if (fit->prior)
                section["prior"] = *fit->prior;
            if (!fit->label.empty())
                section["label"] = fit->label;
            if (!fit->task.empty())
                section["task"] = fit->task;
            if (line.seed)
                section["seed"] = *line.seed;
            return runJob(session, output, "fit", section, fitReport);
        };
    });
    CLI::Option* file = fit->command->add_option("--fit", fit->file, "fit a profile to this CSV and write it to --out");
    fit->command->add_option("--prior", fit->prior, "with --fit, of two classes: share of class 1 to set")->needs(file);
    fit->command->add_option("--attribution", fit->attribution, "with --fit: source and licence of the data")
        ->needs(file);
    fit->command->add_option("--label", fit->label, "with --fit: the label's column")->needs(file);
    fit->command->add_option("--task", fit->task, "with --fit: " + sectionKey("fit", "task").help)
        ->needs(file)
        ->check(CLI::IsMember(sectionKey("fit", "task").choices));
    for (const SectionKey& key : findSection("simulate")->keys) // what is drawn with has no part in a fit
        if (key.name != "out" && key.name != "seed")
            file->excludes(fit->command->get_option(key.name == "profile" ? key.name : "--" + key.name));
}

} // namespace

void addJobCommands(CLI::App& app, CommandLine& line)
{
    addSectionCommand(app, line, "summarize", "file", summaryReport);
    addSectionCommand(app, line, "propose", "file", proposalReport);
    addSectionCommand(app, line, "download", "", describeResult);
    addSectionCommand(app, line, "publish", "file", publishReport);
    addSimulate(app, line);
    addSectionCommand(app, line, "train", "", trainReport);
    addSectionCommand(app, line, "evaluate", "", evaluateReport);
    addSectionCommand(app, line, "online", "", onlineReport);
    addSectionCommand(app, line, "predict", "", predictReport);
    addSectionCommand(app, line, "detectors", "run", detectorsReport);
    addSectionCommand(app, line, "bench", "", describeResult);
}

} // namespace millrace
