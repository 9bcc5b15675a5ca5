// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/online/RecordBlock.h"

#include <iterator>

namespace millrace
{
namespace
{

template <class Item>
void copyPart(const std::vector<Item>& from, std::size_t begin, std::size_t end, std::vector<Item>& to)
{
    to.assign(from.begin() + static_cast<std::ptrdiff_t>(begin), from.begin() + static_cast<std::ptrdiff_t>(end));
}

template <class Item>
void movePart(std::vector<Item>& from, std::size_t begin, std::size_t end, std::vector<Item>& to)
{
    to.assign(std::make_move_iterator(from.begin() + static_cast<std::ptrdiff_t>(begin)),
              std::make_move_iterator(from.begin() + static_cast<std::ptrdiff_t>(end)));
}

} // namespace

void RecordBlock::add(std::span<const float> features, float label, MiniDataset::Origin origin)
{
    m_rows.features.insert(m_rows.features.end(), features.begin(), features.end());
    m_rows.targets.push_back(label);
    m_origins.push_back(origin);
}

void RecordBlock::add(ArrivedLabel label)
{
    label.after = openRows();
    m_labels.push_back(std::move(label));
}

bool RecordBlock::isOpenEmpty() const
{
    return openRows() == 0 && static_cast<int>(m_labels.size()) == closedEnd().labels;
}

void RecordBlock::close(MiniDataset::Closed closed, bool replayed, int pass, StreamPosition after)
{
    m_ends.push_back(
        {m_rows.rows(), static_cast<int>(m_labels.size()), closed, replayed, pass, static_cast<int>(m_whole.size())});
    m_whole.push_back(std::move(after));
}

void RecordBlock::close(bool replayed, int pass, const PartitionPosition& after)
{
    m_ends.push_back(
        {m_rows.rows(), static_cast<int>(m_labels.size()), MiniDataset::Closed::Full, replayed, pass, -1, after});
}

RecordBlock RecordBlock::splitOpen()
{
    RecordBlock open;
    const End end = closedEnd();
    if (!m_whole.empty())
        open.m_before = {m_whole.back().rejected, m_whole.back().deleted};
    else
        open.m_before = m_before;
    if (isOpenEmpty())
        return open;
    const auto first = static_cast<std::size_t>(end.rows), count = m_rows.targets.size();
    const std::size_t width = count == 0 ? 0 : this->width();
    copyPart(m_rows.features, first * width, count * width, open.m_rows.features);
    copyPart(m_rows.targets, first, count, open.m_rows.targets);
    copyPart(m_origins, first, count, open.m_origins);
    m_rows.features.resize(first * width);
    m_rows.targets.resize(first);
    m_origins.resize(first);
    if (!m_ids.empty()) {
        movePart(m_ids, first, count, open.m_ids);
        m_ids.resize(first);
    }
    movePart(m_labels, static_cast<std::size_t>(end.labels), m_labels.size(), open.m_labels);
    m_labels.resize(static_cast<std::size_t>(end.labels));
    return open;
}

bool RecordBlock::take(MiniDataset& dataset)
{
    if (miniDatasets() == 0)
        return false;
    const End begin = takenEnd();
    const End& end = m_ends[m_taken++];
    const auto first = static_cast<std::size_t>(begin.rows), last = static_cast<std::size_t>(end.rows);
    const std::size_t width = last == 0 ? 0 : this->width();
    copyPart(m_rows.features, first * width, last * width, dataset.rows.features);
    copyPart(m_rows.targets, first, last, dataset.rows.targets);
    copyPart(m_origins, first, last, dataset.origins);
    if (!m_ids.empty())
        movePart(m_ids, first, last, dataset.ids);
    movePart(m_labels, static_cast<std::size_t>(begin.labels), static_cast<std::size_t>(end.labels), dataset.labels);
    if (end.whole < 0) {
        dataset.after.positions[m_origins[last - 1].partition] = end.moved;
    } else {
        StreamPosition& whole = m_whole[static_cast<std::size_t>(end.whole)];
        m_before = {whole.rejected, whole.deleted};
        dataset.after = std::move(whole);
    }
    dataset.closed = end.closed;
    dataset.replayed = end.replayed;
    dataset.pass = end.pass;
    return true;
}

std::span<const ArrivedLabel> RecordBlock::labels() const
{
    return std::span(m_labels).subspan(static_cast<std::size_t>(takenEnd().labels));
}

} // namespace millrace
