// SPDX-License-Identifier: GPL-3.0-or-later
#include "shell/UiSettings.h"

#include "pipeline/Download.h"

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

QString UiSettings::susyAddress() const
{
    const QString url = store().value("susy-address").toString();
    return url.isEmpty() ? QString(kSusyAddress) : url;
}

void UiSettings::setSusyAddress(const QString& url)
{
    if (url.isEmpty() || url == kSusyAddress)
        store().remove("susy-address");
    else
        store().setValue("susy-address", url);
}

} // namespace millrace
