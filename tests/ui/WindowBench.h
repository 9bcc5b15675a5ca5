// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "shell/MainWindow.h"
#include "style/Theme.h"

#include <QApplication>
#include <QTemporaryDir>
#include <QTest>
#include <memory>

namespace millrace
{

/// A light window on a home of its own; for init() and cleanup() of a test that has a new one for each function.
class WindowBench
{
protected:
    void openWindow()
    {
        m_home = std::make_unique<QTemporaryDir>();
        applyTheme(*qApp, "light");
        SessionOptions options;
        options.home = m_home->path().toStdString();
        m_session = std::make_unique<Session>(options);
        m_window = std::make_unique<MainWindow>(*m_session);
        m_window->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_window.get()));
    }
    void closeWindow()
    {
        m_window.reset();
        m_session.reset();
        m_home.reset();
    }

    std::unique_ptr<QTemporaryDir> m_home;
    std::unique_ptr<Session> m_session;
    std::unique_ptr<MainWindow> m_window;
};

} // namespace millrace
