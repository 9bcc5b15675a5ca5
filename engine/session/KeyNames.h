// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "session/Sections.h"

#include <functional>

namespace millrace
{

/// What whoever gives a key calls it: "--topic" on the command line, a field in a form.
using KeyName = std::function<std::string(const Section&, const SectionKey&)>;

/// "publish.topic", as experiment files call it.
std::string keyPath(const Section& section, const SectionKey& key);

/// Messages name keys by their paths; the error with each of them called so.
Error withKeyNames(Error error, const KeyName& nameOf);

} // namespace millrace
