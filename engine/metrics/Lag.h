// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <deque>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace millrace
{

/// The offsets of one partition that tell how far a consumer group is, each that of the next record.
struct LagOffsets {
    std::optional<std::int64_t> committed; ///< by the group; unknown when it has committed nothing
    std::optional<std::int64_t> start;     ///< of the first record that is kept
    std::optional<std::int64_t> end;       ///< for a reader of committed records: the last stable offset
    std::optional<std::int64_t> high;      ///< the end with what open transactions hold back; unknown: as `end`
    bool nothingLeft = false;    ///< a reader at the committed offset meets the end at once: only markers are left
    bool committedFails = false; ///< the committed offset could not be read: it may be there
};

/// What the offsets mean, from the plain to the worst.
enum class LagState {
    Unknown,          ///< the end, or the committed offset, could not be read
    NothingCommitted, ///< a reader begins where its own settings say
    Known,
    OpenTransaction, ///< records behind an open transaction are there, but nobody can read them yet
    DeletedUnread,   ///< retention took records before the group had read them
    BeyondEnd,       ///< committed more than there is: the topic was made anew, restored, or its mirror is behind
};
std::string toText(LagState state); ///< as JSON has it: "open_transaction"

/// The one formula of lag; everything that shows a lag shows this.
struct LagReading {
    LagState state = LagState::Unknown;
    std::optional<std::int64_t> lag;     ///< offsets that are still there to be read; unknown beyond the end
    std::optional<std::int64_t> lost;    ///< offsets that were deleted unread
    std::optional<std::int64_t> waiting; ///< offsets behind an open transaction
    std::string note; ///< what a person should know, as a sentence's rest; empty when there is nothing

    /// All that can be read is read, and more is there: nobody knows when it can be.
    [[nodiscard]] bool isHeldBack() const { return lag == 0 && waiting.value_or(0) > 0; }
};
LagReading readLag(const LagOffsets& offsets);
/// "lag", "lost", "waiting", "state" and "note".
nlohmann::json toJson(const LagReading& reading);

/// The age of a record in seconds; unknown without a timestamp, or when it lies in the future by more than the second
/// that two machines' clocks may differ by.
std::optional<double> ageSeconds(std::optional<std::int64_t> timestampMilliseconds, std::int64_t nowMilliseconds);

/// What was seen of one partition of a consumer group at one moment.
struct LagSample : LagOffsets {
    double seconds = 0;     ///< on a clock that never jumps
    std::string commitMark; ///< the commit's metadata: a new one is a new commit, be it of the same offset
};

/// How a group does on a partition, from better to worse.
enum class LagVerdict {
    Unknown,
    Ok,
    Paused,   ///< by its user
    HeldBack, ///< it has read all that can be read; the rest waits behind an open transaction
    FallingBehind,
    WentBack, ///< a committed offset is before the one that was committed earlier
    Stalled,  ///< commits the same offset again and again
    NotMoving,
    Stopped,   ///< commits no more
    BeyondEnd, ///< LagState::BeyondEnd
};
std::string toText(LagVerdict verdict); ///< "falling behind"; unknown is "–"

/// Who reads: of our own runs every commit is seen, by its metadata; of a foreign group only new offsets are, so that
/// "stalled" and "stopped" are both "not moving".
enum class GroupReaderKind { Foreign, Ours, OursPaused };

/// The three numbers that people mix up, and what belongs to them. Unknown is nullopt.
struct LagNumbers {
    LagReading reading;
    std::optional<double> ageSeconds;      ///< of the next unread record; 0 when there is none
    std::optional<double> drainSeconds;    ///< lag / (rate out − rate in); infinity is never; unknown while held back
    std::optional<double> rateIn, rateOut; ///< records a second produced, and committed by the group
    std::optional<std::int64_t> toRetentionEdge; ///< records that retention deletes before it comes to an unread one
    LagVerdict verdict = LagVerdict::Unknown;
};
nlohmann::json toJson(const LagNumbers& numbers);

/// The sum over partitions. What is unknown in some does not spoil the rest: `known` tells how many lags were added.
struct LagTotal {
    LagNumbers sum; ///< the oldest age, the nearest edge, the worst verdict and state
    int known = 0, partitions = 0;
};
LagTotal totalOf(const std::vector<LagNumbers>& partitions);

/// lag / (rate out − rate in) in seconds; 0 for no lag, infinity when the lag does not shrink, unknown while the reader
/// is held back.
std::optional<double> drainSeconds(const LagReading& reading, std::optional<double> rateIn,
                                   std::optional<double> rateOut);

/// What was seen of one partition, look after look, and the verdict that follows without any threshold: the rules of
/// LinkedIn's Burrow (core/internal/evaluator/caching.go) over the last ten commits, where a commit is a look at which
/// the committed offset or its metadata have changed. Times of commits are those of the looks, since Kafka does not
/// tell them. The age is not known here. Not thread-safe.
class LagHistory
{
public:
    static constexpr std::size_t kWindow = 10; ///< commits that a verdict is made from, and looks of a rate at least

    void add(const LagSample& sample);
    [[nodiscard]] LagNumbers numbers(GroupReaderKind reader) const;

private:
    struct Commit {
        double seconds = 0;
        std::int64_t offset = 0;
        std::int64_t lag = 0; ///< at that look
        std::string mark;
    };
    void addCommit(const LagSample& sample, std::int64_t lag);
    [[nodiscard]] LagVerdict verdict(GroupReaderKind reader) const;
    [[nodiscard]] bool isSilent() const;
    [[nodiscard]] bool wasAtEnd() const;
    /// The looks that rates are counted over: the last ten, and more until they span two commits.
    [[nodiscard]] std::span<const LagSample> rateLooks() const;

    std::vector<LagSample> m_looks;
    std::deque<Commit> m_commits;
    std::size_t m_quietLooks = 0; ///< since the last commit
};

} // namespace millrace
