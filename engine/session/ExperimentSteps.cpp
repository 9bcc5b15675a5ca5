// SPDX-License-Identifier: GPL-3.0-or-later
#include "session/ExperimentSteps.h"

#include "base/Json.h"
#include "base/Text.h"
#include "data/Rejections.h"
#include "metrics/ScoreTable.h"
#include "pipeline/Predict.h"
#include "session/ExperimentRun.h"
#include "session/Proposal.h"
#include "session/Sections.h"

#include <QStringList>
#include <algorithm>
#include <cmath>
#include <optional>

namespace millrace
{
namespace
{

using nlohmann::json;
using StepWork = ExperimentStep::Work;

constexpr std::size_t kColumnsNamed = 12;

QString stepCount(const json& number)
{
    return QString::fromStdString(number.is_number() ? formatCount(number.get<std::int64_t>())
                                                     : formatCount(std::nullopt));
}

QString stepCountOf(const json& number, const char* what, const char* many = "")
{
    return number.is_number() ? QString::fromStdString(countOf(number.get<std::int64_t>(), what, many))
                              : stepCount(number);
}

QString stepPercent(const json& number)
{
    return QString::fromStdString(formatPercent(number.is_number() ? number.get<double>() : NAN));
}

/// A number of the section, else what the table of sections has for it.
QString countIn(const json& section, const std::string& kind, const char* key)
{
    return stepCount(section.is_object() ? section.value(key, sectionKey(kind, key).defaultValue) : json());
}

bool takes(const ExperimentStep& step, const std::string& key)
{
    const Section* section = findSection(step.job);
    return section != nullptr && std::ranges::find(section->keys, key, &SectionKey::name) != section->keys.end();
}

/// What is published is what was read, unless the section names another file.
void publishData(const json& sections, json& section)
{
    if (sections.contains("data"))
        for (const auto& [name, value] : sections["data"].items())
            if (!section.contains(name))
                section[name] = value;
}

void trainModel(const json& sections, json& section)
{
    if (!sections.contains("model") || section.contains("model") || section.contains("preset"))
        return;
    if (sections["model"].contains("preset"))
        section["preset"] = sections["model"]["preset"];
    else
        section["model"] = sections["model"];
}

/// Before topics are made anew, which may delete what they hold: what publishing would refuse then, or that a training
/// would learn nothing.
Status dataIsOfUse(const json& result, const json& sections)
{
    const auto& columns = listIn(result, "columns");
    const bool isLabelled =
        std::ranges::any_of(columns, [](const json& column) { return textIn(column, "role") == "label"; });
    if (sections.contains("train") && !isLabelled) {
        std::vector<std::string> names;
        for (const json& column : columns)
            names.push_back(textIn(column, "name"));
        return fail(ErrorCode::Usage,
                    "No column is called like a label, and neither the first nor the last has two values",
                    "Choose one with --label: " + firstOf(names, kColumnsNamed));
    }
    const json& problem = sections.contains("train") ? whyNotLearnt(result) : objectIn(result, "problem");
    return problem.empty() ? Status{} : fail(ErrorCode::BadData, textIn(problem, "message"), textIn(problem, "advice"));
}

void publishAsRead(const StepSources& sources, json& section)
{
    if (const json data = sources.resultOf("data"); data.is_object())
        section["schema"] = data["schema"];
}

/// As makeExperimentTopics(): what an earlier run of the experiment predicted goes with the records that it was
/// predicted of, where the file says that these are made anew; only on the local cluster, and what this home has
/// written.
void replacePredictions(const StepSources& sources, json& section)
{
    const json& publish = objectIn(sources.sections, "publish");
    const json from = section.value("topic", json());
    const bool ofOwn =
        from.is_string() && (from == publish.value("topic", json()) || from == publish.value("test-topic", json()));
    if (!section.contains("existing") && ofOwn && textIn(publish, "existing") == "replace" && !sources.external &&
        predictedInto(sources.home, textIn(section, "to")))
        section["existing"] = "replace";
}

/// "30 of class 0 · 12 of class 1", by their names where the schema has them; of many, how many there are.
QString classesLine(const json& result)
{
    constexpr std::size_t kClassesTold = 4;
    const json& counts = listIn(result, "class_counts");
    const json& names = listIn(objectIn(result, "schema"), "classes");
    if (counts.size() > kClassesTold)
        return stepCountOf(result["rows"], "row") + " · " + stepCountOf(counts.size(), "class", "classes");
    QStringList parts;
    for (std::size_t i = 0; i < counts.size(); ++i) {
        const bool isNamed = i < names.size() && names[i].is_string();
        parts << ExperimentRun::tr("%1 of %2")
                     .arg(stepCount(counts[i]), isNamed ? QString::fromStdString(names[i].get<std::string>())
                                                        : ExperimentRun::tr("class %1").arg(i));
    }
    return parts.join(QStringLiteral(" · "));
}

/// Numbers that are foretold have no classes, and a table without a label has none either.
QString dataLine(const json& result)
{
    const json& counts = listIn(result, "class_counts");
    const bool isCounted = std::ranges::any_of(counts, [](const json& count) { return count != 0; });
    return isCounted ? classesLine(result) : stepCountOf(result["rows"], "row");
}

QString publishLine(const json& result)
{
    QStringList parts;
    for (const json& part : result["parts"])
        parts << stepCount(part["records"]);
    return parts.join(" + ") + (parts == QStringList{"1"} ? " message · " : " messages · ") +
           stepCount(static_cast<std::int64_t>(result["records_per_second"].get<double>())) + " / s";
}

QString scoresLine(const json& result)
{
    QStringList parts;
    for (const ScoreRow& row : mainScoresOf(result))
        parts << QString::fromStdString(row.kind->word) + ' ' +
                     (row.kind->unit == ScoreKind::Unit::Share ? stepPercent(orNull(row.value))
                                                               : QString::fromStdString(scoreNumber(row))) +
                     QString::fromStdString(row.unit.empty() ? "" : " " + row.unit);
    return parts.join(" · ");
}

QString trainLine(const json& result)
{
    return scoresLine(comparable(result)) + " · " + stepCountOf(result["steps"], "step");
}

QString predictLine(const json& result)
{
    const json& counts = listIn(result, "class_counts"); // of two classes the second is looked for
    QString records = stepCountOf(result["records"], "record");
    if (counts.size() != 2)
        return records;
    const json& names = listIn(result, "classes");
    const QString name = names.size() == 2 && names[1].is_string() ? QString::fromStdString(names[1].get<std::string>())
                                                                   : ExperimentRun::tr("class 1");
    return records + " · " + ExperimentRun::tr("%1 of %2").arg(stepCount(counts[1]), name);
}

QString eventsTitle(const QString& count)
{
    return count == "1" ? ExperimentRun::tr("Simulate 1 event") : ExperimentRun::tr("Simulate %1 events").arg(count);
}

QString epochsTitle(const QString& count)
{
    if (count == QStringLiteral("–")) // as many as the data need
        return ExperimentRun::tr("Train");
    return count == "1" ? ExperimentRun::tr("Train 1 epoch") : ExperimentRun::tr("Train %1 epochs").arg(count);
}

/// What the network is to be better than.
QString baselineTitle(const json& section)
{
    const std::string preset = textIn(section, "preset");
    return preset == "logistic" ? ExperimentRun::tr("Train a linear baseline") : ExperimentRun::tr("Train a baseline");
}

std::vector<ExperimentStep> makeSteps()
{
    return {
        {.key = "cluster",
         .page = "clusterPage",
         .work = StepWork::Cluster,
         .title =
             [](const json&, bool external) {
                 return external ? ExperimentRun::tr("Connect to Kafka") : ExperimentRun::tr("Start a local Kafka");
             },
         .resultKey = "steps"},
        {.key = "simulate",
         .page = "dataPage",
         .work = StepWork::Job,
         .job = "simulate",
         .title = [](const json& section, bool) { return eventsTitle(countIn(section, "simulate", "rows")); },
         .headline = classesLine,
         .unit = "record",
         .resultKey = "simulate"},
        {.key = "data",
         .page = "dataPage",
         .work = StepWork::Job,
         .job = "summarize",
         .title = [](const json&, bool) { return ExperimentRun::tr("Read the data"); },
         .check = dataIsOfUse,
         .headline = dataLine,
         .unit = "row",
         .resultKey = ""},
        {.key = "topics",
         .page = "clusterPage",
         .work = StepWork::Topics,
         .title = [](const json&, bool) { return ExperimentRun::tr("Create topics"); },
         .hasForm = false,
         .resultKey = "steps"},
        {.key = "publish",
         .page = "dataPage",
         .work = StepWork::Job,
         .job = "publish",
         .title =
             [](const json& section, bool) {
                 return section.contains("test-topic") ? ExperimentRun::tr("Split and publish")
                                                       : ExperimentRun::tr("Publish");
             },
         .fromExperiment = publishData,
         .fromResults = publishAsRead,
         .headline = publishLine,
         .unit = "row",
         .resultKey = "steps"},
        {.key = "baseline",
         .page = "trainPage",
         .work = StepWork::Job,
         .job = "train",
         .title = [](const json& section, bool) { return baselineTitle(section); },
         .hasForm = false,
         .headline = trainLine,
         .unit = "record",
         .resultKey = "baseline"},
        {.key = "baseline-test",
         .page = "evaluatePage",
         .work = StepWork::Job,
         .job = "evaluate",
         .title = [](const json&, bool) { return ExperimentRun::tr("Evaluate the baseline"); },
         .runOf = "baseline",
         .hasForm = false,
         .headline = scoresLine,
         .unit = "record",
         .resultKey = "baseline_test"},
        {.key = "train",
         .page = "trainPage",
         .work = StepWork::Job,
         .job = "train",
         .title = [](const json& section, bool) { return epochsTitle(countIn(section, "train", "epochs")); },
         .fillsForm = true,
         .fromExperiment = trainModel,
         .headline = trainLine,
         .unit = "record",
         .resultKey = "train"},
        {.key = "evaluate",
         .page = "evaluatePage",
         .work = StepWork::Job,
         .job = "evaluate",
         .title = [](const json&, bool) { return ExperimentRun::tr("Evaluate by consumer group"); },
         .runOf = "train",
         .fillsForm = true,
         .headline = scoresLine,
         .unit = "record",
         .resultKey = "test"},
        {.key = "online",
         .page = "trainPage",
         .work = StepWork::Job,
         .job = "online",
         .title = [](const json&, bool) { return ExperimentRun::tr("Learn online"); },
         .runOf = "train",
         .fillsForm = true,
         .headline =
             [](const json& result) {
                 return stepCountOf(result["mini_datasets"].size(), "mini-dataset") + " · " + scoresLine(result);
             },
         .unit = "record",
         .resultKey = "online"},
        {.key = "predict",
         .page = "predictPage",
         .work = StepWork::Job,
         .job = "predict",
         .title = [](const json&, bool) { return ExperimentRun::tr("Predict into another topic"); },
         .runOf = "train",
         .fillsForm = true,
         .fromResults = replacePredictions,
         .headline = predictLine,
         .unit = "record",
         .resultKey = "predict"},
        {.key = "export",
         .page = "runsPage",
         .work = StepWork::Exports,
         .job = "export",
         .title = [](const json&, bool) { return ExperimentRun::tr("Export the model"); },
         .runOf = "train",
         .hasForm = false,
         .resultKey = "steps"},
    };
}

} // namespace

const std::vector<ExperimentStep>& experimentSteps()
{
    static const std::vector<ExperimentStep> steps = makeSteps();
    return steps;
}

const ExperimentStep& experimentStep(const std::string& key)
{
    return *std::ranges::find(experimentSteps(), key, &ExperimentStep::key);
}

std::string experimentStepNames()
{
    std::string names;
    for (const ExperimentStep& step : experimentSteps())
        if (step.work != StepWork::Cluster)
            names += (names.empty() ? "" : &step == &experimentSteps().back() ? " and " : ", ") + step.key;
    return names;
}

std::vector<std::string> groupReaders(const json& sections)
{
    std::vector<std::string> readers;
    for (const ExperimentStep& step : experimentSteps())
        if (takes(step, "group") && sections.contains(step.key))
            readers.push_back(step.key);
    return readers;
}

json filledIn(const ExperimentStep& step, const json& sections, json section)
{
    if (takes(step, "seed") && sections.contains("seed") && !section.contains("seed"))
        section["seed"] = sections["seed"];
    if (step.fromExperiment != nullptr)
        step.fromExperiment(sections, section);
    return section;
}

bool takesRunOfTraining(const ExperimentStep& step, const json& section)
{
    return !step.runOf.empty() && !section.contains("run") && !section.contains("model");
}

json jobSection(const ExperimentStep& step, const json& section, const StepSources& sources)
{
    json filled = filledIn(step, sources.sections, section);
    if (step.fromResults != nullptr)
        step.fromResults(sources, filled);
    if (takesRunOfTraining(step, filled))
        if (const json trained = sources.resultOf(step.runOf); trained.is_object())
            filled["run"] = trained["run"];
    return filled;
}

QString summaryOf(const ExperimentStep& step, const json& result)
{
    const QString headline = step.headline(result);
    const std::string without = rejectionSentence(rejectionsIn(result), step.unit);
    return without.empty() ? headline : headline + " · " + QString::fromStdString(without);
}

} // namespace millrace
