// SPDX-License-Identifier: GPL-3.0-or-later
// Charts by real mouse events: what is drawn of many points, smoothing, pan, zoom, follow, and the values read out.
#include "Waiting.h"
#include "charts/LineChart.h"
#include "charts/SmoothedCurve.h"
#include "style/Theme.h"

#include <qcustomplot.h>

#include <QApplication>
#include <QDir>
#include <QTest>
#include <cmath>
#include <memory>
#include <random>

using namespace millrace;

namespace
{

constexpr int kMillion = 1'000'000;

/// A loss as trainings have it: it falls, is noisy, and jumps now and then.
double lossAt(int i)
{
    std::uint64_t bits = static_cast<std::uint64_t>(i) * 0x9E3779B97F4A7C15ULL;
    bits = (bits ^ (bits >> 32)) * 0xD6E8FEB86659FD93ULL;
    const double noise = static_cast<double>(bits >> 11) / static_cast<double>(1ULL << 53) - 0.5;
    return 0.45 + 0.25 * std::exp(-i / 1.5e5) + 0.2 * noise + (i % 97'001 == 50'000 ? 0.3 : 0.0);
}

Curve noise(int count)
{
    Curve curve;
    for (int i = 0; i < count; ++i)
        curve.append(i, lossAt(i));
    return curve;
}

Extent plainExtent(const Curve& curve, std::size_t first, std::size_t last)
{
    Extent found;
    for (std::size_t i = first; i < last; ++i)
        found.include(curve[i].y);
    return found;
}

std::vector<double> edgesOf(double left, double right, int columns)
{
    std::vector<double> edges;
    for (int i = 0; i <= columns; ++i)
        edges.push_back(left + (right - left) * i / columns);
    return edges;
}

void sendMouse(QWidget* widget, QEvent::Type type, QPointF at, Qt::MouseButton button, Qt::MouseButtons buttons)
{
    QMouseEvent event(type, at, widget->mapToGlobal(at), button, buttons, Qt::NoModifier);
    QApplication::sendEvent(widget, &event);
}

void sendWheel(QWidget* widget, QPointF at)
{
    QWheelEvent event(at, widget->mapToGlobal(at), {}, {0, 120}, Qt::NoButton, Qt::NoModifier, Qt::NoScrollPhase,
                      false);
    QApplication::sendEvent(widget, &event);
}

void drag(QWidget* widget, QPointF from, QPointF to)
{
    sendMouse(widget, QEvent::MouseButtonPress, from, Qt::LeftButton, Qt::LeftButton);
    sendMouse(widget, QEvent::MouseMove, (from + to) / 2, Qt::NoButton, Qt::LeftButton);
    sendMouse(widget, QEvent::MouseMove, to, Qt::NoButton, Qt::LeftButton);
    sendMouse(widget, QEvent::MouseButtonRelease, to, Qt::LeftButton, Qt::NoButton);
}

/// A loss of 1,000 points with its smoothed line, and another chart on the same x axis.
struct TwoCharts {
    TwoCharts()
    {
        raw = loss.addSeries({"per batch", Theme::current().loss, 1, 0.22});
        smooth = loss.addSmoothed(raw, {"smoothed", Theme::current().loss, 1.8});
        left = lag.addSeries({"left", Theme::current().lag});
        loss.linkX(&lag);
        for (LineChart* chart : {&loss, &lag})
            chart->resize(900, 300);
        for (int i = 0; i < 1000; ++i)
            add(i);
        for (LineChart* chart : {&loss, &lag}) {
            chart->refresh();
            chart->show();
        }
    }
    void add(int i)
    {
        loss.add(raw, i, lossAt(i));
        lag.add(left, i, 5000 - i);
    }
    [[nodiscard]] QCPRange x() const { return loss.plot()->xAxis->range(); }
    [[nodiscard]] QPointF middle() const { return loss.plot()->axisRect()->center(); }
    LineChart loss{"Loss", "records", LineChart::Format::Number}, lag{"Lag", "records", LineChart::Format::Count};
    int raw, smooth, left;
};

} // namespace

class TestCharts : public QObject
{
    Q_OBJECT
private slots:
    void extremesEqualAPlainLoop();
    void decimationKeepsSpikesAndGaps();
    void fewPointsAreDrawnAsTheyAre();
    void pointsInAnyOrderAreSorted();
    void endlessCurvesStayBounded();
    void smoothingCountsEveryPoint();
    void newSmoothingIsWorkedThroughInSlices();
    void mousePansZoomsAndFollows();
    void yAxisZoomsByItself();
    void valuesAreReadOut();
    void aMillionPoints_data();
    void aMillionPoints();
};

void TestCharts::extremesEqualAPlainLoop()
{
    const Curve curve = noise(70'000); // four levels and ragged ends
    std::mt19937 random(3);
    for (int i = 0; i < 300; ++i) {
        std::size_t first = random() % curve.size(), last = random() % (curve.size() + 1);
        if (i % 3 == 0)
            last = std::min(curve.size(), first + random() % 40);
        if (first > last)
            std::swap(first, last);
        const Extent found = curve.extent(first, last), plain = plainExtent(curve, first, last);
        QCOMPARE(found.low, plain.low);
        QCOMPARE(found.high, plain.high);
    }
}

void TestCharts::decimationKeepsSpikesAndGaps()
{
    Curve curve;
    const double nan = std::numeric_limits<double>::quiet_NaN();
    for (int i = 0; i < kMillion; ++i)
        curve.append(i, i == 654'321 ? 9.0 : i == 123'456 ? -9.0 : i / 10'000 == 50 ? nan : lossAt(i));
    const int columns = 1200;
    const auto edges = edgesOf(1000, 990'000, columns);
    const auto drawn = curve.decimated(edges);
    QVERIFY(drawn.size() <= 2 * columns + 2);
    const auto has = [&](double y) {
        return std::ranges::any_of(drawn, [y](const auto& point) { return point.y == y; });
    };
    QVERIFY(has(9));
    QVERIFY(has(-9));
    QVERIFY(std::ranges::any_of(drawn, [](const auto& point) { return std::isnan(point.y); }));
    QVERIFY(std::ranges::is_sorted(drawn, {}, &Curve::Point::x));
    std::size_t each = 1; // after the one on the left
    for (int column = 0; column < columns; ++column) {
        const auto first = static_cast<std::size_t>(std::ceil(edges[column]));
        const Extent plain = plainExtent(curve, first, static_cast<std::size_t>(std::ceil(edges[column + 1])));
        Extent found;
        for (; each < drawn.size() && drawn[each].x < edges[column + 1]; ++each)
            found.include(drawn[each].y);
        QCOMPARE(found.low, plain.low);
        QCOMPARE(found.high, plain.high);
    }
}

void TestCharts::fewPointsAreDrawnAsTheyAre()
{
    const Curve curve = noise(kMillion);
    const auto drawn = curve.decimated(edgesOf(500'000.5, 500'100.5, 1200));
    QCOMPARE(drawn.size(), std::size_t(102)); // and one on either side
    for (std::size_t i = 0; i < drawn.size(); ++i) {
        QCOMPARE(drawn[i].x, 500'000.0 + static_cast<double>(i));
        QCOMPARE(drawn[i].y, curve[500'000 + i].y);
    }
    QVERIFY(Curve().decimated(edgesOf(0, 1, 10)).empty());
    QCOMPARE(curve.decimated(edgesOf(2e6, 3e6, 10)).size(), std::size_t(1)); // all is left of it
}

void TestCharts::pointsInAnyOrderAreSorted()
{
    LineChart chart("Any", "x", LineChart::Format::Number);
    const int series = chart.addSeries({"y", Theme::current().loss});
    chart.setData(series, {3, 1, 2, 1}, {30, 10, 20, 11});
    const std::vector<double> expected = {10, 11, 20, 30};
    for (std::size_t i = 0; i < expected.size(); ++i)
        QCOMPARE(chart.curve(series)[i].y, expected[i]);
    QCOMPARE(chart.lastValue(series), 30.0);
}

void TestCharts::endlessCurvesStayBounded()
{
    LineChart chart("Endless", "records", LineChart::Format::Number);
    const int raw = chart.addSeries({"raw", Theme::current().loss});
    const int smooth = chart.addSmoothed(raw, {"smoothed", Theme::current().loss});
    constexpr int kMany = 2'300'000;
    for (int i = 0; i < kMany; ++i) {
        chart.add(raw, i, i == 777'777 ? 50.0 : lossAt(i));
        if (i % 20'000 == 0)
            QApplication::processEvents(); // as a window does
    }
    TRY_VERIFY(chart.pointCount(raw) < kMany / 2);
    TRY_VERIFY(chart.pointCount(smooth) < kMany / 2);
    QCOMPARE(chart.curve(raw).extent().high, 50.0);
    QCOMPARE(chart.lastValue(raw), lossAt(kMany - 1));
    chart.setSmoothing(0);
    TRY_VERIFY(chart.isSmoothed());
    QCOMPARE(chart.pointCount(smooth), chart.pointCount(raw));
    QCOMPARE(chart.lastValue(smooth), lossAt(kMany - 1));
}

/// TensorBoard's: an exponential moving average, divided by what its weights add up to.
void TestCharts::smoothingCountsEveryPoint()
{
    LineChart chart("Loss", "records", LineChart::Format::Number);
    const int raw = chart.addSeries({"raw", Theme::current().loss});
    const int smooth = chart.addSmoothed(raw, {"smoothed", Theme::current().loss});
    constexpr double kFactor = 0.95;
    chart.setSmoothing(kFactor);
    std::vector<double> plain;
    double sum = 0, weight = 0;
    for (int i = 0; i < 5000; ++i) {
        const int times = i % 10 == 0 ? 3 : 1; // a point may stand for several
        if (i % 10 == 1)
            chart.add(raw, i, 7.0, 0); // an extreme is drawn, but does not count
        chart.add(raw, i, lossAt(i), times);
        for (int k = 0; k < times; ++k) {
            sum = kFactor * sum + (1 - kFactor) * lossAt(i);
            weight = kFactor * weight + (1 - kFactor);
        }
        plain.push_back(sum / weight);
    }
    QVERIFY(chart.isSmoothed());
    QCOMPARE(chart.pointCount(raw), 5500);
    QCOMPARE(chart.pointCount(smooth), 5000);
    for (std::size_t i = 0; i < plain.size(); ++i)
        QVERIFY(std::abs(chart.curve(smooth)[i].y - plain[i]) < 1e-12);
    QCOMPARE(chart.curve(smooth)[0].y, lossAt(0)); // not drawn towards zero
}

void TestCharts::newSmoothingIsWorkedThroughInSlices()
{
    LineChart chart("Loss", "records", LineChart::Format::Number);
    const int raw = chart.addSeries({"raw", Theme::current().loss});
    const int smooth = chart.addSmoothed(raw, {"smoothed", Theme::current().loss});
    for (int i = 0; i < kMillion; ++i)
        chart.add(raw, i, lossAt(i));
    const double before = chart.lastValue(smooth);
    chart.setSmoothing(0.5);
    QVERIFY(!chart.isSmoothed());
    QCOMPARE(chart.lastValue(smooth), before);  // still the line before
    chart.setSmoothing(0.9);                    // as a slider that is dragged on
    chart.add(raw, kMillion, lossAt(kMillion)); // and a training that goes on
    TRY_VERIFY(chart.isSmoothed());
    QCOMPARE(chart.pointCount(smooth), kMillion + 1);
    Smoother plain(0.9);
    for (int i = 0; i <= kMillion; ++i) {
        plain.add(lossAt(i));
        if (chart.curve(smooth)[static_cast<std::size_t>(i)].y != plain.value())
            QCOMPARE(chart.curve(smooth)[static_cast<std::size_t>(i)].y, plain.value());
    }
}

void TestCharts::mousePansZoomsAndFollows()
{
    TwoCharts charts;
    QVERIFY(QTest::qWaitForWindowExposed(&charts.loss));
    const QCPRange whole = charts.x();
    QVERIFY(charts.loss.follows());
    sendWheel(charts.loss.plot(), charts.middle());
    const QCPRange zoomed = charts.x();
    QVERIFY(zoomed.size() < whole.size());
    QVERIFY(!charts.loss.follows() && !charts.lag.follows());
    QCOMPARE(charts.lag.plot()->xAxis->range(), zoomed);

    const QCPRange y = charts.loss.plot()->yAxis->range();
    drag(charts.loss.plot(), charts.middle(), charts.middle() - QPointF(100, 40));
    const double perPixel = zoomed.size() / charts.loss.plot()->axisRect()->width();
    QVERIFY(std::abs(charts.x().lower - (zoomed.lower + 100 * perPixel)) < perPixel);
    QVERIFY(std::abs(charts.x().size() - zoomed.size()) < 1e-6);
    QCOMPARE(charts.loss.plot()->yAxis->range(), y);
    QCOMPARE(charts.lag.plot()->xAxis->range(), charts.x());

    const QCPRange kept = charts.x(); // what comes does not move what is looked at
    for (int i = 1000; i < 2000; ++i)
        charts.add(i);
    charts.loss.refresh();
    charts.lag.refresh();
    QCOMPARE(charts.x(), kept);

    QTest::mouseDClick(charts.lag.plot(), Qt::LeftButton, {}, charts.middle().toPoint());
    QVERIFY(charts.loss.follows() && charts.lag.follows());
    QCOMPARE(charts.x().upper, 1999.0);
    charts.add(2500);
    charts.loss.refresh();
    QCOMPARE(charts.x().upper, 2500.0);
}

void TestCharts::yAxisZoomsByItself()
{
    TwoCharts charts;
    QVERIFY(QTest::qWaitForWindowExposed(&charts.loss));
    const QCPRange x = charts.x(), y = charts.loss.plot()->yAxis->range();
    const QPointF onAxis(charts.loss.plot()->axisRect()->left() - 20, charts.middle().y());
    sendWheel(charts.loss.plot(), onAxis);
    const QCPRange zoomed = charts.loss.plot()->yAxis->range();
    QVERIFY(zoomed.size() < y.size());
    QCOMPARE(charts.x(), x);
    QVERIFY(!charts.loss.follows());
    drag(charts.loss.plot(), onAxis, onAxis + QPointF(0, 30));
    QVERIFY(charts.loss.plot()->yAxis->range().lower > zoomed.lower);
    QCOMPARE(charts.x(), x);
    charts.loss.setFollow(true);
    QCOMPARE(charts.loss.plot()->yAxis->range(), y);
    charts.loss.setLogY(true); // a change of scale is not a zoom
    QVERIFY(charts.loss.follows());
}

void TestCharts::valuesAreReadOut()
{
    TwoCharts charts;
    QVERIFY(QTest::qWaitForWindowExposed(&charts.loss));
    QCOMPARE(charts.loss.readout(), QString());
    const QPointF at(charts.loss.plot()->xAxis->coordToPixel(400.3), charts.middle().y());
    sendMouse(charts.loss.plot(), QEvent::MouseMove, at, Qt::NoButton, Qt::NoButton);
    const QStringList rows = charts.loss.readout().split('\n');
    QCOMPARE(rows.size(), 3);
    QCOMPARE(rows[0], QString("400 records"));
    QCOMPARE(rows[1], QString("per batch  %1").arg(lossAt(400), 0, 'f', 4));
    QCOMPARE(rows[2], QString("smoothed  %1").arg(charts.loss.curve(charts.smooth)[400].y, 0, 'f', 4));
    QCOMPARE(charts.lag.readout(), QString("400 records\nleft  4,600"));
    for (int i = 1000; i < 2000; ++i) // the chart moves on under the mouse
        charts.add(i);
    charts.loss.refresh();
    QCOMPARE(charts.loss.readout().split('\n')[0],
             QString("%1 records").arg(qRound(charts.loss.plot()->xAxis->pixelToCoord(at.x()))));
    QEvent leave(QEvent::Leave);
    QApplication::sendEvent(charts.loss.plot(), &leave);
    QCOMPARE(charts.loss.readout(), QString());
    QCOMPARE(charts.lag.readout(), QString());
}

void TestCharts::aMillionPoints_data()
{
    QTest::addColumn<bool>("smoothed");
    QTest::addColumn<double>("left");
    QTest::addColumn<double>("right");
    QTest::newRow("raw") << false << 0.0 << 1e6;
    QTest::newRow("smoothed") << true << 0.0 << 1e6;
    QTest::newRow("zoomed") << true << 436'000.0 << 440'000.0;
}

void TestCharts::aMillionPoints()
{
    QFETCH(bool, smoothed);
    QFETCH(double, left);
    QFETCH(double, right);
    for (const char* theme : {"light", "dark"}) {
        applyTheme(*qApp, theme);
        LineChart chart("Loss", "records", LineChart::Format::Number);
        const QColor color = Theme::current().loss;
        const int raw = chart.addSeries({"per batch", color, 1, smoothed ? 0.22 : 1});
        if (smoothed)
            chart.addSmoothed(raw, {"smoothed 0.98", color, 1.8});
        for (int i = 0; i < kMillion; ++i)
            chart.add(raw, i, lossAt(i));
        chart.resize(1280, 800);
        chart.show();
        QVERIFY(QTest::qWaitForWindowExposed(&chart));
        chart.refresh();
        if (right < kMillion)
            chart.plot()->xAxis->setRange(left, right);
        chart.plot()->replot();
        const QPointF at = QPointF(chart.plot()->axisRect()->center()) + QPointF(-200, 60);
        sendMouse(chart.plot(), QEvent::MouseMove, at, Qt::NoButton, Qt::NoButton);
        QVERIFY(QDir().mkpath(MILLRACE_SCREENSHOTS));
        const QPixmap picture = chart.grab();
        QVERIFY(picture.save(QString(MILLRACE_SCREENSHOTS "/chart-million-%1-%2.png")
                                 .arg(QTest::currentDataTag(), QLatin1String(theme))));
        // The spike of each 97,001 points is seen: coloured pixels high above the noise.
        const QPoint spike(qRound(chart.plot()->xAxis->coordToPixel(438'004)),
                           qRound(chart.plot()->yAxis->coordToPixel(0.65)));
        const QRect around(chart.plot()->mapTo(&chart, spike) - QPoint(3, 0), QSize(7, 1));
        const QImage image = picture.toImage();
        bool seen = false;
        for (int x = around.left(); x <= around.right(); ++x)
            seen |= image.pixelColor(x, around.top()) != Theme::current().card;
        QVERIFY(seen);
    }
    applyTheme(*qApp, "light");
}

QTEST_MAIN(TestCharts)
#include "tst_charts.moc"
