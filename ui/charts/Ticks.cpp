// SPDX-License-Identifier: GPL-3.0-or-later
#include "charts/Ticks.h"

#include "base/Text.h"

#include <algorithm>
#include <cmath>

namespace millrace
{

namespace
{

int decimalsFor(double step)
{
    if (step <= 0)
        return 0;
    for (int decimals = 0; decimals < 8; ++decimals) {
        const double scaled = step * std::pow(10.0, decimals);
        if (std::abs(scaled - std::round(scaled)) < 1e-6)
            return decimals;
    }
    return 8;
}

QString withoutTrailingZeros(double value)
{
    return QString::fromStdString(formatFixed(value, std::min(2, decimalsFor(value != 0 ? std::abs(value) : 1))));
}

} // namespace

double niceStep(double span, int intervals)
{
    if (!(span > 0) || !std::isfinite(span))
        return 1;
    const double raw = span / std::max(1, intervals);
    const double power = std::pow(10.0, std::floor(std::log10(raw)));
    for (const double factor : {1.0, 2.0, 2.5, 5.0})
        if (raw <= factor * power * 1.0000001)
            return factor * power;
    return 10 * power;
}

QCPRange niceRange(double low, double high, int intervals)
{
    if (!(high > low)) {
        const double pad = low == 0 ? 1 : std::abs(low) * 0.05;
        low -= pad;
        high += pad;
    }
    // Rounding widens the range, which may ask for the next larger step, as the ticker will see it.
    for (int pass = 0; pass < 3; ++pass) {
        const double step = niceStep(high - low, intervals);
        low = std::floor(low / step + 1e-9) * step;
        high = std::ceil(high / step - 1e-9) * step;
    }
    return {low, high};
}

QString shortCount(double value)
{
    const double size = std::abs(value);
    if (size >= 1e6)
        return withoutTrailingZeros(std::round(value / 1e4) / 100) + "M";
    if (size >= 1e4 || (size >= 1e3 && std::fmod(size, 100) == 0))
        return withoutTrailingZeros(std::round(value / 10) / 100) + "k";
    return withoutTrailingZeros(value);
}

double ChartTicker::getTickStep(const QCPRange& range)
{
    m_step = niceStep(range.size(), m_intervals);
    return m_step;
}

QString ChartTicker::getTickLabel(double tick, const QLocale&, QChar, int)
{
    if (std::abs(tick) < m_step * 1e-6)
        tick = 0; // no "-0"
    switch (m_format) {
    case ChartFormat::Percent:
        return QString::fromStdString(formatFixed(tick * 100, decimalsFor(m_step * 100))) + " %";
    case ChartFormat::Count:
        if (std::abs(tick) < 1e4 && std::fmod(m_step, 100) != 0) // 1890, 1900, 1910: all in one way
            break;
        return shortCount(tick);
    case ChartFormat::Number:
        break;
    }
    return QString::fromStdString(formatFixed(tick, decimalsFor(m_step)));
}

} // namespace millrace
