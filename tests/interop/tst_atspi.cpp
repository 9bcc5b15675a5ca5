// SPDX-License-Identifier: GPL-3.0-or-later
// The window over the accessibility bus, as a screen reader gets it: everything that can have the focus has a name and
// a role on each page. In a display and a session bus of its own.
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

namespace
{

constexpr int kPatience = 60000; // milliseconds, of all of it
constexpr auto kDebiansPython = "/usr/bin/python3";
constexpr auto kFindAtspi = "import gi; gi.require_version('Atspi', '2.0'); from gi.repository import Atspi";

QString missing()
{
    for (const char* program : {"Xvfb", "dbus-run-session"})
        if (QStandardPaths::findExecutable(program).isEmpty())
            return QStringLiteral("%1 is missing: apt install xvfb dbus").arg(program);
    if (!QFileInfo::exists("/usr/libexec/at-spi-bus-launcher"))
        return "the accessibility bus is missing: apt install at-spi2-core";
    if (QProcess::execute(kDebiansPython, {"-c", kFindAtspi}) != 0)
        return "Python's binding is missing: apt install python3-gi gir1.2-atspi-2.0";
    return {};
}

} // namespace

class AtspiTest : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase()
    {
        if (const QString what = missing(); !what.isEmpty())
            QSKIP(qPrintable(what));
    }
    void everyPageHasNamesAndRoles();
};

void AtspiTest::everyPageHasNamesAndRoles()
{
    const QTemporaryDir home;
    QProcess walk;
    walk.start("dbus-run-session", {"--", kDebiansPython, MILLRACE_SOURCE_DIR "/tests/interop/atspi_walk.py",
                                    MILLRACE_BINARY, home.path()});
    QVERIFY2(walk.waitForFinished(kPatience), qPrintable(walk.errorString()));
    QVERIFY2(walk.exitCode() == 0, walk.readAllStandardError());
    const QList<QByteArray> lines = walk.readAllStandardOutput().trimmed().split('\n'); // the registry talks there, too
    const QJsonObject seen = QJsonDocument::fromJson(lines.last()).object();
    QCOMPARE(seen["pages"].toArray().size(), 9);
    QVERIFY2(seen["focusable"].toInt() > 100, lines.last());
    QStringList complaints;
    for (const QJsonValue complaint : seen["complaints"].toArray())
        complaints << complaint.toString();
    QVERIFY2(complaints.isEmpty(), qPrintable(complaints.join('\n')));
}

QTEST_GUILESS_MAIN(AtspiTest)
#include "tst_atspi.moc"
