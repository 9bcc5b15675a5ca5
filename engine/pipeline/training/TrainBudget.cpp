// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/training/TrainBudget.h"

#include "base/Json.h"
#include "base/Text.h"

#include <algorithm>
#include <cmath>

namespace millrace
{
namespace
{

constexpr std::int64_t kFewestSteps = 3000;      ///< in all epochs together
constexpr std::int64_t kManyRecords = 1'500'000; ///< that are seen in all epochs, where an epoch is large
constexpr int kFewestEpochs = 30, kMostEpochs = 120, kFewestOfMany = 3;
constexpr int kEpochsOfPatience = 20;
constexpr double kValidation = 0.15;
constexpr std::int64_t kFewestRowsToPart = 50; ///< of fewer none can be spared

int batchFor(std::int64_t rows)
{
    return rows < 1000 ? 16 : rows < 5000 ? 32 : rows < 50'000 ? 64 : rows < 500'000 ? 128 : 256;
}

std::int64_t stepsOfAnEpoch(std::int64_t rows, const TrainBudget& budget)
{
    const double learnt = static_cast<double>(rows) * (1 - budget.validation);
    return std::max<std::int64_t>(1, std::llround(std::ceil(learnt / budget.batch)));
}

int epochsFor(std::int64_t rows, std::int64_t stepsAnEpoch)
{
    const std::int64_t enough = (kFewestSteps + stepsAnEpoch - 1) / stepsAnEpoch;
    const std::int64_t fewest =
        std::clamp<std::int64_t>(kManyRecords / std::max<std::int64_t>(rows, 1), kFewestOfMany, kFewestEpochs);
    return static_cast<int>(std::clamp<std::int64_t>(enough, fewest, kMostEpochs));
}

TrainBudget sizedBudget(std::int64_t rows, bool isValidated)
{
    TrainBudget budget;
    budget.batch = batchFor(rows);
    budget.shuffle = static_cast<int>(std::min<std::int64_t>(rows, 8192));
    budget.validation = isValidated && rows >= kFewestRowsToPart ? kValidation : 0;
    budget.optimizer.kind = "adamw";
    budget.schedule.kind = "cosine";
    return budget;
}

} // namespace

nlohmann::json toJson(const TrainBudget& budget)
{
    nlohmann::json json = {{"epochs", budget.epochs},
                           {"batch", budget.batch},
                           {"shuffle", budget.shuffle},
                           {"validation", budget.validation},
                           {"patience", budget.patience},
                           {"optimizer", toJson(budget.optimizer)},
                           {"schedule", toJson(budget.schedule)},
                           {"steps", budget.steps}};
    if (!budget.classWeights.empty())
        json["class_weights"] = budget.classWeights;
    if (budget.meanWeight != 1)
        json["mean_weight"] = budget.meanWeight;
    if (budget.findsThreshold)
        json["finds_threshold"] = true;
    return json;
}

Result<TrainBudget> budgetFromJson(const nlohmann::json& json)
{
    auto optimizer = optimizerFromJson(objectIn(json, "optimizer"));
    if (!optimizer)
        return fail(optimizer.error());
    auto schedule = scheduleFromJson(objectIn(json, "schedule"));
    if (!schedule)
        return fail(schedule.error());
    TrainBudget budget;
    budget.epochs = static_cast<int>(integerIn(json, "epochs", budget.epochs));
    budget.batch = static_cast<int>(integerIn(json, "batch", budget.batch));
    budget.shuffle = static_cast<int>(integerIn(json, "shuffle", budget.shuffle));
    budget.validation = numberIn(json, "validation", 0);
    budget.patience = static_cast<int>(integerIn(json, "patience", 0));
    budget.optimizer = *optimizer;
    budget.schedule = *schedule;
    budget.steps = integerIn(json, "steps");
    for (const nlohmann::json& weight : listIn(json, "class_weights"))
        budget.classWeights.push_back(weight.is_number() ? weight.get<double>() : 1);
    budget.meanWeight = numberIn(json, "mean_weight", 1);
    budget.findsThreshold = flagIn(json, "finds_threshold");
    if (budget.epochs < 1 || budget.batch < 1 || budget.shuffle < 0 || budget.patience < 0 ||
        !(budget.meanWeight > 0) || !(budget.validation >= 0 && budget.validation < 1))
        return fail(ErrorCode::BadData, "The run's budget is not as it must be", "Train anew");
    return budget;
}

TrainBudget decideBudget(const BudgetWish& wish, std::int64_t rows, Sizing sizing)
{
    const bool isSized = sizing != Sizing::Tutorial && rows >= 0;
    TrainBudget budget = isSized ? sizedBudget(rows, sizing == Sizing::ByRowsValidated) : TrainBudget();
    budget.batch = wish.batch.value_or(budget.batch);
    budget.shuffle = wish.shuffle.value_or(budget.shuffle);
    budget.validation = wish.validation.value_or(budget.validation);
    budget.optimizer = wish.optimizer.value_or(budget.optimizer);
    budget.optimizer.learningRate = wish.learningRate.value_or(budget.optimizer.learningRate);
    budget.schedule = wish.schedule.value_or(budget.schedule);
    const std::int64_t stepsAnEpoch = rows < 0 ? 0 : stepsOfAnEpoch(rows, budget);
    if (isSized)
        budget.epochs = epochsFor(rows, stepsAnEpoch);
    budget.epochs = wish.epochs.value_or(budget.epochs);
    budget.patience = wish.patience.value_or(budget.validation > 0 ? kEpochsOfPatience : 0);
    budget.steps = stepsAnEpoch * budget.epochs;
    return budget;
}

} // namespace millrace
