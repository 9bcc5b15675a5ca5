// SPDX-License-Identifier: GPL-3.0-or-later
// The main road through the window with a real broker, real clicks, keys and drops: start Kafka, drop a CSV, publish
// it, train two epochs, watch the charts grow and the lag fall to 0, evaluate by group, export.
#include "Waiting.h"
#include "Widgets.h"
#include "base/Json.h"
#include "charts/LineChart.h"
#include "models/RowsModel.h"
#include "session/ExperimentRun.h"
#include "session/Ports.h"
#include "session/Session.h"
#include "shell/MainWindow.h"
#include "style/Theme.h"
#include "widgets/Widgets.h"

#include <QApplication>
#include <QDir>
#include <QDragEnterEvent>
#include <QElapsedTimer>
#include <QFileInfo>
#include <QLabel>
#include <QMimeData>
#include <QPushButton>
#include <QSpinBox>
#include <QTabBar>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>

using namespace millrace;

namespace
{

constexpr int kRecords = 20000;
constexpr int kWait = kPatience;

void drop(QWidget& target, const QString& file)
{
    QMimeData data;
    data.setUrls({QUrl::fromLocalFile(file)});
    const QPoint middle = target.rect().center();
    QDragEnterEvent enter(middle, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(&target, &enter);
    QVERIFY(enter.isAccepted());
    QDropEvent event(middle, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(&target, &event);
}

} // namespace

class MainRoadTest : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase();
    void init() { QVERIFY2(!m_failed, "an earlier part of the road failed"); }
    void cleanup()
    {
        m_failed = m_failed || QTest::currentTestFailed();
        if (QTest::currentTestFailed() && m_window)
            shot("failed");
    }
    void startsKafka();
    void dropsAndPublishes();
    void asksBeforeItPublishesAgain();
    void trainsAndDrainsTheLag();
    void evaluatesByGroup();
    void saysThatNothingIsNew();
    void exportsTheModel();
    void deletesTheGroup();
    void connectsToAnotherCluster();
    void startKeepsItsTraining();
    void aBrokerUnderAJobIsAskedFor();
    void cleanupTestCase();

private:
    template <class Widget>
    Widget* find(const char* name)
    {
        return widgetIn<Widget>(*m_window, name);
    }
    void click(const char* name) { clickIn(*m_window, name); }
    void type(const char* name, const QString& text)
    {
        auto* field = find<QWidget>(name);
        QVERIFY2(field != nullptr, name);
        field->setFocus();
        QTest::keySequence(field, QKeySequence::SelectAll);
        QTest::keyClicks(field, text);
        QTest::keyClick(field, Qt::Key_Tab);
    }
    void shot(const QString& name)
    {
        QDir().mkpath(MILLRACE_SCREENSHOTS);
        QVERIFY(m_window->grab().save(QString(MILLRACE_SCREENSHOTS) + "/mainroad-" + name + ".png"));
    }
    /// The newest job of the kind, once it is done; nullptr with a warning when it failed or never began.
    Job* wait(const char* kind)
    {
        Job* job = nullptr;
        if (!QTest::qWaitFor([&] { return (job = m_session->latest(kind)) != nullptr && !job->isLive(); }, kWait)) {
            qWarning("%s: %s", kind, job == nullptr ? "never began" : "does not end");
            return nullptr;
        }
        if (job->state() != Job::State::Done)
            qWarning("%s: %s", kind, describe(job->error()).c_str());
        return job->state() == Job::State::Done ? job : nullptr;
    }

    bool m_failed = false;
    QTemporaryDir m_home;
    QString m_csv;
    std::unique_ptr<Session> m_session;
    std::unique_ptr<MainWindow> m_window;
};

void MainRoadTest::initTestCase()
{
    applyTheme(*qobject_cast<QApplication*>(QApplication::instance()), "light");
    SessionOptions options;
    options.home = m_home.path().toStdString();
    m_session = std::make_unique<Session>(options);
    m_window = std::make_unique<MainWindow>(*m_session);
    m_window->resize(1280, 800);
    m_window->show();
    QVERIFY(QTest::qWaitForWindowExposed(m_window.get()));
    m_csv = m_home.filePath("events.csv");
    auto job = m_session->start("simulate", {{"rows", kRecords}, {"out", m_csv.toStdString()}});
    QVERIFY2(job, describe(job).c_str());
    QVERIFY(wait("simulate") != nullptr);
}

void MainRoadTest::startsKafka()
{
    m_window->showPage("cluster");
    shot("cluster-stopped");
    find<QSpinBox>("clusterPortField")->setValue(anyFreePort());
    click("clusterStartButton");
    QTRY_COMPARE_WITH_TIMEOUT(m_session->cluster().state(), LocalCluster::State::Running, kWait);
    shot("cluster-running");
}

void MainRoadTest::dropsAndPublishes()
{
    drop(*m_window, m_csv);
    Job* summary = wait("summarize");
    QVERIFY(summary != nullptr);
    QCOMPARE(summary->result()["rows"].get<int>(), kRecords);
    TRY_VERIFY(find<QPushButton>("dataPublishButton")->isEnabled());
    click("dataPublishButton");
    Job* published = wait("publish");
    QVERIFY(published != nullptr);
    QCOMPARE(published->result()["records"].get<int>(), kRecords);
    const auto& parts = published->result()["parts"];
    QCOMPARE(parts[0]["records"].get<int>(), kRecords * 6 / 10);
    QCOMPARE(parts[1]["records"].get<int>(), kRecords * 4 / 10);
    QTest::qWait(100); // one tick of the window's timer, so that the picture shows the result
    shot("data-published");
}

/// The topics hold records now: the same click asks, cancels, and replaces.
void MainRoadTest::asksBeforeItPublishesAgain()
{
    auto* banner = find<Banner>("dataBanner");
    const auto refused = [&] {
        Job* before = m_session->latest("publish");
        click("dataPublishButton");
        return QTest::qWaitFor([&] { return m_session->latest("publish") != before && banner->isVisible(); }, kWait);
    };
    QVERIFY(refused());
    const QString text = banner->findChild<QLabel*>("bannerText")->text();
    QVERIFY2(text.contains("susy-train holds records already") && text.contains("Replace deletes"), qPrintable(text));
    shot("data-asks");
    QTest::mouseClick(banner->findChild<QPushButton*>("bannerThirdButton"), Qt::LeftButton);
    QVERIFY(!banner->isVisible());
    Job* before = m_session->latest("publish");
    QVERIFY(refused());
    QTest::mouseClick(banner->findChild<QPushButton*>("bannerSecondButton"), Qt::LeftButton);
    QTRY_VERIFY_WITH_TIMEOUT(
        m_session->latest("publish") != before && m_session->latest("publish")->state() == Job::State::Done, kWait);
    auto admin = Admin::open(m_session->connection());
    QVERIFY(admin);
    const auto topic = admin->topic("susy-train");
    QVERIFY(topic);
    QCOMPARE(topic->partitions[0].high - topic->partitions[0].low, std::int64_t{kRecords} * 6 / 10);
}

void MainRoadTest::trainsAndDrainsTheLag()
{
    m_window->showPage("train");
    auto* epochs = find<QSpinBox>("trainEpochsField");
    QVERIFY(epochs != nullptr);
    epochs->setValue(2);
    find<QSpinBox>("trainBatchField")->setValue(4); // steps enough to watch
    auto* loss = find<LineChart>("trainLossChart");
    auto* lag = find<LineChart>("trainLagChart");
    click("trainStartButton");
    QTRY_VERIFY_WITH_TIMEOUT(loss->pointCount(0) > 10, kWait);
    const int early = loss->pointCount(0);
    shot("train-running");
    Job* trained = wait("train");
    QVERIFY(trained != nullptr);
    const auto& result = trained->result();
    const int validated = result["validation"]["records"].get<int>(); // by the default preset
    QVERIFY(validated > kRecords / 20);
    QCOMPARE(result["records"].get<int>(), 2 * (kRecords * 6 / 10 - validated));
    TRY_VERIFY(loss->pointCount(0) > early);
    TRY_COMPARE(lag->lastValue(0), 0.0);
    shot("train-done");
}

void MainRoadTest::evaluatesByGroup()
{
    TRY_VERIFY(find<QPushButton>("trainEvaluateButton")->isEnabled());
    click("trainEvaluateButton");
    TRY_VERIFY(find<QPushButton>("evaluateStartButton")->isVisible());
    if (m_session->latest("evaluate") == nullptr)
        click("evaluateStartButton");
    Job* evaluated = wait("evaluate");
    QVERIFY(evaluated != nullptr);
    QCOMPARE(evaluated->result()["records"].get<int>(), kRecords * 4 / 10);
    QVERIFY(evaluated->result()["auc"].get<double>() > 0.8);
    TRY_VERIFY(find<QTableView>("evaluateGroupsTable")->model()->rowCount() == 2);
    shot("evaluate-done");
}

void MainRoadTest::saysThatNothingIsNew()
{
    Job* before = m_session->latest("evaluate");
    TRY_VERIFY(find<QPushButton>("evaluateStartButton")->isEnabled());
    click("evaluateStartButton");
    QTRY_VERIFY_WITH_TIMEOUT(m_session->latest("evaluate") != before && !m_session->latest("evaluate")->isLive(),
                             kWait);
    QVERIFY(m_session->latest("evaluate")->result()["nothing_new"].get<bool>());
    TRY_VERIFY(find<QWidget>("evaluateBanner")->isVisible());
    shot("evaluate-nothing-new");
}

void MainRoadTest::exportsTheModel()
{
    m_window->showPage("runs");
    auto* table = find<QTableView>("runsTable");
    QTRY_COMPARE_WITH_TIMEOUT(table->model()->rowCount(), 3, kWait);
    const int trained = 2; // the newest comes first
    QTest::mouseClick(table->viewport(), Qt::LeftButton, {},
                      table->visualRect(table->model()->index(trained, 0)).center());
    TRY_VERIFY(find<QPushButton>("runsExportButton")->isEnabled());
    shot("runs");
    click("runsExportButton");
    Job* exported = wait("export");
    QVERIFY(exported != nullptr);
    QVERIFY(QFileInfo(QString::fromStdString(exported->result()["file"].get<std::string>())).size() > 20000);
}

void MainRoadTest::deletesTheGroup()
{
    m_window->showPage("cluster");
    find<QTabBar>("clusterTabs")->setCurrentIndex(1);
    auto* groups = find<QTableView>("groupTable");
    QTRY_COMPARE_WITH_TIMEOUT(groups->model()->rowCount(), 1, kWait);
    QTRY_COMPARE_WITH_TIMEOUT(find<QTableView>("groupLagTable")->model()->rowCount(), 2, kWait);
    shot("groups");
    click("groupDeleteButton");
    QCOMPARE(groups->model()->rowCount(), 1); // it asks first
    click("groupDeleteButton");
    QTRY_COMPARE_WITH_TIMEOUT(groups->model()->rowCount(), 0, kWait);
}

void MainRoadTest::connectsToAnotherCluster()
{
    QTemporaryDir otherHome;
    LocalCluster other(otherHome.path().toStdString());
    LocalClusterOptions options;
    options.home = otherHome.path().toStdString();
    options.port = anyFreePort();
    other.start(options);
    m_window->showPage("cluster");
    find<QTabBar>("clusterTabs")->setCurrentIndex(0);
    auto* topics = find<QTableView>("topicTable");
    auto* chip = find<QLabel>("clusterStateChip");
    QTRY_COMPARE_WITH_TIMEOUT(topics->model()->rowCount(), 2, kWait);

    type("clusterBrokersField", "127.0.0.1:1");
    click("clusterConnectButton");
    QCOMPARE(topics->model()->rowCount(), 0); // never another cluster's topics
    QTRY_VERIFY2_WITH_TIMEOUT(chip->text().contains("does not answer"), qPrintable(chip->text()), kWait);
    shot("cluster-another-silent");
    click("clusterConnectButton"); // back
    QTRY_COMPARE_WITH_TIMEOUT(topics->model()->rowCount(), 2, kWait);

    TRY_COMPARE(other.state(), LocalCluster::State::Running);
    auto admin = Admin::open({other.brokers().toStdString(), {}});
    QVERIFY(admin && admin->createTopic("theirs", 3, false));
    type("clusterBrokersField", other.brokers());
    click("clusterConnectButton");
    QTRY_VERIFY2_WITH_TIMEOUT(chip->text().contains("connected"), qPrintable(chip->text()), kWait);
    QTRY_COMPARE_WITH_TIMEOUT(topics->model()->rowCount(), 1, kWait);
    shot("cluster-another");
    click("clusterConnectButton");
    QTRY_COMPARE_WITH_TIMEOUT(topics->model()->rowCount(), 2, kWait);
}

/// The page Start draws the training of its experiment, and neither what the experiment does next nor what other pages
/// train takes its place.
void MainRoadTest::startKeepsItsTraining()
{
    const QString topic = QString::fromStdString(textIn(m_session->latest("train")->section(), "topic"));
    QFile file(m_home.filePath("again.millrace"));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(QString(R"({"millrace": 1, "name": "again", "cluster": {"local": true},
        "train": {"topic": "%1", "epochs": 3, "preset": "small", "run": "again"},
        "online": {"topic": "%1", "group": "again", "until": "idle:1000"}})")
                   .arg(topic)
                   .toUtf8());
    file.close();
    m_window->openFiles({file.fileName()});
    QCOMPARE(m_window->currentPage(), QString("start"));
    auto* chart = find<LineChart>("startChart");
    click("startRunButton");
    const ExperimentRun* run = m_window->experimentRun();
    QVERIFY(run != nullptr);
    QTRY_VERIFY_WITH_TIMEOUT(!run->isLive(), 2 * kWait);
    QVERIFY2(run->succeeded(), describe(run->error()).c_str());
    QCOMPARE(run->steps().back().key, std::string("online"));
    const qint64 learnt = run->result()["train"]["records"].get<qint64>();
    const auto isOfTraining = [&] {
        const Curve& loss = chart->curve(1);
        return !loss.isEmpty() && loss.points().back().x <= static_cast<double>(learnt) &&
               chart->findChild<QLabel*>("chartTitle")->text() == "Loss of again";
    };
    TRY_VERIFY(isOfTraining());
    const int points = chart->pointCount(1);
    shot("start-done");
    const auto other = m_session->start("train", {{"topic", topic.toStdString()}, {"epochs", 1}, {"preset", "small"}});
    QVERIFY2(other, describe(other).c_str());
    QTRY_VERIFY_WITH_TIMEOUT(!(*other)->isLive(), kWait);
    QVERIFY(isOfTraining());
    QCOMPARE(chart->pointCount(1), points);
}

/// Neither the broker nor a topic goes under a job before a person has said so.
void MainRoadTest::aBrokerUnderAJobIsAskedFor()
{
    const std::string topic = textIn(m_session->latest("train")->section(), "topic");
    const auto job = m_session->start("online", {{"topic", topic}, {"group", "waits"}, {"run", "again"}});
    QVERIFY2(job, describe(job).c_str());
    m_window->showPage("cluster");
    find<QTabBar>("clusterTabs")->setCurrentIndex(0);
    auto* topics = find<QTableView>("topicTable");
    auto* question = find<Banner>("clusterQuestion");
    const auto answerBy = [question](const QString& text) {
        for (QPushButton* button : question->findChildren<QPushButton*>())
            if (button->text() == text)
                QTest::mouseClick(button, Qt::LeftButton);
    };
    click("clusterStopButton");
    TRY_VERIFY(question->isVisible());
    QVERIFY(question->findChild<QLabel*>("bannerText")->text().contains((*job)->title()));
    shot("cluster-asks-stop");
    answerBy("Cancel");
    QVERIFY(!question->isVisible() && m_session->cluster().state() == LocalCluster::State::Running);
    TRY_VERIFY(selectName(topics, QString::fromStdString(topic)));
    TRY_VERIFY(find<QPushButton>("topicDeleteButton")->isEnabled());
    click("topicDeleteButton");
    click("topicDeleteButton"); // it asks in any case
    TRY_VERIFY(question->isVisible());
    QVERIFY(question->findChild<QLabel*>("bannerText")->text().contains(" is in use"));
    shot("cluster-asks-delete");
    answerBy("Cancel");
    QVERIFY((*job)->isLive());
    (*job)->stop();
    QTRY_VERIFY_WITH_TIMEOUT(!(*job)->isLive(), kWait);
}

void MainRoadTest::cleanupTestCase()
{
    QElapsedTimer timer;
    timer.start();
    m_window->close();
    m_window.reset();
    m_session.reset();
    qInfo("closed in %lld ms", timer.elapsed());
}

QTEST_MAIN(MainRoadTest)
#include "tst_mainroad.moc"
