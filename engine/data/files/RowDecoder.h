// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/DecodeProblem.h"
#include "data/Targets.h"
#include "data/files/CsvReader.h"

#include <algorithm>

namespace millrace
{

/// Turns rows into numbers: those of the features that are numbers [featureCount], and the targets, one a label. What
/// is missing is NaN; a text in a column of numbers, NaN or an infinity are problems. Under a schema without a label
/// column the only target is NaN. Thread-safe.
class RowDecoder
{
public:
    explicit RowDecoder(Schema schema);
    /// The columns whose numbers a row becomes, as the schema counts them.
    [[nodiscard]] const std::vector<int>& columns() const { return m_features; }
    [[nodiscard]] std::size_t tableColumns() const { return m_schema.columns.size(); } ///< that a row has
    [[nodiscard]] int featureCount() const { return static_cast<int>(m_features.size()); }
    [[nodiscard]] std::size_t labelCount() const { return std::max<std::size_t>(m_labels.size(), 1); }
    /// features [featureCount()], labels [labelCount()].
    bool decode(const CsvRow& row, std::span<float> features, std::span<float> labels, DecodeProblem& problem) const;
    /// Under a schema of one label at most.
    bool decode(const CsvRow& row, std::span<float> features, float& label, DecodeProblem& problem) const
    {
        return decode(row, features, std::span(&label, 1), problem);
    }
    /// The label's text, for counting the classes, of a row of which decode() said so. Empty where there is no label,
    /// or something else of the row cannot be used: such a row has no say in what the classes are.
    [[nodiscard]] std::string_view countedLabel(const CsvRow& row, bool good, const DecodeProblem& problem,
                                                std::span<float> scratch) const;

private:
    bool decodeFeatures(const CsvRow& row, std::span<float> features, DecodeProblem& problem) const;
    bool decodeLabel(const CsvRow& row, int column, float& label, DecodeProblem& problem) const;

    Schema m_schema;
    std::vector<int> m_features;
    std::vector<int> m_labels;
    TargetReader m_targets;
};

/// Whether the row has the schema's fields; else, and where its reader found a problem, the problem is filled.
bool hasFields(const CsvRow& row, const Schema& schema, DecodeProblem& problem);

/// The columns of numbers among the features.
std::vector<int> numberColumns(const Schema& schema);

} // namespace millrace
