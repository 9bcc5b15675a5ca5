// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/online/MiniDatasetFit.h"

#include <utility>

namespace millrace
{

void MiniDatasetFit::begin(Batch& rows, std::int64_t index)
{
    std::swap(m_rows, rows);
    m_index = index;
    m_lastEpochLoss = std::numeric_limits<double>::quiet_NaN();
    beginEpoch(0);
}

void MiniDatasetFit::goOn(Batch& rows, std::int64_t index, const FitPosition& position)
{
    begin(rows, index);
    beginEpoch(position.epoch);
    m_row = position.row;
    m_shuffle->restore(position.shuffle);
    m_lossSum = position.lossSum;
}

void MiniDatasetFit::end()
{
    m_rows.clear();
    m_epoch = 0;
    m_row = 0;
    m_lossSum = 0;
}

void MiniDatasetFit::beginEpoch(int epoch)
{
    m_epoch = epoch;
    m_row = 0;
    m_lossSum = 0;
    const auto order = static_cast<std::uint64_t>(m_index * m_settings.epochs + epoch);
    if (m_shuffle)
        m_shuffle->restart(m_settings.seed, order);
    else
        m_shuffle.emplace(m_settings.width, m_settings.shuffle, m_settings.seed, order);
}

/// Fills the batch from what is left of the epoch; false when nothing is.
bool MiniDatasetFit::fill()
{
    const auto width = static_cast<std::size_t>(m_settings.width);
    const auto isFull = [this] { return m_batch.rows() >= m_settings.batch; };
    for (; m_row < m_rows.rows() && !isFull(); ++m_row) {
        const auto row = static_cast<std::size_t>(m_row);
        m_shuffle->push(std::span(m_rows.features).subspan(row * width, width), m_rows.targets[row], m_batch);
    }
    while (!isFull() && m_shuffle->drain(m_batch)) {
    }
    return m_batch.rows() > 0;
}

const Batch* MiniDatasetFit::next()
{
    m_batch.clear();
    while (m_epoch < m_settings.epochs && m_rows.rows() > 0) {
        if (fill())
            return &m_batch;
        m_lastEpochLoss = m_lossSum / m_rows.rows();
        beginEpoch(m_epoch + 1);
    }
    return nullptr;
}

void MiniDatasetFit::learnt(double loss)
{
    m_lossSum += loss * m_batch.rows();
}

FitPosition MiniDatasetFit::position() const
{
    return {m_epoch, m_row, m_shuffle ? m_shuffle->state() : ShuffleBuffer::State{}, m_lossSum};
}

} // namespace millrace
