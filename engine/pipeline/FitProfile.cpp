// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/FitProfile.h"

#include "base/Clock.h"
#include "base/Files.h"
#include "base/Text.h"
#include "data/Batch.h"
#include "data/files/Classes.h"
#include "data/files/FileRows.h"
#include "data/files/FileState.h"
#include "metrics/Scores.h"
#include "pipeline/reading/RecordSource.h"
#include "pipeline/training/TrainedModel.h"

#include <algorithm>
#include <cmath>

namespace millrace
{
namespace
{

constexpr int kHidden = 16;
constexpr int kBatch = 64;
constexpr int kEpochs = 12;
constexpr int kPriorEvents = 20000;
constexpr auto kFitCancelled = "Fitting was cancelled";

struct Table {
    std::vector<double> features; ///< [rows, width]
    std::vector<float> labels;
    Rejections rejections; ///< without a file
};

Result<Table> readTable(const FitConfig& config, JobContext& context)
{
    Table table;
    RowPass pass{[&table](const FileRow& row) {
        DecodeProblem lacking = row.problem;
        if (row.good && std::ranges::any_of(row.features, [](float value) { return std::isnan(value); }))
            lacking = {-1, "a value is missing", "a value is missing", {}};
        if (!row.good || !lacking.reason.empty())
            return table.rejections.add("line " + std::to_string(row.csv.line), lacking, row.shown());
        table.features.insert(table.features.end(), row.features.begin(), row.features.end());
        table.labels.push_back(row.label);
        return Status{};
    }};
    pass.stop = context.stop();
    pass.cancelled = kFitCancelled;
    if (auto read = readRows(config.file, config.schema, pass); !read)
        return fail(read.error());
    if (table.labels.size() < 100)
        return fail(ErrorCode::BadData,
                    config.file.string() + " has " + std::to_string(table.labels.size()) + " good rows: too few to fit",
                    "Give a file of at least 100 rows, better thousands");
    return table;
}

/// Numbers and two classes are simulated.
Status keepWhatIsSimulated(Schema& schema, JobContext& context)
{
    if (schema.task != TaskKind::Binary)
        return fail(ErrorCode::BadData,
                    "A simulator draws two classes, and the label sets the task " + infoOf(Task{schema.task}).name,
                    "Choose a label of two values with --label COLUMN");
    std::vector<std::string> left;
    for (Column& column : schema.columns) {
        if (column.role == ColumnRole::Label || column.role == ColumnRole::Ignored ||
            (column.role == ColumnRole::Feature && column.type == ColumnType::Number && !column.isPrivate))
            continue;
        column.role = ColumnRole::Ignored;
        left.push_back(column.name);
    }
    if (!left.empty())
        context.note(Note::Severity::Warning, "Features that are numbers, and not private, are simulated; these "
                                              "columns are left out: " +
                                                  joined(left));
    return {};
}

/// Column means and deviations for the label network's inputs.
void standardise(const Table& table, SimulatorProfile& profile)
{
    const std::size_t rows = table.labels.size(), width = table.features.size() / rows;
    profile.mean.assign(width, 0);
    profile.scale.assign(width, 0);
    for (std::size_t i = 0; i < table.features.size(); ++i)
        profile.mean[i % width] += table.features[i] / static_cast<double>(rows);
    for (std::size_t i = 0; i < table.features.size(); ++i)
        profile.scale[i % width] +=
            std::pow(table.features[i] - profile.mean[i % width], 2) / static_cast<double>(rows);
    for (double& scale : profile.scale)
        scale = scale > 0 ? std::sqrt(scale) : 1;
}

ModelSpec labelNetwork(const SimulatorProfile& profile)
{
    ModelSpec model;
    model.name = "label network";
    model.features = profile.schema.featureNames();
    model.layers = {{"dense", {{"units", kHidden}, {"activation", "tanh"}}}, {"dense", {{"units", 1}}}};
    return model;
}

/// The table's features standardised, as the label network sees them.
std::vector<float> networkInputs(const Table& table, const SimulatorProfile& profile)
{
    const std::size_t width = profile.mean.size();
    std::vector<float> inputs(table.features.size());
    for (std::size_t i = 0; i < inputs.size(); ++i)
        inputs[i] = static_cast<float>((table.features[i] - profile.mean[i % width]) / profile.scale[i % width]);
    return inputs;
}

Status fitNetwork(Learner& learner, std::span<const float> inputs, const Table& table, const FitConfig& config,
                  JobContext& context)
{
    const std::size_t rows = table.labels.size(), width = inputs.size() / rows;
    for (int epoch = 1; epoch <= kEpochs; ++epoch) {
        if (context.stopRequested())
            return fail(ErrorCode::Cancelled, kFitCancelled);
        ShuffleBuffer shuffle(static_cast<int>(width), static_cast<int>(rows), config.seed,
                              static_cast<std::uint64_t>(epoch));
        learner.setLearningRate(epoch <= kEpochs / 2 ? 2e-3 : 5e-4);
        Batch batch;
        for (std::size_t i = 0; i < rows; ++i)
            shuffle.push(inputs.subspan(i * width, width), table.labels[i], batch);
        while (shuffle.drain(batch)) {
            if (batch.rows() < kBatch)
                continue;
            if (auto stepped = learner.step(batch.features, batch.targets); !stepped)
                return fail(stepped.error());
            batch.clear();
        }
        Progress progress;
        progress.text = "label network, epoch " + std::to_string(epoch) + " of " + std::to_string(kEpochs);
        progress.fraction = static_cast<double>(epoch) / kEpochs;
        context.report(progress);
    }
    return {};
}

/// Copies the trained network into the profile.
void takeWeights(const LearnerState& state, SimulatorProfile& profile)
{
    const std::size_t width = profile.mean.size();
    auto next = state.weights.begin();
    const auto take = [&next](std::size_t count) {
        std::vector<double> values(next, next + static_cast<std::ptrdiff_t>(count));
        next += static_cast<std::ptrdiff_t>(count);
        return values;
    };
    profile.hiddenWeights = take(kHidden * width);
    profile.hiddenBias = take(kHidden);
    profile.outputWeights = take(kHidden);
    profile.outputBias = take(1).front();
}

/// Bisects the output offset until the mean probability of simulated events is the prior.
Status setPrior(SimulatorProfile& profile, double prior, std::uint64_t seed)
{
    double low = -10, high = 10;
    const double fitted = profile.outputBias;
    std::vector<double> features(profile.mean.size());
    while (high - low > 1e-4) {
        const double shift = (low + high) / 2;
        profile.outputBias = fitted + shift;
        auto simulator = Simulator::make(profile, seed);
        if (!simulator)
            return fail(simulator.error());
        double sum = 0;
        for (std::uint64_t i = 0; i < kPriorEvents; ++i)
            sum += simulator->draw(i, features).probability;
        (sum / kPriorEvents < prior ? low : high) = shift;
    }
    profile.prior = prior;
    return {};
}

} // namespace

nlohmann::json toJson(const FitResult& result)
{
    nlohmann::json json = result.figures;
    json.update({{"file", result.file.string()},
                 {"records", result.records},
                 {"rows", result.rows},
                 {"prior", result.prior},
                 {"seconds", result.seconds}});
    tell(result.scores, json);
    tell(result.rejections, json);
    return json;
}

Result<FitResult> fitProfile(const FitConfig& config, JobContext& context)
{
    const auto began = Clock::now();
    if (config.schema.labelColumn() < 0)
        return fail(ErrorCode::BadData, config.file.string() + " has no label column",
                    "Choose one with --label COLUMN");
    if (const auto target = wholeFileTarget(config.out); !target)
        return fail(target.error());
    const FileState file(config.file); // it is read twice
    FitConfig counted = config;
    if (auto classes = countClasses(config.file, counted.schema, context.stop()); !classes)
        return fail(classes.error());
    if (auto fits = keepWhatIsSimulated(counted.schema, context); !fits)
        return fail(fits.error());
    auto table = readTable(counted, context);
    if (!table)
        return fail(table.error());
    if (auto same = file.checkUnchanged(); !same)
        return fail(same.error());
    auto profile = fitCopula(counted.schema, table->features);
    if (!profile)
        return fail(profile.error());
    profile->attribution = config.attribution;
    standardise(*table, *profile);
    auto learner = makeLearner(labelNetwork(*profile), {}, config.seed);
    if (!learner)
        return fail(learner.error());
    const std::vector<float> inputs = networkInputs(*table, *profile);
    if (auto fitted = fitNetwork(**learner, inputs, *table, config, context); !fitted)
        return fail(fitted.error());
    std::vector<float> logits(table->labels.size());
    if (auto predicted = (*learner)->predict(inputs, logits); !predicted)
        return fail(predicted.error());
    const auto scores = makeScores({}, KeepOutputs::All);
    scores->add(logits, table->labels);
    takeWeights((*learner)->state(), *profile);
    double share = 0;
    for (const float label : table->labels)
        share += label / static_cast<double>(table->labels.size());
    if (auto set = setPrior(*profile, config.prior >= 0 ? config.prior : share, config.seed); !set)
        return fail(set.error());
    if (auto written = writeFileAtomically(config.out, dumpJson(toJson(*profile))); !written)
        return fail(written.error());
    FitResult result{config.out,        scores->records(),    scores->table(),
                     scores->figures(), table->labels.size(), table->rejections.report(std::ssize(table->labels)),
                     profile->prior};
    tellMostRejected(result.rejections, "row", context);
    result.seconds = secondsSince(began);
    return result;
}

} // namespace millrace
