// SPDX-License-Identifier: GPL-3.0-or-later
#include "session/Proposal.h"

#include "base/Json.h"
#include "base/Text.h"
#include "data/files/CsvHeading.h"
#include "data/splits/SplitSpec.h"
#include "pipeline/training/Forecast.h"
#include "session/ExperimentMistake.h"
#include "session/ExperimentSteps.h"
#include "session/Sections.h"
#include "session/WorkRequest.h"

#include <algorithm>
#include <cmath>

namespace millrace
{
namespace
{

using nlohmann::json;

/// A step's section as its job takes it, with what the experiment says elsewhere.
Result<json> resolvedStep(const char* key, const json& sections)
{
    const ExperimentStep& step = experimentStep(key);
    auto resolved = resolveSection(step.job, filledIn(step, sections, objectIn(sections, key)));
    return resolved ? resolved : fail(underKey(resolved.error(), step.job, key));
}

ProposalLine labelLine(const json& sections, const Schema& schema)
{
    if (schema.labelColumn() < 0)
        return {"none yet", "no column is called like a label, and neither the first nor the last has two values"};
    const std::string name = schema.labelNames();
    const json& data = objectIn(sections, "data");
    if (!textIn(data, "label").empty() || data.value("schema", json()).is_object())
        return {name, "chosen"};
    if (csv::isLabelName(name))
        return {name, "its name is one of a label"};
    return {name, schema.labelColumn() == 0 ? "the first column has two values" : "the last column has two values"};
}

ProposalLine taskLine(const Schema& schema, const json& found)
{
    constexpr std::size_t kNamed = 6;
    const std::string why = textIn(objectIn(found, "label"), "why");
    if (schema.labelColumn() < 0)
        return {"–", ""};
    if (const json& problem = whyNotLearnt(found); !problem.empty())
        return {"none: the label cannot be learnt", textIn(problem, "message") + ". " + textIn(problem, "advice")};
    if (const std::size_t labels = schema.labelColumns().size(); labels > 1)
        return {"regression: " + std::to_string(labels) + " numbers are foretold", why};
    if (schema.task == TaskKind::Regression)
        return {"regression: the number is foretold", why};
    std::vector<std::string> names;
    for (std::size_t i = 0; i < schema.classes.size(); ++i)
        names.push_back(printable(schema.className(static_cast<int>(i))));
    const std::size_t count = std::max<std::size_t>(2, schema.classes.size());
    return {countOf(static_cast<std::int64_t>(count), "class", "classes") +
                (names.empty() ? "" : ": " + firstOf(names, kNamed)),
            why};
}

/// The rows that publishing would make the test part's, about.
double testRows(const json& publish, double rows)
{
    if (publish["test-topic"].is_null())
        return 0;
    if (!textIn(publish, "test-file").empty()) // all of this one are learnt
        return 0;
    return publish["test-last"].is_null() ? rows * publish["test-fraction"].get<double>()
                                          : std::min(rows, publish["test-last"].get<double>());
}

double publishedRows(const json& publish, const json& found)
{
    const auto rows = static_cast<double>(integerIn(found, "rows")), wanted = publish["rows"].get<double>();
    return wanted < 0 ? rows : std::min(rows, wanted);
}

/// The split that publishing would take: of "auto" the one that the rows ask for, with the reason.
struct ChosenSplit {
    std::string kind, column, reason;
};

ChosenSplit chosenSplit(const json& publish, const json& found)
{
    const std::string kind = textIn(publish, "split", infoOf(SplitKind::Random).name);
    if (kind != kProposedSplit)
        return {kind, textIn(publish, "split-column"), {}};
    const json& advice = objectIn(found, "split");
    if (advice.empty())
        return {infoOf(SplitKind::Random).name, {}, "no column asks for another split"};
    return {textIn(advice, "kind"), textIn(advice, "column"), textIn(advice, "reason")};
}

std::string howDrawn(const ChosenSplit& split)
{
    const bool isRandom = split.kind == infoOf(SplitKind::Random).name;
    return (isRandom ? "drawn by the seed" : "split by " + split.kind) +
           (split.column.empty() ? "" : " of " + split.column) + (split.reason.empty() ? "" : ": " + split.reason);
}

ProposalLine splitLine(const json& publish, const json& found, double rows)
{
    const double test = testRows(publish, rows);
    if (const std::string file = textIn(publish, "test-file"); !file.empty())
        return {file + " is the test part", "it is scored and never learnt"};
    if (test == 0)
        return {"no test part", "nothing would tell how good the model is on records that it has not seen"};
    const std::string count = countOf(std::llround(test), "row");
    if (!publish["test-last"].is_null())
        return {"the last " + count + " are the test part", "what is learnt is older than what is scored"};
    const ChosenSplit split = chosenSplit(publish, found);
    if (split.kind == infoOf(SplitKind::Column).name)
        return {"the rows that column " + split.column + " names for it are the test part",
                howDrawn(split) + "; they are scored and never learnt"};
    return {formatFixed(100 * test / rows, 0) + " % of the rows, about " + formatCount(std::llround(test)) +
                ", are the test part",
            howDrawn(split) + "; they are scored and never learnt"};
}

std::string layersText(const std::vector<std::string>& layers)
{
    return joined(layers, " → ");
}

ProposalLine modelLine(const std::string& preset, const ModelForecast& forecast, int inputs)
{
    std::string help;
    for (const PresetInfo& info : presetTable())
        if (info.name == preset)
            help = info.help;
    return {preset + ": " + layersText(forecast.layers) + "; " + countOf(forecast.parameters, "parameter"),
            help + "; the columns become " + countOf(inputs, "number")};
}

ProposalLine budgetLine(const ModelForecast& forecast, double rows)
{
    const TrainBudget& budget = forecast.budget;
    std::string what = "at most " + countOf(budget.epochs, "epoch") + " of batches of " + formatCount(budget.batch) +
                       " (" + countOf(budget.steps, "step") + "); " + budget.optimizer.kind + " at " +
                       shortestDecimal(budget.optimizer.learningRate) + ", schedule " + budget.schedule.kind;
    if (budget.validation > 0)
        what += "; " + formatFixed(100 * budget.validation, 0) + " % of the records validate";
    if (budget.validation > 0 && budget.patience > 0)
        what += ", and it ends " + countOf(budget.patience, "epoch") + " after the best one";
    const std::string learnt = "about " + countOf(std::llround(rows), "row") + " are to be learnt";
    return {what, forecast.isSized ? learnt + ": a small table is seen often enough, and a large one not too often"
                                   : "as the tutorial has it, whatever the data are"};
}

/// The numbers that the columns become.
int inputsOf(const json& found)
{
    int numbers = 0;
    for (const json& column : listIn(found, "columns"))
        numbers += static_cast<int>(integerIn(column, "numbers"));
    return numbers;
}

} // namespace

const json& whyNotLearnt(const json& found)
{
    const json& problem = objectIn(found, "problem");
    return problem.empty() ? objectIn(found, "unlearnable") : problem;
}

Result<Proposal> describeProposal(const json& sections, const json& found)
{
    auto schema = schemaFromJson(objectIn(found, "schema"));
    if (!schema)
        return fail(schema.error());
    Proposal proposal{labelLine(sections, *schema), taskLine(*schema, found), {}, {}, {}};
    auto publish = resolvedStep("publish", sections);
    if (!publish)
        return fail(publish.error());
    auto train = resolvedStep("train", sections);
    if (!train)
        return fail(train.error());
    const double rows = publishedRows(*publish, found), learnt = rows - testRows(*publish, rows);
    proposal.split = splitLine(*publish, found, rows);
    auto config = work::trainConfigOf({*train, {}, {}});
    if (!config)
        return fail(underKey(config.error(), "train", "train"));
    const int inputs = config->prepares ? inputsOf(found) : static_cast<int>(schema->featureColumns().size());
    if (schema->labelColumn() < 0 || inputs == 0 || !whyNotLearnt(found).empty())
        return proposal;
    auto forecast = forecastModel(*config, taskOf(*schema), inputs, std::llround(learnt));
    if (!forecast)
        return fail(forecast.error());
    proposal.model = modelLine(config->model ? "own model" : config->preset, *forecast, inputs);
    proposal.budget = budgetLine(*forecast, learnt);
    return proposal;
}

json toJson(const Proposal& proposal)
{
    json lines = json::object();
    const auto add = [&](const char* name, const ProposalLine& line) {
        lines[name] = line.what.empty() ? json() : json{{"what", line.what}, {"why", line.why}};
    };
    add("label", proposal.label);
    add("task", proposal.task);
    add("split", proposal.split);
    add("model", proposal.model);
    add("budget", proposal.budget);
    return lines;
}

} // namespace millrace
