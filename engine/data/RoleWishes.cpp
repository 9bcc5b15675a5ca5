// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/RoleWishes.h"

#include "base/Text.h"
#include "data/Cell.h"
#include "data/files/Classes.h"
#include "data/files/CsvFields.h"

#include <algorithm>
#include <set>

namespace millrace
{
namespace
{

/// The column of that name and, unless it can be one only, all that stand in an object of that name.
Result<std::vector<int>> columnsCalled(const Schema& schema, const std::string& name, const std::string& option,
                                       bool isOnce)
{
    std::vector<int> found;
    if (const int column = columnCalled(schema, name); column >= 0)
        found.push_back(column);
    for (std::size_t i = 0; i < schema.columns.size() && !isOnce; ++i)
        if (isPartOf(schema.columns[i].name, name))
            found.push_back(static_cast<int>(i));
    if (!found.empty())
        return found;
    const std::vector<std::string> names = schema.columnNames();
    return fail(ErrorCode::Usage, "There is no column '" + name + "' (" + option + ")",
                didYouMean(name, names, "The columns are " + joined(names)));
}

Status chooseLabelsCalled(Schema& schema, const std::string& list)
{
    const auto columns = labelColumnsIn(schema, list);
    if (!columns)
        return fail(columns.error());
    for (const int column : *columns)
        if (const auto why = whyNotRole(schema.columns[static_cast<std::size_t>(column)], ColumnRole::Label);
            !why.empty())
            return fail(ErrorCode::Usage, why, "Choose another column");
    return chooseLabels(schema, *columns);
}

using GivenRoles = std::map<int, std::string>; ///< by column, the option that gave it

Status giveOne(Schema& schema, int index, const ColumnRoleInfo& role, GivenRoles& given)
{
    const Column& column = schema.columns[static_cast<std::size_t>(index)];
    if (column.role == ColumnRole::Label)
        return fail(ErrorCode::Usage, "Column " + column.name + " is the label, and named in --" + role.option + " too",
                    "Leave one of them out, or choose another label with --label");
    const auto [before, isNew] = given.emplace(index, role.option);
    if (!isNew && before->second != role.option)
        return fail(ErrorCode::Usage,
                    "Column " + column.name + " is named in --" + before->second + " and in --" + role.option,
                    "A column has one role");
    if (const auto why = whyNotRole(column, role.role); !why.empty())
        return fail(ErrorCode::Usage, why, "Choose another column");
    giveRole(schema, index, role.role);
    return {};
}

/// The columns that are named themselves. Those that stand in a named object are put among the parts.
Status giveNamed(Schema& schema, const ColumnRoleInfo& role, const std::vector<std::string>& names, GivenRoles& given,
                 std::vector<std::pair<int, ColumnRole>>& parts)
{
    if (role.isOnce && names.size() > 1)
        return fail(ErrorCode::Usage, "--" + role.option + " names " + std::to_string(names.size()) + " columns",
                    "Exactly one column may be the " + role.name);
    for (const std::string& name : names) {
        const auto columns = columnsCalled(schema, name, role.option, role.isOnce);
        if (!columns)
            return fail(columns.error());
        for (const int column : *columns)
            if (column != columnCalled(schema, name))
                parts.emplace_back(column, role.role);
            else if (auto good = giveOne(schema, column, role, given); !good)
                return good;
    }
    return {};
}

/// What stands in an object has its role, where it has none of its own and is not the label.
Status giveParts(Schema& schema, const std::vector<std::pair<int, ColumnRole>>& parts, GivenRoles given)
{
    const GivenRoles own = given;
    for (const auto& [column, role] : parts)
        if (!own.contains(column) && schema.columns[static_cast<std::size_t>(column)].role != ColumnRole::Label)
            if (auto good = giveOne(schema, column, roleInfo(role), given); !good)
                return good;
    return {};
}

Status makePrivate(Schema& schema, const std::vector<std::string>& names)
{
    for (const std::string& name : names) {
        const auto columns = columnsCalled(schema, name, "private", false);
        if (!columns)
            return fail(columns.error());
        for (const int index : *columns) {
            Column& column = schema.columns[static_cast<std::size_t>(index)];
            if (!mayBePrivate(column.role))
                return fail(ErrorCode::Usage,
                            "Column " + column.name + " is the " + roleInfo(column.role).name + ": not private",
                            std::string("It cannot be, since ") + kWhyNotPrivate);
            column.isPrivate = true;
        }
    }
    return {};
}

} // namespace

/// A whole list that is a column's name is that column: names may hold commas.
Result<std::vector<int>> labelColumnsIn(const Schema& schema, const std::string& list)
{
    std::vector<std::string> names;
    for (const Column& column : schema.columns)
        names.push_back(column.name);
    const bool isOne = columnCalled(schema, list) >= 0;
    if (!isOne && list == kNoLabel)
        return std::vector<int>();
    std::vector<std::string> wanted = isOne ? std::vector{list} : columnNamesIn(list);
    if (wanted.empty())
        wanted = {list};
    std::set<int> columns;
    for (const std::string& name : wanted) {
        const int found = columnCalled(schema, name);
        if (found < 0)
            return fail(ErrorCode::Usage, "There is no column '" + name + "'",
                        didYouMean(name, names, "Give a column's name, several by commas, or none"));
        columns.insert(found);
    }
    return std::vector<int>(columns.begin(), columns.end());
}

std::string whyNotRole(const Column& column, ColumnRole role)
{
    if (role == ColumnRole::Weight && column.type != ColumnType::Number)
        return "Column " + column.name + " cannot be the weight: it holds texts";
    if (column.isPrivate && !mayBePrivate(role))
        return "Column " + column.name + " is private, and cannot be the " + roleInfo(role).name + ": " +
               kWhyNotPrivate;
    return {};
}

void giveRole(Schema& schema, int column, ColumnRole role)
{
    if (role == ColumnRole::Label)
        return chooseLabel(schema, column);
    if (std::vector<int> labels = schema.labelColumns(); std::erase(labels, column) > 0)
        static_cast<void>(chooseLabels(schema, labels)); // fewer of them can be labels, too
    if (const int before = schema.columnOf(role); roleInfo(role).isOnce && before >= 0)
        schema.columns[static_cast<std::size_t>(before)].role = ColumnRole::Feature;
    schema.columns[static_cast<std::size_t>(column)].role = role;
}

Status giveRoles(Schema& schema, const RoleWishes& wishes)
{
    Schema changed = schema;
    if (auto chosen = wishes.label.empty() ? Status{} : chooseLabelsCalled(changed, wishes.label); !chosen)
        return chosen;
    const bool namesFeatures = wishes.roles.contains(ColumnRole::Feature);
    if (namesFeatures)
        for (Column& column : changed.columns)
            if (column.role == ColumnRole::Feature)
                column.role = ColumnRole::Ignored;
    GivenRoles given;
    std::vector<std::pair<int, ColumnRole>> parts;
    for (const auto& [role, names] : wishes.roles)
        if (auto good = giveNamed(changed, roleInfo(role), names, given, parts); !good)
            return good;
    if (auto good = giveParts(changed, parts, given); !good)
        return good;
    if (auto good = makePrivate(changed, wishes.privates); !good)
        return good;
    if (changed.featureColumns().empty())
        return fail(ErrorCode::Usage, "No column is left to be a feature", "Name one with --features");
    schema = std::move(changed);
    return {};
}

std::vector<std::string> columnNamesIn(std::string_view list)
{
    std::vector<std::string_view> fields;
    std::string scratch;
    splitQuoted(list, ',', fields, scratch);
    std::vector<std::string> names;
    for (const std::string_view field : fields)
        if (const auto name = trimmed(field); !name.empty())
            names.emplace_back(name);
    return names;
}

} // namespace millrace
