// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/splits/SplitAdvice.h"

#include "base/Hash.h"
#include "base/Text.h"
#include "data/Cell.h"
#include "data/splits/SplitRule.h"

#include <algorithm>
#include <cmath>

namespace millrace
{
namespace
{

constexpr double kNearlyAlways = 0.95;
constexpr std::int64_t kFewestSteps = 10;      ///< in time: of fewer nothing can be said
constexpr std::size_t kFewestEntities = 5;     ///< of fewer, one side would have hardly any
constexpr std::size_t kFewestIds = 33;         ///< with fewer values it is a category like others
constexpr std::size_t kMostValues = 1'000'000; ///< that are told apart
constexpr std::int64_t kFewestRowsAValue = 2;

bool isOneOf(const std::string& word, std::span<const std::string_view> words)
{
    return std::ranges::find(words, word) != words.end();
}

bool isTime(const std::vector<std::string>& words)
{
    static constexpr std::array<std::string_view, 7> kWords = {"date",  "time", "timestamp", "datetime",
                                                               "epoch", "year", "ts"};
    return std::ranges::any_of(words, [](const std::string& word) { return isOneOf(word, kWords); });
}

/// Who has several rows.
bool isEntity(const std::vector<std::string>& words)
{
    static constexpr std::array<std::string_view, 24> kWords = {
        "user",   "patient", "subject",   "person",  "customer", "client",      "member", "session",
        "group",  "groups",  "household", "family",  "student",  "participant", "device", "account",
        "player", "driver",  "speaker",   "visitor", "donor",    "animal",      "author", "userid"};
    return std::ranges::any_of(words, [](const std::string& word) { return isOneOf(word, kWords); });
}

bool isId(const std::vector<std::string>& words)
{
    static constexpr std::array<std::string_view, 4> kWords = {"id", "ids", "uid", "uuid"};
    return std::ranges::any_of(words, [](const std::string& word) { return isOneOf(word, kWords); });
}

} // namespace

nlohmann::json toJson(const std::optional<SplitAdvice>& advice)
{
    if (!advice)
        return nullptr;
    return {{"kind", infoOf(advice->kind).name}, {"column", advice->column}, {"reason", advice->reason}};
}

SplitAdvisor::SplitAdvisor(const Schema& schema) : m_decimal(schema.decimal)
{
    for (std::size_t i = 0; i < schema.columns.size(); ++i) {
        const Column& column = schema.columns[i];
        if (column.role == ColumnRole::Label)
            continue;
        const auto words = wordsOfName(column.name);
        Look look;
        look.column = i;
        look.name = column.name;
        look.isEntity = isEntity(words);
        look.mayBePart = column.type == ColumnType::Text;
        look.mayBeGroup = look.isEntity || isId(words);
        if (isTime(words))
            look.times.push_back({});
        if (column.type == ColumnType::Text)
            for (const DateSpelling& spelling : dateSpellings())
                if (spelling.isRecognizable)
                    look.times.push_back({&spelling});
        if (look.mayBePart || look.mayBeGroup || !look.times.empty())
            m_looks.push_back(std::move(look));
    }
}

void SplitAdvisor::add(std::span<const std::string_view> fields)
{
    ++m_rows;
    for (Look& look : m_looks) {
        if (look.column >= fields.size() || isMissing(fields[look.column]))
            continue;
        const std::string_view cell = trimmed(fields[look.column]);
        if (look.mayBePart)
            addPart(look, cell);
        addTime(look, cell);
        if (look.mayBeGroup)
            addGroup(look, cell);
    }
}

void SplitAdvisor::addPart(Look& look, std::string_view cell) const
{
    const auto part = partNamed(cell);
    look.mayBePart = part.has_value();
    if (part)
        ++look.parts[static_cast<std::size_t>(*part)];
}

void SplitAdvisor::addTime(Look& look, std::string_view cell) const
{
    std::erase_if(look.times, [&](Times& each) {
        std::optional<double> time;
        if (each.dates == nullptr)
            time = parseDoubleCell(cell, m_decimal);
        else if (const auto date = each.dates->parse(cell))
            time = static_cast<double>(*date);
        if (!time)
            return true;
        each.rose += each.before && *each.before < *time ? 1 : 0;
        each.fell += each.before && *each.before > *time ? 1 : 0;
        each.before = time;
        return false;
    });
}

void SplitAdvisor::addGroup(Look& look, std::string_view cell) const
{
    if (const auto number = parseDoubleCell(cell, m_decimal); number && *number != std::floor(*number))
        look.mayBeGroup = false; // a measurement
    else if (look.values.size() < kMostValues)
        look.values.insert(hashOf(cell));
}

std::optional<SplitAdvice> SplitAdvisor::advice() const
{
    for (const Look& look : m_looks)
        if (look.mayBePart && look.parts[static_cast<std::size_t>(SplitPart::Train)] > 0 &&
            look.parts[static_cast<std::size_t>(SplitPart::Test)] > 0)
            return SplitAdvice{SplitKind::Column, look.name, "column " + look.name + " says train or test of each row"};
    for (const Look& look : m_looks)
        if (std::ranges::any_of(look.times, [](const Times& each) {
                const std::int64_t ordered = std::max(each.rose, each.fell), steps = each.rose + each.fell;
                return ordered >= kFewestSteps &&
                       static_cast<double>(ordered) >= kNearlyAlways * static_cast<double>(steps);
            }))
            return SplitAdvice{SplitKind::Time, look.name,
                               "the rows are ordered by column " + look.name +
                                   ": drawn at random, test rows would lie among the times that are learnt, and not "
                                   "after them as what is to be predicted does"};
    for (const Look& look : m_looks) {
        const auto values = static_cast<std::int64_t>(look.values.size());
        if (look.mayBeGroup && look.values.size() >= (look.isEntity ? kFewestEntities : kFewestIds) &&
            look.values.size() < kMostValues && values * kFewestRowsAValue <= m_rows)
            return SplitAdvice{SplitKind::Group, look.name,
                               "column " + look.name + " has " + formatCount(values) + " values in " +
                                   formatCount(m_rows) +
                                   " rows: drawn at random, rows of one value would be learnt and tested, and it "
                                   "would be recognized and not foretold"};
    }
    return std::nullopt;
}

} // namespace millrace
