// SPDX-License-Identifier: GPL-3.0-or-later
#include "train/torch/WorkerPool.h"

#include "train/torch/Kernels.h"

namespace millrace
{

WorkerPool::WorkerPool(int size)
{
    for (int member = 1; member < size; ++member)
        m_helpers.emplace_back([this, member] { help(member); });
}

WorkerPool::~WorkerPool()
{
    m_work = nullptr;
    ++m_runs;
    m_runs.notify_all();
}

void WorkerPool::run(const std::function<void(int)>& work)
{
    if (!m_helpers.empty()) {
        m_work = &work;
        m_busy = static_cast<int>(m_helpers.size());
        ++m_runs;
        m_runs.notify_all();
    }
    work(0);
    for (int busy = m_busy; busy > 0; busy = m_busy)
        m_busy.wait(busy);
}

void WorkerPool::help(int member)
{
    const FlushDenormals flush;
    for (int turn = 0;; ++turn) {
        m_runs.wait(turn);
        if (m_work == nullptr)
            return;
        (*m_work)(member);
        if (--m_busy == 0)
            m_busy.notify_one();
    }
}

} // namespace millrace
