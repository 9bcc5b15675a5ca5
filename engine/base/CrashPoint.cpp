// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/CrashPoint.h"

#include "base/Text.h"

#include <atomic>
#include <csignal>
#include <cstdlib>
#include <string>
#include <unistd.h>

namespace millrace
{
namespace
{

/// What MILLRACE_CRASH_AT asks for.
struct Wanted {
    std::string name; ///< empty: nothing
    std::optional<std::int64_t> times = 1;
    std::atomic<std::int64_t> left{1};

    Wanted()
    {
        const char* text = std::getenv("MILLRACE_CRASH_AT");
        name = text == nullptr ? "" : text;
        if (const auto colon = name.find(':'); colon != std::string::npos) {
            times = parseInteger(std::string_view(name).substr(colon + 1));
            name.resize(colon);
        }
        left = times.value_or(1);
    }
};

Wanted& wanted()
{
    static Wanted asked;
    return asked;
}

} // namespace

void crashPoint(CrashPoint point)
{
    Wanted& asked = wanted();
    if (asked.name.empty() || asked.name != point.name() || --asked.left > 0)
        return;
    ::kill(::getpid(), SIGKILL);
}

Status checkCrashPoint()
{
    const Wanted& asked = wanted();
    if (asked.name.empty())
        return {};
    if (std::ranges::find(kCrashPoints, asked.name) == kCrashPoints.end()) {
        std::string names;
        for (const std::string_view name : kCrashPoints)
            names += (names.empty() ? "" : ", ") + std::string(name);
        return fail(ErrorCode::Usage, "MILLRACE_CRASH_AT: there is no crash point '" + asked.name + "'",
                    "It is one of: " + names);
    }
    if (asked.times.value_or(0) < 1)
        return fail(ErrorCode::Usage, "MILLRACE_CRASH_AT: how often is no number from 1 on",
                    "Give " + asked.name + ":3 for the third time");
    return {};
}

} // namespace millrace
