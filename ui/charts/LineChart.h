// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "charts/ChartAxes.h"
#include "charts/ChartFormat.h"
#include "charts/ChartLines.h"
#include "charts/ChartMarks.h"
#include "charts/LegendLabel.h"
#include "charts/Readout.h"

#include <QFrame>
#include <QPointer>
#include <QTimer>
#include <functional>
#include <optional>
#include <vector>

class QCPItemText;

namespace millrace
{

class ChartHead;

/// A live chart with a title row (ChartHead) above one plot of lines (ChartLines), marks (ChartMarks) and axes
/// (ChartAxes). Draws at most once a timer tick, and of each series no more than a pixel column can show, so that
/// millions of points pan and zoom at once; smoothed lines are made of all points. Drag pans and the wheel zooms, over
/// the y axis that axis; both end "follow"; double-click follows again. The values under the mouse are read out, in
/// linked charts too. A click on a name of the legend hides its line. Saved as PNG and SVG with title, legend and axis
/// names, or as CSV.
class LineChart : public QFrame
{
    Q_OBJECT
public:
    using Series = ChartSeries;
    using Format = ChartFormat;

    LineChart(const QString& title, const QString& xName, Format yFormat, QWidget* parent = nullptr);

    void setTitle(const QString& title, Format yFormat); ///< of what is drawn from now on
    int addSeries(const Series& series);                 ///< its index
    /// The smoothed line of a series that has no points yet: every point counts.
    int addSmoothed(int source, const Series& series);
    /// Shown at the next refresh(). x is not less than the series' last one. For a smoothed line the value stands for
    /// so many values; with 0 it is drawn, but does not count.
    void add(int series, double x, double y, int times = 1);
    void setData(int series, const std::vector<double>& x, const std::vector<double>& y);
    void clear(); ///< data, marks and reference lines
    /// A dashed vertical line with a text; dim without a colour.
    void addMark(double x, const QString& text, const QColor& color = {});
    void clearMarks();
    /// A series that a person does not want to see, as by a click on its name in the legend: it stays so whatever its
    /// data.
    void setHidden(int series, bool on);
    [[nodiscard]] bool isHidden(int series) const { return m_lines[series].hidden; }
    /// What is read out at a place of the plot, in the axes' units, instead of each line's value there.
    struct Values {
        double x; ///< of what they are
        QString text;
    };
    using Reading = std::function<Values(const QPointF& at)>;
    void setReading(Reading reading) { m_reading = std::move(reading); }
    /// Of all smoothed lines, from 0 (none) to less than 1. Long ones are worked through in slices; until then the
    /// lines before stay.
    void setSmoothing(double factor);
    [[nodiscard]] bool isSmoothed() const { return m_lines.isSmoothed(); } ///< nothing is under way
    void setReference(const QString& name, double y); ///< a dashed horizontal line ("best possible"); NaN removes it
    void setXRange(double minimum, double maximum);   ///< used while following
    void setYRange(double minimum, double maximum);   ///< used while following, instead of what the points make of it
    void setRightAtLeast(double maximum);             ///< the right axis reaches at least so far: less is noise
    void setNote(const QString& text, const QColor& color); ///< beside the legend: "● OK"
    void setXName(const QString& name) { m_xName = name; }  ///< written under a saved chart
    /// At least: one right edge for charts under each other.
    void setRightMargin(int pixels) { m_axes.setRightMargin(pixels); }
    void addTool(QWidget* widget);                        ///< right end of the title row
    void setSeriesColor(int series, const QColor& color); ///< after a change of theme
    void setSeriesName(int series, const QString& name);
    void setSeriesDots(int series, bool on);
    void setEmptyText(const QString& text); ///< shown while there is no point: what to do next
    void setInteractive(bool on);           ///< off: no pan and zoom
    void setLogY(bool on);
    void setFollow(bool on);
    [[nodiscard]] bool follows() const { return m_follow; }
    void linkX(LineChart* other); ///< pans and zooms together, both ways
    [[nodiscard]] int pointCount(int series) const;
    [[nodiscard]] double lastValue(int series) const; ///< NaN when empty
    [[nodiscard]] const Curve& curve(int series) const { return m_lines[series].curve(); }
    /// What is read out under the mouse: a line each, name and value; then the texts of the marks there.
    [[nodiscard]] QString readout() const { return m_readout.text(); }
    void refresh(); ///< one queued replot, when something changed
    void restyle();
    /// By the file's ending: .png (2×), .svg, or .csv with the values. False when it cannot be written.
    bool save(const QString& file);
    [[nodiscard]] QCustomPlot* plot() const { return m_plot; }

signals:
    void followChanged(bool on);

protected:
    void contextMenuEvent(QContextMenuEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void makePlot();
    void listenToMouse();
    void onXRange();
    void workOn();
    void readOut();
    void hideReadout();
    [[nodiscard]] Values valuesAt(const QPointF& at) const;
    void toggle(const LegendLabel::Entry& entry);
    void setReferenceHidden(const QString& name, bool on);
    [[nodiscard]] QString toldMarks() const;
    void saveAs();
    void fit();
    void showLegend();

    QString m_xName;
    QCustomPlot* m_plot;
    ChartHead* m_head;
    ChartAxes m_axes;
    ChartLines m_lines;
    ChartMarks m_marks;
    Readout m_readout;
    QCPItemText* m_emptyText = nullptr;
    std::vector<QPointer<LineChart>> m_linked;
    Reading m_reading;
    std::optional<QPointF> m_hovered; ///< pixel under the mouse
    QTimer m_work;                    ///< runs while there is long work: each timeout does a slice
    bool m_follow = true;
    bool m_isDirty = false; ///< something is to be drawn anew
};

} // namespace millrace
