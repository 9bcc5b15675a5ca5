// SPDX-License-Identifier: GPL-3.0-or-later
// The window around the pages: its menus and keys, a folder instead of a file, a screen that is smaller than the
// window, settings that stay in their home, and what is asked before harm is done.
#include "Waiting.h"
#include "shell/Language.h"
#include "shell/MainWindow.h"
#include "shell/Menus.h"
#include "shell/UiSettings.h"
#include "ui/Pictures.h"
#include "ui/Samples.h"
#include "ui/Widgets.h"
#include "ui/WindowBench.h"
#include "widgets/Widgets.h"

#include <QAction>
#include <QMenu>
#include <QScreen>
#include <QScrollArea>
#include <QScrollBar>
#include <QTemporaryDir>
#include <QTest>
#include <QTextBrowser>

using namespace millrace;

class TestFrame : public QObject, private WindowBench
{
    Q_OBJECT
private slots:
    void init();
    void cleanup() { closeWindow(); }
    void everyPageHasItsKey();
    void menusAreThere();
    void themesAndAboutByTheMenu();
    void enterPressesTheButton();
    void aFolderIsRefused();
    void theFirstWindowFitsTheScreen();
    void aSmallScreenScrolls();
    void settingsStayInTheirHome();
    void aLanguageIsRemembered();

private:
    template <class Widget>
    Widget* find(const char* name)
    {
        return widgetIn<Widget>(*m_window, name);
    }
    QString message() { return find<ElidedLabel>("statusMessage")->whole(); }
};

void TestFrame::init()
{
    openWindow();
    m_window->activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
}

void TestFrame::everyPageHasItsKey()
{
    const QStringList keys = m_window->pageKeys();
    QCOMPARE(keys.size(), 10);
    for (int i = 9; i >= 0; --i) {
        const auto digit = static_cast<Qt::Key>(Qt::Key_0 + (i + 1) % 10);
        QTest::keyClick(m_window.get(), digit, Qt::ControlModifier);
        QCOMPARE(m_window->currentPage(), keys[i]);
    }
}

void TestFrame::menusAreThere()
{
    auto* menus = find<Menus>("menus");
    QVERIFY(menus->isVisible());
    QStringList titles, ticked;
    for (const QAction* menu : menus->actions()) {
        titles << menu->text().remove('&');
        for (const QAction* action : menu->menu()->actions())
            if (action->isChecked())
                ticked << action->text();
    }
    QCOMPARE(titles, QStringList({"File", "View", "Help"}));
    QCOMPARE(ticked, QStringList({"Start"}));
    m_window->showPage("runs");
    QVERIFY(find<QAction>("menuPage-runs")->isChecked());
    QTest::mouseClick(menus, Qt::LeftButton, {}, menus->actionGeometry(menus->actions()[1]).center());
    QMenu* view = menus->actions()[1]->menu();
    TRY_VERIFY(view->isVisible());
    savePicture(*view, "menu-view", m_window->size());
    view->close();
}

void TestFrame::themesAndAboutByTheMenu()
{
    find<QAction>("menuTheme-dark")->trigger();
    QVERIFY(Theme::current().dark && UiSettings().theme() == "dark");
    QTest::keyClick(m_window.get(), Qt::Key_T, Qt::ControlModifier); // dark, system, light
    QVERIFY(find<QAction>("menuTheme-system")->isChecked());
    find<QAction>("menuTheme-light")->trigger();
    QVERIFY(!Theme::current().dark);
    find<QAction>("menuAbout")->trigger();
    const QString about = find<QTextBrowser>("helpText")->toPlainText();
    QVERIFY2(about.contains("General Public License") && about.contains(m_home->path()), qPrintable(about));
    photographWindow(*m_window, "about");
    QTest::keyClick(m_window.get(), Qt::Key_F1);
    QVERIFY(!find<QWidget>("helpPanel")->isVisible());
}

void TestFrame::enterPressesTheButton()
{
    m_window->showPage("start");
    auto* all = find<QPushButton>("startAllRunsButton");
    for (const auto key : {Qt::Key_Return, Qt::Key_Enter}) {
        m_window->showPage("start");
        all->setFocus(Qt::TabFocusReason);
        QTest::keyClick(all, key);
        QCOMPARE(m_window->currentPage(), QString("runs"));
    }
    auto* rail = find<QWidget>("railModel");
    rail->setFocus(Qt::TabFocusReason);
    QTest::keyClick(rail, Qt::Key_Return);
    QCOMPARE(m_window->currentPage(), QString("model"));
}

void TestFrame::aFolderIsRefused()
{
    m_window->openFiles({m_home->path()});
    QVERIFY2(message().contains(m_home->path() + " is a folder"), qPrintable(message()));
    QCOMPARE(m_window->currentPage(), QString("start"));
}

void TestFrame::theFirstWindowFitsTheScreen()
{
    const QSize room = m_window->screen()->availableSize();
    QVERIFY(m_window->width() <= room.width() && m_window->height() <= room.height());
}

/// What has no room is reached by scrolling, and nothing is squeezed.
void TestFrame::aSmallScreenScrolls()
{
    m_window->setMinimumSize(400, 300);
    m_window->resize(683, 384); // 1366 × 768 at a factor of 2
    for (const QString& key : m_window->pageKeys()) {
        m_window->showPage(key);
        QCoreApplication::processEvents();
        const Page* page = m_window->page(key);
        QVERIFY2(page->minimumSizeHint().width() <= page->width() && page->minimumSizeHint().height() <= page->height(),
                 qPrintable(key));
    }
    const auto* scroll = find<QScrollArea>("windowScroll");
    QVERIFY(scroll->horizontalScrollBar()->maximum() > 0 && scroll->verticalScrollBar()->maximum() > 0);
    savePicture(*m_window, "small-screen", m_window->size());
}

void TestFrame::settingsStayInTheirHome()
{
    m_window->setThemeMode("dark");
    QVERIFY(QFile::exists(m_home->filePath("window.ini")));
    const QTemporaryDir other;
    UiSettings::keepIn(other.path().toStdString());
    QCOMPARE(UiSettings().theme(), QString("system"));
    UiSettings::keepIn(m_home->path().toStdString());
    QCOMPARE(UiSettings().theme(), QString("dark"));
}

void TestFrame::aLanguageIsRemembered()
{
    QCOMPARE(languageOf("zh_TW"), QString("zh_TW"));
    QCOMPARE(languageOf("xx"), languageOf("system"));
    QVERIFY(find<QAction>("menuLanguage-system")->isChecked());
    find<QAction>("menuLanguage-zh_TW")->trigger();
    QCOMPARE(UiSettings().language(), QString("zh_TW"));
    QVERIFY2(message().contains("started again"), qPrintable(message()));
}

QTEST_MAIN(TestFrame)
#include "tst_frame.moc"
