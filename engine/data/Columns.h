// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace millrace
{

enum class ColumnRole { Label, Feature, Weight, Key, Spectator, Ignored };
enum class ColumnType { Number, Text };

struct Column {
    std::string name;
    ColumnType type = ColumnType::Number;
    ColumnRole role = ColumnRole::Feature;
    /// Its values are for learning alone: no preview, card, rejected file, log, report, prediction or tracker shows
    /// one.
    bool isPrivate = false;
};

/// A row of the table of roles, from which JSON, the command line's options and the window's choices are made.
struct ColumnRoleInfo {
    ColumnRole role;
    std::string name; ///< in JSON, and the option that gives it ("ignored": --ignore)
    std::string option;
    std::string help;    ///< what becomes of the column
    bool isOnce = false; ///< of one column at most
};
const std::vector<ColumnRoleInfo>& columnRoles();
const ColumnRoleInfo& roleInfo(ColumnRole role);

/// Whether the column stands in an object of JSON that is called so: "meta.user" in "meta".
bool isPartOf(std::string_view column, std::string_view object);

/// Not the label and the key: classes are shown everywhere, and predictions carry the key of their record.
bool mayBePrivate(ColumnRole role);
/// Why these may not.
inline constexpr auto kWhyNotPrivate = "reports name the label's classes, and predictions carry the record's key";

} // namespace millrace
