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
QString& keptFile()
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
    return keptFile().isEmpty() ? unsaved().value(key) : QSettings(keptFile(), QSettings::IniFormat).value(key);
}

bool remember(const QString& key, const QVariant& value)
{
    if (keptFile().isEmpty()) {
        unsaved()[key] = value;
        return true;
    }
    QSettings settings(keptFile(), QSettings::IniFormat);
    settings.setValue(key, value);
    settings.sync();
    return settings.status() == QSettings::NoError;
}

/// Of another data set than yours an address is of no use.
QString addressKey()
{
    return QString::fromStdString(example().schema.name) + "-address";
}

} // namespace

void UiSettings::keepIn(const std::filesystem::path& home)
{
    keptFile() = QString::fromStdString((home / "window.ini").string());
}

QString UiSettings::file()
{
    return keptFile();
}

QString UiSettings::language() const
{
    const QString mode = remembered("language").toString();
    return mode.isEmpty() ? QStringLiteral("system") : mode;
}

bool UiSettings::setLanguage(const QString& mode)
{
    return remember("language", mode);
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
