// SPDX-License-Identifier: GPL-3.0-or-later
// An experiment file of any bytes: what is taken is the same after writing.
#include "FuzzFile.h"
#include "session/Experiment.h"

using namespace millrace;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    static FuzzFolder folder;
    const auto experiment = readExperiment(folder.put("fuzz.millrace", bytesOf(data, size)));
    if (!experiment)
        return 0;
    const auto again = experimentFromJson(toJson(*experiment));
    FUZZ_REQUIRE(again && toJson(*again) == toJson(*experiment));
    (void)checkHasSteps(*experiment);
    return 0;
}
