// SPDX-License-Identifier: GPL-3.0-or-later
// The live stream with drift through the window: one click on Start, a knob, a pause, Stop.
#include "Waiting.h"
#include "Widgets.h"
#include "charts/LineChart.h"
#include "models/StreamCurves.h"
#include "models/StreamFlow.h"
#include "models/StreamMarks.h"
#include "pages/StreamCharts.h"
#include "session/Session.h"
#include "shell/MainWindow.h"
#include "style/Theme.h"
#include "ui/Pictures.h"

#include <QApplication>
#include <QComboBox>
#include <QElapsedTimer>
#include <QLabel>
#include <QPushButton>
#include <QSlider>
#include <QTemporaryDir>
#include <QTest>
#include <cmath>
#include <csignal>

using namespace millrace;

namespace
{

constexpr int kWait = 60000;
constexpr int kNetwork = 3, kLag = 0; // series, in the order in which they are drawn

} // namespace

class StreamPageTest : public QObject
{
    Q_OBJECT
private slots:
    void tracesAreBounded();
    void timeWithoutPointsIsAGap();
    void curvesStandAboveEachOther();
    void theFlowIsOfTheLastSeconds();
    void aHandMakesOneMark();
    void initTestCase();
    void startsWithOneClick();
    void theTrainPageTellsOfItsJob();
    void learnsTheConcept();
    void aKnobActsAtOnce();
    void aPauseGrowsTheLag();
    void theRateFollowsItsSlider();
    void stops();
    void startsAgain();
    void saysThatTheBrokerIsGone();
    void goesOnWhenTheBrokerIsBack();
    void closesInOrder();

private:
    template <class Widget>
    Widget* find(const char* name)
    {
        return widgetIn<Widget>(*m_window, name);
    }
    void click(const char* name) { clickIn(*m_window, name); }
    void photograph(const QString& name) { photographWindow(*m_window, "stream-" + name); }
    QString valueOf(const char* tile) { return find<QWidget>(tile)->findChild<QLabel*>("tileValue")->text(); }
    [[nodiscard]] Job* source() { return m_session->latest("simulate"); }
    [[nodiscard]] Job* learner() { return m_session->latest("online"); }
    /// Records that are made meanwhile.
    bool waitRecords(std::int64_t records)
    {
        const std::int64_t before = source()->progress().records;
        return QTest::qWaitFor([&] { return source()->progress().records > before + records; }, kWait);
    }

    QTemporaryDir m_home;
    std::unique_ptr<Session> m_session;
    std::unique_ptr<MainWindow> m_window;
};

void StreamPageTest::tracesAreBounded()
{
    Trace trace(1000);
    bool thinned = false;
    for (int i = 0; i < 100'000; ++i)
        thinned |= trace.add(i, 2 * i);
    QVERIFY(thinned);
    QVERIFY(trace.x().size() <= 1000);
    QCOMPARE(trace.last(), 2.0 * 99'999);
    QCOMPARE(trace.at(90'000.5), 2 * 90'000.5); // in a straight line between what is left
    QCOMPARE(trace.at(-1), 0.0);
}

/// A line over time is not drawn where nothing came; what comes rarely is a line all the same.
void StreamPageTest::timeWithoutPointsIsAGap()
{
    StreamCharts charts;
    for (int i = 0; i < 200; ++i)
        charts.add(StreamCharts::RateIn, i < 100 ? 0.25 * i : 60 + 0.25 * i, 100); // a minute without a broker
    for (int i = 0; i < 20; ++i)
        charts.add(StreamCharts::Lag, 8.0 * i, 5);
    const auto* flow = charts.findChild<LineChart*>("streamFlowChart");
    const auto gapsOf = [flow](int series) {
        return std::ranges::count_if(flow->curve(series).points(),
                                     [](const Curve::Point& point) { return std::isnan(point.y); });
    };
    constexpr int kLag = 0, kIn = 1; // as they were added to the chart
    QCOMPARE(gapsOf(kIn), 1);
    QCOMPARE(gapsOf(kLag), 0);
}

/// The learner is three seconds behind, and has skipped 1,000 records.
void StreamPageTest::curvesStandAboveEachOther()
{
    StreamCurves curves;
    std::array<std::vector<QPointF>, StreamCurves::kCurves> seen;
    curves.onPoint = [&](StreamCurves::Curve curve, double x, double y) { seen[curve].push_back({x, y}); };
    curves.clear();
    for (int tenth = 1; tenth <= 100; ++tenth) {
        MetricPoint point;
        point.records = 1000 * tenth;
        point.seconds = tenth / 10.0;
        point.score = tenth <= 50 ? 0.8 : 0.6;
        curves.addSource(point);
    }
    for (int records = 500; records <= 69'000; records += 500) {
        MetricPoint point;
        point.records = records;
        point.position = records + (records > 30'000 ? 1000 : 0);
        point.score = point.position <= 50'000 ? 0.7 : 0.5;
        point.majority = 0.55;
        point.noChange = 0.51;
        point.scored = records + (records % 1000 == 0 ? 400 : 0); // scored when it comes, learnt later
        curves.addLearner(point);
    }
    const auto& best = seen[StreamCurves::Best];
    QCOMPARE(best.size(), std::size_t(100));
    QCOMPARE(best[10].x(), 1.1);
    QVERIFY(std::abs(best[40].y() - 0.8) < 1e-9);
    QVERIFY(std::abs(best[54].y() - 0.7) < 1e-9); // half of the last second is after the change
    QVERIFY(std::abs(best.back().y() - 0.6) < 1e-9);
    const auto& network = seen[StreamCurves::Accuracy];
    QCOMPARE(network.back().x(), 7.0); // when its records were made
    QVERIFY(std::abs(network.back().y() - 0.5) < 1e-9);
    QVERIFY(std::abs(seen[StreamCurves::Majority].back().y() - 0.55) < 1e-9);
    QVERIFY(std::abs(seen[StreamCurves::NoChange].back().y() - 0.51) < 1e-9);
    QCOMPARE(curves.position(), std::int64_t(70'000));
    QCOMPARE(curves.secondOfScored(59'000), 6.0);
}

/// Ten seconds at 1,000 a second, then 20,000 a second come and 6,000 are learnt.
void StreamPageTest::theFlowIsOfTheLastSeconds()
{
    StreamFlow flow;
    QVERIFY(!flow.add({0, 0, 0, 0})); // of one look there is no rate
    QCOMPARE(flow.lag(), std::int64_t(0));
    for (int second = 1; second <= 10; ++second)
        QVERIFY(flow.add({double(second), 1000.0 * second, 1000.0 * second, 1000 * second}));
    QCOMPARE(flow.rateIn(), 1000.0);
    QVERIFY(flow.keepsUp());
    QCOMPARE(flow.secondsToDrain(), 0.0);
    flow.forgetRates();
    QVERIFY(!flow.isEmpty());
    for (int second = 1; second <= 5; ++second)
        QVERIFY(
            flow.add({10.0 + second, 10'000.0 + 20'000 * second, 10'000.0 + 6000 * second, 10'000 + 6000 * second}));
    QCOMPARE(flow.rateIn(), 20'000.0);
    QCOMPARE(flow.rateOut(), 6000.0);
    QCOMPARE(flow.lag(), std::int64_t(70'000));
    QVERIFY(!flow.keepsUp());
    QVERIFY(std::isinf(flow.secondsToDrain())); // more comes than is learnt
    for (int second = 6; second <= 8; ++second)
        flow.add({10.0 + second, 110'000, 10'000.0 + 6000 * second, 10'000 + 6000 * second});
    QCOMPARE(flow.rateIn(), 0.0);
    QCOMPARE(flow.secondsToDrain(), 52'000.0 / 6000);
    flow.clear();
    QVERIFY(flow.isEmpty() && flow.lag() < 0 && std::isnan(flow.rateIn()));
}

/// So do detectors that fire together; what is long after, and what another knob does, is a mark of its own.
void StreamPageTest::aHandMakesOneMark()
{
    using Kind = StreamMark::Kind;
    StreamMarks marks;
    marks.add({1.0, "concept rotation 5°", Kind::Turn});
    marks.add({1.4, "concept rotation 90°", Kind::Turn});
    marks.add({1.5, "label noise 20 %", Kind::Turn});
    marks.add({2.0, "▲ DDM", Kind::Rose});
    marks.add({2.5, "▲ ADWIN", Kind::Rose});
    marks.add({2.6, "▲ ADWIN", Kind::Rose});
    marks.add({9.0, "concept rotation 0°", Kind::Turn});
    QStringList texts;
    for (const StreamMark& mark : marks)
        texts << mark.text;
    QCOMPARE(texts, (QStringList{"concept rotation 90°", "label noise 20 %", "▲ DDM, ADWIN", "concept rotation 0°"}));
}

void StreamPageTest::initTestCase()
{
    applyTheme(*qobject_cast<QApplication*>(QApplication::instance()), "light");
    SessionOptions options;
    options.home = m_home.path().toStdString();
    m_session = std::make_unique<Session>(options);
    m_window = std::make_unique<MainWindow>(*m_session);
    m_window->resize(1280, 800);
    m_window->show();
    QVERIFY(QTest::qWaitForWindowExposed(m_window.get()));
}

void StreamPageTest::startsWithOneClick()
{
    m_window->showPage("stream");
    photograph("empty");
    m_window->showPage("start");
    QTest::qWait(100);
    QVERIFY(m_window->grab().save(MILLRACE_SCREENSHOTS "/stream-start-card.png"));
    click("startStreamButton");
    QCOMPARE(m_window->currentPage(), QString("stream"));
    QTRY_VERIFY2_WITH_TIMEOUT(source() != nullptr && learner() != nullptr,
                              qPrintable(find<QLabel>("streamLimits")->text()), kWait);
    QVERIFY(source()->isLive() && learner()->isLive());
    auto* chart = find<LineChart>("streamAccuracyChart");
    QTRY_VERIFY_WITH_TIMEOUT(chart->pointCount(kNetwork) > 10, kWait);
}

/// It shows the stream's run: curves and form are of one job.
void StreamPageTest::theTrainPageTellsOfItsJob()
{
    m_window->showPage("train");
    QVERIFY(find<QLabel>("trainTopicChip")->isVisible());
    QCOMPARE(find<QLabel>("trainTopicChip")->text(), QString("online · live-stream · group live-stream"));
    QCOMPARE(find<QComboBox>("onlineTopicField")->currentText(), QString("live-stream"));
    QCOMPARE(find<QComboBox>("trainModeField")->currentData().toString(), QString("online"));
    QVERIFY(!find<QComboBox>("onlineTopicField")->isEnabled());
    photograph("train");
    m_window->showPage("stream");
}

void StreamPageTest::learnsTheConcept()
{
    auto* chart = find<LineChart>("streamAccuracyChart");
    QTRY_VERIFY2_WITH_TIMEOUT(chart->lastValue(kNetwork) > 0.72,
                              qPrintable(QString::number(chart->lastValue(kNetwork))), kWait);
    QVERIFY(waitRecords(30'000));
    photograph("learnt");
}

void StreamPageTest::aKnobActsAtOnce()
{
    auto* knob = find<QSlider>("streamrotationSlider");
    knob->setFocus();
    for (int i = 0; i < 18; ++i)
        QTest::keyClick(knob, Qt::Key_Right); // 5° each
    auto* chart = find<LineChart>("streamAccuracyChart");
    QTRY_VERIFY2_WITH_TIMEOUT(chart->lastValue(kNetwork) < 0.65,
                              qPrintable(QString::number(chart->lastValue(kNetwork))), kWait);
    QTRY_VERIFY2_WITH_TIMEOUT(chart->lastValue(kNetwork) > 0.71,
                              qPrintable(QString::number(chart->lastValue(kNetwork))), kWait);
    QVERIFY(waitRecords(15'000));
    photograph("drift");
}

void StreamPageTest::aPauseGrowsTheLag()
{
    auto* flow = find<LineChart>("streamFlowChart");
    click("streamPauseButton");
    QTRY_COMPARE_WITH_TIMEOUT(learner()->state(), Job::State::Paused, kWait);
    QTRY_VERIFY_WITH_TIMEOUT(flow->lastValue(kLag) > 15'000, kWait);
    QVERIFY(find<QLabel>("streamLimits")->text().contains("paused"));
    photograph("paused");
    click("streamPauseButton");
    QTRY_VERIFY2_WITH_TIMEOUT(flow->lastValue(kLag) < 6'000, qPrintable(QString::number(flow->lastValue(kLag))), kWait);
    photograph("drained");
}

void StreamPageTest::theRateFollowsItsSlider()
{
    auto* rate = find<QSlider>("streamRateSlider");
    rate->setFocus();
    QTest::keyClick(rate, Qt::Key_Home); // 100 a second
    QTRY_VERIFY_WITH_TIMEOUT(source()->progress().rate < 200, kWait);
    for (int i = 0; i < 8; ++i)
        QTest::keyClick(rate, Qt::Key_PageUp);
    QTRY_VERIFY_WITH_TIMEOUT(source()->progress().rate > 10'000, kWait);
}

void StreamPageTest::stops()
{
    click("streamStopButton");
    QTRY_VERIFY_WITH_TIMEOUT(!source()->isLive() && !learner()->isLive(), kWait);
    QCOMPARE(source()->state(), Job::State::Cancelled);
    QVERIFY(source()->result()["drift"].size() >= 1);
    QVERIFY(source()->result()["simulated"].get<bool>());
    QCOMPARE(learner()->state(), Job::State::Cancelled);
    QVERIFY(!learner()->result()["drifts"].empty());
    TRY_VERIFY(find<QPushButton>("streamStartButton")->isVisible());
    photograph("stopped");
}

void StreamPageTest::startsAgain()
{
    const Job* before = learner();
    click("streamStartButton");
    QTRY_VERIFY_WITH_TIMEOUT(learner() != before && learner()->progress().records > 1000, kWait);
}

void StreamPageTest::saysThatTheBrokerIsGone()
{
    const auto limits = [this] { return find<QLabel>("streamLimits")->text(); };
    ::kill(static_cast<pid_t>(m_session->cluster().pid()), SIGKILL);
    QTRY_VERIFY2_WITH_TIMEOUT(limits().contains("broker is gone"), qPrintable(limits()), kWait);
    for (const char* tile : {"streamInTile", "streamOutTile", "streamDrainTile"})
        QTRY_COMPARE_WITH_TIMEOUT(valueOf(tile), QString("–"), kWait);
    // For longer than the group keeps its member.
    QTRY_COMPARE_WITH_TIMEOUT(learner()->progress().text, std::string("waiting for the broker"), kWait);
    QVERIFY(source()->isLive() && learner()->isLive());
    photograph("gone");
}

void StreamPageTest::goesOnWhenTheBrokerIsBack()
{
    m_window->showPage("cluster");
    click("clusterStartButton");
    m_window->showPage("stream");
    const std::int64_t before = learner()->progress().records;
    QTRY_VERIFY_WITH_TIMEOUT(learner()->progress().records > before + 5000, kWait);
    QTRY_VERIFY_WITH_TIMEOUT(valueOf("streamInTile") != "–" && valueOf("streamOutTile") != "–", kWait);
    QTRY_VERIFY_WITH_TIMEOUT(!find<QLabel>("streamLimits")->text().contains("broker is gone"), kWait);
    photograph("back");
}

/// Also when far more comes than is learnt.
void StreamPageTest::closesInOrder()
{
    auto* rate = find<QSlider>("streamRateSlider");
    rate->setFocus();
    QTest::keyClick(rate, Qt::Key_End); // 200,000 a second
    click("streamPauseButton");         // a fast machine would keep up
    QTRY_VERIFY_WITH_TIMEOUT(find<LineChart>("streamFlowChart")->lastValue(kLag) > 500'000, kWait);
    click("streamPauseButton");
    QTRY_COMPARE_WITH_TIMEOUT(learner()->state(), Job::State::Running, kWait);
    photograph("overload");
    QElapsedTimer clock;
    clock.start();
    m_window->close();
    m_window.reset();
    m_session.reset();
    qInfo("closed in %lld ms", static_cast<long long>(clock.elapsed()));
}

QTEST_MAIN(StreamPageTest)
#include "tst_streampage.moc"
