// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/Download.h"

#include "base/Clock.h"
#include "base/Files.h"
#include "base/Http.h"
#include "base/Json.h"
#include "base/Text.h"
#include "base/WriteError.h"
#include "data/Gunzip.h"
#include "data/RowCounter.h"
#include "data/WholeFile.h"
#include "pipeline/runs/TopicNotes.h"

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <unistd.h>

namespace millrace
{
namespace
{

namespace fs = std::filesystem;

constexpr std::chrono::milliseconds kDownloadReportEvery{50};
constexpr std::chrono::milliseconds kFirstWait{100}, kLongestWait{8000};
constexpr std::size_t kReadSize = std::size_t{1} << 20;

fs::path beside(const fs::path& file, const char* ending)
{
    return file.string() + ending;
}

/// What tells one version of a file from another: a strong entity tag, or else its date. Empty: nothing does.
std::string versionOf(const HttpAnswer& answer)
{
    const bool strong = !answer.entityTag.empty() && !answer.entityTag.starts_with("W/");
    return strong ? answer.entityTag : answer.modified;
}

/// The file as it comes, packed as it is: what an earlier attempt, maybe of another process, left is taken up.
class PartFile
{
public:
    explicit PartFile(const fs::path& out) : m_file(beside(out, ".part")), m_notes(beside(out, ".part.json")) {}

    std::string url, version;
    std::int64_t total = -1; ///< of the whole, −1 unknown
    [[nodiscard]] std::int64_t size() const { return m_size; }
    [[nodiscard]] const fs::path& path() const { return m_file; }

    /// True when it holds a part of what is at the address.
    bool takeUp(const std::string& address)
    {
        std::error_code error;
        const auto bytes = fs::file_size(m_file, error);
        const auto notes = error || bytes == 0 ? Result<nlohmann::json>() : readJson(m_notes);
        if (error || bytes == 0 || !notes || !notes->is_object())
            return false;
        url = textIn(*notes, "url");
        version = textIn(*notes, "version");
        total = integerIn(*notes, "total", -1);
        m_size = static_cast<std::int64_t>(bytes);
        return url == address && !version.empty() && (total < 0 || m_size <= total);
    }

    /// Nothing of it is left.
    Status beginAnew(const std::string& address, const HttpAnswer& answer)
    {
        m_stream.close();
        m_size = 0;
        url = address;
        version = versionOf(answer);
        total = answer.total;
        m_stream.open(m_file, std::ios::binary | std::ios::trunc);
        if (!m_stream)
            return failed();
        return writeFileAtomically(m_notes,
                                   dumpJson(nlohmann::json{{"url", url}, {"version", version}, {"total", total}}, 1));
    }

    Status append(std::string_view bytes)
    {
        errno = 0;
        if (!m_stream.is_open())
            m_stream.open(m_file, std::ios::binary | std::ios::app);
        m_stream.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
        m_size += static_cast<std::int64_t>(bytes.size());
        return m_stream ? Status{} : failed();
    }

    void remove()
    {
        std::error_code ignored;
        m_stream.close();
        m_size = 0;
        fs::remove(m_file, ignored);
        fs::remove(m_notes, ignored);
    }

    /// It becomes the file itself.
    Status rename(const fs::path& out)
    {
        errno = 0;
        m_stream.close();
        const int descriptor = ::open(m_file.c_str(), O_RDONLY | O_CLOEXEC);
        const bool kept = m_stream && descriptor >= 0 && ::fsync(descriptor) == 0;
        if (descriptor >= 0)
            ::close(descriptor);
        if (!kept || ::rename(m_file.c_str(), out.c_str()) != 0)
            return failed();
        syncFolder(out.parent_path());
        remove();
        return {};
    }

private:
    [[nodiscard]] tl::unexpected<Error> failed() const { return fail(writeError(m_file, errno)); }

    fs::path m_file, m_notes;
    std::ofstream m_stream;
    std::int64_t m_size = 0;
};

class Downloader
{
public:
    Downloader(const DownloadConfig& config, JobContext& context)
        : m_config(config), m_context(context), m_part(config.out), m_rows(config.columns, config.rows)
    {
    }

    Result<nlohmann::json> run()
    {
        if (auto taken = takeUp(); !taken)
            return fail(taken.error());
        m_resumedAt = m_part.size();
        m_beganAt = fraction();
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
        while (!m_enough && stream.read(buffer.data(), static_cast<std::streamsize>(buffer.size())).gcount() > 0) {
            if (m_context.stopRequested())
                return cancelled();
            if (auto fed = feed({buffer.data(), static_cast<std::size_t>(stream.gcount())}); !fed && !m_enough) {
                if (fed.error().code != ErrorCode::BadData)
                    return fed;
                beginAnew("What was kept in " + m_part.path().string() + " is damaged");
                m_part.remove();
                break;
            }
            report("looking at what is there");
        }
        return {};
    }

    /// Attempt after attempt; what came of one is not asked for again.
    Status fetchAll()
    {
        int failures = 0;
        auto wait = kFirstWait;
        while (!m_enough && !m_atEnd) {
            const std::int64_t most = m_most;
            Status fetched = fetch();
            if (fetched || m_enough)
                continue;
            const Error& error = fetched.error();
            if (error.code == ErrorCode::Cancelled)
                return cancelled();
            if (!error.retriable)
                return fetched;
            const bool advanced = m_most > most;
            failures = advanced ? 1 : failures + 1;
            wait = advanced ? kFirstWait : wait;
            if (failures > m_config.retries)
                return fail(ErrorCode::Failed, error.message + ". " + formatBytes(m_part.size()) + " are kept",
                            "Try again later: it goes on from there");
            m_context.note(Note::Severity::Warning, error.message + ". Going on from " + formatBytes(m_part.size()));
            m_context.waitFor(wait);
            wait = std::min(wait * 2, kLongestWait);
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
            return refused(answer);
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

    [[nodiscard]] static Status refused(const HttpAnswer& answer)
    {
        const bool passing = answer.status == 408 || answer.status == 429 || answer.status >= 500;
        std::string advice = "Try again later";
        if (answer.status == 404 || answer.status == 410)
            advice = "The file is not there (any more): give its address with --url";
        else if (!passing)
            advice = "The server does not give it: look at the address in a browser";
        return fail(
            Error{ErrorCode::Failed, answer.url + " answers " + std::to_string(answer.status), advice, passing});
    }

    Status onBytes(std::string_view bytes)
    {
        if (m_ignoresBody)
            return {};
        if (auto kept = m_part.append(bytes); !kept)
            return kept;
        m_most = std::max(m_most, m_part.size());
        if (auto fed = feed(bytes); !fed)
            return m_enough ? fed : damaged(fed.error());
        report("downloading");
        m_context.waitWhilePaused();
        return {};
    }

    /// Unpacks, counts, and writes rows where the file will not be the part as it is. An error that is none where
    /// enough rows are there: nothing more is wanted.
    Status feed(std::string_view bytes)
    {
        return m_gunzip.feed(bytes, [this](std::string_view text) -> Status {
            const auto wanted = m_rows.add(text);
            if (!wanted)
                return fail(wanted.error());
            if (auto written = write(text.substr(0, *wanted)); !written)
                return written;
            m_enough = m_rows.hasAll();
            return m_enough ? fail(ErrorCode::Cancelled, "enough") : Status{};
        });
    }

    [[nodiscard]] bool keepsBytes() const
    {
        return m_config.rows < 0 && m_gunzip.isGzip() == (m_config.out.extension() == ".gz");
    }

    Status write(std::string_view text)
    {
        if (keepsBytes())
            return {};
        if (!m_written) {
            auto file = WholeFile::create(m_config.out);
            if (!file)
                return fail(file.error());
            m_written.emplace(std::move(*file));
        }
        return m_written->write(text);
    }

    /// The server has sent what it wanted to send.
    Status checkEnd()
    {
        if (m_part.total >= 0 && m_part.size() < m_part.total)
            return fail(Error{ErrorCode::Failed,
                              m_config.url + " ended after " + formatCount(m_part.size()) + " of " +
                                  formatCount(m_part.total) + " bytes",
                              {},
                              true});
        if (!m_gunzip.isWhole() && m_part.total < 0) // nothing but the end of the connection told that this is all
            return fail(Error{ErrorCode::Failed, m_config.url + " ended in the middle", {}, true});
        if (!m_gunzip.isWhole())
            return damaged({ErrorCode::BadData, "the gzip data ends too early", {}});
        if (auto counted = m_rows.finish(); !counted)
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
                    m_config.url + " is not as it must be: after " + formatCount(m_rows.rows()) + " rows " +
                        error.message,
                    "Nothing of it is kept. Check the address, or try again later");
    }

    [[nodiscard]] Status cancelled() const
    {
        return fail(ErrorCode::Cancelled,
                    "The download was cancelled after " + formatBytes(m_part.size()) + ", which are kept",
                    "The same download goes on from there");
    }

    void beginAnew(const std::string& why)
    {
        if (!why.empty())
            m_context.note(Note::Severity::Warning, why);
        m_gunzip = {};
        m_rows = {m_config.columns, m_config.rows};
        m_written.reset();
        m_resumedAt = 0;
        m_beganAt = 0;
    }

    Status finish()
    {
        if (m_rows.rows() == 0)
            return damaged({ErrorCode::BadData, "it ended", {}});
        if (m_config.rows > m_rows.rows())
            m_context.note(Note::Severity::Warning, m_config.url + " has " + formatCount(m_rows.rows()) + " rows only");
        m_bytes = m_part.size();
        if (!m_written)
            return m_part.rename(m_config.out);
        if (auto written = m_written->finish(); !written)
            return written;
        m_part.remove();
        return {};
    }

    Result<nlohmann::json> result()
    {
        nlohmann::json result = {{"file", m_config.out.string()}, {"url", m_config.url}, {"version", m_part.version},
                                 {"rows", m_rows.rows()},         {"bytes", m_bytes},    {"whole", m_atEnd}};
        if (auto noted = writeFileNotes(m_config.out, result); !noted)
            return fail(noted.error());
        result["resumed_at"] = m_resumedAt;
        result["seconds"] = secondsSince(m_began);
        return result;
    }

    /// NaN when neither rows nor length are known.
    [[nodiscard]] double fraction() const
    {
        const double ofFile =
            m_part.total > 0 ? static_cast<double>(m_part.size()) / static_cast<double>(m_part.total) : NAN;
        const double ofRows =
            m_config.rows > 0 ? static_cast<double>(m_rows.rows()) / static_cast<double>(m_config.rows) : NAN;
        return std::fmin(1.0, std::fmax(ofFile, ofRows));
    }

    void report(const std::string& doing)
    {
        const auto now = Clock::now();
        if (now - m_reported < kDownloadReportEvery)
            return;
        m_reported = now;
        const double seconds = secondsSince(m_began);
        const auto fetched = static_cast<double>(m_part.size() - m_resumedAt);
        Progress progress;
        progress.records = m_rows.rows();
        progress.text = doing + " · " + formatCount(m_rows.rows()) + " rows · " + formatBytes(m_part.size()) +
                        (m_part.total > 0 && m_config.rows < 0 ? " of " + formatBytes(m_part.total) : "") + " · " +
                        formatBytes(static_cast<std::int64_t>(fetched / std::max(seconds, 1e-9))) + "/s";
        progress.fraction = fraction();
        if (progress.fraction > m_beganAt)
            progress.secondsLeft = seconds * (1 - progress.fraction) / (progress.fraction - m_beganAt);
        m_context.report(progress);
    }

    const DownloadConfig& m_config;
    JobContext& m_context;
    PartFile m_part;
    Gunzip m_gunzip;
    RowCounter m_rows;
    std::optional<WholeFile> m_written; ///< the rows; none where the part becomes the file
    bool m_enough = false;              ///< all rows that are wanted are there
    bool m_atEnd = false;               ///< all there are
    bool m_ignoresBody = false;
    std::int64_t m_most = 0; ///< bytes that were there at best: only more is progress
    std::int64_t m_resumedAt = 0, m_bytes = 0;
    double m_beganAt = 0; ///< fraction
    Clock::time_point m_began = Clock::now(), m_reported;
};

} // namespace

Result<nlohmann::json> download(const DownloadConfig& asked, JobContext& context)
{
    auto target = wholeFileTarget(asked.out);
    if (!target)
        return fail(target.error());
    DownloadConfig config = asked;
    config.out = std::move(*target);
    std::error_code ignored; // opening tells
    if (config.out.has_parent_path())
        fs::create_directories(config.out.parent_path(), ignored);
    const fs::path lockFile = beside(config.out, ".part.lock");
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
