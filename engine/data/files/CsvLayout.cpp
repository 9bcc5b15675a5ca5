// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/files/CsvLayout.h"

#include "data/Cell.h"

#include <algorithm>
#include <array>

namespace millrace
{

std::span<const SeparatorName> separatorNames()
{
    static constexpr std::array<SeparatorName, 5> kNames = {{{',', "comma", "commas"},
                                                             {';', "semicolon", "semicolons"},
                                                             {'\t', "tab", "tabs"},
                                                             {'|', "pipe", "vertical bars"},
                                                             {kBlanks, "blanks", "blanks"}}};
    return kNames;
}

std::string separatorName(char separator)
{
    const auto known = std::ranges::find(separatorNames(), separator, &SeparatorName::separator);
    return known == separatorNames().end() ? std::string(1, separator) : known->one;
}

std::string separatorsName(char separator)
{
    const auto known = std::ranges::find(separatorNames(), separator, &SeparatorName::separator);
    return known == separatorNames().end() ? shown(std::string_view(&separator, 1)) : known->several;
}

void applyWish(CsvLayout& layout, const LayoutWish& wish)
{
    layout.separator = wish.separator.value_or(layout.separator);
    layout.decimal = wish.decimal.value_or(layout.decimal);
    layout.comment = wish.comment.value_or(layout.comment);
    layout.encoding = wish.encoding.value_or(layout.encoding);
    layout.header = wish.headerLine ? true : wish.header.value_or(layout.header);
    layout.skip = wish.headerLine ? *wish.headerLine - 1 : layout.skip;
}

} // namespace millrace
