// SPDX-License-Identifier: GPL-3.0-or-later
#include "charts/ChartAccessible.h"

#include "charts/ChartLines.h"

#include <QCoreApplication>
#include <QStringList>
#include <algorithm>
#include <cmath>

namespace millrace
{

namespace
{

constexpr std::size_t kMostCompared = 1000; ///< points a side

struct Mean {
    double value = 0, variance = 0; ///< of the mean itself
};

Mean meanOf(const Curve& curve, std::size_t first, std::size_t last)
{
    double count = 0, sum = 0, squares = 0;
    for (std::size_t i = first; i < last; ++i)
        if (const double y = curve[i].y; std::isfinite(y)) {
            ++count;
            sum += y;
            squares += y * y;
        }
    const double mean = sum / count;
    return {mean, std::max(0.0, squares / count - mean * mean) / count};
}

/// Above 2: rising, below −2: falling; else what noise makes. Welch 1947, of the newest tenth and the one before it.
double trendOf(const Curve& curve)
{
    const std::size_t side = std::clamp<std::size_t>(curve.size() / 10, 1, kMostCompared);
    if (curve.size() < 2 * side)
        return 0;
    const Mean before = meanOf(curve, curve.size() - 2 * side, curve.size() - side),
               now = meanOf(curve, curve.size() - side, curve.size());
    const double change = now.value - before.value;
    return change == 0 ? 0 : change / std::sqrt(now.variance + before.variance); // infinite without noise
}

QString tellLine(const QString& name, const QString& value, double trend)
{
    if (trend > 2)
        return QCoreApplication::translate("ChartAccessible", "%1: %2, rising", "a line of a chart and its value")
            .arg(name, value);
    if (trend < -2)
        return QCoreApplication::translate("ChartAccessible", "%1: %2, falling", "a line of a chart and its value")
            .arg(name, value);
    return QCoreApplication::translate("ChartAccessible", "%1: %2, steady", "a line of a chart and its value")
        .arg(name, value);
}

} // namespace

QString newestOf(const ChartLines& lines, ChartFormat format, const QString& xName)
{
    QStringList told;
    double newest = 0;
    for (const ChartLines::Line& line : lines) {
        const Curve& curve = line.curve();
        if (line.series.name.isEmpty() || line.hidden || curve.isEmpty())
            continue;
        const Curve::Point& last = curve.points().back();
        newest = std::max(newest, last.x);
        told << tellLine(line.series.name, chartValueText(last.y, line.series.rightAxis ? ChartFormat::Count : format),
                         trendOf(curve));
    }
    if (told.isEmpty())
        return QCoreApplication::translate("ChartAccessible", "Nothing is drawn yet.");
    return told.join(QStringLiteral("; ")) + QStringLiteral("; ") + chartValueText(newest, ChartFormat::Count) + ' ' +
           xName;
}

} // namespace millrace
