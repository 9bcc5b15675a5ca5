// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/reading/ValidationPart.h"

#include "base/Json.h"
#include "base/Rng.h"
#include "base/Text.h"
#include "data/Cell.h"
#include "pipeline/reading/RangeReader.h"

#include <algorithm>

namespace millrace
{
namespace
{

constexpr double kMostValidationBytes = 64 << 20;
constexpr std::int64_t kPlannedRecords = 100'000;

Rng drawFor(std::uint64_t seed, int partition, std::int64_t offset)
{
    // Partitions are few and offsets small against 2^40: no two records share a draw.
    return {seed, Purpose::Validation,
            (static_cast<std::uint64_t>(partition) << 40U) ^ static_cast<std::uint64_t>(offset)};
}

Result<RecordDecoder> targetDecoder(const ValidationSource& source)
{
    return RecordDecoder::make(source.format, source.records,
                               {source.records.featureNames(), {}, taskOf(source.records)});
}

/// The records that are looked at, as the split sees them.
Status sketchRecords(const ValidationSource& source, const SplitSpec& spec, SplitSketch& sketch, JobContext& context)
{
    auto view = RecordSplit::make(spec, source.format, source.records);
    if (!view)
        return fail(view.error());
    auto decoder = targetDecoder(source);
    if (!decoder)
        return fail(decoder.error());
    Status status;
    std::vector<float> targets(decoder->targets());
    RangeReader reader(source.topic, source.partition, context);
    reader.title = "parting the records";
    reader.onRecord = [&](const MessageView& message) {
        const RawRow* cells = nullptr;
        DecodeProblem problem;
        if (!status || !decoder->decodeCells(message.key, message.value, cells, targets, problem))
            return;
        const auto row = view->rowOf(message, targets.front());
        if (!row)
            return;
        if (auto added = sketch.add(*row); !added)
            status = fail(added.error().code,
                          "topic " + source.topic + " partition " + std::to_string(source.partition) + " offset " +
                              std::to_string(message.offset) + ": column " + spec.column + ": " + added.error().message,
                          added.error().advice);
    };
    const auto ranges = sampledRanges({source.start, source.end}, kPlannedRecords, spec.seed);
    if (auto read = reader.read(source.connection, ranges); !read)
        return read;
    return status;
}

} // namespace

bool isForValidation(std::uint64_t seed, int partition, std::int64_t offset, double share)
{
    return share > 0 && drawFor(seed, partition, offset).uniform() < share;
}

nlohmann::json toJson(const ValidationSplit& split)
{
    return split.rule ? toJson(*split.rule) : nlohmann::json();
}

Result<ValidationSplit> validationSplitFromJson(const nlohmann::json& json, double share, std::uint64_t seed)
{
    ValidationSplit split{share, seed};
    if (!json.is_object() || json.empty())
        return split;
    auto rule = splitRuleFromJson(json);
    if (!rule)
        return fail(rule.error());
    split.rule = std::move(*rule);
    return split;
}

std::string describe(const ValidationSplit& split)
{
    return split.rule ? describe(split.rule->spec()) : "random: " + formatPercent(split.share) + " of the records";
}

Result<RecordSplit> RecordSplit::make(const SplitSpec& spec, const std::string& format, const Schema& records)
{
    auto made = makeRecordFormat(format, records);
    if (!made)
        return fail(made.error());
    RecordSplit split;
    split.m_spec = spec;
    split.m_format = std::move(*made);
    const std::vector<int> inValue = records.valueColumns();
    for (std::size_t i = 0; i < inValue.size(); ++i)
        if (const Column& column = records.columns[static_cast<std::size_t>(inValue[i])]; tellsRowsApart(column.role))
            split.m_parts.push_back({i, column.type});
    split.m_areNumbers = std::ranges::all_of(split.m_parts, [](Part each) { return each.type == ColumnType::Number; });
    split.m_numbers.resize(inValue.size());
    if (records.labelInKey && records.labelColumn() >= 0)
        split.m_keyType = records.columns[static_cast<std::size_t>(records.labelColumn())].type;
    if (!infoOf(spec.kind).needsColumn)
        return split;
    const std::vector<std::string>& columns = split.m_format->columns();
    split.m_column = static_cast<std::size_t>(std::ranges::find(columns, spec.column) - columns.begin());
    if (split.m_column == columns.size())
        return fail(ErrorCode::Usage, "The records have no column " + shown(spec.column) + " to part them by",
                    didYouMean(spec.column, columns, "Give another one with --validation-column"));
    return split;
}

std::string_view RecordSplit::textOf(const RawCell& cell)
{
    if (cell.kind != RawCell::Kind::Number)
        return cell.text;
    m_number = NumberText(cell.number).text();
    return m_number;
}

/// False where the value cannot be read.
bool RecordSplit::addValue(std::string_view value, RowContent& content)
{
    DecodeProblem problem;
    if (m_areNumbers && m_format->decodeNumbers(value, m_numbers)) {
        for (const Part& part : m_parts)
            content.add(m_numbers[part.place]);
        return true;
    }
    if (!m_format->decode(value, m_row, problem))
        return false;
    for (const Part& part : m_parts)
        if (const RawCell& cell = m_row.cells[part.place]; cell.kind == RawCell::Kind::Number)
            content.add(cell.number);
        else
            content.addCell(part.type, cell.text, '.');
    return true;
}

std::optional<SplitRow> RecordSplit::rowOf(const MessageView& message, float target)
{
    SplitRow row;
    row.target = target;
    DecodeProblem problem;
    if (infoOf(m_spec.kind).needsColumn) {
        if (!m_format->decode(message.value, m_row, problem))
            return std::nullopt;
        row.cell = textOf(m_row.cells[m_column]);
        return row;
    }
    RowContent content;
    if (m_format->schema().labelInKey)
        content.addCell(m_keyType, m_format->cellOf(message.key, m_scratch).text, '.');
    if (!addValue(message.value, content))
        return std::nullopt;
    row.content = content.hash();
    return row;
}

Result<RecordParts> RecordParts::make(ValidationSplit split, const std::string& format, const Schema& records)
{
    RecordParts parts;
    if (split.share > 0 && split.rule) {
        auto view = RecordSplit::make(split.rule->spec(), format, records);
        if (!view)
            return fail(view.error());
        parts.m_records = std::move(*view);
    }
    parts.m_split = std::move(split);
    return parts;
}

bool RecordParts::needsTarget() const
{
    return m_split.rule && m_split.rule->spec().kind == SplitKind::Stratified;
}

SplitPart RecordParts::of(const MessageView& message, float target)
{
    if (!m_records)
        return isForValidation(m_split.seed, message.partition, message.offset, m_split.share) ? SplitPart::Validation
                                                                                               : SplitPart::Train;
    const auto row = m_records->rowOf(message, target);
    const SplitPart part = row ? m_split.rule->partOf(*row) : SplitPart::Train;
    const bool isNamed = m_split.rule->spec().kind == SplitKind::Column;
    return part == SplitPart::Test && !isNamed ? SplitPart::Validation : part;
}

Result<ValidationPart> readValidation(const ValidationSource& source, RecordDecoder decoder, std::int64_t alsoLearnt,
                                      JobContext& context)
{
    const auto records = static_cast<double>(source.end - source.start);
    const double expected =
        records * source.split.share * static_cast<double>((decoder.width() + decoder.targets()) * sizeof(float));
    const double kept = std::min(1.0, kMostValidationBytes / std::max(expected, 1.0));
    auto parts = RecordParts::make(source.split, source.format, source.records);
    if (!parts)
        return fail(parts.error());
    ValidationPart part;
    part.rows.targetsOfRow = part.learnt.targetsOfRow = decoder.targets();
    std::vector<float> features(decoder.width()), targets(decoder.targets());
    RangeReader reader(source.topic, source.partition, context);
    reader.title = "reading the validation part";
    // Of records that are drawn by their place the kept ones are those of a smaller share.
    const double keptShare = source.split.rule ? kept : source.split.share * kept;
    const double learntShare = static_cast<double>(alsoLearnt) / std::max(1.0, records * (1 - source.split.share));
    const bool isNamed = source.split.rule && source.split.rule->spec().kind == SplitKind::Column;
    reader.onRecord = [&](const MessageView& message) {
        if (isNamed && parts->of(message, 0) == SplitPart::Test)
            ++part.forNeither;
        const auto isDrawn = [&](std::uint64_t seed, double share) {
            return isForValidation(seed, source.partition, message.offset, share);
        };
        const bool scores = isDrawn(source.split.seed, keptShare), learns = isDrawn(~source.split.seed, learntShare);
        const auto placeOf = [&](float target) {
            const SplitPart side = parts->of(message, target);
            return side == SplitPart::Validation && scores ? &part.rows
                   : side == SplitPart::Train && learns    ? &part.learnt
                                                           : nullptr;
        };
        CompactBatch* place = nullptr;
        DecodeProblem problem;
        if ((!scores && !learns) || (!parts->needsTarget() && (place = placeOf(0)) == nullptr) ||
            !decoder.decode(message.key, message.value, features, targets, problem) ||
            (parts->needsTarget() && (place = placeOf(targets.front())) == nullptr))
            return;
        CompactBatch& rows = *place;
        rows.features.add(features);
        rows.targets.insert(rows.targets.end(), targets.begin(), targets.end());
        if (decoder.isWeighted())
            rows.weights.push_back(decoder.weight());
    };
    if (auto read = reader.read(source.connection, {{source.start, source.end}}); !read)
        return fail(read.error());
    return part;
}

Result<ValidationSplit> planValidation(const ValidationSource& source, const SplitSpec& spec, JobContext& context)
{
    ValidationSplit split{spec.share, spec.seed};
    SplitSketch sketch(spec, source.records.task, '.'); // records have points
    if (auto read = sketchRecords(source, spec, sketch, context); !read)
        return fail(read.error());
    if (sketch.rows() == 0)
        return split;
    if (spec.kind == SplitKind::Column)
        split.share = static_cast<double>(sketch.named(SplitPart::Validation)) / static_cast<double>(sketch.rows());
    auto rule = sketch.rule();
    if (!rule)
        return fail(rule.error());
    if (!sketch.isMostlyCopies()) // else each is drawn by its place
        split.rule = std::move(*rule);
    return split;
}

} // namespace millrace
