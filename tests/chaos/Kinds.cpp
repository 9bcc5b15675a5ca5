// SPDX-License-Identifier: GPL-3.0-or-later
#include "Trial.h"

namespace millrace::chaos
{

const std::vector<Kind>& kinds()
{
    static const std::vector<Points> ofTraining = {
        {"file", 12}, {"checkpoint", 10}, {"journal", 1, true}, {"metrics", 700}};
    static const std::vector<Points> ofLearning = {{"file", 20},    {"checkpoint", 15}, {"journal", 1},
                                                   {"metrics", 15}, {"scores", 30},     {"commit", 10}};
    static const std::vector<Kind> table = {
        {"train", ofTraining, makeTrainTrial, events()},
        {"train-classes", ofTraining, makeTrainTrial, classes()},
        {"publish", {{"file", 4}, {"publish", 1}}, makePublishTrial, events()},
        {"online", ofLearning, makeOnlineTrial, events()},
        {"online-classes", ofLearning, makeOnlineTrial, classes()},
        {"evaluate", {{"transaction", 3}}, makeEvaluateTrial, events()},
        {"evaluate-classes", {{"transaction", 3}}, makeEvaluateTrial, classes()},
        {"predict", {{"transaction", 3}}, makePredictTrial, events()},
        {"predict-classes", {{"transaction", 3}}, makePredictTrial, classes()},
    };
    return table;
}

} // namespace millrace::chaos
