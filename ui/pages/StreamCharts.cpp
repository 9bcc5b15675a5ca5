// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/StreamCharts.h"

#include "charts/Curve.h"
#include "charts/LineChart.h"
#include "models/StreamFlow.h"
#include "style/Theme.h"
#include "widgets/Fields.h"

#include <QComboBox>
#include <QVBoxLayout>
#include <algorithm>
#include <cmath>

namespace millrace
{

namespace
{

constexpr std::size_t kMostTracePoints = 20'000;

QColor traceColour(int trace)
{
    const Theme& theme = Theme::current();
    switch (trace) {
    case StreamCurves::Accuracy:
        return theme.accuracy;
    case StreamCurves::Best:
        return theme.best;
    case StreamCurves::NoChange:
        return Theme::ofClass(1);
    case StreamCharts::RateOut:
        return theme.validation;
    case StreamCharts::Lag:
        return theme.lag;
    default: // the majority class, and the rate in
        return Theme::ofClass(0);
    }
}

QColor markColour(StreamMark::Kind kind)
{
    const Theme& theme = Theme::current();
    return kind == StreamMark::Kind::Turn ? theme.accent : kind == StreamMark::Kind::Rose ? theme.error : theme.dim;
}

} // namespace

StreamCharts::StreamCharts(QWidget* parent)
    : QWidget(parent), m_accuracy(new LineChart(tr("Accuracy"), tr("seconds"), LineChart::Format::Percent)),
      m_flow(new LineChart(tr("Records a second"), tr("seconds"), LineChart::Format::Count)),
      m_span(choiceField("streamSpanField"))
{
    m_accuracy->setObjectName("streamAccuracyChart");
    m_accuracy->setEmptyText(
        tr("Start the stream, wait until the network has learnt,\nthen turn a knob and see what happens."));
    m_flow->setObjectName("streamFlowChart");
    m_flow->setRightAtLeast(StreamFlow::kInHand);
    addTraces();
    addSpanTool();
    m_accuracy->linkX(m_flow);
    auto* down = new QVBoxLayout(this);
    down->setContentsMargins(0, 0, 0, 0);
    down->setSpacing(8);
    down->addWidget(m_accuracy, 3);
    down->addWidget(m_flow, 2);
    for (LineChart* chart : {m_accuracy, m_flow}) {
        chart->setRightMargin(48);
        chart->refresh();
    }
}

void StreamCharts::addTraces()
{
    const auto draw = [this](int trace, LineChart* chart, const LineChart::Series& series) {
        m_drawn.at(static_cast<std::size_t>(trace)) = {chart, chart->addSeries(series)};
    };
    const auto colour = traceColour;
    draw(StreamCurves::Majority, m_accuracy, {tr("majority class"), colour(StreamCurves::Majority), 1.3, 0.5});
    draw(StreamCurves::NoChange, m_accuracy, {tr("no change"), colour(StreamCurves::NoChange), 1.3, 0.5});
    draw(StreamCurves::Best, m_accuracy, {tr("best possible"), colour(StreamCurves::Best), 1.6, 1, false, false, true});
    draw(StreamCurves::Accuracy, m_accuracy, {tr("network"), colour(StreamCurves::Accuracy), 2.2});
    draw(Lag, m_flow, {tr("lag, records"), colour(Lag), 1.6, 1, true});
    draw(RateIn, m_flow, {tr("in"), colour(RateIn), 1.8});
    draw(RateOut, m_flow, {tr("out"), colour(RateOut), 1.8});
}

void StreamCharts::addSpanTool()
{
    m_span->setAccessibleName(tr("How much is shown"));
    m_span->addItem(tr("last minute"), 60);
    m_span->addItem(tr("last 5 minutes"), 300);
    m_span->addItem(tr("all"), 0);
    m_accuracy->addTool(m_span);
    connect(m_span, &QComboBox::currentIndexChanged, this, [this] {
        m_marksChanged = true;
        m_accuracy->setFollow(true);
    });
}

void StreamCharts::begin()
{
    m_marks.clear();
    m_gaps = {};
    m_marksChanged = true;
    m_ranges = {};
    for (LineChart* chart : {m_accuracy, m_flow}) {
        chart->clear(); // forgets them, too
        chart->setFollow(true);
    }
}

/// In bounded memory: when there are too many points, every other one of the older half goes.
void StreamCharts::add(int trace, double second, double value)
{
    const auto& [chart, series] = m_drawn.at(static_cast<std::size_t>(trace));
    if (m_gaps.at(static_cast<std::size_t>(trace)).isBefore(second))
        chart->add(series, second, std::numeric_limits<double>::quiet_NaN());
    chart->add(series, second, value);
    const auto& points = chart->curve(series).points();
    if (points.size() <= kMostTracePoints)
        return;
    std::vector<double> keptX, keptY;
    for (std::size_t i = 0; i < points.size(); i += i < points.size() / 2 ? 2 : 1) {
        keptX.push_back(points[i].x);
        keptY.push_back(points[i].y);
    }
    chart->setData(series, keptX, keptY);
}

void StreamCharts::addMark(const StreamMark& mark)
{
    m_marks.add(mark);
    m_marksChanged = true;
}

double StreamCharts::last(int trace) const
{
    const auto& [chart, series] = m_drawn.at(static_cast<std::size_t>(trace));
    return chart->lastValue(series);
}

double StreamCharts::newest() const
{
    const Curve& curve = m_flow->curve(m_drawn[RateIn].series);
    return curve.isEmpty() ? 0 : curve[curve.size() - 1].x;
}

double StreamCharts::span() const
{
    return m_span->currentData().toDouble();
}

void StreamCharts::refresh()
{
    fitRanges();
    showMarks();
    for (LineChart* chart : {m_accuracy, m_flow})
        chart->refresh();
}

StreamCharts::Ranges StreamCharts::ranges() const
{
    const double from = span() > 0 ? std::max(0.0, newest() - span()) : 0;
    Ranges ranges{{from, std::max(newest(), from + 10)}, {}};
    Extent shown;
    for (std::size_t i = 0; i < StreamCurves::kCurves; ++i) {
        const Curve& curve = m_accuracy->curve(m_drawn.at(i).series);
        shown.include(curve.extent(curve.indexOf(from), curve.size()));
    }
    if (!shown.isEmpty()) // in steps of 10 %, with room for the marks' texts above
        ranges.accuracies = {std::floor(shown.low * 10) / 10, std::min(1.1, std::ceil(shown.high * 10 + 0.5) / 10)};
    return ranges;
}

/// A chart with another range is drawn anew, and that costs.
void StreamCharts::fitRanges()
{
    const Ranges fitting = ranges();
    if (std::exchange(m_ranges, fitting) == fitting)
        return;
    for (LineChart* chart : {m_accuracy, m_flow})
        chart->setXRange(fitting.seconds.minimum, fitting.seconds.maximum);
    if (fitting.accuracies != Range())
        m_accuracy->setYRange(fitting.accuracies.minimum, fitting.accuracies.maximum);
}

void StreamCharts::showMarks()
{
    if (!std::exchange(m_marksChanged, false))
        return;
    m_accuracy->clearMarks();
    for (const StreamMark& mark : m_marks)
        if (span() <= 0 || mark.second >= newest() - span())
            m_accuracy->addMark(mark.second, mark.text, markColour(mark.kind));
}

void StreamCharts::restyle()
{
    for (int trace = 0; trace < kTraces; ++trace) {
        const auto& [chart, series] = m_drawn.at(static_cast<std::size_t>(trace));
        chart->setSeriesColor(series, traceColour(trace));
    }
    for (LineChart* chart : {m_accuracy, m_flow})
        chart->restyle();
    m_marksChanged = true;
}

} // namespace millrace
