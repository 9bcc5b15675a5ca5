// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/training/PredictBatch.h"

#include <algorithm>

namespace millrace
{
namespace
{

constexpr std::size_t kPiece = 256; ///< rows that the learner predicts at once

} // namespace

PredictBatch::PredictBatch(Learner& learner, int rows)
    : m_learner(learner), m_width(static_cast<std::size_t>(learner.inputs())),
      m_outputsOfARow(static_cast<std::size_t>(learner.outputs())),
      m_rows((static_cast<std::size_t>(std::max(rows, 1)) + kPiece - 1) / kPiece * kPiece),
      m_features(m_rows * m_width), m_outputs(m_rows * m_outputsOfARow)
{
    m_targets.reserve(m_rows);
    m_weights.reserve(m_rows);
    m_entries.reserve(m_rows);
}

bool PredictBatch::add(const RecordSource::Row& row)
{
    std::ranges::copy(row.features, m_features.begin() + static_cast<std::ptrdiff_t>(m_entries.size() * m_width));
    m_targets.insert(m_targets.end(), row.targets().begin(), row.targets().end());
    m_weights.push_back(row.weight);
    m_entries.push_back({row.partition, row.offset, m_keys.size(), row.key.size(), row.key.data() == nullptr});
    m_keys.append(row.key);
    return m_entries.size() == m_rows;
}

Result<std::span<const float>> PredictBatch::predict()
{
    const std::size_t pieces = (m_entries.size() + kPiece - 1) / kPiece;
    // Rows of an earlier batch, or zeros, fill the last piece up.
    auto predicted = m_learner.predict(std::span<const float>(m_features).first(pieces * kPiece * m_width),
                                       std::span(m_outputs).first(pieces * kPiece * m_outputsOfARow));
    if (!predicted)
        return fail(predicted.error());
    return std::span<const float>(m_outputs).first(m_entries.size() * m_outputsOfARow);
}

void PredictBatch::clear()
{
    m_targets.clear();
    m_weights.clear();
    m_entries.clear();
    m_keys.clear();
}

std::string_view PredictBatch::key(const Entry& entry) const
{
    return entry.nullKey ? std::string_view() : std::string_view(m_keys).substr(entry.keyBegin, entry.keySize);
}

} // namespace millrace
