// SPDX-License-Identifier: GPL-3.0-or-later
#include "Trial.h"

namespace millrace::chaos
{

const std::vector<Kind>& kinds()
{
    static const std::vector<Kind> table = {
        {"train", {{"file", 12}, {"checkpoint", 10}, {"journal", 1, true}, {"metrics", 900}}, makeTrainTrial},
        {"publish", {{"file", 4}, {"publish", 1}}, makePublishTrial},
        {"online",
         {{"file", 20}, {"checkpoint", 15}, {"journal", 1}, {"metrics", 15}, {"scores", 30}, {"commit", 10}},
         makeOnlineTrial},
        {"evaluate", {{"transaction", 3}}, makeEvaluateTrial},
        {"predict", {{"transaction", 3}}, makePredictTrial},
    };
    return table;
}

} // namespace millrace::chaos
