// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/Schema.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <set>
#include <stop_token>
#include <string_view>

namespace millrace
{

/// The distinct values of a label's column. Numbers are one value however they are spelled (1, 1.0, +1e0) where all
/// values are numbers; else values are texts without surrounding blanks. What is missing is no value.
class LabelValues
{
public:
    static constexpr std::size_t kMostCounted = 10'000; ///< distinct ones; beyond it is only known that there are more

    void add(std::string_view text);
    [[nodiscard]] std::size_t distinct() const { return areNumbers() ? m_numbers.size() : m_texts.size(); }
    [[nodiscard]] bool more() const { return distinct() > kMostCounted; }
    /// In order: numbers by value (each in its shortest spelling), texts alphabetically, by bytes. At most so many.
    [[nodiscard]] std::vector<std::string> first(std::size_t most) const;
    /// All are 0 or 1: the label is the class itself.
    [[nodiscard]] bool areZeroAndOne() const;
    [[nodiscard]] bool areNumbers() const { return m_allNumbers && !m_numbers.empty(); }

private:
    std::set<std::string, std::less<>> m_texts;
    std::map<float, std::string> m_numbers; ///< the shortest spelling by value
    bool m_allNumbers = true;
    std::string m_last; ///< seldom another one than before, in a sorted file
};

/// Of more than two values: "has 3 values: a, b, c; Millrace tells two apart".
std::string tooManyClasses(const LabelValues& values);

/// Gives the schema's label its two classes, in the order of LabelValues, and how they are read. One value is taken:
/// the numbers 0 and 1 are classes 0 and 1, anything else is class 0, and class 1 has no name. ErrorCode::BadData,
/// naming the values, when there are none or more than two: Millrace learns two classes.
Status setClasses(Schema& schema, const LabelValues& values);

/// Makes the column the label, or takes the label away (−1), for the command line and the window. The column that was
/// the label becomes a feature, or ignored where it holds texts. The classes are unknown then: they are counted over
/// the whole file.
void chooseLabel(Schema& schema, int column);

/// Counts the classes of the label over all rows of the file that can be used, where the schema does not know them.
Status countClasses(const std::filesystem::path& file, Schema& schema, const std::stop_token& stop);

} // namespace millrace
