// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/writing/FileLook.h"

#include "base/Text.h"
#include "data/Cell.h"
#include "data/files/TableFiles.h"

#include <algorithm>
#include <limits>

namespace millrace
{
namespace
{

bool sameLabel(const Schema& left, const Schema& right)
{
    const auto label = static_cast<std::size_t>(left.labelColumn());
    return left.task == right.task && left.classes == right.classes &&
           left.columns[label].type == right.columns[label].type;
}

/// "/data/jan.csv and 2 more files"
std::string tableText(const PublishConfig& config)
{
    return (config.file.parent_path() / tableTitle(config.file, config.schema.more.size())).string();
}

/// What is cut off the end must leave something to learn.
Error tooManyLast(const PublishConfig& config, std::int64_t usable)
{
    return {ErrorCode::Usage,
            "The last " + countOf(config.split.last, "row") + " are to be the test part, and " + tableText(config) +
                " has " + countOf(usable, "row") +
                " that can be used: nothing would be left to learn. Nothing was sent",
            "Give fewer with --test-last, or a share with --test-fraction"};
}

/// The rule that the look has led to, and what a person should know of it.
Status decideSplit(PublishConfig& config, FileLook& look, JobContext& context)
{
    if (!look.split)
        return {};
    auto rule = look.split->rule();
    if (!rule)
        return fail(rule.error());
    if (look.split->isMostlyCopies()) {
        const bool isRandom = config.split.kind == SplitKind::Random;
        context.note(isRandom ? Note::Severity::Info : Note::Severity::Warning,
                     "Of " + formatCount(look.split->rows()) + " rows only " + formatCount(look.split->different()) +
                         " are different: " +
                         (isRandom ? "they are drawn one by one, and equal ones are in both parts"
                                   : "equal ones stay together, so each is either learnt or tested"));
        config.split.oneByOne = isRandom;
        if (isRandom)
            return {};
    }
    look.rule = std::move(*rule);
    if (look.split->withoutTime() > 0)
        context.note(Note::Severity::Warning, countOf(look.split->withoutTime(), "row has", "rows have") +
                                                  " no time in column " + config.split.column +
                                                  ": these are learnt, though they may be newer than the test part");
    return {};
}

} // namespace

Status checkMessageSize(const std::filesystem::path& file, const MessageLimit& limit, const CsvRow& row,
                        std::size_t bytes)
{
    if (static_cast<std::int64_t>(bytes) <= limit.bytes)
        return {};
    return fail(
        ErrorCode::BadData,
        placeOf(file, row) + " makes a message of " + formatCount(static_cast<std::int64_t>(bytes)) +
            " bytes, and at most " + formatCount(limit.bytes) + " are taken (" + limit.reason + ")",
        "Leave columns out, or raise the limit: message.max.bytes by --kafka-property, and max.message.bytes of "
        "the topic");
}

Error badRow(const std::filesystem::path& file, const CsvRow& row, const DecodeProblem& problem)
{
    return {ErrorCode::BadData, placeOf(file, row) + ": " + problem.reason,
            "Mend the file, or skip such rows with --on-error skip"};
}

FileLook::FileLook(const PublishConfig& config, const MessageLimit& limit, JobContext& context)
    : file(config.file, config.schema.more), labels(config.schema.decimal), m_config(config), m_split(config),
      m_limit(limit), m_context(context)
{
    if (!config.testFile.empty())
        testFile.emplace(config.testFile);
    if (m_split.isByContent())
        split.emplace(config.split, config.schema.task, config.schema.decimal);
}

Status FileLook::read(const Schema& schema, bool all)
{
    whole = all;
    if (auto looked = readFile(m_config.file, schema, {}, m_config.rows, usable); !looked || !testFile)
        return looked;
    return readFile(m_config.testFile, schema, m_config.testColumns, -1, testUsable);
}

Status FileLook::readFile(const std::filesystem::path& path, const Schema& schema,
                          const std::optional<FileColumns>& there, std::int64_t most, std::int64_t& usableRows)
{
    TableRows rows(schema, there);
    auto format = makeRecordFormat(m_config.format, schema);
    if (!format)
        return fail(format.error());
    std::int64_t taken = 0;
    RowPass pass{[&](const FileRow& row) {
        labels.add(row.countedLabel());
        usableRows += row.good ? 1 : 0;
        // A label that is only not guessed yet is no reason to reject its row.
        const bool mayBeGood = row.good || (!schema.classesKnown && !isMissingLabel(row.countedLabel()));
        taken += mayBeGood ? 1 : 0;
        if (!mayBeGood)
            return reject(path, row);
        if (row.good)
            if (auto parted = take(path, row); !parted)
                return parted;
        return checkMessage(**format, path, rows.of(row.csv));
    }};
    pass.wantsMore = [&] { return (whole || usableRows == 0) && (most < 0 || taken < most); };
    pass.progress = [this](double fraction) { report(fraction); };
    pass.stop = m_context.stop();
    pass.cancelled = "Publishing was cancelled before anything was sent";
    Status complete;
    pass.note = [&](const FileNote& note) {
        if (const auto column = static_cast<std::size_t>(note.column);
            there && note.kind == kAbsentColumn && schema.columns[column].role != ColumnRole::Ignored)
            complete =
                fail(ErrorCode::BadData,
                     path.string() + " has no column " + shown(schema.columns[column].name) +
                         ", which the rows that are learnt have",
                     "Columns are found by their names: write it into the records, or leave it out of both files");
    };
    auto read = readRows(path, rows.schema(), pass);
    return read ? complete : read;
}

Status FileLook::take(const std::filesystem::path& path, const FileRow& row)
{
    if (!split)
        return {};
    auto added = split->add(m_split.of(row));
    if (added)
        return added;
    Error error = added.error();
    const auto column = std::ranges::find(m_config.schema.columns, m_config.split.column, &Column::name);
    if (column != m_config.schema.columns.end() && column->isPrivate)
        error.message = "its cell says nothing that the split can go by";
    error.message = placeOf(path, row.csv) + ": column " + m_config.split.column + ": " + error.message;
    return fail(std::move(error));
}

Status FileLook::checkMessage(RecordFormat& format, const std::filesystem::path& path, const CsvRow& row) const
{
    if (static_cast<std::int64_t>(format.largestMessage(row.text.size())) < m_limit.bytes)
        return {};
    const auto message = format.encode(row, std::numeric_limits<float>::quiet_NaN()); // its class is not known yet
    return checkMessageSize(path, m_limit, row, message.key.size() + message.value.size());
}

Status FileLook::reject(const std::filesystem::path& path, const FileRow& row)
{
    if (m_config.onError == OnError::Stop)
        return fail(badRow(path, row.csv, row.problem));
    return (isTestFile(path) ? testRejections : rejections).add(lineOf(row.csv), row.problem, row.shown());
}

void FileLook::report(double fraction)
{
    const auto now = Clock::now();
    if (now - m_reported < std::chrono::milliseconds(50))
        return;
    m_reported = now;
    Progress progress;
    progress.records = usable;
    progress.rejected = rejections.count() + testRejections.count();
    progress.text = "looking through the file · " + formatCount(usable);
    progress.fraction = fraction;
    const double seconds = secondsSince(m_began);
    progress.rate = rateOver(usable, seconds);
    progress.secondsLeft = secondsLeftAfter(fraction, seconds);
    m_context.report(progress);
}

Result<FileLook> lookThrough(PublishConfig& config, const MessageLimit& limit, JobContext& context)
{
    const bool counts = config.schema.labelColumn() >= 0 && !config.schema.classesKnown;
    FileLook look(config, limit, context);
    if (auto read = look.read(config.schema, counts || !config.testTopic.empty()); !read)
        return fail(read.error());
    if (counts && look.labels.distinct() > 0) { // else no row can be used
        Schema schema = config.schema;
        if (auto set = setClasses(schema, look.labels); !set)
            return fail(set.error());
        const bool guessed = sameLabel(schema, config.schema);
        config.schema = std::move(schema);
        if (!guessed) {
            FileLook again(config, limit, context);
            if (auto read = again.read(config.schema, true); !read)
                return fail(read.error());
            look.usable = again.usable;
            look.testUsable = again.testUsable;
            look.split = std::move(again.split);
            look.whole = again.whole;
            look.labels = std::move(again.labels);
            look.rejections = std::move(again.rejections);
            look.testRejections = std::move(again.testRejections);
        }
    }
    for (const FileState* file : {&look.file, look.testFile ? &*look.testFile : &look.file})
        if (auto same = file->checkUnchanged("; nothing was sent"); !same)
            return fail(same.error());
    if (look.usable == 0)
        return fail(nothingUsable(tableText(config), look.rejections, "row"));
    if (look.testFile && look.testUsable == 0)
        return fail(nothingUsable(config.testFile.string(), look.testRejections, "row"));
    if (config.split.kind == SplitKind::Last && config.split.last >= look.usable && !config.testTopic.empty())
        return fail(tooManyLast(config, look.usable));
    if (auto decided = decideSplit(config, look, context); !decided)
        return fail(decided.error());
    if (counts && look.labels.distinct() == 1 && config.schema.task == TaskKind::Regression)
        context.note(Note::Severity::Warning, "The label has one value only, " + look.labels.first(1).front() +
                                                  ": there is nothing to foretell");
    else if (counts && look.labels.distinct() == 1)
        context.note(Note::Severity::Warning, "The label has one value only, " + look.labels.first(1).front() +
                                                  ": the other class is missing, and nothing can be learnt of it");
    return look;
}

} // namespace millrace
