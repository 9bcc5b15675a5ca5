// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/Targets.h"

#include "base/Text.h"
#include "data/Cell.h"

#include <algorithm>

namespace millrace
{
namespace
{

constexpr std::size_t kClassesNamed = 10;

std::string expectedOf(const Task& task)
{
    if (task.kind == TaskKind::Regression)
        return "a number";
    if (task.classes.empty())
        return "0 or 1";
    std::vector<std::string> names = task.classes;
    std::erase(names, ""); // there is one class only
    if (names.size() <= 2)
        return joined(names, " or ");
    const auto count = static_cast<std::int64_t>(names.size());
    return "one of " + formatCount(count) + " classes (" + firstOf(std::move(names), kClassesNamed) + ")";
}

} // namespace

TargetReader::TargetReader(const Task& task)
    : m_isNumber(task.kind == TaskKind::Regression), m_expected(expectedOf(task))
{
    if (task.kind == TaskKind::Binary && task.classes.empty())
        m_numbers = {{0, 0}, {1, 1}};
    for (const std::string& name : task.classes)
        if (!name.empty())
            m_names.emplace(trimmed(name), static_cast<float>(&name - task.classes.data()));
    const auto isNumberName = [](const auto& each) { return parseDoubleCell(each.first, '.').has_value(); };
    if (std::ranges::all_of(m_names, isNumberName))
        for (const auto& [name, index] : m_names)
            m_numbers.emplace_back(*parseDoubleCell(name, '.'), index);
    else if (task.kind == TaskKind::Binary && std::ranges::none_of(m_names, isNumberName))
        m_numbers = {{0, 0}, {1, 1}}; // as keys of earlier builds have them
    std::ranges::sort(m_numbers);
}

std::optional<float> TargetReader::read(std::string_view text, char decimal) const
{
    const std::string_view word = trimmed(text);
    if (const auto named = m_names.find(word); named != m_names.end())
        return named->second;
    float held = 0;
    if ((!m_isNumber && m_numbers.empty()) || !parseCell(word, held, decimal))
        return std::nullopt;
    return m_isNumber ? held : indexOf(parseDoubleCell(word, decimal).value_or(static_cast<double>(held)));
}

std::optional<float> TargetReader::read(float number) const
{
    return m_isNumber ? number : indexOf(static_cast<double>(number));
}

std::optional<float> TargetReader::indexOf(double number) const
{
    const auto found = std::ranges::lower_bound(m_numbers, number, {}, &std::pair<double, float>::first);
    return found != m_numbers.end() && found->first == number ? std::optional(found->second) : std::nullopt;
}

std::optional<float> TargetReader::read(const RawCell& cell) const
{
    switch (cell.kind) {
    case RawCell::Kind::Missing:
        return std::nullopt;
    case RawCell::Kind::Number:
        return read(cell.number);
    case RawCell::Kind::Text:
        break;
    }
    return read(cell.text);
}

} // namespace millrace
