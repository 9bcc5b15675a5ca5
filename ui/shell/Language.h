// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <vector>

class QApplication;

namespace millrace
{

/// A language of the window: that of the sources, or one with a file resources/translations/millrace_<code>.ts.
struct Language {
    QString code; ///< "en", "zh_TW"
    QString name; ///< in itself
};
const std::vector<Language>& languages();

/// The language's code, or the system's where the mode is "system" and it is one of them, else English.
QString languageOf(const QString& mode);
/// Of all widgets that are made from now on, Qt's own texts included. Numbers and files stay as they are.
void installLanguage(QApplication& application, const QString& mode);
/// The page's help in the language that was installed.
QString helpFile(const QString& page);

} // namespace millrace
