// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/AppendFile.h"
#include "data/DecodeProblem.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

namespace millrace
{

/// Rejected rows or records that share a reason and a column.
struct RejectionGroup {
    std::string kind, column; ///< as DecodeProblem has them
    std::int64_t count = 0;
    std::string place, text; ///< of the first one, the text shortened to valid UTF-8
};

/// All that is known of what was rejected so far: what a checkpoint holds, so that a resumed run counts on from there.
/// Cheap to copy: the groups are shared, and never changed.
struct RejectionState {
    std::int64_t count = 0;
    std::int64_t bytes = 0; ///< of the file
    struct Details {
        std::vector<RejectionGroup> groups; ///< in order of appearance
        /// By topic and partition: rejected records before this offset were counted.
        std::map<std::pair<std::string, int>, std::int64_t> counted;
    };
    std::shared_ptr<const Details> details; ///< null: none
};
nlohmann::json toJson(const RejectionState& state);
/// Of the object that has it as "rejected"; earlier builds had the count there, and the bytes beside it. May throw what
/// nlohmann-json throws.
RejectionState rejectionStateOf(const nlohmann::json& holder);

/// What a result tells of rejected rows or records.
struct RejectionReport {
    std::int64_t count = 0;
    std::int64_t of = 0;                         ///< all rows or records, rejected ones included
    std::vector<RejectionGroup> groups;          ///< the most frequent first, Rejections::kGroupsTold at most
    std::optional<std::filesystem::path> file{}; ///< that has them one by one, empty where none was rejected; nullopt:
                                                 ///< there is none

    /// More than half was rejected: what came of the others is to be doubted, and that is said before all else.
    [[nodiscard]] bool isOfMost() const { return count > 0 && 2 * count > of; }
    [[nodiscard]] double shareOf(const RejectionGroup& group) const;
};
/// Sets `rejected` (the count), `rejected_of`, `rejections` [{reason, column, count, share, example {place, text}}],
/// and `rejected_file` (null where nothing was rejected) unless there is no file.
void tell(const RejectionReport& report, nlohmann::json& result);
/// Of a result that tell() filled; nothing was rejected where it was not.
RejectionReport rejectionsIn(const nlohmann::json& result);

/// "43 of 200 rows (21.5 %) were rejected: Age is missing in 40, Fare in 3"; empty when none was. unit: "row" or
/// "record".
std::string rejectionSentence(const RejectionReport& report, const std::string& unit);

/// Rows or records that cannot be used: each is counted once however often it is read, grouped by reason and column,
/// and written to a file (place, reason, text) that stays small: a text is cut at 1 kB, the file ends at its largest
/// size (10 MB) and says so, and the counts go on. Not thread-safe.
class Rejections
{
public:
    static constexpr std::size_t kLongestText = 1000;
    static constexpr std::int64_t kLargestFile = 10'000'000;
    static constexpr std::size_t kMostGroups = 200; ///< kept apart; a reason that comes later is counted as "another"
    static constexpr std::size_t kGroupsTold = 20;  ///< in results

    /// The file is made with the first rejected row; without one there is none.
    explicit Rejections(std::filesystem::path file = {});
    /// How large the file may become.
    void setLargest(std::int64_t bytes) { m_largest = std::min(bytes, kLargestFile); }

    /// A row of a file. place: "line 12".
    Status add(const std::string& place, const DecodeProblem& problem, std::string_view text);
    /// A record. It is passed over when it was counted before, as in a second pass over the topic.
    Status add(const std::string& topic, int partition, std::int64_t offset, const DecodeProblem& problem,
               std::string_view text);
    [[nodiscard]] std::int64_t count() const { return m_count; }
    [[nodiscard]] const std::filesystem::path& path() const { return m_file; }

    [[nodiscard]] RejectionState state();
    /// Forgets all that was rejected since: it is rejected again when it comes again.
    Status cutTo(const RejectionState& state);

    /// used: the rows or records that were not rejected.
    [[nodiscard]] RejectionReport report(std::int64_t used) const;

private:
    Status write(const std::string& place, const std::string& reason, std::string_view text);
    void count(const std::string& place, const DecodeProblem& problem, std::string_view text);

    std::filesystem::path m_file;
    AppendFile m_out; ///< flushed after every row
    std::int64_t m_largest = kLargestFile;
    std::int64_t m_count = 0, m_bytes = 0;
    RejectionState::Details m_details;
    std::shared_ptr<const RejectionState::Details> m_shared; ///< a copy of it for states; null when it changed since
};

/// Why a job has nothing to work with: ErrorCode::BadData with the reasons. source: "rows.csv", "Topic events".
Error nothingUsable(const std::string& source, const Rejections& rejections, const std::string& unit);

/// For a list in a window or below a report, a line for each group, at most `most` and one for the rest: "Age is
/// missing: 40 (20.0 %), first line 6: '1,3,…'".
std::vector<std::string> rejectionLines(const RejectionReport& report, std::size_t most = Rejections::kGroupsTold);

} // namespace millrace
