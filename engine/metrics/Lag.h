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

/// What was seen of one partition of a consumer group at one moment. Offsets are those of the next record.
struct LagSample {
    double seconds = 0;                    ///< on a clock that never jumps
    std::optional<std::int64_t> committed; ///< unknown: the group has committed nothing
    std::optional<std::int64_t> start,
        end;                  ///< the first record that is kept; the end for a reader of committed records
    bool nothingLeft = false; ///< a reader at the committed offset gets no record: only markers are left
    std::string commitMark;   ///< the commit's metadata: a new one is a new commit, be it of the same offset
};

/// Records that are still there to be read; what was deleted unread is told apart.
std::optional<std::int64_t> lagOf(const LagSample& sample);

/// How a group does on a partition, from better to worse.
enum class LagVerdict {
    Unknown,
    Ok,
    Paused, ///< by its user
    FallingBehind,
    WentBack, ///< a committed offset is before the one that was committed earlier
    Stalled,  ///< commits the same offset again and again
    NotMoving,
    Stopped, ///< commits no more
};
std::string toText(LagVerdict verdict); ///< "falling behind"; unknown is "–"

/// Who reads: of our own runs every commit is seen, by its metadata; of a foreign group only new offsets are, so that
/// "stalled" and "stopped" are both "not moving".
enum class GroupReaderKind { Foreign, Ours, OursPaused };

/// The three numbers that people mix up, and what belongs to them. Unknown is nullopt.
struct LagNumbers {
    std::optional<std::int64_t> lag;             ///< records to read
    std::optional<double> ageSeconds;            ///< of the next unread record; 0 when there is none
    std::optional<double> drainSeconds;          ///< lag / (rate out − rate in); infinity is never
    std::optional<double> rateIn, rateOut;       ///< records a second produced, and committed by the group
    std::optional<std::int64_t> toRetentionEdge; ///< records that retention deletes before it comes to an unread one
    std::optional<std::int64_t> lost;            ///< deleted before they were read
    LagVerdict verdict = LagVerdict::Unknown;
};
nlohmann::json toJson(const LagNumbers& numbers);

/// The sum over partitions. What is unknown in some does not spoil the rest: `known` tells how many lags were added.
struct LagTotal {
    LagNumbers sum; ///< the oldest age, the nearest edge, the worst verdict
    int known = 0, partitions = 0;
};
LagTotal totalOf(const std::vector<LagNumbers>& partitions);

/// lag / (rate out − rate in) in seconds; 0 for no lag, infinity when the lag does not shrink.
std::optional<double> drainSeconds(std::optional<std::int64_t> lag, std::optional<double> rateIn,
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
