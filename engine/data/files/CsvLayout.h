// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace millrace
{

/// As a separator: one or several blanks or tabs, also before the first field and behind the last.
constexpr char kBlanks = ' ';

/// How the bytes of a table become rows of fields.
struct CsvLayout {
    char separator = ',';
    bool header = false;           ///< the first row names the columns
    char decimal = '.';            ///< or ','
    std::string comment{};         ///< lines that begin with it are passed over; empty: none are
    std::string encoding{"UTF-8"}; ///< see base/Encoding.h
    std::int64_t skip = 0;         ///< so many lines stand before the header or the first row
    bool rowNames = false;         ///< the header leaves the first column out, which names the rows, as R writes it
    /// Of a file of JSON records, where they stand in the columns' order; keys of objects within are "a.b". Empty: the
    /// file is no JSON. Only the encoding above counts then.
    std::vector<std::string> jsonKeys{};
    [[nodiscard]] bool isJson() const { return !jsonKeys.empty(); }
    /// Files of the same columns that go on where the first one ends (TableFiles.h). Of the table here: no topic's card
    /// holds them.
    std::vector<std::filesystem::path> more{};
};

/// What a person says of a file's layout; the rest is found by looking.
struct LayoutWish {
    std::optional<char> separator{}, decimal{};
    std::optional<std::string> comment{}, encoding{};
    std::optional<bool> header{};
    std::optional<std::int64_t> headerLine{}; ///< from 1: what stands before it is passed over
};

/// A layout that somebody gave, with what is wished in its place.
void applyWish(CsvLayout& layout, const LayoutWish& wish);

/// What a separator is called: {';', "semicolon", "semicolons"}.
struct SeparatorName {
    char separator;
    const char *one, *several;
};
std::span<const SeparatorName> separatorNames();
/// "semicolon", or the character itself.
std::string separatorName(char separator);
/// "semicolons", or the character itself.
std::string separatorsName(char separator);

} // namespace millrace
