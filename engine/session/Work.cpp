// SPDX-License-Identifier: GPL-3.0-or-later
#include "session/Work.h"

#include "base/Clock.h"
#include "base/Encoding.h"
#include "base/Json.h"
#include "base/Text.h"
#include "data/ColumnStats.h"
#include "export/Export.h"
#include "metrics/DetectorReplay.h"
#include "metrics/DetectorTrial.h"
#include "pipeline/Download.h"
#include "pipeline/Evaluate.h"
#include "pipeline/FitProfile.h"
#include "pipeline/Online.h"
#include "pipeline/Predict.h"
#include "pipeline/Publish.h"
#include "pipeline/Simulate.h"
#include "pipeline/Train.h"
#include "pipeline/Watch.h"
#include "pipeline/bench/Bench.h"
#include "pipeline/bench/InputBench.h"
#include "pipeline/runs/TopicNotes.h"
#include "pipeline/training/TrainedModel.h"
#include "session/KafkaTools.h"

#include <QFile>
#include <charconv>
#include <cmath>
#include <sstream>

namespace millrace
{
namespace
{

using nlohmann::json;

/// Of a file, to show its encoding: so many lines, so much of each.
constexpr std::size_t kRawLines = 3, kRawBytes = 400;

struct Request {
    const json& section;
    const Connection& connection;
    const std::filesystem::path& home;

    [[nodiscard]] std::string text(const char* key) const
    {
        return section[key].is_null() ? std::string() : section[key].get<std::string>();
    }
    [[nodiscard]] std::int64_t integer(const char* key, std::int64_t unset = -1) const
    {
        return section[key].is_null() ? unset : section[key].get<std::int64_t>();
    }
    [[nodiscard]] int small(const char* key) const { return static_cast<int>(integer(key)); }
    [[nodiscard]] double number(const char* key, double unset) const
    {
        return section[key].is_null() ? unset : section[key].get<double>();
    }
    [[nodiscard]] std::chrono::milliseconds seconds(const char* key) const
    {
        return std::chrono::milliseconds(std::llround(number(key, 0) * 1000));
    }
    /// A list by commas.
    [[nodiscard]] std::vector<std::string> names(const char* key) const
    {
        std::vector<std::string> names;
        for (const QString& name : QString::fromStdString(text(key)).split(',', Qt::SkipEmptyParts))
            names.push_back(name.trimmed().toStdString());
        return names;
    }
    [[nodiscard]] std::uint64_t seed() const { return section["seed"].get<std::uint64_t>(); }
    [[nodiscard]] OnError onError() const { return text("on-error") == "stop" ? OnError::Stop : OnError::Skip; }
};

QString shown(const std::string& text)
{
    return QString::fromStdString(text);
}

/// A separator by its name, or itself.
Result<char> separatorOf(const std::string& text)
{
    for (const SeparatorName& name : separatorNames())
        if (text == name.one)
            return name.separator;
    if (text == "\\t")
        return '\t';
    if (text.size() == 1 && text != "\"" && text != "\n" && text != "\r")
        return text.front();
    return fail(ErrorCode::Usage, "'" + text + "' is no separator",
                "Give comma, semicolon, tab, pipe, blanks, or one character that is no quote");
}

/// What the section says of the file's layout; "auto" leaves it to be found.
Result<LayoutWish> layoutOf(const Request& request)
{
    LayoutWish wish;
    const auto given = [&](const char* key) -> std::optional<std::string> {
        const std::string text = request.text(key);
        return text == "auto" ? std::nullopt : std::optional(text);
    };
    if (const auto separator = given("separator")) {
        auto found = separatorOf(*separator);
        if (!found)
            return fail(found.error());
        wish.separator = *found;
    }
    if (const auto decimal = given("decimal"))
        wish.decimal = *decimal == "comma" ? ',' : '.';
    if (const auto comment = given("comment"))
        wish.comment = *comment == "none" ? std::string() : *comment;
    if ((wish.encoding = given("encoding")))
        if (auto known = Transcoder::open(*wish.encoding); !known)
            return fail(known.error());
    const auto header = given("header");
    if (!header)
        return wish;
    const auto line = parseInteger(*header);
    if (line && *line > 0)
        wish.headerLine = *line;
    else if (*header == "yes" || *header == "no")
        wish.header = *header == "yes";
    else
        return fail(ErrorCode::Usage, "The header cannot be '" + *header + "'",
                    "Give auto, yes, no, or the line it stands in, from 1");
    return wish;
}

Result<Schema> withWish(Result<Schema> schema, const LayoutWish& wish)
{
    if (schema)
        applyWish(*schema, wish);
    return schema;
}

constexpr auto kNoLabel = "none";

Result<Schema> givenSchema(const Request& request)
{
    const json& given = request.section["schema"];
    const auto wish = layoutOf(request);
    if (!wish)
        return fail(wish.error());
    if (given.is_object())
        return withWish(schemaFromJson(given), *wish);
    if (given == "susy")
        return withWish(susySchema(), *wish);
    if (given == "auto")
        return inferSchema(request.text("file"), *wish);
    return fail(ErrorCode::Usage, "There is no schema '" + given.get<std::string>() + "'",
                "Give auto, susy or an object");
}

/// The schema asked for: inferred, built in, or spelled out; with the label's column changed when that is asked for.
Result<Schema> schemaOf(const Request& request)
{
    auto schema = givenSchema(request);
    const std::string label = request.text("label");
    if (!schema || label.empty())
        return schema;
    std::vector<std::string> names;
    for (const Column& column : schema->columns)
        names.push_back(column.name);
    const auto found = std::ranges::find(names, label);
    if (found == names.end() && label != kNoLabel) {
        const std::string near = nearestWord(label, names);
        return fail(ErrorCode::Usage, "There is no column '" + label + "'",
                    near.empty() ? "Give a column's name, or none" : "Did you mean " + near + "?");
    }
    chooseLabel(*schema, found == names.end() ? -1 : static_cast<int>(found - names.begin()));
    return schema;
}

json toJson(const FileSummary& summary, const Schema& schema)
{
    static constexpr std::array kRoles = {"label", "feature", "ignored"};
    json columns = json::array();
    for (std::size_t i = 0; i < summary.columns.size(); ++i) {
        const ColumnSummary& column = summary.columns[i];
        const Column& description = schema.columns[i];
        const bool known =
            description.type == ColumnType::Number && summary.rows > 0 && description.role != ColumnRole::Ignored;
        const auto orNull = [known](double value) { return known && std::isfinite(value) ? json(value) : json(); };
        columns.push_back({{"name", description.name},
                           {"type", description.type == ColumnType::Number ? "number" : "text"},
                           {"role", kRoles.at(static_cast<std::size_t>(description.role))},
                           {"min", orNull(column.minimum)},
                           {"max", orNull(column.maximum)},
                           {"mean", orNull(column.mean)},
                           {"missing", column.missing},
                           {"histogram", column.histogram}});
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
                   {"columns", columns},
                   {"first_rows", summary.firstRows},
                   {"first_problems", summary.firstProblems},
                   {"sorted_by_class", summary.sortedByClass}};
    summary.rejections.tell(summary.rows + summary.rejections.count(), result);
    if (summary.problem)
        result["problem"] = {{"message", summary.problem->message}, {"advice", summary.problem->advice}};
    return result;
}

/// How the file was read, all of it, and its first lines as they stand: a person sees whether the encoding is right.
json readingJson(const Schema& schema, const std::vector<std::string>& lines)
{
    json shownLines = json::array();
    for (const std::string& line : lines)
        shownLines.push_back(line.substr(0, kRawBytes));
    return {{"encoding", schema.encoding},
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
        now.text = "read " + formatCount(rows) + " rows";
        now.records = rows;
        now.fraction = fraction;
        now.rate = rateOver(rows, seconds);
        now.secondsLeft = fraction > 0 ? seconds * (1 - fraction) / fraction : now.secondsLeft;
        context.report(now);
    };
    auto summary = summarizeWithClasses(file, *schema, request.integer("rows"), context.stop(), progress);
    if (!summary)
        return fail(summary.error());
    json result = toJson(*summary, *schema);
    const json notes = readFileNotes(file);
    result["simulated"] = flagIn(notes, "simulated");
    result["best"] = notes.is_object() ? notes["best"] : json();
    auto lines = firstLines(file, schema->encoding, kRawLines);
    if (!lines)
        return fail(lines.error());
    result["reading"] = readingJson(*schema, *lines);
    result["file"] = file.string();
    result["seconds"] = secondsSince(began);
    return result;
}

Result<SimulatorProfile> profileOf(const std::string& name)
{
    if (name != "susy")
        return readProfile(name);
    QFile file(":/profiles/susy.json");
    if (!file.open(QIODevice::ReadOnly))
        return fail(ErrorCode::Failed, "The built-in profile susy is missing from this build");
    const auto profile = parseJson(file.readAll().toStdString(), "The built-in profile susy");
    return profile ? profileFromJson(*profile) : fail(profile.error());
}

Result<OptimizerSpec> optimizerOf(const Request& request)
{
    OptimizerSpec spec;
    if (request.section.contains("optimizer") && request.section["optimizer"].is_object()) {
        auto given = optimizerFromJson(request.section["optimizer"]);
        if (!given)
            return given;
        spec = *given;
    }
    spec.learningRate = request.number("learning-rate", spec.learningRate);
    return spec;
}

/// The detectors asked for, by commas.
Result<std::vector<std::string>> detectorsOf(const Request& request)
{
    std::vector<std::string> kinds = request.names("detectors");
    for (const std::string& kind : kinds)
        if (auto detector = makeDetector(kind); !detector)
            return fail(detector.error());
    return kinds;
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
        return fail(ErrorCode::Usage, "simulate needs either out (a CSV) or topic",
                    "Give one of --out FILE and --topic T");
    if (config.topic.empty() && (config.rate > 0 || config.seconds > 0))
        return fail(ErrorCode::Usage,
                    std::string("simulate.") + (config.rate > 0 ? "rate" : "seconds") +
                        " is of a topic, and a CSV is written as fast as it goes",
                    "Leave it out, or give --topic instead of --out");
    if (config.topic.empty() && config.rows == 0)
        return fail(ErrorCode::Usage, "simulate.rows is 0, and a CSV must end somewhere", "Say how many with --rows");
    return PreparedWork{config.rows > 0 ? "Simulating " + shown(formatCount(config.rows)) + " events"
                                        : "Simulating a stream into " + shown(config.topic),
                        [config](JobContext& context) { return simulate(config, context); }};
}

/// "SUSY.csv.gz", or of its first rows "SUSY-100000.csv".
std::filesystem::path downloadedFile(const std::string& url, std::int64_t rows)
{
    std::string name = url.substr(0, url.find_first_of("?#"));
    name = name.substr(name.rfind('/') + 1);
    if (name.empty())
        name = "table.csv";
    return rows < 0 ? name : name.substr(0, name.find('.')) + "-" + std::to_string(rows) + ".csv";
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
                        [config](JobContext& context) { return download(config, context); }};
}

Result<PreparedWork> prepareFit(const Request& request)
{
    auto schema = schemaOf(request);
    if (!schema)
        return fail(schema.error());
    FitConfig config{request.text("file"),        *schema,       request.text("out"), request.number("prior", -1),
                     request.text("attribution"), request.seed()};
    return PreparedWork{"Fitting a simulator to " + shown(config.file.filename().string()),
                        [config](JobContext& context) { return fitProfile(config, context); }};
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
    config.testFraction = request.number("test-fraction", 0.4);
    config.testLast = request.integer("test-last");
    config.key = request.text("key");
    config.fileOrder = request.text("order") == "file";
    config.seed = request.seed();
    config.onError = request.onError();
    config.unlabelled = request.text("label") == kNoLabel && config.schema.labelColumn() < 0;
    config.existing = existingOf(request.text("existing"));
    config.resume = request.section["resume"].get<bool>();
    return PreparedWork{"Publishing " + shown(config.file.filename().string()), [config](JobContext& context) {
                            for (const FileNote& note : layoutNotes(config.schema))
                                context.note(Note::Severity::Info, config.file.filename().string() + ": " + note.text);
                            return publish(config, context);
                        }};
}

Result<PreparedWork> prepareTrain(const Request& request)
{
    auto from = parseStreamStart(request.text("from"));
    if (!from)
        return fail(from.error());
    auto until = parseStreamEnd(request.text("until"));
    if (!until)
        return fail(until.error());
    auto optimizer = optimizerOf(request);
    if (!optimizer)
        return fail(optimizer.error());
    TrainConfig config;
    config.connection = request.connection;
    config.home = request.home;
    config.section = request.section;
    config.run = request.text("run");
    config.topic = request.text("topic");
    config.format = request.text("format");
    config.partition = request.small("partition");
    config.from = *from;
    config.until = *until;
    config.preset = request.text("preset");
    if (request.section["model"].is_object()) {
        auto model = modelFromJson(request.section["model"]);
        if (!model)
            return fail(model.error());
        if (model->features.empty())
            return fail(ErrorCode::Usage, "train.model has no features",
                        R"(Name the columns that it learns from: "features": ["lepton 1 pT", "lepton 1 eta"])");
        config.model = std::move(*model);
    }
    config.optimizer = *optimizer;
    config.epochs = request.small("epochs");
    config.batch = request.small("batch");
    config.shuffle = request.small("shuffle");
    config.threads = request.small("threads");
    config.seed = request.seed();
    config.onError = request.onError();
    config.checkpointSteps = request.integer("checkpoint-steps");
    config.checkpointEvery = request.seconds("checkpoint-seconds");
    config.keepMegabytes = request.number("keep-mb", FolderBudget::kDefaultMegabytes);
    config.goOn = request.section["continue"].get<bool>();
    config.resume = request.text("resume");
    config.reproduce = request.text("reproduce");
    config.skipLost = request.text("lost") == "skip";
    const double maxRate = request.number("max-rate", 0);
    return PreparedWork{"Training on " + shown(config.topic), [config, maxRate](JobContext& context) -> Result<json> {
                            context.setMaxRate(maxRate);
                            auto result = train(config, context);
                            if (!result)
                                return fail(result.error());
                            return toJson(*result);
                        }};
}

Result<PreparedWork> prepareEvaluate(const Request& request)
{
    auto until = parseStreamEnd(request.text("until"));
    if (!until)
        return fail(until.error());
    EvaluateConfig config{request.connection,     request.home,
                          request.section,        request.text("run"),
                          request.text("topic"),  request.text("group"),
                          request.text("format"), *until,
                          request.small("batch"), std::chrono::milliseconds(request.integer("interval")),
                          request.onError()};
    return PreparedWork{"Evaluating on " + shown(config.topic),
                        [config, maxRate = request.number("max-rate", 0)](JobContext& context) {
                            context.setMaxRate(maxRate);
                            return evaluate(config, context);
                        }};
}

Result<PreparedWork> preparePredict(const Request& request)
{
    auto until = parseStreamEnd(request.text("until"));
    if (!until)
        return fail(until.error());
    PredictConfig config;
    config.connection = request.connection;
    config.home = request.home;
    config.section = request.section;
    config.run = request.text("run");
    config.file = request.text("model");
    config.topic = request.text("topic");
    config.group = request.text("group");
    config.fromFormat = request.text("from-format");
    config.to = request.text("to");
    config.partitions = request.small("partitions");
    config.existing = existingOf(request.text("existing"));
    config.format = request.text("format") == "csv" ? PredictionFormat::Csv : PredictionFormat::Json;
    config.interval = std::chrono::milliseconds(request.integer("interval"));
    config.until = *until;
    config.onError = request.onError();
    if (config.run.empty() == config.file.empty())
        return fail(ErrorCode::Usage, "predict needs either run or model (a checkpoint's file)",
                    "Give one of --run RUN and --model FILE");
    return PreparedWork{"Predicting " + shown(config.topic) + " into " + shown(config.to),
                        [config, maxRate = request.number("max-rate", 0)](JobContext& context) {
                            context.setMaxRate(maxRate);
                            return predict(config, context);
                        }};
}

Result<PreparedWork> prepareOnline(const Request& request)
{
    auto from = parseStreamStart(request.text("from"));
    if (!from)
        return fail(from.error());
    auto until = parseStreamEnd(request.text("until"));
    if (!until)
        return fail(until.error());
    auto optimizer = optimizerOf(request);
    if (!optimizer)
        return fail(optimizer.error());
    OnlineConfig config;
    config.connection = request.connection;
    config.home = request.home;
    config.section = request.section;
    config.run = request.text("run");
    config.preset = request.text("preset");
    config.topic = request.text("topic");
    config.group = request.text("group");
    config.format = request.text("format");
    config.from = *from;
    config.until = *until;
    config.records = request.small("records");
    config.linger = std::chrono::milliseconds(request.integer("linger"));
    config.epochs = request.small("epochs");
    config.passes = request.small("passes");
    config.batch = request.small("batch");
    config.shuffle = request.small("shuffle");
    config.optimizer = *optimizer;
    config.setLearningRate = !request.section["learning-rate"].is_null();
    config.seed = request.seed();
    config.onError = request.onError();
    config.normalise = request.text("normalise") == "running";
    auto detectors = detectorsOf(request);
    if (!detectors)
        return fail(detectors.error());
    config.drift = {std::move(*detectors), request.names("watch"), driftActionOf(request.text("on-drift")),
                    request.number("drift-factor", 5), request.integer("drift-records")};
    config.keepScores = request.text("scores") == "all";
    config.labelTopic = request.text("label-topic");
    config.labelJoin = request.text("label-join");
    config.labelHorizon = request.integer("label-horizon");
    config.skipLag = request.integer("skip-lag");
    config.checkpointSteps = request.integer("checkpoint-steps");
    config.checkpointEvery = request.seconds("checkpoint-seconds");
    config.keepMegabytes = request.number("keep-mb", FolderBudget::kDefaultMegabytes);
    config.goOn = request.section["continue"].get<bool>();
    config.resume = request.text("resume");
    config.reproduce = request.text("reproduce");
    config.skipLost = request.text("lost") == "skip";
    const std::string offsets = request.text("offsets");
    config.foreignOffset = offsets == "checkpoint" ? ForeignOffset::Checkpoint
                           : offsets == "group"    ? ForeignOffset::Group
                                                   : ForeignOffset::Refuse;
    const double maxRate = request.number("max-rate", 0);
    return PreparedWork{"Learning online from " + shown(config.topic), [config, maxRate](JobContext& context) {
                            context.setMaxRate(maxRate);
                            return learnOnline(config, context);
                        }};
}

Result<json> exportRun(const std::filesystem::path& home, const std::string& run, const std::string& format,
                       const std::filesystem::path& out, JobContext& context)
{
    auto trained = TrainedModel::load(RunCatalog(home / "runs"), run, context);
    if (!trained)
        return fail(trained.error());
    if (auto written = exportModel(trained->model, trained->state, format, out); !written)
        return fail(written.error());
    std::error_code error;
    const auto bytes = std::filesystem::file_size(out, error);
    return json{{"run", trained->run.folder}, {"format", format}, {"file", out.string()}, {"bytes", error ? 0 : bytes}};
}

Result<PreparedWork> prepareExport(const Request& request)
{
    const std::filesystem::path home = request.home, out = request.text("out");
    const std::string run = request.text("run"), format = request.text("format");
    return PreparedWork{"Exporting " + shown(run), [home, out, run, format](JobContext& context) {
                            return exportRun(home, run, format, out, context);
                        }};
}

/// On errors that are drawn, where no run is given.
Result<json> compareDetectors(const std::filesystem::path& home, const std::string& run,
                              const std::vector<std::string>& kinds, std::uint64_t seed, JobContext& context)
{
    const auto began = Clock::now();
    const auto progress = [&](double fraction) {
        Progress now;
        now.text = "comparing detectors";
        now.fraction = fraction;
        now.secondsLeft = secondsSince(began) * (1 - fraction) / fraction;
        context.report(now);
    };
    if (run.empty()) {
        auto trials = tryDetectors(kinds, seed, context.stop(), progress);
        if (!trials)
            return fail(trials.error());
        json detectors = json::array();
        for (const DetectorTrial& trial : *trials)
            detectors.push_back(toJson(trial));
        return json{{"seed", seed}, {"detectors", detectors}, {"seconds", secondsSince(began)}};
    }
    const auto info = RunCatalog(home / "runs").find(run);
    if (!info)
        return fail(info.error());
    const auto scores = info->path / "scores.csv";
    if (!std::filesystem::exists(scores))
        return fail(ErrorCode::Usage, "Run " + info->folder + " has no scores.csv with its predictions",
                    "Online learning leaves one: give an online run");
    auto replay = replayDetectors(scores, kinds, context.stop(), progress);
    if (!replay)
        return fail(replay.error());
    json result = toJson(*replay);
    result["run"] = info->folder;
    result["detectors"] = kinds;
    result["seconds"] = secondsSince(began);
    return result;
}

Result<PreparedWork> prepareDetectors(const Request& request)
{
    auto kinds = detectorsOf(request);
    if (!kinds)
        return fail(kinds.error());
    if (kinds->empty())
        return fail(ErrorCode::Usage, "detectors.detectors names none", "There are " + detectorNames());
    return PreparedWork{
        "Comparing drift detectors",
        [home = request.home, run = request.text("run"), kinds = std::move(*kinds),
         seed = request.seed()](JobContext& context) { return compareDetectors(home, run, kinds, seed, context); }};
}

/// "1,64,1024" as numbers.
Result<std::set<int>> batchesOf(const std::string& list)
{
    std::set<int> batches;
    std::istringstream words(list);
    for (std::string word; std::getline(words, word, ',');) {
        int batch = 0;
        const char* end = word.data() + word.size();
        const auto [stop, error] = std::from_chars(word.data(), end, batch);
        if (error != std::errc() || stop != end || batch < 1 || batch > 65536)
            return fail(ErrorCode::Usage, "bench.batch: '" + word + "' is no number from 1 to 65,536",
                        "Give one or several by commas: 1,64,1024");
        batches.insert(batch);
    }
    return batches;
}

Result<PreparedWork> prepareBench(const Request& request)
{
    auto profile = profileOf("susy");
    if (!profile)
        return fail(profile.error());
    if (request.text("part") == "input") {
        InputBenchConfig config{request.connection,      request.home,
                                std::move(*profile),     request.integer("rows", 2'000'000),
                                request.small("rounds"), {}};
        if (const std::string jars = request.text("kafka-tools"); !jars.empty()) {
            auto tool = kafkaToolOf(jars);
            if (!tool)
                return fail(tool.error());
            config.tool = std::move(*tool);
        }
        return PreparedWork{"Measuring the input",
                            [config](JobContext& context) { return inputBench(config, context); }};
    }
    auto batches = batchesOf(request.text("batch"));
    if (!batches)
        return fail(batches.error());
    BenchConfig config{request.connection,      request.home,       std::move(*profile), request.integer("rows", 60000),
                       request.small("rounds"), std::move(*batches)};
    return PreparedWork{"Measuring this machine", [config](JobContext& context) { return bench(config, context); }};
}

Result<PreparedWork> prepareWatch(const Request& request)
{
    WatchConfig config{request.connection,
                       request.home,
                       request.text("group"),
                       request.text("topic"),
                       std::chrono::milliseconds(request.integer("interval")),
                       request.integer("count")};
    return PreparedWork{"Watching group " + shown(config.group),
                        [config](JobContext& context) { return watchGroup(config, context); }};
}

Result<PreparedWork> prepareSummarize(const Request& request)
{
    return PreparedWork{
        "Reading " + shown(std::filesystem::path(request.text("file")).filename().string()),
        [section = request.section, connection = request.connection, home = request.home](JobContext& context) {
            return summarize({section, connection, home}, context);
        }};
}

} // namespace

Result<PreparedWork> prepareWork(const std::string& kind, const json& section, const Connection& connection,
                                 const std::filesystem::path& home)
{
    using Prepare = Result<PreparedWork> (*)(const Request&);
    static const std::map<std::string, Prepare> table = {
        {"summarize", prepareSummarize}, {"download", prepareDownload},
        {"simulate", prepareSimulate},   {"fit", prepareFit},
        {"publish", preparePublish},     {"train", prepareTrain},
        {"evaluate", prepareEvaluate},   {"online", prepareOnline},
        {"export", prepareExport},       {"bench", prepareBench},
        {"watch", prepareWatch},         {"predict", preparePredict},
        {"detectors", prepareDetectors},
    };
    const auto prepare = table.find(kind);
    if (prepare == table.end())
        return fail(ErrorCode::Usage, "There is no job of kind " + kind);
    return prepare->second({section, connection, home});
}

} // namespace millrace
