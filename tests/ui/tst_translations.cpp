// SPDX-License-Identifier: GPL-3.0-or-later
// The window in each language that it has: nothing is left to translate, nothing is cut, and what is data stays as it
// is. Pictures of every page go to MILLRACE_SCREENSHOTS as "<language>-<page>-…".
#include "Waiting.h"
#include "shell/Language.h"
#include "shell/MainWindow.h"
#include "ui/Pictures.h"
#include "ui/Samples.h"
#include "ui/SeenTexts.h"
#include "ui/Widgets.h"

#include <QDirIterator>
#include <QFile>
#include <QProcess>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>
#include <QTextBrowser>

using namespace millrace;

namespace
{

const QString kSources = QStringLiteral(MILLRACE_SOURCE_DIR);

QString read(const QString& path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
}

/// What lupdate makes of a language's file with the sources as they are.
QString updated(const QString& language, const QString& folder)
{
    const QString file = folder + "/millrace_" + language + ".ts";
    QFile::copy(kSources + "/resources/translations/millrace_" + language + ".ts", file);
    QProcess lupdate;
    lupdate.setWorkingDirectory(kSources);
    lupdate.start("/usr/lib/qt6/bin/lupdate",
                  {"-silent", "-locations", "none", "-I", "engine", "-I", "ui", "ui", "engine/session",
                   QStringLiteral(MILLRACE_SCREENSHOTS) + "/../translations/Tables.cpp", "-ts", file});
    return lupdate.waitForFinished(60'000) && lupdate.exitCode() == 0 ? read(file) : QString();
}

/// Sources that read otherwise in the language.
QSet<QString> translatedSources(const QString& translations)
{
    static const QRegularExpression message("<source>([^<]*)</source>\\s*<translation>([^<]*)<");
    QSet<QString> sources;
    for (const auto& match : message.globalMatch(translations))
        if (match.captured(1) != match.captured(2))
            sources << match.captured(1);
    return sources;
}

/// The sources of messages that are of that type: "unfinished", "vanished".
QStringList messagesOf(const QString& translations, const QString& type)
{
    static const QRegularExpression message("<source>([^<]*)</source>(?:(?!</message>).)*<translation type=\"(\\w+)\"",
                                            QRegularExpression::DotMatchesEverythingOption);
    QStringList sources;
    for (const auto& match : message.globalMatch(translations))
        if (match.captured(2) == type)
            sources << match.captured(1);
    return sources;
}

} // namespace

class TestTranslations : public QObject
{
    Q_OBJECT
private slots:
    void nothingIsLeftToTranslate();
    void placesForValuesAreKept();
    void everyPageInEveryLanguage();
};

/// tst_pseudolocale writes the texts of the engine's tables, which lupdate reads beside the sources.
void TestTranslations::nothingIsLeftToTranslate()
{
    const QTemporaryDir folder;
    for (const Language& language : languages()) {
        if (language.code == "en")
            continue;
        const QString translations = updated(language.code, folder.path());
        QVERIFY2(translations.contains("<message>"), qPrintable(language.code));
        for (const char* type : {"unfinished", "vanished", "obsolete"}) {
            const QStringList left = messagesOf(translations, type);
            QVERIFY2(left.isEmpty(), qPrintable(language.code + ", " + type + ":\n" + left.join('\n')));
        }
    }
}

void TestTranslations::placesForValuesAreKept()
{
    static const QRegularExpression message(
        "<source>([^<]*)</source>(?:(?!</message>).)*<translation>(?:\\s*<numerusform>)?([^<]*)<",
        QRegularExpression::DotMatchesEverythingOption);
    static const QRegularExpression place("%L?\\d+|%n");
    const auto placesIn = [](const QString& text) {
        QStringList places;
        for (const auto& match : place.globalMatch(text))
            places << match.captured();
        places.sort();
        return places;
    };
    QDirIterator files(kSources + "/resources/translations", {"*.ts"}, QDir::Files);
    int checked = 0;
    while (files.hasNext())
        for (const auto& match : message.globalMatch(read(files.next()))) {
            QVERIFY2(placesIn(match.captured(1)) == placesIn(match.captured(2)), qPrintable(match.captured(1)));
            ++checked;
        }
    QVERIFY(checked > 1000);
}

void TestTranslations::everyPageInEveryLanguage()
{
    for (const Language& language : languages()) {
        if (language.code == "en")
            continue;
        installLanguage(*qApp, language.code);
        applyTheme(*qApp, "light");
        const QTemporaryDir home;
        SessionOptions options;
        options.home = home.path().toStdString();
        Session session(options);
        writeRun(home, "20260131T123456Z-susy", "train", "done", 0.7935);
        const QSet<QString> english =
            translatedSources(read(kSources + "/resources/translations/millrace_" + language.code + ".ts"));
        QVERIFY(english.size() > 900);
        MainWindow window(session);
        window.show();
        QVERIFY(QTest::qWaitForWindowExposed(&window));
        for (const QString& key : window.pageKeys()) {
            window.showPage(key);
            for (const QSize size : kWindowSizes) {
                window.resize(size);
                QTest::qWait(60);
                savePicture(window, language.code + "-" + key, size);
                QStringList complaints;
                for (const SeenText& seen : seenTexts(window)) {
                    if (!seen.isWhole)
                        complaints << complaint("cut", seen);
                    if (english.contains(seen.text))
                        complaints << complaint("untranslated", seen);
                }
                QVERIFY2(complaints.isEmpty(), qPrintable(key + "\n" + complaints.join('\n')));
            }
            QFile help(helpFile(key));
            QVERIFY2(help.fileName().contains(language.code) && help.exists(), qPrintable(help.fileName()));
        }
        QVERIFY(window.pageTitle("train") != QLatin1String("Train"));
    }
}

QTEST_MAIN(TestTranslations)
#include "tst_translations.moc"
