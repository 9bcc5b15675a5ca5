// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/Rng.h"
#include "data/RawRow.h"
#include "data/Task.h"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace millrace
{

/// How well each column alone tells the label: from a seeded sample of the rows (Vitter 1985, algorithm R), at most
/// 20,000 of them and 2 million cells. One thread.
class LabelSketch
{
public:
    /// targets: of a row; several are a regression's.
    LabelSketch(std::size_t columns, TaskKind task, std::uint64_t seed, std::size_t targets = 1);

    /// The row has a cell for each column; targets are as the task has them.
    void add(const RawRow& row, std::span<const float> targets);
    void add(const RawRow& row, float target) { add(row, std::span(&target, 1)); }

    /// Of classes the area under the ROC curve (of more than two that of each of the five most frequent against the
    /// others, by their shares), of a regression R² (of several targets the highest): the better of what the column's
    /// numbers say as they are, and of what the groups of its values (levels, or up to 32 quantile bins, and "missing")
    /// have learnt of one half of the sample about the other. Nullopt where the sample is too small: below 40 rows, or
    /// 5 of a class.
    [[nodiscard]] std::optional<double> association(std::size_t column) const;
    /// Whether the label of a column of few numbers goes up and down with them as no low curve does, so that each may
    /// be a code: the test of lack of fit (Fisher 1922; Draper and Smith, "Applied Regression Analysis", 1.5) against a
    /// parabola, of up to four numbers a line; of classes for each of the five most frequent.
    [[nodiscard]] bool departsFromCurve(std::size_t column) const;
    /// "known before the outcome? Alone it tells the label with an AUC of 0.993": of a column above 0.98; else empty.
    [[nodiscard]] std::string question(std::size_t column) const;

private:
    struct Cell {
        double number = 0;
        std::uint64_t level = 0; ///< of a text its hash; kNumber and kMissing of others
    };
    static constexpr std::uint64_t kNumber = 0, kMissing = 1;

    [[nodiscard]] static Cell cellOf(const RawCell& cell);
    [[nodiscard]] std::vector<Cell> columnCells(std::size_t column) const;
    [[nodiscard]] static std::vector<std::uint64_t> groupsOf(const std::vector<Cell>& cells);
    [[nodiscard]] static std::vector<double> numbersOf(const std::vector<Cell>& cells);
    [[nodiscard]] std::vector<std::vector<double>> foretold() const;
    [[nodiscard]] double regression(const std::vector<Cell>& cells) const;
    [[nodiscard]] std::size_t rows() const { return m_targets.size() / m_ofRow; }
    [[nodiscard]] std::optional<double> classes(const std::vector<Cell>& cells) const;

    std::size_t m_columns, m_ofRow, m_most;
    TaskKind m_task;
    Rng m_rng;
    std::int64_t m_rows = 0;
    std::vector<Cell> m_cells;    ///< [sampled rows, columns]
    std::vector<float> m_targets; ///< [sampled rows, targets]
};

/// The area under the ROC curve, with half a win for equal values (Mann and Whitney 1947); NaN where one side is empty.
double rankAuc(std::span<const double> values, const std::vector<bool>& isPositive);

} // namespace millrace
