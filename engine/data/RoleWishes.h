// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/Error.h"
#include "data/Schema.h"

#include <map>

namespace millrace
{

/// The label of a table that has none.
inline constexpr auto kNoLabel = "none";

/// Roles that somebody gives to columns by name, over those that were guessed.
struct RoleWishes {
    std::map<ColumnRole, std::vector<std::string>> roles; ///< not the label's
    std::vector<std::string> privates;                    ///< these are private as well, whatever their role
    std::string label{};                                  ///< as labelColumnsIn() takes it; empty: as it is
    [[nodiscard]] bool any() const { return !roles.empty() || !privates.empty() || !label.empty(); }
};

/// A name of an object of JSON stands for all columns in it ("meta" for "meta.user" and "meta.age"), save those that
/// are named themselves, and the label. Where features are named, no other column is one: the others are ignored. A
/// weight or key that was another's makes that a feature. ErrorCode::Usage, and the schema as it was, where a name is
/// not known (with the nearest one), a column is to have two roles, or cannot have the one it is to have.
Status giveRoles(Schema& schema, const RoleWishes& wishes);

/// The columns of a list of labels: kNoLabel, a column's name, or several by commas. ErrorCode::Usage names what is no
/// column.
Result<std::vector<int>> labelColumnsIn(const Schema& schema, const std::string& list);

/// Why the column cannot have the role; empty where it can. As for what its values are.
std::string whyNotRole(const Column& column, ColumnRole role);

/// Gives a column its role, and whoever had it before, where only one may, becomes a feature; also other labels. Where
/// one of several labels gets another role, the others stay.
void giveRole(Schema& schema, int column, ColumnRole role);

/// "age, \"last, first\"": names by commas, quoted where they hold one.
std::vector<std::string> columnNamesIn(std::string_view list);

} // namespace millrace
