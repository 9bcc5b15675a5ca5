// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/TableChoice.h"

#include "data/files/TableFiles.h"
#include "models/Values.h"

#include <QFileInfo>

namespace millrace
{

TableChoice TableChoice::of(const QStringList& files)
{
    std::vector<std::filesystem::path> more;
    for (const QString& file : files.mid(1))
        more.emplace_back(file.toStdString());
    return {files.value(0), QString::fromStdString(fileList(more))};
}

TableChoice TableChoice::in(const nlohmann::json& section)
{
    return {jsonText(section, "file"), jsonText(section, "more")};
}

void TableChoice::putInto(nlohmann::json& section) const
{
    section["file"] = first.toStdString();
    if (more.isEmpty())
        section.erase("more");
    else
        section["more"] = more.toStdString();
}

QString TableChoice::title() const
{
    return QString::fromStdString(tableTitle(first.toStdString(), filesIn(more.toStdString()).size()));
}

QString TableChoice::paths() const
{
    QStringList lines{first};
    for (const std::filesystem::path& file : filesIn(more.toStdString()))
        lines << QString::fromStdString(file.string());
    return lines.join('\n');
}

} // namespace millrace
