// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "session/ExperimentRun.h"
#include "session/Session.h"
#include "shell/Page.h"
#include "style/Theme.h"

#include <QApplication>
#include <QDir>
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

    QString page, said;
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

/// In both sizes and themes: 1024 × 700 and 1280 × 800 less rail and status bar.
inline void photograph(Page& page, const QString& state)
{
    QDir().mkpath(QStringLiteral(MILLRACE_SCREENSHOTS));
    for (const char* mode : {"light", "dark"}) {
        applyTheme(*qobject_cast<QApplication*>(QApplication::instance()), QLatin1String(mode));
        page.restyle();
        for (const QSize window : {QSize(1024, 700), QSize(1280, 800)}) {
            page.resize(window - QSize(84, 30));
            page.show();
            QVERIFY(QTest::qWaitForWindowExposed(&page));
            QApplication::processEvents(); // scroll areas lay out once more after their scroll bars came or went
            const QString name = QStringLiteral("%1-%2-%3x%4-%5.png")
                                     .arg(page.key(), state)
                                     .arg(window.width())
                                     .arg(window.height())
                                     .arg(QLatin1String(mode));
            QVERIFY(page.grab().save(QStringLiteral(MILLRACE_SCREENSHOTS "/") + name));
        }
    }
    applyTheme(*qobject_cast<QApplication*>(QApplication::instance()), QStringLiteral("light"));
}

} // namespace millrace
