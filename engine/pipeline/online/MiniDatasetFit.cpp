// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/online/MiniDatasetFit.h"

#include <cmath>

namespace millrace
{

MiniDatasetFit::MiniDatasetFit(const Settings& settings, Batch rows, std::int64_t index)
    : m_settings(settings), m_rows(std::move(rows)), m_index(index), m_lastEpochLoss(NAN)
{
    beginEpoch(0);
}

MiniDatasetFit::MiniDatasetFit(const Settings& settings, Batch rows, std::int64_t index, const FitPosition& position)
    : MiniDatasetFit(settings, std::move(rows), index)
{
    beginEpoch(position.epoch);
    m_row = position.row;
    m_shuffle->restore(position.shuffle);
    m_lossSum = position.lossSum;
}

void MiniDatasetFit::beginEpoch(int epoch)
{
    m_epoch = epoch;
    m_row = 0;
    m_lossSum = 0;
    m_shuffle.emplace(m_settings.width, m_settings.shuffle, m_settings.seed,
                      static_cast<std::uint64_t>(m_index * m_settings.epochs + epoch));
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
    return {m_epoch, m_row, m_shuffle->state(), m_lossSum};
}

} // namespace millrace
