// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFrame>
#include <limits>
#include <vector>

class QCustomPlot;
class QCPGraph;
class QCPAxis;

namespace millrace
{

/// A live chart with a title row (legend, tools) above one plot. Draws at most once a timer tick; long series are
/// decimated to minimum and maximum per pixel by QCustomPlot's adaptive sampling. Drag pans, the wheel zooms, and both
/// end "follow"; double-click follows again. Saved as PNG and SVG with title, legend and axis names.
class LineChart : public QFrame
{
    Q_OBJECT
public:
    struct Series {
        QString name;
        QColor color;
        double width = 1.8;
        double opacity = 1;
        bool rightAxis = false;
        bool dots = false;
    };
    enum class Format { Number, Percent, Count };

    LineChart(const QString& title, const QString& xName, Format yFormat, QWidget* parent = nullptr);

    int addSeries(const Series& series);      ///< its index
    void add(int series, double x, double y); ///< shown at the next refresh()
    void setData(int series, const std::vector<double>& x, const std::vector<double>& y);
    void clear();                                     ///< data, marks and reference lines
    void addMark(double x, const QString& text);      ///< a dashed vertical line with a text
    void setReference(const QString& name, double y); ///< a dashed horizontal line ("best possible"); NaN removes it
    void setXRange(double minimum, double maximum);   ///< used while following
    void setNote(const QString& text, const QColor& color); ///< beside the legend: "● OK"
    void setXName(const QString& name);                     ///< written under a saved chart
    void addTool(QWidget* widget);                          ///< right end of the title row
    void setSeriesColor(int series, const QColor& color);   ///< after a change of theme
    /// A series without a name has no entry in the legend.
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
    void refresh();                                   ///< one queued replot, when something changed
    void restyle();
    /// By the file's ending: .png (2×) or .svg. False when it cannot be written.
    bool save(const QString& file);
    [[nodiscard]] QCustomPlot* plot() const { return m_plot; }

signals:
    void followChanged(bool on);

protected:
    void contextMenuEvent(QContextMenuEvent* event) override;

private:
    void rescale();
    void placeMarks();
    void updateLegend();
    bool paintTo(QPaintDevice& device, double scale);
    QCustomPlot* m_plot;
    bool m_follow = true;
    struct Private;
    Private* m_private;
};

} // namespace millrace
