// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/training/Forecast.h"

#include "base/Text.h"
#include "data/RecordDecoder.h"
#include "data/encoders/AutoEncoders.h"
#include "data/files/FileRows.h"
#include "model/Graph.h"
#include "pipeline/training/TrainPlan.h"

#include <algorithm>

namespace millrace
{
namespace
{

constexpr std::int64_t kRowsLookedAt = 100'000;

struct RowSketch {
    TableSketch table;
    LabelSketch labels;
};

Result<RowSketch> sketchOf(const ProposeConfig& config, JobContext& context)
{
    Schema records = config.schema;
    records.labelInKey = config.key == "label";
    const auto features = records.featureNames();
    auto format = makeRecordFormat(config.format, records);
    if (!format)
        return fail(format.error());
    auto decoder = RecordDecoder::make(config.format, records, {features, {}, taskOf(records)});
    if (!decoder)
        return fail(decoder.error());
    RowSketch sketch{TableSketch(features, config.seed),
                     LabelSketch(features.size(), records.task, config.seed, decoder->targets())};
    std::vector<float> targets(decoder->targets());
    const std::int64_t every = std::max<std::int64_t>(1, (config.rows + kRowsLookedAt - 1) / kRowsLookedAt);
    std::int64_t good = 0;
    RowPass pass;
    pass.stop = context.stop();
    pass.cancelled = "Cancelled";
    pass.progress = [&](double fraction) {
        Progress now;
        now.text = "looking at the columns";
        now.fraction = fraction;
        context.report(now);
    };
    pass.take = [&](const FileRow& row) -> Status {
        if (!row.good || good++ % every != 0)
            return {};
        const RecordFormat::Message message = (*format)->encode(row.csv, row.label);
        const RawRow* cells = nullptr;
        DecodeProblem problem;
        if (decoder->decodeCells(message.key, message.value, cells, targets, problem)) {
            sketch.table.add(*cells);
            sketch.labels.add(*cells, targets);
        }
        return {};
    };
    if (auto read = readRows(config.file, config.schema, pass); !read)
        return fail(read.error());
    return sketch;
}

} // namespace

Result<std::vector<ColumnProposal>> proposeColumns(const ProposeConfig& config, JobContext& context)
{
    const auto sketch = sketchOf(config, context);
    if (!sketch)
        return fail(sketch.error());
    std::vector<ColumnProposal> columns;
    if (sketch->table.rows() == 0)
        return columns;
    EncoderOptions options;
    options.splitByTime = config.splitByTime;
    options.labels = &sketch->labels;
    options.privates = privateColumns(config.schema);
    const auto proposal = proposeEncoders(sketch->table, options);
    if (!proposal)
        return fail(proposal.error());
    for (const ColumnPlan& plan : proposal->columns)
        columns.push_back({plan.column, plan.what, plan.why,
                           plan.encoder ? static_cast<int>(std::max<std::size_t>(1, plan.scales.size())) : 0});
    return columns;
}

Result<ModelForecast> forecastModel(const TrainConfig& config, const Task& task, int inputs, std::int64_t rows)
{
    const std::int64_t known = config.until.kind == StreamEnd::Kind::End ? rows : -1;
    const auto model =
        config.model ? Result<ModelSpec>(*config.model)
                     : presetModel(config.preset, numberedNames(static_cast<std::size_t>(inputs)), task, {}, known);
    if (!model)
        return fail(model.error());
    const auto layers = summarize(*model);
    if (!layers)
        return fail(layers.error());
    ModelForecast forecast;
    for (const SummaryRow& row : *layers) {
        forecast.layers.push_back(row.layer);
        forecast.parameters += row.parameters;
    }
    const Sizing sizing = sizingOf(config);
    forecast.isSized = sizing != Sizing::Tutorial && known >= 0;
    forecast.budget = decideBudget(config.wish, known, sizing);
    return forecast;
}

} // namespace millrace
