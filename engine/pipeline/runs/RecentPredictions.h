// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/Predictions.h"

#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace millrace
{

/// A prediction for people to look at.
struct Prediction {
    int partition = 0;
    std::int64_t offset = 0;
    std::string key;
    bool nullKey = false;
    Task task;
    std::vector<float> outputs; ///< as the model yields them
    std::vector<CarriedCell> carried{};
};

/// The last predictions of a job, from its thread to a window that looks now and then. Costs nothing while nobody
/// looks: the writer asks wanted() first. Thread-safe.
class RecentPredictions
{
public:
    [[nodiscard]] bool wanted() const { return m_wanted; }
    void put(std::vector<Prediction> newest)
    {
        std::lock_guard lock(m_mutex);
        m_newest = std::move(newest);
        m_wanted = false;
    }
    /// The newest ones since the last call, and asks for more; empty when there are none.
    std::vector<Prediction> take()
    {
        std::lock_guard lock(m_mutex);
        m_wanted = true;
        return std::exchange(m_newest, {});
    }

private:
    std::atomic<bool> m_wanted{true};
    std::mutex m_mutex;
    std::vector<Prediction> m_newest;
};

} // namespace millrace
