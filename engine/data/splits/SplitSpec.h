// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/Error.h"
#include "data/Columns.h"

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace millrace
{

/// How a table is parted into rows to learn and rows that only score.
enum class SplitKind { Random, Stratified, Time, Group, Column, Last, File };

/// A row of the table of splits.
struct SplitKindInfo {
    SplitKind kind;
    std::string name, help;
    bool needsColumn = false;
    bool takesShare = false;
    bool ofRecords = false; ///< what stands in a topic can be parted so, for the validation part
};
const std::vector<SplitKindInfo>& splitKinds();
const SplitKindInfo& infoOf(SplitKind kind);
/// Null where there is none of the name.
const SplitKindInfo* splitKind(std::string_view name);
std::vector<std::string> splitKindNames();
/// "random (…), stratified (…)": for a help text.
std::string splitKindsHelp(bool ofRecords);

/// What was decided.
struct SplitSpec {
    SplitKind kind = SplitKind::Random;
    std::string column;     ///< of a kind that needs one
    double share = 0.4;     ///< of the rows that score
    std::int64_t last = -1; ///< of SplitKind::Last
    std::uint64_t seed = 1;
    /// Random: each row is drawn for itself, by its place and not by its content, so that equal rows part: as the
    /// tutorial has it.
    bool oneByOne = false;
};
nlohmann::json toJson(const SplitSpec& spec);
/// ErrorCode::BadData for what is none.
Result<SplitSpec> splitFromJson(const nlohmann::json& json);
/// "by time, column date: the newest 25 %".
std::string describe(const SplitSpec& spec);

/// Rows are equal where these columns are: what is learnt from, and what for. An id may tell copies apart.
inline bool tellsRowsApart(ColumnRole role)
{
    return role == ColumnRole::Feature || role == ColumnRole::Label;
}

} // namespace millrace
