// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/Error.h"

#include <QString>
#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace millrace
{

/// What a step's section is completed from when its turn comes.
struct StepSources {
    const nlohmann::json& sections;                             ///< the experiment's
    std::function<nlohmann::json(const std::string&)> resultOf; ///< of an earlier step by its key; null: there is none
    std::filesystem::path home;
    bool external = false; ///< the cluster is not the home's own
};

/// A step of an experiment: a section of its file that does something. Immutable, any thread.
struct ExperimentStep {
    /// How it is checked and run.
    enum class Work {
        Cluster, ///< connects, or starts the local Kafka; the only step that needs no section
        Topics,  ///< makes topics
        Job,     ///< one job, of which the section is the configuration
        Exports, ///< a job for each entry of the section, a list
    };

    std::string key; ///< of the section, and of the step in results
    QString page;    ///< objectName of the page it belongs to
    Work work;
    std::string job{}; ///< the job's kind, as of Session::start(); "": none
    /// external: the experiment runs on a cluster that is not the local one.
    QString (*title)(const nlohmann::json& section, bool external);
    /// The key of the training before it whose run it goes on with, where its section names neither a run nor a model;
    /// "": none.
    std::string runOf{};
    /// An opened experiment shows the section in its page's form before it has run: it names no file that an earlier
    /// step makes.
    bool fillsForm = false;
    /// A page shows the section; else what an opened experiment says of it is kept as it is.
    bool hasForm = true;
    /// What the file says elsewhere, where the section does not say it itself; null: nothing more than the seed.
    void (*fromExperiment)(const nlohmann::json& sections, nlohmann::json& section) = nullptr;
    /// What is known only after the steps before it; null: nothing more than the run.
    void (*fromResults)(const StepSources& sources, nlohmann::json& section) = nullptr;
    /// Whether a finished step's result can be gone on with; null: always.
    Status (*check)(const nlohmann::json& result, const nlohmann::json& sections) = nullptr;
    /// What a finished step is proud of, in one line; null: whoever runs it says it.
    QString (*headline)(const nlohmann::json& result) = nullptr;
    std::string unit{};      ///< of what it may reject: "row", "record"
    std::string resultKey{}; ///< where the experiment's result has the step's; "steps": in its entry there, "": nowhere
};

/// The table, in the order in which the steps are done. The other sections say where and with what.
const std::vector<ExperimentStep>& experimentSteps();
/// A row of the table, which must be there.
const ExperimentStep& experimentStep(const std::string& key);
/// "topics, simulate and export": the steps that a file asks for.
std::string experimentStepNames();
/// The keys of the experiment's steps that read as a group, in order.
std::vector<std::string> groupReaders(const nlohmann::json& sections);

/// The step's section, or an entry of it, with what the experiment says elsewhere.
nlohmann::json filledIn(const ExperimentStep& step, const nlohmann::json& sections, nlohmann::json section);
/// Whether the step goes on with the run of a training before it (runOf).
bool takesRunOfTraining(const ExperimentStep& step, const nlohmann::json& section);
/// The configuration of the step's job, from its section (or an entry of it) and from what was done before.
nlohmann::json jobSection(const ExperimentStep& step, const nlohmann::json& section, const StepSources& sources);
/// What a finished step says in one line: also what it did without.
QString summaryOf(const ExperimentStep& step, const nlohmann::json& result);

} // namespace millrace
