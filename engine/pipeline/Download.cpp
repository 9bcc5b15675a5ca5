// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/Download.h"

#include "base/Clock.h"
#include "base/Files.h"
#include "base/Http.h"
#include "base/PartFile.h"
#include "base/Text.h"
#include "data/files/Gunzip.h"
#include "data/files/RowCounter.h"
#include "data/files/WholeFile.h"
#include "pipeline/runs/TopicNotes.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <optional>

namespace millrace
{
namespace
{

namespace fs = std::filesystem;

constexpr std::chrono::milliseconds kDownloadReportEvery{50};
constexpr std::chrono::milliseconds kFirstWait{100}, kLongestWait{8000};
constexpr std::size_t kReadSize = std::size_t{1} << 20;

/// The rows that come: unpacked, counted, and written where the file will not be what came, as it is.
class ArrivingTable
{
public:
    explicit ArrivingTable(const DownloadConfig& config)
        : m_out(config.out), m_wanted(config.rows), m_counter(config.columns, config.rows)
    {
    }

    [[nodiscard]] std::int64_t rows() const { return m_counter.rows(); }
    [[nodiscard]] bool hasEnough() const { return m_enough; } ///< all rows that are wanted are there
    [[nodiscard]] bool isUnpacked() const { return m_gunzip.isWhole(); }
    [[nodiscard]] bool isWritten() const { return m_written.has_value(); } ///< else what came becomes the file

    /// Unpacks, counts, and writes rows where the file will not be the part as it is. An error that is none where
    /// enough rows are there: nothing more is wanted.
    Status feed(std::string_view bytes)
    {
        return m_gunzip.feed(bytes, [this](std::string_view text) -> Status {
            const auto wanted = m_counter.add(text);
            if (!wanted)
                return fail(wanted.error());
            if (auto written = write(text.substr(0, *wanted)); !written)
                return written;
            m_enough = m_counter.hasAll();
            return m_enough ? fail(ErrorCode::Cancelled, "enough") : Status{};
        });
    }

    /// Nothing more comes.
    Status end() { return m_counter.finish(); }
    /// The file gets its name, where rows were written.
    Status finish() { return m_written->finish(); }

private:
    [[nodiscard]] bool keepsBytes() const { return m_wanted < 0 && m_gunzip.isGzip() == (m_out.extension() == ".gz"); }

    Status write(std::string_view text)
    {
        if (keepsBytes())
            return {};
        if (!m_written) {
            auto file = WholeFile::create(m_out);
            if (!file)
                return fail(file.error());
            m_written.emplace(std::move(*file));
        }
        return m_written->write(text);
    }

    std::filesystem::path m_out;
    std::int64_t m_wanted;
    Gunzip m_gunzip;
    RowCounter m_counter;
    std::optional<WholeFile> m_written;
    bool m_enough = false;
};

/// How far it is.
class DownloadMeter
{
public:
    DownloadMeter(const DownloadConfig& config, JobContext& context) : m_wanted(config.rows), m_context(context) {}

    /// What is there already was not fetched now.
    void begin(const PartFile& part, std::int64_t rows)
    {
        m_resumedAt = part.size();
        m_beganAt = fraction(part, rows);
    }
    void beginAnew()
    {
        m_resumedAt = 0;
        m_beganAt = 0;
    }
    [[nodiscard]] std::int64_t resumedAt() const { return m_resumedAt; }
    [[nodiscard]] double seconds() const { return secondsSince(m_began); }

    void report(const std::string& doing, const PartFile& part, std::int64_t rows)
    {
        const auto now = Clock::now();
        if (now - m_reported < kDownloadReportEvery)
            return;
        m_reported = now;
        const double seconds = this->seconds();
        const auto fetched = static_cast<double>(part.size() - m_resumedAt);
        Progress progress;
        progress.records = rows;
        progress.text = doing + " · " + countOf(rows, "row") + " · " + formatBytes(part.size()) +
                        (part.total > 0 && m_wanted < 0 ? " of " + formatBytes(part.total) : "") + " · " +
                        formatBytes(static_cast<std::int64_t>(fetched / std::max(seconds, 1e-9))) + "/s";
        progress.fraction = fraction(part, rows);
        if (progress.fraction > m_beganAt)
            progress.secondsLeft = seconds * (1 - progress.fraction) / (progress.fraction - m_beganAt);
        m_context.report(progress);
    }

private:
    /// NaN when neither rows nor length are known.
    [[nodiscard]] double fraction(const PartFile& part, std::int64_t rows) const
    {
        const double ofFile = part.total > 0 ? static_cast<double>(part.size()) / static_cast<double>(part.total) : NAN;
        const double ofRows = m_wanted > 0 ? static_cast<double>(rows) / static_cast<double>(m_wanted) : NAN;
        return std::fmin(1.0, std::fmax(ofFile, ofRows));
    }

    std::int64_t m_wanted;
    JobContext& m_context;
    std::int64_t m_resumedAt = 0; ///< bytes
    double m_beganAt = 0;         ///< fraction
    Clock::time_point m_began = Clock::now(), m_reported;
};

Status refusedAnswer(const HttpAnswer& answer)
{
    const bool passing = answer.status == 408 || answer.status == 429 || answer.status >= 500;
    std::string advice = "Try again later";
    if (answer.status == 404 || answer.status == 410)
        advice = "The file is not there (any more): give its address with --url";
    else if (!passing)
        advice = "The server does not give it: look at the address in a browser";
    return fail(Error{ErrorCode::Failed, answer.url + " answers " + std::to_string(answer.status), advice, passing});
}

Error cancelledAt(const PartFile& part)
{
    return {ErrorCode::Cancelled, "The download was cancelled after " + formatBytes(part.size()) + ", which are kept",
            "The same download goes on from there"};
}

/// An end of the connection that need not be the end of the file.
Status checkNotTorn(const std::string& url, const PartFile& part, const ArrivingTable& table)
{
    std::string torn;
    if (part.total >= 0 && part.size() < part.total)
        torn = " ended after " + formatCount(part.size()) + " of " + formatCount(part.total) + " bytes";
    else if (!table.isUnpacked() && part.total < 0) // nothing but the end of the connection told that this is all
        torn = " ended in the middle";
    return torn.empty() ? Status{} : fail(Error{ErrorCode::Failed, url + torn, {}, true});
}

/// Tries again after longer and longer waits; where something has come, as at first.
class Retries
{
public:
    explicit Retries(int most) : m_most(most) {}
    /// False where that was one failure in a row too many.
    bool failed(bool hasAdvanced)
    {
        m_failures = hasAdvanced ? 1 : m_failures + 1;
        m_wait = hasAdvanced || m_failures == 1 ? kFirstWait : std::min(m_wait * 2, kLongestWait);
        return m_failures <= m_most;
    }
    [[nodiscard]] std::chrono::milliseconds wait() const { return m_wait; }

private:
    int m_most, m_failures = 0;
    std::chrono::milliseconds m_wait = kFirstWait;
};

/// What is noted beside the file; the result tells how it was fetched, too.
nlohmann::json notesJson(const DownloadResult& result)
{
    return {{"file", result.file.string()}, {"url", result.url},     {"version", result.version},
            {"rows", result.rows},          {"bytes", result.bytes}, {"whole", result.whole}};
}

class Downloader
{
public:
    Downloader(const DownloadConfig& config, JobContext& context)
        : m_config(config), m_context(context), m_part(config.out), m_table(config), m_meter(config, context)
    {
    }

    Result<DownloadResult> run()
    {
        if (auto taken = takeUp(); !taken)
            return fail(taken.error());
        m_meter.begin(m_part, m_table.rows());
        if (auto fetched = fetchAll(); !fetched)
            return fail(fetched.error());
        if (auto finished = finish(); !finished)
            return fail(finished.error());
        return result();
    }

private:
    /// Looks through what an earlier attempt left, as if it came now.
    Status takeUp()
    {
        if (!m_part.takeUp(m_config.url)) {
            m_part.remove();
            return {};
        }
        std::ifstream stream(m_part.path(), std::ios::binary);
        std::vector<char> buffer(kReadSize);
        while (!m_table.hasEnough() &&
               stream.read(buffer.data(), static_cast<std::streamsize>(buffer.size())).gcount() > 0) {
            if (m_context.stopRequested())
                return fail(cancelledAt(m_part));
            if (auto fed = m_table.feed({buffer.data(), static_cast<std::size_t>(stream.gcount())});
                !fed && !m_table.hasEnough()) {
                if (fed.error().code != ErrorCode::BadData)
                    return fed;
                beginAnew("What was kept in " + m_part.path().string() + " is damaged");
                m_part.remove();
                break;
            }
            m_meter.report("looking at what is there", m_part, m_table.rows());
        }
        return {};
    }

    /// Attempt after attempt; what came of one is not asked for again.
    Status fetchAll()
    {
        Retries retries(m_config.retries);
        while (!m_table.hasEnough() && !m_atEnd) {
            const std::int64_t most = m_most;
            Status fetched = fetch();
            if (fetched || m_table.hasEnough())
                continue;
            const Error& error = fetched.error();
            if (error.code == ErrorCode::Cancelled)
                return fail(cancelledAt(m_part));
            if (!error.retriable)
                return fetched;
            if (!retries.failed(m_most > most))
                return fail(ErrorCode::Failed, error.message + ". " + formatBytes(m_part.size()) + " are kept",
                            "Try again later: it goes on from there");
            m_context.note(Note::Severity::Warning, error.message + ". Going on from " + formatBytes(m_part.size()));
            m_context.waitFor(retries.wait());
        }
        return {};
    }

    Status fetch()
    {
        m_ignoresBody = false;
        if (m_part.size() > 0 && m_part.version.empty()) {
            beginAnew("The server tells no version of the file, so it cannot be told whether the rest would fit");
            m_part.remove();
        }
        const HttpRequest request{m_config.url, m_part.size(), m_part.version};
        const HttpReceiver receiver{[this](const HttpAnswer& answer) { return onAnswer(answer); },
                                    [this](std::string_view bytes) { return onBytes(bytes); }};
        if (auto got = httpGet(request, receiver, m_context.stop()); !got)
            return got;
        return checkEnd();
    }

    Status onAnswer(const HttpAnswer& answer)
    {
        switch (answer.status) {
        case 200:
            if (m_part.size() > 0)
                beginAnew("The server sends the file from its beginning: it is another one now, or parts of files are "
                          "not to be had there");
            return m_part.beginAnew(m_config.url, answer);
        case 206:
            return checkSame(answer);
        case 416: // there is nothing after what is there
            m_ignoresBody = true;
            m_part.total = answer.total;
            return answer.total == m_part.size() ? Status{} : notTheSame();
        default:
            return refusedAnswer(answer);
        }
    }

    Status checkSame(const HttpAnswer& answer)
    {
        const std::string version = versionOf(answer);
        const bool same = answer.first == m_part.size() && version == m_part.version &&
                          (answer.total < 0 || m_part.total < 0 || answer.total == m_part.total);
        return same ? Status{} : notTheSame();
    }

    /// The next attempt begins at the beginning.
    Status notTheSame()
    {
        beginAnew({});
        m_part.remove();
        return fail(Error{ErrorCode::Failed, m_config.url + " is another file than the one that was begun", {}, true});
    }

    Status onBytes(std::string_view bytes)
    {
        if (m_ignoresBody)
            return {};
        if (auto kept = m_part.append(bytes); !kept)
            return kept;
        m_most = std::max(m_most, m_part.size());
        if (auto fed = m_table.feed(bytes); !fed)
            return m_table.hasEnough() ? fed : damaged(fed.error());
        m_meter.report("downloading", m_part, m_table.rows());
        m_context.waitWhilePaused();
        return {};
    }

    /// The server has sent what it wanted to send.
    Status checkEnd()
    {
        if (auto torn = checkNotTorn(m_config.url, m_part, m_table); !torn)
            return torn;
        if (!m_table.isUnpacked())
            return damaged({ErrorCode::BadData, "the gzip data ends too early", {}});
        if (auto counted = m_table.end(); !counted)
            return damaged(counted.error());
        m_atEnd = true;
        return {};
    }

    /// Of no use to a later attempt either.
    Status damaged(const Error& error)
    {
        if (error.code != ErrorCode::BadData)
            return fail(error);
        m_part.remove();
        return fail(ErrorCode::BadData,
                    m_config.url + " is not as it must be: after " + countOf(m_table.rows(), "row") + " " +
                        error.message,
                    "Nothing of it is kept. Check the address, or try again later");
    }

    void beginAnew(const std::string& why)
    {
        if (!why.empty())
            m_context.note(Note::Severity::Warning, why);
        m_table = ArrivingTable(m_config);
        m_meter.beginAnew();
    }

    Status finish()
    {
        if (m_table.rows() == 0)
            return damaged({ErrorCode::BadData, "it ended", {}});
        if (m_config.rows > m_table.rows())
            m_context.note(Note::Severity::Warning, m_config.url + " has " + countOf(m_table.rows(), "row") + " only");
        m_bytes = m_part.size();
        if (!m_table.isWritten())
            return m_part.rename(m_config.out);
        if (auto written = m_table.finish(); !written)
            return written;
        m_part.remove();
        return {};
    }

    Result<DownloadResult> result() const
    {
        DownloadResult result{m_config.out, m_config.url, m_part.version, m_table.rows(), m_bytes, m_atEnd};
        if (auto noted = writeFileNotes(m_config.out, notesJson(result)); !noted)
            return fail(noted.error());
        result.resumedAt = m_meter.resumedAt();
        result.seconds = m_meter.seconds();
        return result;
    }

    const DownloadConfig& m_config;
    JobContext& m_context;
    PartFile m_part;
    ArrivingTable m_table;
    DownloadMeter m_meter;
    bool m_atEnd = false; ///< all rows there are
    bool m_ignoresBody = false;
    std::int64_t m_most = 0; ///< bytes that were there at best: only more is progress
    std::int64_t m_bytes = 0;
};

} // namespace

nlohmann::json toJson(const DownloadResult& result)
{
    nlohmann::json json = notesJson(result);
    json.update({{"resumed_at", result.resumedAt}, {"seconds", result.seconds}});
    return json;
}

Result<DownloadResult> download(const DownloadConfig& asked, JobContext& context)
{
    auto target = wholeFileTarget(asked.out);
    if (!target)
        return fail(target.error());
    DownloadConfig config = asked;
    config.out = std::move(*target);
    std::error_code ignored; // opening tells
    if (config.out.has_parent_path())
        fs::create_directories(config.out.parent_path(), ignored);
    const fs::path lockFile = config.out.string() + ".part.lock";
    auto lock = FileLock::tryExclusive(lockFile);
    if (!lock)
        return fail(lock.error());
    if (!*lock)
        return fail(ErrorCode::Failed, config.out.string() + " is being downloaded already",
                    "Wait for it, or choose another file");
    auto result = Downloader(config, context).run();
    if (result)
        fs::remove(lockFile, ignored);
    return result;
}

} // namespace millrace
