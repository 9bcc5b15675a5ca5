// SPDX-License-Identifier: GPL-3.0-or-later
// The window without a broker: every page in every size and theme (pictures go to MILLRACE_SCREENSHOTS), keyboard, drag
// and drop, and the pages Train, Start and Evaluate with jobs whose work is written here.
#include "Waiting.h"
#include "base/Text.h"
#include "charts/LineChart.h"
#include "models/TrainFeed.h"
#include "pipeline/runs/RunFolder.h"
#include "session/Sections.h"
#include "session/Session.h"
#include "session/SessionMarker.h"
#include "shell/MainWindow.h"
#include "style/Theme.h"
#include "ui/Pictures.h"
#include "ui/Samples.h"
#include "widgets/BinHistogram.h"
#include "widgets/ConfusionMatrix.h"
#include "widgets/DensityMap.h"
#include "widgets/Widgets.h"

#include <qcustomplot.h>

#include <QApplication>
#include <QComboBox>
#include <QDir>
#include <QDragEnterEvent>
#include <QElapsedTimer>
#include <QLabel>
#include <QLineEdit>
#include <QMimeData>
#include <QSlider>
#include <QSpinBox>
#include <QTemporaryDir>
#include <QTest>
#include <QTextBrowser>
#include <QWheelEvent>
#include <atomic>
#include <cmath>

using namespace millrace;

/// A page that shows a child before it has a parent makes it a window of its own for a moment, and that takes the
/// focus.
class StrayWindows : public QObject
{
public:
    explicit StrayWindows(const QWidget* window) : m_window(window) { qApp->installEventFilter(this); }
    QStringList seen;

protected:
    bool eventFilter(QObject* watched, QEvent* event) override
    {
        const auto* widget = qobject_cast<const QWidget*>(watched);
        if (event->type() == QEvent::Show && widget && widget->isWindow() && widget != m_window)
            seen << QString("%1 %2").arg(widget->metaObject()->className(), widget->objectName());
        if (event->type() == QEvent::WindowDeactivate && watched == m_window)
            seen << "deactivated";
        return false;
    }

private:
    const QWidget* m_window;
};

class TestWindow : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void init();
    void cleanup();
    void everyPageFits_data();
    void everyPageFits();
    void shortcutsSwitchPages();
    void helpOpensAndCloses();
    void aWheelChangesNoField();
    void pagesAreMadeWithoutStrayWindows();
    void themeCycles();
    void droppedCsvGoesToData();
    void openedExperimentFillsTheForms();
    void savedFormsAreWhatWasLoaded();
    void anOpenedExperimentTakesThePlaceOfAnother();
    void trainingIsDrawn();
    void onlineModeHasItsOwnValues();
    void evaluationIsShown();
    void rareClassesAreEvaluated();
    void tilesAreOfTheTask();
    void severalClassesAreEvaluated();
    void numbersAreEvaluated();
    void predictionsAreOfTheTask();
    void aRunsEpochsAreDrawn();
    void aRegressionIsDrawn();
    void usedUpGroupOffersANewOne();
    void aCrashIsToldOf();
    void closesWhileAJobRuns();

private:
    void picture(const QString& name);
    void pictures(const QString& name); ///< in both sizes
    Job* startJob(const QString& kind, const QString& title, nlohmann::json section, Job::Work work);
    template <class T>
    T* find(const char* name)
    {
        T* widget = m_window->findChild<T*>(name);
        return widget;
    }

    std::unique_ptr<QTemporaryDir> m_home;
    std::unique_ptr<Session> m_session;
    std::unique_ptr<MainWindow> m_window;
};

void TestWindow::initTestCase()
{
    QVERIFY(QDir().mkpath(MILLRACE_SCREENSHOTS));
}

void TestWindow::init()
{
    m_home = std::make_unique<QTemporaryDir>();
    applyTheme(*qApp, "light");
    SessionOptions options;
    options.home = m_home->path().toStdString();
    m_session = std::make_unique<Session>(options);
    QElapsedTimer clock;
    clock.start();
    m_window = std::make_unique<MainWindow>(*m_session);
    m_window->resize(1280, 800);
    m_window->show();
    QVERIFY(QTest::qWaitForWindowExposed(m_window.get()));
#ifndef MILLRACE_SANITIZED
    qInfo("window up in %lld ms", clock.elapsed());
    QVERIFY(clock.elapsed() < 60000);
#endif
}

void TestWindow::cleanup()
{
    m_window.reset();
    m_session.reset();
    m_home.reset();
}

void TestWindow::picture(const QString& name)
{
    QCoreApplication::processEvents(); // what is laid out and queued for drawing
    savePicture(*m_window, name, m_window->size());
}

void TestWindow::pictures(const QString& name)
{
    for (const QSize size : kWindowSizes) {
        m_window->resize(size);
        QCoreApplication::processEvents();
        picture(name);
    }
}

Job* TestWindow::startJob(const QString& kind, const QString& title, nlohmann::json section, Job::Work work)
{
    return millrace::startJob(*m_session, kind, title, std::move(section), std::move(work));
}

void TestWindow::everyPageFits_data()
{
    QTest::addColumn<QSize>("size");
    QTest::addColumn<QString>("theme");
    for (const QSize size : kWindowSizes)
        for (const char* theme : {"light", "dark"})
            QTest::addRow("%dx%d %s", size.width(), size.height(), theme) << size << QString(theme);
}

void TestWindow::everyPageFits()
{
    QFETCH(QSize, size);
    QFETCH(QString, theme);
    m_window->setThemeMode(theme);
    m_window->resize(size);
    for (const QString& key : m_window->pageKeys()) {
        m_window->showPage(key);
        QCoreApplication::processEvents();
        const Page* page = m_window->page(key);
        QVERIFY(page->isVisible());
        QCOMPARE(m_window->size(), size); // nothing has forced it wider
        QVERIFY2(page->minimumSizeHint().width() <= page->width() && page->minimumSizeHint().height() <= page->height(),
                 qPrintable(QString("%1 needs %2 x %3")
                                .arg(key)
                                .arg(page->minimumSizeHint().width())
                                .arg(page->minimumSizeHint().height())));
        picture(key + "-empty");
    }
}

void TestWindow::shortcutsSwitchPages()
{
    m_window->activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
    QStringList keys = m_window->pageKeys();
    QVERIFY(keys.removeOne("learn")); // reached from Data, which its entry in the rail shows then
    for (int i = static_cast<int>(keys.size()) - 1; i >= 0; --i) {
        QTest::keyClick(m_window.get(), static_cast<Qt::Key>(Qt::Key_1 + i), Qt::ControlModifier);
        QCOMPARE(m_window->currentPage(), keys[i]);
    }
    auto* first = find<QWidget>("railStart");
    QVERIFY(first);
    first->setFocus(Qt::TabFocusReason);
    QTest::keyClick(first, Qt::Key_Down);
    QCOMPARE(m_window->currentPage(), QString("cluster"));
    QTest::keyClick(find<QWidget>("railCluster"), Qt::Key_Up);
    QCOMPARE(m_window->currentPage(), QString("start"));
}

void TestWindow::helpOpensAndCloses()
{
    for (const QString& key : m_window->pageKeys())
        m_window->page(key); // made now, so that nothing but the keys happens below
    m_window->activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
    auto* help = find<QWidget>("helpPanel");
    for (const QString& key : m_window->pageKeys()) {
        m_window->showPage(key);
        QTest::keyClick(m_window.get(), Qt::Key_F1);
        QVERIFY(help->isVisible());
        picture(key + "-help");
        const QString text = find<QTextBrowser>("helpText")->toPlainText();
        QVERIFY2(!text.contains("{fields"), qPrintable(key));
        if (key == "train") // the table's words, not the page's
            QVERIFY(text.contains("Skip at lag: " + QString::fromStdString(sectionKey("online", "skip-lag").help)));
        QTest::keyClick(m_window.get(), Qt::Key_F1);
        QVERIFY2(!help->isVisible(), qPrintable(key));
    }
}

/// What a page's scrolling went over changed without a word.
void TestWindow::aWheelChangesNoField()
{
    int fields = 0;
    const auto turn = [&](QWidget* field, const auto& text) {
        const QString before = text();
        for (const int angle : {120, -120, -120}) {
            QWheelEvent wheel(QPointF(5, 5), field->mapToGlobal(QPointF(5, 5)), {}, {0, angle}, Qt::NoButton,
                              Qt::NoModifier, Qt::NoScrollPhase, false);
            QApplication::sendEvent(field, &wheel);
            QCOMPARE(text(), before);
        }
        ++fields;
    };
    for (const QString& key : m_window->pageKeys())
        m_window->showPage(key);
    for (auto* combo : m_window->findChildren<QComboBox*>())
        turn(combo, [combo] { return combo->currentText(); });
    for (auto* box : m_window->findChildren<QAbstractSpinBox*>())
        turn(box, [box] { return box->text(); });
    QVERIFY(fields > 20);
}

void TestWindow::pagesAreMadeWithoutStrayWindows()
{
    m_window->activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
    StrayWindows strays(m_window.get());
    for (const QString& key : m_window->pageKeys())
        m_window->showPage(key);
    QCoreApplication::processEvents();
    QVERIFY2(strays.seen.isEmpty(), qPrintable(strays.seen.join(", ")));
}

void TestWindow::themeCycles()
{
    m_window->setThemeMode("light");
    QVERIFY(!Theme::current().dark);
    QTest::keyClick(m_window.get(), Qt::Key_T, Qt::ControlModifier);
    QVERIFY(Theme::current().dark);
    QCOMPARE(Theme::current().background, QColor("#14171c"));
    m_window->setThemeMode("light");
}

void TestWindow::droppedCsvGoesToData()
{
    const QString path = m_home->filePath("points.csv");
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("class,x,y\n");
    for (int i = 0; i < 200; ++i)
        file.write(QByteArray::number(i % 2) + "," + QByteArray::number(i * 0.25) + "," + QByteArray::number(i % 7) +
                   "\n");
    file.close();
    QMimeData mime;
    mime.setUrls({QUrl::fromLocalFile(path)});
    m_window->showPage("train");
    QDragEnterEvent enter({400, 300}, Qt::CopyAction, &mime, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(m_window.get(), &enter);
    QVERIFY(enter.isAccepted());
    QDropEvent drop({400, 300}, Qt::CopyAction, &mime, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(m_window.get(), &drop);
    QVERIFY(drop.isAccepted());
    QCOMPARE(m_window->currentPage(), QString("data"));
    QVERIFY(m_window->collectSections()["data"]["file"] == path.toStdString());
    TRY_VERIFY(m_session->latest("summarize") && !m_session->latest("summarize")->isLive());
    QVERIFY(m_session->latest("summarize")->result()["rows"] == 200);
    picture("data-summarized");
}

void TestWindow::openedExperimentFillsTheForms()
{
    const QString path = m_home->filePath("mine.millrace");
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(
        R"({"millrace": 1, "name": "mine", "cluster": {"local": true}, "train": {"topic": "birds", "epochs": 3, "batch": 128}})");
    file.close();
    m_window->openFiles({path});
    QCOMPARE(m_window->currentPage(), QString("start"));
    QCOMPARE(find<QLabel>("startHeading")->text(), QString("mine"));
    const nlohmann::json train = m_window->collectSections()["train"];
    QVERIFY(train["topic"] == "birds");
    QVERIFY(train["epochs"] == 3);
    QVERIFY(train["batch"] == 128);
    m_window->openFiles({m_home->filePath("absent.csv")});
    QVERIFY(find<QLabel>("statusMessage")->accessibleName().contains("absent.csv"));
    picture("start-opened");
}

void TestWindow::savedFormsAreWhatWasLoaded()
{
    const nlohmann::json sections = {
        {"train", {{"topic", "a"}, {"from", "last:500"}, {"until", "count:500"}, {"seed", 7}}},
        {"online", {{"topic", "b"}, {"group", "g"}, {"records", 500}}},
        {"evaluate", {{"topic", "c"}, {"group", "h"}, {"until", "idle:100"}}}};
    m_window->prefill(sections);
    const nlohmann::json saved = m_window->collectSections();
    for (const auto& [kind, section] : sections.items())
        for (const auto& [key, value] : section.items())
            QVERIFY2(saved[kind][key] == value, (kind + "." + key + " is " + saved[kind][key].dump()).c_str());
}

/// What its file leaves out is the default, in the forms as when it runs as a whole.
void TestWindow::anOpenedExperimentTakesThePlaceOfAnother()
{
    const QString path = m_home->filePath("defaults.millrace");
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    const nlohmann::json sections = {{"train", {{"topic", "a"}}},
                                     {"online", {{"topic", "b"}, {"group", "g"}}},
                                     {"evaluate", {{"topic", "c"}, {"group", "h"}}}};
    nlohmann::json experiment = sections;
    experiment.update({{"millrace", 1}, {"name", "defaults"}, {"cluster", {{"local", true}}}, {"seed", 77}});
    file.write(QByteArray::fromStdString(experiment.dump()));
    file.close();
    m_window->prefill({{"train", {{"topic", "x"}, {"epochs", 3}, {"optimizer", {{"kind", "sgd"}}}}},
                       {"online", {{"topic", "y"}, {"until", "never"}, {"preset", "small"}}},
                       {"evaluate", {{"topic", "z"}, {"batch", 7}}},
                       {"model", {{"preset", "small"}}},
                       {"predict", {{"topic", "x"}, {"group", "p"}, {"to", "w"}}}});
    QVERIFY(m_window->collectSections().contains("predict"));
    m_window->openFiles({path});
    const nlohmann::json shown = m_window->collectSections();
    for (const auto& [kind, section] : sections.items()) {
        nlohmann::json expected = section;
        if (kind != "evaluate") // which draws nothing
            expected["seed"] = 77;
        QCOMPARE(dumpJson(shown[kind]), dumpJson(expected));
    }
    QVERIFY(!shown.contains("predict"));
    QCOMPARE(shown["model"]["preset"], nlohmann::json("auto"));
    QCOMPARE(find<QComboBox>("onlineUntilField")->currentText(), QString("end"));
}

void TestWindow::trainingIsDrawn()
{
    m_window->showPage("train");
    std::atomic<bool> half = false, goOn = false;
    startJob("train", "Training on susy-train", {{"topic", "susy-train"}, {"partition", 0}, {"preset", "tutorial"}},
             [&](JobContext& context) -> Result<nlohmann::json> {
                 const int middle = kEpochs * kSteps * 63 / 100;
                 for (int step = 0; step < kEpochs * kSteps; ++step) {
                     if (step == middle) {
                         context.note(Note::Severity::Info, "learning rate 0.001 → 0.0005", pointAt(step / 2).records);
                         half = true;
                         goOn.wait(false);
                     }
                     context.metrics.add(pointAt(step));
                     context.report(progressAt(step + 1));
                 }
                 return nlohmann::json{{"run", "20260131T123456Z-susy"},
                                       {"parameters", 68481},
                                       {"seconds", 1.6},
                                       {"simulated", true},
                                       {"best", {{"loss", 0.4391}, {"accuracy", 0.796}, {"auc", 0.867}}}};
             });
    auto* loss = find<LineChart>("trainLossChart");
    auto* lag = find<LineChart>("trainLagChart");
    TRY_VERIFY(half.load());
    TRY_COMPARE(loss->pointCount(0), kEpochs * kSteps * 63 / 100);
    m_window->showPage("train");
    photographWindow(*m_window, "train-busy");
    m_window->showPage("start");
    photographWindow(*m_window, "start-busy");
    m_window->showPage("train");
    QVERIFY(find<QPushButton>("trainPauseButton")->isVisible());
    goOn = true;
    goOn.notify_all();
    TRY_COMPARE(loss->pointCount(0), kEpochs * kSteps);
    TRY_VERIFY(find<QPushButton>("trainEvaluateButton")->isVisible());
    QCOMPARE(lag->lastValue(0), 0.0);
    QVERIFY(loss->lastValue(1) > 0.4 && loss->lastValue(1) < 0.5);
    picture("train-done");
    QVERIFY(loss->save(m_home->filePath("loss.svg")));
    QVERIFY(loss->save(MILLRACE_SCREENSHOTS "/chart-saved.png"));
    QFile svg(m_home->filePath("loss.svg"));
    QVERIFY(svg.open(QIODevice::ReadOnly));
    const QByteArray drawing = svg.readAll();
    QVERIFY(drawing.contains("<polyline") || drawing.contains("<path"));
    QVERIFY(!drawing.contains("<image")); // lines, not a picture of lines

    QTest::mouseClick(find<QPushButton>("trainEvaluateButton"), Qt::LeftButton);
    QCOMPARE(m_window->currentPage(), QString("evaluate"));
    QCOMPARE(find<QComboBox>("evaluateRunField")->currentText(), QString("20260131T123456Z-susy"));
}

void TestWindow::onlineModeHasItsOwnValues()
{
    m_window->showPage("train");
    auto* mode = find<QComboBox>("trainModeField");
    auto* batch = find<QSpinBox>("trainBatchField");
    auto* onlineBatch = find<QSpinBox>("onlineBatchField");
    QCOMPARE(batch->text(), QString("auto"));
    mode->setCurrentIndex(1);
    QCOMPARE(onlineBatch->value(), 32);
    QVERIFY(find<QLineEdit>("onlineGroupField")->isVisible());
    QVERIFY(find<QComboBox>("onlineDetectorsField")->isVisible());
    QVERIFY(!find<QSpinBox>("trainPartitionField")->isVisible());
    auto* onDrift = find<QComboBox>("onlineOnDriftField");
    QVERIFY(!onDrift->isEnabled()); // nothing looks for drifts
    find<QComboBox>("onlineDetectorsField")->setCurrentText("adwin");
    QVERIFY(onDrift->isEnabled());
    picture("train-online");
    onlineBatch->setValue(16);
    mode->setCurrentIndex(0);
    QVERIFY(batch->isVisible() && !onlineBatch->isVisible());
    QCOMPARE(batch->text(), QString("auto"));
    mode->setCurrentIndex(1);
    QCOMPARE(onlineBatch->value(), 16);
    find<QComboBox>("onlineDetectorsField")->setCurrentText({});
}

void TestWindow::evaluationIsShown()
{
    m_window->showPage("evaluate");
    Job* job = startJob("evaluate", "Evaluating", {{"run", "susy"}, {"topic", "susy-test"}, {"group", "testcg"}},
                        [](JobContext&) -> Result<nlohmann::json> { return evaluation(false); });
    TRY_VERIFY(!job->isLive());
    auto* matrix = find<ConfusionMatrix>("evaluateConfusion");
    TRY_VERIFY(matrix->counts().has_value());
    QCOMPARE((*matrix->counts())[0][0], std::int64_t(18500));
    const auto* roc = find<LineChart>("evaluateRocChart");
    QCOMPARE(roc->pointCount(0), 101);
    QCOMPARE(roc->findChild<QLabel*>("chartNote")->text(), QString("AUC 0.8612 ≈"));
    QCOMPARE(roc->findChild<QLabel*>("chartTitle")->text(), QString("ROC of class 1"));
    photographWindow(*m_window, "evaluate-done");
    const auto nameOf = [this](const char* tile) {
        return find<Tile>(tile)->findChild<ElidedLabel*>("tileName")->whole();
    };
    const auto valueOf = [this](const char* tile) { return find<Tile>(tile)->findChild<QLabel*>("tileValue")->text(); };
    const auto before = *matrix->counts();
    const auto ring = roc->curve(1)[0];
    QCOMPARE(ring.x, 3126.0 / (18500 + 3126));
    QCOMPARE(ring.y, 13160.0 / (5214 + 13160));
    find<QSlider>("evaluateThresholdSlider")->setValue(35);
    const auto after = *matrix->counts();
    QVERIFY(after[0][1] < before[0][1]); // a higher threshold says 1 less often
    QCOMPARE(after[0][0] + after[0][1] > 0, true);
    QVERIFY(roc->curve(1)[0].x < ring.x && roc->curve(1)[0].y < ring.y); // the ring has moved
    const auto right = static_cast<double>(after[0][0] + after[1][1]);
    const double accuracy = right / (right + static_cast<double>(after[0][1] + after[1][0]));
    QCOMPARE(valueOf("evaluateAccuracyTile"), QString::fromStdString(formatPercent(accuracy)));
    QCOMPARE(nameOf("evaluateAccuracyTile"), QString("Accuracy at 0.70 · best 79.60 %"));
    QCOMPARE(valueOf("evaluateAucTile"), QString("0.8612 ≈"));
    QCOMPARE(nameOf("evaluateAucTile"), QString("AUC · best 0.8671"));
    photographWindow(*m_window, "evaluate-threshold");
    find<QSlider>("evaluateThresholdSlider")->setValue(25); // the model's own
    QCOMPARE(valueOf("evaluateAccuracyTile"), QString("79.15 %"));
    QCOMPARE(nameOf("evaluateAccuracyTile"), QString("Accuracy · best 79.60 %"));
    QTest::mouseMove(roc->plot(), QPoint(10, 10));
    QTest::mouseMove(roc->plot(), roc->plot()->axisRect()->center());
    TRY_COMPARE(roc->readout().split('\n').size(), 3);
    QVERIFY(roc->readout().startsWith("false positive rate 0."));
    QVERIFY(roc->readout().contains("threshold ≈ 0."));
    picture("evaluate-roc");
}

/// Where one class is nearly all, average precision stands in the accuracy's place; the threshold begins at the
/// model's.
void TestWindow::rareClassesAreEvaluated()
{
    m_window->showPage("evaluate");
    Job* job = startJob("evaluate", "Evaluating", {{"run", "fraud"}, {"topic", "fraud-test"}, {"group", "testcg"}},
                        [](JobContext&) -> Result<nlohmann::json> {
                            nlohmann::json result = evaluation(false);
                            result.update({{"task", "binary"},
                                           {"majority", 0.95},
                                           {"average_precision", 0.4321},
                                           {"threshold", 0.237},
                                           {"weight_column", "w"},
                                           {"effective_records", 612.4}});
                            return result;
                        });
    TRY_VERIFY(!job->isLive());
    auto* tile = find<QWidget>("evaluateAverage_precisionTile");
    TRY_VERIFY(tile->isVisible());
    QCOMPARE(tile->findChild<QLabel*>("tileValue")->text(), QString("0.4321 ≈"));
    QVERIFY(!find<QWidget>("evaluateAccuracyTile")->isVisible());
    const QString threshold = find<QLabel>("evaluateThresholdText")->text();
    QVERIFY2(threshold.startsWith("0.24 · of records: accuracy 79.15 %"), qPrintable(threshold));
    QCOMPARE(find<QLabel>("evaluateWeightChip")->text(), QString("weighed by w · as much as 612 equal records"));
    // The matrix is the result's own, not of bins.
    QCOMPARE((*find<ConfusionMatrix>("evaluateConfusion")->counts())[0][0], std::int64_t(18500));
    picture("evaluate-rare");
    startJob("evaluate", "Evaluating", {{"run", "susy"}, {"topic", "susy-test"}, {"group", "testcg"}},
             [](JobContext&) -> Result<nlohmann::json> { return evaluation(false); });
    TRY_VERIFY(find<QWidget>("evaluateAccuracyTile")->isVisible());
    QVERIFY(!find<QLabel>("evaluateWeightChip")->isVisible());
    TRY_VERIFY(find<QLabel>("evaluateThresholdText")->text().startsWith("0.50 "));
    startJob("evaluate", "Evaluating", {{"run", "susy"}, {"topic", "susy-test"}, {"group", "testcg"}},
             [](JobContext&) -> Result<nlohmann::json> {
                 nlohmann::json result = evaluation(false);
                 result["weight_column"] = "w";
                 return result;
             });
    TRY_VERIFY(find<QLabel>("evaluateWeightChip")->isVisible());
    find<QSlider>("evaluateThresholdSlider")->setValue(35); // counts only: the tile says so
    const auto* accuracy = find<Tile>("evaluateAccuracyTile");
    QCOMPARE(accuracy->findChild<ElidedLabel*>("tileName")->whole(),
             QString("Accuracy at 0.70, of records · best 79.60 %"));
    QVERIFY(accuracy->findChild<QLabel*>("tileValue")->text().endsWith(" ≈"));
}

void TestWindow::tilesAreOfTheTask()
{
    m_window->showPage("evaluate");
    QVERIFY(find<QWidget>("evaluateAccuracyTile")->isVisible());
    QVERIFY(!find<QWidget>("evaluateRmseTile")->isVisible());
    startJob("evaluate", "Evaluating", {{"run", "wind"}, {"topic", "wind"}, {"group", "testcg"}},
             [](JobContext&) -> Result<nlohmann::json> {
                 nlohmann::json result = evaluation(false);
                 for (const char* key : {"accuracy", "auc", "confusion", "roc", "score_histogram", "best"})
                     result.erase(key);
                 result.update({{"task", "regression"}, {"rmse", 2.5}, {"mae", 2}, {"r2", 0.75}, {"unit", "m/s"}});
                 return result;
             });
    auto* rmse = find<QWidget>("evaluateRmseTile");
    TRY_VERIFY(rmse->isVisible());
    QCOMPARE(rmse->findChild<QLabel*>("tileValue")->text(), QString("2.5000 m/s"));
    QVERIFY(find<QWidget>("evaluateR2Tile")->isVisible());
    for (const char* tile : {"evaluateLossTile", "evaluateAccuracyTile", "evaluateAucTile"})
        QVERIFY(!find<QWidget>(tile)->isVisible());
    picture("evaluate-regression");
}

void TestWindow::severalClassesAreEvaluated()
{
    writeRunOf(m_home->path(), "20260131T123456Z-iris", "train", "iris",
               {{"kind", "multi-class"}, {"classes", {"setosa", "versicolor", "virginica"}}});
    m_window->showPage("evaluate");
    const nlohmann::json section = {{"run", "iris"}, {"topic", "iris-test"}, {"group", "testcg"}};
    std::atomic<bool> goOn = false;
    startJob("evaluate", "Evaluating", section, [&](JobContext& context) -> Result<nlohmann::json> {
        for (int step = 0; !goOn && !context.stopRequested(); ++step) {
            context.metrics.add(pointAt(step));
            context.waitFor(std::chrono::milliseconds(10));
        }
        return evaluationOfClasses(3);
    });
    // Under way the tiles are those of the run's task already.
    TRY_VERIFY(find<QWidget>("evaluateBalanced_accuracyTile")->isVisible());
    TRY_VERIFY(find<QWidget>("evaluateAccuracyTile")->findChild<QLabel*>("tileValue")->text().endsWith('%'));
    goOn = true;
    auto* matrix = find<ConfusionMatrix>("evaluateClassConfusion");
    TRY_VERIFY(matrix->isVisible() && matrix->counts().has_value());
    QCOMPARE(matrix->names(), QStringList({"setosa", "versicolor", "virginica"}));
    QCOMPARE((*matrix->counts())[1][2], std::int64_t(67));
    auto* classes = find<QTableView>("evaluateClassTable");
    QCOMPARE(classes->model()->index(0, 0).data().toString(), QString("setosa"));
    QCOMPARE(classes->model()->index(0, 2).data().toString(), QString("92.31 %"));
    QVERIFY(!find<QWidget>("evaluateRocChart")->isVisible() && !find<QWidget>("evaluateThresholdSlider")->isVisible());
    pictures("evaluate-classes");
    startJob("evaluate", "Evaluating", section,
             [](JobContext&) -> Result<nlohmann::json> { return evaluationOfClasses(12); });
    TRY_COMPARE(matrix->names().size(), 12);
    pictures("evaluate-twelve-classes");
    startJob("evaluate", "Evaluating", section,
             [](JobContext&) -> Result<nlohmann::json> { return evaluationOfClasses(30); });
    auto* pairs = find<QTableView>("evaluatePairsTable");
    TRY_VERIFY(pairs->isVisible());
    QCOMPARE(pairs->model()->rowCount(), 30);
    pictures("evaluate-many-classes");
}

void TestWindow::numbersAreEvaluated()
{
    writeRunOf(
        m_home->path(), "20260131T123456Z-wind", "train", "wind",
        {{"kind", "regression"}, {"targets", {{{"name", "speed"}, {"unit", "m/s"}, {"mean", 8}, {"scale", 3}}}}});
    m_window->showPage("evaluate");
    startJob("evaluate", "Evaluating", {{"run", "wind"}, {"topic", "wind"}, {"group", "testcg"}},
             [](JobContext&) -> Result<nlohmann::json> { return evaluationOfNumbers(); });
    auto* map = find<DensityMap>("evaluatePredictedActual");
    TRY_VERIFY(map->isVisible() && !map->cells().counts.empty());
    const auto* residuals = find<BinHistogram>("evaluateResiduals");
    QVERIFY(residuals->isVisible());
    QCOMPARE(residuals->bins().below, std::int64_t(3));
    QCOMPARE(find<QWidget>("evaluateRmseTile")->findChild<QLabel*>("tileValue")->text(), QString("1.2346 m/s"));
    QVERIFY(!find<QWidget>("evaluateRocChart")->isVisible());
    pictures("evaluate-numbers");
}

/// Classes by name, numbers in their unit.
void TestWindow::predictionsAreOfTheTask()
{
    const nlohmann::json iris = {{"kind", "multi-class"}, {"classes", {"setosa", "versicolor", "virginica"}}};
    const nlohmann::json wind = {{"kind", "regression"},
                                 {"targets", {{{"name", "speed"}, {"unit", "m/s"}, {"mean", 8}, {"scale", 3}}}}};
    m_window->showPage("predict");
    auto* last = find<QTableView>("predictLastTable");
    const auto predict = [&](const nlohmann::json& task, const std::vector<float>& outputs) {
        startJob("predict", "Predicting", {{"run", "none"}, {"topic", "a"}, {"to", "b"}, {"group", "g"}},
                 [=](JobContext& context) -> Result<nlohmann::json> {
                     context.predictions.put({{0, 17, "k", false, *taskFromJson(task), outputs}});
                     return nlohmann::json{{"records", 1}};
                 });
    };
    const auto shown = [last](int column) { return last->model()->index(0, column).data().toString(); };
    predict(iris, {0.5F, 3.5F, -1});
    TRY_COMPARE(shown(4), QString("versicolor"));
    QCOMPARE(last->model()->headerData(4, Qt::Horizontal).toString(), QString("Class"));
    pictures("predict-classes");
    predict(wind, {12.5F});
    TRY_COMPARE(shown(3), QString("12.50"));
    QCOMPARE(last->model()->columnCount(), 4);
    QCOMPARE(last->model()->headerData(3, Qt::Horizontal).toString(), QString("speed [m/s]"));
    pictures("predict-numbers");
    nlohmann::json two = wind;
    two["targets"].push_back({{"name", "force"}});
    predict(two, {12.5F, 0.25F});
    TRY_COMPARE(last->model()->columnCount(), 5);
    TRY_COMPARE(shown(4), QString("0.250"));
    QCOMPARE(last->model()->headerData(4, Qt::Horizontal).toString(), QString("force"));
}

/// From its folder alone: curves with the validation part, and what was made of each column.
void TestWindow::aRunsEpochsAreDrawn()
{
    nlohmann::json epochs = nlohmann::json::array();
    for (int i = 1; i <= 12; ++i)
        epochs.push_back({{"epoch", i},
                          {"records", 5000},
                          {"loss", 0.9 / i},
                          {"r2", 1 - 0.9 / i},
                          {"seconds", 0.4},
                          {"validation_loss", 0.1 + 0.9 / i},
                          {"validation_r2", 0.9 - 0.9 / i}});
    nlohmann::json columns = nlohmann::json::array();
    columns.push_back({{"column", "season"}, {"what", "category"}, {"why", "4 texts"}});
    columns.push_back({{"column", "instant"}, {"what", "left out"}, {"why", "another value in each row"}});
    writeRunOf(m_home->path(), "20260131T123456Z-bike", "train", "bike",
               {{"kind", "regression"}, {"targets", {{{"name", "count"}}}}},
               {{"columns", columns}, {"result", {{"task", "regression"}, {"per_epoch", epochs}, {"r2", 0.9}}}});
    m_window->showPage("runs");
    auto* table = find<QTableView>("runsEpochTable");
    TRY_COMPARE(table->model()->rowCount(), 12);
    QCOMPARE(table->model()->headerData(5, Qt::Horizontal).toString(), QString("validation R²"));
    QCOMPARE(table->model()->index(11, 5).data().toString(), QString("0.8250"));
    find<QTabBar>("runsEpochTabs")->setCurrentIndex(1);
    find<QTabBar>("runsTextTabs")->setCurrentIndex(1);
    const auto* loss = find<LineChart>("runsLossChart");
    QVERIFY(loss->isVisible());
    QCOMPARE(loss->pointCount(0), 12);
    QCOMPARE(loss->pointCount(1), 12);
    QCOMPARE(find<LineChart>("runsScoreChart")->findChild<QLabel*>("chartTitle")->text(), QString("R²"));
    QCOMPARE(find<QTableView>("runsColumnTable")->model()->index(1, 1).data().toString(), QString("left out"));
    pictures("runs-curves");
}

/// The second chart is the task's, and the validation part stands beside what is learnt.
void TestWindow::aRegressionIsDrawn()
{
    writeRunOf(
        m_home->path(), "20260131T123456Z-wind", "train", "wind",
        {{"kind", "regression"}, {"targets", {{{"name", "speed"}, {"unit", "m/s"}, {"mean", 8}, {"scale", 3}}}}});
    m_window->showPage("train");
    std::atomic<bool> goOn = false;
    startJob("train", "Training on wind", {{"topic", "wind"}, {"preset", "auto"}},
             [&](JobContext& context) -> Result<nlohmann::json> {
                 for (int step = 0; step < kEpochs * kSteps; ++step) {
                     MetricPoint point = pointAt(step);
                     if ((step + 1) % kSteps == 0) {
                         point.validationLoss = point.loss + 0.02;
                         point.validationScore = point.score - 0.02;
                     }
                     context.metrics.add(point);
                     context.report(progressAt(step + 1));
                 }
                 while (!goOn && !context.stopRequested())
                     context.waitFor(std::chrono::milliseconds(10));
                 return nlohmann::json{{"run", "20260131T123456Z-wind"},
                                       {"task", "regression"},
                                       {"epochs", kEpochs},
                                       {"parameters", 9345},
                                       {"seconds", 1.6},
                                       {"validation", {{"records", 900}, {"best_epoch", 3}, {"stopped_early", true}}}};
             });
    const auto* score = find<LineChart>("trainScoreChart");
    const auto* loss = find<LineChart>("trainLossChart");
    TRY_COMPARE(score->findChild<QLabel*>("chartTitle")->text(), QString("R²"));
    TRY_COMPARE(loss->pointCount(0), kEpochs * kSteps);
    QCOMPARE(loss->pointCount(2), kEpochs);
    QCOMPARE(score->pointCount(2), kEpochs);
    QVERIFY(find<QWidget>("trainLossTile")->findChild<QLabel*>("tileNote")->isVisible());
    pictures("train-regression");
    goOn = true;
    goOn.notify_all();
    auto* left = find<QWidget>("trainEpochTile")->findChild<QLabel*>("tileNote");
    TRY_COMPARE(left->text(), QString("kept: epoch 3"));
    pictures("train-regression-done");
}

void TestWindow::usedUpGroupOffersANewOne()
{
    m_window->showPage("evaluate");
    startJob("evaluate", "Evaluating", {{"run", "susy"}, {"topic", "susy-test"}, {"group", "testcg"}},
             [](JobContext&) -> Result<nlohmann::json> { return evaluation(true); });
    auto* banner = find<Banner>("evaluateBanner");
    TRY_VERIFY(banner->isVisible());
    picture("evaluate-nothing-new");
    auto* action = banner->findChild<QPushButton*>("bannerActionButton");
    QTest::mouseClick(action, Qt::LeftButton);
    QCOMPARE(find<QLineEdit>("evaluateGroupField")->text(), QString("testcg-2"));
}

void TestWindow::aCrashIsToldOf()
{
    const std::filesystem::path home = m_session->home();
    {
        const SessionMarker first(home);
        QVERIFY(first.crashedSince().empty());
        QVERIFY(SessionMarker(home).crashedSince().empty()); // two windows side by side
    }
    QVERIFY(SessionMarker(home).crashedSince().empty()); // a clean end
    QFile left(QString::fromStdString((home / "windows" / "20260131T123456789Z-4711").string()));
    QVERIFY(left.open(QIODevice::WriteOnly));
    left.close();
    const SessionMarker second(home);
    QCOMPARE(second.crashedSince(), std::string("2026-01-31T12:34:56Z"));
    QVERIFY(SessionMarker(home).crashedSince().empty()); // said once

    QVERIFY(RunFolder::create(home / "runs", "torn", {{"kind", "train"}}).has_value()); // gone before it ended
    m_window->tellOfACrash(second.crashedSince());
    auto* banner = find<Banner>("crashBanner");
    TRY_VERIFY(banner->isVisible());
    const QString text = banner->findChild<QLabel*>("bannerText")->text();
    QVERIFY2(text.contains("ended unexpectedly") && text.contains("torn (no checkpoint yet)"), qPrintable(text));
    picture("crashed");
    QTest::mouseClick(banner->findChild<QPushButton*>("bannerSecondButton"), Qt::LeftButton);
    QVERIFY(!banner->isVisible());
}

void TestWindow::closesWhileAJobRuns()
{
    startJob("train", "Training", {{"topic", "t"}}, [](JobContext& context) -> Result<nlohmann::json> {
        std::mutex mutex;
        std::unique_lock lock(mutex);
        std::condition_variable_any never;
        never.wait(lock, context.stop(), [] { return false; });
        return fail(ErrorCode::Cancelled, "Stopped");
    });
    QElapsedTimer clock;
    clock.start();
    m_window->close();
    m_window.reset();
    m_session.reset();
    QVERIFY(clock.elapsed() < 60000);
}

QTEST_MAIN(TestWindow)
#include "tst_window.moc"
