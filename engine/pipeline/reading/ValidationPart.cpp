// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/reading/ValidationPart.h"

#include "base/Rng.h"
#include "pipeline/reading/RangeReader.h"

#include <algorithm>

namespace millrace
{
namespace
{

constexpr double kMostValidationBytes = 64 << 20;

Rng drawFor(std::uint64_t seed, int partition, std::int64_t offset)
{
    // Partitions are few and offsets small against 2^40: no two records share a draw.
    return {seed, Purpose::Validation,
            (static_cast<std::uint64_t>(partition) << 40U) ^ static_cast<std::uint64_t>(offset)};
}

} // namespace

bool isForValidation(std::uint64_t seed, int partition, std::int64_t offset, double share)
{
    return share > 0 && drawFor(seed, partition, offset).uniform() < share;
}

Result<Batch> readValidation(const ValidationSource& source, RecordDecoder decoder, JobContext& context)
{
    const double expected = static_cast<double>(source.end - source.start) * source.share *
                            static_cast<double>((decoder.width() + 1) * sizeof(float));
    const double kept = std::min(1.0, kMostValidationBytes / std::max(expected, 1.0));
    Batch rows;
    std::vector<float> features(decoder.width());
    RangeReader reader(source.topic, source.partition, context);
    reader.title = "reading the validation part";
    reader.onRecord = [&](const MessageView& message) {
        if (!isForValidation(source.seed, source.partition, message.offset, source.share * kept))
            return;
        float target = 0;
        DecodeProblem problem;
        if (!decoder.decode(message.key, message.value, features, target, problem))
            return;
        rows.features.insert(rows.features.end(), features.begin(), features.end());
        rows.targets.push_back(target);
        if (decoder.isWeighted())
            rows.weights.push_back(decoder.weight());
    };
    if (auto read = reader.read(source.connection, {{source.start, source.end}}); !read)
        return fail(read.error());
    return rows;
}

} // namespace millrace
