// SPDX-License-Identifier: GPL-3.0-or-later
// Charts by real mouse events: what is drawn of many points, smoothing, pan, zoom, follow, and the values read out.
#include "Waiting.h"
#include "charts/ChartFile.h"
#include "charts/LineChart.h"
#include "charts/SmoothedCurve.h"
#include "models/TrainFeed.h"
#include "pages/TrainCharts.h"
#include "pages/TwoClassFigures.h"
#include "session/Session.h"
#include "style/Theme.h"
#include "ui/Pictures.h"
#include "ui/Samples.h"
#include "widgets/ConfusionMatrix.h"
#include "widgets/ScoreHistogram.h"

#include <qcustomplot.h>

#include <QAccessible>
#include <QApplication>
#include <QDir>
#include <QFontDatabase>
#include <QLabel>
#include <QSvgRenderer>
#include <QTemporaryDir>
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

QString descriptionOf(QWidget& widget)
{
    return QAccessible::queryAccessibleInterface(&widget)->text(QAccessible::Description);
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
    void logarithmicAxesHaveTicks_data();
    void logarithmicAxesHaveTicks();
    void logarithmicTicksSurviveTheWheel();
    void nothingBelowZeroIsDrawnLogarithmically();
    void marksNeverOverprint();
    void aHiddenMarkIsReadOut();
    void theLegendHidesAndShows();
    void theLegendIsUsedByKeys();
    void theLegendTellsWhatHasNoRoom();
    void valuesAreSavedAsATable();
    void filesGetAnEnding();
    void chineseIsDrawn();
    void aRocPointHasItsThreshold();
    void classesAreCalledByTheirNames();
    void aResumedCurveGoesOn();
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

namespace
{

void replot(LineChart& chart)
{
    chart.refresh();
    chart.plot()->replot();
}

/// A chart of one line on a logarithmic axis.
struct LogChart {
    explicit LogChart(LineChart::Format format = LineChart::Format::Number) : chart("Loss", "records", format)
    {
        line = chart.addSeries({"loss", Theme::current().loss});
        chart.setLogY(true);
        chart.resize(900, 300);
        chart.show();
    }
    LineChart chart;
    int line;
};

void checkTicks(const LineChart& chart)
{
    const QCPAxis& axis = *chart.plot()->yAxis;
    const QVector<QString> labels = axis.tickVectorLabels();
    const QString told =
        QString("%1 to %2: %3").arg(axis.range().lower).arg(axis.range().upper).arg(labels.join(" | "));
    QVERIFY2(labels.size() >= 2 && labels.size() <= 8, qPrintable(told));
    QVERIFY2(QSet<QString>(labels.begin(), labels.end()).size() == labels.size(), qPrintable(told));
    QVERIFY2(!labels.contains(QString()), qPrintable(told));
    for (const double tick : axis.tickVector())
        QVERIFY2(axis.range().contains(tick), qPrintable(told));
}

LegendLabel* legendOf(const LineChart& chart)
{
    return chart.findChild<LegendLabel*>("chartLegend");
}

void clickLegend(const LineChart& chart, const QString& name)
{
    TRY_VERIFY(!legendOf(chart)->rectOf(name).isEmpty()); // once it is laid out
    const QRect place = legendOf(chart)->rectOf(name);
    QTest::mouseClick(legendOf(chart), Qt::LeftButton, {}, place.center());
}

QByteArray contentOf(const QString& file)
{
    QFile device(file);
    return device.open(QIODevice::ReadOnly) ? device.readAll() : QByteArray();
}

/// The texts that are shown in the plot, where they are.
QList<QRectF> shownTexts(const LineChart& chart)
{
    QList<QRectF> rects;
    for (int i = 0; i < chart.plot()->itemCount(); ++i)
        if (const auto* text = qobject_cast<QCPItemText*>(chart.plot()->item(i)); text && text->visible())
            rects << QRectF(text->topLeft->pixelPosition(), text->bottomRight->pixelPosition());
    return rects;
}

} // namespace

void TestCharts::logarithmicAxesHaveTicks_data()
{
    QTest::addColumn<double>("low");
    QTest::addColumn<double>("factor");
    QTest::addColumn<LineChart::Format>("format");
    for (const double low : {2.3e-7, 0.1, 0.98, 3.7, 1e4})
        for (const double factor :
             {1.02, 1.3, 2.0, 5.0, 9.9, 10.0, 11.0, 40.0, 100.0, 250.0, 999.0, 1e4, 1e6, 1e7, 1e9})
            for (const auto format : {LineChart::Format::Number, LineChart::Format::Percent, LineChart::Format::Count})
                if (low >= 0.1 || format == LineChart::Format::Number)
                    QTest::addRow("from %g, %g times, %d", low, factor, static_cast<int>(format))
                        << low << factor << format;
}

void TestCharts::logarithmicAxesHaveTicks()
{
    QFETCH(double, low);
    QFETCH(double, factor);
    QFETCH(LineChart::Format, format);
    LogChart log(format);
    log.chart.setYRange(low, low * factor);
    replot(log.chart);
    checkTicks(log.chart);
}

void TestCharts::logarithmicTicksSurviveTheWheel()
{
    LogChart log;
    for (int i = 0; i < 1000; ++i)
        log.chart.add(log.line, i, std::exp(-i / 60.0));
    QVERIFY(QTest::qWaitForWindowExposed(&log.chart));
    replot(log.chart);
    checkTicks(log.chart);
    const QPointF onAxis(log.chart.plot()->axisRect()->left() - 20, log.chart.plot()->axisRect()->center().y() + 17);
    for (const int turn : {120, -120})
        for (int i = 0; i < 30; ++i) {
            const QCPRange before = log.chart.plot()->yAxis->range();
            QWheelEvent event(onAxis, log.chart.plot()->mapToGlobal(onAxis), {}, {0, turn}, Qt::NoButton,
                              Qt::NoModifier, Qt::NoScrollPhase, false);
            QApplication::sendEvent(log.chart.plot(), &event);
            QVERIFY(log.chart.plot()->yAxis->range() != before);
            drag(log.chart.plot(), onAxis, onAxis + QPointF(0, i % 2 ? 25 : -20));
            log.chart.plot()->replot();
            checkTicks(log.chart);
        }
    savePicture(log.chart, "chart-log", log.chart.size());
}

void TestCharts::nothingBelowZeroIsDrawnLogarithmically()
{
    LogChart log;
    for (int i = 0; i < 100; ++i)
        log.chart.add(log.line, i, i % 10 == 5 ? 0.0 : i == 42 ? -3.0 : 0.5 + i);
    replot(log.chart);
    QCOMPARE(log.chart.pointCount(log.line), 100);
    const QCPRange range = log.chart.plot()->yAxis->range();
    QVERIFY(range.lower > 0.4 && range.upper < 120); // of what can be shown
    int gaps = 0;
    for (const QCPGraphData& point : *log.chart.plot()->graph(0)->data()) {
        gaps += std::isnan(point.value) ? 1 : 0;
        QVERIFY(std::isnan(point.value) || point.value > 0);
    }
    QCOMPARE(gaps, 11);
    Curve many; // several in a pixel column
    for (int i = 0; i < 10'000; ++i)
        many.append(i, i % 2 ? 0.0 : 1.0 + i % 7);
    for (const auto& point : many.decimated(edgesOf(0, 10'000, 100), Curve::Scale::Logarithmic))
        QVERIFY(std::isnan(point.y) || point.y >= 1);
    QVERIFY(
        std::ranges::any_of(many.decimated(edgesOf(0, 10'000, 100)), [](const auto& point) { return point.y == 0; }));
    log.chart.setLogY(false);
    replot(log.chart);
    QVERIFY(std::ranges::none_of(*log.chart.plot()->graph(0)->data(),
                                 [](const QCPGraphData& point) { return std::isnan(point.value); }));
}

void TestCharts::marksNeverOverprint()
{
    TwoCharts charts;
    constexpr int kMarks = 40;
    for (int i = 0; i < kMarks; ++i)
        charts.loss.addMark(500 + i * 0.5, QString("error rose, detector %1").arg(i), Theme::current().warn);
    charts.loss.addMark(1, "learning rate 0.1");
    charts.loss.addMark(998, "learning rate 0.01");
    const auto check = [&charts] {
        replot(charts.loss);
        const QList<QRectF> texts = shownTexts(charts.loss);
        for (int i = 0; i < texts.size(); ++i) {
            QVERIFY(QRectF(charts.loss.plot()->axisRect()->rect()).adjusted(-1, -1, 1, 1).contains(texts[i]));
            for (int k = 0; k < i; ++k)
                QVERIFY(!texts[i].adjusted(0.5, 0.5, -0.5, -0.5).intersects(texts[k]));
        }
    };
    for (const int width : {900, 420, 200, 900}) {
        charts.loss.resize(width, 300);
        check();
    }
    const auto few = shownTexts(charts.loss).size();
    QVERIFY(few >= 6 && few < kMarks);
    for (const char* theme : {"light", "dark"}) {
        applyTheme(*qApp, theme);
        charts.loss.restyle();
        replot(charts.loss);
        savePicture(charts.loss, "chart-marks", charts.loss.size());
    }
    applyTheme(*qApp, "light");
    charts.loss.restyle();
    charts.loss.plot()->xAxis->setRange(509.8, 510.7); // two of them, near each other: there is room
    check();
    QCOMPARE(shownTexts(charts.loss).size(), 2);
    QVERIFY(descriptionOf(charts.loss).contains("at 500 records: error rose, detector 0"));
    QVERIFY(descriptionOf(charts.loss).contains("error rose, detector 39"));
}

void TestCharts::aHiddenMarkIsReadOut()
{
    TwoCharts charts;
    QVERIFY(QTest::qWaitForWindowExposed(&charts.loss));
    for (int i = 0; i < 12; ++i)
        charts.loss.addMark(400, QString("error rose, detector %1").arg(i));
    replot(charts.loss);
    QVERIFY(shownTexts(charts.loss).size() < 12);
    const double x = charts.loss.plot()->xAxis->coordToPixel(400);
    const auto moveTo = [&](double pixel) {
        sendMouse(charts.loss.plot(), QEvent::MouseMove, {pixel, charts.middle().y()}, Qt::NoButton, Qt::NoButton);
    };
    moveTo(x + 2);
    const QStringList rows = charts.loss.readout().split('\n');
    QCOMPARE(rows.size(), 3 + 12);
    QCOMPARE(rows.last(), QString("error rose, detector 11"));
    moveTo(x + 30);
    QCOMPARE(charts.loss.readout().split('\n').size(), 3);
}

void TestCharts::theLegendHidesAndShows()
{
    TwoCharts charts;
    QVERIFY(QTest::qWaitForWindowExposed(&charts.loss));
    const int high = charts.loss.addSeries({"high", Theme::current().lag});
    charts.loss.setData(high, {0, 999}, {50, 60});
    replot(charts.loss);
    QVERIFY(charts.loss.plot()->yAxis->range().upper >= 60);
    clickLegend(charts.loss, "high");
    QVERIFY(charts.loss.isHidden(high));
    replot(charts.loss);
    QVERIFY(!charts.loss.plot()->graph(high)->visible());
    QVERIFY(charts.loss.plot()->yAxis->range().upper < 2); // fits what is seen
    QVERIFY(legendOf(charts.loss)->accessibleName().contains("high (hidden)"));
    sendMouse(charts.loss.plot(), QEvent::MouseMove, charts.middle(), Qt::NoButton, Qt::NoButton);
    QVERIFY(!charts.loss.readout().isEmpty() && !charts.loss.readout().contains("high"));
    for (const char* theme : {"light", "dark"}) {
        applyTheme(*qApp, theme);
        charts.loss.restyle();
        replot(charts.loss);
        savePicture(charts.loss, "chart-hidden", charts.loss.size());
    }
    applyTheme(*qApp, "light");
    charts.loss.clear(); // new data of the same series
    charts.loss.setData(high, {0, 999}, {50, 60});
    charts.loss.setReference("best possible", 0.4);
    replot(charts.loss);
    QVERIFY(charts.loss.isHidden(high) && !charts.loss.plot()->graph(high)->visible());
    clickLegend(charts.loss, "high");
    QVERIFY(!charts.loss.isHidden(high) && charts.loss.plot()->graph(high)->visible());
    replot(charts.loss);
    QVERIFY(charts.loss.plot()->yAxis->range().lower <= 0.4);
    clickLegend(charts.loss, "best possible");
    replot(charts.loss);
    QVERIFY(charts.loss.plot()->yAxis->range().lower > 10);
}

void TestCharts::theLegendIsUsedByKeys()
{
    TwoCharts charts;
    charts.loss.activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(&charts.loss));
    LegendLabel* legend = legendOf(charts.loss);
    QTest::keyClick(&charts.loss, Qt::Key_Tab);
    TRY_VERIFY(legend->hasFocus());
    QTest::keyClick(legend, Qt::Key_Right);
    QTest::keyClick(legend, Qt::Key_Right); // there is no further one
    QTest::keyClick(legend, Qt::Key_Space);
    QVERIFY(charts.loss.isHidden(charts.smooth) && !charts.loss.isHidden(charts.raw));
    QCOMPARE(legend->accessibleDescription(), QString("smoothed (hidden)"));
    replot(charts.loss);
    savePicture(charts.loss, "chart-legend-keys", charts.loss.size());
    QTest::keyClick(legend, Qt::Key_Space);
    QTest::keyClick(legend, Qt::Key_Left);
    QTest::keyClick(legend, Qt::Key_Space);
    QVERIFY(!charts.loss.isHidden(charts.smooth) && charts.loss.isHidden(charts.raw));
}

void TestCharts::theLegendTellsWhatHasNoRoom()
{
    LineChart chart("Narrow", "records", LineChart::Format::Number);
    const QStringList names = {"the first one", "the second one", "the third one", "the fourth one"};
    for (const QString& name : names)
        chart.addSeries({name, Theme::current().loss});
    chart.resize(330, 200);
    chart.show();
    QVERIFY(QTest::qWaitForWindowExposed(&chart));
    LegendLabel* legend = legendOf(chart);
    QVERIFY(!legend->rectOf(names[0]).isEmpty());
    QVERIFY(legend->rectOf(names[3]).isEmpty());
    QVERIFY(!legend->toolTip().contains(names[0]) && legend->toolTip().contains(names[3]));
    legend->setFocus(Qt::TabFocusReason);
    for (int i = 0; i < 3; ++i)
        QTest::keyClick(legend, Qt::Key_Right);
    TRY_VERIFY(legend->hasFocus());
    QVERIFY(!legend->rectOf(names[3]).isEmpty()); // the keys bring it
    chart.resize(900, 200);
    TRY_VERIFY(!legend->rectOf(names[0]).isEmpty());
    TRY_VERIFY(!legend->toolTip().contains(names[3]));
}

void TestCharts::valuesAreSavedAsATable()
{
    QTemporaryDir folder;
    LineChart chart("Loss", "records, of all", LineChart::Format::Number);
    const int a = chart.addSeries({"say \"a\"", Theme::current().loss});
    const int b = chart.addSeries({"b", Theme::current().lag});
    const int nameless = chart.addSeries({{}, Theme::current().lag});
    const double nan = std::numeric_limits<double>::quiet_NaN();
    chart.setData(a, {1, 2, 2, 1e6}, {0.1, -2, 1e-300, nan});
    chart.setData(b, {1.5, 2}, {1.0 / 3, 64000});
    chart.setData(nameless, {7}, {7});
    const QString file = folder.filePath("values.csv");
    QVERIFY(chart.save(file));
    QCOMPARE(contentOf(file), QByteArray("\"records, of all\",\"say \"\"a\"\"\",b\r\n"
                                         "1,0.1,\r\n"
                                         "1.5,,0.3333333333333333\r\n"
                                         "2,-2,64000\r\n"
                                         "2,1e-300,\r\n"
                                         "1000000,,\r\n"));
    LineChart many("Loss", "records", LineChart::Format::Number); // all that is kept, not what is drawn
    const int line = many.addSeries({"loss", Theme::current().loss});
    for (int i = 0; i < 100'000; ++i)
        many.add(line, i, lossAt(i));
    QVERIFY(many.save(file));
    const QList<QByteArray> rows = contentOf(file).split('\n');
    QCOMPARE(rows.size(), 100'002);
    for (int i = 0; i < 100'000; i += 777)
        QCOMPARE(rows[i + 1].trimmed().split(',').last().toDouble(), lossAt(i));
    for (const char* ending : {"csv", "png", "svg"})
        QVERIFY(!chart.save(folder.filePath("nowhere/chart.") + ending));
}

void TestCharts::filesGetAnEnding()
{
    const QString csv = "CSV table of the values (*.csv)";
    QCOMPARE(chartFileName("/a/loss.SVG", csv), QString("/a/loss.SVG"));
    QCOMPARE(chartFileName("/a/loss", csv), QString("/a/loss.csv"));
    QCOMPARE(chartFileName("/a/run.2", csv), QString("/a/run.2.csv"));
    QCOMPARE(chartFileName("/a/loss.txt"), QString("/a/loss.txt.png"));
}

void TestCharts::chineseIsDrawn()
{
    if (!QFontDatabase::families(QFontDatabase::SimplifiedChinese).contains("Droid Sans Fallback"))
        QSKIP("The font Droid Sans Fallback is missing: apt-get install fonts-droid-fallback");
    QTemporaryDir folder;
    for (const char* theme : {"light", "dark"}) {
        applyTheme(*qApp, theme);
        LineChart chart(QString::fromUtf8("损失函数"), QString::fromUtf8("记录数"), LineChart::Format::Number);
        const int line = chart.addSeries({QString::fromUtf8("信号平滑值"), Theme::current().loss});
        for (int i = 0; i < 1000; ++i)
            chart.add(line, i, lossAt(i));
        chart.addMark(300, QString::fromUtf8("误差上升：检测器"), Theme::current().warn);
        chart.addMark(302, QString::fromUtf8("学习率 0.01 gy"));
        chart.setReference(QString::fromUtf8("最优可能"), 0.5);
        chart.setNote(QString::fromUtf8("● 正常"), Theme::current().ok);
        chart.resize(760, 280);
        chart.show();
        QVERIFY(QTest::qWaitForWindowExposed(&chart));
        replot(chart);
        sendMouse(chart.plot(), QEvent::MouseMove,
                  {chart.plot()->xAxis->coordToPixel(302), QPointF(chart.plot()->axisRect()->center()).y()},
                  Qt::NoButton, Qt::NoButton);
        savePicture(chart, "chart-chinese", chart.size());
        const QString stem = QString(MILLRACE_SCREENSHOTS "/chart-chinese-saved-%1").arg(QLatin1String(theme));
        QVERIFY(chart.save(stem + ".png"));
        QVERIFY(chart.save(folder.filePath("chart.svg")));
        const QByteArray svg = contentOf(folder.filePath("chart.svg"));
        QVERIFY(svg.contains(QString::fromUtf8("误差上升").toUtf8()));
        for (qsizetype at = svg.indexOf("font-family="); at >= 0; at = svg.indexOf("font-family=", at + 1))
            QVERIFY(svg.mid(at, svg.indexOf('"', at + 13) - at).endsWith("sans-serif"));
        QSvgRenderer renderer(svg); // as others read it
        QImage image(renderer.defaultSize(), QImage::Format_ARGB32_Premultiplied);
        QPainter painter(&image);
        renderer.render(&painter);
        painter.end();
        QVERIFY(image.save(stem + "-svg.png"));
    }
    applyTheme(*qApp, "light");
}

void TestCharts::aRocPointHasItsThreshold()
{
    ScoreHistogram histogram;
    QVERIFY(std::isnan(histogram.thresholdAt(0.5, 0.5)));
    histogram.setBins({{{40, 30, 20, 10}, {0, 10, 30, 60}}});
    const auto near = [&](double falseOnes, double trueOnes, double threshold) {
        return std::abs(histogram.thresholdAt(falseOnes, trueOnes) - threshold) < 1e-12;
    };
    QVERIFY(near(0, 0, 1)); // at the edges of bins it is exact
    QVERIFY(near(0.1, 0.6, 0.75));
    QVERIFY(near(0.3, 0.9, 0.5));
    QVERIFY(near(1, 1, 0));
    QVERIFY(near(0.2, 0.75, 0.625)); // half of a bin
    histogram.setBins({{{40, 30}, {0, 0}}});
    QVERIFY(std::isnan(histogram.thresholdAt(0.5, 0.5)));
}

void TestCharts::classesAreCalledByTheirNames()
{
    Task task;
    task.classes = {"背景", "信号"};
    for (const char* theme : {"light", "dark"}) {
        applyTheme(*qApp, theme);
        TwoClassFigures figures;
        figures.showResult(task, evaluation(false));
        figures.resize(900, 520);
        figures.show();
        QVERIFY(QTest::qWaitForWindowExposed(&figures));
        QCOMPARE(figures.findChild<LineChart*>("evaluateRocChart")->findChild<QLabel*>("chartTitle")->text(),
                 QString("ROC of 信号"));
        QCOMPARE(figures.findChild<ConfusionMatrix*>("evaluateConfusion")->names(), QStringList({"背景", "信号"}));
        QCOMPARE(figures.findChild<ScoreHistogram*>("evaluateScores")->accessibleDescription(),
                 QString("Of the records of 背景, and of those of 信号"));
        savePicture(figures, "figures-chinese", figures.size());
    }
    applyTheme(*qApp, "light");
}

void TestCharts::aResumedCurveGoesOn()
{
    QTemporaryDir home;
    SessionOptions options;
    options.home = home.path().toStdString();
    Session session(options);
    TrainFeed& feed = TrainFeed::of(session);
    TrainCharts charts;
    const auto* loss = charts.findChild<LineChart*>("trainLossChart");
    const auto train = [&](const char* resume, int first, int last) {
        nlohmann::json section = {{"topic", "susy-train"}};
        if (resume)
            section["resume"] = resume;
        return startJob(session, "train", "Training", section, [=](JobContext& context) -> Result<nlohmann::json> {
            context.beginRun("20260131T123456Z-susy");
            for (int step = first; step < last; ++step)
                context.metrics.add(pointAt(step));
            return fail(ErrorCode::Failed, "The disk is full", "Free some space");
        });
    };
    const auto drawn = [&] {
        feed.pump();
        charts.update(feed);
        return loss->pointCount(0);
    };
    train(nullptr, 0, 100);
    TRY_COMPARE(drawn(), 100);
    train("20260131T123456Z-susy", 80, 160); // from a checkpoint at step 80
    TRY_COMPARE(drawn(), 160);
    for (std::size_t i = 0; i < 160; ++i) {
        QCOMPARE(loss->curve(0)[i].x, static_cast<double>(pointAt(static_cast<int>(i)).records));
        QCOMPARE(loss->curve(0)[i].y, pointAt(static_cast<int>(i)).loss);
    }
    train("20260131T123456Z-susy", 160, 170); // and once more
    TRY_COMPARE(drawn(), 170);
    train("20251231T000000Z-other", 50, 60); // another run
    TRY_COMPARE(drawn(), 10);
    train(nullptr, 0, 5);
    TRY_COMPARE(drawn(), 5);
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
