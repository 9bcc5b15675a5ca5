// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "Waiting.h"

#include <QDir>
#include <QFile>
#include <csignal>

namespace millrace
{

inline bool isEveryThreadStopped(qint64 pid)
{
    const QDir threads(QStringLiteral("/proc/%1/task").arg(pid));
    for (const QString& thread : threads.entryList(QDir::Dirs | QDir::NoDotAndDotDot)) {
        QFile stat(threads.filePath(thread + "/stat"));
        // "123 (the name) T …": the name may hold anything.
        if (stat.open(QIODevice::ReadOnly) && !stat.readAll().split(')').last().trimmed().startsWith('T'))
            return false;
    }
    return true;
}

/// SIGSTOP: the process still has its connections, but does nothing. Its threads run on a bit after kill() on a busy
/// machine, so this waits for all of them.
inline void freeze(qint64 pid)
{
    ::kill(static_cast<pid_t>(pid), SIGSTOP);
    (void)QTest::qWaitFor([pid] { return isEveryThreadStopped(pid); }, kPatience);
}

inline void thaw(qint64 pid)
{
    ::kill(static_cast<pid_t>(pid), SIGCONT);
}

} // namespace millrace
