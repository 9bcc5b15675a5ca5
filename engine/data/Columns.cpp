// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/Columns.h"

#include <algorithm>

namespace millrace
{

const std::vector<ColumnRoleInfo>& columnRoles()
{
    static const std::vector<ColumnRoleInfo> table = {
        {ColumnRole::Label, "label", "label", "what is to be foretold; of numbers several columns may be", false},
        {ColumnRole::Feature, "feature", "features", "what it is foretold from", false},
        {ColumnRole::Weight, "weight", "weight", "how much a row counts; no feature", true},
        {ColumnRole::Key, "key", "key", "the key of a row's message; no feature", true},
        {ColumnRole::Spectator, "spectator", "spectator", "carried along to the predictions; no feature", false},
        {ColumnRole::Ignored, "ignored", "ignore", "left out", false}};
    return table;
}

const ColumnRoleInfo& roleInfo(ColumnRole role)
{
    return *std::ranges::find(columnRoles(), role, &ColumnRoleInfo::role);
}

bool isPartOf(std::string_view column, std::string_view object)
{
    return column.size() > object.size() && column.starts_with(object) && column[object.size()] == '.';
}

bool mayBePrivate(ColumnRole role)
{
    return role != ColumnRole::Label && role != ColumnRole::Key;
}

} // namespace millrace
