// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/Error.h"

#include <functional>
#include <optional>
#include <string>

/// Private to engine/kafka.
namespace millrace::kafka
{

/// Which file of the TLS properties librdkafka could not use, and what is wrong with it; nullopt where its reason tells
/// of something else. `log` is what it wrote meanwhile: an encrypted key and a text are the same to the reason alone.
/// `get` gives a property's value.
std::optional<Error> tlsFault(const std::string& reason, const std::string& log,
                              const std::function<std::string(const char*)>& get);

/// A certificate without its key is taken by librdkafka, and never shown to a broker: that is an error here.
Status checkKeyPair(const std::function<std::string(const char*)>& get);

} // namespace millrace::kafka
