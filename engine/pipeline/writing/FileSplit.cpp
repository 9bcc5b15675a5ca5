// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/writing/FileSplit.h"

#include "base/Text.h"
#include "data/Cell.h"

#include <algorithm>

namespace millrace
{
namespace
{

int columnNamed(const Schema& schema, const std::string& name)
{
    const auto found = std::ranges::find(schema.columns, name, &Column::name);
    return found == schema.columns.end() ? -1 : static_cast<int>(found - schema.columns.begin());
}

/// A column that parts the rows is told along, but nothing to learn from: what is to be predicted is of other groups.
Status takeSplitColumn(PublishConfig& config)
{
    const int column = columnNamed(config.schema, config.split.column);
    if (column < 0) {
        std::vector<std::string> names;
        for (const Column& each : config.schema.columns)
            names.push_back(each.name);
        return fail(ErrorCode::Usage, "There is no column " + shown(config.split.column) + " to split by",
                    didYouMean(config.split.column, names, "Give one of the file's columns with --split-column"));
    }
    if (config.schema.columns[static_cast<std::size_t>(column)].role == ColumnRole::Label)
        return fail(ErrorCode::Usage, "Column " + config.split.column + " is the label: it cannot part the rows",
                    "Split by another column, or give --split stratified to have each class in both parts");
    ColumnRole& role = config.schema.columns[static_cast<std::size_t>(column)].role;
    if (role == ColumnRole::Feature && config.split.kind != SplitKind::Time)
        role = ColumnRole::Spectator;
    return {};
}

/// The parts are read alike, so their columns must be the same.
Status checkSameColumns(const PublishConfig& config)
{
    if (!config.schema.header)
        return {};
    auto reader = CsvReader::open(config.testFile, config.schema);
    if (!reader)
        return fail(reader.error());
    const std::vector<std::string> names = reader->header();
    for (std::size_t i = 0; i < std::max(names.size(), config.schema.columns.size()); ++i) {
        const std::string is = i < names.size() ? shown(names[i]) : "missing";
        const std::string expected = i < config.schema.columns.size() ? shown(config.schema.columns[i].name) : "none";
        if (is != expected)
            return fail(ErrorCode::BadData,
                        config.testFile.string() + " has other columns than " + config.file.filename().string() +
                            ": column " + std::to_string(i + 1) + " is " + is + ", and " + expected + " there",
                        "Give a file with the same columns in the same order");
    }
    return {};
}

} // namespace

FileSplit::FileSplit(const PublishConfig& config)
{
    const SplitKind kind = config.split.kind;
    m_isByContent = !config.testTopic.empty() && kind != SplitKind::Last && kind != SplitKind::File &&
                    !(kind == SplitKind::Random && config.split.oneByOne);
    m_needsContent = kind == SplitKind::Random || kind == SplitKind::Stratified;
    if (infoOf(kind).needsColumn)
        m_column = columnNamed(config.schema, config.split.column);
    for (std::size_t i = 0; i < config.schema.columns.size(); ++i)
        if (tellsRowsApart(config.schema.columns[i].role))
            m_columns.push_back(i);
}

Result<std::optional<SplitAdvice>> adviseSplit(const std::filesystem::path& file, const Schema& schema,
                                               const std::stop_token& stop)
{
    constexpr std::int64_t kRows = 200'000;
    SplitAdvisor advisor(schema);
    RowPass pass{[&advisor](const FileRow& row) {
        if (row.csv.fields.size() == row.decoder.tableColumns())
            advisor.add(row.csv.fields);
        return Status();
    }};
    pass.wantsMore = [&advisor] { return advisor.hasCandidates() && advisor.rows() < kRows; };
    pass.stop = stop;
    pass.cancelled = "Reading was cancelled before anything was sent";
    if (auto read = readRows(file, schema, pass); !read)
        return fail(read.error());
    return advisor.advice();
}

Status takeAdvice(PublishConfig& config, JobContext& context)
{
    const bool isDrawn = config.split.kind == SplitKind::Random || config.split.kind == SplitKind::Stratified;
    if (config.testTopic.empty() || !(config.proposesSplit || isDrawn))
        return {};
    const auto advice = adviseSplit(config.file, config.schema, context.stop());
    if (!advice)
        return fail(advice.error());
    if (!*advice)
        return {};
    if (!config.proposesSplit) {
        context.note(Note::Severity::Warning, "The test part is drawn at random, and a split by " +
                                                  infoOf((*advice)->kind).name + " fits better: " + (*advice)->reason +
                                                  ". Give --split " + infoOf((*advice)->kind).name +
                                                  " --split-column " + (*advice)->column + " for that");
        return {};
    }
    config.split.kind = (*advice)->kind;
    config.split.column = (*advice)->column;
    context.note(Note::Severity::Info, "Split " + describe(config.split) + ": " + (*advice)->reason);
    return {};
}

SplitRow FileSplit::of(const FileRow& row) const
{
    SplitRow seen;
    seen.target = row.label;
    if (m_column >= 0)
        seen.cell = row.csv.fields[static_cast<std::size_t>(m_column)];
    if (!m_needsContent)
        return seen;
    RowContent content;
    for (const std::size_t column : m_columns)
        content.add(row.csv.fields[column]);
    seen.content = content.hash();
    return seen;
}

Status completeSplit(PublishConfig& config)
{
    SplitSpec& split = config.split;
    split.seed = config.seed;
    split.oneByOne = split.kind == SplitKind::Random && config.drawsOneByOne();
    if (config.testTopic.empty())
        return {};
    if (split.kind == SplitKind::Stratified && config.schema.labelColumn() < 0)
        return fail(ErrorCode::Usage, "A stratified split is by the label, and the file has none",
                    "Choose one with --label COLUMN, or split by something else");
    if (infoOf(split.kind).needsColumn)
        return takeSplitColumn(config);
    return split.kind == SplitKind::File ? checkSameColumns(config) : Status();
}

} // namespace millrace
