// SPDX-License-Identifier: GPL-3.0-or-later
#include "shell/UiSettings.h"

#include "session/Resources.h"

#include <QDir>
#include <QSettings>
#include <QVariantMap>

namespace millrace
{

namespace
{

/// Empty: nothing is kept beyond the process.
QString& file()
{
    static QString path;
    return path;
}

QVariantMap& unsaved()
{
    static QVariantMap values;
    return values;
}

QVariant remembered(const QString& key)
{
    return file().isEmpty() ? unsaved().value(key) : QSettings(file(), QSettings::IniFormat).value(key);
}

void remember(const QString& key, const QVariant& value)
{
    if (file().isEmpty())
        unsaved()[key] = value;
    else
        QSettings(file(), QSettings::IniFormat).setValue(key, value);
}

/// Of another data set than yours an address is of no use.
QString addressKey()
{
    return QString::fromStdString(example().schema.name) + "-address";
}

} // namespace

void UiSettings::keepIn(const std::filesystem::path& home)
{
    file() = QString::fromStdString((home / "window.ini").string());
}

QString UiSettings::language() const
{
    const QString mode = remembered("language").toString();
    return mode.isEmpty() ? QStringLiteral("system") : mode;
}

void UiSettings::setLanguage(const QString& mode)
{
    remember("language", mode);
}

QString UiSettings::theme() const
{
    const QString mode = remembered("theme").toString();
    return mode == "light" || mode == "dark" ? mode : "system";
}

void UiSettings::setTheme(const QString& mode)
{
    remember("theme", mode);
}

QByteArray UiSettings::geometry() const
{
    return remembered("geometry").toByteArray();
}

void UiSettings::setGeometry(const QByteArray& geometry)
{
    remember("geometry", geometry);
}

QString UiSettings::folder() const
{
    const QString folder = remembered("folder").toString();
    return folder.isEmpty() ? QDir::homePath() : folder;
}

void UiSettings::setFolder(const QString& folder)
{
    remember("folder", folder);
}

QString UiSettings::exampleAddress() const
{
    const QString url = remembered(addressKey()).toString();
    return url.isEmpty() ? QString::fromStdString(example().url) : url;
}

void UiSettings::setExampleAddress(const QString& url)
{
    remember(addressKey(), url.toStdString() == example().url ? QString() : url);
}

} // namespace millrace
