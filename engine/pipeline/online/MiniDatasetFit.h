// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/Batch.h"

#include <limits>
#include <optional>

namespace millrace
{

/// Where the learning of a mini-dataset stands between two steps.
struct FitPosition {
    int epoch = 0;        ///< from 0
    std::int64_t row = 0; ///< rows that went into the shuffle buffer in this epoch
    ShuffleBuffer::State shuffle;
    double lossSum = 0; ///< over the rows learnt in this epoch
};

/// Hands out the batches of one mini-dataset after the other, epoch after epoch, each shuffled in an order of its own
/// that depends on (seed, index, epoch) alone. Can be left between two batches and taken up again bit-identically.
class MiniDatasetFit
{
public:
    struct Settings {
        int width = 0; ///< features
        int epochs = 3, batch = 32, shuffle = 32;
        std::uint64_t seed = 1;
    };
    explicit MiniDatasetFit(const Settings& settings) : m_settings(settings) {}

    /// Begins a mini-dataset, whose rows are exchanged for room to be used again. index: of it in its run, from 0.
    void begin(Batch& rows, std::int64_t index);
    /// Goes on in the middle of one.
    void goOn(Batch& rows, std::int64_t index, const FitPosition& position);
    /// Nothing is in hand any more.
    void end();

    /// The next batch, to be learnt before the next call; nullptr when the last epoch is done.
    const Batch* next();
    /// The mean loss of the batch that was handed out last.
    void learnt(double loss);

    [[nodiscard]] const Batch& rows() const { return m_rows; }
    [[nodiscard]] FitPosition position() const;
    /// Mean loss of the last whole epoch; NaN before.
    [[nodiscard]] double lastEpochLoss() const { return m_lastEpochLoss; }

private:
    void beginEpoch(int epoch);
    bool fill();

    Settings m_settings;
    Batch m_rows, m_batch;
    std::int64_t m_index = 0;
    int m_epoch = 0;
    std::int64_t m_row = 0;
    std::optional<ShuffleBuffer> m_shuffle;
    double m_lossSum = 0, m_lastEpochLoss = std::numeric_limits<double>::quiet_NaN();
};

} // namespace millrace
