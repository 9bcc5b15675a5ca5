// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QMenuBar>
#include <functional>

namespace millrace
{

/// The window's menus: File, View and Help. All that has a shortcut stands here with it.
class Menus : public QMenuBar
{
    Q_OBJECT
public:
    struct PageEntry {
        QString key, title;
    };
    Menus(const QList<PageEntry>& pages, QWidget* parent);
    /// The page that has the tick, and the theme's mode.
    void showCurrent(const QString& page);
    void showTheme(const QString& mode);

signals:
    void openWanted();
    void saveWanted();
    void quitWanted();
    void pageWanted(const QString& key);
    void themeWanted(const QString& mode); ///< "light", "dark" or "system"
    void nextThemeWanted();
    void languageWanted(const QString& mode); ///< a language's code, or "system"
    void helpWanted();
    void aboutWanted();

private:
    void addFile();
    void addView(const QList<PageEntry>& pages);
    void addThemes(QMenu& view);
    void addLanguages(QMenu& view);
    void addHelp();

    QActionGroup *m_pages, *m_themes;
};

} // namespace millrace
