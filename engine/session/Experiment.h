// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/Error.h"
#include "session/Sections.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

namespace millrace
{

/// An experiment file: one JSON object, the sections keyed as in session/README.md. Checked as a whole before anything
/// runs.
struct Experiment {
    std::string name;
    nlohmann::json sections; ///< by key: those of the steps (ExperimentSteps.h), "seed" and "model"
};

/// The keys of a file.
std::vector<std::string> experimentKeys();
/// ErrorCode::Usage with the JSON path ("train.epochs") of the first mistake.
Result<Experiment> experimentFromJson(const nlohmann::json& json);
nlohmann::json toJson(const Experiment& experiment);
/// ErrorCode::Usage where the file says only where and with what: nothing would be done.
Status checkHasSteps(const Experiment& experiment);
Result<Experiment> readExperiment(const std::filesystem::path& file);

/// The built-in tutorial. data empty: simulated events. scratch is where the simulated CSV and the exports go.
Experiment tutorialExperiment(const std::filesystem::path& data, std::int64_t rows, int epochs, std::uint64_t seed,
                              const std::filesystem::path& out);

/// Learning from a table, with every default spelled out: a quarter of its rows is the test part, parted as fits the
/// table, on which a linear baseline is scored before the network.
struct LearnWish {
    std::filesystem::path file;
    std::vector<std::filesystem::path> more{};                       ///< that go on where it ends
    std::string label{}, task = "auto", name{}, existing = "refuse"; ///< name: of topics and run; empty: after the file
    std::map<std::string, std::string> columns{};                    ///< by keys::roleKeys(); empty: as proposed
    std::string split = kProposedSplit, splitColumn{};               ///< as "publish" has them
    double testFraction = 0.25;
    std::int64_t testLast = -1; ///< instead: the last N rows,
    std::string testFile{};     ///< or another file's
    bool resume = false;        ///< goes on with a publication that was not finished
    std::uint64_t seed = 1;
};
Experiment learnExperiment(const LearnWish& wish);
/// Gives each step's section the defaults of its keys, so that a person sees what may be changed. What is the
/// experiment's, or the table's, is said once; what has no default follows from the data.
void spellOutDefaults(nlohmann::json& sections);
/// Trains and scores what is published, where it is published: topics and format of an experiment of learnExperiment()
/// whose section publish was changed. Without a test part nothing is scored.
void followPublication(nlohmann::json& sections);
/// Its baseline counts classes as the training does, which it is compared with.
void followTraining(nlohmann::json& sections);

} // namespace millrace
