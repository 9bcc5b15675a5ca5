// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QRectF>
#include <QString>
#include <set>
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
    struct Mark {
        double x;
        QCPItemStraightLine* line;
        QCPItemText* text; ///< hidden where it would stand over another
        QColor color;
        QSizeF size; ///< of the text, pixels
    };
    struct Reference {
        QString name;
        double value;
        QCPItemStraightLine* line;
        bool hidden; ///< by a person
    };

    explicit ChartMarks(QCustomPlot& plot) : m_plot(plot) {} ///< which owns what is drawn

    void add(double x, const QString& text, const QColor& color); ///< an invalid colour is dim
    void clear();                                                 ///< the vertical ones
    [[nodiscard]] const std::vector<Mark>& marks() const { return m_marks; }
    /// The texts of those whose line is near this pixel of the x axis, a line each.
    [[nodiscard]] QStringList textsNear(double pixel) const;
    /// NaN removes it. False: it is so already.
    bool setReference(const QString& name, double y);
    void clearReferences();
    /// Stays so for one of the same name that comes later.
    void setReferenceHidden(const QString& name, bool on);
    [[nodiscard]] const std::vector<Reference>& references() const { return m_references; }
    /// Puts each text where it stands over no other and within the plot, or hides it; after each layout of the plot.
    void arrange();
    void restyle();

private:
    [[nodiscard]] bool place(const Mark& mark, std::vector<QRectF>& taken) const;
    void restyle(Mark& mark) const;

    QCustomPlot& m_plot;
    std::vector<Mark> m_marks;
    std::vector<Reference> m_references;
    std::set<QString> m_hidden; ///< names of references
};

} // namespace millrace
