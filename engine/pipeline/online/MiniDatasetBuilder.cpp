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
                                       RecordBlock::Counted before)
    : m_limits(limits), m_plan(std::move(plan)), m_block(before), m_before(std::move(before)), m_number(number)
{
}

void MiniDatasetBuilder::begin()
{
    if (m_block.isOpenEmpty())
        m_opened = Clock::now();
}

void MiniDatasetBuilder::add(std::span<const float> features, float label, MiniDataset::Origin origin)
{
    begin();
    m_block.add(features, label, origin);
}

void MiniDatasetBuilder::add(std::vector<ArrivedLabel> labels)
{
    begin();
    for (ArrivedLabel& label : labels)
        m_block.add(std::move(label));
}

bool MiniDatasetBuilder::isFull() const
{
    const auto planned = m_plan.find(m_number);
    return m_block.openRows() >= (planned == m_plan.end() ? m_limits.records : planned->second);
}

bool MiniDatasetBuilder::hasLingered() const
{
    return !m_plan.contains(m_number) && Clock::now() - m_opened >= m_limits.linger;
}

void MiniDatasetBuilder::close(MiniDataset::Closed closed, int pass, StreamPosition after)
{
    if (m_block.isOpenEmpty())
        return;
    m_before = {after.rejected, after.deleted};
    m_block.close(closed, m_plan.contains(m_number), pass, std::move(after));
    ++m_number;
}

void MiniDatasetBuilder::closeSingle(int pass, const PartitionPosition& after)
{
    m_block.close(m_plan.contains(m_number), pass, after);
    ++m_number;
}

RecordBlock MiniDatasetBuilder::takeReady()
{
    RecordBlock open = m_block.splitOpen();
    return std::exchange(m_block, std::move(open));
}

MiniDatasetBuilder::Forgotten MiniDatasetBuilder::forget(const std::vector<RecordBlock>& queued)
{
    Forgotten forgotten{0, 0, (queued.empty() ? m_block : queued.front()).before()};
    std::vector<ArrivedLabel> labels;
    const auto count = [&](const RecordBlock& block) {
        forgotten.records += block.rows();
        labels.insert(labels.end(), block.labels().begin(), block.labels().end());
    };
    std::ranges::for_each(queued, count);
    count(m_block);
    for (const RecordBlock& block : queued)
        forgotten.miniDatasets += block.miniDatasets();
    m_number -= forgotten.miniDatasets + m_block.miniDatasets();
    m_before = forgotten.before;
    m_block = RecordBlock(m_before);
    add(std::move(labels));
    return forgotten;
}

} // namespace millrace
