// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <span>

/// How much one column tells of the label: one number from 0 (nothing) to 1 (everything), by which columns are ordered.
/// It looks at the column alone, so two columns that tell only together have none; and by the rows of a sample, so it
/// is no score. Rows in which the column has no value are left out. nullopt where there is nothing to compare: fewer
/// than 10 rows, one class, one value, or as many groups as rows.
///
/// | column | label | |
/// |---|---|---|
/// | numbers | 2 classes | abs(2 AUC − 1), with AUC = U / (n0 n1) of Mann and Whitney (1947), ties half |
/// | numbers | more classes | ε² of the ranks by class: Kelley's (1935) correction for chance of η², as Kruskal and
/// Wallis (1952) rank | | numbers | a number | ε² of the target by bins of equally many rows, at most 24: R² of a step
/// function, corrected likewise | | levels | 2 classes | max(0, 2 AUC − 1) of the share of class 1 that a row's level
/// has in the other half of the rows | | levels | more classes | τ of Goodman and Kruskal (1954), corrected likewise |
/// | levels | a number | ε² of the target by level |
namespace millrace
{

/// values: NaN is none. classes: [values], from 0 on.
std::optional<double> numbersWithClasses(std::span<const float> values, std::span<const int> classes);
std::optional<double> numbersWithTarget(std::span<const float> values, std::span<const float> targets);
/// levels: numbered from 0 on, −1 is none.
std::optional<double> levelsWithClasses(std::span<const int> levels, std::span<const int> classes);
std::optional<double> levelsWithTarget(std::span<const int> levels, std::span<const float> targets);

} // namespace millrace
