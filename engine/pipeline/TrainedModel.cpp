// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/TrainedModel.h"

namespace millrace
{
Result<TrainedModel> TrainedModel::load(const RunCatalog& runs, const std::string& run, JobContext& context,
                                        std::uint64_t seed)
{
    auto info = runs.find(run);
    if (!info)
        return fail(info.error());
    std::string warning;
    auto checkpoint = RunCatalog::loadCheckpoint(*info, &warning);
    if (!checkpoint)
        return fail(checkpoint.error());
    if (!warning.empty())
        context.note(Note::Severity::Warning, warning);
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
    if (auto restored = (*learner)->restore(checkpoint.learner); !restored)
        return fail(restored.error());
    return TrainedModel{std::move(run), std::move(*model), *optimizer, checkpoint.learner, std::move(*learner)};
}

Result<TrainedModel> TrainedModel::loadFile(const std::filesystem::path& file)
{
    auto checkpoint = readCheckpoint(file);
    if (!checkpoint)
        return fail(checkpoint.error());
    RunInfo info;
    info.name = info.folder = file.stem().string();
    return of(std::move(info), *checkpoint, 1);
}

Result<std::vector<std::string>> featuresOf(const RunCatalog& runs, const std::string& run)
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
    return std::move(model->features);
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
