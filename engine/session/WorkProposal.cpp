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

/// What `learn` would do with the table if nothing else were said.
json learnSections(const Request& request)
{
    LearnWish wish;
    wish.file = request.text("file");
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
    if (!summary->problem && schema->labelColumn() >= 0) {
        const json& publish = sections["publish"];
        auto columns =
            proposeColumns({file, *schema, summary->rows, publish["format"], publish["key"], request.seed()}, context);
        if (!columns)
            return fail(columns.error());
        tellColumns(*columns, result["columns"]);
    }
    auto advice = adviseSplit(file, *schema, context.stop());
    if (!advice)
        return fail(advice.error());
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
