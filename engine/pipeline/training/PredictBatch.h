// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pipeline/reading/RecordSource.h"
#include "train/Learner.h"

#include <string>

namespace millrace
{

/// Rows that are predicted together. Matrix products of another size may add in another order, so a batch that is not
/// full is filled up: a record's outputs depend on the record alone, never on what came with it (on processors with
/// AVX2 alone but for its last bits: tests/unit/tst_predictions). Allocates only while it grows to its size.
class PredictBatch
{
public:
    struct Entry {
        int partition = 0;
        std::int64_t offset = 0;
        std::size_t keyBegin = 0, keySize = 0;
        bool nullKey = false;
    };

    /// At least so many rows; a multiple of what the learner takes at once.
    PredictBatch(Learner& learner, int rows);

    /// True when it is full now: predict() and clear().
    bool add(const RecordSource::Row& row);
    /// What the model says of the entries, [entries, outputs()]; valid until the next call.
    Result<std::span<const float>> predict();
    void clear();

    [[nodiscard]] std::span<const Entry> entries() const { return m_entries; }
    [[nodiscard]] std::size_t outputs() const { return m_outputsOfARow; }
    [[nodiscard]] std::span<const float> targets() const { return m_targets; } ///< [entries, targets of a row]
    [[nodiscard]] std::span<const float> weights() const { return m_weights; }
    /// data() == nullptr is a null key.
    [[nodiscard]] std::string_view key(const Entry& entry) const;

private:
    Learner& m_learner;
    std::size_t m_width, m_outputsOfARow, m_rows;
    std::vector<float> m_features; ///< [rows, width]
    std::vector<float> m_outputs;  ///< [rows, outputs of a row]
    std::vector<float> m_targets, m_weights;
    std::vector<Entry> m_entries;
    std::string m_keys;
};

} // namespace millrace
