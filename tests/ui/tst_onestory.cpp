// SPDX-License-Identifier: GPL-3.0-or-later
// What a page shows is of one run: a training that is to come stands beside no curve of another, a run's form comes
// with its curve, a model is not paired with another table's topic, and the page Start keeps the curve of its own step.
#include "Waiting.h"
#include "charts/LineChart.h"
#include "pipeline/runs/TopicNotes.h"
#include "shell/MainWindow.h"
#include "ui/Pictures.h"
#include "ui/Samples.h"
#include "ui/Widgets.h"
#include "ui/WindowBench.h"
#include "widgets/Widgets.h"

#include <QComboBox>
#include <QLineEdit>
#include <QSpinBox>
#include <QTableView>
#include <QTest>

using namespace millrace;

namespace
{

constexpr int kPoints = 40;

Result<nlohmann::json> trained(JobContext& context, const std::string& run)
{
    context.beginRun(run);
    for (int i = 0; i < kPoints; ++i) {
        MetricPoint point;
        point.step = i;
        point.records = i * 64;
        point.seconds = 0.1 * i + (i < kPoints / 2 ? 0 : 60); // a minute without a broker
        point.loss = 0.7 - 0.005 * i;
        context.metrics.add(point);
    }
    return nlohmann::json{{"run", run}, {"parameters", 1000}, {"seconds", 1.5}};
}

} // namespace

class TestOneStory : public QObject, private WindowBench
{
    Q_OBJECT
private slots:
    void init();
    void cleanup() { closeWindow(); }
    void anOfferedTopicIsANewTraining();
    void anotherTopicIsANewTraining();
    void aChangedFormIsTheNextTraining();
    void aRunningTrainingKeepsItsForm();
    void aRunFillsTheForm();
    void anotherTableBeginsAnew();
    void timeWithoutPointsIsAGap();
    void aModelIsTestedWithItsOwnTable();
    void anotherRunTakesTheResultAway();
    void startDrawsItsOwnTraining();
    void recentRunsOpenByAClick();

private:
    template <class Widget>
    Widget* find(const char* name)
    {
        return widgetIn<Widget>(*m_window, name);
    }
    Job* train(nlohmann::json section, const std::string& run)
    {
        Job* job = startJob(*m_session, "train", "Training", std::move(section),
                            [run](JobContext& context) { return trained(context, run); });
        [&] { TRY_VERIFY(!job->isLive()); }();
        return job;
    }
    [[nodiscard]] int drawn() { return find<LineChart>("trainLossChart")->pointCount(0); }
    void publishedInTwo(const std::string& learnt, const std::string& tested)
    {
        TopicNotes notes;
        notes.other = tested;
        QVERIFY(writeTopicNotes(m_session->home(), learnt, notes));
        notes.other = learnt;
        QVERIFY(writeTopicNotes(m_session->home(), tested, notes));
    }
    /// With a checkpoint as far as a list of runs looks.
    void writeTrained(const QString& folder, const char* topic)
    {
        writeRunOf(m_home->path(), folder, "train", topic, {{"kind", "binary"}});
        write(m_home->filePath("runs/" + folder + "/checkpoints/000000000001.safetensors"), "x");
    }
};

void TestOneStory::init()
{
    openWindow();
    m_window->resize(1280, 800);
}

void TestOneStory::anOfferedTopicIsANewTraining()
{
    m_window->showPage("train");
    train({{"topic", "old-train"}, {"epochs", 7}}, "20260131T123456Z-old");
    TRY_COMPARE(drawn(), kPoints);
    TRY_COMPARE(find<QLabel>("trainRunChip")->text(), QString("20260131T123456Z-old"));
    QVERIFY(find<QPushButton>("trainEvaluateButton")->isVisible());
    m_window->prefill({{"train", {{"topic", "new-train"}}}}); // "Train on it…"
    QCOMPARE(drawn(), 0);
    QCOMPARE(find<QComboBox>("trainTopicField")->currentText(), QString("new-train"));
    QCOMPARE(find<QLabel>("trainTopicChip")->text(), QString("new-train"));
    QVERIFY(!find<QLabel>("trainRunChip")->isVisible() && !find<QPushButton>("trainEvaluateButton")->isVisible());
    auto* start = find<QPushButton>("trainStartButton");
    QVERIFY(start->isVisible() && start->property("primary").toBool());
    photographWindow(*m_window, "train-next");
    clickIn(*m_window, "trainBackButton");
    QCOMPARE(find<QComboBox>("trainTopicField")->currentText(), QString("old-train"));
    QCOMPARE(find<QSpinBox>("trainEpochsField")->value(), 7);
    TRY_COMPARE(drawn(), kPoints);
}

void TestOneStory::anotherTopicIsANewTraining()
{
    m_window->showPage("train");
    train({{"topic", "old-train"}}, "20260131T123456Z-old");
    TRY_COMPARE(drawn(), kPoints);
    find<QComboBox>("trainTopicField")->setCurrentText("other");
    QCOMPARE(drawn(), 0);
    QVERIFY(!find<QPushButton>("trainEvaluateButton")->isVisible());
}

/// Its curve may stay for comparison, but the button that stands out starts what the form says.
void TestOneStory::aChangedFormIsTheNextTraining()
{
    m_window->showPage("train");
    train({{"topic", "old-train"}}, "20260131T123456Z-old");
    TRY_VERIFY(find<QPushButton>("trainEvaluateButton")->isVisible());
    QVERIFY(find<QPushButton>("trainEvaluateButton")->property("primary").toBool());
    QVERIFY(!find<QLabel>("trainWhose")->isVisible());
    find<QSpinBox>("trainEpochsField")->setValue(33);
    QVERIFY(!find<QPushButton>("trainEvaluateButton")->property("primary").toBool());
    QVERIFY(find<QPushButton>("trainStartButton")->property("primary").toBool());
    QVERIFY(find<QLabel>("trainWhose")->isVisible());
    photographWindow(*m_window, "train-changed");
}

void TestOneStory::aRunningTrainingKeepsItsForm()
{
    m_window->showPage("train");
    std::atomic_bool goOn = false;
    Job* job = startJob(*m_session, "train", "Training", {{"topic", "now-train"}}, [&](JobContext& context) {
        auto result = trained(context, "20260131T123456Z-now");
        goOn.wait(false);
        return result;
    });
    TRY_COMPARE(drawn(), kPoints);
    m_window->prefill({{"train", {{"topic", "next-train"}}}});
    QCOMPARE(find<QComboBox>("trainTopicField")->currentText(), QString("now-train"));
    QCOMPARE(drawn(), kPoints);
    goOn = true;
    goOn.notify_all();
    TRY_VERIFY(!job->isLive());
    TRY_VERIFY(find<QPushButton>("trainNewButton")->isVisible());
    clickIn(*m_window, "trainNewButton");
    QCOMPARE(find<QComboBox>("trainTopicField")->currentText(), QString("next-train"));
    QCOMPARE(drawn(), 0);
}

/// As Resume and Reproduce start it.
void TestOneStory::aRunFillsTheForm()
{
    m_window->showPage("train");
    find<QComboBox>("trainTopicField")->setCurrentText("mine");
    train({{"topic", "old-train"}, {"epochs", 12}, {"learning-rate", 0.25}, {"resume", "20260131T123456Z-old"}},
          "20260131T123456Z-old");
    QCOMPARE(find<QComboBox>("trainTopicField")->currentText(), QString("old-train"));
    QCOMPARE(find<QSpinBox>("trainEpochsField")->value(), 12);
    QCOMPARE(find<QLineEdit>("trainLearningRateField")->text(), QString("0.25"));
    nlohmann::json saved;
    m_window->page("train")->saveTo(saved);
    QVERIFY2(!saved["train"].contains("resume"), saved.dump().c_str()); // the same again is a new training
}

/// Neither the mode, nor the preset, nor the name of the run before is the next table's.
void TestOneStory::anotherTableBeginsAnew()
{
    m_window->showPage("train");
    Job* job = startJob(*m_session, "online", "Learning", {{"topic", "susy-train"}, {"group", "cgonline"}},
                        [](JobContext& context) { return trained(context, "20260131T123456Z-susy-online"); });
    TRY_VERIFY(!job->isLive());
    QCOMPARE(find<QComboBox>("trainModeField")->currentData().toString(), QString("online"));
    train({{"topic", "susy-train"}, {"preset", "tutorial"}, {"run", "susy"}, {"epochs", 10}}, "20260131T123456Z-susy");
    QCOMPARE(find<QLineEdit>("trainRunField")->text(), QString("susy"));
    m_window->prefill({{"train", {{"topic", "machines-train"}}}}); // "Train on it…"
    QCOMPARE(find<QComboBox>("trainModeField")->currentData().toString(), QString("train"));
    QCOMPARE(find<QLineEdit>("trainRunField")->text(), QString());
    QCOMPARE(find<QSpinBox>("trainEpochsField")->text(), QString("auto"));
    QVERIFY(m_window->collectSections()["model"]["preset"] == "auto");
    const Job* evaluated = startJob(*m_session, "evaluate", "Evaluating",
                                    {{"run", "20260131T123456Z-susy"}, {"topic", "susy-test"}, {"group", "susy-g"}},
                                    [](JobContext&) -> Result<nlohmann::json> { return evaluation(false); });
    TRY_VERIFY(!evaluated->isLive());
    m_window->showPage("evaluate");
    QCOMPARE(find<QLineEdit>("evaluateGroupField")->text(), QString("susy-g"));
    m_window->prefill({{"evaluate", {{"run", "20260131T150000Z-machines"}}}});
    QCOMPARE(find<QLineEdit>("evaluateGroupField")->text(), QString("testcg"));
}

void TestOneStory::timeWithoutPointsIsAGap()
{
    m_window->showPage("train");
    train({{"topic", "old-train"}}, "20260131T123456Z-old");
    const auto gaps = [this](int series) {
        return std::ranges::count_if(find<LineChart>("trainLossChart")->curve(series).points(),
                                     [](const Curve::Point& point) { return std::isnan(point.y); });
    };
    TRY_COMPARE(drawn(), kPoints);
    QCOMPARE(gaps(0), 0); // over records
    find<QComboBox>("trainXAxisField")->setCurrentIndex(2);
    constexpr int kRaw = 0, kSmoothed = 1;
    TRY_COMPARE(drawn(), kPoints + 1);
    QCOMPARE(gaps(kRaw), 1);
    TRY_COMPARE(gaps(kSmoothed), 1);
    photographWindow(*m_window, "train-gap");
}

void TestOneStory::aModelIsTestedWithItsOwnTable()
{
    publishedInTwo("bikes-train", "bikes-test");
    publishedInTwo("wine-train", "wine-test");
    writeTrained("20260131T100000Z-bikes", "bikes-train");
    writeTrained("20260131T110000Z-wine", "wine-train");
    writeTrained("20260131T120000Z-alone", "alone");
    m_window->showPage("evaluate");
    auto* run = find<QComboBox>("evaluateRunField");
    auto* topic = find<QComboBox>("evaluateTopicField");
    m_window->prefill({{"evaluate", {{"run", "20260131T100000Z-bikes"}}}});
    TRY_COMPARE(topic->currentText(), QString("bikes-test"));
    m_window->prefill({{"evaluate", {{"run", "20260131T110000Z-wine"}}}});
    TRY_COMPARE(topic->currentText(), QString("wine-test"));
    m_window->prefill({{"evaluate", {{"run", "20260131T120000Z-alone"}}}}); // of which no rest is known
    TRY_COMPARE(topic->currentText(), QString());
    m_window->prefill({{"evaluate", {{"topic", "bikes-test"}}}}); // as after its publication
    TRY_COMPARE(run->currentText(), QString("20260131T100000Z-bikes"));
    m_window->prefill({{"evaluate", {{"topic", "elsewhere"}}}});
    TRY_COMPARE(run->currentText(), QString());
    // By hand: a topic that a person chose stays.
    topic->setCurrentText("wine-test");
    run->setCurrentText("20260131T100000Z-bikes");
    QTest::qWait(100);
    QCOMPARE(topic->currentText(), QString("wine-test"));
}

void TestOneStory::anotherRunTakesTheResultAway()
{
    writeTrained("20260131T100000Z-bikes", "bikes-train");
    m_window->showPage("evaluate");
    const Job* job = startJob(*m_session, "evaluate", "Evaluating",
                              {{"run", "20260131T110000Z-wine"}, {"topic", "wine-test"}, {"group", "g"}},
                              [](JobContext&) -> Result<nlohmann::json> { return evaluation(false); });
    TRY_VERIFY(!job->isLive());
    auto* records = find<Tile>("evaluateLossTile")->findChild<QLabel*>("tileValue");
    TRY_VERIFY(records->text() != "–");
    m_window->prefill({{"evaluate", {{"run", "20260131T100000Z-bikes"}}}});
    TRY_COMPARE(records->text(), QString("–"));
    QVERIFY(find<QPushButton>("evaluateStartButton")->isVisible());
}

/// An experiment's curve stays with it, whatever is trained on other pages.
void TestOneStory::startDrawsItsOwnTraining()
{
    m_window->showPage("start");
    auto* chart = find<LineChart>("startChart");
    train({{"topic", "old-train"}}, "20260131T123456Z-old");
    QTest::qWait(120); // two ticks
    QCOMPARE(chart->pointCount(1), 0);
    QCOMPARE(find<QLabel>("startHeading")->text().startsWith("The tutorial"), true);
}

void TestOneStory::recentRunsOpenByAClick()
{
    writeTrained("20260131T100000Z-bikes", "bikes-train");
    writeRun(*m_home, "20260131T120000Z-online", "online", "done", 0.75);
    m_window->showPage("start");
    auto* recent = find<QTableView>("startRecentTable");
    TRY_COMPARE(recent->model()->rowCount(), 2);
    QVERIFY(recent->model()->index(0, 2).data().toString().contains("before learning"));
    const QModelIndex row = recent->model()->index(1, 0);
    QTest::mouseClick(recent->viewport(), Qt::LeftButton, {}, recent->visualRect(row).center());
    QCOMPARE(m_window->currentPage(), QString("runs"));
    auto* runs = find<QTableView>("runsTable");
    TRY_VERIFY(runs->currentIndex().isValid() &&
               runs->currentIndex().siblingAtColumn(0).data().toString().contains("bikes"));
}

QTEST_MAIN(TestOneStory)
#include "tst_onestory.moc"
