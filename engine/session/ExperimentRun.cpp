// SPDX-License-Identifier: GPL-3.0-or-later
#include "session/ExperimentRun.h"

#include "base/Clock.h"
#include "base/Files.h"
#include "base/Json.h"
#include "base/Text.h"
#include "base/WriteError.h"
#include "session/ExperimentCluster.h"
#include "session/ExperimentMistake.h"
#include "session/ExperimentTopics.h"
#include "session/Sections.h"

#include <algorithm>
#include <cmath>
#include <unistd.h>

namespace millrace
{
namespace
{

using nlohmann::json;

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

/// "events-train 1 partition · events-test 2 partitions".
QString topicsLine(const json& topics)
{
    QStringList names;
    for (const json& topic : topics) {
        const int partitions = topic.value("partitions", 1);
        names << QString::fromStdString(topic["name"].get<std::string>() + " " + countOf(partitions, "partition"));
    }
    return names.join(" · ");
}

} // namespace

ExperimentRun::ExperimentRun(Session& session, Experiment experiment, QObject* parent)
    : QObject(parent), m_session(session), m_experiment(std::move(experiment))
{
    const json& sections = m_experiment.sections;
    const json cluster = sections.value("cluster", json());
    const bool named = cluster.is_object() && !cluster.value("local", false) && cluster.contains("brokers");
    const bool external = m_session.isExternal() || named;
    for (const ExperimentStep& step : experimentSteps())
        if (step.work == ExperimentStep::Work::Cluster || sections.contains(step.key))
            m_steps.push_back({step.key,
                               step.title(sections.value(step.key, json()), external),
                               step.page,
                               StepState::Waiting,
                               {},
                               0,
                               nullptr});
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
    const ExperimentStep& step = experimentStep(current().key);
    switch (step.work) {
    case ExperimentStep::Work::Cluster:
        return runCluster();
    case ExperimentStep::Work::Topics:
        return runTopics();
    case ExperimentStep::Work::Job:
        return runSection(step);
    case ExperimentStep::Work::Exports:
        return runExport(step, 0);
    }
}

StepSources ExperimentRun::sources() const
{
    return {m_experiment.sections,
            [this](const std::string& key) {
                const auto found = std::ranges::find(m_steps, key, &Step::key);
                return found == m_steps.end() ? json() : found->result;
            },
            m_session.home(), m_session.isExternal()};
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
    if (m_session.isExternal())
        connectCluster(note);
    else
        startLocalCluster();
}

void ExperimentRun::connectCluster(const QString& note)
{
    m_session.call(
        this,
        [&session = m_session] {
            auto admin = session.admin();
            return admin ? (*admin)->cluster() : Result<ClusterInfo>(fail(admin.error()));
        },
        [this, note](Result<ClusterInfo> info) {
            if (!info)
                return failStep(info.error());
            endStep({{"brokers", m_session.connection().brokers}, {"cluster_id", info->clusterId}},
                    QString::fromStdString(m_session.connection().brokers) + note);
        });
}

void ExperimentRun::startLocalCluster()
{
    LocalCluster& cluster = m_session.cluster();
    if (cluster.state() == LocalCluster::State::Running)
        return lookAtLocalCluster();
    m_clusterConnection = connect(&cluster, &LocalCluster::changed, this, &ExperimentRun::lookAtLocalCluster);
    LocalClusterOptions options = m_session.clusterOptions();
    options.port = objectIn(m_experiment.sections, "cluster").value("port", 0);
    cluster.start(options);
}

/// Ends the cluster's step when the local Kafka runs, or has failed.
void ExperimentRun::lookAtLocalCluster()
{
    const LocalCluster& local = m_session.cluster();
    if (!m_live || experimentStep(current().key).work != ExperimentStep::Work::Cluster)
        return;
    if (local.state() == LocalCluster::State::Failed)
        return failStep(local.error());
    if (local.state() != LocalCluster::State::Running)
        return;
    disconnect(m_clusterConnection);
    const double ready = local.readySeconds();
    const std::string text =
        std::isfinite(ready) ? "ready in " + formatFixed(ready, 1) + " s · " : "already running · ";
    endStep({{"brokers", local.brokers().toStdString()},
             {"version", local.version().toStdString()},
             {"pid", local.pid()},
             {"ready_seconds", std::isfinite(ready) ? json(ready) : json()}},
            QString::fromStdString(text) + local.brokers());
}

void ExperimentRun::runTopics()
{
    m_session.call(
        this,
        [&session = m_session, sections = m_experiment.sections, local = !m_session.isExternal()]() -> Status {
            auto admin = session.admin();
            return admin ? makeExperimentTopics(**admin, session.home(), sections, local) : fail(admin.error());
        },
        [this](Status made) {
            if (!made)
                return failStep(made.error());
            const json& topics = m_experiment.sections["topics"];
            endStep({{"topics", topics}}, topicsLine(topics));
        });
}

void ExperimentRun::runSection(const ExperimentStep& step)
{
    runJob(step.job, jobSection(step, m_experiment.sections[step.key], sources()), [this, &step](const json& result) {
        if (const Status good = step.check == nullptr ? Status{} : step.check(result, m_experiment.sections); !good)
            return failStep(good.error());
        endStep(result, summaryOf(step, result));
    });
}

void ExperimentRun::runExport(const ExperimentStep& step, std::size_t entry)
{
    const json& exports = m_experiment.sections[step.key];
    if (entry >= exports.size())
        return endStep({{"files", m_exported}},
                       QString::fromStdString(m_exported.empty() ? "" : m_exported.back().get<std::string>()));
    runJob(step.job, jobSection(step, exports[entry], sources()), [this, &step, entry](const json& result) {
        m_exported.push_back(result["file"]);
        runExport(step, entry + 1);
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
        const std::string& key = experimentStep(step.key).resultKey;
        json entry = {{"step", step.key}};
        if (step.result.is_object() && key == "steps")
            entry.update(step.result);
        entry["seconds"] = step.seconds;
        steps.push_back(std::move(entry));
        if (step.result.is_object() && key != "steps" && !key.empty())
            result[key] = step.result;
    }
    result["steps"] = std::move(steps);
    result["seconds"] = secondsSince(m_started);
    return result;
}

} // namespace millrace
