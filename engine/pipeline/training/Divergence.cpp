// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/training/Divergence.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace millrace
{
namespace
{

constexpr double kExploded = 1e18;
constexpr float kLarge = 1e6F; ///< below it a column is not what made the loss explode

struct LargestValue {
    std::size_t column = 0;
    float magnitude = 0;
};

LargestValue largestOf(const Batch& batch, std::size_t width)
{
    LargestValue largest;
    for (std::size_t i = 0; i < batch.features.size(); ++i)
        if (const float magnitude = std::abs(batch.features[i]); magnitude > largest.magnitude)
            largest = {i % width, magnitude};
    return largest;
}

/// "1e+33"
std::string magnitudeText(double value)
{
    std::array<char, 32> text{};
    const auto end = std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::general, 3);
    return {text.data(), end.ptr};
}

} // namespace

bool isSoundLoss(double loss)
{
    return std::isfinite(loss) && loss < kExploded;
}

bool areSoundWeights(const LearnerState& state)
{
    return std::ranges::all_of(state.weights, [](float weight) { return std::isfinite(weight); });
}

Error divergence(const std::string& where, double loss, const Batch& batch, const std::vector<std::string>& names)
{
    const std::string what = "Training diverged at " + where + ": the loss is " +
                             (std::isfinite(loss) ? magnitudeText(loss) : "no finite number");
    const std::string kept = "The run stops there; a checkpoint from before, if it had one, is kept as it was. ";
    const LargestValue largest = names.empty() ? LargestValue{} : largestOf(batch, names.size());
    if (largest.magnitude < kLarge)
        return {ErrorCode::Failed, what, kept + "Take a smaller --learning-rate", false};
    return {ErrorCode::BadData,
            what + "; column " + names[largest.column] + " holds values up to " +
                magnitudeText(static_cast<double>(largest.magnitude)),
            kept + "Ignore the column, or scale it before it is published", false};
}

Error belowZero(const std::string& where, double loss)
{
    return {
        ErrorCode::BadData,
        "The mean loss of " + where + " is " + magnitudeText(loss) +
            ", below 0: the records of negative weight outweigh the others where the model errs, and each step would "
            "make it err the more",
        "Learn from more records, or from a topic without so many negative weights", false};
}

Status stopAtDivergence(Error error, JobContext& context, std::int64_t records)
{
    context.note(Note::Severity::Error, "diverged here: the run stops", records);
    return fail(std::move(error));
}

} // namespace millrace
