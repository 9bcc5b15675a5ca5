// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/DecodeProblem.h"
#include "data/files/CsvReader.h"

namespace millrace
{

/// Turns rows into numbers: features [featureCount] and label (0 or 1). NaN, inf and a missing value are problems.
/// Under a schema without a label column every label is NaN. Thread-safe.
class RowDecoder
{
public:
    explicit RowDecoder(Schema schema);
    [[nodiscard]] int featureCount() const { return static_cast<int>(m_features.size()); }
    bool decode(const CsvRow& row, std::span<float> features, float& label, DecodeProblem& problem) const;
    /// The label's text, for counting the classes, of a row of which decode() said so. Empty where there is no label,
    /// or something else of the row cannot be used: such a row has no say in what the classes are.
    [[nodiscard]] std::string_view countedLabel(const CsvRow& row, bool good, const DecodeProblem& problem,
                                                std::span<float> scratch) const;

private:
    bool decodeFeatures(const CsvRow& row, std::span<float> features, DecodeProblem& problem) const;
    [[nodiscard]] int classOf(std::string_view text) const; ///< of a label's text: 0, 1, or −1 for neither

    Schema m_schema;
    std::vector<int> m_features;
    int m_label;
    std::vector<float> m_classNumbers; ///< by class, where both classes are numbers; NaN where there is no such class
};

} // namespace millrace
