// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/writing/FileSplit.h"

#include "base/Text.h"
#include "data/Cell.h"

#include <algorithm>

namespace millrace
{
Status giveSplitRole(const SplitSpec& split, Schema& schema)
{
    if (!infoOf(split.kind).needsColumn)
        return {};
    const int column = schema.columnNamed(split.column);
    if (column < 0)
        return fail(
            ErrorCode::Usage, "There is no column " + shown(split.column) + " to split by",
            didYouMean(split.column, schema.columnNames(), "Give one of the file's columns with --split-column"));
    ColumnRole& role = schema.columns[static_cast<std::size_t>(column)].role;
    if (role == ColumnRole::Label)
        return fail(ErrorCode::Usage, "Column " + split.column + " is the label: it cannot part the rows",
                    "Split by another column, or give --split stratified to have each class in both parts");
    if (role == ColumnRole::Feature && split.kind != SplitKind::Time)
        role = ColumnRole::Spectator;
    return {};
}

FileSplit::FileSplit(const PublishConfig& config)
{
    const SplitKind kind = config.split.kind;
    m_isByContent = !config.testTopic.empty() && kind != SplitKind::Last && kind != SplitKind::File &&
                    !(kind == SplitKind::Random && config.split.oneByOne);
    m_needsContent = kind == SplitKind::Random || kind == SplitKind::Stratified;
    if (infoOf(kind).needsColumn)
        m_column = config.schema.columnNamed(config.split.column);
    for (std::size_t i = 0; i < config.schema.columns.size(); ++i)
        if (tellsRowsApart(config.schema.columns[i].role))
            m_columns.emplace_back(i, config.schema.columns[i].type);
    m_decimal = config.schema.decimal;
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
    for (const auto& [column, type] : m_columns)
        content.addCell(type, row.csv.fields[column], m_decimal);
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
        return giveSplitRole(split, config.schema);
    if (split.kind != SplitKind::File)
        return {};
    auto columns = findColumns(config.testFile, config.schema);
    if (!columns)
        return fail(columns.error());
    config.testColumns = std::move(*columns);
    return {};
}

} // namespace millrace
