// SPDX-License-Identifier: GPL-3.0-or-later
#include "charts/ChartFormat.h"

#include "base/Text.h"

#include <cmath>

namespace millrace
{

QString chartValueText(double value, ChartFormat format)
{
    if (!std::isfinite(value))
        return QStringLiteral("–");
    if (format == ChartFormat::Percent)
        return QString::fromStdString(formatPercent(value));
    if (format == ChartFormat::Count && value == std::round(value) && std::abs(value) < 1e15)
        return QString::fromStdString(formatCount(static_cast<std::int64_t>(value)));
    return QString::fromStdString(formatFixed(value, format == ChartFormat::Count ? 1 : 4));
}

} // namespace millrace
