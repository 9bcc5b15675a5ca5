// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/training/ModelFit.h"

#include "base/Text.h"
#include "data/encoders/AutoEncoders.h"
#include "pipeline/reading/RangeReader.h"

#include <algorithm>
#include <cmath>

namespace millrace
{
namespace
{

constexpr std::int64_t kFitRecords = 100'000;

/// One pass over the records that are to be learnt.
struct TrainingSketch {
    TableSketch table;
    LabelSketch labels;
    std::vector<NumberMoments> targets;
    std::int64_t otherKeys = 0; ///< records whose key is no label, where it should be one
};

/// A topic of which nobody has told where its label stands is read with the label as key: most keys must be one, or
/// numbers of rows would be learnt.
Status checkKeysAreLabels(const TrainingSketch& sketch, const Schema& records, const std::string& topic)
{
    const bool isKnown = records.labelColumn() >= 0;
    if (isKnown || sketch.table.rows() == 0 || sketch.otherKeys <= sketch.table.rows())
        return {};
    return fail(ErrorCode::BadData,
                "Where the label of topic " + topic + " stands is not known here: of " +
                    formatCount(sketch.otherKeys + sketch.table.rows()) + " keys " + formatCount(sketch.otherKeys) +
                    " are no label, 0 or 1",
                "Learn in the home that published it (--home), or publish the table again from here");
}

Result<TrainingSketch> sketchOf(const ValidationSource& source, JobContext& context)
{
    const auto features = source.records.featureNames();
    auto decoder = RecordDecoder::make(source.format, source.records, {features, {}, taskOf(source.records)});
    if (!decoder)
        return fail(decoder.error());
    auto parts = RecordParts::make(source.split, source.format, source.records);
    if (!parts)
        return fail(parts.error());
    TrainingSketch sketch{TableSketch(features, source.split.seed),
                          LabelSketch(features.size(), source.records.task, source.split.seed, decoder->targets()),
                          std::vector<NumberMoments>(decoder->targets()), 0};
    std::vector<float> targets(decoder->targets());
    RangeReader reader(source.topic, source.partition, context);
    reader.title = "looking at the columns";
    reader.onRecord = [&](const MessageView& message) {
        const RawRow* row = nullptr;
        DecodeProblem problem;
        if (!decoder->decodeCells(message.key, message.value, row, targets, problem)) {
            sketch.otherKeys += problem.kind.starts_with("the key ") ? 1 : 0;
            return;
        }
        if (parts->of(message, targets.front()) != SplitPart::Train)
            return;
        sketch.table.add(*row);
        sketch.labels.add(*row, targets);
        for (std::size_t i = 0; i < targets.size(); ++i)
            sketch.targets[i].add(static_cast<double>(targets[i]));
    };
    if (auto read =
            reader.read(source.connection, sampledRanges({source.start, source.end}, kFitRecords, source.split.seed));
        !read)
        return fail(read.error());
    return sketch;
}

/// By number of a row.
struct Scales {
    std::vector<double> mean, scale, low, high;
    void add(const PartScale& part)
    {
        mean.push_back(part.mean);
        scale.push_back(part.scale);
        low.push_back(part.low);
        high.push_back(part.high);
    }
};

void takeColumn(const ColumnPlan& plan, FittedModel& fitted, Scales& scales)
{
    fitted.columns.push_back({plan.column, plan.what, plan.why, plan.question});
    if (!plan.encoder)
        return;
    fitted.model.features.push_back(plan.column);
    fitted.model.encoders[plan.column] = *plan.encoder;
    for (const PartScale& part : plan.scales)
        scales.add(part);
}

/// By target the one value that all records have; NaN of several, and where not the whole training part was looked at.
std::vector<double> onlyValuesOf(const TrainingSketch& sketch, const ValidationSource& source)
{
    std::vector<double> values;
    for (const NumberMoments& target : sketch.targets) {
        const bool isOnly = source.end - source.start <= kFitRecords && target.minimum == target.maximum;
        values.push_back(isOnly ? target.minimum : NAN);
    }
    return values;
}

} // namespace

nlohmann::json toJson(const std::vector<PreparedColumn>& columns)
{
    nlohmann::json json = nlohmann::json::array();
    for (const PreparedColumn& each : columns) {
        json.push_back({{"column", each.column}, {"what", each.what}, {"why", each.why}});
        if (!each.question.empty())
            json.back()["question"] = each.question;
    }
    return json;
}

Result<FittedModel> fitModel(const std::string& preset, const ValidationSource& source, bool isByTime,
                             JobContext& context)
{
    const Schema& records = source.records;
    auto sketch = sketchOf(source, context);
    if (!sketch)
        return fail(sketch.error());
    if (auto known = checkKeysAreLabels(*sketch, records, source.topic); !known)
        return fail(known.error());
    FittedModel fitted;
    fitted.rows = sketch->table.rows();
    Task task = taskOf(records);
    if (fitted.rows == 0) { // the training says why none can be used
        auto model = presetModel(preset, records.featureNames(), task);
        if (!model)
            return fail(model.error());
        fitted.model = std::move(*model);
        return fitted;
    }
    fitted.onlyValues = onlyValuesOf(*sketch, source);
    EncoderOptions options;
    options.splitByTime = isByTime;
    options.labels = &sketch->labels;
    options.privates = privateColumns(records);
    const auto proposal = proposeEncoders(sketch->table, options);
    if (!proposal)
        return fail(proposal.error());
    Scales scales;
    for (const ColumnPlan& plan : proposal->columns)
        takeColumn(plan, fitted, scales);
    if (fitted.model.features.empty())
        return fail(ErrorCode::BadData,
                    "No column of topic " + source.topic + " is left to learn from: " + fitted.columns.front().column +
                        " is left out (" + fitted.columns.front().why + ")" +
                        (fitted.columns.size() > 1 ? ", and so are the others" : ""),
                    "Give the model's columns and layers with --model, or other data");
    for (std::size_t i = 0; i < task.targets.size(); ++i) {
        task.targets[i].mean = sketch->targets[i].mean;
        const double deviation = sketch->targets[i].deviation();
        task.targets[i].scale = deviation > 0 ? deviation : 1;
    }
    auto model = presetModel(preset, fitted.model.features, task, fitted.model.encoders, source.end - source.start);
    if (!model)
        return fail(model.error());
    model->preprocessing = {{"clip", {{"low", scales.low}, {"high", scales.high}}},
                            {"standardize", {{"mean", scales.mean}, {"scale", scales.scale}}}};
    fitted.model = std::move(*model);
    return fitted;
}

} // namespace millrace
