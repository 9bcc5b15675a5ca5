// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <limits>
#include <mutex>
#include <string>
#include <vector>

namespace millrace
{

/// One point of the live charts. A training step makes one; when the buffer overflows neighbours merge, so a point may
/// stand for several steps: loss and score are their means, minimum and maximum keep the spikes.
struct MetricPoint {
    std::int64_t step = 0;
    int epoch = 0;            ///< from 1
    std::int64_t records = 0; ///< trained so far, all epochs
    double seconds = 0;       ///< since the run began, pauses included
    double loss = 0, lossMinimum = 0, lossMaximum = 0;
    double score = 0; ///< the task's curve (data/Task.h): of classes the accuracy
    /// The same so far of the baselines that an online run has to beat, NaN elsewhere, and of how many records:
    /// scored when they arrive, so more than are learnt.
    double majority = std::numeric_limits<double>::quiet_NaN(), noChange = std::numeric_limits<double>::quiet_NaN();
    std::int64_t scored = 0;
    /// The same of the validation part, at the end of an epoch; NaN elsewhere.
    double validationLoss = std::numeric_limits<double>::quiet_NaN(),
           validationScore = std::numeric_limits<double>::quiet_NaN();
    std::int64_t lag = -1; ///< records left in this pass (training) or the group's lag (online); −1 unknown
    /// Online: how far the stream is read, the sum of the partitions' next offsets; −1 elsewhere.
    std::int64_t position = -1;
    int steps = 1; ///< how many steps the point stands for
};

/// From one writer to one reader, bounded: overflow merges pairs of points. Thread-safe; adding allocates nothing.
class MetricBuffer
{
public:
    explicit MetricBuffer(std::size_t capacity = 4096); ///< at least 2
    void add(const MetricPoint& point);
    /// Hands out what has come since the last call.
    std::vector<MetricPoint> drain();

private:
    const std::size_t m_capacity;
    std::mutex m_mutex;
    std::vector<MetricPoint> m_points;
};

/// Both as one point: sums of counts, weighted means, extremes; positions of the later one.
MetricPoint merge(const MetricPoint& earlier, const MetricPoint& later);

} // namespace millrace
