// SPDX-License-Identifier: GPL-3.0-or-later
// The Groups tab with a group that is alive: its lag in table, tiles and chart, sorted by a click, in light and dark.
#include "Waiting.h"
#include "Widgets.h"
#include "broker/TestCluster.h"
#include "charts/LineChart.h"
#include "kafka/Admin.h"
#include "kafka/Consumer.h"
#include "kafka/Producer.h"
#include "session/Session.h"
#include "shell/MainWindow.h"
#include "style/Theme.h"

#include <QApplication>
#include <QDir>
#include <QHeaderView>
#include <QLabel>
#include <QSignalSpy>
#include <QTabBar>
#include <QTableView>
#include <qcustomplot.h>

using namespace millrace;

namespace
{

constexpr int kWait = kPatience;
enum LagColumn { kTopic, kPartition, kVerdict, kLag, kAge, kDrain, kSince, kIn, kOut, kCommitted, kProcessed, kEnd };

} // namespace

class GroupsTest : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase();
    void showsTheLagOfTheSelectedGroup();
    void sortsByAClick();
    void drawsTheTrendOfAGroupThatMoves();
    void forgetsTheOtherGroup();
    void standsBesideOnlineLearning();
    void findsABrokerThatRuns();
    void cleanupTestCase() { m_window.reset(); }

private:
    template <class Widget>
    Widget* find(const char* name)
    {
        return widgetIn<Widget>(*m_window, name);
    }
    QString cell(int row, LagColumn column)
    {
        return find<QTableView>("groupLagTable")->model()->index(row, column).data().toString();
    }
    QString tile(const char* name) { return find<QWidget>(name)->findChild<QLabel*>("tileValue")->text(); }
    void publish(const std::string& topic, int partition, int rows)
    {
        auto producer = Producer::open(m_cluster.connection(), topic, 2);
        QVERIFY(producer);
        for (int row = 0; row < rows; ++row)
            QVERIFY(producer->send("0.0", "1.5,2.5", partition, {}, {}));
        QVERIFY(producer->flush({}));
    }
    void commit(const std::string& group, const std::string& topic, int partition, std::int64_t offset)
    {
        ConsumerOptions options;
        options.groupId = group;
        auto consumer = Consumer::assign(m_cluster.connection(), options, {{topic, partition, offset}});
        QVERIFY(consumer && consumer->commit({{topic, partition, offset}}));
    }
    void shot(const QString& name)
    {
        QDir().mkpath(MILLRACE_SCREENSHOTS);
        QVERIFY(m_window->grab().save(QString(MILLRACE_SCREENSHOTS) + "/groups-" + name + ".png"));
    }

    TestCluster m_cluster;
    QTemporaryDir m_home;
    std::unique_ptr<Session> m_session;
    std::unique_ptr<MainWindow> m_window;
};

void GroupsTest::initTestCase()
{
    applyTheme(*qobject_cast<QApplication*>(QApplication::instance()), "light");
    QVERIFY2(m_cluster.start(), m_cluster.error());
    auto admin = Admin::open(m_cluster.connection());
    QVERIFY(admin && admin->createTopic("orders", 3, false) && admin->createTopic("clicks", 2, false));
    publish("orders", 0, 1500);
    publish("orders", 1, 300);
    publish("clicks", 0, 20);
    commit("analysis", "orders", 0, 250);
    commit("analysis", "orders", 1, 300);
    commit("board", "clicks", 0, 20);

    SessionOptions options;
    options.home = m_home.path().toStdString();
    options.brokers = m_cluster.connection().brokers;
    m_session = std::make_unique<Session>(options);
    m_window = std::make_unique<MainWindow>(*m_session);
    m_window->resize(1024, 700);
    m_window->show();
    QVERIFY(QTest::qWaitForWindowExposed(m_window.get()));
    m_window->showPage("cluster");
    find<QTabBar>("clusterTabs")->setCurrentIndex(1);
}

void GroupsTest::showsTheLagOfTheSelectedGroup()
{
    QTRY_COMPARE_WITH_TIMEOUT(find<QTableView>("groupTable")->model()->rowCount(), 2, kWait);
    QTRY_COMPARE_WITH_TIMEOUT(cell(0, kLag), QString("1,250"), kWait);
    QCOMPARE(find<QTableView>("groupLagTable")->model()->rowCount(), 3);
    QTRY_COMPARE_WITH_TIMEOUT(cell(0, kSince), QString("create"), kWait);
    QCOMPARE(cell(0, kCommitted), QString("250"));
    QCOMPARE(cell(0, kEnd), QString("1,500"));
    QCOMPARE(cell(1, kLag), QString("0"));
    QCOMPARE(cell(1, kVerdict), QString("● OK"));
    for (const LagColumn unknown : {kLag, kAge, kDrain, kOut, kCommitted, kVerdict, kProcessed})
        QCOMPARE(cell(2, unknown), QString("–"));
    QCOMPARE(tile("groupLagTile"), QString("1,250")); // what is unknown does not spoil it
    QCOMPARE(find<QWidget>("groupLagTile")->findChild<QLabel*>("tileValue")->accessibleName(),
             QString("Offset lag · 2 of 3"));
    QTRY_COMPARE_WITH_TIMEOUT(tile("groupDrainTile"), QString("never"), kWait);
    QTRY_COMPARE_WITH_TIMEOUT(find<QLabel>("groupVerdictChip")->text(), QString("■ not moving"), kWait);
    shot("not-moving");
}

void GroupsTest::sortsByAClick()
{
    auto* header = find<QTableView>("groupLagTable")->horizontalHeader();
    const auto click = [&] {
        QTest::mouseClick(
            header->viewport(), Qt::LeftButton, {},
            {header->sectionViewportPosition(kLag) + header->sectionSize(kLag) / 2, header->height() / 2});
    };
    click();
    QCOMPARE(cell(2, kLag), QString("1,250"));
    click();
    QCOMPARE(cell(0, kLag), QString("1,250"));
    QCOMPARE(cell(2, kLag), QString("–"));
}

void GroupsTest::drawsTheTrendOfAGroupThatMoves()
{
    auto* chart = find<LineChart>("groupLagChart");
    const int before = chart->pointCount(0);
    for (int step = 1; chart->pointCount(0) < before + 4; ++step) {
        publish("orders", 0, 150);
        commit("analysis", "orders", 0, 250 + 100 * step);
        QTRY_VERIFY_WITH_TIMEOUT(cell(0, kCommitted).remove(',').toInt() == 250 + 100 * step, kWait);
    }
    QCOMPARE(find<QLabel>("groupVerdictChip")->text(), QString("▲ falling behind"));
    QCOMPARE(chart->lastValue(0), tile("groupLagTile").remove(',').toDouble());
    QVERIFY(chart->lastValue(1) > 0 && chart->lastValue(2) > 0); // rates
    shot("falling-behind");
    QSignalSpy drawn(chart->plot(), &QCustomPlot::afterReplot);
    m_window->setThemeMode("dark");
    QVERIFY(drawn.wait(kWait));
    shot("dark");
    m_window->setThemeMode("light");
    m_window->resize(1440, 900);
    shot("large");
}

void GroupsTest::forgetsTheOtherGroup()
{
    auto* groups = find<QTableView>("groupTable");
    QTest::mouseClick(groups->viewport(), Qt::LeftButton, {},
                      groups->visualRect(groups->model()->index(1, 0)).center());
    QCOMPARE(find<LineChart>("groupLagChart")->pointCount(0), 0);
    QCOMPARE(tile("groupLagTile"), QString("–"));
    QTRY_COMPARE_WITH_TIMEOUT(find<QTableView>("groupLagTable")->model()->rowCount(), 2, kWait);
    QTRY_COMPARE_WITH_TIMEOUT(find<QLabel>("groupVerdictChip")->text(), QString("● OK"), kWait);
    QCOMPARE(tile("groupLagTile"), QString("0"));
}

void GroupsTest::standsBesideOnlineLearning()
{
    m_window->resize(1024, 700);
    const auto started = m_session->start(
        "online",
        {{"topic", "orders"}, {"group", "learner"}, {"records", 100}, {"preset", "small"}, {"until", "never"}});
    QVERIFY(started);
    Job* job = *started;
    m_window->showPage("train");
    const auto name = [&](const char* tile) {
        return find<QWidget>(tile)->findChild<QLabel*>("tileValue")->accessibleName();
    };
    QTRY_VERIFY_WITH_TIMEOUT(name("trainLeftTile") == "Offset lag" || !job->isLive(), kWait);
    QVERIFY2(job->isLive(), describe(job->error()).c_str());
    QCOMPARE(name("trainEpochTile"), QString("Age of unread"));
    QTRY_COMPARE_WITH_TIMEOUT(tile("trainLeftTile"), QString("0"), kWait);
    auto* note = find<LineChart>("trainLagChart")->findChild<QLabel*>("chartNote");
    QTRY_COMPARE_WITH_TIMEOUT(note->text(), QString("● OK"), kWait);
    shot("online");
    // Its user pauses it: that is its own state, for whoever looks.
    job->setPaused(true);
    publish("orders", 1, 200); // the run looks at its pause when it gets a mini-dataset
    QTRY_COMPARE_WITH_TIMEOUT(note->text(), QString("❚❚ paused"), kWait);
    QVERIFY(tile("trainLeftTile") != "0");
    shot("online-paused");
    job->setPaused(false);
    QTRY_COMPARE_WITH_TIMEOUT(tile("trainLeftTile"), QString("0"), kWait);
    job->stop();
    QTRY_VERIFY_WITH_TIMEOUT(!job->isLive(), kWait);
    QTRY_VERIFY_WITH_TIMEOUT(name("trainLeftTile") != "Offset lag", kWait);
}

/// A window that opens where a broker runs already needs no click to know of it.
void GroupsTest::findsABrokerThatRuns()
{
    SessionOptions options;
    options.home = m_cluster.home();
    Session session(options);
    MainWindow window(session);
    QTRY_COMPARE_WITH_TIMEOUT(session.cluster().state(), LocalCluster::State::Running, kWait);
    QCOMPARE(session.cluster().port(), m_cluster.port());
}

QTEST_MAIN(GroupsTest)
#include "tst_groups.moc"
