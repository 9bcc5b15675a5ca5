// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/RunRows.h"

#include "base/Json.h"
#include "base/Text.h"
#include "models/Scores.h"
#include "models/TableText.h"
#include "models/Values.h"
#include "session/Job.h"
#include "style/Theme.h"

#include <QCoreApplication>
#include <algorithm>

namespace millrace
{

namespace
{

struct RunWords {
    Q_DECLARE_TR_FUNCTIONS(RunRows)
};

/// Records of a run; sorted by their number.
struct RecordsCell {
    qint64 records = 0;
    double learntShare = 0; ///< of those that were scored, what the model had learnt before
    bool operator==(const RecordsCell&) const = default;
    bool operator<(const RecordsCell& other) const { return records < other.records; }
};

constexpr auto kNothingNew = "nothing new";

QString outcomeWord(const QString& outcome)
{
    const std::pair<const char*, QString> own[] = {{kNothingNew, RunWords::tr("nothing new")},
                                                   {"nothing scored", RunWords::tr("nothing scored")},
                                                   {"nothing learnt", RunWords::tr("nothing learnt")},
                                                   {"nothing predicted", RunWords::tr("nothing predicted")},
                                                   {"cancelled", RunWords::tr("stopped")}};
    for (const auto& [name, word] : own)
        if (outcome == QLatin1String(name))
            return word;
    return tableText(outcome.toStdString());
}

/// Each has a shape and a colour of its own.
QString outcomeText(const QVariant& outcome)
{
    const QString text = outcome.toString();
    const QString shape = text == QLatin1String("done")      ? QStringLiteral("●")
                          : text == QLatin1String("running") ? QStringLiteral("◐")
                          : text == QLatin1String("failed")  ? QStringLiteral("■")
                                                             : QStringLiteral("◆");
    return shape + ' ' + outcomeWord(text);
}

QColor outcomeColour(const QVariant& outcome)
{
    const QString text = outcome.toString();
    const Theme& theme = Theme::current();
    return text == QLatin1String("done")      ? theme.ok
           : text == QLatin1String("running") ? theme.accent
           : text == QLatin1String("failed")  ? theme.error
                                              : theme.warn;
}

QString recordsText(const QVariant& value)
{
    if (!value.isValid())
        return countText(value);
    const auto cell = value.value<RecordsCell>();
    const QString records = countText(cell.records);
    return cell.learntShare > 0 ? RunWords::tr("%1 · %2 learnt before")
                                      .arg(records, QString::fromStdString(formatPercent(cell.learntShare)))
                                : records;
}

QVariant recordsOf(const nlohmann::json& result)
{
    const QVariant records = jsonValue(result, "records");
    if (!records.isValid())
        return {};
    const double learnt = static_cast<double>(jsonCount(result, "learnt")),
                 scored = static_cast<double>(jsonCount(result, "scored"));
    return QVariant::fromValue(RecordsCell{records.toLongLong(), learnt > 0 && scored > 0 ? learnt / scored : 0});
}

std::string nothingDone(const std::string& kind)
{
    return kind == "train" ? "nothing learnt" : kind == "predict" ? "nothing predicted" : "nothing scored";
}

bool isLive(const RunInfo& run)
{
    return run.status == "running";
}

/// What stands in the way of learning again, whichever way.
QString whyNotLearnt(const RunInfo* run, bool hasBroker)
{
    if (!run)
        return RunWords::tr("Select a run first.");
    if (run->trouble)
        return RunWords::tr("Its run.json cannot be read.");
    if (isLive(*run))
        return RunWords::tr("The run is live.");
    if (!isLearning(*run))
        return RunWords::tr("It learns nothing: only a training or an online run can be done again.");
    return hasBroker ? QString() : RunWords::tr("Needs a cluster: start or connect one on the Cluster page.");
}

/// Whether the value of one of a job's, or run's, keys names the run. A training's "run" is its own name.
bool namesRun(const nlohmann::json& section, const std::string& kind, const RunInfo& run)
{
    for (const char* key : {"run", "resume", "reproduce", "model"}) {
        const std::string named = textIn(section, key);
        if (!(kind == "train" && key == std::string_view("run")) && (named == run.folder || named == run.name))
            return true;
    }
    return false;
}

} // namespace

QString runNameIn(const QString& folder)
{
    return folder.section('-', 1);
}

RowsColumn runNameColumn()
{
    RowsColumn name = textColumn(RunWords::tr("run"));
    name.format = [](const QVariant& folder) { return runNameIn(folder.toString()); };
    return name;
}

QList<RowsColumn> runColumns()
{
    RowsColumn status = textColumn(RunWords::tr("status"));
    status.format = outcomeText;
    status.colour = outcomeColour;
    RowsColumn started = textColumn(RunWords::tr("started"));
    started.format = [](const QVariant& time) { return localTimeText(time.toString()); };
    started.firstOrder = Qt::DescendingOrder;
    RowsColumn records = countColumn(RunWords::tr("records"));
    records.format = recordsText;
    QList<RowsColumn> columns = {runNameColumn(), wordColumn(RunWords::tr("kind")),  status,
                                 started,         textColumn(RunWords::tr("topic")), records};
    Q_ASSERT(columns.size() == runColumn::FirstScore);
    for (const ScoreKind* kind : mainScores())
        columns << scoreColumn(*kind);
    return columns;
}

QVariantList runRow(const RunInfo& run)
{
    const nlohmann::json& result = jsonChild(run.description, "result");
    return QVariantList{QString::fromStdString(run.folder),       QString::fromStdString(run.kind),
                        QString::fromStdString(outcomeOf(run)),   QString::fromStdString(run.started),
                        jsonValue(configurationOf(run), "topic"), recordsOf(result)}
           << mainScoresIn(comparable(result));
}

std::string outcomeOf(const RunInfo& run)
{
    const nlohmann::json& result = jsonChild(run.description, "result");
    const bool gotSome = jsonCount(result, "records", 1) > 0, scoredSome = jsonCount(result, "scored", 1) > 0;
    if (run.status != "done" || (gotSome && scoredSome))
        return run.status;
    return jsonFlag(result, "nothing_new") && jsonText(result, "nothing_because").isEmpty() ? kNothingNew
                                                                                            : nothingDone(run.kind);
}

const nlohmann::json& configurationOf(const RunInfo& run)
{
    const nlohmann::json& configuration = jsonChild(run.description, "configuration");
    return configuration.empty() ? run.description : configuration;
}

bool isLearning(const RunInfo& run)
{
    return run.kind == "train" || run.kind == "online";
}

QString whyNotResumed(const RunInfo* run, bool hasBroker)
{
    if (run && isLearning(*run) && run->status == "done")
        return RunWords::tr("It is done: there is nothing left to learn. Reproduce does it again.");
    return whyNotLearnt(run, hasBroker);
}

QString whyNotReproduced(const RunInfo* run, bool hasBroker)
{
    if (run && isLearning(*run) && !isLive(*run) && !run->hasModel)
        return RunWords::tr("It has saved no checkpoint to compare with.");
    return whyNotLearnt(run, hasBroker);
}

QString whyNotUsed(const RunInfo* run)
{
    if (!run)
        return RunWords::tr("Select a run first.");
    if (run->hasModel)
        return {};
    return isLearning(*run) ? RunWords::tr("It has saved no checkpoint: there is no model.")
                            : RunWords::tr("It has no model of its own: select the training that it uses.");
}

QString whyNotDeleted(const RunInfo* run, const std::vector<RunInfo>& runs, const QList<Job*>& live)
{
    if (!run)
        return RunWords::tr("Select a run first.");
    if (isLive(*run))
        return RunWords::tr("The run is live; stop it first.");
    for (const Job* job : live)
        if (namesRun(job->section(), job->kind().toStdString(), *run))
            return RunWords::tr("“%1” uses it; stop that first.").arg(job->title());
    for (const std::string& user : runsBuiltOn(*run, runs))
        if (const auto info = std::ranges::find(runs, user, &RunInfo::folder); info != runs.end() && isLive(*info))
            return RunWords::tr("Run %1, which is live, uses it; stop that first.").arg(QString::fromStdString(user));
    return {};
}

std::vector<std::string> runsBuiltOn(const RunInfo& run, const std::vector<RunInfo>& runs)
{
    std::vector<std::string> built;
    for (const RunInfo& other : runs) {
        const std::string parent = textIn(other.description, "parent", textIn(other.description, "reproduces"));
        const bool builds = parent.empty() ? namesRun(configurationOf(other), other.kind, run) : parent == run.folder;
        if (builds && other.folder != run.folder)
            built.push_back(other.folder);
    }
    return built;
}

} // namespace millrace
