// SPDX-License-Identifier: GPL-3.0-or-later
// The window in a language that no one speaks: each sentence accented, in brackets and about 40 % longer. What is left
// without brackets was never handed to a translator, and what is cut would be cut in German (pictures pseudo-*.png go
// to MILLRACE_SCREENSHOTS).
#include "Waiting.h"
#include "data/Columns.h"
#include "data/Predictions.h"
#include "data/simulator/DriftSchedule.h"
#include "kafka/ConnectionTest.h"
#include "metrics/ScoreTable.h"
#include "models/TableText.h"
#include "session/Sections.h"
#include "shell/MainWindow.h"
#include "style/Theme.h"
#include "ui/Pictures.h"
#include "ui/Samples.h"
#include "ui/SeenTexts.h"
#include "ui/Widgets.h"
#include "widgets/Widgets.h"

#include <QComboBox>
#include <QDirIterator>
#include <QLocale>
#include <QRegularExpression>
#include <QTabBar>
#include <QTableView>
#include <QTranslator>
#include <atomic>
#include <mutex>

using namespace millrace;

namespace
{

constexpr auto kTables = "Tables";

/// Vowels twice and accented, which makes words as much longer as German ones are. Placeholders, tags, entities,
/// mnemonics, file patterns and shortcuts stay as they are.
QString pseudo(const QString& source)
{
    static const QRegularExpression kept(
        QStringLiteral(R"(%L?\d+|%n|<[^>]*>|&\w+;|&(?=\w)|\*[.\w]*|\b(?:Ctrl|Alt|Shift)\+\w+|\bF\d+)"));
    static const QString plain = QStringLiteral("aeiouAEIOU"), accented = QStringLiteral("áéíóúÁÉÍÓÚ");
    QString text;
    const auto lengthen = [&text](QStringView piece) {
        for (const QChar letter : piece) {
            const auto vowel = plain.indexOf(letter);
            text += vowel < 0 ? QString(letter) : QString(2, accented[vowel]);
        }
    };
    qsizetype at = 0;
    for (const auto& match : kept.globalMatch(source)) {
        lengthen(QStringView(source).mid(at, match.capturedStart() - at));
        text += match.captured();
        at = match.capturedEnd();
    }
    lengthen(QStringView(source).mid(at));
    return source.isEmpty() ? QString() : '[' + text + ']';
}

class PseudoTranslator : public QTranslator
{
public:
    [[nodiscard]] bool isEmpty() const override { return false; }
    [[nodiscard]] QString translate(const char* context, const char* source, const char*, int) const override
    {
        if (qstrcmp(context, kTables) == 0) {
            const std::scoped_lock lock(m_mutex); // lists are made beside the main thread
            m_askedOfTables << QString::fromUtf8(source);
        }
        // Qt asks for the names of keys, too: "Ctrl+1" would become another shortcut.
        return qstrcmp(context, "QShortcut") == 0 ? QString() : pseudo(QString::fromUtf8(source));
    }
    /// Each text that the window has asked for by tableText().
    [[nodiscard]] QSet<QString> askedOfTables() const
    {
        const std::scoped_lock lock(m_mutex);
        return m_askedOfTables;
    }

private:
    mutable std::mutex m_mutex;
    mutable QSet<QString> m_askedOfTables;
};

/// Of the engine's tables all that the window may show. They are put together as the program runs, so that lupdate
/// would not find them in the tables' sources.
QSet<QString> tableTexts()
{
    QSet<QString> texts;
    const auto add = [&texts](const std::string& text) { texts << QString::fromStdString(text); };
    const auto addKeys = [&add](const std::vector<SectionKey>& keys) {
        for (const SectionKey& key : keys)
            for (const std::string& text : {key.group, key.label, key.help, key.absent})
                add(text);
    };
    addKeys(readingKeys());
    for (const Section& section : sections()) {
        add(section.name); // a run's kind
        addKeys(section.keys);
    }
    for (const ScoreKind& kind : scoreKinds())
        for (const std::string& text : {kind.label, kind.word, kind.help})
            add(text);
    for (const ColumnRoleInfo& role : columnRoles())
        for (const std::string& text : {role.name, role.help})
            add(text);
    for (const char* type : {"text", "number"})
        add(type);
    for (const DriftKnob& knob : driftKnobs())
        add(knob.title);
    for (const std::string& name : connectionStepNames())
        add(name);
    for (const PredictionValue& value : predictionValues({}))
        add(value.name);
    for (const char* state : {"done", "running", "failed", "interrupted"})
        add(state);
    for (const char* limit : {"training", "decoding", "Kafka", "no broker", "producer", "paused", "the rate limit"})
        add(limit);
    for (int day = 1; day <= 7; ++day)
        add(QLocale::c().dayName(day).toStdString());
    texts.remove(QString());
    return texts;
}

/// Those that a file of ui marks itself.
QSet<QString> markedTexts()
{
    static const QRegularExpression mark(QStringLiteral("QT_TRANSLATE_NOOP\\(\"Tables\", \"([^\"]*)\"\\)"));
    QSet<QString> texts;
    QDirIterator walk(QStringLiteral(MILLRACE_SOURCE_DIR "/ui"), {"*.cpp"}, QDir::Files, QDirIterator::Subdirectories);
    while (walk.hasNext()) {
        QFile file(walk.next());
        if (!file.open(QIODevice::ReadOnly))
            continue;
        for (const auto& match : mark.globalMatch(QString::fromUtf8(file.readAll())))
            texts << match.captured(1);
    }
    return texts;
}

/// A C++ source as lupdate reads it.
QByteArray sourceOf(const QSet<QString>& texts)
{
    QStringList sorted(texts.begin(), texts.end());
    sorted.sort();
    QByteArray source;
    for (QString& text : sorted) {
        text.replace('\\', "\\\\").replace('"', "\\\"");
        source += "QT_TRANSLATE_NOOP(\"Tables\", \"" + text.toUtf8() + "\")\n";
    }
    return source;
}

/// What is left of a text without its translated parts; an elided one has lost its closing bracket.
QString unbracketed(const QString& text)
{
    QString outside;
    int depth = 0;
    for (const QChar letter : text) {
        depth += letter == '[';
        if (depth == 0)
            outside += letter;
        depth -= letter == ']';
    }
    return outside;
}

/// Data, not words: names and numbers with a digit or one of -_./: in them, and units, which are the same everywhere.
QString withoutData(QString text)
{
    static const QRegularExpression data(QStringLiteral(R"(\S*(?:[\d_/:]|\w[-.]\w)\S*|\b(?:s|min|h|ms|[kMG]?B)\b)"));
    return text.remove(data);
}

bool isTranslated(const QString& text)
{
    static const QRegularExpression word(QStringLiteral(R"(\p{L}{2,})"));
    return !withoutData(unbracketed(text)).contains(word);
}

/// Of what a label shows: names that the user or Kafka gave, and what the engine reports, which is English in the
/// command line and in log files, too.
bool isOfTheEngine(const QLabel& label)
{
    static const QStringList kReports = {"bannerText", "statusMessage", "statusJob", "stepText",
                                         "qtooltip_label"}; // of a chip, which was asked to tell the rest
    return kReports.contains(label.objectName()) || qobject_cast<const Chip*>(&label) != nullptr;
}

/// The columns that Kafka's own tools print, by their names there, and those of the user's file.
bool hasForeignHeadings(const QTableView& table)
{
    static const QStringList kForeign = {"evaluateGroupsTable", "groupLagTable", "topicPartitionTable",
                                         "dataFirstRowsTable"};
    return kForeign.contains(table.objectName());
}

bool maybeForeign(const SeenText& seen)
{
    if (const auto* label = qobject_cast<const QLabel*>(seen.widget))
        return isOfTheEngine(*label);
    const auto* table = qobject_cast<const QTableView*>(seen.widget);
    return table != nullptr && hasForeignHeadings(*table);
}

/// What is wrong with what is seen of a window, each as "what: text".
QStringList complaintsOf(const QWidget& window)
{
    QStringList found;
    for (const SeenText& seen : seenTexts(window)) {
        if (!seen.isWhole)
            found << complaint("cut", seen);
        if (!maybeForeign(seen) && !isTranslated(seen.text))
            found << complaint("untranslated", seen);
    }
    return found;
}

} // namespace

class TestPseudoLocale : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void init();
    void cleanup();
    void sentencesAreMadePseudo();
    void aCutOrUntranslatedTextIsFound();
    void emptyPages();
    void aFileThatWasRead();
    void tabsOfTheCluster();
    void aTraining();
    void anEvaluation();
    void evaluationsOfOtherTasks();
    void runs();
    void aCrash();
    void textsOfTablesAreListed();

private:
    void lookAt(const QString& name);
    void lookAtPage(const QString& key, const QString& state);

    PseudoTranslator m_pseudo;
    std::unique_ptr<QTemporaryDir> m_home;
    std::unique_ptr<Session> m_session;
    std::unique_ptr<MainWindow> m_window;
};

void TestPseudoLocale::initTestCase()
{
    QVERIFY(QDir().mkpath(MILLRACE_SCREENSHOTS));
    QVERIFY(QCoreApplication::installTranslator(&m_pseudo));
    applyTheme(*qApp, "light");
}

void TestPseudoLocale::init()
{
    m_home = std::make_unique<QTemporaryDir>();
    SessionOptions options;
    options.home = m_home->path().toStdString();
    m_session = std::make_unique<Session>(options);
    m_window = std::make_unique<MainWindow>(*m_session);
    m_window->show();
    QVERIFY(QTest::qWaitForWindowExposed(m_window.get()));
}

void TestPseudoLocale::cleanup()
{
    m_window.reset();
    m_session.reset();
    m_home.reset();
}

/// What the window shows now, in both sizes.
void TestPseudoLocale::lookAt(const QString& name)
{
    for (const QSize size : kWindowSizes) {
        m_window->resize(size);
        QCoreApplication::processEvents(); // what is laid out and queued for drawing
        QCoreApplication::processEvents(); // and once more, where scroll bars came
        const QString picture = QString("pseudo-%1-%2x%3.png").arg(name).arg(size.width()).arg(size.height());
        QVERIFY(m_window->grab().save(QStringLiteral(MILLRACE_SCREENSHOTS "/") + picture));
        QCOMPARE(m_window->size(), size); // nothing has forced it wider
        const QStringList complaints = complaintsOf(*m_window);
        QVERIFY2(complaints.isEmpty(), qPrintable(picture + "\n" + complaints.join('\n')));
    }
}

void TestPseudoLocale::lookAtPage(const QString& key, const QString& state)
{
    m_window->showPage(key);
    lookAt(key + "-" + state);
}

void TestPseudoLocale::sentencesAreMadePseudo()
{
    QCOMPARE(pseudo("Run"), QString("[Rúún]"));
    QCOMPARE(pseudo("&Open %1 <b>in</b> %n files (*.csv) &amp; Ctrl+O"), QString("[&ÓÓpéén %1 <b>íín</b> %n fíílé"
                                                                                 "és (*.csv) &amp; Ctrl+O]"));
    QCOMPARE(MainWindow::tr("Start"), QString("[Stáárt]"));
    QCOMPARE(tableText(sectionKey("train", "epochs").label), QString("[ÉÉpóóchs]"));
    QCOMPARE(QKeySequence("Ctrl+1").toString(QKeySequence::NativeText), QString("Ctrl+1"));
}

void TestPseudoLocale::aCutOrUntranslatedTextIsFound()
{
    QWidget window;
    window.resize(600, 100);
    auto* label = new QLabel("[Rúún] susy-train · 1,024 records", &window);
    window.show();
    label->resize(label->sizeHint() - QSize(1, 0));
    QCOMPARE(complaintsOf(window).size(), 2); // cut, and "records"
    label->setText("[Rúún] susy-train · 1,024");
    label->resize(label->sizeHint());
    QCOMPARE(complaintsOf(window), QStringList());
    label->setText("[Rúún of which the end is mis…");
    label->resize(20, 20);
    QCOMPARE(complaintsOf(window).size(), 1); // nothing has the rest
    label->setToolTip("[Rúún of which the end is missing]");
    QCOMPARE(complaintsOf(window), QStringList());
}

void TestPseudoLocale::emptyPages()
{
    for (const QString& key : m_window->pageKeys())
        lookAtPage(key, "empty");
    widgetIn<QComboBox>(*m_window, "trainModeField")->setCurrentIndex(1);
    lookAtPage("train", "online");
}

void TestPseudoLocale::aFileThatWasRead()
{
    write(m_home->filePath("small.csv"), smallTable());
    m_window->openFiles({m_home->filePath("small.csv")});
    TRY_COMPARE(widgetIn<QTableView>(*m_window, "dataColumnTable")->model()->rowCount(), 4);
    lookAtPage("data", "loaded");
    auto* other = widgetIn<QPushButton>(*m_window, "dataTaskButton");
    const QString before = other->text();
    clickIn(*m_window, "dataTaskButton");
    TRY_VERIFY(other->text() != before);
    lookAtPage("data", "regression");
}

void TestPseudoLocale::tabsOfTheCluster()
{
    auto* tabs = widgetIn<QTabBar>(*m_window->page("cluster"), "clusterTabs");
    for (int i = 0; i < tabs->count(); ++i) {
        tabs->setCurrentIndex(i);
        lookAtPage("cluster", QString("tab-%1").arg(i));
    }
}

void TestPseudoLocale::aTraining()
{
    std::atomic<bool> half = false, goOn = false;
    m_window->showPage("train");
    const Job* job = startJob(*m_session, "train", "Training on susy-train",
                              {{"topic", "susy-train"}, {"partition", 0}, {"preset", "tutorial"}},
                              [&](JobContext& context) -> Result<nlohmann::json> {
                                  for (int step = 0; step < kEpochs * kSteps; ++step) {
                                      context.metrics.add(pointAt(step));
                                      context.report(progressAt(step + 1));
                                      if (step == kSteps) {
                                          half = true;
                                          half.notify_all();
                                          goOn.wait(false);
                                      }
                                  }
                                  return nlohmann::json{{"run", "20260131T123456Z-susy"},
                                                        {"parameters", 68481},
                                                        {"seconds", 1.6},
                                                        {"simulated", true},
                                                        {"best", {{"loss", 0.4391}, {"accuracy", 0.796}}}};
                              });
    half.wait(false);
    m_window->page("train")->tick();
    lookAtPage("train", "busy");
    lookAtPage("start", "busy");
    goOn = true;
    goOn.notify_all();
    TRY_VERIFY(!job->isLive());
    lookAtPage("train", "done");
}

void TestPseudoLocale::anEvaluation()
{
    for (const bool nothingNew : {false, true}) {
        m_window->showPage("evaluate");
        const Job* job = startJob(*m_session, "evaluate", "Evaluating",
                                  {{"run", "20260131T123420Z-susy"}, {"topic", "susy-test"}, {"group", "testcg"}},
                                  [&](JobContext&) -> Result<nlohmann::json> { return evaluation(nothingNew); });
        TRY_VERIFY(!job->isLive());
        lookAtPage("evaluate", nothingNew ? "nothing-new" : "done");
    }
}

void TestPseudoLocale::evaluationsOfOtherTasks()
{
    m_window->showPage("evaluate");
    const std::vector<std::pair<const char*, nlohmann::json>> results = {{"classes", evaluationOfClasses(3)},
                                                                         {"many-classes", evaluationOfClasses(30)},
                                                                         {"numbers", evaluationOfNumbers()}};
    for (const auto& [name, result] : results) {
        const Job* job = startJob(*m_session, "evaluate", "Evaluating",
                                  {{"run", "none"}, {"topic", "susy-test"}, {"group", "testcg"}},
                                  [&](JobContext&) -> Result<nlohmann::json> { return result; });
        TRY_VERIFY(!job->isLive());
        lookAtPage("evaluate", name);
    }
}

void TestPseudoLocale::runs()
{
    writeRun(*m_home, "20260131T123456Z-susy", "train", "done", 0.7935);
    writeRun(*m_home, "20260131T124456Z-susy-eval", "evaluate", "done", 0.7911);
    writeRun(*m_home, "20260131T125456Z-crash", "train", "running", 0.5); // nobody holds its lock
    m_window->showPage("runs");
    TRY_COMPARE(widgetIn<QTableView>(*m_window, "runsTable")->model()->rowCount(), 3);
    lookAtPage("runs", "listed");
    widgetIn<QTabBar>(*m_window, "runsEpochTabs")->setCurrentIndex(1);
    widgetIn<QTabBar>(*m_window, "runsTextTabs")->setCurrentIndex(1);
    lookAtPage("runs", "curves");
}

void TestPseudoLocale::aCrash()
{
    m_window->tellOfACrash("2026-01-31T12:34:56Z");
    TRY_VERIFY(widgetIn<Banner>(*m_window, "crashBanner")->isVisible());
    lookAtPage("start", "crashed");
}

/// After all that was shown above: lupdate reads the list beside the sources of ui.
void TestPseudoLocale::textsOfTablesAreListed()
{
    const QSet<QString> listed = tableTexts();
    QVERIFY(!m_pseudo.askedOfTables().isEmpty());
    const QSet<QString> missing = m_pseudo.askedOfTables() - listed - markedTexts();
    QVERIFY2(missing.isEmpty(), qPrintable(missing.values().join('\n')));
    write(QStringLiteral(MILLRACE_SCREENSHOTS "/../translations/Tables.cpp"), sourceOf(listed));
}

QTEST_MAIN(TestPseudoLocale)
#include "tst_pseudolocale.moc"
