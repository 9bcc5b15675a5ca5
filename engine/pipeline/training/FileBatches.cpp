// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/training/FileBatches.h"

#include "base/Clock.h"
#include "base/Text.h"
#include "data/Cell.h"
#include "data/PrivateCells.h"
#include "data/files/CsvReader.h"
#include "data/files/FileColumns.h"
#include "data/files/RowDecoder.h"
#include "pipeline/training/PredictBatch.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace millrace
{
namespace
{

constexpr int kFileRowsAtOnce = 1024;

bool holdsAll(const Schema& schema, const std::vector<std::string>& names)
{
    return std::ranges::all_of(names, [&](const std::string& name) { return schema.columnNamed(name) >= 0; });
}

/// The columns' names are known, so that a header which looks like any row is found.
Result<Schema> schemaOfFile(const std::filesystem::path& file, const std::vector<std::string>& features)
{
    auto schema = inferSchema(file);
    if (schema && (schema->header || schema->isJson() || holdsAll(*schema, features)))
        return schema;
    LayoutWish wish;
    wish.header = true;
    auto headed = inferSchema(file, wish);
    return headed && holdsAll(*headed, features) ? headed : schema;
}

/// By target. Without a name of its own in what the model has learnt from, the label is the file's.
Result<std::vector<int>> labelPlacesOf(const std::filesystem::path& file, const Schema& schema,
                                       const TrainedModel& trained)
{
    const auto learnt = targetColumns(trained.records, trained.model.task);
    if (!learnt)
        return fail(learnt.error());
    std::vector<int> places;
    for (const int column : *learnt) {
        const std::string& name = trained.records.columns[static_cast<std::size_t>(column)].name;
        places.push_back(schema.columnNamed(name));
        if (places.back() < 0)
            return fail(missingColumn(file, schema, name, "which is the label to score against"));
    }
    if (places.empty() && schema.labelColumn() >= 0)
        places = {schema.labelColumn()};
    if (places.empty())
        return fail(missingColumn(file, schema, "label", "which is the label to score against"));
    return places;
}

} // namespace

ModelRows::ModelRows(Schema schema, RowEncoder encoder, const TrainedModel& trained)
    : m_schema(std::move(schema)), m_encoder(std::move(encoder)), m_targets(trained.model.task),
      m_weights({TaskKind::Regression, {}, {}}),
      m_targetsOfRow(static_cast<std::size_t>(targetsOf(trained.model.task))), m_points(trained.model.features.size())
{
    for (Column& column : m_schema.columns)
        column.isPrivate = trained.records.isPrivate(column.name);
    for (const std::string& feature : trained.model.features)
        m_places.push_back(static_cast<std::size_t>(m_schema.columnNamed(feature)));
    m_row.cells.resize(m_places.size());
}

Result<ModelRows> ModelRows::of(const std::filesystem::path& file, const TrainedModel& trained, bool labelled)
{
    auto schema = schemaOfFile(file, trained.model.features);
    if (!schema)
        return fail(schema.error());
    for (const std::string& feature : trained.model.features)
        if (schema->columnNamed(feature) < 0)
            return fail(missingColumn(file, *schema, feature, "which the model of " + trained.run.folder + " takes"));
    auto encoder = RowEncoder::make(trained.model.features, trained.model.encoders);
    if (!encoder)
        return fail(encoder.error());
    const auto labels = labelled ? labelPlacesOf(file, *schema, trained) : Result<std::vector<int>>();
    if (!labels)
        return fail(labels.error());
    const std::string weight = labelled ? trained.records.nameOf(ColumnRole::Weight) : std::string();
    const int weightPlace = weight.empty() ? -1 : schema->columnNamed(weight);
    if (!weight.empty() && weightPlace < 0)
        return fail(missingColumn(file, *schema, weight, "which weighs the rows in the scores"));
    ModelRows rows(std::move(*schema), std::move(*encoder), trained);
    rows.m_labels = *labels;
    rows.m_weight = weightPlace;
    return rows;
}

std::string ModelRows::weightColumn() const
{
    return m_weight < 0 ? std::string() : m_schema.columns[static_cast<std::size_t>(m_weight)].name;
}

bool ModelRows::decodeWeight(const CsvRow& row, DecodeProblem& problem)
{
    const std::string_view text = row.fields[static_cast<std::size_t>(m_weight)];
    const auto read = isMissing(text) ? std::nullopt : m_weights.read(text, m_schema.decimal);
    if (read && std::isfinite(*read)) {
        m_lastWeight = *read;
        return true;
    }
    const std::string name = weightColumn();
    const std::string kind = isMissing(text) ? "is missing" : "is not a number";
    problem = {m_weight,
               columnPrefix(m_weight, name) + "the weight " + (isMissing(text) ? kind : shown(text) + " " + kind), kind,
               columnTitle(m_weight, name)};
    return false;
}

bool ModelRows::decodeTarget(const CsvRow& row, int column, float& target, DecodeProblem& problem) const
{
    const std::string_view text = row.fields[static_cast<std::size_t>(column)];
    const auto read = isMissingLabel(text) ? std::nullopt : m_targets.read(text, m_schema.decimal);
    if (read) {
        target = *read;
        return true;
    }
    const std::string& name = m_schema.columns[static_cast<std::size_t>(column)].name;
    const std::string kind = isMissing(text) ? "is missing" : "is not " + m_targets.expected();
    problem = {column, columnPrefix(column, name) + "the label " + (isMissing(text) ? kind : shown(text) + " " + kind),
               kind, columnTitle(column, name)};
    return false;
}

bool ModelRows::decode(const CsvRow& row, std::span<float> numbers, std::span<float> targets, DecodeProblem& problem)
{
    std::ranges::fill(targets, std::numeric_limits<float>::quiet_NaN());
    if (!hasFields(row, m_schema, problem))
        return false;
    for (std::size_t i = 0; i < m_labels.size(); ++i)
        if (!decodeTarget(row, m_labels[i], targets[i], problem))
            return false;
    if (m_weight >= 0 && !decodeWeight(row, problem))
        return false;
    for (std::size_t i = 0; i < m_places.size(); ++i) {
        std::string_view text = row.fields[m_places[i]];
        if (m_schema.decimal == ',' && m_schema.columns[m_places[i]].type == ColumnType::Number) {
            m_points[i] = text;
            std::ranges::replace(m_points[i], ',', '.');
            text = m_points[i];
        }
        m_row.cells[i] = {RawCell::Kind::Text, 0, text};
    }
    return m_encoder.encode(m_row, numbers, problem);
}

namespace
{

/// One pass, a batch after the other.
class FileScan
{
public:
    FileScan(const FileJobConfig& config, TrainedModel& trained, ModelRows& rows, RunFolder& run, JobContext& context,
             const std::string& doing, const std::function<Status(const FileBatch&)>& take)
        : m_config(config), m_rows(rows), m_run(run), m_context(context), m_doing(doing), m_take(take),
          m_batch(*trained.learner, kFileRowsAtOnce), m_numbers(rows.width()), m_targets(rows.targets())
    {
    }

    Status run()
    {
        auto reader = openRows(m_config.data, m_rows.schema());
        if (!reader)
            return fail(reader.error());
        CsvRow row;
        for (;;) {
            m_context.waitWhilePaused();
            if (m_context.stopRequested())
                return fail(ErrorCode::Cancelled, "It was stopped after " + countOf(m_used, "row"));
            const auto more = (*reader)->next(row);
            if (!more)
                return fail(more.error());
            if (!*more)
                break;
            if (auto added = add(row); !added)
                return added;
            if (m_read.size() == static_cast<std::size_t>(kFileRowsAtOnce))
                if (auto flushed = flush(**reader); !flushed)
                    return flushed;
        }
        if (auto flushed = flush(**reader); !flushed)
            return flushed;
        for (const FileNote& note : (*reader)->notes())
            m_context.note(Note::Severity::Info, m_config.data.filename().string() + ": " + titleOf(note) + note.text);
        return m_used > 0 ? Status{} : fail(nothingUsable(m_config.data.string(), m_run.rejected(), "row"));
    }

private:
    [[nodiscard]] std::string titleOf(const FileNote& note) const
    {
        return note.column < 0 ? std::string()
                               : m_rows.schema().columns[static_cast<std::size_t>(note.column)].name + ": ";
    }

    Status add(const CsvRow& row)
    {
        DecodeProblem problem;
        FileBatch::Row& kept = m_read.emplace_back();
        kept.number = row.row;
        kept.fields.assign(row.fields.begin(), row.fields.end());
        if (!m_rows.decode(row, m_numbers, m_targets, problem))
            return reject(row, problem);
        kept.place = static_cast<std::ptrdiff_t>(m_batch.entries().size());
        m_batch.add({m_numbers, m_targets.front(), 0, row.row, {}, nullptr, m_rows.weight(), m_targets});
        return {};
    }

    Status reject(const CsvRow& row, DecodeProblem problem)
    {
        if (problem.column >= 0 && m_privates.any())
            forgetValue(problem);
        const std::string where = "line " + std::to_string(row.line);
        if (m_config.onError == OnError::Stop)
            return fail(ErrorCode::BadData, m_config.data.string() + " " + where + ": " + problem.reason,
                        "Mend the file, or skip such rows with --on-error skip");
        return m_run.rejected().add(where, problem, m_privates.blanked(row.text));
    }

    Status flush(const RowReader& reader)
    {
        const auto outputs = m_batch.predict();
        if (!outputs)
            return fail(outputs.error());
        m_used += static_cast<std::int64_t>(m_batch.entries().size());
        if (auto taken = m_take({m_read, m_batch.outputs(), *outputs, m_batch.targets(), m_batch.weights()}); !taken)
            return taken;
        m_batch.clear();
        m_read.clear();
        report(reader);
        return {};
    }

    void report(const RowReader& reader)
    {
        Progress progress;
        progress.records = m_used;
        progress.rejected = m_run.rejected().count();
        progress.text = countOf(m_used, "row") + " " + m_doing;
        progress.fraction = std::min(1.0, static_cast<double>(reader.bytesRead()) /
                                              static_cast<double>(std::max<std::int64_t>(1, reader.bytesTotal())));
        const double seconds = secondsSince(m_began);
        progress.rate = rateOver(m_used, seconds);
        progress.secondsLeft = secondsLeftAfter(progress.fraction, seconds);
        m_context.report(progress);
    }

    const FileJobConfig& m_config;
    ModelRows& m_rows;
    RunFolder& m_run;
    JobContext& m_context;
    const std::string& m_doing;
    const std::function<Status(const FileBatch&)>& m_take;
    PrivateCells m_privates{m_rows.schema()};
    PredictBatch m_batch;
    std::vector<FileBatch::Row> m_read;
    std::vector<float> m_numbers, m_targets;
    std::int64_t m_used = 0;
    Clock::time_point m_began = Clock::now();
};

} // namespace

Status predictRows(const FileJobConfig& config, TrainedModel& trained, ModelRows& rows, RunFolder& run,
                   JobContext& context, const std::string& doing, const std::function<Status(const FileBatch&)>& take)
{
    context.beginRun(run.name());
    return FileScan(config, trained, rows, run, context, doing, take).run();
}

} // namespace millrace
