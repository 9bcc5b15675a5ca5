// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "train/Learner.h"
#include "train/Schedules.h"

#include <optional>

namespace millrace
{

/// How long and how a training goes, where a person said it; the rest follows from the data.
struct BudgetWish {
    std::optional<int> epochs, batch, shuffle, patience;
    std::optional<double> validation, learningRate;
    std::optional<OptimizerSpec> optimizer;
    std::optional<ScheduleSpec> schedule;
};

/// The same, decided. Kept in the run's folder: a resumed run goes on with it.
struct TrainBudget {
    int epochs = 10; ///< at most
    int batch = 64;
    int shuffle = 64;
    double validation = 0; ///< share of the records that are not learnt, but scored after each epoch; 0: none
    int patience = 0;      ///< epochs without a better score on these after which it ends; 0: never
    OptimizerSpec optimizer{};
    ScheduleSpec schedule{};
    std::int64_t steps = 0;             ///< that are planned: the schedule's length; 0 unknown
    std::vector<double> classWeights{}; ///< by class, of the loss; empty: all count alike
    double meanWeight = 1;              ///< of the records to learn, where they have weights
    bool findsThreshold = false;        ///< of two classes, at the end, on the validation part
};
nlohmann::json toJson(const TrainBudget& budget);
/// ErrorCode::BadData for what is none.
Result<TrainBudget> budgetFromJson(const nlohmann::json& json);

/// By what is chosen what nobody said.
enum class Sizing {
    Tutorial,        ///< as the tutorial has it, whatever the data are
    ByRows,          ///< at least 3,000 steps, so that a small table is seen often enough
    ByRowsValidated, ///< the same, with early stopping on a part of the records against seeing it too often
};

/// rows: about how many there are; −1 unknown, as of a stream without an end: then it is the tutorial's. The sizes were
/// tried on tables of 200 rows and more.
TrainBudget decideBudget(const BudgetWish& wish, std::int64_t rows, Sizing sizing);

} // namespace millrace
