// SPDX-License-Identifier: GPL-3.0-or-later
#include "shell/UiSettings.h"

#include "session/Resources.h"

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

/// Of another data set than yours an address is of no use.
QString addressKey()
{
    return QString::fromStdString(example().schema.name) + "-address";
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

QString UiSettings::exampleAddress() const
{
    const QString url = store().value(addressKey()).toString();
    return url.isEmpty() ? QString::fromStdString(example().url) : url;
}

void UiSettings::setExampleAddress(const QString& url)
{
    if (url.isEmpty() || url.toStdString() == example().url)
        store().remove(addressKey());
    else
        store().setValue(addressKey(), url);
}

} // namespace millrace
