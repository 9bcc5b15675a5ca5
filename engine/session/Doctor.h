// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "session/Session.h"

#include <string>
#include <vector>

namespace millrace
{

/// One thing that Millrace needs: is it there, where, and how to get it.
struct Checkup {
    std::string name;
    bool good = false;
    std::string found;    ///< what was found, or what is missing
    std::string advice;   ///< empty when good
    bool isNeeded = true; ///< without it something does not work at all
};

/// Looks for Java, the broker's jars, librdkafka's version and what it was built with, OpenBLAS behind libblas, the
/// learner module, a display, and a writable home. Opens the learner, so it takes about a second.
std::vector<Checkup> checkMachine(const Session& session);

} // namespace millrace
