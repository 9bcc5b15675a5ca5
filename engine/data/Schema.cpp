// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/Schema.h"

#include "base/Json.h"
#include "base/Text.h"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

namespace millrace
{
namespace
{

constexpr std::array<std::pair<const char*, ColumnType>, 2> kTypes = {
    {{"number", ColumnType::Number}, {"text", ColumnType::Text}}};

template <class Table, class T>
std::string nameOf(const Table& table, T value)
{
    for (const auto& [name, candidate] : table)
        if (candidate == value)
            return name;
    return {};
}

tl::unexpected<Error> wrong(const std::string& path, const std::string& what, std::string advice = {})
{
    return fail(ErrorCode::Usage, path + " " + what, std::move(advice));
}

Status checkKeys(const nlohmann::json& json, const std::string& path, const std::vector<std::string>& known)
{
    if (!json.is_object())
        return wrong(path, "must be an object");
    for (const auto& [key, value] : json.items()) {
        if (std::find(known.begin(), known.end(), key) != known.end())
            continue;
        return wrong(path + "." + key, "is not known", didYouMean(key, known));
    }
    return {};
}

Result<std::string> textAt(const nlohmann::json& json, const std::string& path, const char* key,
                           const std::string& otherwise)
{
    if (!json.contains(key))
        return otherwise;
    if (!json[key].is_string())
        return wrong(path + "." + key, "must be a text");
    return json[key].get<std::string>();
}

template <class Table, class T>
Status choiceAt(const nlohmann::json& json, const std::string& path, const char* key, const Table& table, T& result)
{
    auto text = textAt(json, path, key, nameOf(table, result));
    if (!text)
        return fail(text.error());
    std::string known;
    for (const auto& [name, value] : table) {
        if (*text == name) {
            result = value;
            return {};
        }
        known += (known.empty() ? "" : ", ") + std::string(name);
    }
    return wrong(path + "." + key, "is \"" + *text + "\"", "Use one of: " + known);
}

Status readFlag(const nlohmann::json& json, const std::string& path, const char* key, bool& value)
{
    if (!json.contains(key))
        return {};
    if (!json[key].is_boolean())
        return wrong(path + "." + key, "must be true or false");
    value = json[key].get<bool>();
    return {};
}

Status readRole(const nlohmann::json& json, const std::string& path, ColumnRole& role)
{
    auto name = textAt(json, path, "role", roleInfo(role).name);
    if (!name)
        return fail(name.error());
    const auto row = std::ranges::find(columnRoles(), *name, &ColumnRoleInfo::name);
    std::vector<std::string> known;
    for (const ColumnRoleInfo& each : columnRoles())
        known.push_back(each.name);
    if (row == columnRoles().end())
        return wrong(path + ".role", "is \"" + *name + "\"", didYouMeanOneOf(*name, known));
    role = row->role;
    return {};
}

Result<Column> columnFromJson(const nlohmann::json& json, const std::string& path)
{
    if (auto good = checkKeys(json, path, {"name", "type", "role", "private"}); !good)
        return fail(good.error());
    auto name = textAt(json, path, "name", "");
    if (!name)
        return fail(name.error());
    Column column;
    column.name = *name;
    if (auto good = choiceAt(json, path, "type", kTypes, column.type); !good)
        return fail(good.error());
    if (auto good = readRole(json, path, column.role); !good)
        return fail(good.error());
    if (auto good = readFlag(json, path, "private", column.isPrivate); !good)
        return fail(good.error());
    return column;
}

Status readLayout(const nlohmann::json& json, CsvLayout& layout)
{
    auto separator = textAt(json, "schema", "separator", ",");
    auto decimal = textAt(json, "schema", "decimal", ".");
    auto comment = textAt(json, "schema", "comment", "");
    auto encoding = textAt(json, "schema", "encoding", layout.encoding);
    for (const auto* text : {&separator, &decimal, &comment, &encoding})
        if (!*text)
            return fail(text->error());
    if (separator->size() != 1 || *separator == "\"" || *separator == "\n" || *separator == "\r")
        return wrong("schema.separator", "must be one character, and neither a quote nor a line end");
    if (*decimal != "." && *decimal != ",")
        return wrong("schema.decimal", "must be \".\" or \",\"");
    if (json.contains("skip") && (!json["skip"].is_number_integer() || json["skip"].get<std::int64_t>() < 0))
        return wrong("schema.skip", "must be a number of lines");
    layout.separator = separator->front();
    layout.decimal = decimal->front();
    layout.comment = *comment;
    layout.encoding = *encoding;
    layout.skip = json.value("skip", std::int64_t{0});
    if (json.contains("json_keys")) {
        const auto& keys = json["json_keys"];
        const auto isText = [](const nlohmann::json& key) { return key.is_string(); };
        if (!keys.is_array() || !std::ranges::all_of(keys, isText))
            return wrong("schema.json_keys", "must be a list of texts, by column");
        layout.jsonKeys = keys.get<std::vector<std::string>>();
    }
    if (auto good = readFlag(json, "schema", "header", layout.header); !good)
        return good;
    return readFlag(json, "schema", "row_names", layout.rowNames);
}

Status readColumns(const nlohmann::json& json, Schema& schema)
{
    if (!json.contains("columns") || !json["columns"].is_array() || json["columns"].empty())
        return wrong("schema.columns", "must be an array with at least one column");
    for (std::size_t i = 0; i < json["columns"].size(); ++i) {
        const std::string path = "schema.columns[" + std::to_string(i) + "]";
        auto column = columnFromJson(json["columns"][i], path);
        if (!column)
            return fail(column.error());
        const ColumnRoleInfo& role = roleInfo(column->role);
        if (role.isOnce && schema.columnOf(role.role) >= 0)
            return wrong(path + ".role", "is a second " + role.name, "Exactly one column may be the " + role.name);
        if (role.role == ColumnRole::Weight && column->type != ColumnType::Number)
            return wrong(path + ".role", "is weight, and the column's type is text", "A weight is a number");
        if (column->isPrivate && !mayBePrivate(role.role))
            return wrong(path + ".private", "is true of the " + role.name + ", which cannot be: " + kWhyNotPrivate);
        schema.columns.push_back(std::move(*column));
    }
    return {};
}

/// Several labels are numbers to foretell, and nothing is to be counted of them.
Status checkLabels(const nlohmann::json& json, Schema& schema)
{
    const std::vector<int> labels = schema.labelColumns();
    if (labels.size() <= 1)
        return {};
    const std::string second = "schema.columns[" + std::to_string(labels[1]) + "].role",
                      regression = infoOf(Task{TaskKind::Regression}).name;
    if (textIn(json, "task") != regression)
        return wrong(second, "is a second label",
                     "Exactly one column may be the label, or of the task \"" + regression + "\" several");
    if (const std::string why = whyNotLabels(schema, labels); !why.empty())
        return wrong(second, "is a second label: " + why, "Choose one label, or several columns of numbers");
    schema.classesKnown = true;
    return {};
}

Status readClasses(const nlohmann::json& json, Schema& schema)
{
    if (!json.contains("classes") || json["classes"].is_null())
        return {};
    const nlohmann::json& classes = json["classes"];
    const bool texts = classes.is_array() &&
                       std::all_of(classes.begin(), classes.end(), [](const auto& item) { return item.is_string(); });
    if (!texts || classes.size() == 1)
        return wrong("schema.classes", "must be an array of at least two texts, or empty: 0 and 1, or numbers to "
                                       "foretell; null: as the file says");
    schema.classes = classes.get<std::vector<std::string>>();
    schema.classesKnown = true;
    return {};
}

/// Without a word it is what the classes say.
Status readTask(const nlohmann::json& json, Schema& schema)
{
    auto name = textAt(json, "schema", "task", "");
    if (!name)
        return fail(name.error());
    schema.task = schema.classes.size() > 2 ? TaskKind::MultiClass : TaskKind::Binary;
    if (name->empty())
        return {};
    const auto row = std::ranges::find(taskTable(), *name, &TaskInfo::name);
    std::vector<std::string> known;
    for (const TaskInfo& task : taskTable())
        known.push_back(task.name);
    if (row == taskTable().end())
        return wrong("schema.task", "is \"" + *name + "\"", didYouMeanOneOf(*name, known));
    const bool fits = row->kind == TaskKind::Regression ? schema.classes.empty() : row->kind == schema.task;
    if (!fits)
        return wrong("schema.task",
                     "is " + *name + ", and schema.classes has " + std::to_string(schema.classes.size()));
    schema.task = row->kind;
    return {};
}

Status readPlaceOfLabel(const nlohmann::json& json, Schema& schema)
{
    auto where = textAt(json, "schema", "label_in", "key");
    if (!where)
        return fail(where.error());
    if (*where != "key" && *where != "value")
        return wrong("schema.label_in", "must be \"key\" or \"value\"");
    schema.labelInKey = *where == "key";
    auto ignored = textAt(json, "schema", "ignored_in", "");
    if (!ignored)
        return fail(ignored.error());
    if (!ignored->empty() && *ignored != "value")
        return wrong("schema.ignored_in", "must be \"value\", or left out: ignored columns are in no record");
    schema.ignoredInValue = *ignored == "value";
    return {};
}

/// "speed [m/s]" is speed in m/s.
Target targetOf(const std::string& column)
{
    const std::size_t open = column.rfind(" [");
    if (open == std::string::npos || !column.ends_with(']'))
        return {column, {}};
    return {column.substr(0, open), column.substr(open + 2, column.size() - open - 3)};
}

} // namespace

int columnCalled(const Schema& schema, const std::string& name)
{
    if (const int exact = schema.columnNamed(name); exact >= 0)
        return exact;
    const auto isCalled = [&name](const Column& column) { return targetOf(column.name).name == name; };
    if (std::ranges::count_if(schema.columns, isCalled) != 1)
        return -1;
    return static_cast<int>(std::ranges::find_if(schema.columns, isCalled) - schema.columns.begin());
}

namespace
{

/// One a label; without one of the name "value". Of two that differ by their units alone all of the column is the name.
std::vector<Target> namedTargets(const Schema& schema)
{
    std::vector<Target> targets;
    for (const int label : schema.labelColumns())
        targets.push_back(targetOf(schema.columns[static_cast<std::size_t>(label)].name));
    std::map<std::string, int> counts;
    for (const Target& target : targets)
        ++counts[target.name];
    for (std::size_t i = 0; i < targets.size(); ++i)
        if (counts[targets[i].name] > 1)
            targets[i].name = schema.columns[static_cast<std::size_t>(schema.labelColumns()[i])].name;
    return targets.empty() ? std::vector{targetOf("value")} : targets;
}

std::vector<std::string> namesIn(const Schema& schema, const std::vector<int>& columns)
{
    std::vector<std::string> names;
    for (const int column : columns)
        names.push_back(schema.columns[static_cast<std::size_t>(column)].name);
    return names;
}

} // namespace

int Schema::columnNamed(std::string_view columnName) const
{
    const auto found = std::ranges::find(columns, columnName, &Column::name);
    return found == columns.end() ? -1 : static_cast<int>(found - columns.begin());
}

std::vector<std::string> Schema::columnNames() const
{
    std::vector<std::string> names;
    for (const Column& column : columns)
        names.push_back(column.name);
    return names;
}

/// Of a column that was not known: what comes in an object of which something is private is private, too.
bool Schema::isPrivate(std::string_view columnName) const
{
    const bool isKnown = columnNamed(std::string(columnName)) >= 0;
    return std::ranges::any_of(columns, [&](const Column& column) {
        const std::string_view own = column.name;
        const std::string_view object = own.substr(0, std::min(own.rfind('.'), own.size()));
        const bool isBeside = !isKnown && object != own && (columnName == object || isPartOf(columnName, object));
        return column.isPrivate && (own == columnName || isPartOf(columnName, own) || isBeside);
    });
}

int Schema::columnOf(ColumnRole role) const
{
    const auto found = std::ranges::find(columns, role, &Column::role);
    return found == columns.end() ? -1 : static_cast<int>(found - columns.begin());
}

std::string Schema::nameOf(ColumnRole role) const
{
    const int column = columnOf(role);
    return column < 0 ? std::string() : columns[static_cast<std::size_t>(column)].name;
}

std::string Schema::labelNames() const
{
    return joined(namesIn(*this, labelColumns()));
}

std::vector<int> Schema::columnsOf(ColumnRole role) const
{
    std::vector<int> result;
    for (std::size_t i = 0; i < columns.size(); ++i)
        if (columns[i].role == role)
            result.push_back(static_cast<int>(i));
    return result;
}

std::vector<int> Schema::featureColumns() const
{
    return columnsOf(ColumnRole::Feature);
}

std::vector<std::string> Schema::featureNames() const
{
    return namesIn(*this, featureColumns());
}

std::vector<int> Schema::valueColumns() const
{
    std::vector<int> result;
    for (std::size_t i = 0; i < columns.size(); ++i)
        if ((ignoredInValue || columns[i].role != ColumnRole::Ignored) &&
            !(labelInKey && columns[i].role == ColumnRole::Label))
            result.push_back(static_cast<int>(i));
    return result;
}

std::vector<std::string> Schema::valueNames() const
{
    return namesIn(*this, valueColumns());
}

Task taskOf(const Schema& schema)
{
    Task task{schema.task};
    const int label = schema.labelColumn();
    switch (schema.task) {
    case TaskKind::Binary: // those of numbers are display names
        if (label >= 0 && schema.columns[static_cast<std::size_t>(label)].type == ColumnType::Text)
            task.classes = schema.classes;
        break;
    case TaskKind::MultiClass:
        task.classes = schema.classes;
        break;
    case TaskKind::Regression:
        task.targets = namedTargets(schema);
        break;
    }
    return task;
}

Result<std::vector<int>> targetColumns(const Schema& schema, const Task& task)
{
    const std::vector<int> labels = schema.labelColumns();
    if (labels.size() <= 1 && targetsOf(task) == 1)
        return labels;
    const std::vector<Target> known = namedTargets(schema);
    std::vector<int> columns;
    for (const Target& target : task.targets) {
        const auto found = std::ranges::find(known, target.name, &Target::name);
        if (labels.empty() || found == known.end())
            return fail(ErrorCode::BadData,
                        "There is no label " + target.name + (labels.empty() ? "" : ", but " + schema.labelNames()));
        columns.push_back(labels[static_cast<std::size_t>(found - known.begin())]);
    }
    if (columns.empty())
        return fail(ErrorCode::BadData, "The labels " + schema.labelNames() + " are numbers, and classes are wanted");
    return columns;
}

Status oneLabel(const Schema& schema)
{
    const std::size_t labels = schema.labelColumns().size();
    if (labels <= 1)
        return {};
    return fail(ErrorCode::Usage,
                "The table has " + std::to_string(labels) + " labels, " + schema.labelNames() +
                    ", and a simulator draws one from the features",
                "Choose one with --label COLUMN");
}

std::string whyNotLabels(const Schema& schema, const std::vector<int>& columns)
{
    if (columns.size() > kMostLabels)
        return "at most " + std::to_string(kMostLabels) + " numbers can be foretold at once";
    for (const int column : columns)
        if (const Column& each = schema.columns[static_cast<std::size_t>(column)]; each.type != ColumnType::Number)
            return "column " + each.name + " holds texts, and several labels are foretold as numbers";
    return {};
}

Schema featureSchema(const std::vector<std::string>& names)
{
    Schema schema;
    for (const std::string& name : names)
        schema.columns.push_back({name, ColumnType::Number, ColumnRole::Feature});
    return schema;
}

std::string Schema::className(int index) const
{
    if (index >= 0 && static_cast<std::size_t>(index) < classes.size() &&
        !classes[static_cast<std::size_t>(index)].empty())
        return classes[static_cast<std::size_t>(index)];
    return "class " + std::to_string(index);
}

nlohmann::json toJson(const Schema& schema)
{
    nlohmann::json columns = nlohmann::json::array();
    for (const Column& column : schema.columns) {
        columns.push_back(
            {{"name", column.name}, {"type", nameOf(kTypes, column.type)}, {"role", roleInfo(column.role).name}});
        if (column.isPrivate)
            columns.back()["private"] = true;
    }
    nlohmann::json json = toJson(static_cast<const CsvLayout&>(schema));
    json.update({{"name", schema.name},
                 {"columns", std::move(columns)},
                 {"classes", schema.classesKnown ? nlohmann::json(schema.classes) : nlohmann::json()}});
    if (!schema.positive.empty())
        json["positive"] = schema.positive;
    if (schema.task == TaskKind::Regression || (schema.task != TaskKind::Binary && schema.classesKnown))
        json["task"] = infoOf(Task{schema.task}).name;
    if (!schema.labelInKey)
        json["label_in"] = "value";
    if (schema.ignoredInValue)
        json["ignored_in"] = "value";
    return json;
}

/// What is usual is left out, save separator and header.
nlohmann::json toJson(const CsvLayout& layout)
{
    const CsvLayout usual;
    nlohmann::json json = {{"separator", std::string(1, layout.separator)}, {"header", layout.header}};
    if (layout.decimal != usual.decimal)
        json["decimal"] = std::string(1, layout.decimal);
    if (layout.comment != usual.comment)
        json["comment"] = layout.comment;
    if (layout.encoding != usual.encoding)
        json["encoding"] = layout.encoding;
    if (layout.skip != usual.skip)
        json["skip"] = layout.skip;
    if (layout.isJson())
        json["json_keys"] = layout.jsonKeys;
    if (layout.rowNames)
        json["row_names"] = true;
    return json;
}

Result<Schema> schemaFromJson(const nlohmann::json& json)
{
    if (auto good = checkKeys(json, "schema",
                              {"name", "separator", "header", "decimal", "comment", "encoding", "skip", "json_keys",
                               "row_names", "columns", "classes", "task", "positive", "label_in", "ignored_in"});
        !good)
        return fail(good.error());
    Schema schema;
    auto name = textAt(json, "schema", "name", "");
    if (!name)
        return fail(name.error());
    schema.name = *name;
    auto positive = textAt(json, "schema", "positive", "");
    if (!positive)
        return fail(positive.error());
    schema.positive = *positive;
    if (auto good = readLayout(json, schema); !good)
        return fail(good.error());
    if (auto good = readColumns(json, schema); !good)
        return fail(good.error());
    if (schema.isJson() && schema.jsonKeys.size() != schema.columns.size())
        return wrong("schema.json_keys", "has " + std::to_string(schema.jsonKeys.size()) + " keys for " +
                                             std::to_string(schema.columns.size()) + " columns");
    if (auto good = checkLabels(json, schema); !good)
        return fail(good.error());
    for (const auto read : {readClasses, readTask, readPlaceOfLabel})
        if (auto good = read(json, schema); !good)
            return fail(good.error());
    return schema;
}

} // namespace millrace
