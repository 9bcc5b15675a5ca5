// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/Files.h"
#include "base/Text.h"
#include "cli/CommandLine.h"
#include "cli/Runner.h"
#include "pipeline/training/TrainBudget.h"
#include "session/ExperimentSet.h"
#include "session/Resources.h"
#include "session/SectionKeys.h"
#include "session/Sections.h"

#include <algorithm>

namespace millrace
{
namespace
{

/// What of an experiment is to be otherwise than it would be.
std::shared_ptr<std::vector<std::string>> addSet(CLI::App& command)
{
    auto sets = std::make_shared<std::vector<std::string>>();
    command
        .add_option("--set", *sets,
                    "a key of the experiment, as KEY=VALUE: train.epochs=5; nothing behind the = takes it away; may be "
                    "repeated")
        ->type_name("KEY=VALUE")
        ->allow_extra_args(false);
    return sets;
}

void addRun(CLI::App& app, CommandLine& line)
{
    CLI::App* command = app.add_subcommand("run", "run an experiment file, headless");
    auto file = std::make_shared<std::string>();
    command->add_option("file", *file, "the .millrace file")->required();
    const auto sets = addSet(*command);
    command->callback([&line, file, sets] {
        line.action = [&line, file, sets](Session& session, Output& output) {
            auto experiment = readExperiment(*file);
            if (experiment)
                experiment = withKeysSet(*experiment, *sets);
            if (!experiment)
                return output.error(experiment.error());
            if (auto checked = checkHasSteps(*experiment); !checked)
                return output.error(checked.error());
            if (line.seed)
                experiment->sections["seed"] = *line.seed;
            return runExperiment(session, output, std::move(*experiment), learnReport);
        };
    });
}

void addTutorial(CLI::App& app, CommandLine& line)
{
    struct Flags {
        std::filesystem::path data, out;
        std::int64_t rows = 100000;
        int epochs = TrainBudget().epochs;
    };
    CLI::App* command =
        app.add_subcommand("tutorial", "every step of the " + example().title +
                                           " tutorial, headless: broker, "
                                           "topics, data, training, evaluation, online learning, export");
    auto flags = std::make_shared<Flags>();
    command->add_option("--data", flags->data, "real events instead of simulated ones: a CSV, plain, gzip or zstd");
    command->add_option("--rows", flags->rows, "how many events (100000)")
        ->check(CLI::Range(std::int64_t{1}, std::int64_t{1'000'000'000'000}));
    command->add_option("--epochs", flags->epochs, "passes over the topic (" + std::to_string(flags->epochs) + ")")
        ->check(rangeOf("train", "epochs"));
    command->add_option("--out", flags->out,
                        "folder for the simulated CSV and the exported model (default: the home's tutorial folder)");
    command->callback([&line, flags] {
        line.action = [&line, flags](Session& session, Output& output) {
            const std::filesystem::path out = flags->out.empty() ? session.home() / "tutorial" : flags->out;
            std::error_code error;
            std::filesystem::create_directories(out, error);
            if (error)
                return output.error({ErrorCode::Failed, "Cannot make " + out.string() + ": " + error.message(),
                                     "Choose another folder with --out", false});
            return runExperiment(session, output,
                                 tutorialExperiment(flags->data, flags->rows, flags->epochs, line.seed.value_or(1),
                                                    std::filesystem::absolute(out)));
        };
    });
}

void addLearn(CLI::App& app, CommandLine& line)
{
    struct Flags : LearnWish {
        std::vector<std::filesystem::path> files;
        std::filesystem::path save;
    };
    CLI::App* command = app.add_subcommand(
        "learn",
        "learn from a table: publish it with a test part, train, evaluate, headless; nothing else need be said");
    auto flags = std::make_shared<Flags>();
    command->add_option("file", flags->files, "the CSV, plain, gzip or zstd; several of the same columns are one table")
        ->required();
    command->add_option("--label", flags->label, "the label's column (default: one that is called so)");
    for (const SectionKey& key : keys::roleKeys())
        command->add_option("--" + key.name, flags->columns[key.name], key.help);
    command->add_option("--task", flags->task, sectionKey("publish", "task").help)
        ->check(CLI::IsMember(sectionKey("publish", "task").choices));
    command->add_option("--name", flags->name, "of topics and run (default: the file's)");
    auto* split = command->add_option("--split", flags->split, sectionKey("publish", "split").help + " (auto)")
                      ->check(CLI::IsMember(sectionKey("publish", "split").choices));
    command->add_option("--split-column", flags->splitColumn, sectionKey("publish", "split-column").help)->needs(split);
    auto* share = command
                      ->add_option("--test-fraction", flags->testFraction,
                                   "share of the rows that are not learnt but scored (0.25)")
                      ->check(CLI::Range(0.01, 0.9));
    auto* last = command->add_option("--test-last", flags->testLast, "instead: the last N rows")
                     ->check(CLI::Range(std::int64_t{1}, std::int64_t{1'000'000'000'000}))
                     ->excludes(share)
                     ->excludes(split);
    command->add_option("--test-file", flags->testFile, "instead: the rows of another file with the same columns")
        ->excludes(share)
        ->excludes(split)
        ->excludes(last);
    command->add_option("--existing", flags->existing, sectionKey("publish", "existing").help)
        ->check(CLI::IsMember(sectionKey("publish", "existing").choices));
    command->add_flag("--resume", flags->resume, sectionKey("publish", "resume").help);
    command->add_option("--save", flags->save, "write the experiment to this .millrace file instead of running it");
    const auto sets = addSet(*command);
    command->callback([&line, flags, sets, command] {
        line.action = [&line, flags, sets, command](Session& session, Output& output) {
            output.setKeyName([command](const Section& section, const SectionKey& key) {
                const std::string flag = "--" + key.name;
                const bool isFlag = section.name == "publish" && command->get_option_no_throw(flag) != nullptr;
                return isFlag ? flag : keyPath(section, key);
            });
            flags->seed = line.seed.value_or(1);
            flags->file = flags->files.front();
            flags->more.assign(flags->files.begin() + 1, flags->files.end());
            auto experiment = withKeysSet(learnExperiment(*flags), *sets);
            if (!experiment)
                return output.error(experiment.error());
            if (std::ranges::none_of(*sets,
                                     [](const std::string& set) { return set.starts_with("baseline.class-weights"); }))
                followTraining(experiment->sections);
            if (flags->save.empty())
                return runExperiment(session, output, std::move(*experiment), learnReport);
            if (auto written = writeFileAtomically(flags->save, dumpJson(toJson(*experiment), 1) + "\n"); !written)
                return output.error(written.error());
            output.result({{"file", flags->save.string()}}, "Run it with: millrace run " + flags->save.string() + "\n");
            return 0;
        };
    });
}

} // namespace

void addExperimentCommands(CLI::App& app, CommandLine& line)
{
    addRun(app, line);
    addTutorial(app, line);
    addLearn(app, line);
}

} // namespace millrace
