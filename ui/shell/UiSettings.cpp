// SPDX-License-Identifier: GPL-3.0-or-later
#include "shell/UiSettings.h"

#include <QDir>
#include <QSettings>

namespace millrace
{

namespace
{

QSettings store()
{
    return QSettings("millrace", "window");
}

} // namespace

QString UiSettings::theme() const
{
    const QString mode = store().value("theme").toString();
    return mode == "light" || mode == "dark" ? mode : "system";
}

void UiSettings::setTheme(const QString& mode)
{
    store().setValue("theme", mode);
}

QByteArray UiSettings::geometry() const
{
    return store().value("geometry").toByteArray();
}

void UiSettings::setGeometry(const QByteArray& geometry)
{
    store().setValue("geometry", geometry);
}

QString UiSettings::folder() const
{
    return store().value("folder", QDir::homePath()).toString();
}

void UiSettings::setFolder(const QString& folder)
{
    store().setValue("folder", folder);
}

} // namespace millrace
