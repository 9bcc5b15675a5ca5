// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "charts/ChartFormat.h"

#include <qcustomplot.h>

#include <QString>
#include <QVector>

namespace millrace
{

/// A round step (1, 2, 2.5 or 5 times a power of ten) that divides the span into about `intervals`.
double niceStep(double span, int intervals);
/// The smallest range with round ends that covers [low, high].
QCPRange niceRange(double low, double high, int intervals);
/// "120k", "1.5M", "7".
QString shortCount(double value);

/// A few round ticks with labels as short as their step allows.
class ChartTicker : public QCPAxisTicker
{
public:
    ChartTicker(ChartFormat format, int intervals) : m_format(format), m_intervals(intervals) {}

protected:
    double getTickStep(const QCPRange& range) override;
    int getSubTickCount(double) override { return 0; }
    QString getTickLabel(double tick, const QLocale& locale, QChar formatChar, int precision) override;
    [[nodiscard]] ChartFormat format() const { return m_format; }

private:
    ChartFormat m_format;
    int m_intervals;
    double m_step = 1;
};

/// Of a logarithmic axis: every so many decades, or 1, 2 and 5 of each; linear ones where the range is within a decade.
class LogTicker : public ChartTicker
{
public:
    using ChartTicker::ChartTicker;

protected:
    QVector<double> createTickVector(double step, const QCPRange& range) override;
    QString getTickLabel(double tick, const QLocale& locale, QChar formatChar, int precision) override;

private:
    bool m_isLinear = false; ///< the ticks made last
};

} // namespace millrace
