// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/Schema.h"

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

/// What a build brings along in resources/. The engine knows no data set by name: one is a schema, a simulator profile
/// and an example there. All of it is read once, at first use; one that is missing or broken ends the program, as no
/// user could mend it (tst_sections reads them all). Thread-safe.
namespace millrace
{

/// Of "schemas", "profiles" or "examples", sorted.
std::vector<std::string> builtInNames(const std::string& kind);
/// name: one of builtInNames().
nlohmann::json builtIn(const std::string& kind, const std::string& name);

const std::vector<Schema>& builtInSchemas();

/// The data set of the tutorial.
struct Example {
    std::string title, origin; ///< of the data set, and who gives it
    std::string url;           ///< where it is downloaded from
    std::string profile;       ///< of the simulator
    Schema schema;
    nlohmann::json experiment; ///< the tutorial, as a file of it would hold it; without seed, rows and epochs
};
const Example& example();

} // namespace millrace
