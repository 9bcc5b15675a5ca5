// SPDX-License-Identifier: GPL-3.0-or-later
#include "metrics/Adwin.h"

#include <cmath>

namespace millrace
{
namespace
{

double sizeOf(std::size_t row)
{
    return std::ldexp(1.0, static_cast<int>(row));
}

} // namespace

bool Adwin::update(double x)
{
    if (m_fired)
        *this = Adwin(m_settings);
    insert(x);
    ++m_ticks;
    m_fired = m_ticks % m_settings.clock == 0 && m_width > m_settings.gracePeriod && look();
    return m_fired;
}

void Adwin::insert(double x)
{
    m_rows.front().push_back({x, 0});
    m_width += 1;
    if (m_width > 1) {
        const double deviation = x - m_total / (m_width - 1);
        m_variance += (m_width - 1) * deviation * deviation / m_width;
    }
    m_total += x;
    compress();
}

/// Merges the two oldest buckets of a size where there are too many.
void Adwin::compress()
{
    const auto most = static_cast<std::size_t>(m_settings.maxBuckets);
    for (std::size_t row = 0; row < m_rows.size() && m_rows[row].size() == most + 1; ++row) {
        if (row + 1 == m_rows.size())
            m_rows.emplace_back();
        auto& buckets = m_rows[row];
        const double n = sizeOf(row);
        const double difference = buckets[0].total / n - buckets[1].total / n;
        m_rows[row + 1].push_back({buckets[0].total + buckets[1].total, buckets[0].variance + buckets[1].variance +
                                                                            n * n * difference * difference / (n + n)});
        buckets.erase(buckets.begin(), buckets.begin() + 2);
    }
}

bool Adwin::look()
{
    bool found = false;
    while (cutOnce())
        found = true;
    return found;
}

/// Tries the cuts between buckets from the oldest on; at the first that parts two means, drops the oldest bucket. The
/// newest bucket of each size is passed over, as River does.
bool Adwin::cutOnce()
{
    double n0 = 0, n1 = m_width, total0 = 0, total1 = m_total;
    for (std::size_t row = m_rows.size(); row-- > 0;) {
        const auto& buckets = m_rows[row];
        for (std::size_t k = 0; k + 1 < buckets.size(); ++k) {
            n0 += sizeOf(row);
            n1 -= sizeOf(row);
            total0 += buckets[k].total;
            total1 -= buckets[k].total;
            const double difference = total0 / n0 - total1 / n1;
            if (n1 >= m_settings.shortestPart && n0 >= m_settings.shortestPart && differ(n0, n1, difference)) {
                m_rose = difference < 0;
                dropOldest();
                return true;
            }
        }
    }
    return false;
}

/// Whether the means of two parts differ by more than chance at confidence delta: the paper's bound for any
/// distribution, with the window's variance.
bool Adwin::differ(double n0, double n1, double difference) const
{
    const double confidence = std::log(2 * std::log(m_width) / m_settings.delta);
    const double lengths = 1.0 / (n0 - m_settings.shortestPart + 1) + 1.0 / (n1 - m_settings.shortestPart + 1);
    const double bound =
        std::sqrt(2 * lengths * (m_variance / m_width) * confidence) + 2.0 / 3.0 * confidence * lengths;
    return std::fabs(difference) > bound;
}

void Adwin::dropOldest()
{
    auto& buckets = m_rows.back();
    const double n = sizeOf(m_rows.size() - 1);
    const Bucket oldest = buckets.front();
    m_width -= n;
    m_total -= oldest.total;
    const double difference = oldest.total / n - m_total / m_width;
    m_variance -= oldest.variance + n * m_width * difference * difference / (n + m_width);
    buckets.erase(buckets.begin());
    if (buckets.empty())
        m_rows.pop_back();
}

nlohmann::json Adwin::state() const
{
    nlohmann::json rows = nlohmann::json::array();
    for (const auto& buckets : m_rows) {
        nlohmann::json row = nlohmann::json::array();
        for (const Bucket& bucket : buckets)
            row.push_back({bucket.total, bucket.variance});
        rows.push_back(std::move(row));
    }
    return {{"rows", std::move(rows)}, {"width", m_width}, {"total", m_total}, {"variance", m_variance},
            {"ticks", m_ticks},        {"fired", m_fired}, {"rose", m_rose}};
}

void Adwin::restore(const nlohmann::json& state)
{
    m_rows.clear();
    for (const auto& row : state.at("rows")) {
        m_rows.emplace_back();
        for (const auto& bucket : row)
            m_rows.back().push_back({bucket.at(0).get<double>(), bucket.at(1).get<double>()});
    }
    m_width = state.at("width").get<double>();
    m_total = state.at("total").get<double>();
    m_variance = state.at("variance").get<double>();
    m_ticks = state.at("ticks").get<std::int64_t>();
    m_fired = state.at("fired").get<bool>();
    m_rose = state.at("rose").get<bool>();
}

} // namespace millrace
