// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QTest>

// Qt's macros of 6.8 narrow a count; a macro's warnings are told of the file that defines it, and these are not ours.
#pragma GCC system_header

namespace millrace
{

/// How long a test waits for what must come: so long that only what hangs takes longer, on the busiest machine.
inline constexpr int kPatience = 60000; // milliseconds

} // namespace millrace

// QTRY_… with that time; Qt's own default is five seconds, which a busy machine needs.
#define TRY_VERIFY(condition) QTRY_VERIFY_WITH_TIMEOUT(condition, millrace::kPatience)
#define TRY_VERIFY2(condition, text) QTRY_VERIFY2_WITH_TIMEOUT(condition, text, millrace::kPatience)
#define TRY_COMPARE(actual, expected) QTRY_COMPARE_WITH_TIMEOUT(actual, expected, millrace::kPatience)
