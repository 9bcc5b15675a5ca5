// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QString>
#include <vector>

class QCPItemStraightLine;
class QCPItemText;
class QCustomPlot;

namespace millrace
{

/// What a chart has beside its curves: dashed vertical lines, each with a text of what happened there, and dashed
/// horizontal ones, each with a name in the legend.
class ChartMarks
{
public:
    struct Reference {
        QString name;
        double value;
        QCPItemStraightLine* line;
    };

    explicit ChartMarks(QCustomPlot& plot) : m_plot(plot) {} ///< which owns what is drawn

    void add(double x, const QString& text, const QColor& color); ///< an invalid colour is dim
    void clear();                                                 ///< the vertical ones
    /// NaN removes it. False: it is so already.
    bool setReference(const QString& name, double y);
    void clearReferences();
    [[nodiscard]] const std::vector<Reference>& references() const { return m_references; }
    void arrange(); ///< the texts, when the x axis shows something else
    void restyle();

private:
    struct Mark {
        double x;
        QCPItemStraightLine* line;
        QCPItemText* text;
        QColor color;
    };
    QCustomPlot& m_plot;
    std::vector<Mark> m_marks;
    std::vector<Reference> m_references;
};

} // namespace millrace
