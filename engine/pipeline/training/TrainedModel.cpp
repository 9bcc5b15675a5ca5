// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/training/TrainedModel.h"

#include "base/Json.h"
#include "base/Text.h"
#include "pipeline/training/OldRun.h"

namespace millrace
{
namespace
{

/// Weights that no step has changed are random numbers: they predict, but they say nothing.
Status checkLearnt(const RunInfo& run, const Checkpoint& checkpoint)
{
    if (checkpoint.learner.step > 0)
        return {};
    const auto result = run.description.find("result");
    const bool hasWhy = result != run.description.end() && result->is_object() && result->contains("error") &&
                        result->at("error").is_string();
    return fail(ErrorCode::BadData,
                "The model of " + run.folder + " has learnt nothing: its checkpoint is of step 0" +
                    (run.status.empty() ? "" : ", and the run is " + run.status) +
                    (hasWhy ? " (" + result->at("error").get<std::string>() + ")" : ""),
                "Take another run, or train it first");
}

/// A run that did not come to its end is told of.
void tellState(const RunInfo& run, const Checkpoint& checkpoint, JobContext& context)
{
    if (run.status == "failed" || run.status == "cancelled" || run.status == "interrupted")
        context.note(Note::Severity::Warning, "Run " + run.folder + " did not come to its end (" + run.status +
                                                  "): its model is that of step " +
                                                  formatCount(checkpoint.learner.step));
}

} // namespace

Result<TrainedModel> TrainedModel::load(const RunCatalog& runs, const std::string& run, JobContext& context,
                                        std::uint64_t seed)
{
    auto info = runs.find(run);
    if (!info)
        return fail(info.error());
    const auto checkpoint = newestCheckpoint(*info, context);
    if (!checkpoint)
        return fail(checkpoint.error());
    if (auto learnt = checkLearnt(*info, *checkpoint); !learnt)
        return fail(learnt.error());
    tellState(*info, *checkpoint, context);
    return of(std::move(*info), *checkpoint, seed);
}

Result<TrainedModel> TrainedModel::of(RunInfo run, const Checkpoint& checkpoint, std::uint64_t seed)
{
    auto model = modelFromJson(checkpoint.metadata.value("model", nlohmann::json()));
    if (!model)
        return fail(model.error());
    auto optimizer = optimizerFromJson(checkpoint.metadata.value("optimizer", nlohmann::json::object()));
    if (!optimizer)
        return fail(optimizer.error());
    auto learner = makeLearner(*model, *optimizer, seed);
    if (!learner)
        return fail(learner.error());
    LearnerState state = checkpoint.learner;
    state.learningRate = numberIn(checkpoint.metadata, "base_rate", state.learningRate); // no schedule's last one
    if (auto restored = (*learner)->restore(state); !restored)
        return fail(restored.error());
    auto records = recordsIn(checkpoint, *model);
    if (!records)
        return fail(records.error());
    return TrainedModel{std::move(run), std::move(*model), std::move(*records),
                        *optimizer,     std::move(state),  std::move(*learner)};
}

Result<TrainedModel> TrainedModel::loadFile(const std::filesystem::path& file)
{
    auto checkpoint = readCheckpoint(file);
    if (!checkpoint)
        return fail(checkpoint.error());
    RunInfo info;
    info.name = info.folder = file.stem().string();
    if (auto learnt = checkLearnt(info, *checkpoint); !learnt)
        return fail(learnt.error());
    return of(std::move(info), *checkpoint, 1);
}

std::string recordFormatNameOf(const RunInfo& run)
{
    return textIn(objectIn(run.description, "configuration"), "format", defaultRecordFormat());
}

Result<std::unique_ptr<RecordFormat>> recordFormatOf(const RunCatalog& runs, const std::string& run)
{
    const auto info = runs.find(run);
    if (!info)
        return fail(info.error());
    const auto checkpoint = RunCatalog::loadCheckpoint(*info);
    if (!checkpoint)
        return fail(checkpoint.error());
    auto model = modelFromJson(checkpoint->metadata.value("model", nlohmann::json()));
    if (!model)
        return fail(model.error());
    return makeRecordFormat(recordFormatNameOf(*info), featureSchema(model->features));
}

Result<Schema> recordsIn(const Checkpoint& checkpoint, const ModelSpec& model)
{
    const nlohmann::json& records = objectIn(checkpoint.metadata, "records");
    return records.empty() ? Result<Schema>(featureSchema(model.features)) : schemaFromJson(records);
}

RecordInput inputOf(const ModelSpec& model)
{
    return {model.features, model.encoders, model.task};
}

Result<std::unique_ptr<Learner>> makeLearner(const ModelSpec& model, const OptimizerSpec& optimizer, std::uint64_t seed)
{
    auto graph = lower(model);
    if (!graph)
        return fail(graph.error());
    auto module = learnerModule();
    if (!module)
        return fail(module.error());
    return (*module)->create({*graph, optimizer, seed});
}

} // namespace millrace
