// SPDX-License-Identifier: GPL-3.0-or-later
#include "session/Experiment.h"

#include "base/Clock.h"
#include "base/Files.h"
#include "base/Json.h"
#include "base/Text.h"
#include "data/Rejections.h"
#include "kafka/Addresses.h"
#include "kafka/Properties.h"
#include "pipeline/GroupRows.h"
#include "pipeline/Predict.h"
#include "pipeline/TopicNotes.h"
#include "pipeline/TopicTarget.h"
#include "session/Sections.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <iterator>

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
    std::string filledIn; ///< the key of its job's section that an earlier step gives; empty: none
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
        {"topics", "clusterPage", [](const json&) { return QString("Create topics"); }, ""},
        {"simulate", "dataPage",
         [](const json& section) { return "Simulate " + countIn(section, "simulate", "rows") + " events"; }, "out"},
        {"data", "dataPage", [](const json&) { return QString("Read the data"); }, ""},
        {"publish", "dataPage",
         [](const json& section) { return QString(section.contains("test-topic") ? "Split and publish" : "Publish"); },
         "file"},
        {"train", "trainPage",
         [](const json& section) { return "Train " + countIn(section, "train", "epochs") + " epochs"; }, ""},
        {"evaluate", "evaluatePage", [](const json&) { return QString("Evaluate by consumer group"); }, "run"},
        {"online", "trainPage", [](const json&) { return QString("Learn online"); }, ""},
        {"predict", "predictPage", [](const json&) { return QString("Predict into another topic"); }, "run"},
        {"export", "runsPage", [](const json&) { return QString("Export the model"); }, "run"},
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

/// The steps whose section is that of a job of their name.
std::vector<StepKind> jobSteps()
{
    std::vector<StepKind> steps;
    std::ranges::copy_if(stepKinds(), std::back_inserter(steps), [](const StepKind& step) {
        return step.key != "export" && findSection(step.key) != nullptr; // of exports there is a list
    });
    return steps;
}

bool takes(const std::string& kind, const std::string& key)
{
    const Section* section = findSection(kind);
    return section != nullptr && std::ranges::find(section->keys, key, &SectionKey::name) != section->keys.end();
}

Error experimentMistake(const std::string& path, const std::string& what, const std::string& advice)
{
    return {ErrorCode::Usage, path + " " + what, advice, false};
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

/// A section with what is filled in at run time put in its place, checked against the table.
Status checkSection(const std::string& name, json section, const json& filledIn)
{
    for (const auto& [key, value] : filledIn.items())
        if (section.is_object() && !section.contains(key))
            section[key] = value;
    auto resolved = resolveSection(name, section);
    return resolved ? Status{} : fail(resolved.error());
}

Status checkTopics(const json& topics)
{
    if (!topics.is_array())
        return fail(experimentMistake("topics", "must be a list",
                                      "For example [{\"name\": \"susy-train\", \"partitions\": 1}]"));
    for (std::size_t i = 0; i < topics.size(); ++i) {
        const std::string path = "topics[" + std::to_string(i) + "]";
        if (auto checked = checkKeys(topics[i], path, {"name", "partitions"}); !checked)
            return checked;
        if (!topics[i].contains("name") || !topics[i]["name"].is_string())
            return fail(experimentMistake(path + ".name", "must be a text", "Give the topic's name"));
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

Status checkSections(const json& sections)
{
    if (sections.contains("cluster"))
        if (auto checked = checkCluster(sections["cluster"]); !checked)
            return checked;
    if (sections.contains("topics"))
        if (auto checked = checkTopics(sections["topics"]); !checked)
            return checked;
    if (sections.contains("data"))
        if (auto checked = checkKeys(sections["data"], "data", keysOfSection("summarize")); !checked)
            return checked;
    if (sections.contains("model"))
        if (auto checked =
                checkKeys(sections["model"], "model", {"preset", "name", "features", "preprocessing", "layers"});
            !checked)
            return checked;
    for (const StepKind& step : jobSteps()) {
        json filledIn = step.key == "publish" ? sections.value("data", json::object()) : json::object();
        if (!step.filledIn.empty())
            filledIn.emplace(step.filledIn, "-");
        if (sections.contains(step.key))
            if (auto checked = checkSection(step.key, sections[step.key], filledIn); !checked)
                return checked;
    }
    if (!sections.contains("export"))
        return {};
    if (!sections["export"].is_array())
        return fail(experimentMistake("export", "must be a list",
                                      "For example [{\"format\": \"torchscript\", \"out\": \"model.pt\"}]"));
    for (const json& entry : sections["export"])
        if (auto checked = checkSection("export", entry, {{"run", "-"}}); !checked)
            return checked;
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
    auto content = readJson(file);
    if (!content)
        return fail(content.error());
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
    if (takes(key, "seed") && sections.contains("seed") && !section.contains("seed"))
        section["seed"] = sections["seed"];
    if (key == "publish" && sections.contains("data"))
        for (const auto& [name, value] : sections["data"].items())
            if (!section.contains(name))
                section[name] = value;
    if (key == "publish" && resultOf("data").is_object())
        section["schema"] = resultOf("data")["schema"];
    if (key == "train" && sections.contains("model") && !section.contains("model") && !section.contains("preset")) {
        if (sections["model"].contains("preset"))
            section["preset"] = sections["model"]["preset"];
        else
            section["model"] = sections["model"];
    }
    if (key == "predict" && !section.contains("existing") && replacesPredictions(section))
        section["existing"] = "replace";
    const bool usesRun = key == "evaluate" || key == "online" || (key == "predict" && !section.contains("model"));
    if (usesRun && !section.contains("run") && resultOf("train").is_object())
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
    for (const StepKind& step : jobSteps())
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
