// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/PredictFile.h"

#include "base/Clock.h"
#include "base/Text.h"
#include "data/files/CsvFields.h"
#include "data/files/WholeFile.h"
#include "metrics/Scores.h"

#include <algorithm>
#include <charconv>

namespace millrace
{
namespace
{

Result<TrainedModel> modelToPredict(const PredictFileConfig& config, JobContext& context)
{
    if (!config.model.empty())
        return TrainedModel::loadFile(config.model);
    return TrainedModel::load(RunCatalog(config.file.home / "runs"), config.run, context);
}

Status checkOut(const PredictFileConfig& config)
{
    std::error_code ignored;
    if (std::filesystem::equivalent(config.file.data, config.out, ignored))
        return fail(ErrorCode::Usage, config.out.string() + " is the file that is read", "Give another --out");
    if (config.replaces || !std::filesystem::is_regular_file(config.out, ignored)) // what is no file, opening refuses
        return {};
    Error error{ErrorCode::Usage, config.out.string() + " is there already",
                "Write it anew with --existing replace, or give another --out"};
    error.answers = {{"existing", "replace", "Replace"}};
    return fail(std::move(error));
}

Result<RunFolder> folderOf(const FileJobConfig& config, const TrainedModel& trained, const char* kind)
{
    return RunFolder::create(config.home / "runs", trained.run.name + "-" + kind,
                             {{"kind", kind},
                              {"task", toJson(trained.model.task)},
                              {"parent", trained.run.folder},
                              {"configuration", config.section},
                              {"data", config.data.string()}});
}

/// What group jobs tell, as far as a file has it.
GroupJobResult jobResult(const FileJobConfig& config, const TrainedModel& trained, RunFolder& run, std::int64_t records,
                         double seconds, JobContext& context)
{
    GroupJobResult job;
    job.run = run.name();
    job.parent = trained.run.folder;
    job.data = config.data.string();
    job.seconds = seconds;
    job.rejections = run.rejected().report(records);
    tellMostRejected(job.rejections, run, context);
    return job;
}

/// Those of the file that is predicted, so that whoever reads that reads this; commas and points where it has others
/// than a CSV may have.
FieldMarks marksOf(const Schema& schema)
{
    constexpr std::string_view kSeparators = ",;\t|";
    if (schema.isJson())
        return {};
    const bool isUsual = kSeparators.find(schema.separator) != std::string_view::npos;
    return {isUsual ? schema.separator : schema.decimal == ',' ? ';' : ',', schema.decimal};
}

/// A field of its own, however it was written in the file.
void appendField(std::string& line, std::string_view field, char separator)
{
    constexpr std::string_view kToQuote = "\"\r\n";
    if (field.find_first_of(kToQuote) == std::string_view::npos && field.find(separator) == std::string_view::npos &&
        !field.starts_with(' ') && !field.ends_with(' '))
        line += field;
    else
        line += quotedField(field);
}

/// The columns of the CSV: those of the file, and of the prediction; no name stands twice.
std::vector<std::string> headerOf(const std::vector<std::string>& columns, const Task& task)
{
    std::vector<std::string> header = columns;
    for (const std::string& name : predictedNames(task)) {
        std::string unique = name;
        for (int copy = 2; std::ranges::find(header, unique) != header.end(); ++copy)
            unique = name + "_" + std::to_string(copy);
        header.push_back(unique);
    }
    return header;
}

/// To look at while it goes on.
std::vector<Prediction> newestOf(const FileBatch& batch, const Task& task)
{
    constexpr std::size_t kNewest = 50;
    std::vector<Prediction> newest;
    for (const FileBatch::Row& row : batch.rows.last(std::min(kNewest, batch.rows.size()))) {
        if (row.place < 0)
            continue;
        const auto outputs = batch.outputsOf(row);
        newest.push_back({-1, row.number, {}, true, task, {outputs.begin(), outputs.end()}});
    }
    return newest;
}

/// Writes rows with their predictions.
class PredictionFile
{
public:
    PredictionFile(WholeFile file, const Schema& schema, const TrainedModel& trained)
        : m_file(std::move(file)), m_task(trained.model.task), m_marks(marksOf(schema)),
          m_counts(static_cast<std::size_t>(classCount(trained.model.task)))
    {
        std::vector<std::string> names;
        for (std::size_t i = 0; i < schema.columns.size(); ++i)
            if (!schema.columns[i].isPrivate) {
                m_columns.push_back(i);
                names.push_back(schema.columns[i].name);
            }
        m_predicted = predictedNames(m_task).size();
        for (const std::string& name : headerOf(names, m_task)) {
            m_text.append(m_text.empty() ? 0 : 1, m_marks.separator);
            appendField(m_text, name, m_marks.separator);
        }
        m_text += '\n';
    }

    Status write(const FileBatch& batch)
    {
        for (const FileBatch::Row& row : batch.rows) {
            for (const std::size_t column : m_columns) {
                appendField(m_text, column < row.fields.size() ? std::string_view(row.fields[column]) : "",
                            m_marks.separator);
                m_text += m_marks.separator;
            }
            if (row.place < 0)
                m_text.append(m_predicted - 1, m_marks.separator);
            else
                appendPrediction(batch.outputsOf(row));
            m_text += '\n';
        }
        auto written = m_file.write(m_text);
        m_text.clear();
        return written;
    }

    Status finish() { return m_file.finish(); }
    [[nodiscard]] const std::vector<std::int64_t>& counts() const { return m_counts; }
    [[nodiscard]] std::int64_t records() const { return m_records; }

private:
    void appendPrediction(std::span<const float> outputs)
    {
        ++m_records;
        if (const int decided = classOf(m_task, outputs); decided >= 0)
            ++m_counts[static_cast<std::size_t>(decided)];
        appendPredicted(m_text, m_task, outputs, m_marks);
    }

    WholeFile m_file;
    Task m_task;
    FieldMarks m_marks;
    std::vector<std::size_t> m_columns; ///< of the file, that are written
    std::size_t m_predicted = 0;        ///< columns of a prediction
    std::string m_text;
    std::vector<std::int64_t> m_counts;
    std::int64_t m_records = 0;
};

} // namespace

Result<PredictResult> predictFile(const PredictFileConfig& config, JobContext& context)
{
    const auto began = Clock::now();
    auto trained = modelToPredict(config, context);
    if (!trained)
        return fail(trained.error());
    if (auto good = checkOut(config); !good)
        return fail(good.error());
    auto rows = ModelRows::of(config.file.data, *trained, false);
    if (!rows)
        return fail(rows.error());
    auto file = WholeFile::create(config.out);
    if (!file)
        return fail(file.error());
    auto run = folderOf(config.file, *trained, "predict");
    if (!run)
        return fail(run.error());
    PredictionFile out(std::move(*file), rows->schema(), *trained);
    auto done = predictRows(config.file, *trained, *rows, *run, context, "predicted", [&](const FileBatch& batch) {
        if (context.predictions.wanted())
            context.predictions.put(newestOf(batch, trained->model.task));
        return out.write(batch);
    });
    if (done)
        done = out.finish();
    if (!done)
        return fail(run->finishFailed(done.error()));
    PredictResult result{jobResult(config.file, *trained, *run, out.records(), secondsSince(began), context),
                         trained->model.task, config.out.string(), out.records(), out.counts()};
    if (auto finished = run->finish("done", toJson(result)); !finished)
        return fail(run->finishFailed(finished.error()));
    return result;
}

Result<EvaluateResult> evaluateFile(const EvaluateFileConfig& config, JobContext& context)
{
    const auto began = Clock::now();
    auto trained = TrainedModel::load(RunCatalog(config.file.home / "runs"), config.run, context);
    if (!trained)
        return fail(trained.error());
    auto rows = ModelRows::of(config.file.data, *trained, true);
    if (!rows)
        return fail(rows.error());
    auto run = folderOf(config.file, *trained, "evaluate");
    if (!run)
        return fail(run.error());
    auto scores = makeScores(trained->model.task, KeepOutputs::All);
    const bool isWeighted = !rows->weightColumn().empty();
    const auto done =
        predictRows(config.file, *trained, *rows, *run, context, "scored", [&](const FileBatch& batch) -> Status {
            scores->add(batch.outputs, batch.targets, isWeighted ? batch.weights : std::span<const float>());
            return {};
        });
    if (!done)
        return fail(run->finishFailed(done.error()));
    EvaluateResult result;
    result.records = result.scored = scores->records();
    result.job = jobResult(config.file, *trained, *run, result.records, secondsSince(began), context);
    result.task = trained->model.task;
    result.scores = scores->table();
    result.figures = scores->figures();
    result.weights = scores->weights();
    result.weightColumn = rows->weightColumn();
    result.onlyClass = onlyClassOf(scores->classCounts(), context);
    result.chance = chanceOf(*scores, result, context);
    result.learnt = std::nullopt; // rows of a file have no offsets by which that is known
    if (const std::string why = whyWeightsSayNothing(*scores); !why.empty())
        context.note(Note::Severity::Warning, why);
    if (auto finished = run->finish("done", toJson(result)); !finished)
        return fail(run->finishFailed(finished.error()));
    return result;
}

} // namespace millrace
