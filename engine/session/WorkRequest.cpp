// SPDX-License-Identifier: GPL-3.0-or-later
#include "session/WorkRequest.h"

#include "base/Encoding.h"
#include "base/Text.h"
#include "data/RoleWishes.h"
#include "data/files/Classes.h"
#include "data/files/CsvReader.h"
#include "data/files/TableFiles.h"
#include "metrics/DriftDetector.h"
#include "pipeline/Simulate.h"
#include "session/Resources.h"

#include <algorithm>
#include <optional>

namespace millrace::work
{
namespace
{

/// A separator by its name, or itself.
Result<char> separatorOf(const std::string& text)
{
    for (const SeparatorName& name : separatorNames())
        if (text == name.one)
            return name.separator;
    if (text == "\\t")
        return '\t';
    if (text.size() == 1 && text != "\"" && text != "\n" && text != "\r")
        return text.front();
    return fail(ErrorCode::Usage, "'" + text + "' is no separator",
                "Give comma, semicolon, tab, pipe, blanks, or one character that is no quote");
}

/// What the section says of the file's layout; "auto" leaves it to be found.
Result<LayoutWish> layoutOf(const Request& request)
{
    LayoutWish wish;
    const auto given = [&](const char* key) -> std::optional<std::string> {
        const std::string text = request.text(key);
        return text == "auto" ? std::nullopt : std::optional(text);
    };
    if (const auto separator = given("separator")) {
        auto found = separatorOf(*separator);
        if (!found)
            return fail(found.error());
        wish.separator = *found;
    }
    if (const auto decimal = given("decimal"))
        wish.decimal = *decimal == "comma" ? ',' : '.';
    if (const auto comment = given("comment"))
        wish.comment = *comment == "none" ? std::string() : *comment;
    if ((wish.encoding = given("encoding")))
        if (auto known = Transcoder::open(*wish.encoding); !known)
            return fail(known.error());
    const auto header = given("header");
    if (!header)
        return wish;
    const auto line = parseInteger(*header);
    if (line && *line > 0)
        wish.headerLine = *line;
    else if (*header == "yes" || *header == "no")
        wish.header = *header == "yes";
    else
        return fail(ErrorCode::Usage, "The header cannot be '" + *header + "'",
                    "Give auto, yes, no, or the line it stands in, from 1");
    return wish;
}

Result<Schema> knownSchema(const Request& request, Result<Schema> schema, const LayoutWish& wish)
{
    if (!schema)
        return schema;
    applyWish(*schema, wish);
    if (auto added = addFiles(request.text("file"), filesIn(request.text("more")), *schema); !added)
        return fail(added.error());
    return schema;
}

Result<Schema> givenSchema(const Request& request)
{
    const nlohmann::json& given = request.section["schema"];
    const auto wish = layoutOf(request);
    if (!wish)
        return fail(wish.error());
    if (given.is_object())
        return knownSchema(request, schemaFromJson(given), *wish);
    if (given == "auto")
        return inferTable(request.text("file"), filesIn(request.text("more")), *wish, builtInSchemas());
    const auto name = given.get<std::string>();
    const auto known = std::ranges::find(builtInSchemas(), name, &Schema::name);
    if (known != builtInSchemas().end())
        return knownSchema(request, *known, *wish);
    return fail(ErrorCode::Usage, "There is no schema '" + name + "'",
                "Give auto, " + joined(builtInNames("schemas")) + " or an object");
}

/// As given or found, with the label, the task and the roles that a person has chosen.
Result<Schema> labelledSchema(const Request& request)
{
    auto schema = givenSchema(request);
    const std::string task = request.text("task");
    if (!schema)
        return schema;
    if (task != "auto") { // what the file holds is counted then
        schema->labelUse = task == "classes" ? LabelUse::Classes : LabelUse::Numbers;
        schema->classesKnown = false;
    }
    if (auto given = giveRoles(*schema, roleWishesOf(request)); !given)
        return fail(given.error());
    if (const auto labels = schema->labelColumns();
        labels.size() > 1) // which a given schema may have, and a task forbid
        if (auto chosen = chooseLabels(*schema, labels); !chosen)
            return fail(chosen.error());
    return schema;
}

} // namespace

RoleWishes roleWishesOf(const Request& request)
{
    RoleWishes wishes;
    for (const ColumnRoleInfo& role : columnRoles())
        if (role.role != ColumnRole::Label && role.role != ColumnRole::Key)
            if (auto names = columnNamesIn(request.text(role.option.c_str())); !names.empty())
                wishes.roles[role.role] = std::move(names);
    wishes.label = request.text("label");
    wishes.privates = columnNamesIn(request.text("private"));
    return wishes;
}

QString shown(const std::string& text)
{
    return QString::fromStdString(text);
}

QString titleOf(const Request& request)
{
    return shown(tableTitle(request.text("file"), filesIn(request.text("more")).size()));
}

Result<Schema> schemaOf(const Request& request)
{
    auto schema = labelledSchema(request);
    const std::string positive = request.text("positive");
    if (!schema || positive.empty())
        return schema;
    if (schema->labelColumn() < 0)
        return fail(ErrorCode::Usage, "There is a positive class, '" + positive + "', and no label",
                    "Choose the label with --label COLUMN");
    if (auto chosen = choosePositive(*schema, positive); !chosen)
        return fail(chosen.error());
    return schema;
}

Result<SimulatorProfile> profileOf(const std::string& name)
{
    const std::vector<std::string> names = builtInNames("profiles");
    return std::ranges::find(names, name) == names.end() ? readProfile(name)
                                                         : profileFromJson(builtIn("profiles", name));
}

Result<std::vector<std::string>> detectorsOf(const Request& request)
{
    std::vector<std::string> kinds = request.names("detectors");
    for (const std::string& kind : kinds)
        if (auto detector = makeDetector(kind); !detector)
            return fail(detector.error());
    return kinds;
}

} // namespace millrace::work
