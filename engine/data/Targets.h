// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/RawRow.h"
#include "data/Task.h"

#include <functional>
#include <optional>
#include <string_view>
#include <unordered_map>

namespace millrace
{

/// Reads the targets of a task: of classes the index of the one that is named (numbers by value where all names are
/// numbers, with all their digits, however they are spelled), of a regression the number. Two classes that have names
/// are also told by 0 and 1. Immutable, any thread.
class TargetReader
{
public:
    explicit TargetReader(const Task& task);

    /// Nullopt for what is no target. Surrounding blanks do not count.
    [[nodiscard]] std::optional<float> read(std::string_view text, char decimal = '.') const;
    [[nodiscard]] std::optional<float> read(const RawCell& cell) const;
    [[nodiscard]] std::optional<float> read(float number) const;
    /// "0 or 1", "no or yes", "one of 12 classes (a, b, c, …)", "a number".
    [[nodiscard]] const std::string& expected() const { return m_expected; }

private:
    struct Hash : std::hash<std::string_view> {
        using is_transparent = void;
    };

    bool m_isNumber = false; ///< of a regression
    std::unordered_map<std::string, float, Hash, std::equal_to<>> m_names;
    [[nodiscard]] std::optional<float> indexOf(double number) const;

    std::vector<std::pair<double, float>> m_numbers; ///< value and index, by value; where all names are numbers
    std::string m_expected;
};

} // namespace millrace
