// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/Columns.h"
#include "data/Task.h"
#include "data/encoders/DateSpelling.h"
#include "data/splits/SplitSpec.h"

#include <array>
#include <limits>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

namespace millrace
{

enum class SplitPart { Train, Validation, Test };

/// A row as a split sees it.
struct SplitRow {
    std::uint64_t content = 0; ///< a hash of all its cells (RowContent)
    std::string_view cell{};   ///< of the split's column
    float target = std::numeric_limits<float>::quiet_NaN();
};

/// The hash of a row, cell by cell, by what a model would see: a number counts by its value (7, 7.0 and 7e0 are equal),
/// and what is missing is alike however it is spelled.
class RowContent
{
public:
    void add(std::string_view text); ///< as it is
    void add(float number);
    /// As a file or a record spells it, in a column of that type.
    void addCell(ColumnType type, std::string_view cell, char decimal);
    [[nodiscard]] std::uint64_t hash() const { return m_hash; }

private:
    std::uint64_t m_hash = 0xCBF29CE484222325ULL;
};

/// The part that a cell of SplitKind::Column names: train, training, learn; validation, valid, val, dev; test, testing,
/// holdout. Nullopt for other words.
std::optional<SplitPart> partNamed(std::string_view cell);

/// Which rows score: a function of a row's content and the seed alone. Of a drawn split the rows whose hash is below a
/// limit do, so equal rows, or those of one group, cannot part; the limits are chosen so that the shares are right
/// (SplitSketch). Kept as JSON, it tells the same of the same rows ever after. Immutable; any thread.
class SplitRule
{
public:
    [[nodiscard]] const SplitSpec& spec() const { return m_spec; }
    /// SplitPart::Test for rows that score. A row without a time, or with a word that names no part, is learnt.
    [[nodiscard]] SplitPart partOf(const SplitRow& row) const;

    friend nlohmann::json toJson(const SplitRule& rule);
    friend Result<SplitRule> splitRuleFromJson(const nlohmann::json& json);

private:
    friend class SplitSketch;
    [[nodiscard]] std::uint64_t hashOfRow(const SplitRow& row) const;
    [[nodiscard]] std::uint64_t hashOfGroup(std::string_view cell) const;
    [[nodiscard]] std::uint32_t stratumOf(float target) const;
    [[nodiscard]] std::optional<double> timeOf(std::string_view cell) const;

    SplitSpec m_spec;
    bool m_ofValues = false;                                 ///< strata are of a regression: tenths of its values,
    std::vector<float> m_edges;                              ///< between which these stand
    std::vector<std::uint64_t> m_limits;                     ///< by stratum; one where there are no strata
    std::vector<std::uint64_t> m_learnt;                     ///< groups too large to score
    const DateSpelling* m_dates = nullptr;                   ///< of the times; null: they are numbers
    char m_decimal = '.';                                    ///< of times and groups that are numbers
    double m_from = std::numeric_limits<double>::infinity(); ///< the first time that scores
};
nlohmann::json toJson(const SplitRule& rule);
/// ErrorCode::BadData for what is none.
Result<SplitRule> splitRuleFromJson(const nlohmann::json& json);

/// One pass over the rows that are to be parted, from which the rule follows. Takes 16 bytes a row at most; by group as
/// much a group; by column nothing.
class SplitSketch
{
public:
    SplitSketch(SplitSpec spec, TaskKind task, char decimal);

    /// ErrorCode::BadData where the cell says nothing that the split can go by: "'abc' is no date".
    Status add(const SplitRow& row);
    /// Once all rows were added. ErrorCode::BadData where one side would have none.
    Result<SplitRule> rule();

    [[nodiscard]] std::int64_t rows() const { return m_rows; }
    [[nodiscard]] std::int64_t withoutTime() const { return m_withoutTime; }
    /// Of a drawn split, once there is a rule: more than nine in ten rows are copies of others. Then the table has few
    /// different rows, and those that are not learnt would be missed: such rows are better drawn one by one.
    [[nodiscard]] bool isMostlyCopies() const;
    /// Different rows, or groups.
    [[nodiscard]] std::int64_t different() const { return m_different; }
    /// Of SplitKind::Column, those of a part.
    [[nodiscard]] std::int64_t named(SplitPart part) const { return m_named[static_cast<std::size_t>(part)]; }

private:
    /// Rows that cannot part.
    struct Bundle {
        std::uint64_t hash = 0;
        std::uint32_t stratum = 0, rows = 1;
    };
    /// A way to read the times, and what it has read.
    struct Times {
        const DateSpelling* spelling = nullptr;
        std::vector<double> values{};
    };
    Status addTime(std::string_view cell);
    Status addNamed(std::string_view cell);
    Status setTime(SplitRule& rule);
    void setLimits(SplitRule& rule);
    void setEdges(SplitRule& rule);
    void leaveOutLargeGroups(SplitRule& rule);
    [[nodiscard]] std::int64_t rowsThatScore(std::int64_t rows) const;
    [[nodiscard]] std::uint64_t limitOf(std::span<const Bundle> bundles) const;
    Status checkGroups() const;

    SplitRule m_rule;
    std::vector<Bundle> m_bundles;
    std::vector<float> m_targets; ///< of a regression
    std::unordered_map<std::uint64_t, std::uint32_t> m_groups;
    std::vector<Times> m_times;
    std::int64_t m_rows = 0, m_withoutTime = 0, m_timed = 0, m_different = 0;
    std::array<std::int64_t, 3> m_named{};
};

} // namespace millrace
