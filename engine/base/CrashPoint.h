// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/Error.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace millrace
{

/// Every place where a crash would hurt most, by the name of what is done there.
inline constexpr auto kCrashPoints = std::to_array<std::string_view>({
    "file.opened",
    "file.half-written",
    "file.written",
    "file.synced",
    "file.renamed",
    "file.kept",
    "metrics.appended",
    "scores.appended",
    "journal.opened",
    "journal.written",
    "checkpoint.began",
    "checkpoint.written",
    "checkpoint.older-removed",
    "commit.sending",
    "commit.done",
    "transaction.begun",
    "transaction.sent-offsets",
    "transaction.before-commit",
    "transaction.committed",
    "publish.began",
    "publish.noted",
    "publish.sent",
    "publish.acknowledged",
    "publish.flushed",
    "publish.finished",
});

/// A name out of kCrashPoints; any other does not compile.
class CrashPoint
{
public:
    consteval CrashPoint(const char* name) : m_name(name)
    {
        if (std::ranges::find(kCrashPoints, m_name) == kCrashPoints.end())
            throw "the name is not in kCrashPoints";
    }
    [[nodiscard]] std::string_view name() const { return m_name; }

private:
    std::string_view m_name;
};

/// The environment variable MILLRACE_CRASH_AT kills the process here, for tests that prove that nothing is lost:
/// "checkpoint.written", or "checkpoint.written:3" for the third time that it comes here. Costs one comparison where
/// the variable is not set. Thread-safe.
void crashPoint(CrashPoint point);

/// ErrorCode::Usage where MILLRACE_CRASH_AT asks for something that is not there; lists what is.
Status checkCrashPoint();

} // namespace millrace
