// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/ColumnStats.h"

#include "base/Text.h"
#include "data/Cell.h"
#include "data/PrivateCells.h"
#include "data/encoders/FilePlans.h"
#include "data/files/FileState.h"
#include "data/files/RowDecoder.h"
#include "data/files/TableFiles.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

namespace millrace
{
namespace
{

constexpr std::int64_t kProgressRows = 20'000;
constexpr std::size_t kFirstRows = 100;
constexpr std::size_t kFirstProblems = 100;
/// What floats cannot tell apart is looked for in so many good rows.
constexpr std::int64_t kExactRows = 2000;

/// Sums of one feature. Squares are taken about the first value: no cancellation where the mean is far from zero, and
/// no division for each row.
struct Moments {
    double minimum = 0, maximum = 0, origin = 0, sum = 0, squares = 0;
    std::int64_t count = 0;

    /// NaN is a missing value.
    void add(double value)
    {
        if (std::isnan(value))
            return;
        if (count++ == 0)
            minimum = maximum = origin = value;
        minimum = std::min(minimum, value);
        maximum = std::max(maximum, value);
        const double difference = value - origin;
        sum += difference;
        squares += difference * difference;
    }

    void finish(ColumnSummary& summary) const
    {
        if (count == 0) { // what rejected rows hold does not count
            summary.minimum = summary.maximum = summary.mean = summary.standardDeviation = NAN;
            summary.histogramFrom = summary.histogramTo = NAN;
            return;
        }
        const auto n = static_cast<double>(count);
        summary.minimum = minimum;
        summary.maximum = maximum;
        summary.mean = origin + sum / n;
        summary.standardDeviation = count > 1 ? std::sqrt(std::max(0.0, (squares - sum * sum / n) / (n - 1))) : 0;
    }
};

/// What a person should know of a feature before it is learnt from.
std::vector<FileNote> planNotes(int column, const ColumnPlan& plan)
{
    std::vector<FileNote> notes;
    if (plan.isIdentifier)
        notes.push_back({"identifier", column, "nothing can be learnt from it: " + plan.why});
    if (plan.encoder && (plan.encoder->parameters.contains("missing") || plan.encoder->parameters.contains("others")))
        notes.push_back({"missing", column, plan.why});
    if (!plan.question.empty())
        notes.push_back({"question", column, plan.question});
    return notes;
}

class Summarizer
{
public:
    explicit Summarizer(const Schema& schema)
        : m_schema(schema), m_privates(schema), m_plans(schema), m_decoder(schema),
          m_columns(numbersOf(schema, m_decoder)), m_sample(schema, m_columns)
    {
        m_summary.labels = LabelValues(schema.decimal);
        m_labels.resize(m_decoder.labelCount());
        const int label = schema.labelColumn();
        m_features = static_cast<std::size_t>(m_decoder.featureCount());
        m_moments.resize(m_columns.size());
        m_binScale.resize(m_columns.size());
        m_row.resize(m_columns.size());
        m_exact.resize(m_columns.size());
        const auto classes = static_cast<std::size_t>(label < 0 ? 0 : std::max(2, classCount(taskOf(schema))));
        if (label >= 0 && schema.task != TaskKind::Regression)
            m_summary.classCounts.resize(classes);
        m_summary.columns.resize(schema.columns.size());
    }

    void add(const CsvRow& row)
    {
        if (m_summary.firstRows.size() < kFirstRows)
            keepFirst(row);
        countMissing(row);
        countWeight(row);
        DecodeProblem problem;
        const std::span<float> features = std::span(m_row).first(m_features);
        const bool good = m_decoder.decode(row, features, m_labels, problem);
        m_summary.labels.add(m_decoder.countedLabel(row, good, problem, features));
        if (!good)
            return addRejected(row, problem);
        addGood(row, m_labels.front());
        m_plans.add(row, m_labels);
        if (m_summary.rows <= kExactRows)
            keepExact(row);
    }

    [[nodiscard]] std::int64_t rows() const { return m_summary.rows + m_summary.rejections.count(); }

    FileSummary finish()
    {
        drawSample();
        for (std::size_t i = 0; i < m_summary.columns.size(); ++i)
            if (m_privates.isPrivate(i))
                m_summary.columns[i].shape = {};
        for (std::size_t i = 0; i < m_columns.size(); ++i)
            if (m_privates.isPrivate(static_cast<std::size_t>(m_columns[i])))
                summaryOf(i).histogram.clear();
            else if (m_summary.rows > 0)
                m_moments[i].finish(summaryOf(i));
        const auto classesThere = std::ranges::count_if(m_summary.classCounts, [](auto count) { return count > 0; });
        m_summary.sortedByClass = classesThere > 1 && m_classChanges == classesThere - 1 &&
                                  m_summary.rows >= 2 * classesThere; // values that occur once are in any order
        takePlans();
        addNotes();
        if (const int label = m_schema.labelColumn(); label >= 0 && m_schema.task == TaskKind::Binary)
            finishLabel(m_schema.columns[static_cast<std::size_t>(label)].type,
                        m_summary.columns[static_cast<std::size_t>(label)]);
        return std::move(m_summary);
    }

private:
    /// Features, and behind them a regression's targets.
    static std::vector<int> numbersOf(const Schema& schema, const RowDecoder& decoder)
    {
        std::vector<int> columns = decoder.columns();
        if (schema.task == TaskKind::Regression)
            std::ranges::copy(schema.labelColumns(), std::back_inserter(columns));
        return columns;
    }

    ColumnSummary& summaryOf(std::size_t feature)
    {
        return m_summary.columns[static_cast<std::size_t>(m_columns[feature])];
    }

    void keepFirst(const CsvRow& row)
    {
        std::vector<std::string>& kept = m_summary.firstRows.emplace_back(row.fields.begin(), row.fields.end());
        for (std::size_t i = 0; i < kept.size() && m_privates.any(); ++i)
            if (m_privates.isPrivate(i) || kept.size() != m_schema.columns.size()) // which is which is not known
                kept[i] = kHiddenCell;
    }

    void keepExact(const CsvRow& row)
    {
        for (std::size_t i = 0; i < m_columns.size(); ++i)
            m_exact[i].push_back(
                parseDoubleCell(row.fields[static_cast<std::size_t>(m_columns[i])], m_schema.decimal).value_or(0));
    }

    void takePlans()
    {
        auto plans = m_plans.propose();
        for (std::size_t i = 0; plans && i < plans->size(); ++i) // what cannot be encoded, a training tells
            m_summary.columns[i].plan = std::move((*plans)[i]);
    }

    void addNotes()
    {
        m_summary.notes = layoutNotes(m_schema);
        std::vector<FileNote> ofColumns = leftOutNotes(m_schema);
        for (std::size_t i = 0; i < m_columns.size(); ++i)
            if (!m_privates.isPrivate(static_cast<std::size_t>(m_columns[i])))
                std::ranges::move(floatNotes(m_columns[i], m_exact[i], summaryOf(i).minimum, summaryOf(i).maximum),
                                  std::back_inserter(ofColumns));
        if (m_withoutWeight > 0)
            ofColumns.push_back({"missing weights", m_schema.columnOf(ColumnRole::Weight),
                                 countOf(m_withoutWeight, "row has", "rows have") +
                                     " no weight: they are published, and neither learnt nor scored"});
        for (std::size_t i = 0; i < m_schema.columns.size(); ++i)
            if (m_summary.columns[i].plan && m_schema.columns[i].role == ColumnRole::Feature)
                std::ranges::move(planNotes(static_cast<int>(i), *m_summary.columns[i].plan),
                                  std::back_inserter(ofColumns));
        std::ranges::stable_sort(ofColumns, {}, &FileNote::column);
        std::ranges::move(ofColumns, std::back_inserter(m_summary.notes));
    }

    void countMissing(const CsvRow& row)
    {
        if (row.fields.size() != m_summary.columns.size())
            return;
        const int label = m_schema.labelColumn();
        for (std::size_t i = 0; i < row.fields.size(); ++i) {
            const bool isLabel = static_cast<int>(i) == label;
            const bool isNone = isLabel ? isMissingLabel(row.fields[i]) : isMissing(row.fields[i]);
            m_summary.columns[i].missing += isNone ? 1 : 0;
        }
    }

    void countWeight(const CsvRow& row)
    {
        const int column = m_schema.columnOf(ColumnRole::Weight);
        if (column >= 0 && row.fields.size() == m_schema.columns.size() &&
            !isNumber(row.fields[static_cast<std::size_t>(column)], m_schema.decimal))
            ++m_withoutWeight;
    }

    void addRejected(const CsvRow& row, const DecodeProblem& problem)
    {
        const std::string place = lineOf(row);
        static_cast<void>(
            m_summary.rejections.add(place, problem, m_privates.blanked(row.text))); // cannot fail without a file
        if (m_summary.firstProblems.size() < kFirstProblems)
            m_summary.firstProblems.push_back(place + ": " + problem.reason);
    }

    void addGood(const CsvRow& row, float label)
    {
        const bool first = m_summary.rows++ == 0;
        if (!m_summary.classCounts.empty()) {
            const auto index = static_cast<int>(label);
            ++m_summary.classCounts[static_cast<std::size_t>(index)];
            m_classChanges += !first && index != m_lastClass ? 1 : 0;
            m_lastClass = index;
        }
        std::ranges::copy(std::span(m_labels).first(m_row.size() - m_features),
                          m_row.begin() + static_cast<std::ptrdiff_t>(m_features));
        for (std::size_t i = 0; i < m_row.size(); ++i)
            m_moments[i].add(static_cast<double>(m_row[i]));
        if (m_isSampleDrawn)
            return addToHistograms(m_row, m_lastClass);
        m_sample.add(row, m_row, label);
        if (m_sample.isFull())
            drawSample();
    }

    /// Fixes classes and ranges by the sample, then counts it.
    void drawSample()
    {
        if (std::exchange(m_isSampleDrawn, true))
            return;
        m_summary.drawn = DrawnClasses(m_summary.classCounts);
        std::vector<ColumnShape> shapes = m_sample.shapes(m_summary.drawn);
        for (std::size_t i = 0; i < shapes.size(); ++i)
            m_summary.columns[i].shape = std::move(shapes[i]);
        for (std::size_t i = 0; i < m_columns.size(); ++i) {
            ColumnSummary& summary = summaryOf(i);
            summary.histogram.resize(m_summary.drawn.size());
            summary.histogramFrom = m_moments[i].minimum;
            summary.histogramTo = m_moments[i].maximum;
            const double width = summary.histogramTo - summary.histogramFrom;
            m_binScale[i] = width > 0 ? ColumnSummary::kBins / width : 0;
        }
        for (std::size_t row = 0; row < m_sample.rows(); ++row)
            addToHistograms(m_sample.numbers(row), m_sample.classOf(row));
        m_sample = ShapeSample(m_schema, m_columns); // which is not needed any more
    }

    void addToHistograms(std::span<const float> row, int index)
    {
        const std::size_t drawn = m_summary.drawn.placeOf(index);
        for (std::size_t i = 0; i < row.size(); ++i) {
            if (std::isnan(row[i]))
                continue;
            ColumnSummary& summary = summaryOf(i);
            const double place = (static_cast<double>(row[i]) - summary.histogramFrom) * m_binScale[i];
            const double bin = std::clamp(place, 0.0, ColumnSummary::kBins - 1.0);
            ++summary.histogram[drawn][static_cast<std::size_t>(bin)];
        }
    }

    /// A label of numbers has only zeros and ones: the counts say all.
    void finishLabel(ColumnType type, ColumnSummary& summary) const
    {
        const std::int64_t zeros = m_summary.classCounts[0], ones = m_summary.classCounts[1];
        if (type != ColumnType::Number || zeros + ones == 0)
            return;
        const auto count = static_cast<double>(zeros + ones);
        summary.minimum = summary.histogramFrom = zeros > 0 ? 0 : 1;
        summary.maximum = summary.histogramTo = ones > 0 ? 1 : 0;
        summary.mean = static_cast<double>(ones) / count;
        const double squares = count * summary.mean * (1 - summary.mean);
        summary.standardDeviation = count > 1 ? std::sqrt(squares / (count - 1)) : 0;
        summary.histogram.resize(2);
        summary.histogram[0].front() = zeros;
        (zeros > 0 ? summary.histogram[1].back() : summary.histogram[1].front()) = ones;
    }

    const Schema& m_schema;
    PrivateCells m_privates;
    FilePlans m_plans;
    RowDecoder m_decoder;
    std::vector<int> m_columns; ///< of the numbers of a row: features, and a regression's labels
    std::size_t m_features = 0; ///< so many of them
    std::vector<Moments> m_moments;
    std::vector<double> m_binScale;
    std::vector<float> m_row, m_labels;
    std::vector<std::vector<double>> m_exact; ///< by feature: the first good rows with all their digits
    ShapeSample m_sample;
    bool m_isSampleDrawn = false;
    int m_lastClass = 0;
    int m_classChanges = 0;
    std::int64_t m_withoutWeight = 0; ///< rows, where a column is the weight
    FileSummary m_summary;
};

double fractionDone(const RowReader& reader, std::int64_t rows, std::int64_t maxRows)
{
    const auto total = static_cast<double>(std::max<std::int64_t>(reader.bytesTotal(), 1));
    const double ofFile = static_cast<double>(reader.bytesRead()) / total;
    const double ofRows = maxRows > 0 ? static_cast<double>(rows) / static_cast<double>(maxRows) : 0;
    return std::clamp(std::max(ofFile, ofRows), 0.0, 1.0);
}

} // namespace

Result<FileSummary> summarizeFile(const std::filesystem::path& file, const Schema& schema, std::int64_t maxRows,
                                  const std::stop_token& stop, const ReadProgress& progress)
{
    auto reader = openTable(file, schema);
    if (!reader)
        return fail(reader.error());
    Summarizer summarizer(schema);
    CsvRow row;
    while (maxRows < 0 || summarizer.rows() < maxRows) {
        if (stop.stop_requested())
            return fail(ErrorCode::Cancelled, "Reading " + file.string() + " was stopped");
        auto found = (*reader)->next(row);
        if (!found)
            return fail(found.error());
        if (!*found)
            break;
        summarizer.add(row);
        if (progress && summarizer.rows() % kProgressRows == 0)
            progress(summarizer.rows(), fractionDone(**reader, summarizer.rows(), maxRows));
    }
    if (progress)
        progress(summarizer.rows(), 1);
    FileSummary summary = summarizer.finish();
    std::ranges::copy((*reader)->notes(), std::inserter(summary.notes, summary.notes.begin()));
    return summary;
}

namespace
{

/// The one value that a label has in all rows that can be used, as a person knows it.
std::optional<std::string> onlyValueOf(const FileSummary& summary, const Schema& schema, std::size_t label)
{
    if (schema.labelColumns().size() == 1)
        return summary.labels.distinct() == 1 ? std::optional(summary.labels.first(1).front()) : std::nullopt;
    const ColumnSummary& column = summary.columns[label];
    return column.minimum == column.maximum ? std::optional(NumberText(column.minimum).text()) : std::nullopt;
}

/// Names, dates: what each row has for itself is of no class.
std::optional<Error> mostlyUnique(const std::filesystem::path& file, const Schema& schema, const FileSummary& summary)
{
    constexpr std::int64_t kFewestRows = 20;
    const auto classes = static_cast<std::int64_t>(schema.classes.size());
    if (classes < kFewestRows || 2 * classes <= summary.rows)
        return std::nullopt;
    return Error{ErrorCode::BadData,
                 file.string() + ": the label, column " + printable(schema.labelNames()) + ", has " +
                     formatCount(classes) + " values in " + countOf(summary.rows, "row") +
                     ": few are there twice, and nothing can be learnt of what is there once",
                 "Choose another label", false};
}

std::optional<Error> oneValueOnly(const std::filesystem::path& file, const Schema& schema, const FileSummary& summary)
{
    for (const int label : schema.labelColumns()) {
        const Column& column = schema.columns[static_cast<std::size_t>(label)];
        const auto only = onlyValueOf(summary, schema, static_cast<std::size_t>(label));
        if (!only)
            continue;
        return Error{ErrorCode::BadData,
                     file.string() + ": the label, column " + printable(column.name) + ", has one value in all " +
                         countOf(summary.rows, "row") + " that can be used" +
                         (column.isPrivate ? "" : ": " + shown(*only)) + ". There is nothing to tell apart",
                     "Choose another label, or add rows with another value", false};
    }
    return std::nullopt;
}

std::optional<Error> whyUnlearnable(const std::filesystem::path& file, const Schema& schema, const FileSummary& summary)
{
    auto why = mostlyUnique(file, schema, summary);
    return why ? why : oneValueOnly(file, schema, summary);
}

} // namespace

Result<FileSummary> summarizeWithClasses(const std::filesystem::path& file, Schema& schema, std::int64_t maxRows,
                                         const std::stop_token& stop, const ReadProgress& progress)
{
    const FileState state(file, schema.more);
    auto summary = summarizeFile(file, schema, maxRows, stop, progress);
    if (summary && schema.labelColumn() >= 0 && !schema.classesKnown) {
        const std::int64_t found = summary->rows + summary->rejections.count();
        Schema asCounted = schema;
        const Status counted = setClasses(asCounted, summary->labels);
        if (!counted)
            chooseLabel(asCounted, -1);
        const int label = schema.labelColumn();
        const bool guessed = counted && asCounted.task == schema.task && asCounted.classes == schema.classes &&
                             asCounted.columns[static_cast<std::size_t>(label)].type ==
                                 schema.columns[static_cast<std::size_t>(label)].type;
        if (!guessed)
            summary = summarizeFile(file, asCounted, maxRows, stop, progress);
        if (!summary)
            return summary;
        if (auto same = state.checkUnchanged(); !same)
            return fail(same.error());
        if (counted) {
            schema = std::move(asCounted);
        } else {
            summary->problem = counted.error();
            // It was asked for as the label: a note that it is left out would contradict that.
            std::erase_if(summary->notes, [label](const FileNote& note) { return note.column == label; });
        }
        schema.classesKnown =
            counted && (maxRows < 0 || found < maxRows); // else the rest of the file was not looked at
    }
    if (summary && summary->rows == 0)
        summary->problem = nothingUsable(file.string(), summary->rejections, "row");
    else if (summary && !summary->problem && (maxRows < 0 || summary->rows + summary->rejections.count() < maxRows))
        summary->unlearnable = whyUnlearnable(file, schema, *summary);
    return summary;
}

} // namespace millrace
