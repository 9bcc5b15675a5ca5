// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/Clock.h"
#include "base/Json.h"
#include "base/Text.h"
#include "pipeline/training/Forecast.h"
#include "pipeline/writing/FileSplit.h"
#include "session/Experiment.h"
#include "session/Proposal.h"
#include "session/Sections.h"
#include "session/WorkRequest.h"

namespace millrace::work
{
namespace
{

using nlohmann::json;

/// Beside what is known of each column what is done with it; the label and ignored ones have nothing of that.
void tellColumns(const std::vector<ColumnProposal>& proposed, json& columns)
{
    for (json& column : columns)
        for (const ColumnProposal& each : proposed)
            if (column["name"] == each.column)
                column.update({{"what", each.what}, {"why", each.why}, {"numbers", each.numbers}});
}

/// What parts the rows of the table, as publishing decides it.
SplitSpec splitOf(const Request& request, const std::optional<SplitAdvice>& advice)
{
    SplitSpec split;
    split.column = request.text("split-column");
    if (const SplitKindInfo* info = splitKind(request.text("split")))
        split.kind = info->kind;
    else if (advice)
        split = {.kind = advice->kind, .column = advice->column};
    return split;
}

/// A column that parts the rows into groups is told along, and nothing to learn from.
void tellSplitColumn(const SplitSpec& split, const Schema& schema, json& columns)
{
    const int place = schema.columnNamed(split.column);
    if (place < 0 || schema.columns[static_cast<std::size_t>(place)].role != ColumnRole::Spectator)
        return;
    columns[static_cast<std::size_t>(place)].update(
        {{"what", "parts the rows"}, {"why", "what is to be foretold is of others: it is no feature"}, {"numbers", 0}});
}

/// What `learn` would do with the table if nothing else were said.
json learnSections(const Request& request)
{
    LearnWish wish;
    wish.file = request.text("file");
    wish.split = request.text("split");
    wish.splitColumn = request.text("split-column");
    wish.label = request.text("label");
    wish.task = request.text("task");
    wish.seed = request.seed();
    json sections = learnExperiment(wish).sections;
    for (const SectionKey& key : findSection("summarize")->keys)
        if (const auto given = request.section.find(key.name); given != request.section.end() && !given->is_null())
            sections["data"][key.name] = *given;
    return sections;
}

Result<json> propose(const Request& request, JobContext& context)
{
    const auto began = Clock::now();
    auto schema = schemaOf(request);
    if (!schema)
        return fail(schema.error());
    const std::filesystem::path file = request.text("file");
    const auto progress = [&](std::int64_t rows, double fraction) {
        Progress now;
        now.text = "read " + countOf(rows, "row");
        now.records = rows;
        now.fraction = fraction;
        context.report(now);
    };
    auto summary = summarizeWithClasses(file, *schema, -1, context.stop(), progress);
    if (!summary)
        return fail(summary.error());
    json result = summaryJson(*summary, *schema);
    const json sections = learnSections(request);
    auto advice = adviseSplit(file, *schema, context.stop());
    if (!advice)
        return fail(advice.error());
    const SplitSpec split = splitOf(request, *advice);
    if (!summary->problem && schema->labelColumn() >= 0) {
        Schema learnt = *schema;
        if (auto given = giveSplitRole(split, learnt); !given)
            return fail(given.error());
        const json& publish = sections["publish"];
        auto columns = proposeColumns({file, learnt, summary->rows, publish["format"], publish["key"],
                                       split.kind == SplitKind::Time, request.seed()},
                                      context);
        if (!columns)
            return fail(columns.error());
        tellColumns(*columns, result["columns"]);
        tellSplitColumn(split, learnt, result["columns"]);
    }
    result["split"] = toJson(*advice);
    auto proposal = describeProposal(sections, result);
    if (!proposal)
        return fail(proposal.error());
    result["proposal"] = toJson(*proposal);
    result["file"] = file.string();
    result["seconds"] = secondsSince(began);
    return result;
}

} // namespace

Result<PreparedWork> preparePropose(const Request& request)
{
    return PreparedWork{"Looking at " + titleOf(request), [section = request.section, connection = request.connection,
                                                           home = request.home](JobContext& context) {
                            return propose({section, connection, home}, context);
                        }};
}

} // namespace millrace::work
