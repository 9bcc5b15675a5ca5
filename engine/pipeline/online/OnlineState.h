// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/Rejections.h"
#include "pipeline/online/MiniDatasetFit.h"
#include "pipeline/reading/ResumeGuards.h"
#include "train/Checkpoint.h"

namespace millrace
{

/// All that an online run carries along besides the learner: what a checkpoint holds, and a resumed run begins with.
struct OnlineState {
    Positions positions, labelPositions;            ///< of the records' and of the labels' topic
    std::int64_t miniDatasets = 0;                  ///< learnt whole; also the number of the one in hand
    std::int64_t records = 0;                       ///< scored: their label is known
    std::int64_t arrived = 0;                       ///< predicted
    std::int64_t steps = 0;                         ///< of this run; the learner's own count goes on from its parent's
    std::int64_t skipped = 0;                       ///< passed over because the lag was too long
    std::int64_t deleted = 0;                       ///< offsets that retention took before they were read,
    std::int64_t labelsDeleted = 0;                 ///< and of the labels' topic
    double seconds = 0;                             ///< spent, pauses included
    RejectionState rejected;                        ///< at this moment,
    std::int64_t scoresBytes = 0, metricsBytes = 0; ///< as scores.csv and metrics.csv
    nlohmann::json rows = nlohmann::json::array();  ///< of the last mini-datasets
    nlohmann::json drifts = nlohmann::json::array();
    nlohmann::json watch, normaliser; ///< states of DriftWatch and RunningMoments; null without one
    double baseRate = 0;              ///< the learning rate to go back to,
    std::int64_t raisedUntil = -1;    ///< at this record; −1 when it is not raised
    int pass = 1;                     ///< the first is the stream; later ones learn its records again
    Positions passPositions;          ///< of a later pass, `positions` stay where the first one ended
    std::int64_t passRecords = 0;     ///< learnt again in this pass,
    std::int64_t repeated = 0;        ///< and in all later passes

    [[nodiscard]] std::int64_t learnt() const { return records + repeated; }
    /// Keeps the drift; of a stream that never ends, the last thousand.
    void remember(nlohmann::json drift);

    /// A mini-dataset that is scored, and learnt in part.
    struct InHand {
        Batch rows;
        FitPosition fit;
        double loss = 0, score = 0; ///< of the predictions before learning; the score is the task's curve
    };
    std::optional<InHand> inHand;
};

/// What a checkpoint holds of the stream.
struct SavedState {
    Positions positions;
    std::int64_t miniDatasets = 0; ///< taken; the one in hand included
    std::int64_t scoresBytes = 0;
    std::int64_t checkpoint = -1; ///< the learner's step, by which it is named; −1: what the run began with
    std::string metadata;         ///< for the commit
};
SavedState savedState(const OnlineState& state, std::int64_t checkpoint, const std::string& run);

/// Puts the state into a checkpoint: numbers under "online" of its metadata, rows as tensors.
void saveOnlineState(const OnlineState& state, Checkpoint& checkpoint);
/// ErrorCode::BadData where there is none, or rows are not of this width.
Result<OnlineState> loadOnlineState(const Checkpoint& checkpoint, std::size_t width);

} // namespace millrace
