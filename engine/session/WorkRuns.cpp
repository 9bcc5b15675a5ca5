// SPDX-License-Identifier: GPL-3.0-or-later
#include "export/Export.h"
#include "pipeline/Evaluate.h"
#include "pipeline/Online.h"
#include "pipeline/Predict.h"
#include "pipeline/PredictFile.h"
#include "pipeline/Train.h"
#include "pipeline/training/TrainedModel.h"
#include "session/Sections.h"
#include "session/WorkRequest.h"

namespace millrace::work
{
namespace
{

using nlohmann::json;

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

/// Nullopt where it is left to the data.
std::optional<int> smallWish(const Request& request, const char* key)
{
    return request.section[key].is_null() ? std::nullopt : std::optional(request.small(key));
}

/// What a training and an online run are asked alike.
template <class Config>
Status takeRunKeys(const Request& request, Config& config)
{
    auto from = parseStreamStart(request.text("from"));
    if (!from)
        return fail(from.error());
    auto until = parseStreamEnd(request.text("until"));
    if (!until)
        return fail(until.error());
    config.from = *from;
    config.until = *until;
    config.connection = request.connection;
    config.home = request.home;
    config.section = request.section;
    config.run = request.text("run");
    config.topic = request.text("topic");
    config.format = request.text("format");
    config.preset = request.text("preset");
    config.seed = request.seed();
    config.onError = request.onError();
    auto weights = parseClassWeights(request.text("class-weights"));
    if (!weights)
        return fail(weights.error());
    config.classWeights = std::move(*weights);
    config.checkpointSteps = request.integer("checkpoint-steps");
    config.checkpointEvery = request.seconds("checkpoint-seconds");
    config.keepMegabytes = request.number("keep-mb", FolderBudget::kDefaultMegabytes);
    config.continues = request.section["continue"].get<bool>();
    config.resume = request.text("resume");
    config.reproduce = request.text("reproduce");
    config.skipLost = request.text("lost") == "skip";
    return {};
}

/// What evaluate and predict are told of the stream.
Result<GroupJobConfig> groupJobOf(const Request& request, const char* formatKey)
{
    auto until = parseStreamEnd(request.text("until"));
    if (!until)
        return fail(until.error());
    return GroupJobConfig{request.connection,
                          request.home,
                          request.section,
                          request.text("topic"),
                          request.text("group"),
                          request.text(formatKey),
                          *until,
                          request.onError(),
                          std::chrono::milliseconds(request.integer("interval"))};
}

FileJobConfig fileJobOf(const Request& request)
{
    return {request.home, request.section, request.text("data"), request.onError()};
}

Result<PreparedWork> preparePredictFile(const Request& request)
{
    const PredictFileConfig config{fileJobOf(request), request.text("run"), request.text("model"), request.text("out"),
                                   existingOf(request.text("existing")) == Existing::Replace};
    if (config.out.empty())
        return fail(ErrorCode::Usage, "predict.out is missing", "Give it: " + sectionKey("predict", "out").help);
    return PreparedWork{"Predicting " + shown(config.file.data.filename().string()),
                        [config](JobContext& context) { return asJson(predictFile(config, context)); }};
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

/// What of its budget a training was told.
Result<BudgetWish> budgetWishOf(const Request& request)
{
    BudgetWish wish;
    if (request.section["optimizer"].is_object()) {
        auto optimizer = optimizerOf(request);
        if (!optimizer)
            return fail(optimizer.error());
        wish.optimizer = *optimizer;
    }
    if (!request.section["schedule"].is_null())
        wish.schedule = ScheduleSpec{request.text("schedule")};
    wish.epochs = smallWish(request, "epochs");
    wish.batch = smallWish(request, "batch");
    wish.shuffle = smallWish(request, "shuffle");
    wish.patience = smallWish(request, "patience");
    if (!request.section["validation"].is_null())
        wish.validation = request.number("validation", 0);
    if (!request.section["learning-rate"].is_null())
        wish.learningRate = request.number("learning-rate", 0);
    return wish;
}

/// How the validation part is drawn, where somebody said it.
Result<std::optional<SplitSpec>> validationSplitOf(const Request& request)
{
    const SplitKindInfo* info = splitKind(request.text("validation-split"));
    if (info == nullptr)
        return std::nullopt;
    SplitSpec spec;
    spec.kind = info->kind;
    spec.column = request.text("validation-column");
    if (info->needsColumn == spec.column.empty())
        return fail(ErrorCode::Usage,
                    info->needsColumn
                        ? "train.validation-split is " + info->name + ", and train.validation-column is missing"
                        : "train.validation-column is of no use: train.validation-split is " + info->name,
                    info->needsColumn ? "Name the column that it goes by" : "Leave one of them out");
    return spec;
}

/// The tutorial's network takes the columns as they are, unless somebody says otherwise.
bool wantsPreparation(const Request& request, const std::string& preset)
{
    const std::string preparation = request.text("preparation");
    return preparation == "fitted" || (preparation == "auto" && !takesRawColumns(preset));
}

} // namespace

Result<TrainConfig> trainConfigOf(const Request& request)
{
    TrainConfig config;
    if (auto taken = takeRunKeys(request, config); !taken)
        return fail(taken.error());
    if (config.run.empty())
        config.run = config.topic;
    config.partition = request.small("partition");
    auto wish = budgetWishOf(request);
    if (!wish)
        return fail(wish.error());
    config.wish = std::move(*wish);
    auto validation = validationSplitOf(request);
    if (!validation)
        return fail(validation.error());
    config.validation = std::move(*validation);
    config.prepares = wantsPreparation(request, config.preset);
    config.roles = roleWishesOf(request);
    const auto threshold = parseThreshold(request.text("threshold"));
    if (!threshold)
        return fail(threshold.error());
    config.threshold = *threshold;
    if (request.section["model"].is_object()) {
        auto model = modelFromJson(request.section["model"]);
        if (!model)
            return fail(model.error());
        if (model->features.empty())
            return fail(ErrorCode::Usage, "train.model has no features",
                        R"(Name the columns that it learns from: "features": ["lepton 1 pT", "lepton 1 eta"])");
        config.model = std::move(*model);
    }
    config.threads = request.small("threads");
    return config;
}

Result<PreparedWork> prepareTrain(const Request& request)
{
    auto config = trainConfigOf(request);
    if (!config)
        return fail(config.error());
    const double maxRate = request.number("max-rate", 0);
    return PreparedWork{"Training on " + shown(config->topic), [config = *config, maxRate](JobContext& context) {
                            context.setMaxRate(maxRate);
                            return asJson(train(config, context));
                        }};
}

Result<PreparedWork> prepareEvaluate(const Request& request)
{
    if (!request.text("data").empty()) {
        const EvaluateFileConfig config{fileJobOf(request), request.text("run")};
        return PreparedWork{"Evaluating on " + shown(config.file.data.filename().string()),
                            [config](JobContext& context) { return asJson(evaluateFile(config, context)); }};
    }
    auto stream = groupJobOf(request, "format");
    if (!stream)
        return fail(stream.error());
    const EvaluateConfig config{std::move(*stream), request.text("run"), request.small("batch")};
    return PreparedWork{"Evaluating on " + shown(config.stream.topic),
                        [config, maxRate = request.number("max-rate", 0)](JobContext& context) {
                            context.setMaxRate(maxRate);
                            return asJson(evaluate(config, context));
                        }};
}

Result<PreparedWork> preparePredict(const Request& request)
{
    if (request.text("run").empty() == request.text("model").empty())
        return fail(ErrorCode::Usage, "predict.run or predict.model (a checkpoint's file) must be given, and not both",
                    "Give one of them");
    if (!request.text("data").empty())
        return preparePredictFile(request);
    auto stream = groupJobOf(request, "from-format");
    if (!stream)
        return fail(stream.error());
    const PredictConfig config{std::move(*stream),
                               request.text("run"),
                               request.text("model"),
                               request.text("to"),
                               request.small("partitions"),
                               existingOf(request.text("existing")),
                               request.text("format") == "csv" ? PredictionFormat::Csv : PredictionFormat::Json};
    return PreparedWork{"Predicting " + shown(config.stream.topic) + " into " + shown(config.to),
                        [config, maxRate = request.number("max-rate", 0)](JobContext& context) {
                            context.setMaxRate(maxRate);
                            return asJson(predict(config, context));
                        }};
}

Result<PreparedWork> prepareOnline(const Request& request)
{
    OnlineConfig config;
    if (auto taken = takeRunKeys(request, config); !taken)
        return fail(taken.error());
    auto optimizer = optimizerOf(request);
    if (!optimizer)
        return fail(optimizer.error());
    config.optimizer = *optimizer;
    config.epochs = request.small("epochs");
    config.batch = request.small("batch");
    config.shuffle = request.small("shuffle");
    config.group = request.text("group");
    config.records = request.small("records");
    config.linger = std::chrono::milliseconds(request.integer("linger"));
    config.passes = request.small("passes");
    config.setLearningRate = !request.section["learning-rate"].is_null();
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
    const std::string offsets = request.text("offsets");
    config.foreignOffset = offsets == "checkpoint" ? ForeignOffset::Checkpoint
                           : offsets == "group"    ? ForeignOffset::Group
                                                   : ForeignOffset::Refuse;
    const double maxRate = request.number("max-rate", 0);
    return PreparedWork{"Learning online from " + shown(config.topic), [config, maxRate](JobContext& context) {
                            context.setMaxRate(maxRate);
                            return asJson(learnOnline(config, context));
                        }};
}

Result<PreparedWork> prepareExport(const Request& request)
{
    const std::filesystem::path home = request.home, out = request.text("out");
    const std::string run = request.text("run"), format = request.text("format");
    return PreparedWork{"Exporting " + shown(run), [home, out, run, format](JobContext& context) {
                            return exportRun(home, run, format, out, context);
                        }};
}

} // namespace millrace::work
