// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QTest>

namespace millrace
{

/// How long a test waits for what must come: so long that only what hangs takes longer, on the busiest machine.
inline constexpr int kPatience = 60000; // milliseconds

} // namespace millrace

// QTRY_… with that time; Qt's own default is five seconds, which a busy machine needs.
#define TRY_VERIFY(condition)                                                                                          \
    do {                                                                                                               \
        static_cast<void>(QTest::qWaitFor([&] { return static_cast<bool>(condition); }, millrace::kPatience));         \
        QVERIFY(condition);                                                                                            \
    } while (false)
#define TRY_VERIFY2(condition, text)                                                                                   \
    do {                                                                                                               \
        static_cast<void>(QTest::qWaitFor([&] { return static_cast<bool>(condition); }, millrace::kPatience));         \
        QVERIFY2(condition, text);                                                                                     \
    } while (false)
#define TRY_COMPARE(actual, expected)                                                                                  \
    do {                                                                                                               \
        static_cast<void>(QTest::qWaitFor([&] { return (actual) == (expected); }, millrace::kPatience));               \
        QCOMPARE(actual, expected);                                                                                    \
    } while (false)
