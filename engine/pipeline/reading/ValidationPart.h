// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/Batch.h"
#include "data/RecordDecoder.h"
#include "kafka/Connection.h"
#include "pipeline/runs/JobContext.h"

namespace millrace
{

/// Whether a record belongs to the validation part: a function of (seed, partition, offset), so that a resumed run and
/// a reproduction part alike.
bool isForValidation(std::uint64_t seed, int partition, std::int64_t offset, double share);

/// Where the validation part of a training stands.
struct ValidationSource {
    Connection connection;
    std::string topic;
    int partition = 0;
    std::int64_t start = 0, end = 0;
    std::uint64_t seed = 1;
    double share = 0;
};
/// Reads it, as rows of the model. Of more than 64 MB a seeded part is kept. Records that cannot be used are left out:
/// the training tells of them.
Result<Batch> readValidation(const ValidationSource& source, RecordDecoder decoder, JobContext& context);

} // namespace millrace
