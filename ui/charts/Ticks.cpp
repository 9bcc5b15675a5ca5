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

constexpr double kPlainFrom = 1e-4, kPlainTo = 1e6; ///< numbers outside are written with an exponent
constexpr double kFineStep = 1e-6;                  ///< of linear ticks: all of an axis are written in one way
constexpr double kFewDecades = 2.4;                 ///< of so many 1, 2 and 5 are at most eight ticks
constexpr int kMostDecades = 7;                     ///< intervals where only decades have a tick

/// "0.002", "3e−7": the exponent stands for the zeros.
QString tickText(double value, double step)
{
    const double size = std::abs(value);
    if (size == 0 || (size >= kPlainFrom && size < kPlainTo))
        return QString::fromStdString(formatFixed(value, decimalsFor(step)));
    // Rounded first: 1e−7 may be kept as a little less.
    const double exponent = std::floor(std::log10(size) + 1e-9), power = std::pow(10.0, exponent);
    return QStringLiteral("%1e%2%3").arg(QString::fromStdString(formatFixed(value / power, decimalsFor(step / power))),
                                         exponent < 0 ? QStringLiteral("\u2212") : QString(),
                                         QString::number(std::abs(exponent)));
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
    return m_step < kFineStep ? tickText(tick, m_step) : QString::fromStdString(formatFixed(tick, decimalsFor(m_step)));
}

QVector<double> LogTicker::createTickVector(double step, const QCPRange& range)
{
    const double first = std::log10(range.lower), last = std::log10(range.upper), decades = last - first;
    m_isLinear = !(decades >= 1);
    if (m_isLinear)
        return ChartTicker::createTickVector(step, range);
    const int every =
        decades <= kFewDecades ? 1 : std::max(1, static_cast<int>(std::ceil(niceStep(decades, kMostDecades))));
    QVector<double> ticks;
    for (int decade = static_cast<int>(std::floor(first / every)) * every; decade <= last; decade += every)
        for (const double digit : {1.0, 2.0, 5.0})
            if (const double tick = digit * std::pow(10.0, decade);
                range.contains(tick) && (digit == 1 || decades <= kFewDecades))
                ticks << tick;
    return ticks;
}

QString LogTicker::getTickLabel(double tick, const QLocale& locale, QChar formatChar, int precision)
{
    if (m_isLinear)
        return ChartTicker::getTickLabel(tick, locale, formatChar, precision);
    switch (format()) {
    case ChartFormat::Percent:
        return tickText(tick * 100, tick * 100) + " %";
    case ChartFormat::Count:
        if (tick >= 1)
            return shortCount(tick);
        break;
    case ChartFormat::Number:
        break;
    }
    return tickText(tick, tick);
}

} // namespace millrace
