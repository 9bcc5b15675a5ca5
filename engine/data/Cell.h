// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace millrace
{

/// Without surrounding spaces and tabs.
std::string_view trimmed(std::string_view text);

/// Empty, or what tables write for "no value": NA, N/A, N.A., #N/A, NaN, null, None, ?, and a dash, two, or a point.
bool isMissing(std::string_view text);
/// The same of a label, where a dash or a point may be a class: + and −.
bool isMissingLabel(std::string_view text);

/// Whether the text is a number at all; NaN and infinity count.
bool isNumber(std::string_view text, char decimal = '.');

/// Whether the text can only be a whole number whose thousands the mark sets apart: 1.160.366, not 12.593.
bool hasThousandsMarks(std::string_view text, char mark);

/// A field as a finite 32-bit float; surrounding spaces and a leading '+' are accepted. Never uses the locale. Where
/// the decimal mark is a comma, a point is none: whether 1.234 is 1234 there cannot be told.
bool parseCell(std::string_view text, float& value, char decimal = '.');
/// The same with all its digits, for what a float cannot tell apart.
std::optional<double> parseDoubleCell(std::string_view text, char decimal);

/// The finite 32-bit float that the text begins with, and where it ends; null where there is none.
const char* parseNumberAt(const char* begin, const char* end, float& value);

/// The shortest spelling that reads back as the same float, or double; whole numbers have all their digits and no
/// fraction ("100000", "0.1", "1e+20"), and there is no −0. Allocates nothing.
class NumberText
{
public:
    explicit NumberText(float value);
    explicit NumberText(double value);
    [[nodiscard]] std::string_view view() const { return {m_text.data(), m_size}; }
    [[nodiscard]] std::string text() const { return std::string(view()); }

private:
    std::array<char, 32> m_text{};
    std::size_t m_size = 0;
};

/// Why parseCell refused: "'abc' is not a number"; a spelling that people use is named.
std::string cellProblem(std::string_view text, char decimal = '.');

/// The same without the text: "is not a number".
std::string cellProblemKind(std::string_view text, char decimal = '.');

/// The text between single quotes for a message: shortened, without control characters.
std::string shown(std::string_view text);

/// "column 3 (lepton_1_phi): "; index counts from 0.
std::string columnPrefix(int index, const std::string& name);
/// "lepton_1_phi", or "column 3" where it has no name.
std::string columnTitle(int index, const std::string& name);

} // namespace millrace
