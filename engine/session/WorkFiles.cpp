// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/Clock.h"
#include "base/Json.h"
#include "base/Text.h"
#include "data/PrivateCells.h"
#include "data/files/CsvReader.h"
#include "data/files/FileNotes.h"
#include "data/files/TableFiles.h"
#include "data/files/TextInput.h"
#include "pipeline/Download.h"
#include "pipeline/FitProfile.h"
#include "pipeline/Publish.h"
#include "pipeline/Simulate.h"
#include "pipeline/runs/TopicNotes.h"
#include "pipeline/writing/FileSplit.h"
#include "session/Sections.h"
#include "session/WorkRequest.h"

#include <cmath>

namespace millrace::work
{
namespace
{

using nlohmann::json;

/// Of a file, to show its encoding: so many lines, so much of each.
constexpr std::size_t kRawLines = 3, kRawBytes = 400;

/// What the label's values are, and why they are learnt as they are; null without one.
json labelJson(const FileSummary& summary, const Schema& schema)
{
    const auto values = static_cast<std::int64_t>(summary.labels.distinct());
    if (schema.labelColumn() < 0 || values == 0)
        return {};
    return {{"numbers", summary.labels.areNumbers()},
            {"values", summary.labels.more() ? json() : json(values)},
            {"why", labelReason(schema, summary.labels)}};
}

/// What a training would make of the column, and why; of one that is no feature only why it is proposed as none.
json planJson(const ColumnSummary& column, const Column& description)
{
    const bool isFeature = description.role == ColumnRole::Feature;
    if (!column.plan || !(isFeature || column.plan->isIdentifier))
        return {};
    json plan = {{"what", isFeature ? column.plan->what : "left out"}, {"why", column.plan->why}};
    if (isFeature && !column.plan->question.empty())
        plan["question"] = column.plan->question;
    return plan;
}

/// Of a file of which nobody has said what its columns are: an identifier is proposed as no feature.
void leaveIdentifiersOut(const FileSummary& summary, Schema& schema)
{
    const auto isOut = [&](std::size_t i) {
        return schema.columns[i].role == ColumnRole::Feature && summary.columns[i].plan &&
               summary.columns[i].plan->isIdentifier;
    };
    std::vector<std::size_t> out;
    for (std::size_t i = 0; i < schema.columns.size(); ++i)
        if (isOut(i))
            out.push_back(i);
    if (out.size() == schema.featureColumns().size()) // nothing would be left: a training says so
        return;
    for (const std::size_t i : out)
        schema.columns[i].role = ColumnRole::Ignored;
}
} // namespace

json summaryJson(const FileSummary& summary, const Schema& schema)
{
    json columns = json::array();
    for (std::size_t i = 0; i < summary.columns.size(); ++i) {
        const ColumnSummary& column = summary.columns[i];
        const Column& description = schema.columns[i];
        const bool isMeasured = description.role == ColumnRole::Feature || description.role == ColumnRole::Label;
        const bool known =
            isMeasured && description.type == ColumnType::Number && summary.rows > 0 && !description.isPrivate;
        const auto orNull = [known](double value) { return known && std::isfinite(value) ? json(value) : json(); };
        json told = toJson(column.shape);
        told.update({{"name", description.name},
                     {"type", description.type == ColumnType::Number ? "number" : "text"},
                     {"role", roleInfo(description.role).name},
                     {"private", description.isPrivate},
                     {"min", orNull(column.minimum)},
                     {"max", orNull(column.maximum)},
                     {"mean", orNull(column.mean)},
                     {"missing", column.missing},
                     {"histogram", column.histogram},
                     {"histogram_from", orNull(column.histogramFrom)},
                     {"histogram_to", orNull(column.histogramTo)},
                     {"plan", planJson(column, description)}});
        columns.push_back(std::move(told));
    }
    json notes = json::array();
    for (const FileNote& note : summary.notes)
        notes.push_back(
            {{"kind", note.kind},
             {"column", note.column < 0 ? json() : json(schema.columns[static_cast<std::size_t>(note.column)].name)},
             {"text", note.text}});
    json result = {{"schema", toJson(schema)},
                   {"notes", notes},
                   {"rows", summary.rows},
                   {"class_counts", summary.classCounts},
                   {"drawn_classes", summary.drawn.classes()},
                   {"label", labelJson(summary, schema)},
                   {"columns", columns},
                   {"first_rows", summary.firstRows},
                   {"first_problems", summary.firstProblems},
                   {"sorted_by_class", summary.sortedByClass}};
    tell(summary.rejections.report(summary.rows), result);
    if (summary.problem)
        result["problem"] = {{"message", summary.problem->message}, {"advice", summary.problem->advice}};
    if (summary.unlearnable)
        result["unlearnable"] = {{"message", summary.unlearnable->message}, {"advice", summary.unlearnable->advice}};
    return result;
}

namespace
{

/// How the file was read, all of it, and its first lines as they stand: a person sees whether the encoding is right.
json readingJson(const Schema& schema, const std::vector<std::string>& lines)
{
    const PrivateCells privates(schema);
    json shownLines = json::array();
    for (std::size_t i = 0; i < lines.size(); ++i) {
        const bool isRow = static_cast<std::int64_t>(i) >= schema.skip + (schema.header ? 1 : 0);
        shownLines.push_back((isRow ? privates.blanked(lines[i]) : lines[i]).substr(0, kRawBytes));
    }
    if (schema.isJson())
        return {{"encoding", schema.encoding}, {"form", "json"}, {"first_lines", shownLines}};
    return {{"encoding", schema.encoding},
            {"form", "csv"},
            {"separator", separatorName(schema.separator)},
            {"decimal", schema.decimal == ',' ? "comma" : "point"},
            {"comment", schema.comment.empty() ? json() : json(schema.comment)},
            {"header", schema.header ? json(schema.skip + 1) : json()},
            {"first_lines", shownLines}};
}

Result<json> summarize(const Request& request, JobContext& context)
{
    const auto began = Clock::now();
    auto schema = schemaOf(request);
    if (!schema)
        return fail(schema.error());
    const std::filesystem::path file = request.text("file");
    const auto progress = [&](std::int64_t rows, double fraction) {
        const double seconds = secondsSince(began);
        Progress now;
        now.text = "read " + countOf(rows, "row");
        now.records = rows;
        now.fraction = fraction;
        now.rate = rateOver(rows, seconds);
        now.secondsLeft = secondsLeftAfter(fraction, seconds);
        context.report(now);
    };
    auto summary = summarizeWithClasses(file, *schema, request.integer("rows"), context.stop(), progress);
    if (!summary)
        return fail(summary.error());
    if (request.section["schema"] == "auto" && request.text("features").empty())
        leaveIdentifiersOut(*summary, *schema);
    json result = summaryJson(*summary, *schema);
    const json notes = readFileNotes(file);
    result["simulated"] = flagIn(notes, "simulated");
    result["best"] = notes.is_object() ? notes["best"] : json();
    auto lines = firstLines(file, schema->encoding, kRawLines);
    if (!lines)
        return fail(lines.error());
    result["reading"] = readingJson(*schema, *lines);
    auto advice = adviseSplit(file, *schema, context.stop());
    if (!advice)
        return fail(advice.error());
    result["split"] = toJson(*advice);
    result["file"] = file.string();
    result["seconds"] = secondsSince(began);
    return result;
}

/// "events.csv.gz", or of its first rows "events-100000.csv".
std::filesystem::path downloadedFile(const std::string& url, std::int64_t rows)
{
    std::string name = url.substr(0, url.find_first_of("?#"));
    name = name.substr(name.rfind('/') + 1);
    if (name.empty())
        name = "table.csv";
    return rows < 0 ? name : name.substr(0, name.find('.')) + "-" + std::to_string(rows) + ".csv";
}

} // namespace

Result<PreparedWork> prepareSummarize(const Request& request)
{
    return PreparedWork{"Reading " + titleOf(request), [section = request.section, connection = request.connection,
                                                        home = request.home](JobContext& context) {
                            return summarize({section, connection, home}, context);
                        }};
}

Result<PreparedWork> prepareDownload(const Request& request)
{
    DownloadConfig config{request.text("url"), request.text("out"), request.integer("rows"), request.small("columns"),
                          request.small("retries")};
    if (!config.url.starts_with("https://") && !config.url.starts_with("http://"))
        return fail(ErrorCode::Usage, "download.url '" + config.url + "' is no address", "Begin it with https://");
    if (config.rows == 0)
        return fail(ErrorCode::Usage, "download.rows is 0", "Give how many rows, or -1 for all");
    if (config.out.empty())
        config.out = request.home / "data" / downloadedFile(config.url, config.rows);
    return PreparedWork{"Downloading " + shown(config.out.filename().string()),
                        [config](JobContext& context) { return asJson(download(config, context)); }};
}

Result<PreparedWork> prepareFit(const Request& request)
{
    auto schema = schemaOf(request);
    if (!schema)
        return fail(schema.error());
    FitConfig config{request.text("file"),        *schema,       request.text("out"), request.number("prior", -1),
                     request.text("attribution"), request.seed()};
    return PreparedWork{"Fitting a simulator to " + titleOf(request),
                        [config](JobContext& context) { return asJson(fitProfile(config, context)); }};
}

Result<PreparedWork> prepareSimulate(const Request& request)
{
    auto profile = profileOf(request.text("profile"));
    if (!profile)
        return fail(profile.error());
    SimulateConfig config;
    config.home = request.home;
    config.profile = std::move(*profile);
    config.rows = request.integer("rows");
    config.seconds = request.number("seconds", 0);
    config.seed = request.seed();
    config.out = request.text("out");
    config.decimals = static_cast<int>(request.integer("decimals", 0));
    config.connection = request.connection;
    config.topic = request.text("topic");
    config.format = request.text("format");
    config.partitions = request.small("partitions");
    config.existing = existingOf(request.text("existing"));
    config.rate = request.number("rate", 0);
    config.retentionBytes = request.integer("retention-bytes");
    for (const std::string& text : request.names("drift")) {
        auto turn = parseDriftTurn(text);
        if (!turn)
            return fail(turn.error());
        config.drift.push_back(*turn);
    }
    if (config.out.empty() == config.topic.empty())
        return fail(ErrorCode::Usage, "simulate.out (a CSV) or simulate.topic must be given, and not both",
                    "Give one of them");
    if (config.topic.empty() && (config.rate > 0 || config.seconds > 0))
        return fail(ErrorCode::Usage,
                    std::string("simulate.") + (config.rate > 0 ? "rate" : "seconds") +
                        " is of a topic, and a CSV is written as fast as it goes",
                    "Leave it out, or give simulate.topic instead of simulate.out");
    if (config.topic.empty() && config.rows == 0)
        return fail(ErrorCode::Usage, "simulate.rows is 0, and a CSV must end somewhere",
                    "Say how many with simulate.rows");
    return PreparedWork{config.rows > 0 ? "Simulating " + shown(countOf(config.rows, "event"))
                                        : "Simulating a stream into " + shown(config.topic),
                        [config](JobContext& context) { return asJson(simulate(config, context)); }};
}

/// A number of last rows, or another file, says what kind it is.
void takeSplit(const Request& request, PublishConfig& config)
{
    config.testFile = request.text("test-file");
    config.split.share = request.number("test-fraction", 0.4);
    config.split.last = request.integer("test-last");
    config.split.column = request.text("split-column");
    const std::string kind = request.text("split");
    config.proposesSplit = kind == kProposedSplit;
    if (const SplitKindInfo* info = splitKind(kind))
        config.split.kind = info->kind;
    if (config.split.last >= 0)
        config.split.kind = SplitKind::Last;
    if (!config.testFile.empty())
        config.split.kind = SplitKind::File;
}

Result<PreparedWork> preparePublish(const Request& request)
{
    auto schema = schemaOf(request);
    if (!schema)
        return fail(schema.error());
    PublishConfig config;
    config.connection = request.connection;
    config.home = request.home;
    config.file = request.text("file");
    config.schema = std::move(*schema);
    config.rows = request.integer("rows");
    config.format = request.text("format");
    config.topic = request.text("topic");
    config.partitions = request.small("partitions");
    config.testTopic = request.text("test-topic");
    config.testPartitions = request.small("test-partitions");
    takeSplit(request, config);
    std::error_code ignored;
    for (const std::filesystem::path& file : filesOf(config.file, config.schema))
        if (!config.testFile.empty() && std::filesystem::equivalent(file, config.testFile, ignored))
            return fail(ErrorCode::Usage,
                        config.testFile.string() + " is a file that is learnt: nothing would be tested",
                        "Give another file with publish.test-file, or part this one with publish.split");
    config.key = request.text("key");
    config.fileOrder = request.text("order") == "file";
    config.seed = request.seed();
    config.onError = request.onError();
    config.unlabelled = request.text("label") == kNoLabel && config.schema.labelColumn() < 0;
    config.existing = existingOf(request.text("existing"));
    config.resume = request.section["resume"].get<bool>();
    return PreparedWork{"Publishing " + titleOf(request), [config](JobContext& context) {
                            for (const FileNote& note : layoutNotes(config.schema))
                                context.note(Note::Severity::Info, config.file.filename().string() + ": " + note.text);
                            return asJson(publish(config, context));
                        }};
}

} // namespace millrace::work
