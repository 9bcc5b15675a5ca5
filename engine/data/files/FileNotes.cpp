// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/files/FileNotes.h"

#include "base/Encoding.h"
#include "base/Text.h"
#include "data/Cell.h"
#include "data/files/CsvReader.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

namespace millrace
{
namespace
{

/// Fewer distinct floats than this share of the distinct values: they are not told apart. Measurements with many digits
/// lose a few by chance.
constexpr double kToldApart = 0.95;
/// Above it a float holds not every whole number.
constexpr double kWholeNumbers = 16'777'216;

float asFloat(double value)
{
    return static_cast<float>(value);
}

/// Distinct values, sorted, and what is left of them as floats.
struct Distinct {
    explicit Distinct(std::span<const double> sample) : values(sample.begin(), sample.end())
    {
        std::ranges::sort(values);
        values.erase(std::unique(values.begin(), values.end()), values.end());
        floats = 1;
        for (std::size_t i = 1; i < values.size(); ++i) {
            const bool same = asFloat(values[i]) == asFloat(values[i - 1]);
            floats += same ? 0 : 1;
            if (same && !pair)
                pair = i;
        }
    }
    std::vector<double> values;
    std::size_t floats = 0;
    std::optional<std::size_t> pair; ///< of the first two that become one, the second
};

std::optional<FileNote> indistinctNote(int column, const Distinct& distinct)
{
    const auto count = static_cast<double>(distinct.values.size());
    if (!distinct.pair || static_cast<double>(distinct.floats) >= kToldApart * count)
        return std::nullopt;
    return FileNote{"float32", column,
                    "a 32-bit float cannot tell its values apart: " + std::to_string(distinct.values.size()) +
                        " different ones become " + std::to_string(distinct.floats) + ", " +
                        NumberText(distinct.values[*distinct.pair - 1]).text() + " and " +
                        NumberText(distinct.values[*distinct.pair]).text() +
                        " are the same to a model. Subtract a base before (of times, the first one), or leave it out"};
}

std::optional<FileNote> lostDigitsNote(int column, const Distinct& distinct)
{
    const auto lost = [](double value) {
        return std::abs(value) > kWholeNumbers && value == std::trunc(value) &&
               static_cast<double>(asFloat(value)) != value && std::abs(value) < 1e18;
    };
    const auto count = std::ranges::count_if(distinct.values, lost);
    if (count * 2 < static_cast<std::ptrdiff_t>(distinct.values.size()) || count == 0)
        return std::nullopt;
    const double example = *std::ranges::find_if(distinct.values, lost);
    return FileNote{"float32", column,
                    "its whole numbers lose digits as 32-bit floats: " + NumberText(example).text() + " becomes " +
                        NumberText(static_cast<double>(asFloat(example))).text() +
                        ". Leave it out if it is an identifier"};
}

} // namespace

std::vector<FileNote> layoutNotes(const Schema& schema)
{
    std::vector<FileNote> notes;
    const auto add = [&](const char* kind, std::string text) { notes.push_back({kind, -1, std::move(text)}); };
    if (schema.encoding != kUtf8)
        add("encoding", "the text is read as " + schema.encoding);
    if (schema.separator != ',')
        add("separator", "fields are separated by " + separatorsName(schema.separator));
    if (schema.decimal == ',')
        add("decimal", "the decimal comma is read as a point: 0,5 is 0.5");
    if (!schema.comment.empty())
        add("comment", "lines that begin with " + schema.comment + " are comments and are passed over");
    if (schema.skip > 0)
        add("preamble", schema.skip == 1 ? "line 1 is no part of the table and is passed over"
                                         : "the first " + formatCount(schema.skip) +
                                               " lines are no part of the table and are passed over");
    if (schema.rowNames)
        add("row names", "the header has " + std::to_string(schema.columns.size() - 1) + " names, the rows " +
                             std::to_string(schema.columns.size()) +
                             " columns: the first column is taken as the rows' names and left out");
    return notes;
}

std::vector<FileNote> leftOutNotes(const Schema& schema)
{
    std::vector<FileNote> notes;
    for (std::size_t i = 0; i < schema.columns.size(); ++i)
        if (schema.columns[i].role == ColumnRole::Ignored && schema.columns[i].name == kRowNumber)
            notes.push_back({"left out", static_cast<int>(i), "it is left out: it counts the rows"});
    return notes;
}

std::vector<FileNote> floatNotes(int column, std::span<const double> sample, double minimum, double maximum)
{
    std::vector<FileNote> notes;
    if (sample.empty())
        return notes;
    const Distinct distinct(sample);
    if (auto note = indistinctNote(column, distinct))
        notes.push_back(std::move(*note));
    else if (auto digits = lostDigitsNote(column, distinct))
        notes.push_back(std::move(*digits));
    const double largest = std::max(std::abs(minimum), std::abs(maximum));
    if (largest > std::sqrt(static_cast<double>(std::numeric_limits<float>::max())))
        notes.push_back(
            {"overflow", column,
             "its values go up to " + NumberText(largest).text() +
                 ", whose square is too large for a 32-bit float: a loss on it will not stay finite. Divide "
                 "it before, or leave it out"});
    if (minimum == maximum && sample.size() > 1)
        notes.push_back(
            {"constant", column, "it holds one value only, " + NumberText(minimum).text() + ", and says nothing"});
    return notes;
}

} // namespace millrace
