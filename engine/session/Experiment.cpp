// SPDX-License-Identifier: GPL-3.0-or-later
#include "session/Experiment.h"

#include "base/Files.h"
#include "base/Json.h"
#include "data/files/TableFiles.h"
#include "data/splits/SplitSpec.h"
#include "model/ModelSpec.h"
#include "session/ExperimentCluster.h"
#include "session/ExperimentMistake.h"
#include "session/ExperimentSteps.h"
#include "session/Resources.h"
#include "session/Sections.h"
#include "session/TopicName.h"
#include "session/Work.h"

#include <algorithm>
#include <set>

namespace millrace
{
namespace
{

using nlohmann::json;

/// A step's section as it will be, checked as its job will: against the table, and by what prepares the job, where that
/// looks at nothing that an earlier step makes.
Status checkStep(const ExperimentStep& step, const json& sections, json section, const std::string& path)
{
    if (!section.is_object())
        return fail(experimentMistake(path, "must be an object", ""));
    section = filledIn(step, sections, std::move(section));
    if (sections.contains(step.runOf) && takesRunOfTraining(step, section))
        section["run"] = "-";
    auto resolved = resolveSection(step.job, section);
    if (!resolved)
        return fail(underKey(resolved.error(), step.job, path));
    if (step.job == "publish") // its file may not be there yet
        return {};
    auto prepared = prepareWork(step.job, *resolved, {}, {});
    return prepared ? Status{} : fail(underKey(prepared.error(), step.job, path));
}

Status checkSeed(const json& seed)
{
    if (!seed.is_number_integer())
        return fail(experimentMistake("seed", "must be a whole number", ""));
    const Status inRange = checkNumber("train", "seed", seed.get<double>());
    return inRange ? Status{} : fail(underKey(inRange.error(), "train.seed", "seed"));
}

Status checkModel(const json& model)
{
    std::vector<std::string> known = modelKeys();
    known.emplace_back("preset");
    if (auto checked = checkKeys(model, "model", known); !checked)
        return checked;
    for (const std::string& key : modelKeys())
        if (key != "name" && model.contains("preset") && model.contains(key))
            return fail(experimentMistake("model." + key, "is of no use: model.preset names a built-in model",
                                          "Leave out one of them"));
    return {};
}

/// Where a training says for itself what is trained, the model would be read by nobody.
Status checkOneModel(const json& sections)
{
    const json &model = objectIn(sections, "model"), &train = objectIn(sections, "train");
    const bool isAlike =
        train.contains("preset") && !train.contains("model") && model.value("preset", json()) == train["preset"];
    if (model.empty() || isAlike || (!train.contains("preset") && !train.contains("model")))
        return {};
    const std::string own =
        train.contains("model") ? "train.model is another one" : "train.preset is " + asText(train["preset"]);
    return fail(experimentMistake("model", "is of no use: " + own, "Change that, or leave out one of them"));
}

Status checkTopics(const json& topics)
{
    if (!topics.is_array())
        return fail(experimentMistake("topics", "must be a list",
                                      "For example [{\"name\": \"events-train\", \"partitions\": 1}]"));
    std::set<std::string> names;
    for (std::size_t i = 0; i < topics.size(); ++i) {
        const std::string path = "topics[" + std::to_string(i) + "]";
        if (auto checked = checkKeys(topics[i], path, {"name", "partitions"}); !checked)
            return checked;
        if (!topics[i].contains("name") || !topics[i]["name"].is_string())
            return fail(experimentMistake(path + ".name", "must be a text", "Give the topic's name"));
        const auto name = topics[i]["name"].get<std::string>();
        if (!names.insert(name).second)
            return fail(experimentMistake(path + ".name", "is " + name + ", which another one of topics is already",
                                          "Leave out one of them, or give them different names"));
        const json partitions = topics[i].value("partitions", json(1));
        if (!partitions.is_number_integer() || partitions.get<int>() < 1)
            return fail(experimentMistake(path + ".partitions", "must be a whole number of at least 1", ""));
    }
    return {};
}

/// Two steps that read as one group share what there is to read: after one that read all, another has nothing left.
Status checkGroups(const json& sections)
{
    const std::vector<std::string> readers = groupReaders(sections);
    const auto until = [&](const std::string& step) { return textIn(sections[step], "until", "end"); };
    for (std::size_t i = 0; i < readers.size(); ++i)
        for (std::size_t j = i + 1; j < readers.size(); ++j) {
            const json &before = sections[readers[i]], &after = sections[readers[j]];
            if (before["group"] != after["group"] || before["topic"] != after["topic"])
                continue;
            if (!until(readers[i]).starts_with("count:") && until(readers[j]) == "end")
                return fail(experimentMistake(readers[j] + ".group",
                                              "is " + asText(after["group"]) + ", and as that " + readers[i] +
                                                  " has read all of topic " + asText(after["topic"]) + " before",
                                              "Give each a group of its own"));
        }
    return {};
}

Status checkExports(const ExperimentStep& step, const json& sections)
{
    const json& exports = sections[step.key];
    if (!exports.is_array())
        return fail(experimentMistake("export", "must be a list",
                                      "For example [{\"format\": \"torchscript\", \"out\": \"model.pt\"}]"));
    std::set<std::filesystem::path> files;
    for (std::size_t i = 0; i < exports.size(); ++i) {
        const std::string path = "export[" + std::to_string(i) + "]";
        if (auto checked = checkStep(step, sections, exports[i], path); !checked)
            return checked;
        const std::string out = asText(exports[i]["out"]);
        if (!files.insert(std::filesystem::absolute(out).lexically_normal()).second)
            return fail(experimentMistake(path + ".out", "is " + out + ", which another export writes already",
                                          "Give each a file of its own"));
    }
    return {};
}

Status checkWork(const ExperimentStep& step, const json& sections)
{
    const json& section = sections[step.key];
    switch (step.work) {
    case ExperimentStep::Work::Cluster:
        return checkCluster(section);
    case ExperimentStep::Work::Topics:
        return checkTopics(section);
    case ExperimentStep::Work::Job:
        return checkStep(step, sections, section, step.key);
    case ExperimentStep::Work::Exports:
        return checkExports(step, sections);
    }
    return {};
}

Status checkSections(const json& sections)
{
    if (sections.contains("seed"))
        if (auto checked = checkSeed(sections["seed"]); !checked)
            return checked;
    if (sections.contains("model"))
        if (auto checked = checkModel(sections["model"]); !checked)
            return checked;
    for (const ExperimentStep& step : experimentSteps())
        if (sections.contains(step.key))
            if (auto checked = checkWork(step, sections); !checked)
                return checked;
    if (auto checked = checkOneModel(sections); !checked)
        return checked;
    return checkGroups(sections);
}

json publicationOf(const LearnWish& wish, const std::string& learnt, const std::string& test)
{
    json publication = {{"topic", learnt},      {"partitions", 1}, {"test-topic", test},
                        {"test-partitions", 1}, {"key", "auto"},   {"existing", wish.existing}};
    if (wish.resume)
        publication["resume"] = true;
    if (wish.testLast >= 0) {
        publication["split"] = infoOf(SplitKind::Last).name;
        publication["test-last"] = wish.testLast;
        return publication;
    }
    if (!wish.testFile.empty()) {
        publication["split"] = infoOf(SplitKind::File).name;
        publication["test-file"] = std::filesystem::absolute(wish.testFile).string();
        return publication;
    }
    publication["split"] = wish.split;
    if (!wish.splitColumn.empty())
        publication["split-column"] = wish.splitColumn;
    if (const SplitKindInfo* info = splitKind(wish.split); info == nullptr || info->takesShare)
        publication["test-fraction"] = wish.testFraction;
    return publication;
}

} // namespace

std::vector<std::string> experimentKeys()
{
    std::vector<std::string> keys = {"$schema", "millrace", "name", "seed", "model"};
    for (const ExperimentStep& step : experimentSteps())
        keys.push_back(step.key);
    return keys;
}

Result<Experiment> experimentFromJson(const json& file)
{
    if (auto checked = checkKeys(file, "", experimentKeys()); !checked)
        return fail(checked.error());
    if (file.value("millrace", json()) != 1)
        return fail(experimentMistake("millrace", "must be 1, the version of the format", "Add \"millrace\": 1"));
    Experiment experiment;
    for (const char* key : {"name", "$schema"})
        if (file.contains(key) && !file[key].is_string())
            return fail(experimentMistake(key, "must be a text", ""));
    experiment.name = file.value("name", "experiment");
    experiment.sections = file;
    experiment.sections.erase("millrace");
    experiment.sections.erase("name");
    if (auto checked = checkSections(experiment.sections); !checked)
        return fail(checked.error());
    return experiment;
}

Status checkHasSteps(const Experiment& experiment)
{
    if (std::ranges::any_of(experimentSteps(), [&](const ExperimentStep& step) {
            return step.work != ExperimentStep::Work::Cluster && experiment.sections.contains(step.key);
        }))
        return {};
    return fail(ErrorCode::Usage, "The experiment has nothing to do: it has no step",
                "Add one of " + experimentStepNames());
}

json toJson(const Experiment& experiment)
{
    json file = experiment.sections;
    file["millrace"] = 1;
    file["name"] = experiment.name;
    return file;
}

Result<Experiment> readExperiment(const std::filesystem::path& file)
{
    auto text = readFile(file);
    if (!text)
        return fail(text.error());
    auto content = parseJson(*text, file.string());
    if (!content)
        return fail(content.error());
    if (auto once = checkKeysOnce(*text, file.string()); !once)
        return fail(once.error());
    auto experiment = experimentFromJson(*content);
    if (experiment)
        return experiment;
    Error error = experiment.error();
    error.message = file.string() + ": " + error.message;
    return fail(error);
}

Experiment tutorialExperiment(const std::filesystem::path& data, std::int64_t rows, int epochs, std::uint64_t seed,
                              const std::filesystem::path& out)
{
    json sections = example().experiment;
    const std::string name = asText(sections["name"]);
    sections.erase("millrace");
    sections.erase("name");
    sections["seed"] = seed;
    sections["train"]["epochs"] = epochs;
    const auto place = [&out](json& file) { file = (out / file.get<std::string>()).string(); };
    for (json& each : sections["export"])
        place(each["out"]);
    if (data.empty()) {
        sections["simulate"]["rows"] = rows;
        place(sections["simulate"]["out"]);
        place(sections["data"]["file"]);
    } else {
        sections.erase("simulate");
        sections["data"] = {{"file", data.string()}, {"schema", "auto"}, {"rows", rows}};
    }
    return {name, std::move(sections)};
}

namespace
{

/// A default that says nothing, as "" and false, need not be told; one that would say nothing without another key is
/// none.
bool isToldOf(const SectionKey& key, const json& section)
{
    const json& value = key.defaultValue;
    const bool isIdle = value.is_null() || value == "" || value == false;
    return !isIdle && !section.contains(key.name) && (key.needs.empty() || section.contains(key.needs));
}

/// Whether the section of a step is in order; what earlier steps give is taken as given.
bool isInOrder(const ExperimentStep& step, const json& sections, const json& section)
{
    json filled = filledIn(step, sections, section);
    if (takesRunOfTraining(step, filled))
        filled["run"] = "-";
    return resolveSection(step.job, filled).has_value();
}

} // namespace

void spellOutDefaults(json& sections)
{
    for (const ExperimentStep& step : experimentSteps()) {
        if (step.work != ExperimentStep::Work::Job || !sections.contains(step.key))
            continue;
        json& section = sections[step.key];
        for (const SectionKey& key : findSection(step.job)->keys) {
            const bool isSaid = key.name == "seed" || filledIn(step, sections, section).contains(key.name);
            if (isSaid || !isToldOf(key, section))
                continue;
            json told = section;
            told[key.name] = key.defaultValue;
            if (isInOrder(step, sections, told) ||
                !isInOrder(step, sections, section)) // where another key takes its place
                section = std::move(told);
        }
    }
}

void followPublication(json& sections)
{
    const json publish = sections["publish"];
    const auto follow = [&](const char* step, const char* topicKey) {
        if (!sections.contains(step))
            return;
        if (textIn(publish, topicKey).empty()) {
            sections.erase(step);
            return;
        }
        sections[step]["topic"] = publish[topicKey];
        if (publish.contains("format"))
            sections[step]["format"] = publish["format"];
        else
            sections[step].erase("format");
    };
    follow("baseline", "topic");
    follow("train", "topic");
    follow("baseline-test", "test-topic");
    follow("evaluate", "test-topic");
}

void followTraining(json& sections)
{
    constexpr auto kKey = "class-weights";
    if (!sections.contains("baseline") || !sections.contains("train"))
        return;
    if (const auto weights = sections["train"].find(kKey); weights != sections["train"].end())
        sections["baseline"][kKey] = *weights;
    else
        sections["baseline"].erase(kKey);
}

Experiment learnExperiment(const LearnWish& wish)
{
    std::filesystem::path table = wish.file.filename();
    if (table.extension() == ".gz" || table.extension() == ".zst")
        table = table.stem();
    const std::string name = topicNameFrom(wish.name.empty() ? table.stem().string() : wish.name);
    json data = {{"file", std::filesystem::absolute(wish.file).string()}, {"schema", "auto"}, {"task", wish.task}};
    std::vector<std::filesystem::path> more;
    for (const std::filesystem::path& file : wish.more)
        more.push_back(std::filesystem::absolute(file));
    if (!more.empty())
        data["more"] = fileList(more);
    if (!wish.label.empty())
        data["label"] = wish.label;
    for (const auto& [key, names] : wish.columns)
        if (!names.empty())
            data[key] = names;
    const std::string learnt = name + "-train", test = name + "-test", baseline = name + "-baseline";
    json sections = {
        {"seed", wish.seed},
        {"cluster", {{"local", true}}},
        {"data", std::move(data)},
        {"publish", publicationOf(wish, learnt, test)},
        {"baseline", {{"topic", learnt}, {"run", baseline}, {"preset", "logistic"}, {"preparation", "fitted"}}},
        {"baseline-test", {{"topic", test}, {"group", baseline}, {"until", "end"}}},
        {"train", {{"topic", learnt}, {"run", name}, {"preset", defaultPreset()}, {"preparation", "fitted"}}},
        {"evaluate", {{"topic", test}, {"group", test}, {"until", "end"}}}};
    spellOutDefaults(sections);
    return {name, std::move(sections)};
}

} // namespace millrace
