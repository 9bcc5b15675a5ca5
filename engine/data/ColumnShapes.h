// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/Schema.h"
#include "data/files/CsvReader.h"

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <span>

namespace millrace
{

/// The classes that are told apart in pictures, while colours suffice; of more, the most frequent ones and all others
/// in one.
class DrawnClasses
{
public:
    static constexpr std::size_t kMost = 7;

    /// counts: rows by class. Without a class all rows are one.
    explicit DrawnClasses(const std::vector<std::int64_t>& counts = {});
    [[nodiscard]] std::size_t size() const { return m_classes.size(); }
    /// In the order in which they are drawn; −1 are all others.
    [[nodiscard]] const std::vector<int>& classes() const { return m_classes; }
    [[nodiscard]] std::size_t placeOf(int index) const;

private:
    std::vector<int> m_classes;
    std::vector<std::size_t> m_places; ///< by class
};

/// A target in some rows.
struct TargetSpread {
    std::int64_t rows = 0;
    double mean = 0, lower = 0, median = 0, upper = 0; ///< the quartiles; all 0 without rows
};

struct LevelShape {
    std::string text;
    std::int64_t rows = 0;
    std::vector<std::int64_t> byClass; ///< as DrawnClasses; empty of a regression
    TargetSpread target;               ///< of a regression
};

/// How a column looks beside the label, in the rows of a sample.
struct ColumnShape {
    static constexpr int kBins = 24;
    static constexpr std::size_t kMostLevels = 8;
    /// As DrawnClasses; of dates (numbers are counted over all rows, by ColumnSummary).
    std::vector<std::array<std::int64_t, kBins>> histogram;
    double from = 0, to = 0;           ///< the bins' outer borders; of dates in milliseconds since 1970, UTC
    bool isDates = false;              ///< texts that are dates
    std::vector<LevelShape> levels;    ///< of texts, the most frequent first
    std::int64_t distinct = 0;         ///< levels that there are
    std::int64_t otherRows = 0;        ///< whose level is not among these
    std::vector<TargetSpread> targets; ///< of a regression: by bin of numbers; empty otherwise
    std::optional<double> association; ///< Association.h; of features
};

nlohmann::json toJson(const ColumnShape& shape); ///< session/README.md has the fields

/// The first good rows of a table: 10,000, fewer of one that is very wide. One thread.
class ShapeSample
{
public:
    /// numberColumns: those of a row's numbers.
    ShapeSample(const Schema& schema, std::vector<int> numberColumns);
    /// label: the class, or the target; NaN without one.
    void add(const CsvRow& row, std::span<const float> numbers, float label);
    [[nodiscard]] std::size_t rows() const { return m_labels.size(); }
    [[nodiscard]] bool isFull() const { return rows() >= m_most; }
    [[nodiscard]] std::span<const float> numbers(std::size_t row) const;
    [[nodiscard]] int classOf(std::size_t row) const { return m_regression ? 0 : static_cast<int>(m_labels[row]); }
    /// By column of the schema.
    [[nodiscard]] std::vector<ColumnShape> shapes(const DrawnClasses& drawn) const;

private:
    struct Texts {
        int column = 0;
        std::map<std::string, int, std::less<>> numbers; ///< of the levels
        std::vector<const std::string*> levels;          ///< by number
        std::vector<int> rows;                           ///< the number of each row's level; −1 where there is none
    };
    void addText(Texts& texts, std::string_view text);
    [[nodiscard]] std::vector<float> column(std::size_t number) const;
    [[nodiscard]] ColumnShape shapeOfNumbers(std::size_t number) const;
    [[nodiscard]] ColumnShape shapeOfTexts(const Texts& texts, const DrawnClasses& drawn) const;
    [[nodiscard]] bool drawDates(const Texts& texts, const DrawnClasses& drawn, ColumnShape& shape) const;
    void drawLevels(const Texts& texts, const DrawnClasses& drawn, ColumnShape& shape) const;
    [[nodiscard]] std::vector<TargetSpread> spreads(const std::vector<int>& groups, std::size_t count) const;
    [[nodiscard]] std::vector<int> classes() const;

    std::vector<int> m_numberColumns;
    std::size_t m_columns, m_most;
    int m_label;
    bool m_regression;
    std::vector<float> m_numbers; ///< [rows, numberColumns]
    std::vector<float> m_labels;  ///< [rows]; 0 without a label
    std::vector<Texts> m_texts;
    std::size_t m_textBytes = 0;
};

} // namespace millrace
