// SPDX-License-Identifier: GPL-3.0-or-later
#include "metrics/Lag.h"

#include "base/Text.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace millrace
{
namespace
{

constexpr std::size_t kLooksKept = 60;
constexpr std::size_t kFewestCommits = 3;       ///< from which "stalled" and "falling behind" are said
constexpr std::int64_t kClockDifference = 1000; ///< milliseconds
constexpr double kNever = std::numeric_limits<double>::infinity();

std::optional<std::int64_t> difference(std::optional<std::int64_t> a, std::optional<std::int64_t> b)
{
    return a && b ? std::optional(std::max<std::int64_t>(0, *a - *b)) : std::nullopt;
}

/// Records a second over the looks since the offset is known; unknown where it went back.
std::optional<double> rateOf(std::span<const LagSample> looks, std::optional<std::int64_t> LagSample::*offset)
{
    std::size_t first = looks.size() - 1;
    for (; first > 0 && looks[first - 1].*offset; --first)
        if (looks[first].*offset < looks[first - 1].*offset)
            return std::nullopt;
    const double seconds = looks.back().seconds - looks[first].seconds;
    if (seconds <= 0)
        return std::nullopt;
    return static_cast<double>(*(looks.back().*offset) - *(looks[first].*offset)) / seconds;
}

/// The topic was made anew, or the group's offsets were deleted: nothing that was seen before counts.
bool isAnother(const LagSample& before, const LagSample& now)
{
    return (before.committed && !now.committed) || (before.end && now.end && *now.end < *before.end);
}

template <class T>
void addTo(std::optional<T>& sum, const std::optional<T>& value)
{
    if (value)
        sum = sum.value_or(0) + *value;
}

template <class T>
nlohmann::json orNull(const std::optional<T>& value)
{
    return value ? nlohmann::json(*value) : nlohmann::json();
}

std::string noteOf(const LagReading& reading)
{
    std::string note;
    if (const auto lost = reading.lost.value_or(0); lost > 0)
        note = countOf(lost, "offset was", "offsets were") + " deleted unread";
    if (const auto waiting = reading.waiting.value_or(0); waiting > 0)
        note += (note.empty() ? "" : "; ") + countOf(waiting, "offset waits", "offsets wait") +
                " behind an open transaction";
    return note;
}

} // namespace

std::string toText(LagState state)
{
    switch (state) {
    case LagState::Unknown:
        return "unknown";
    case LagState::NothingCommitted:
        return "nothing_committed";
    case LagState::Known:
        return "known";
    case LagState::OpenTransaction:
        return "open_transaction";
    case LagState::DeletedUnread:
        return "deleted_unread";
    case LagState::BeyondEnd:
        return "beyond_end";
    }
    return {};
}

LagReading readLag(const LagOffsets& offsets)
{
    LagReading reading;
    const auto& [committed, start, end, high, nothingLeft, committedFails] = offsets;
    if (!end)
        return reading;
    const std::int64_t last = std::max(*end, high.value_or(*end));
    if (committed && *committed > last) {
        reading.state = LagState::BeyondEnd;
        reading.note = "the committed offset " + formatCount(committed) + " is beyond the end " + formatCount(last);
        return reading;
    }
    reading.waiting = last - std::max(*end, committed.value_or(0));
    if (committed) {
        reading.lost = difference(start, committed);
        reading.lag = nothingLeft ? 0 : std::max<std::int64_t>(0, *end - std::max(*committed, start.value_or(0)));
    }
    const bool lost = reading.lost.value_or(0) > 0, waits = *reading.waiting > 0;
    reading.state = lost             ? LagState::DeletedUnread
                    : waits          ? LagState::OpenTransaction
                    : committed      ? LagState::Known
                    : committedFails ? LagState::Unknown
                                     : LagState::NothingCommitted;
    reading.note = noteOf(reading);
    return reading;
}

nlohmann::json toJson(const LagReading& reading)
{
    return {{"lag", orNull(reading.lag)},
            {"lost", orNull(reading.lost)},
            {"waiting", orNull(reading.waiting)},
            {"state", toText(reading.state)},
            {"note", reading.note}};
}

std::optional<double> ageSeconds(std::optional<std::int64_t> timestampMilliseconds, std::int64_t nowMilliseconds)
{
    if (!timestampMilliseconds || *timestampMilliseconds < 0 ||
        *timestampMilliseconds > nowMilliseconds + kClockDifference)
        return std::nullopt;
    return static_cast<double>(std::max<std::int64_t>(0, nowMilliseconds - *timestampMilliseconds)) / 1000;
}

std::string toText(LagVerdict verdict)
{
    switch (verdict) {
    case LagVerdict::Unknown:
        return "–";
    case LagVerdict::Ok:
        return "OK";
    case LagVerdict::Paused:
        return "paused";
    case LagVerdict::HeldBack:
        return "held back";
    case LagVerdict::FallingBehind:
        return "falling behind";
    case LagVerdict::WentBack:
        return "went back";
    case LagVerdict::Stalled:
        return "stalled";
    case LagVerdict::NotMoving:
        return "not moving";
    case LagVerdict::Stopped:
        return "stopped";
    case LagVerdict::BeyondEnd:
        return "beyond the end";
    }
    return {};
}

nlohmann::json toJson(const LagNumbers& numbers)
{
    const bool never = numbers.drainSeconds && std::isinf(*numbers.drainSeconds);
    nlohmann::json json = toJson(numbers.reading);
    json.update({{"age_seconds", orNull(numbers.ageSeconds)},
                 {"drain_seconds", never ? nlohmann::json() : orNull(numbers.drainSeconds)},
                 {"never_drains", never},
                 {"rate_in", orNull(numbers.rateIn)},
                 {"rate_out", orNull(numbers.rateOut)},
                 {"to_retention_edge", orNull(numbers.toRetentionEdge)},
                 {"verdict", numbers.verdict == LagVerdict::Unknown ? nlohmann::json()
                                                                    : nlohmann::json(toText(numbers.verdict))}});
    return json;
}

std::optional<double> drainSeconds(const LagReading& reading, std::optional<double> rateIn,
                                   std::optional<double> rateOut)
{
    const auto lag = reading.lag;
    if (reading.isHeldBack())
        return std::nullopt;
    if (lag == 0)
        return 0;
    if (!lag || !rateIn || !rateOut)
        return std::nullopt;
    return *rateOut > *rateIn ? static_cast<double>(*lag) / (*rateOut - *rateIn) : kNever;
}

LagTotal totalOf(const std::vector<LagNumbers>& partitions)
{
    LagTotal total;
    total.partitions = static_cast<int>(partitions.size());
    LagNumbers& sum = total.sum;
    int beyond = 0;
    for (const LagNumbers& each : partitions) {
        sum.verdict = std::max(sum.verdict, each.verdict);
        sum.reading.state = std::max(sum.reading.state, each.reading.state);
        beyond += each.reading.state == LagState::BeyondEnd ? 1 : 0;
        addTo(sum.reading.waiting, each.reading.waiting);
        if (!each.reading.lag)
            continue;
        ++total.known;
        addTo(sum.reading.lag, each.reading.lag);
        addTo(sum.reading.lost, each.reading.lost);
        addTo(sum.rateIn, each.rateIn);
        addTo(sum.rateOut, each.rateOut);
        if (each.ageSeconds)
            sum.ageSeconds = std::max(sum.ageSeconds.value_or(0), *each.ageSeconds);
        if (each.toRetentionEdge)
            sum.toRetentionEdge = std::min(sum.toRetentionEdge.value_or(*each.toRetentionEdge), *each.toRetentionEdge);
    }
    sum.reading.note = noteOf(sum.reading);
    if (beyond > 0)
        sum.reading.note = "the committed offset is beyond the end in " + countOf(beyond, "partition") +
                           (sum.reading.note.empty() ? "" : "; " + sum.reading.note);
    sum.drainSeconds = drainSeconds(sum.reading, sum.rateIn, sum.rateOut);
    return total;
}

void LagHistory::add(const LagSample& sample)
{
    const auto lag = readLag(sample).lag;
    if (!m_looks.empty() && isAnother(m_looks.back(), sample)) {
        m_looks.clear();
        m_commits.clear();
    }
    m_looks.push_back(sample);
    if (m_looks.size() > kLooksKept)
        m_looks.erase(m_looks.begin());
    if (lag)
        addCommit(sample, *lag);
}

void LagHistory::addCommit(const LagSample& sample, std::int64_t lag)
{
    ++m_quietLooks;
    if (!m_commits.empty() && m_commits.back().offset == *sample.committed &&
        m_commits.back().mark == sample.commitMark)
        return;
    m_commits.push_back({sample.seconds, *sample.committed, lag, sample.commitMark});
    if (m_commits.size() > kWindow)
        m_commits.pop_front();
    m_quietLooks = 0;
}

LagNumbers LagHistory::numbers(GroupReaderKind reader) const
{
    LagNumbers numbers;
    if (m_looks.empty())
        return numbers;
    const LagSample& now = m_looks.back();
    const std::span<const LagSample> looks = rateLooks();
    numbers.reading = readLag(now);
    numbers.rateIn = rateOf(looks, &LagSample::end);
    numbers.rateOut = rateOf(looks, &LagSample::committed);
    numbers.drainSeconds = drainSeconds(numbers.reading, numbers.rateIn, numbers.rateOut);
    numbers.toRetentionEdge = difference(now.committed, now.start);
    numbers.verdict = verdict(reader);
    return numbers;
}

std::span<const LagSample> LagHistory::rateLooks() const
{
    std::size_t base = m_looks.size() - std::min(m_looks.size(), kWindow + 1);
    int commits = 0;
    for (std::size_t i = m_looks.size() - 1; i > 0; --i) {
        if (i <= base && commits < 2)
            base = i - 1;
        commits += m_looks[i].committed != m_looks[i - 1].committed ? 1 : 0;
    }
    return std::span(m_looks).subspan(base);
}

/// No commit for longer than all those of the window took. A moment's silence says nothing yet.
bool LagHistory::isSilent() const
{
    const double now = m_looks.back().seconds, first = m_commits.front().seconds, last = m_commits.back().seconds;
    return m_quietLooks >= kWindow && now - last > last - first;
}

/// What is committed was the end a few looks ago: on a slow topic the next commit comes with the next record.
bool LagHistory::wasAtEnd() const
{
    const std::size_t looks = std::min(m_looks.size(), kWindow);
    return std::any_of(m_looks.end() - static_cast<std::ptrdiff_t>(looks), m_looks.end(),
                       [this](const LagSample& look) {
                           return look.end && (*look.end <= m_commits.back().offset || readLag(look).lag == 0);
                       });
}

LagVerdict LagHistory::verdict(GroupReaderKind reader) const
{
    const LagReading reading = readLag(m_looks.back());
    if (reading.state == LagState::BeyondEnd)
        return LagVerdict::BeyondEnd;
    const auto lag = reading.lag;
    if (!lag || m_commits.empty())
        return LagVerdict::Unknown;
    if (reader == GroupReaderKind::OursPaused)
        return LagVerdict::Paused;
    const bool ours = reader == GroupReaderKind::Ours;
    if (lag == 0)
        return reading.isHeldBack() ? LagVerdict::HeldBack : LagVerdict::Ok;
    if (isSilent() && !wasAtEnd())
        return ours ? LagVerdict::Stopped : LagVerdict::NotMoving;
    if (std::ranges::any_of(m_commits, [](const Commit& commit) { return commit.lag == 0; }))
        return LagVerdict::Ok;
    // Pairs of neighbours decide the rest.
    bool moved = false, fell = false;
    for (std::size_t i = 1; i < m_commits.size(); ++i) {
        if (m_commits[i].offset < m_commits[i - 1].offset)
            return LagVerdict::WentBack;
        moved = moved || m_commits[i].offset > m_commits[i - 1].offset;
        fell = fell || m_commits[i].lag < m_commits[i - 1].lag;
    }
    if (fell)
        return LagVerdict::Ok;
    if (m_commits.size() < kFewestCommits)
        return LagVerdict::Unknown;
    if (moved)
        return LagVerdict::FallingBehind;
    return ours ? LagVerdict::Stalled : LagVerdict::NotMoving;
}

} // namespace millrace
