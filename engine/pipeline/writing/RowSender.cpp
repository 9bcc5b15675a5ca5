// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/writing/RowSender.h"

#include "base/CrashPoint.h"
#include "base/Text.h"
#include "data/files/FileRows.h"
#include "data/files/TableFiles.h"

#include <algorithm>
#include <cmath>

namespace millrace
{
namespace
{

constexpr std::size_t kOrderBuffer = 65536;

SplitSelector selectorOf(const PublishConfig& config, std::int64_t rows)
{
    if (config.split.kind == SplitKind::Last)
        return SplitSelector::ofLast(rows, std::min(config.split.last, rows));
    return {rows, std::llround(static_cast<double>(rows) * config.split.share), config.split.seed};
}

} // namespace

RowSender::RowSender(const PublishConfig& config, const MessageLimit& limit, JobContext& context,
                     std::unique_ptr<RecordFormat> format, int keyColumn, std::vector<PublishPart> parts,
                     const FileLook& look)
    : m_config(config), m_limit(limit), m_context(context), m_look(look), m_format(std::move(format)),
      m_keyColumn(keyColumn), m_parts(std::move(parts)),
      m_total(m_parts.size() > 1 ? look.usable + look.testUsable : 0), m_split(config),
      m_order(config.seed, Purpose::PublishOrder),
      m_rejected(config.rejectedFolder() /
                 (config.file.filename().string() + "-" + std::to_string(nowMilliseconds()) + ".csv"))
{
    for (PublishPart& part : m_parts)
        part.countDelivered();
}

Status RowSender::run()
{
    auto status = sendAll();
    crashPoint("publish.flushed");
    if (m_context.stopRequested())
        return fail(ErrorCode::Cancelled, "Publishing was cancelled after " + countOf(done(), "record"),
                    "Send the rest with the same command and --resume");
    const std::string change = fileChange(status);
    return change.empty() ? status : fail(changedFile(change));
}

/// What became of the file since it was looked through: split, classes and counts rest on that look. Empty where
/// sending ended for another reason; what a reader stumbles over where the file was cut is none.
std::string RowSender::fileChange(const Status& status) const
{
    if (!status && status.error().code != ErrorCode::BadData)
        return {};
    std::string change = m_look.file.change();
    if (change.empty() && m_look.testFile)
        change = m_look.testFile->change();
    const std::int64_t looked = m_look.usable + m_look.testUsable;
    if (change.empty() && status && m_look.whole && m_usable != looked)
        change = "it had " + countOf(looked, "row") + " that could be used, and then " + formatCount(m_usable);
    return change;
}

Error RowSender::changedFile(const std::string& change) const
{
    Error error = m_look.file.changed(change + "; " + countOf(done(), "record was", "records were") + " delivered");
    error.advice += ". Publish it to another topic, or in place of these with --existing replace";
    return error;
}

Status RowSender::sendAll()
{
    if (auto sent = sendRows(m_config.file, m_config.rows); !sent)
        return sent;
    if (m_look.testFile) {
        m_isTestFile = true;
        if (auto sent = sendRows(m_config.testFile, -1); !sent)
            return sent;
    }
    if (auto sent = sendPending(); !sent)
        return sent;
    for (PublishPart& part : m_parts)
        if (auto flushed = part.producer.flush(m_context.stop()); !flushed)
            return flushed;
    return {};
}

/// Good rows are taken; bad ones are rejected, or stop the job. `most`: of the good ones, −1 all.
Status RowSender::sendRows(const std::filesystem::path& file, std::int64_t most)
{
    SplitSelector places = selectorOf(m_config, m_parts.size() > 1 ? m_look.usable : 0);
    TableRows rows(m_config.schema, m_isTestFile ? m_config.testColumns : std::nullopt);
    std::int64_t good = 0;
    RowPass pass{[&](const FileRow& row) {
        if (!row.good)
            return reject(file, row);
        ++m_usable;
        ++good;
        return takeRow(file, rows.of(row.csv), row.label, partOf(row, places));
    }};
    pass.wantsMore = [&] { // a stop ends it like the file's end: what is on its way is still counted
        m_context.waitWhilePaused();
        return !m_context.stopRequested() && (most < 0 || good < most);
    };
    pass.progress = [this](double fraction) { report(fraction); };
    pass.note = [&](const FileNote& note) {
        const bool isAbsent = note.kind == kAbsentColumn;
        const auto severity = isAbsent ? Note::Severity::Warning : Note::Severity::Info;
        const auto column = static_cast<std::size_t>(note.column);
        if (isAbsent && rows.schema().columns[column].role == ColumnRole::Ignored)
            return;
        m_context.note(severity, file.filename().string() + ": " +
                                     (note.column < 0 ? "" : rows.schema().columns[column].name + ": ") + note.text);
    };
    return readRows(file, rows.schema(), pass);
}

/// 1: the test part. `places` draws by the row's place, where its content does not decide.
int RowSender::partOf(const FileRow& row, SplitSelector& places) const
{
    if (m_parts.size() == 1)
        return 0;
    if (m_look.testFile)
        return m_isTestFile ? 1 : 0;
    if (m_look.rule)
        return m_look.rule->partOf(m_split.of(row)) == SplitPart::Test ? 1 : 0;
    return places.isTest() ? 1 : 0;
}

Status RowSender::takeRow(const std::filesystem::path& file, const CsvRow& row, float label, int part)
{
    const auto message = m_format->encode(row, label);
    m_next.key.assign(keyOf(row, message));
    m_next.value.assign(message.value);
    if (auto fits = checkMessageSize(file, m_limit, row, m_next.key.size() + m_next.value.size()); !fits)
        return fits;
    m_next.row = row.row;
    m_next.label = m_config.hasClasses() ? static_cast<int>(label) : 0;
    m_next.part = part;
    if (m_config.fileOrder)
        return send(m_next);
    if (m_pending.size() < kOrderBuffer) {
        m_pending.push_back(m_next);
        return {};
    }
    std::swap(m_next, m_pending[m_order.below(kOrderBuffer)]);
    return send(m_next);
}

/// Lives until the next call.
std::string_view RowSender::keyOf(const CsvRow& row, const RecordFormat::Message& message)
{
    if (m_keyColumn >= 0)
        return row.fields[static_cast<std::size_t>(m_keyColumn)];
    if (m_config.key == "row")
        return m_rowKey.of(row.row);
    return message.key;
}

Status RowSender::reject(const std::filesystem::path& file, const FileRow& row)
{
    if (m_config.onError == OnError::Stop)
        return fail(badRow(file, row.csv, row.problem));
    const std::string where = (m_isTestFile ? file.filename().string() + " " : std::string()) + lineOf(row.csv);
    if (m_rejected.count() == 0)
        m_context.note(Note::Severity::Warning,
                       placeOf(file.filename(), row.csv) + ": " + row.problem.reason + ". Rejected");
    return m_rejected.add(where, row.problem, row.shown());
}

/// What the buffer holds when the file has ended.
Status RowSender::sendPending()
{
    while (!m_pending.empty() && !m_context.stopRequested()) {
        std::swap(m_pending[m_order.below(static_cast<std::uint32_t>(m_pending.size()))], m_pending.back());
        if (auto sent = send(m_pending.back()); !sent)
            return sent;
        m_pending.pop_back();
        if ((m_pending.size() & 1023) == 0)
            report(1);
    }
    return {};
}

Status RowSender::send(const PendingMessage& message)
{
    PublishPart& part = m_parts[static_cast<std::size_t>(message.part)];
    if (const int partition = part.there.partitionOf(message.row); partition >= 0) {
        ++part.met[static_cast<std::size_t>(partition)][static_cast<std::size_t>(message.label)];
        ++m_met;
        return {};
    }
    const bool keyless = m_config.key == "none" || (m_config.key == "label" && m_config.unlabelled);
    const std::string_view key = keyless ? std::string_view() : std::string_view(message.key);
    const MessageHeader row{kRowHeader, m_rowHeader.of(message.row)};
    auto sent = part.producer.send(key, message.value, -1, std::span(&row, 1), m_context.stop(),
                                   static_cast<std::uintptr_t>(message.label));
    crashPoint("publish.sent");
    return sent;
}

/// Rows that stand in the topics.
std::int64_t RowSender::done() const
{
    std::int64_t sum = m_met;
    for (const PublishPart& part : m_parts)
        sum += part.producer.counts().delivered;
    return sum;
}

void RowSender::report(double fraction)
{
    const auto now = Clock::now();
    if (now - m_reported < std::chrono::milliseconds(50))
        return;
    m_reported = now;
    Progress progress;
    progress.records = done();
    progress.text = "publishing · " + formatCount(progress.records);
    progress.rejected = m_rejected.count();
    const auto records = static_cast<double>(progress.records);
    const double seconds = secondsSince(m_began);
    progress.fraction = m_total > 0 ? records / static_cast<double>(m_total) : fraction;
    progress.rate = rateOver(progress.records, seconds);
    progress.secondsLeft = secondsLeftAfter(progress.fraction, seconds);
    m_context.report(progress);
}

} // namespace millrace
