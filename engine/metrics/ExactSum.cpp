// SPDX-License-Identifier: GPL-3.0-or-later
#include "metrics/ExactSum.h"

#include <cmath>

namespace millrace
{

void ExactSum::add(double number)
{
    std::size_t kept = 0;
    for (double partial : m_partials) {
        if (std::abs(number) < std::abs(partial))
            std::swap(number, partial);
        const double high = number + partial;
        const double low = partial - (high - number);
        if (low != 0)
            m_partials[kept++] = low;
        number = high;
    }
    m_partials.resize(kept);
    if (number != 0)
        m_partials.push_back(number);
}

void ExactSum::merge(const ExactSum& other)
{
    for (const double partial : std::vector<double>(other.m_partials)) // other may be this one
        add(partial);
}

/// As math.fsum of CPython: partials are added from the highest on until one rounds; a half is rounded as the sign of
/// what is below it tells.
double ExactSum::value() const
{
    if (m_partials.empty())
        return 0;
    std::size_t left = m_partials.size() - 1;
    double high = m_partials[left], low = 0;
    while (left > 0 && low == 0) {
        const double before = high, partial = m_partials[--left];
        high = before + partial;
        low = partial - (high - before);
    }
    if (left > 0 && ((low < 0 && m_partials[left - 1] < 0) || (low > 0 && m_partials[left - 1] > 0))) {
        const double twice = low * 2, next = high + twice;
        if (next - high == twice)
            return next;
    }
    return high;
}

/// The sum rounded, what that leaves rounded, and so on.
nlohmann::json ExactSum::state() const
{
    nlohmann::json list = nlohmann::json::array();
    for (ExactSum rest = *this; !rest.m_partials.empty();) {
        const double most = rest.value();
        list.push_back(most);
        rest.add(-most);
    }
    return list;
}

void ExactSum::restore(const nlohmann::json& state)
{
    m_partials.clear();
    for (const nlohmann::json& partial : state)
        add(partial.get<double>());
}

} // namespace millrace
