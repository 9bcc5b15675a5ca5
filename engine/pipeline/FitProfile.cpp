// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/FitProfile.h"

#include "base/Clock.h"
#include "base/Files.h"
#include "base/Text.h"
#include "data/Batch.h"
#include "data/Cell.h"
#include "data/encoders/NumberSketch.h"
#include "data/files/Classes.h"
#include "data/files/FileRows.h"
#include "data/files/FileState.h"
#include "data/files/TableFiles.h"
#include "metrics/Scores.h"
#include "pipeline/reading/RecordSource.h"
#include "pipeline/training/TrainedModel.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>

namespace millrace
{
namespace
{

constexpr int kHidden = 16;
constexpr int kBatch = 64;
constexpr int kEpochs = 12;
constexpr int kPriorEvents = 20000;
constexpr std::size_t kMostFittedLevels = 1000, kMostFittedColumns = 500, kComparedRows = 20'000;
constexpr int kFittedQuantiles = 201, kResiduals = 201;
constexpr auto kFitCancelled = "Fitting was cancelled";

struct Table {
    std::size_t width = 0;
    std::vector<double> features;                 ///< [rows, width]: a text is the number of its level, NaN is missing
    std::vector<std::vector<std::string>> levels; ///< per feature; of numbers empty
    std::vector<float> labels;
    Rejections rejections; ///< without a file
    [[nodiscard]] std::size_t rows() const { return labels.size(); }
};

/// Numbers the texts of a column as they come.
struct LevelNumbers {
    std::map<std::string, double, std::less<>> numbers;
    double numberOf(std::string_view text)
    {
        const auto found = numbers.find(text);
        return found != numbers.end() ? found->second
                                      : numbers.emplace(text, static_cast<double>(numbers.size())).first->second;
    }
};

bool isTextColumn(const Schema& schema, int column)
{
    return schema.columns[static_cast<std::size_t>(column)].type == ColumnType::Text;
}

Status readTable(const FitConfig& config, JobContext& context, Table& table)
{
    const std::vector<int> columns = config.schema.featureColumns();
    std::vector<LevelNumbers> levels(columns.size());
    table.width = columns.size();
    RowPass pass{[&](const FileRow& row) {
        if (!row.good)
            return table.rejections.add(lineOf(row.csv), row.problem, row.shown());
        auto number = row.features.begin();
        for (std::size_t i = 0; i < columns.size(); ++i) {
            if (!isTextColumn(config.schema, columns[i])) {
                table.features.push_back(static_cast<double>(*number++));
                continue;
            }
            const std::string_view text = trimmed(row.csv.fields[static_cast<std::size_t>(columns[i])]);
            table.features.push_back(isMissing(text) ? std::numeric_limits<double>::quiet_NaN()
                                                     : levels[i].numberOf(text));
        }
        table.labels.push_back(row.label);
        return Status{};
    }};
    pass.stop = context.stop();
    pass.cancelled = kFitCancelled;
    if (auto read = readRows(config.file, config.schema, pass); !read)
        return read;
    if (table.rows() < 100)
        return fail(ErrorCode::BadData,
                    config.file.string() + " has " + std::to_string(table.rows()) + " good rows: too few to fit",
                    "Give a file of at least 100 rows, better thousands");
    for (const LevelNumbers& each : levels) {
        std::vector<std::string>& texts = table.levels.emplace_back(each.numbers.size());
        for (const auto& [text, number] : each.numbers)
            texts[static_cast<std::size_t>(number)] = text;
    }
    return {};
}

/// The levels of a text column, numbered anew by the mean of the label (the class's number, or the value).
void orderLevels(Table& table, std::size_t column)
{
    std::vector<std::string>& texts = table.levels[column];
    std::vector<NumberMoments> labels(texts.size());
    for (std::size_t row = 0; row < table.rows(); ++row)
        if (const double level = table.features[row * table.width + column]; !std::isnan(level))
            labels[static_cast<std::size_t>(level)].add(static_cast<double>(table.labels[row]));
    std::vector<std::size_t> order(texts.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(order, {}, [&](std::size_t level) { return std::pair(labels[level].mean, texts[level]); });
    std::vector<double> numbers(texts.size());
    std::vector<std::string> ordered;
    for (const std::size_t level : order) {
        numbers[level] = static_cast<double>(ordered.size());
        ordered.push_back(texts[level]);
    }
    for (std::size_t row = 0; row < table.rows(); ++row)
        if (double& level = table.features[row * table.width + column]; !std::isnan(level))
            level = numbers[static_cast<std::size_t>(level)];
    texts = std::move(ordered);
}

/// A profile would show its values.
void leaveOutPrivates(Schema& schema, JobContext& context)
{
    std::vector<std::string> left;
    for (Column& column : schema.columns)
        if (column.role == ColumnRole::Feature && column.isPrivate) {
            column.role = ColumnRole::Ignored;
            left.push_back(column.name);
        }
    if (!left.empty())
        context.note(Note::Severity::Warning, "Private columns are left out: " + joined(left));
}

/// Leaves out what has too many levels, and what is no feature. Levels are then in the order of the label's mean, which
/// is what correlates them with the other columns.
Status arrange(Table& table, Schema& schema, JobContext& context)
{
    const std::vector<int> columns = schema.featureColumns();
    std::vector<std::size_t> kept;
    std::vector<std::string> left;
    for (std::size_t i = 0; i < columns.size(); ++i) {
        Column& column = schema.columns[static_cast<std::size_t>(columns[i])];
        const bool isEmpty = column.type == ColumnType::Text && table.levels[i].empty();
        if (table.levels[i].size() <= kMostFittedLevels && !isEmpty) {
            kept.push_back(i);
            continue;
        }
        column.role = ColumnRole::Ignored;
        left.push_back(column.name);
    }
    if (!left.empty())
        context.note(Note::Severity::Warning, "Columns of more than " + formatCount(std::int64_t{kMostFittedLevels}) +
                                                  " texts, or of none, are left out: " + joined(left));
    if (kept.size() > kMostFittedColumns)
        return fail(ErrorCode::BadData,
                    "There are " + formatCount(std::ssize(kept)) + " features, and a simulator is fitted to " +
                        formatCount(std::int64_t{kMostFittedColumns}) + " at most",
                    "Give a schema in which others are ignored");
    Table arranged;
    arranged.width = kept.size();
    arranged.labels = std::move(table.labels);
    arranged.rejections = std::move(table.rejections);
    for (std::size_t row = 0; row < arranged.rows(); ++row)
        for (const std::size_t i : kept)
            arranged.features.push_back(table.features[row * table.width + i]);
    for (const std::size_t i : kept)
        arranged.levels.push_back(std::move(table.levels[i]));
    table = std::move(arranged);
    for (std::size_t i = 0; i < table.width; ++i)
        if (!table.levels[i].empty())
            orderLevels(table, i);
    std::erase_if(schema.columns, [](const Column& column) {
        return column.role != ColumnRole::Feature && column.role != ColumnRole::Label;
    });
    static_cast<CsvLayout&>(schema) = CsvLayout{',', schema.header || schema.isJson()}; // JSON names each value
    schema.labelInKey = false;
    return {};
}

ModelSpec labelNetwork(const SimulatorProfile& profile, const Table& table)
{
    ModelSpec model;
    model.name = "label network";
    for (std::size_t i = 0; i < profile.inputs(); ++i)
        model.features.push_back("x" + std::to_string(i + 1));
    model.task = taskOf(profile.schema);
    NumberMoments targets;
    for (const float label : table.labels)
        targets.add(static_cast<double>(label));
    for (Target& target : model.task.targets) {
        target.mean = targets.mean;
        target.scale = targets.deviation() > 0 ? targets.deviation() : 1;
    }
    model.layers = {{"dense", {{"units", kHidden}, {"activation", "tanh"}}},
                    {"dense", {{"units", outputsOf(model.task)}}}};
    return model;
}

/// The table's features as the label network sees them: [rows, inputs].
std::vector<float> networkInputs(const Table& table, const SimulatorProfile& profile)
{
    std::vector<float> inputs(table.rows() * profile.inputs());
    auto next = inputs.begin();
    for (std::size_t i = 0; i < table.features.size(); ++i) {
        const std::size_t column = i % table.width;
        const double value = table.features[i];
        if (profile.isText(column)) {
            if (!std::isnan(value))
                next[static_cast<std::ptrdiff_t>(value)] = 1;
            next += std::ssize(profile.levels[column].texts);
        } else {
            *next++ =
                std::isnan(value) ? 0 : static_cast<float>((value - profile.mean[column]) / profile.scale[column]);
        }
    }
    return inputs;
}

Status fitNetwork(Learner& learner, std::span<const float> inputs, const Table& table, const FitConfig& config,
                  JobContext& context)
{
    const std::size_t rows = table.rows(), width = inputs.size() / rows;
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

/// Copies the trained network into the profile; of a regression in the target's unit. A dense layer's weights are
/// [units, inputs], and its biases follow.
void takeWeights(const LearnerState& state, const Task& task, SimulatorProfile& profile)
{
    const auto outputs = static_cast<std::size_t>(outputsOf(task));
    auto next = state.weights.begin();
    const auto take = [&next](std::size_t count) {
        std::vector<double> values(next, next + static_cast<std::ptrdiff_t>(count));
        next += static_cast<std::ptrdiff_t>(count);
        return values;
    };
    profile.hiddenWeights = take(kHidden * profile.inputs());
    profile.hiddenBias = take(kHidden);
    profile.outputWeights = take(kHidden * outputs);
    profile.outputBias = take(outputs);
    for (const Target& target : task.targets) {
        for (double& weight : profile.outputWeights)
            weight *= target.scale;
        profile.outputBias.front() = target.mean + target.scale * profile.outputBias.front();
    }
}

/// What the values are off by, as a quantile table about a mean of 0.
void setResiduals(const Table& table, std::span<const float> predicted, SimulatorProfile& profile)
{
    std::vector<double> residuals;
    double mean = 0;
    for (std::size_t i = 0; i < table.rows(); ++i) {
        residuals.push_back(static_cast<double>(table.labels[i]) - static_cast<double>(predicted[i]));
        mean += residuals.back() / static_cast<double>(table.rows());
    }
    std::ranges::sort(residuals);
    for (int i = 0; i < kResiduals; ++i)
        profile.residuals.push_back(quantileOf(residuals, i / (kResiduals - 1.0)) - mean);
    profile.outputBias.front() += mean;
}

/// Bisects the output offset until the mean probability of simulated events is the prior.
Status setPrior(SimulatorProfile& profile, double prior, std::uint64_t seed)
{
    double low = -10, high = 10;
    const double fitted = profile.outputBias.front();
    std::vector<double> features(profile.mean.size());
    while (high - low > 1e-4) {
        const double shift = (low + high) / 2;
        profile.outputBias = {fitted + shift};
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

/// Features and label of real rows, and of as many that are drawn.
Result<Nearness> compare(const Table& table, const SimulatorProfile& profile, std::uint64_t seed)
{
    auto simulator = Simulator::make(profile, seed);
    if (!simulator)
        return fail(simulator.error());
    std::vector<ComparedColumn> columns;
    for (const std::string& name : profile.schema.featureNames())
        columns.push_back({name, profile.isText(columns.size())});
    columns.push_back({profile.schema.columns[static_cast<std::size_t>(profile.schema.labelColumn())].name,
                       profile.schema.task != TaskKind::Regression});
    const std::size_t rows = std::min(table.rows(), kComparedRows);
    std::vector<double> real, drawn, event(table.width);
    for (std::size_t i = 0; i < rows; ++i) {
        const std::size_t row = i * table.rows() / rows; // of all parts of the file
        const auto first = table.features.begin() + static_cast<std::ptrdiff_t>(row * table.width);
        real.insert(real.end(), first, first + std::ssize(event));
        real.push_back(static_cast<double>(table.labels[row]));
        const float label = simulator->draw(i, event).label;
        drawn.insert(drawn.end(), event.begin(), event.end());
        drawn.push_back(static_cast<double>(label));
    }
    return nearnessOf(columns, real, drawn);
}

double shareOfOnes(const Table& table)
{
    double share = 0;
    for (const float label : table.labels)
        share += static_cast<double>(label) / static_cast<double>(table.rows());
    return share;
}

} // namespace

nlohmann::json toJson(const FitResult& result)
{
    nlohmann::json json = result.figures;
    json.update({{"file", result.file.string()},
                 {"records", result.records},
                 {"rows", result.rows},
                 {"nearness", toJson(result.nearness)},
                 {"seconds", result.seconds}});
    if (result.hasPrior)
        json["prior"] = result.prior;
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
    if (const auto several = oneLabel(config.schema); !several)
        return fail(several.error());
    if (const auto target = wholeFileTarget(config.out); !target)
        return fail(target.error());
    const FileState file(config.file, config.schema.more); // it is read twice
    FitConfig counted = config;
    if (auto classes = countClasses(config.file, counted.schema, context.stop()); !classes)
        return fail(classes.error());
    Schema& schema = counted.schema;
    if (config.prior >= 0 && schema.task != TaskKind::Binary)
        return fail(ErrorCode::Usage,
                    "fit.prior is the share of class 1 of two, and the label sets the task " +
                        infoOf(Task{schema.task}).name,
                    "Leave it out");
    leaveOutPrivates(schema, context);
    Table table;
    if (auto read = readTable(counted, context, table); !read)
        return fail(read.error());
    if (auto same = file.checkUnchanged(); !same)
        return fail(same.error());
    if (auto arranged = arrange(table, schema, context); !arranged)
        return fail(arranged.error());
    auto profile = fitCopula(schema, table.features, kFittedQuantiles, table.levels);
    if (!profile)
        return fail(profile.error());
    profile->attribution = config.attribution;
    const ModelSpec model = labelNetwork(*profile, table);
    auto learner = makeLearner(model, {}, config.seed);
    if (!learner)
        return fail(learner.error());
    const std::vector<float> inputs = networkInputs(table, *profile);
    if (auto fitted = fitNetwork(**learner, inputs, table, config, context); !fitted)
        return fail(fitted.error());
    std::vector<float> outputs(table.rows() * static_cast<std::size_t>(outputsOf(model.task)));
    if (auto predicted = (*learner)->predict(inputs, outputs); !predicted)
        return fail(predicted.error());
    const auto scores = makeScores(model.task, KeepOutputs::All);
    scores->add(outputs, table.labels);
    takeWeights((*learner)->state(), model.task, *profile);
    if (schema.task == TaskKind::Regression)
        setResiduals(table, outputs, *profile);
    if (schema.task == TaskKind::Binary)
        if (auto set = setPrior(*profile, config.prior >= 0 ? config.prior : shareOfOnes(table), config.seed); !set)
            return fail(set.error());
    auto nearness = compare(table, *profile, config.seed);
    if (!nearness)
        return fail(nearness.error());
    if (auto written = writeFileAtomically(config.out, dumpJson(toJson(*profile))); !written)
        return fail(written.error());
    FitResult result{config.out,
                     scores->records(),
                     scores->table(),
                     scores->figures(),
                     table.rows(),
                     table.rejections.report(std::ssize(table.labels)),
                     schema.task == TaskKind::Binary,
                     profile->prior,
                     std::move(*nearness)};
    tellMostRejected(result.rejections, "row", context);
    result.seconds = secondsSince(began);
    return result;
}

} // namespace millrace
