// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/Schema.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <stop_token>
#include <string_view>

namespace millrace
{

/// The distinct values of a label's column. Numbers are one value however they are spelled (1, 1.0, +1e0) where all
/// values are numbers; else values are texts without surrounding blanks. What is missing is no value, and neither is a
/// number that a 32-bit float cannot hold: infinite, or too large; a dash among numbers is missing, else a text.
class LabelValues
{
public:
    static constexpr std::size_t kMostCounted = 10'000; ///< distinct ones; beyond it is only known that there are more

    explicit LabelValues(char decimal = '.') : m_decimal(decimal) {}
    void add(std::string_view text);
    [[nodiscard]] std::size_t distinct() const { return areNumbers() ? m_numbers.size() : m_texts.size(); }
    [[nodiscard]] bool more() const { return distinct() > kMostCounted; }
    /// In order: numbers by value (each in its shortest spelling), texts alphabetically, by bytes. At most so many.
    [[nodiscard]] std::vector<std::string> first(std::size_t most) const;
    /// All are 0 or 1: the label is the class itself.
    [[nodiscard]] bool areZeroAndOne() const;
    [[nodiscard]] bool areNumbers() const { return m_allNumbers && !m_numbers.empty(); }
    /// All are whole numbers, and exactly those from 0 or 1 on.
    [[nodiscard]] bool countFromZeroOrOne() const;
    /// Few whole numbers from 0 or 1 on of which one is left out, 1 2 3 4 5 7: that one. Each has many rows, and none
    /// far more than another: numbers of anything that is counted end in a thin tail, codes need not.
    [[nodiscard]] std::optional<int> gapInCodes() const;

private:
    struct Number {
        std::string spelling; ///< the shortest
        std::int64_t rows = 0;
    };
    void addNumber(double number, std::string_view text);

    std::set<std::string, std::less<>> m_texts;
    std::map<double, Number> m_numbers; ///< by value; all digits count
    char m_decimal;
    bool m_allNumbers = true;
    std::string m_last; ///< seldom another one than before, in a sorted file
    std::optional<double> m_lastNumber;
};

inline constexpr std::size_t kMostLabelClasses = 1000;
/// Whole numbers are classes up to so many.
inline constexpr std::size_t kMostNumberedClasses = 20;

/// Gives the schema's label its task, its classes in the order of LabelValues, and how they are read. Texts, two
/// values, and few whole numbers that are exactly 0 to K − 1 or 1 to K, or codes with a gap, are classes; other numbers
/// are what is foretold; unless schema.labelUse says otherwise. The numbers 0 and 1 are classes 0 and 1. One value is
/// taken: anything else than 0 or 1 is class 0, and class 1 has no name. ErrorCode::BadData, naming the values, when
/// there are none, more classes than can be learnt, or texts that were to be numbers.
Status setClasses(Schema& schema, const LabelValues& values);

/// Makes the class of that value the one that is looked for, of two: it is class 1 then, and scores of one class,
/// probabilities and thresholds are of it. Where the classes are not known yet, setClasses() does it. ErrorCode::Usage
/// where there is no such class, or where there are not two.
Status choosePositive(Schema& schema, const std::string& value);

/// Why the label is what it is: "3 texts", "whole numbers from 0 to 9", "numbers that are no classes".
std::string labelReason(const Schema& schema, const LabelValues& values);

/// Makes the column the label, or takes the label away (−1), for the command line and the window. Columns that were
/// labels become features. The classes are unknown then: they are counted over the whole file.
void chooseLabel(Schema& schema, int column);
/// Makes these columns the labels; several are numbers to foretell, of which nothing is to be counted.
/// ErrorCode::Usage, and the schema as it was, where they cannot be.
Status chooseLabels(Schema& schema, const std::vector<int>& columns);

/// Counts the classes of the label over all rows of the file that can be used, where the schema does not know them.
Status countClasses(const std::filesystem::path& file, Schema& schema, const std::stop_token& stop);

} // namespace millrace
