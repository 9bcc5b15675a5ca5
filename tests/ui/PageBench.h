// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "session/ExperimentRun.h"
#include "session/Session.h"
#include "shell/Page.h"
#include "style/Theme.h"
#include "ui/Pictures.h"

#include <QApplication>
#include <QTemporaryDir>
#include <QTest>
#include <memory>

namespace millrace
{

/// A window that only remembers what it was asked.
class TestShell : public Shell
{
public:
    void showPage(const QString& name) override { page = name; }
    void showRun(const QString& folder) override { shownRun = folder; }
    [[nodiscard]] QString pageTitle(const QString& name) const override { return name; }
    void say(const QString& text, bool isError) override
    {
        said = text;
        error = isError;
    }
    void openFiles(const QStringList& paths) override { opened = paths; }
    void prefill(const nlohmann::json& sections) override { filled = sections; }
    nlohmann::json collectSections() const override { return {}; }
    ExperimentRun* runExperiment(Experiment) override { return nullptr; }
    ExperimentRun* experimentRun() const override { return run; }

    QString page, shownRun, said;
    QStringList opened;
    bool error = false;
    ExperimentRun* run = nullptr;
    nlohmann::json filled;
};

/// A home of its own, and a session in it.
struct Bench {
    Bench()
    {
        SessionOptions options;
        options.home = folder.path().toStdString();
        session = std::make_unique<Session>(options);
    }
    QTemporaryDir folder;
    std::unique_ptr<Session> session;
    TestShell shell;
};

/// In each size and theme, less rail and status bar.
inline void photograph(Page& page, const QString& state)
{
    for (const char* mode : kThemes) {
        applyTheme(*qobject_cast<QApplication*>(QApplication::instance()), QLatin1String(mode));
        page.restyle();
        for (const QSize window : kWindowSizes) {
            page.resize(window - QSize(84, 30));
            page.show();
            QVERIFY(QTest::qWaitForWindowExposed(&page));
            QApplication::processEvents(); // scroll areas lay out once more after their scroll bars came or went
            savePicture(page, page.key() + '-' + state, window);
        }
    }
    applyTheme(*qobject_cast<QApplication*>(QApplication::instance()), QStringLiteral("light"));
}

} // namespace millrace
