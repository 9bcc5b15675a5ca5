// SPDX-License-Identifier: GPL-3.0-or-later
// A model in any JSON: what is taken is the same after writing, and can be lowered or says why not.
#include "FuzzFile.h"
#include "model/Graph.h"

using namespace millrace;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto json = nlohmann::json::parse(bytesOf(data, size), nullptr, false);
    const auto model = modelFromJson(json);
    if (!model)
        return 0;
    const auto again = modelFromJson(toJson(*model));
    FUZZ_REQUIRE(again && toJson(*again) == toJson(*model));
    (void)lower(*model);
    (void)summarize(*model);
    return 0;
}
