// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace millrace
{

class LearnerModule;

/// Grows with each change of Learner.h, so that a module of another build is refused instead of crashing.
constexpr int kLearnerInterface = 6;

/// The one symbol that the module exports. Null when it speaks another version of the interface.
constexpr const char* kLearnerEntry = "millraceLearnerModule";
using LearnerEntry = LearnerModule* (*)(int interfaceVersion);

} // namespace millrace
