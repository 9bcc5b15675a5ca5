// SPDX-License-Identifier: GPL-3.0-or-later
#include "session/Resources.h"

#include "base/Json.h"

#include <QDir>
#include <QFile>
#include <algorithm>

namespace millrace
{
namespace
{

[[noreturn]] void endOfBrokenBuild(const QString& path, const std::string& why)
{
    qFatal("The resource %s cannot be used: %s", qPrintable(path), why.c_str());
    std::abort(); // which qFatal has done
}

QString folderOf(const std::string& kind)
{
    return ":/" + QString::fromStdString(kind);
}

Schema readSchema(const std::string& name)
{
    auto schema = schemaFromJson(builtIn("schemas", name));
    if (!schema)
        endOfBrokenBuild(folderOf("schemas"), schema.error().message);
    schema->name = name;
    return std::move(*schema);
}

std::vector<Schema> readSchemas()
{
    std::vector<Schema> schemas;
    for (const std::string& name : builtInNames("schemas"))
        schemas.push_back(readSchema(name));
    return schemas;
}

Example readExample(const std::string& name)
{
    const nlohmann::json example = builtIn("examples", name);
    return {textIn(example, "title"),
            textIn(example, "from"),
            textIn(example, "url"),
            textIn(example, "profile"),
            readSchema(textIn(example, "schema")),
            objectIn(example, "experiment")};
}

} // namespace

std::vector<std::string> builtInNames(const std::string& kind)
{
    std::vector<std::string> names;
    for (const QString& file : QDir(folderOf(kind)).entryList({"*.json"}, QDir::Files, QDir::Name))
        names.push_back(QFileInfo(file).completeBaseName().toStdString());
    return names;
}

nlohmann::json builtIn(const std::string& kind, const std::string& name)
{
    const QString path = folderOf(kind) + "/" + QString::fromStdString(name) + ".json";
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        endOfBrokenBuild(path, "it is missing");
    auto json = parseJson(file.readAll().toStdString(), path.toStdString());
    if (!json)
        endOfBrokenBuild(path, json.error().message);
    return std::move(*json);
}

const std::vector<Schema>& builtInSchemas()
{
    static const std::vector<Schema> schemas = readSchemas();
    return schemas;
}

const Example& example()
{
    static const Example tutorial = readExample("tutorial");
    return tutorial;
}

} // namespace millrace
