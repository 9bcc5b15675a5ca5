// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/training/TargetSketch.h"

#include "pipeline/reading/RangeReader.h"

#include <cmath>

namespace millrace
{
namespace
{

constexpr std::int64_t kSketchedRecords = 100'000;

} // namespace

Result<TargetSketch> sketchTargets(const RecordInput& input, const ValidationSource& source, JobContext& context)
{
    auto decoder = RecordDecoder::make(source.format, source.records, input);
    if (!decoder)
        return fail(decoder.error());
    auto parts = RecordParts::make(source.split, source.format, source.records);
    if (!parts)
        return fail(parts.error());
    TargetSketch sketch{0, std::vector<double>(static_cast<std::size_t>(classCount(input.task)))};
    std::vector<float> numbers(decoder->width()), targets(decoder->targets());
    RangeReader reader(source.topic, source.partition, context);
    reader.title = "looking at the targets";
    reader.onRecord = [&](const MessageView& message) {
        DecodeProblem problem;
        if (!decoder->decode(message.key, message.value, numbers, targets, problem) ||
            parts->of(message, targets.front()) != SplitPart::Train)
            return; // the training tells of what cannot be used
        const auto weight = static_cast<double>(decoder->weight());
        ++sketch.records;
        sketch.weights += weight;
        sketch.sizes += std::abs(weight);
        if (!sketch.classes.empty())
            sketch.classes.at(static_cast<std::size_t>(targets.front())) += weight;
    };
    const auto ranges = sampledRanges({source.start, source.end}, kSketchedRecords, source.split.seed);
    if (auto read = reader.read(source.connection, ranges); !read)
        return fail(read.error());
    return sketch;
}

} // namespace millrace
