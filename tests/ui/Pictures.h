// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "shell/MainWindow.h"
#include "style/Theme.h"

#include <QApplication>
#include <QDir>
#include <QTest>

namespace millrace
{

/// The smallest window, and one of a common screen.
inline constexpr QSize kWindowSizes[] = {{1024, 700}, {1600, 1000}};
inline constexpr const char* kThemes[] = {"dark", "light"};

/// Into the build's screenshots: "<name>-<width>x<height>-<theme>.png", "…-x2.png" at twice the scale.
inline void savePicture(QWidget& widget, const QString& name, QSize window)
{
    QDir().mkpath(QStringLiteral(MILLRACE_SCREENSHOTS));
    const QString file = QStringLiteral("%1/%2-%3x%4-%5%6.png")
                             .arg(QStringLiteral(MILLRACE_SCREENSHOTS), name)
                             .arg(window.width())
                             .arg(window.height())
                             .arg(QLatin1String(Theme::current().dark ? "dark" : "light"),
                                  QLatin1String(widget.devicePixelRatioF() > 1 ? "-x2" : ""));
    QVERIFY2(widget.grab().save(file), qPrintable(file));
}

/// The window as it is now, in every size and theme; it keeps its size and is light afterwards.
inline void photographWindow(MainWindow& window, const QString& name)
{
    const QSize before = window.size();
    for (const char* theme : kThemes) {
        window.setThemeMode(QLatin1String(theme));
        for (const QSize size : kWindowSizes) {
            window.resize(size);
            QTest::qWait(50);                          // laid out
            window.page(window.currentPage())->tick(); // at rest the window's own are rare
            QTest::qWait(30);
            QCOMPARE(window.size(), size); // nothing has forced it wider
            savePicture(window, name, size);
        }
    }
    window.resize(before);
    QTest::qWait(60);
}

} // namespace millrace
