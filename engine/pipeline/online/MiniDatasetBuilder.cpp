// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/online/MiniDatasetBuilder.h"

#include <algorithm>
#include <array>

namespace millrace
{

std::string nameOf(MiniDataset::Closed closed)
{
    static constexpr std::array kNames = {"full", "linger", "end", "rebalance"};
    return kNames.at(static_cast<std::size_t>(closed));
}

MiniDatasetBuilder::MiniDatasetBuilder(Limits limits, std::int64_t number, std::map<std::int64_t, int> plan,
                                       const StreamPosition& position)
    : m_limits(limits), m_plan(std::move(plan)), m_number(number)
{
    m_open.rejectedBefore = position.rejected;
    m_open.deletedBefore = position.deleted;
}

void MiniDatasetBuilder::begin()
{
    if (m_open.isEmpty())
        m_opened = Clock::now();
}

void MiniDatasetBuilder::add(std::span<const float> features, float label, MiniDataset::Origin origin)
{
    begin();
    m_open.rows.features.insert(m_open.rows.features.end(), features.begin(), features.end());
    m_open.rows.targets.push_back(label);
    m_open.origins.push_back(origin);
}

void MiniDatasetBuilder::add(std::vector<ArrivedLabel> labels)
{
    begin();
    for (ArrivedLabel& label : labels) {
        label.after = m_open.rows.rows();
        m_open.labels.push_back(std::move(label));
    }
}

bool MiniDatasetBuilder::isFull() const
{
    const auto planned = m_plan.find(m_number);
    return m_open.rows.rows() >= (planned == m_plan.end() ? m_limits.records : planned->second);
}

bool MiniDatasetBuilder::hasLingered() const
{
    return !m_plan.contains(m_number) && Clock::now() - m_opened >= m_limits.linger;
}

void MiniDatasetBuilder::close(MiniDataset::Closed closed, int pass, StreamPosition after)
{
    if (m_open.isEmpty())
        return;
    m_open.after = std::move(after);
    m_open.closed = closed;
    m_open.pass = pass;
    m_open.replayed = m_plan.contains(m_number);
    ++m_number;
    m_ready.push_back(std::exchange(m_open, {}));
    m_open.rejectedBefore = m_ready.back().after.rejected;
    m_open.deletedBefore = m_ready.back().after.deleted;
}

MiniDatasetBuilder::Forgotten MiniDatasetBuilder::forget(const std::vector<MiniDataset>& queued)
{
    const MiniDataset& first = !queued.empty() ? queued.front() : hasReady() ? m_ready.front() : m_open;
    Forgotten forgotten{0, first.rejectedBefore, first.deletedBefore};
    std::vector<ArrivedLabel> labels;
    const auto count = [&](const MiniDataset& dataset) {
        forgotten.records += dataset.rows.rows();
        labels.insert(labels.end(), dataset.labels.begin(), dataset.labels.end());
    };
    std::ranges::for_each(queued, count);
    std::ranges::for_each(m_ready, count);
    count(m_open);
    m_number -= static_cast<std::int64_t>(queued.size() + m_ready.size());
    m_ready.clear();
    m_open = {};
    m_open.rejectedBefore = forgotten.rejectedBefore;
    m_open.deletedBefore = forgotten.deletedBefore;
    add(std::move(labels));
    return forgotten;
}

} // namespace millrace
