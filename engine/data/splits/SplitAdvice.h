// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/Schema.h"
#include "data/encoders/DateSpelling.h"
#include "data/splits/SplitSpec.h"

#include <functional>
#include <optional>
#include <span>
#include <unordered_set>

namespace millrace
{

/// The split that fits a table better than one that is drawn row by row, and why: for people.
struct SplitAdvice {
    SplitKind kind = SplitKind::Random;
    std::string column, reason;
};
nlohmann::json toJson(const std::optional<SplitAdvice>& advice); ///< {kind, column, reason}, or null

/// Looks at the rows of a table in their order. A column that names the part of each row decides; else one of dates, or
/// of numbers that is called time or date, that rises or falls from row to row nearly always; else one that is called
/// an id, or by who has several rows (user, patient, session), and whose values repeat. One thread.
class SplitAdvisor
{
public:
    explicit SplitAdvisor(const Schema& schema);

    /// The fields of a row, as the schema has its columns.
    void add(std::span<const std::string_view> fields);
    [[nodiscard]] std::int64_t rows() const { return m_rows; }
    /// Whether any column can be of use; else there is nothing to look at.
    [[nodiscard]] bool hasCandidates() const { return !m_looks.empty(); }
    /// Nullopt where nothing speaks against a random one.
    [[nodiscard]] std::optional<SplitAdvice> advice() const;

private:
    /// A way to read a column's times, and how they go.
    struct Times {
        const DateSpelling* dates = nullptr; ///< null: numbers
        std::optional<double> before{};
        std::int64_t rose = 0, fell = 0;
    };
    struct Look {
        std::size_t column = 0;
        std::string name;
        bool mayBePart = false, mayBeGroup = false, isEntity = false;
        std::array<std::int64_t, 3> parts{};
        std::vector<Times> times{}; ///< those that fit all cells so far; empty: they are none
        std::unordered_set<std::uint64_t> values;
    };
    void addPart(Look& look, std::string_view cell) const;
    void addTime(Look& look, std::string_view cell) const;
    void addGroup(Look& look, std::string_view cell) const;

    char m_decimal;
    std::vector<Look> m_looks;
    std::int64_t m_rows = 0;
};

} // namespace millrace
