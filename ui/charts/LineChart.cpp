// SPDX-License-Identifier: GPL-3.0-or-later
#include "charts/LineChart.h"

#include "base/Text.h"
#include "charts/LegendLabel.h"
#include "charts/Readout.h"
#include "charts/SmoothedCurve.h"
#include "charts/Ticks.h"
#include "style/Theme.h"

#include <qcustomplot.h>

#include <QAction>
#include <QClipboard>
#include <QContextMenuEvent>
#include <QFileDialog>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QSvgGenerator>
#include <QTimer>
#include <QVBoxLayout>
#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

namespace millrace
{

namespace
{

constexpr int kIntervalsX = 6, kIntervalsY = 4, kTitleHeight = 28;
constexpr std::ptrdiff_t kMarkLines = 4;
constexpr std::size_t kThinnedAtOnce = 1 << 16;  ///< points, two milliseconds or three
constexpr std::size_t kSmoothedAtOnce = 100'000; ///< points, a millisecond or two

/// Where most of a series lies: spikes and the first steps of a training would flatten everything else.
Extent typicalExtent(const Curve& curve)
{
    constexpr std::size_t kSamples = 500, kCut = kSamples / 50;
    const Extent whole = curve.extent();
    if (curve.size() < kSamples / 5)
        return whole;
    std::vector<double> values;
    values.reserve(kSamples);
    for (std::size_t i = 0; i < kSamples; ++i)
        if (const double value = curve[curve.size() * i / kSamples].y; std::isfinite(value))
            values.push_back(value);
    if (values.size() < 2 * kCut + 1)
        return whole;
    std::ranges::sort(values);
    Extent extent;
    const double low = values[kCut], high = values[values.size() - 1 - kCut], room = 0.15 * (high - low);
    extent.include(std::max(low - room, whole.low));
    extent.include(std::min(high + room, whole.high));
    extent.include(curve.points().back().y);
    return extent;
}

/// The value of a curve as a person reads it.
QString valueText(double value, LineChart::Format format, int decimals = 4)
{
    if (!std::isfinite(value))
        return QStringLiteral("–");
    if (format == LineChart::Format::Percent)
        return QString::fromStdString(formatPercent(value));
    if (format == LineChart::Format::Count && value == std::round(value) && std::abs(value) < 1e15)
        return QString::fromStdString(formatCount(static_cast<std::int64_t>(value)));
    return QString::fromStdString(formatFixed(value, format == LineChart::Format::Count ? 1 : decimals));
}

ChartTicker::Format tickFormat(LineChart::Format format)
{
    switch (format) {
    case LineChart::Format::Percent:
        return ChartTicker::Format::Percent;
    case LineChart::Format::Count:
        return ChartTicker::Format::Count;
    case LineChart::Format::Number:
        break;
    }
    return ChartTicker::Format::Number;
}

} // namespace

struct LineChart::Private : QObject {
    explicit Private(QObject* parent) : QObject(parent) {}

    struct Line {
        [[nodiscard]] const Curve& curve() const { return smoothed ? smoothed->curve() : points; }
        Series series;
        QCPGraph* graph = nullptr; ///< holds what is drawn
        Curve points;
        std::optional<SmoothedCurve> smoothed; ///< its points are those of the source
        int source = -1;                       ///< of a smoothed line
    };
    struct Mark {
        double x;
        QCPItemStraightLine* line;
        QCPItemText* text;
        QColor color;
    };
    struct Reference {
        QString name;
        double value;
        QCPItemStraightLine* line;
    };

    QString title, xName, note;
    QColor noteColor;
    Format format = Format::Number;
    LegendLabel* legend = nullptr;
    QCPItemText* emptyText = nullptr;
    QLabel* noteLabel = nullptr;
    QHBoxLayout* tools = nullptr;
    std::vector<Line> lines;
    std::vector<Mark> marks;
    std::vector<Reference> references;
    std::vector<QPointer<LineChart>> linked;
    std::optional<Readout> readout;
    std::optional<double> hovered; ///< pixel under the mouse
    QTimer work;                   ///< runs while there is long work: each timeout does a slice
    double xMinimum = std::numeric_limits<double>::quiet_NaN(), xMaximum = xMinimum;
    double rightAtLeast = 1;
    double yMinimum = xMinimum, yMaximum = xMinimum;
    bool dirty = false, logY = false, scaling = false;
};

LineChart::LineChart(const QString& title, const QString& xName, Format yFormat, QWidget* parent)
    : QFrame(parent), m_plot(new QCustomPlot), m_private(new Private(this))
{
    m_private->title = title;
    m_private->xName = xName;
    m_private->format = yFormat;
    setAccessibleName(title);

    auto* titleLabel = new QLabel(title);
    titleLabel->setObjectName("chartTitle");
    m_private->legend = new LegendLabel;
    m_private->noteLabel = new QLabel;
    m_private->noteLabel->setObjectName("chartNote");
    m_private->noteLabel->hide();
    auto* head = new QHBoxLayout;
    head->setContentsMargins(10, 5, 10, 0);
    head->setSpacing(14);
    head->addWidget(titleLabel);
    head->addWidget(m_private->legend);
    head->addWidget(m_private->noteLabel);
    head->addStretch(1);
    m_private->tools = new QHBoxLayout;
    m_private->tools->setSpacing(10);
    head->addLayout(m_private->tools);

    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(1, 1, 1, 3);
    layout->setSpacing(0);
    layout->addLayout(head);
    layout->addWidget(m_plot, 1);
    m_plot->setMinimumSize(120, 60);
    setMinimumHeight(96);

    const auto ticker = tickFormat(yFormat);
    m_plot->xAxis->setTicker(QSharedPointer<QCPAxisTicker>(new ChartTicker(ChartTicker::Format::Count, kIntervalsX)));
    m_plot->yAxis->setTicker(QSharedPointer<QCPAxisTicker>(new ChartTicker(ticker, kIntervalsY)));
    m_plot->yAxis2->setTicker(QSharedPointer<QCPAxisTicker>(new ChartTicker(ChartTicker::Format::Count, kIntervalsY)));
    m_plot->axisRect()->setMinimumMargins({52, 10, 20, 20}); // one left edge for charts under each other
    m_plot->setPlottingHint(QCP::phFastPolylines, true);
    m_plot->setInteractions(QCP::iRangeDrag | QCP::iRangeZoom);
    m_plot->axisRect()->setRangeZoom(Qt::Horizontal);
    m_plot->axisRect()->setRangeDrag(Qt::Horizontal);
    m_plot->setFocusPolicy(Qt::NoFocus);
    m_plot->setContextMenuPolicy(Qt::NoContextMenu); // the frame's menu
    m_private->readout.emplace(*m_plot);
    m_plot->installEventFilter(this);
    connect(m_plot, &QCustomPlot::beforeReplot, this, [this] { decimate(m_plot->bufferDevicePixelRatio()); });
    connect(m_plot, &QCustomPlot::mouseDoubleClick, this, [this] { setFollow(true); });
    connect(m_plot, &QCustomPlot::mousePress, this, [this](const QMouseEvent* event) {
        chooseDirection(event->position());
        hideReadout();
    });
    connect(m_plot, &QCustomPlot::mouseWheel, this,
            [this](const QWheelEvent* event) { chooseDirection(event->position()); });
    connect(m_plot, &QCustomPlot::mouseMove, this, [this](const QMouseEvent* event) {
        if (event->buttons() != Qt::NoButton)
            return;
        m_private->hovered = event->position().x();
        readOut();
    });
    m_private->work.setObjectName("chartWork");
    connect(&m_private->work, &QTimer::timeout, this, &LineChart::workOn);
    connect(m_plot->xAxis, qOverload<const QCPRange&>(&QCPAxis::rangeChanged), this, &LineChart::onXRange);
    connect(m_plot->yAxis, qOverload<const QCPRange&>(&QCPAxis::rangeChanged), this, [this] {
        if (!m_private->scaling)
            setFollow(false);
    });
    restyle();
    rescale();
}

void LineChart::onXRange()
{
    placeMarks();
    if (m_private->scaling)
        return; // our own doing
    setFollow(false);
    const QCPRange range = m_plot->xAxis->range();
    for (const auto& other : m_private->linked)
        if (other && other->m_plot->xAxis->range() != range) {
            other->m_plot->xAxis->setRange(range);
            other->m_plot->replot(QCustomPlot::rpQueuedReplot);
        }
}

void LineChart::chooseDirection(QPointF position)
{
    const bool overYAxis = position.x() < m_plot->axisRect()->left();
    m_plot->axisRect()->setRangeZoom(overYAxis ? Qt::Vertical : Qt::Horizontal);
    m_plot->axisRect()->setRangeDrag(overYAxis ? Qt::Vertical : Qt::Horizontal);
}

int LineChart::addSeries(const Series& series)
{
    Private::Line line;
    line.series = series;
    line.graph = m_plot->addGraph(m_plot->xAxis, series.rightAxis ? m_plot->yAxis2 : m_plot->yAxis);
    line.graph->setAdaptiveSampling(false); // decimate() has done so
    if (series.dots)
        line.graph->setScatterStyle(QCPScatterStyle(QCPScatterStyle::ssDisc, 5));
    m_private->lines.push_back(std::move(line));
    if (series.rightAxis)
        m_plot->yAxis2->setVisible(true);
    restyle();
    return static_cast<int>(m_private->lines.size()) - 1;
}

int LineChart::addSmoothed(int source, const Series& series)
{
    const int index = addSeries(series);
    m_private->lines.back().source = source;
    m_private->lines.back().smoothed.emplace();
    return index;
}

void LineChart::setSmoothing(double factor)
{
    for (auto& line : m_private->lines)
        if (line.smoothed)
            line.smoothed->setFactor(factor);
    workOn();
}

bool LineChart::isSmoothed() const
{
    return std::ranges::all_of(m_private->lines,
                               [](const auto& line) { return !line.smoothed || line.smoothed->isUpToDate(); });
}

/// Some points of a curve thinned, or of a new smoothing: never so much that the window waits.
void LineChart::workOn()
{
    if (!thinSome())
        for (auto& line : m_private->lines)
            if (line.smoothed)
                line.smoothed->work(m_private->lines[static_cast<std::size_t>(line.source)].points, kSmoothedAtOnce);
    m_private->dirty = true;
    const auto isFull = [](const auto& line) { return line.curve().isFull(); };
    if (isSmoothed() && std::ranges::none_of(m_private->lines, isFull))
        m_private->work.stop();
    else
        m_private->work.start(0);
    refresh();
}

bool LineChart::thinSome()
{
    for (std::size_t i = 0; i < m_private->lines.size(); ++i) {
        auto& full = m_private->lines[i];
        if (!full.curve().isFull())
            continue;
        if (full.smoothed) {
            full.smoothed->thin(kThinnedAtOnce);
            return true;
        }
        if (!full.points.thin(kThinnedAtOnce))
            return true;
        for (auto& line : m_private->lines)
            if (line.source == static_cast<int>(i))
                line.smoothed->thinSource();
        return true;
    }
    return false;
}

void LineChart::setSeriesColor(int series, const QColor& color)
{
    m_private->lines[static_cast<std::size_t>(series)].series.color = color;
    restyle();
}

void LineChart::setSeriesName(int series, const QString& name)
{
    QString& current = m_private->lines[static_cast<std::size_t>(series)].series.name;
    if (current == name)
        return;
    current = name;
    updateLegend();
}

void LineChart::setSeriesDots(int series, bool on)
{
    m_private->lines[static_cast<std::size_t>(series)].graph->setScatterStyle(
        on ? QCPScatterStyle(QCPScatterStyle::ssDisc, 5) : QCPScatterStyle());
    restyle();
}

void LineChart::setEmptyText(const QString& text)
{
    if (!m_private->emptyText) {
        m_private->emptyText = new QCPItemText(m_plot);
        m_private->emptyText->position->setType(QCPItemPosition::ptAxisRectRatio);
        m_private->emptyText->position->setCoords(0.5, 0.375); // between two grid lines
        m_private->emptyText->setPositionAlignment(Qt::AlignCenter);
    }
    m_private->emptyText->setText(text);
    restyle();
}

void LineChart::setInteractive(bool on)
{
    m_plot->setInteractions(on ? QCP::iRangeDrag | QCP::iRangeZoom : QCP::Interactions());
}

void LineChart::add(int series, double x, double y, int times)
{
    Curve& points = m_private->lines[static_cast<std::size_t>(series)].points;
    points.append(x, y);
    m_private->dirty = true;
    for (auto& line : m_private->lines)
        if (line.source == series)
            line.smoothed->append({x, y}, times);
    if (points.isFull() && !m_private->work.isActive())
        m_private->work.start(0);
}

void LineChart::setData(int series, const std::vector<double>& x, const std::vector<double>& y)
{
    std::vector<Curve::Point> points(std::min(x.size(), y.size()));
    for (std::size_t i = 0; i < points.size(); ++i)
        points[i] = {x[i], y[i]};
    m_private->lines[static_cast<std::size_t>(series)].points.assign(std::move(points));
    m_private->dirty = true;
}

void LineChart::clear()
{
    for (auto& line : m_private->lines) {
        line.points.clear();
        if (line.smoothed)
            line.smoothed->clear();
    }
    clearMarks();
    for (const auto& reference : m_private->references)
        m_plot->removeItem(reference.line);
    m_private->references.clear();
    m_private->xMinimum = m_private->xMaximum = std::numeric_limits<double>::quiet_NaN();
    m_private->dirty = true;
    updateLegend();
}

void LineChart::clearMarks()
{
    for (const auto& mark : m_private->marks) {
        m_plot->removeItem(mark.line);
        m_plot->removeItem(mark.text);
    }
    m_private->marks.clear();
    m_private->dirty = true;
}

void LineChart::addMark(double x, const QString& text, const QColor& color)
{
    Private::Mark mark{x, new QCPItemStraightLine(m_plot), new QCPItemText(m_plot), color};
    mark.line->point1->setCoords(x, 0);
    mark.line->point2->setCoords(x, 1);
    mark.text->position->setTypeX(QCPItemPosition::ptPlotCoords);
    mark.text->position->setTypeY(QCPItemPosition::ptAxisRectRatio);
    mark.text->setPadding({5, 0, 5, 0});
    mark.text->setText(text);
    m_private->marks.push_back(mark);
    m_private->dirty = true;
    restyle();
    placeMarks();
}

void LineChart::placeMarks()
{
    // Text stands right of its line, but left of it near the right edge; in the first line of text that has room.
    const QCPRange range = m_plot->xAxis->range();
    std::array<double, kMarkLines> usedTo{}; // pixels
    for (const auto& mark : m_private->marks) {
        const bool nearEnd = mark.x > range.lower + range.size() * 0.75;
        const QFontMetrics metrics(mark.text->font());
        const double width = metrics.horizontalAdvance(mark.text->text()) + 10;
        const double left = m_plot->xAxis->coordToPixel(mark.x) - (nearEnd ? width : 0);
        const auto room = std::ranges::find_if(usedTo, [left](double to) { return to <= left; });
        const auto line = room == usedTo.end() ? kMarkLines - 1 : room - usedTo.begin();
        usedTo.at(static_cast<std::size_t>(line)) = left + width;
        mark.text->setPositionAlignment((nearEnd ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignTop);
        mark.text->position->setCoords(mark.x, 0.01 + static_cast<double>(line) * metrics.height() /
                                                          std::max(1, m_plot->axisRect()->height()));
    }
}

void LineChart::setReference(const QString& name, double y)
{
    auto& references = m_private->references;
    const auto old =
        std::find_if(references.begin(), references.end(), [&](const auto& item) { return item.name == name; });
    if (old != references.end()) {
        if (old->value == y)
            return;
        m_plot->removeItem(old->line);
        references.erase(old);
    }
    if (std::isfinite(y)) {
        auto* line = new QCPItemStraightLine(m_plot);
        line->point1->setCoords(0, y);
        line->point2->setCoords(1, y);
        references.push_back({name, y, line});
    }
    m_private->dirty = true;
    restyle();
}

void LineChart::setXRange(double minimum, double maximum)
{
    m_private->xMinimum = minimum;
    m_private->xMaximum = maximum;
    m_private->dirty = true;
}

void LineChart::setRightMargin(int pixels)
{
    QMargins margins = m_plot->axisRect()->minimumMargins();
    margins.setRight(pixels);
    m_plot->axisRect()->setMinimumMargins(margins);
}

void LineChart::setYRange(double minimum, double maximum)
{
    m_private->yMinimum = minimum;
    m_private->yMaximum = maximum;
    m_private->dirty = true;
}

void LineChart::setRightAtLeast(double maximum)
{
    m_private->rightAtLeast = maximum;
    m_private->dirty = true;
}

void LineChart::setNote(const QString& text, const QColor& color)
{
    if (m_private->note == text && m_private->noteColor == color)
        return;
    m_private->note = text;
    m_private->noteColor = color;
    m_private->noteLabel->setText(text);
    m_private->noteLabel->setVisible(!text.isEmpty());
    QPalette palette = m_private->noteLabel->palette();
    palette.setColor(QPalette::WindowText, color);
    m_private->noteLabel->setPalette(palette);
    m_private->noteLabel->setStyleSheet(QString("color: %1").arg(color.name()));
}

void LineChart::setXName(const QString& name)
{
    m_private->xName = name;
}

void LineChart::addTool(QWidget* widget)
{
    m_private->tools->addWidget(widget);
}

void LineChart::setLogY(bool on)
{
    m_private->logY = on;
    m_private->scaling = true;
    m_plot->yAxis->setScaleType(on ? QCPAxis::stLogarithmic : QCPAxis::stLinear);
    m_private->scaling = false;
    m_private->dirty = true;
    refresh();
}

void LineChart::setFollow(bool on)
{
    if (m_follow == on)
        return;
    m_follow = on;
    m_private->dirty = true;
    for (const auto& other : m_private->linked)
        if (other)
            other->setFollow(on);
    refresh();
    emit followChanged(on);
}

void LineChart::linkX(LineChart* other)
{
    m_private->linked.push_back(other);
    other->m_private->linked.push_back(this);
}

int LineChart::pointCount(int series) const
{
    return static_cast<int>(curve(series).size());
}

double LineChart::lastValue(int series) const
{
    const Curve& points = curve(series);
    return points.isEmpty() ? std::numeric_limits<double>::quiet_NaN() : points.points().back().y;
}

const Curve& LineChart::curve(int series) const
{
    return m_private->lines[static_cast<std::size_t>(series)].curve();
}

QString LineChart::readout() const
{
    return m_private->readout->text();
}

/// Hands to each graph what it shows of its curve.
void LineChart::decimate(double columnsPerPixel)
{
    const QCPAxis& axis = *m_plot->xAxis;
    const double left = axis.axisRect()->left(), width = axis.axisRect()->width();
    const auto columns = static_cast<std::size_t>(std::max(1.0, std::ceil(width * columnsPerPixel)));
    std::vector<double> edges(columns + 1);
    for (std::size_t i = 0; i <= columns; ++i)
        edges[i] = axis.pixelToCoord(left + width * static_cast<double>(i) / static_cast<double>(columns));
    for (const auto& line : m_private->lines) {
        const auto points = line.curve().decimated(edges);
        QVector<QCPGraphData> drawn;
        drawn.reserve(static_cast<qsizetype>(points.size()));
        for (const Curve::Point& point : points)
            drawn.append({point.x, point.y});
        line.graph->data()->set(drawn, true);
        // Thin lines of a point or two a column are upright: smoothing their edges costs much and shows nothing.
        line.graph->setAntialiased(line.series.width > 1 || points.size() < columns);
    }
}

void LineChart::rescale()
{
    Extent x, left, right;
    bool dots = false; // need room beside the last one
    for (const auto& line : m_private->lines) {
        const Curve& curve = line.curve();
        if (!curve.isEmpty()) {
            x.include(curve.points().front().x);
            x.include(curve.points().back().x);
        }
        dots |= !line.graph->scatterStyle().isNone();
        const bool whole = line.series.rightAxis || m_private->format == Format::Count;
        // Where only the newest part is shown, what is left of it does not count.
        const std::size_t first = std::isfinite(m_private->xMinimum) ? curve.indexOf(m_private->xMinimum) : 0;
        (line.series.rightAxis ? right : left)
            .include(whole || first > 0 ? curve.extent(first, curve.size()) : typicalExtent(curve));
    }
    for (const auto& reference : m_private->references)
        left.include(reference.value);
    m_private->scaling = true;
    if (std::isfinite(m_private->xMinimum) && m_private->xMaximum > m_private->xMinimum)
        m_plot->xAxis->setRange(m_private->xMinimum, std::max(m_private->xMaximum, x.isEmpty() ? 0 : x.high));
    else if (!x.isEmpty() && x.high > x.low)
        m_plot->xAxis->setRange(std::isfinite(m_private->xMinimum) ? m_private->xMinimum : x.low,
                                x.high + (dots ? 0.01 * x.high : 0));
    else
        m_plot->xAxis->setRange(0, 1000);
    if (m_private->format == Format::Count) {
        left.include(0);
        if (left.high <= 0)
            left.include(1000);
    }
    right.include(0);
    if (left.isEmpty()) {
        left.include(0);
        left.include(1);
    }
    if (m_private->yMaximum > m_private->yMinimum)
        m_plot->yAxis->setRange(m_private->yMinimum, m_private->yMaximum);
    else if (m_private->logY && left.high > 0)
        m_plot->yAxis->setRange(std::max(left.low, left.high * 1e-6) * 0.98, left.high * 1.02);
    else
        m_plot->yAxis->setRange(niceRange(left.low, left.high, kIntervalsY));
    m_plot->yAxis2->setRange(niceRange(right.low, std::max(right.high, m_private->rightAtLeast), kIntervalsY));
    m_private->scaling = false;
    placeMarks();
}

void LineChart::refresh()
{
    if (!m_private->dirty)
        return;
    m_private->dirty = false;
    if (m_private->emptyText) {
        const auto hasPoints = [](const auto& line) { return !line.curve().isEmpty(); };
        m_private->emptyText->setVisible(std::none_of(m_private->lines.begin(), m_private->lines.end(), hasPoints));
    }
    if (m_follow)
        rescale();
    readOut(); // what is under the mouse has changed
    m_plot->replot(QCustomPlot::rpQueuedReplot);
}

void LineChart::updateLegend()
{
    std::vector<LegendLabel::Entry> entries;
    for (const auto& line : m_private->lines) {
        if (line.series.name.isEmpty())
            continue;
        QColor color = line.series.color;
        color.setAlphaF(static_cast<float>(std::max(0.35, line.series.opacity)));
        entries.push_back({line.series.name + (line.series.rightAxis ? " (right)" : ""), color, false});
    }
    for (const auto& reference : m_private->references)
        entries.push_back({reference.name, Theme::current().best, true});
    m_private->legend->setEntries(std::move(entries));
}

void LineChart::restyle()
{
    const Theme& theme = Theme::current();
    QFont small = font();
    small.setPixelSize(11);
    m_plot->setBackground(theme.card);
    for (QCPAxis* axis : {m_plot->xAxis, m_plot->yAxis, m_plot->yAxis2}) {
        axis->setBasePen(Qt::NoPen);
        axis->setTickPen(Qt::NoPen);
        axis->setSubTickPen(Qt::NoPen);
        axis->setTickLabelColor(theme.dim);
        axis->setTickLabelFont(small);
        axis->setLabelColor(theme.dim);
        axis->setLabelFont(small);
        axis->setTickLabelPadding(4);
        axis->grid()->setPen(QPen(theme.grid, 1));
        axis->grid()->setZeroLinePen(QPen(theme.grid, 1));
    }
    m_plot->xAxis->grid()->setVisible(false);
    for (const auto& line : m_private->lines) {
        QColor color = line.series.color;
        const bool hasDots = !line.graph->scatterStyle().isNone(); // few points: none hides another
        color.setAlphaF(static_cast<float>(hasDots ? std::max(0.7, line.series.opacity) : line.series.opacity));
        QPen pen(color, line.series.width, line.series.dashed ? Qt::CustomDashLine : Qt::SolidLine);
        if (line.series.dashed)
            pen.setDashPattern({4, 4});
        line.graph->setPen(pen);
    }
    for (const auto& mark : m_private->marks) {
        const QColor color = mark.color.isValid() ? mark.color : theme.dim;
        QPen dashed(color, 1, Qt::CustomDashLine);
        dashed.setDashPattern({3, 3});
        mark.line->setPen(dashed);
        mark.text->setColor(color);
        mark.text->setFont(small);
    }
    QPen best(theme.best, 1.4, Qt::CustomDashLine);
    best.setDashPattern({4, 4});
    for (const auto& reference : m_private->references)
        reference.line->setPen(best);
    m_private->readout->restyle();
    if (m_private->emptyText) {
        QFont plain = font();
        plain.setPixelSize(12);
        m_private->emptyText->setFont(plain);
        m_private->emptyText->setColor(theme.dim);
    }
    updateLegend();
    m_private->dirty = true;
    m_plot->replot(QCustomPlot::rpQueuedReplot);
}

/// "12,800 records", then each named line's value there.
QString LineChart::valuesAt(double x) const
{
    QStringList rows;
    for (const auto& line : m_private->lines) {
        const Curve& curve = line.curve();
        if (line.series.name.isEmpty() || curve.isEmpty())
            continue;
        const Curve::Point& point = curve[curve.nearest(x)];
        if (rows.isEmpty())
            rows << valueText(point.x, m_plot->xAxis->range().size() < 10 ? Format::Number : Format::Count) + ' ' +
                        m_private->xName;
        rows << line.series.name + "  " + valueText(point.y, line.series.rightAxis ? Format::Count : m_private->format);
    }
    return rows.join('\n');
}

void LineChart::readOut()
{
    if (!m_private->hovered)
        return;
    const double x = m_plot->xAxis->pixelToCoord(*m_private->hovered);
    const auto show = [x](LineChart& chart) {
        if (const QString text = chart.valuesAt(x); !text.isEmpty())
            chart.m_private->readout->show(x, text);
    };
    show(*this);
    for (const auto& other : m_private->linked)
        if (other)
            show(*other);
}

void LineChart::hideReadout()
{
    m_private->hovered.reset();
    m_private->readout->hide();
    for (const auto& other : m_private->linked)
        if (other)
            other->m_private->readout->hide();
}

bool LineChart::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == m_plot && event->type() == QEvent::Leave)
        hideReadout();
    return QFrame::eventFilter(watched, event);
}

bool LineChart::paintTo(QPaintDevice& device, double scale)
{
    QCPPainter painter;
    if (!painter.begin(&device))
        return false;
    const Theme& theme = Theme::current();
    painter.scale(scale, scale);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.fillRect(QRect(0, 0, width(), height() + 16), theme.card);
    QFont bold = font();
    bold.setPixelSize(12);
    bold.setWeight(QFont::DemiBold);
    painter.setFont(bold);
    painter.setPen(QPen(theme.text));
    painter.drawText(QRect(10, 4, width(), 20), Qt::AlignLeft | Qt::AlignVCenter, m_private->title);
    const int after = 10 + QFontMetrics(bold).horizontalAdvance(m_private->title) + 14;
    m_private->legend->paint(painter, {after, 14}, theme.dim, width() - after);
    painter.translate(0, kTitleHeight);
    const QString label = m_plot->xAxis->label();
    m_plot->xAxis->setLabel(m_private->xName);
    decimate(scale);
    m_plot->toPainter(&painter, width(), height() + 16 - kTitleHeight);
    m_plot->xAxis->setLabel(label);
    painter.end();
    m_plot->replot(QCustomPlot::rpQueuedReplot);
    return true;
}

bool LineChart::save(const QString& file)
{
    const QSize size(width(), height() + 16);
    if (file.endsWith(".svg", Qt::CaseInsensitive)) {
        QSvgGenerator svg;
        svg.setFileName(file);
        svg.setSize(size);
        svg.setViewBox(QRect({0, 0}, size));
        svg.setTitle(m_private->title);
        return paintTo(svg, 1) && QFile::exists(file);
    }
    QImage image(size * 2, QImage::Format_ARGB32_Premultiplied);
    return paintTo(image, 2) && image.save(file, "PNG");
}

void LineChart::contextMenuEvent(QContextMenuEvent* event)
{
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    QAction* follow = menu->addAction(tr("Follow"), this, [this] { setFollow(!m_follow); });
    follow->setCheckable(true);
    follow->setChecked(m_follow);
    if (const QString values = readout(); !values.isEmpty())
        menu->addAction(tr("Copy the values here"), this, [values] { QGuiApplication::clipboard()->setText(values); });
    menu->addAction(tr("Save as PNG or SVG…"), this, [this] {
        const QString file = QFileDialog::getSaveFileName(
            this, tr("Save the chart"), m_private->title.toLower() + ".png", tr("Pictures (*.png *.svg)"));
        if (!file.isEmpty())
            save(file);
    });
    menu->popup(event->globalPos());
}

} // namespace millrace
