// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace millrace
{

/// A place where a crash would hurt most. The environment variable MILLRACE_CRASH_AT kills the process there, for tests
/// that prove that nothing is lost: "checkpoint.renamed", or "checkpoint.renamed:3" for the third time it is reached.
/// Costs one comparison where the variable is not set. Thread-safe.
void crashPoint(const char* name);

} // namespace millrace
