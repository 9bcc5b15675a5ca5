// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <deque>
#include <limits>

namespace millrace
{

/// How fast the records of a live stream come and are learnt, as means of the last seconds, and how far the learner is
/// behind.
class StreamFlow
{
public:
    /// A lag that is no lag: records on the way, and the mini-dataset that fills.
    static constexpr double kInHand = 3000;

    struct Sample {
        double second = 0;       ///< of the stream
        double in = 0, out = 0;  ///< records simulated and learnt so far
        std::int64_t learnt = 0; ///< the learner's position in the topic
    };
    /// False: there are no rates of it yet.
    bool add(const Sample& sample);
    void clear() { *this = {}; }
    void forgetRates(); ///< another rate is asked for, of which what was before says nothing

    [[nodiscard]] bool isEmpty() const { return m_samples.empty(); }
    [[nodiscard]] double rateIn() const { return m_rateIn; } ///< records a second; NaN: not known
    [[nodiscard]] double rateOut() const { return m_rateOut; }
    [[nodiscard]] std::int64_t lag() const { return m_lag; } ///< records; negative: not known
    [[nodiscard]] bool keepsUp() const;
    /// Until the lag is worked off as it goes now; infinity: never.
    [[nodiscard]] double secondsToDrain() const;

private:
    std::deque<Sample> m_samples;
    double m_rateIn = std::numeric_limits<double>::quiet_NaN(), m_rateOut = m_rateIn;
    std::int64_t m_lag = -1;
};

} // namespace millrace
