// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/encoders/AutoEncoders.h"
#include "data/files/CsvReader.h"

namespace millrace
{

/// What will be proposed for the columns of a file, before any of it is published: as a training would, from a part of
/// its rows. These are its first ones, then one in two, one in four and so on, as many of each, so that the pass stays
/// short, and what stands far behind has a say.
class FilePlans
{
public:
    explicit FilePlans(const Schema& schema);
    /// A row that can be used, and its targets, one a label; NaN where the file has none.
    void add(const CsvRow& row, std::span<const float> targets);
    /// By the schema's columns; nullopt of labels. None where no row was added.
    [[nodiscard]] Result<std::vector<std::optional<ColumnPlan>>> propose() const;

private:
    [[nodiscard]] bool isTaken();
    void takeCell(std::size_t place, std::string_view text);

    const Schema& m_schema;
    std::vector<int> m_columns;
    TableSketch m_table;
    LabelSketch m_labels;
    std::uint64_t m_rows = 0;
    int m_halvings = 0;               ///< of the share of rows that is taken
    std::int64_t m_taken = 0, m_most; ///< since the last one, at most so many
    RawRow m_row;
    std::vector<std::string> m_texts; ///< with the decimal point that an encoder expects
};

} // namespace millrace
