// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/CommandLine.h"
#include "cli/Output.h"
#include "cli/Runner.h"
#include "session/SessionMarker.h"
#include "shell/Language.h"
#include "shell/MainWindow.h"
#include "shell/UiSettings.h"
#include "style/Theme.h"

#include <QApplication>

namespace millrace
{
namespace
{

bool hasDisplay()
{
    return qEnvironmentVariableIsSet("DISPLAY") || qEnvironmentVariableIsSet("WAYLAND_DISPLAY") ||
           qEnvironmentVariableIsSet("QT_QPA_PLATFORM");
}

} // namespace

int runWindow(int argc, char** argv, const CommandLine& line)
{
    if (!hasDisplay())
        return Output(line.json, line.quiet)
            .error({ErrorCode::Failed, "There is no display for the window", "Work headless, e.g.: millrace tutorial",
                    false});
    QApplication application(argc, argv);
    QApplication::setApplicationName("millrace");
    QApplication::setApplicationDisplayName("Millrace");
    QApplication::setDesktopFileName("millrace");
    QApplication::setApplicationVersion(QStringLiteral(MILLRACE_VERSION));
    Session session(line.session);
    UiSettings::keepIn(session.home());
    installLanguage(application, UiSettings().language());
    applyTheme(application, UiSettings().theme());
    const SessionMarker marker(session.home());
    MainWindow window(session);
    SignalWatch signalWatch([&] { window.close(); });
    window.show();
    if (!marker.crashedSince().empty())
        window.tellOfACrash(marker.crashedSince());
    QStringList files;
    for (const std::string& file : line.files)
        files << QString::fromStdString(file);
    window.openFiles(files);
    return QApplication::exec();
}

} // namespace millrace
