// SPDX-License-Identifier: GPL-3.0-or-later
#include "charts/LineChart.h"

#include "charts/ChartAccessible.h"
#include "charts/ChartFile.h"
#include "charts/ChartHead.h"
#include "charts/ChartPicture.h"
#include "style/Theme.h"
#include "widgets/Telling.h"

#include <qcustomplot.h>

#include <QAction>
#include <QClipboard>
#include <QContextMenuEvent>
#include <QGuiApplication>
#include <QMenu>
#include <QMessageBox>
#include <QVBoxLayout>
#include <algorithm>
#include <cmath>

namespace millrace
{

LineChart::LineChart(const QString& title, const QString& xName, Format yFormat, QWidget* parent)
    : QFrame(parent), m_xName(xName), m_plot(new QCustomPlot), m_head(new ChartHead(title)), m_axes(*m_plot, yFormat),
      m_lines(*m_plot), m_marks(*m_plot), m_readout(*m_plot)
{
    tellWhenAsked(*this, QAccessible::Chart, [this] {
        return QStringList{newestOf(m_lines, m_axes.yFormat(), m_xName), toldMarks()}.join('\n').trimmed();
    });
    setAccessibleName(title);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(1, 1, 1, 3);
    layout->setSpacing(0);
    layout->addLayout(m_head);
    layout->addWidget(m_plot, 1);
    setMinimumHeight(96);
    makePlot();
    listenToMouse();
    m_work.setObjectName("chartWork");
    connect(&m_work, &QTimer::timeout, this, &LineChart::workOn);
    restyle();
    fit();
}

void LineChart::makePlot()
{
    m_plot->setMinimumSize(120, 60);
    m_plot->setPlottingHint(QCP::phFastPolylines, true);
    m_plot->setInteractions(QCP::iRangeDrag | QCP::iRangeZoom);
    m_plot->setFocusPolicy(Qt::NoFocus);
    m_plot->setContextMenuPolicy(Qt::NoContextMenu); // the frame's menu
    connect(m_plot, &QCustomPlot::afterLayout, this, [this] { m_marks.arrange(); });
    connect(m_plot, &QCustomPlot::beforeReplot, this, [this] { m_lines.decimate(m_plot->bufferDevicePixelRatio()); });
    connect(m_plot->xAxis, qOverload<const QCPRange&>(&QCPAxis::rangeChanged), this, &LineChart::onXRange);
    connect(m_plot->yAxis, qOverload<const QCPRange&>(&QCPAxis::rangeChanged), this, [this] {
        if (!m_axes.isFitting())
            setFollow(false);
    });
}

void LineChart::listenToMouse()
{
    m_plot->installEventFilter(this);
    connect(m_head->legend(), &LegendLabel::toggled, this, &LineChart::toggle);
    connect(m_plot, &QCustomPlot::mouseDoubleClick, this, [this] { setFollow(true); });
    connect(m_plot, &QCustomPlot::mousePress, this, [this](const QMouseEvent* event) {
        m_axes.chooseDirection(event->position());
        hideReadout();
    });
    connect(m_plot, &QCustomPlot::mouseWheel, this,
            [this](const QWheelEvent* event) { m_axes.chooseDirection(event->position()); });
    connect(m_plot, &QCustomPlot::mouseMove, this, [this](const QMouseEvent* event) {
        if (event->buttons() != Qt::NoButton)
            return;
        m_hovered = event->position();
        readOut();
    });
}

void LineChart::onXRange()
{
    if (m_axes.isFitting())
        return; // our own doing
    setFollow(false);
    const QCPRange range = m_plot->xAxis->range();
    for (const auto& other : m_linked)
        if (other && other->m_plot->xAxis->range() != range) {
            other->m_plot->xAxis->setRange(range);
            other->m_plot->replot(QCustomPlot::rpQueuedReplot);
        }
}

int LineChart::addSeries(const Series& series)
{
    const int index = m_lines.add(series);
    if (series.rightAxis)
        m_plot->yAxis2->setVisible(true);
    restyle();
    return index;
}

int LineChart::addSmoothed(int source, const Series& series)
{
    const int index = m_lines.addSmoothed(source, series);
    restyle();
    return index;
}

void LineChart::setSmoothing(double factor)
{
    m_lines.setSmoothing(factor);
    workOn();
}

void LineChart::workOn()
{
    if (m_lines.workOn())
        m_work.start(0);
    else
        m_work.stop();
    m_isDirty = true;
    refresh();
}

void LineChart::setSeriesColor(int series, const QColor& color)
{
    m_lines[series].series.color = color;
    restyle();
}

void LineChart::setSeriesName(int series, const QString& name)
{
    QString& current = m_lines[series].series.name;
    if (current == name)
        return;
    current = name;
    showLegend();
}

void LineChart::setSeriesDots(int series, bool on)
{
    m_lines.setDots(series, on);
    restyle();
}

void LineChart::setEmptyText(const QString& text)
{
    if (!m_emptyText) {
        m_emptyText = new QCPItemText(m_plot);
        m_emptyText->position->setType(QCPItemPosition::ptAxisRectRatio);
        m_emptyText->position->setCoords(0.5, 0.375); // between two grid lines
        m_emptyText->setPositionAlignment(Qt::AlignCenter);
    }
    m_emptyText->setText(text);
    restyle();
}

void LineChart::setInteractive(bool on)
{
    m_plot->setInteractions(on ? QCP::iRangeDrag | QCP::iRangeZoom : QCP::Interactions());
}

void LineChart::add(int series, double x, double y, int times)
{
    m_isDirty = true;
    if (m_lines.append(series, {x, y}, times) && !m_work.isActive())
        m_work.start(0);
}

void LineChart::setData(int series, const std::vector<double>& x, const std::vector<double>& y)
{
    std::vector<Curve::Point> points(std::min(x.size(), y.size()));
    for (std::size_t i = 0; i < points.size(); ++i)
        points[i] = {x[i], y[i]};
    m_lines[series].points.assign(std::move(points));
    m_isDirty = true;
}

void LineChart::clear()
{
    m_lines.clear();
    m_marks.clear();
    m_marks.clearReferences();
    m_axes.forgetX();
    m_isDirty = true;
    showLegend();
}

void LineChart::clearMarks()
{
    m_marks.clear();
    m_isDirty = true;
}

void LineChart::addMark(double x, const QString& text, const QColor& color)
{
    m_marks.add(x, text, color);
    m_isDirty = true;
}

void LineChart::setHidden(int series, bool on)
{
    m_lines.setHidden(series, on);
    m_isDirty = true;
    showLegend();
}

void LineChart::toggle(const LegendLabel::Entry& entry)
{
    if (entry.series == LegendLabel::Entry::kReference)
        setReferenceHidden(entry.name, !entry.hidden);
    else
        setHidden(entry.series, !entry.hidden);
    refresh();
}

void LineChart::setReferenceHidden(const QString& name, bool on)
{
    m_marks.setReferenceHidden(name, on);
    m_isDirty = true;
    showLegend();
}

/// The newest, for those who do not see them.
QString LineChart::toldMarks() const
{
    constexpr std::ptrdiff_t kMost = 100;
    const auto& marks = m_marks.marks();
    QStringList told;
    for (auto mark = marks.end() - std::min(std::ssize(marks), kMost); mark != marks.end(); ++mark)
        told << tr("at %1 %2: %3").arg(chartValueText(mark->x, Format::Count), m_xName, mark->text->text());
    return told.join('\n');
}

void LineChart::setReference(const QString& name, double y)
{
    if (m_marks.setReference(name, y))
        restyle();
}

void LineChart::setTitle(const QString& title, Format yFormat)
{
    setAccessibleName(title);
    m_head->setTitle(title);
    m_axes.setYFormat(yFormat);
    m_isDirty = true;
}

void LineChart::setXRange(double minimum, double maximum)
{
    m_axes.setX(minimum, maximum);
    m_isDirty = true;
}

void LineChart::setYRange(double minimum, double maximum)
{
    m_axes.setY(minimum, maximum);
    m_isDirty = true;
}

void LineChart::setRightAtLeast(double maximum)
{
    m_axes.setRightAtLeast(maximum);
    m_isDirty = true;
}

void LineChart::setNote(const QString& text, const QColor& color)
{
    m_head->setNote(text, color);
}

void LineChart::addTool(QWidget* widget)
{
    m_head->addTool(widget);
}

void LineChart::setLogY(bool on)
{
    m_axes.setLogY(on);
    m_isDirty = true;
    refresh();
}

void LineChart::setFollow(bool on)
{
    if (m_follow == on)
        return;
    m_follow = on;
    m_isDirty = true;
    for (const auto& other : m_linked)
        if (other)
            other->setFollow(on);
    refresh();
    emit followChanged(on);
}

void LineChart::linkX(LineChart* other)
{
    m_linked.push_back(other);
    other->m_linked.push_back(this);
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

void LineChart::fit()
{
    m_axes.fit(m_lines, m_marks);
}

void LineChart::refresh()
{
    if (!m_isDirty)
        return;
    m_isDirty = false;
    if (m_emptyText)
        m_emptyText->setVisible(m_lines.isEmpty());
    if (m_follow)
        fit();
    readOut(); // what is under the mouse has changed
    m_plot->replot(QCustomPlot::rpQueuedReplot);
}

void LineChart::showLegend()
{
    m_head->showLegend(m_lines, m_marks);
}

void LineChart::restyle()
{
    const Theme& theme = Theme::current();
    m_plot->setBackground(theme.card);
    m_axes.restyle();
    m_lines.restyle();
    m_marks.restyle();
    m_readout.restyle();
    if (m_emptyText) {
        QFont plain = font();
        plain.setPixelSize(12);
        m_emptyText->setFont(plain);
        m_emptyText->setColor(theme.dim);
    }
    showLegend();
    m_isDirty = true;
    m_plot->replot(QCustomPlot::rpQueuedReplot);
}

/// "12,800 records", then each named line's value there, and what the marks there say.
LineChart::Values LineChart::valuesAt(const QPointF& at) const
{
    if (m_reading)
        return m_reading(at);
    QStringList rows;
    for (const ChartLines::Line& line : m_lines) {
        const Curve& curve = line.curve();
        if (line.series.name.isEmpty() || curve.isEmpty() || line.hidden)
            continue;
        const Curve::Point& point = curve[curve.nearest(at.x())];
        if (rows.isEmpty())
            rows << chartValueText(point.x, m_plot->xAxis->range().size() < 10 ? Format::Number : Format::Count) + ' ' +
                        m_xName;
        rows << line.series.name + "  " +
                    chartValueText(point.y, line.series.rightAxis ? Format::Count : m_axes.yFormat());
    }
    rows << m_marks.textsNear(m_plot->xAxis->coordToPixel(at.x()));
    return {at.x(), rows.join('\n')};
}

void LineChart::readOut()
{
    if (!m_hovered)
        return;
    const QPointF at(m_plot->xAxis->pixelToCoord(m_hovered->x()), m_plot->yAxis->pixelToCoord(m_hovered->y()));
    const auto show = [at](LineChart& chart) {
        if (const Values values = chart.valuesAt(at); !values.text.isEmpty())
            chart.m_readout.show(values.x, values.text);
    };
    show(*this);
    for (const auto& other : m_linked)
        if (other)
            show(*other);
}

void LineChart::hideReadout()
{
    m_hovered.reset();
    m_readout.hide();
    for (const auto& other : m_linked)
        if (other)
            other->m_readout.hide();
}

bool LineChart::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == m_plot && event->type() == QEvent::Leave)
        hideReadout();
    return QFrame::eventFilter(watched, event);
}

bool LineChart::save(const QString& file)
{
    return ChartPicture(*m_plot, *m_head, m_lines, m_xName).save(file, size());
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
    menu->addAction(tr("Save as PNG, SVG or CSV…"), this, &LineChart::saveAs);
    menu->popup(event->globalPos());
}

void LineChart::saveAs()
{
    const QString title = tr("Save the chart"), file = askForChartFile(this, title, m_head->title().toLower() + ".png");
    if (!file.isEmpty() && !save(file))
        QMessageBox::warning(this, title, tr("%1 cannot be written.").arg(file));
}

} // namespace millrace
