// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "train/Learner.h"

#include <map>

namespace millrace
{

/// One safetensors file: the tensors "weights", "moments.first", "moments.second" and those of the pipeline flat, and
/// in __metadata__ the JSON under "millrace" (step, epoch, metrics, IngestSnapshot, resolved configuration, format
/// version). A checksum of all that comes before (CRC-32, in a last tensor "checksum" of one element) makes a torn file
/// known.
struct Checkpoint {
    LearnerState learner;
    nlohmann::json metadata; ///< must hold "model" (ModelSpec); the pipeline adds the rest
    std::map<std::string, std::vector<float>>
        tensors; ///< what else the pipeline saves, by names with a dot ("cut.open")
};

/// Writes the file as a whole (temporary, fsync, rename).
Status writeCheckpoint(const std::filesystem::path& file, const Checkpoint& checkpoint);
/// The error says what is wrong with the file: torn, not a checkpoint, of a newer format.
Result<Checkpoint> readCheckpoint(const std::filesystem::path& file);

} // namespace millrace
