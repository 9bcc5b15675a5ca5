// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/Batch.h"
#include "data/Rejections.h"
#include "kafka/Consumer.h"
#include "train/Checkpoint.h"

#include <optional>

namespace millrace
{

/// A record by which a partition is known again: brokers before Kafka 2.8 give topics no lasting identity.
struct RecordIdentity {
    std::int64_t offset = -1;
    std::uint64_t hash = 0; ///< of key, value and timestamp
    friend bool operator==(const RecordIdentity&, const RecordIdentity&) = default;
};
RecordIdentity identityOf(const MessageView& message);
nlohmann::json toJson(const RecordIdentity& identity);
RecordIdentity identityFromJson(const nlohmann::json& json); ///< may throw what nlohmann-json throws

/// Rows as the tensors `name`.features, `name`.labels and, where they have some, `name`.weights of a checkpoint.
void saveRows(const Batch& rows, const std::string& name, Checkpoint& checkpoint);
/// ErrorCode::BadData where they are not of this width and so many targets.
Result<Batch> loadRows(const std::string& name, const Checkpoint& checkpoint, std::size_t width,
                       std::size_t targets = 1);

/// Where a run that trains from one partition stands: the next offset to read, and as rows all that is in hand between
/// Kafka and the learner. Nothing of it is read again.
struct IngestSnapshot {
    PartitionOffset next;
    int epoch = 1;
    std::int64_t rowsInPass = 0;        ///< read in this pass, those in hand included
    std::optional<RecordIdentity> last; ///< the record read last
    ShuffleBuffer::State shuffle;       ///< of this pass
    Batch open;                         ///< the batch that is not full yet
    RejectionState rejected;            ///< so far
    std::int64_t deletedInPass = 0;     ///< offsets that retention took before this pass came to them
};

/// Puts the snapshot into a checkpoint: numbers under "cut" of its metadata, rows as tensors.
void saveIngestSnapshot(const IngestSnapshot& snapshot, Checkpoint& checkpoint);
/// ErrorCode::BadData where there is none, or rows are not of this width and so many targets.
Result<IngestSnapshot> loadIngestSnapshot(const Checkpoint& checkpoint, std::size_t width, std::size_t targets);

} // namespace millrace
