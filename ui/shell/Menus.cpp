// SPDX-License-Identifier: GPL-3.0-or-later
#include "shell/Menus.h"

#include "shell/Language.h"
#include "shell/UiSettings.h"

#include <QActionGroup>
#include <QMenu>

namespace millrace
{

namespace
{

/// Of a choice among several.
QAction* addChoice(QMenu& menu, QActionGroup& group, const QString& text, const QString& value, const char* name)
{
    QAction* action = menu.addAction(text);
    action->setObjectName(QLatin1String(name) + value);
    action->setCheckable(true);
    action->setData(value);
    group.addAction(action);
    return action;
}

void check(const QActionGroup& group, const QString& value)
{
    for (QAction* action : group.actions())
        if (action->data() == value)
            action->setChecked(true);
}

} // namespace

Menus::Menus(const QList<PageEntry>& pages, QWidget* parent)
    : QMenuBar(parent), m_pages(new QActionGroup(this)), m_themes(new QActionGroup(this))
{
    setObjectName(QStringLiteral("menus"));
    addFile();
    addView(pages);
    addHelp();
}

void Menus::addFile()
{
    QMenu* menu = addMenu(tr("&File"));
    QAction* open = menu->addAction(tr("&Open…"), this, &Menus::openWanted);
    open->setShortcut(QKeySequence::Open);
    QAction* save = menu->addAction(tr("&Save the experiment…"), this, &Menus::saveWanted);
    save->setShortcut(QKeySequence::Save);
    menu->addSeparator();
    QAction* quit = menu->addAction(tr("&Quit"), this, &Menus::quitWanted);
    quit->setShortcut(QKeySequence(QStringLiteral("Ctrl+Q")));
}

/// The first nine pages have the digits from 1, the tenth has 0.
void Menus::addView(const QList<PageEntry>& pages)
{
    QMenu* menu = addMenu(tr("&View"));
    int number = 0;
    for (const PageEntry& page : pages) {
        QAction* action = addChoice(*menu, *m_pages, page.title, page.key, "menuPage-");
        action->setShortcut(QKeySequence(QStringLiteral("Ctrl+%1").arg(++number % 10)));
    }
    connect(m_pages, &QActionGroup::triggered, this,
            [this](const QAction* action) { emit pageWanted(action->data().toString()); });
    menu->addSeparator();
    addThemes(*menu);
    addLanguages(*menu);
}

void Menus::addThemes(QMenu& view)
{
    QMenu* menu = view.addMenu(tr("&Theme"));
    addChoice(*menu, *m_themes, tr("As the &system"), QStringLiteral("system"), "menuTheme-");
    addChoice(*menu, *m_themes, tr("&Light"), QStringLiteral("light"), "menuTheme-");
    addChoice(*menu, *m_themes, tr("&Dark"), QStringLiteral("dark"), "menuTheme-");
    connect(m_themes, &QActionGroup::triggered, this,
            [this](const QAction* action) { emit themeWanted(action->data().toString()); });
    menu->addSeparator();
    QAction* next = menu->addAction(tr("&Next theme"), this, &Menus::nextThemeWanted);
    next->setShortcut(QKeySequence(QStringLiteral("Ctrl+T")));
}

void Menus::addLanguages(QMenu& view)
{
    QMenu* menu = view.addMenu(tr("La&nguage"));
    auto* group = new QActionGroup(this);
    addChoice(*menu, *group, tr("As the &system"), QStringLiteral("system"), "menuLanguage-");
    for (const Language& language : languages())
        addChoice(*menu, *group, language.name, language.code, "menuLanguage-");
    check(*group, UiSettings().language());
    connect(group, &QActionGroup::triggered, this,
            [this](const QAction* action) { emit languageWanted(action->data().toString()); });
}

void Menus::addHelp()
{
    QMenu* menu = addMenu(tr("&Help"));
    QAction* help = menu->addAction(tr("&Help on this page"), this, &Menus::helpWanted);
    help->setShortcut(QKeySequence(QStringLiteral("F1")));
    QAction* about = menu->addAction(tr("&About Millrace"), this, &Menus::aboutWanted);
    about->setObjectName(QStringLiteral("menuAbout"));
}

void Menus::showCurrent(const QString& page)
{
    check(*m_pages, page);
}

void Menus::showTheme(const QString& mode)
{
    check(*m_themes, mode);
}

} // namespace millrace
