// SPDX-License-Identifier: GPL-3.0-or-later
#include "shell/Language.h"

#include <QApplication>
#include <QFile>
#include <QLibraryInfo>
#include <QLocale>
#include <QTranslator>
#include <algorithm>

namespace millrace
{

namespace
{

QString& installedCode()
{
    static QString code = languages().front().code;
    return code;
}

void install(QApplication& application, const QString& file, const QString& folder)
{
    auto* translator = new QTranslator(&application);
    if (translator->load(file, folder))
        QApplication::installTranslator(translator);
    else
        delete translator; // of Qt's own: they stay English
}

} // namespace

const std::vector<Language>& languages()
{
    static const std::vector<Language> all = {{QStringLiteral("en"), QStringLiteral("English")},
                                              {QStringLiteral("zh_TW"), QStringLiteral("繁體中文")}};
    return all;
}

QString languageOf(const QString& mode)
{
    const auto& all = languages();
    const auto is = [&all](const QString& code) { return std::ranges::find(all, code, &Language::code) != all.end(); };
    if (is(mode))
        return mode;
    for (const QString& wanted : QLocale::system().uiLanguages()) { // "zh-Hant-TW", "zh-TW", "en-US"
        const QLocale locale(wanted);
        if (locale.language() == QLocale::English)
            break;
        if (is(locale.name()))
            return locale.name();
    }
    return all.front().code;
}

void installLanguage(QApplication& application, const QString& mode)
{
    const QString code = languageOf(mode);
    installedCode() = code;
    if (code == languages().front().code)
        return;
    install(application, QStringLiteral("qtbase_") + code, QLibraryInfo::path(QLibraryInfo::TranslationsPath));
    install(application, QStringLiteral("millrace_") + code, QStringLiteral(":/translations"));
}

QString helpFile(const QString& page)
{
    const QString translated = QStringLiteral(":/help/%1/%2.md").arg(installedCode(), page);
    return QFile::exists(translated) ? translated : QStringLiteral(":/help/%1.md").arg(page);
}

} // namespace millrace
