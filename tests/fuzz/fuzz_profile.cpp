// SPDX-License-Identifier: GPL-3.0-or-later
// A simulator's profile in any JSON: what is taken draws events.
#include "FuzzFile.h"
#include "data/simulator/Simulator.h"

using namespace millrace;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    auto profile = profileFromJson(nlohmann::json::parse(bytesOf(data, size), nullptr, false));
    if (!profile)
        return 0;
    FUZZ_REQUIRE(profileFromJson(toJson(*profile)));
    const auto simulator = Simulator::make(std::move(*profile), 1);
    if (!simulator)
        return 0;
    std::vector<double> features(static_cast<std::size_t>(simulator->featureCount()));
    (void)simulator->draw(0, features);
    return 0;
}
