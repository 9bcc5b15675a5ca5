// SPDX-License-Identifier: GPL-3.0-or-later
#include "session/Experiment.h"

#include "base/Clock.h"
#include "base/Files.h"
#include "base/Json.h"
#include "base/Text.h"
#include "base/WriteError.h"
#include "data/Rejections.h"
#include "kafka/Addresses.h"
#include "kafka/Properties.h"
#include "pipeline/Predict.h"
#include "pipeline/reading/GroupRows.h"
#include "pipeline/runs/TopicNotes.h"
#include "pipeline/writing/TopicTarget.h"
#include "session/Sections.h"
#include "session/Work.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <iterator>
#include <set>
#include <unistd.h>

namespace millrace
{
namespace
{

using nlohmann::json;

QString count(const json& number)
{
    return QString::fromStdString(number.is_number() ? formatCount(number.get<std::int64_t>())
                                                     : formatCount(std::nullopt));
}

/// A section of an experiment that does something.
struct StepKind {
    std::string key;
    QString page; ///< objectName of the page it belongs to
    QString (*title)(const json& section);
    bool takesRun; ///< of the training before it, where its section names none
};

/// A number of the section, else what the table of sections has for it.
QString countIn(const json& section, const std::string& kind, const char* key)
{
    return count(section.is_object() ? section.value(key, sectionKey(kind, key).defaultValue) : json());
}

/// In the order in which they are done. The other sections say where and with what.
const std::vector<StepKind>& stepKinds()
{
    static const std::vector<StepKind> kinds = {
        {"topics", "clusterPage", [](const json&) { return QString("Create topics"); }, false},
        {"simulate", "dataPage",
         [](const json& section) { return "Simulate " + countIn(section, "simulate", "rows") + " events"; }, false},
        {"data", "dataPage", [](const json&) { return QString("Read the data"); }, false},
        {"publish", "dataPage",
         [](const json& section) { return QString(section.contains("test-topic") ? "Split and publish" : "Publish"); },
         false},
        {"train", "trainPage",
         [](const json& section) { return "Train " + countIn(section, "train", "epochs") + " epochs"; }, false},
        {"evaluate", "evaluatePage", [](const json&) { return QString("Evaluate by consumer group"); }, true},
        {"online", "trainPage", [](const json&) { return QString("Learn online"); }, true},
        {"predict", "predictPage", [](const json&) { return QString("Predict into another topic"); }, true},
        {"export", "runsPage", [](const json&) { return QString("Export the model"); }, true},
    };
    return kinds;
}

std::vector<std::string> topLevelKeys()
{
    std::vector<std::string> keys = {"millrace", "name", "seed", "cluster", "model"};
    for (const StepKind& step : stepKinds())
        keys.push_back(step.key);
    return keys;
}

/// "topics, simulate and export".
std::string stepNames()
{
    std::string names;
    for (const StepKind& step : stepKinds())
        names += (names.empty() ? "" : &step == &stepKinds().back() ? " and " : ", ") + step.key;
    return names;
}

bool takes(const std::string& kind, const std::string& key)
{
    const Section* section = findSection(kind);
    return section != nullptr && std::ranges::find(section->keys, key, &SectionKey::name) != section->keys.end();
}

Error experimentMistake(const std::string& path, const std::string& what, const std::string& advice)
{
    return {ErrorCode::Usage, (path.empty() ? "The experiment" : path) + " " + what, advice, false};
}

/// The error of a job's section, which the file has under another key.
Error underKey(Error error, const std::string& section, const std::string& key)
{
    if (error.message.starts_with(section + ".") || error.message.starts_with(section + " "))
        error.message.replace(0, section.size(), key);
    else
        error.message.insert(0, key + ": ");
    return error;
}

Status checkKeys(const json& object, const std::string& path, const std::vector<std::string>& known)
{
    if (!object.is_object())
        return fail(experimentMistake(path, "must be an object", ""));
    for (const auto& [key, value] : object.items())
        if (std::ranges::find(known, key) == known.end()) {
            const std::string near = nearestWord(key, known);
            return fail(experimentMistake(path.empty() ? key : path + "." + key, "is not known",
                                          near.empty() ? "" : "Did you mean " + near + "?"));
        }
    return {};
}

std::vector<std::string> keysOfSection(const std::string& name)
{
    std::vector<std::string> names;
    for (const SectionKey& key : findSection(name)->keys)
        names.push_back(key.name);
    return names;
}

/// What the experiment says elsewhere of a step's section, where that does not say it itself.
void fillIn(const std::string& step, const json& sections, json& section)
{
    if (takes(step, "seed") && sections.contains("seed") && !section.contains("seed"))
        section["seed"] = sections["seed"];
    if (step == "publish" && sections.contains("data"))
        for (const auto& [name, value] : sections["data"].items())
            if (!section.contains(name))
                section[name] = value;
    if (step == "train" && sections.contains("model") && !section.contains("model") && !section.contains("preset")) {
        if (sections["model"].contains("preset"))
            section["preset"] = sections["model"]["preset"];
        else
            section["model"] = sections["model"];
    }
}

/// Whether the step goes on with the run of the training before it.
bool takesRunOfTraining(const StepKind& step, const json& section)
{
    return step.takesRun && !section.contains("run") && !(step.key == "predict" && section.contains("model"));
}

/// A step's section as it will be, checked as its job will: against the table, and by what prepares the job, where that
/// looks at nothing that an earlier step makes.
Status checkStep(const StepKind& step, const json& sections, json section, const std::string& path)
{
    if (!section.is_object())
        return fail(experimentMistake(path, "must be an object", ""));
    fillIn(step.key, sections, section);
    if (sections.contains("train") && takesRunOfTraining(step, section))
        section["run"] = "-";
    const std::string kind = step.key == "data" ? "summarize" : step.key;
    auto resolved = resolveSection(kind, section);
    if (!resolved)
        return fail(underKey(resolved.error(), kind, path));
    if (kind == "publish") // its file may not be there yet
        return {};
    auto prepared = prepareWork(kind, *resolved, {}, {});
    return prepared ? Status{} : fail(underKey(prepared.error(), kind, path));
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
    if (auto checked = checkKeys(model, "model", {"preset", "name", "features", "preprocessing", "layers"}); !checked)
        return checked;
    for (const std::string key : {"features", "preprocessing", "layers"})
        if (model.contains("preset") && model.contains(key))
            return fail(experimentMistake("model." + key, "is of no use: model.preset names a built-in model",
                                          "Leave out one of them"));
    return {};
}

Status checkTopics(const json& topics)
{
    if (!topics.is_array())
        return fail(experimentMistake("topics", "must be a list",
                                      "For example [{\"name\": \"susy-train\", \"partitions\": 1}]"));
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

constexpr std::string_view kFromEnvironment = "env:", kFromFile = "file:";

/// Secrets stay outside the file: it is made to be handed on.
Status checkClusterProperties(const json& properties)
{
    if (!properties.is_object())
        return fail(
            experimentMistake("cluster.properties", "must be an object", "{\"security.protocol\": \"SASL_SSL\"}"));
    for (const auto& [name, value] : properties.items()) {
        const std::string path = "cluster.properties." + name;
        if (!value.is_string())
            return fail(experimentMistake(path, "must be a text", ""));
        const auto text = value.get<std::string>();
        const bool isReference = text.starts_with(kFromEnvironment) || text.starts_with(kFromFile);
        if (isReference)
            continue;
        // A property that is unknown here is told first: it may have another name.
        if (auto known = checkKafkaProperty(name, isSecretProperty(name) ? "x" : text); !known) {
            Error error = known.error();
            error.message = path + ": " + error.message;
            return fail(std::move(error));
        }
        if (isSecretProperty(name))
            return fail(experimentMistake(
                path, "holds a secret, and an experiment file is no place for it",
                "Write \"env:NAME\" (an environment variable) or \"file:PATH\" instead of the value"));
    }
    return {};
}

Status checkNamedCluster(const json& cluster)
{
    if (!cluster["brokers"].is_string())
        return fail(experimentMistake("cluster.brokers", "must be a text", "For example \"host:9092\""));
    if (cluster.value("local", false))
        return fail(experimentMistake("cluster.local", "is true, and cluster.brokers names another cluster",
                                      "Leave out one of them"));
    if (cluster.contains("port"))
        return fail(experimentMistake("cluster.port", "is of the local Kafka, and cluster.brokers names another one",
                                      "Write the port behind the host: \"host:9092\""));
    auto addresses = parseBrokers(cluster["brokers"]);
    if (addresses)
        return {};
    return fail(experimentMistake("cluster.brokers:", addresses.error().message, addresses.error().advice));
}

Status checkLocalCluster(const json& cluster)
{
    if (!cluster.value("local", true))
        return fail(experimentMistake("cluster.local", "is false, and cluster.brokers is missing",
                                      "Say where the cluster is: \"brokers\": \"host:9092\""));
    const json port = cluster.value("port", json(0));
    if (!port.is_number_integer() || port.get<std::int64_t>() < 0 || port.get<std::int64_t>() > kHighestPort)
        return fail(experimentMistake("cluster.port", "must be a whole number from 1 to 65535, or 0 for any", ""));
    return {};
}

Status checkCluster(const json& cluster)
{
    if (cluster.is_string())
        return cluster == "local" ? Status{}
                                  : fail(experimentMistake("cluster", "must be \"local\" or an object",
                                                           "{\"brokers\": \"host:9092\", \"properties\": {…}}"));
    if (auto checked = checkKeys(cluster, "cluster", {"local", "brokers", "port", "properties"}); !checked)
        return checked;
    if (cluster.contains("local") && !cluster["local"].is_boolean())
        return fail(experimentMistake("cluster.local", "must be true or false", ""));
    if (auto checked = cluster.contains("brokers") ? checkNamedCluster(cluster) : checkLocalCluster(cluster); !checked)
        return checked;
    return cluster.contains("properties") ? checkClusterProperties(cluster["properties"]) : Status{};
}

Result<std::string> resolveReference(const std::string& name, const std::string& text)
{
    if (text.starts_with(kFromEnvironment)) {
        const std::string variable = text.substr(kFromEnvironment.size());
        const char* value = std::getenv(variable.c_str());
        if (value == nullptr)
            return fail(experimentMistake("cluster.properties." + name,
                                          "refers to the environment variable " + variable + ", which is not set",
                                          "Set it"));
        return std::string(value);
    }
    if (!text.starts_with(kFromFile))
        return text;
    auto content = readFile(text.substr(kFromFile.size()));
    if (!content)
        return fail(content.error());
    while (content->ends_with('\n') || content->ends_with('\r'))
        content->pop_back();
    return std::move(*content);
}

/// Two steps that read as one group share what there is to read: after one that read all, another has nothing left.
Status checkGroups(const json& sections)
{
    std::vector<std::string> readers;
    for (const StepKind& step : stepKinds())
        if (takes(step.key, "group") && sections.contains(step.key))
            readers.push_back(step.key);
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

Status checkExports(const json& sections)
{
    const json& exports = sections["export"];
    if (!exports.is_array())
        return fail(experimentMistake("export", "must be a list",
                                      "For example [{\"format\": \"torchscript\", \"out\": \"model.pt\"}]"));
    std::set<std::filesystem::path> files;
    for (std::size_t i = 0; i < exports.size(); ++i) {
        const std::string path = "export[" + std::to_string(i) + "]";
        if (auto checked = checkStep(stepKinds().back(), sections, exports[i], path); !checked)
            return checked;
        const std::string out = asText(exports[i]["out"]);
        if (!files.insert(std::filesystem::absolute(out).lexically_normal()).second)
            return fail(experimentMistake(path + ".out", "is " + out + ", which another export writes already",
                                          "Give each a file of its own"));
    }
    return {};
}

Status checkSections(const json& sections)
{
    using Check = Status (*)(const json&);
    for (const auto& [key, check] : {std::pair<const char*, Check>{"cluster", checkCluster},
                                     {"seed", checkSeed},
                                     {"topics", checkTopics},
                                     {"model", checkModel}})
        if (sections.contains(key))
            if (auto checked = check(sections[key]); !checked)
                return checked;
    if (sections.contains("data"))
        if (auto checked = checkKeys(sections["data"], "data", keysOfSection("summarize")); !checked)
            return checked;
    for (const StepKind& step : stepKinds())
        if (step.key != "topics" && step.key != "export" && sections.contains(step.key))
            if (auto checked = checkStep(step, sections, sections[step.key], step.key); !checked)
                return checked;
    if (auto checked = checkGroups(sections); !checked)
        return checked;
    return sections.contains("export") ? checkExports(sections) : Status{};
}

/// The folders that the exports go into are made before anything starts: after a long training it is late to be told
/// that one cannot be.
Status prepareExportFolders(const json& exports)
{
    for (std::size_t i = 0; i < exports.size(); ++i) {
        const std::string path = "export[" + std::to_string(i) + "].out";
        const auto file = wholeFileTarget(asText(exports[i]["out"]));
        if (!file)
            return fail(underKey(file.error(), path, path));
        const auto folder = std::filesystem::absolute(*file).parent_path();
        std::error_code failure;
        std::filesystem::create_directories(folder, failure);
        if (failure || ::access(folder.c_str(), W_OK | X_OK) != 0)
            return fail(underKey(writeError(folder, failure ? failure.value() : errno), path, path));
    }
    return {};
}

QString fixed(const json& number, int decimals)
{
    return QString::fromStdString(formatFixed(number.is_number() ? number.get<double>() : NAN, decimals));
}

QString percent(const json& number)
{
    return QString::fromStdString(formatPercent(number.is_number() ? number.get<double>() : NAN));
}

/// Makes a topic of an experiment. One that is there already and holds records is kept, or made anew, as the file says;
/// anew only on the local cluster and when Millrace itself published it: anything else is somebody's data and stays.
Status makeTopic(Admin& admin, const std::filesystem::path& home, const std::string& name, int partitions, bool local,
                 Existing existing)
{
    auto targets = lookAtTargets(admin, {{name, partitions}}, {}); // a call of the session has no stop
    if (!targets)
        return fail(targets.error());
    const TopicTarget& target = targets->front();
    if (target.there && existing == Existing::Append)
        return {};
    if (target.there) {
        const auto notes = readTopicNotes(home, name);
        if (!notes)
            return fail(notes.error());
        const bool isOurs = local && !notes->schema.columns.empty();
        if (target.offsets() > 0 && (existing == Existing::Refuse || !isOurs))
            return fail(ErrorCode::Failed,
                        "Topic " + name + " holds records already" +
                            (isOurs ? "" : ", which this experiment did not publish"),
                        isOurs ? "Let the experiment's section publish say \"existing\": \"replace\" or \"append\", or "
                                 "choose another name"
                               : "Choose another name in the experiment, or delete the topic yourself");
        if (auto deleted = admin.deleteTopic(name); !deleted)
            return deleted;
    }
    return admin.createTopic(name, partitions, false);
}

/// What a finished step is proud of, in one line.
QString headlineOf(const std::string& key, const json& result)
{
    if (key == "data" && result["class_counts"] == json::array({0, 0}))
        return count(result["rows"]) + " rows";
    if (key == "simulate" || key == "data")
        return count(result["class_counts"][0]) + " of class 0 · " + count(result["class_counts"][1]) + " of class 1";
    if (key == "publish") {
        QStringList parts;
        for (const json& part : result["parts"])
            parts << count(part["records"]);
        return parts.join(" + ") + " messages · " +
               count(static_cast<std::int64_t>(result["records_per_second"].get<double>())) + " / s";
    }
    if (key == "train")
        return "loss " + fixed(result["loss"], 4) + " · accuracy " + percent(result["accuracy"]) + " · " +
               count(result["steps"]) + " steps";
    if (key == "evaluate")
        return "loss " + fixed(result["loss"], 4) + " · accuracy " + percent(result["accuracy"]) + " · AUC " +
               fixed(result["auc"], 4);
    if (key == "online")
        return count(result["mini_datasets"].size()) + " mini-datasets · loss " + fixed(result["loss"], 4) +
               " · accuracy " + percent(result["accuracy"]);
    if (key == "predict")
        return count(result["records"]) + " records · " + count(result["class_counts"][1]) + " of class 1";
    return {};
}

/// What a finished step says in one line: also what it did without.
QString summaryOf(const std::string& key, const json& result)
{
    const bool isOfRows = key == "data" || key == "publish";
    const std::string without = rejectionSentence(result, isOfRows ? "row" : "record");
    const QString headline = headlineOf(key, result);
    return without.empty() ? headline : headline + " · " + QString::fromStdString(without);
}

} // namespace

Result<Experiment> experimentFromJson(const json& file)
{
    if (auto checked = checkKeys(file, "", topLevelKeys()); !checked)
        return fail(checked.error());
    if (file.value("millrace", json()) != 1)
        return fail(experimentMistake("millrace", "must be 1, the version of the format", "Add \"millrace\": 1"));
    Experiment experiment;
    if (file.contains("name") && !file["name"].is_string())
        return fail(experimentMistake("name", "must be a text", ""));
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
    if (std::ranges::any_of(stepKinds(), [&](const StepKind& step) { return experiment.sections.contains(step.key); }))
        return {};
    return fail(ErrorCode::Usage, "The experiment has nothing to do: it has no step", "Add one of " + stepNames());
}

Result<std::optional<Connection>> clusterOf(const json& sections)
{
    const json cluster = sections.value("cluster", json());
    const json brokers = cluster.is_object() ? cluster.value("brokers", json()) : json();
    const bool isLocal = cluster.is_object() && cluster.value("local", json()) == true;
    if (isLocal || !brokers.is_string() || brokers.get<std::string>().empty())
        return std::optional<Connection>();
    Connection connection{brokers, {}};
    const json properties = cluster.value("properties", json::object()); // items() would outlive a temporary
    for (const auto& [name, text] : properties.items()) {
        auto value = resolveReference(name, text);
        if (!value)
            return fail(value.error());
        if (auto checked = checkKafkaProperty(name, *value); !checked)
            return fail(checked.error());
        connection.properties[name] = std::move(*value);
    }
    return std::optional(std::move(connection));
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
    json sections = {
        {"seed", seed},
        {"cluster", {{"local", true}}},
        {"topics", {{{"name", "susy-train"}, {"partitions", 1}}, {{"name", "susy-test"}, {"partitions", 2}}}},
        {"publish",
         {{"topic", "susy-train"},
          {"test-topic", "susy-test"},
          {"test-partitions", 2},
          {"test-fraction", 0.4},
          {"key", "label"},
          {"existing", "replace"}}},
        {"model", {{"preset", "tutorial"}}},
        {"train",
         {{"topic", "susy-train"},
          {"partition", 0},
          {"from", "earliest"},
          {"until", "end"},
          {"shuffle", 64},
          {"batch", 64},
          {"epochs", epochs},
          {"run", "susy-tutorial"},
          {"optimizer", {{"kind", "adam"}, {"learning-rate", 0.001}}}}},
        {"evaluate", {{"topic", "susy-test"}, {"group", "testcg"}, {"until", "end"}}},
        {"online",
         {{"topic", "susy-train"},
          {"group", "cgonline"},
          {"records", 10000},
          {"linger", 200},
          {"shuffle", 32},
          {"batch", 32},
          {"epochs", 3},
          {"until", "end"}}},
        {"export", {{{"format", "torchscript"}, {"out", (out / "susy.pt").string()}}}},
    };
    if (data.empty()) {
        const std::string file = (out / "susy-simulated.csv").string();
        sections["simulate"] = {{"profile", "susy"}, {"rows", rows}, {"out", file}};
        sections["data"] = {{"file", file}, {"schema", "susy"}};
    } else {
        sections["data"] = {{"file", data.string()}, {"schema", "auto"}, {"rows", rows}};
    }
    return {"susy tutorial", std::move(sections)};
}

ExperimentRun::ExperimentRun(Session& session, Experiment experiment, QObject* parent)
    : QObject(parent), m_session(session), m_experiment(std::move(experiment))
{
    const json& sections = m_experiment.sections;
    const auto add = [this](std::string key, QString title, QString page) {
        m_steps.push_back({std::move(key), std::move(title), std::move(page), StepState::Waiting, {}, 0, nullptr});
    };
    const json cluster = sections.value("cluster", json());
    const bool named = cluster.is_object() && !cluster.value("local", false) && cluster.contains("brokers");
    const bool external = m_session.isExternal() || named;
    add("cluster", external ? "Connect to Kafka" : "Start a local Kafka", "clusterPage");
    for (const StepKind& step : stepKinds())
        if (sections.contains(step.key))
            add(step.key, step.title(sections[step.key]), step.page);
}

void ExperimentRun::start()
{
    m_live = true;
    m_started = Clock::now();
    m_index = 0;
    if (auto made = prepareExportFolders(listIn(m_experiment.sections, "export")); !made)
        return failStep(made.error());
    runStep();
}

void ExperimentRun::stop()
{
    if (!m_live)
        return;
    if (m_job)
        m_job->stop();
    else
        failStep({ErrorCode::Cancelled, "Stopped", {}, false});
}

void ExperimentRun::setPaused(bool paused)
{
    m_paused = paused;
    if (m_job)
        m_job->setPaused(paused);
}

void ExperimentRun::runStep()
{
    if (m_index >= static_cast<int>(m_steps.size())) {
        m_live = false;
        m_succeeded = true;
        emit finished();
        return;
    }
    m_stepStarted = Clock::now();
    current().state = StepState::Running;
    emit stepChanged(m_index);
    const std::string key = current().key;
    const json& sections = m_experiment.sections;
    if (key == "cluster")
        return runCluster();
    if (key == "topics")
        return runTopics();
    if (key == "export")
        return runExport(0);
    json section = sections[key];
    const auto resultOf = [this](const std::string& step) {
        const auto found = std::ranges::find(m_steps, step, &Step::key);
        return found == m_steps.end() ? json() : found->result;
    };
    fillIn(key, sections, section);
    if (key == "publish" && resultOf("data").is_object())
        section["schema"] = resultOf("data")["schema"];
    if (key == "predict" && !section.contains("existing") && replacesPredictions(section))
        section["existing"] = "replace";
    const StepKind& step = *std::ranges::find(stepKinds(), key, &StepKind::key);
    if (takesRunOfTraining(step, section) && resultOf("train").is_object())
        section["run"] = resultOf("train")["run"];
    runJob(key == "data" ? "summarize" : key, section,
           [this, key](const json& result) { endStep(result, summaryOf(key, result)); });
}

/// As makeTopic(): what an earlier run of the experiment predicted goes with the records that it was predicted of,
/// where the file says that these are made anew; only on the local cluster, and what this home has written.
bool ExperimentRun::replacesPredictions(const json& predict) const
{
    const json& publish = objectIn(m_experiment.sections, "publish");
    const json from = predict.value("topic", json());
    const bool ofOwn =
        from.is_string() && (from == publish.value("topic", json()) || from == publish.value("test-topic", json()));
    return ofOwn && textIn(publish, "existing") == "replace" && !m_session.isExternal() &&
           predictedInto(m_session.home(), textIn(predict, "to"));
}

void ExperimentRun::runCluster()
{
    const auto named = clusterOf(m_experiment.sections);
    if (!named)
        return failStep(named.error());
    QString note;
    if (*named && !m_session.isExternal())
        m_session.setExternalBroker(QString::fromStdString((*named)->brokers), (*named)->properties);
    else if (*named && (*named)->brokers != m_session.connection().brokers)
        note =
            tr(" (connected already: the experiment's %1 is not used)").arg(QString::fromStdString((*named)->brokers));
    if (m_session.isExternal()) {
        m_session.call(
            this,
            [this] {
                auto admin = m_session.admin();
                return admin ? (*admin)->cluster() : Result<ClusterInfo>(fail(admin.error()));
            },
            [this, note](Result<ClusterInfo> info) {
                if (!info)
                    return failStep(info.error());
                endStep({{"brokers", m_session.connection().brokers}, {"cluster_id", info->clusterId}},
                        QString::fromStdString(m_session.connection().brokers) + note);
            });
        return;
    }
    LocalCluster& cluster = m_session.cluster();
    const auto look = [this] {
        LocalCluster& local = m_session.cluster();
        if (!m_live || current().key != "cluster")
            return;
        if (local.state() == LocalCluster::State::Failed)
            return failStep(local.error());
        if (local.state() != LocalCluster::State::Running)
            return;
        disconnect(m_clusterConnection);
        const double ready = local.readySeconds();
        endStep({{"brokers", local.brokers().toStdString()},
                 {"version", local.version().toStdString()},
                 {"pid", local.pid()},
                 {"ready_seconds", std::isfinite(ready) ? json(ready) : json()}},
                (std::isfinite(ready) ? "ready in " + fixed(ready, 1) + " s · " : QString("already running · ")) +
                    local.brokers());
    };
    if (cluster.state() == LocalCluster::State::Running)
        return look();
    m_clusterConnection = connect(&cluster, &LocalCluster::changed, this, look);
    LocalClusterOptions options = m_session.clusterOptions();
    if (const json wanted = m_experiment.sections.value("cluster", json()); wanted.is_object())
        options.port = wanted.value("port", 0);
    cluster.start(options);
}

void ExperimentRun::runTopics()
{
    const json topics = m_experiment.sections["topics"];
    const bool local = !m_session.isExternal();
    const Existing existing = existingOf(textIn(objectIn(m_experiment.sections, "publish"), "existing"));
    std::vector<std::string> groups;
    for (const StepKind& step : stepKinds())
        if (takes(step.key, "group") && m_experiment.sections.contains(step.key))
            groups.push_back(asText(objectIn(m_experiment.sections, step.key).value("group", json(""))));
    m_session.call(
        this,
        [this, topics, groups, local, existing]() -> Status {
            auto admin = m_session.admin();
            if (!admin)
                return fail(admin.error());
            // Only groups that read nothing else: on the local cluster others may have work of theirs, too.
            std::set<std::string> own;
            std::vector<std::string> stale;
            for (const json& topic : topics)
                own.insert(topic["name"].get<std::string>());
            if (local)
                std::ranges::copy_if(groups, std::back_inserter(stale), [&](const std::string& group) {
                    return !group.empty() && readsOnly(**admin, group, own);
                });
            for (const json& topic : topics)
                if (auto made = makeTopic(**admin, m_session.home(), topic["name"], topic.value("partitions", 1), local,
                                          existing);
                    !made)
                    return made;
            for (const std::string& group : stale)
                (void)(*admin)->deleteGroup(group); // one that has members is told by the job that joins it
            return {};
        },
        [this, topics](Status made) {
            if (!made)
                return failStep(made.error());
            QStringList names;
            for (const json& topic : topics) {
                const int partitions = topic.value("partitions", 1);
                names << QString::fromStdString(topic["name"].get<std::string>()) + " " + count(partitions) +
                             (partitions == 1 ? " partition" : " partitions");
            }
            endStep({{"topics", topics}}, names.join(" · "));
        });
}

void ExperimentRun::runExport(std::size_t entry)
{
    const json& exports = m_experiment.sections["export"];
    if (entry >= exports.size())
        return endStep({{"files", m_exported}},
                       QString::fromStdString(m_exported.empty() ? "" : m_exported.back().get<std::string>()));
    json section = exports[entry];
    for (const Step& step : m_steps)
        if (step.key == "train" && step.result.is_object() && !section.contains("run"))
            section["run"] = step.result["run"];
    runJob("export", section, [this, entry](const json& result) {
        m_exported.push_back(result["file"]);
        runExport(entry + 1);
    });
}

void ExperimentRun::runJob(const std::string& kind, const json& section, std::function<void(const json&)> done)
{
    auto job = m_session.start(kind, section);
    if (!job)
        return failStep(job.error());
    m_job = *job;
    connect(m_job, &Job::finished, this, [this, done = std::move(done), ended = *job] {
        m_job = nullptr;
        if (ended->state() == Job::State::Done)
            done(ended->result());
        else
            failStep(ended->error());
    });
    emit stepChanged(m_index);
}

void ExperimentRun::endStep(json result, const QString& text)
{
    Step& step = current();
    step.seconds = secondsSince(m_stepStarted);
    step.result = std::move(result);
    step.text = text;
    step.state = StepState::Done;
    emit stepChanged(m_index);
    ++m_index;
    runStep();
}

void ExperimentRun::failStep(const Error& error)
{
    disconnect(m_clusterConnection);
    m_error = error;
    m_live = false;
    current().state = StepState::Failed;
    current().text = QString::fromStdString(describe(error));
    emit stepChanged(m_index);
    emit finished();
}

json ExperimentRun::result() const
{
    json steps = json::array();
    json result = {{"name", m_experiment.name}};
    for (const Step& step : m_steps) {
        if (step.state == StepState::Waiting)
            continue;
        json entry = {{"step", step.key}, {"seconds", step.seconds}};
        if (step.result.is_object() &&
            (step.key == "cluster" || step.key == "topics" || step.key == "export" || step.key == "publish"))
            entry.update(step.result);
        entry["seconds"] = step.seconds;
        steps.push_back(std::move(entry));
        if (!step.result.is_object())
            continue;
        if (step.key == "evaluate")
            result["test"] = step.result;
        else if (step.key == "train" || step.key == "online" || step.key == "predict" || step.key == "simulate")
            result[step.key] = step.result;
    }
    result["steps"] = std::move(steps);
    result["seconds"] = secondsSince(m_started);
    return result;
}

} // namespace millrace
