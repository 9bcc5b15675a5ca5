// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/Error.h"

#include <map>
#include <string>
#include <vector>

namespace millrace
{

/// Adds the properties of a file (key=value a line, # comments; empty name: none) and then the given key=value texts.
/// A text without "=" is an error that names the file and line, or the text. A property that holds a secret is
/// refused as a text, since a command line can be read by everybody: it belongs into the file.
Status readKafkaProperties(const std::string& file, const std::vector<std::string>& given,
                           std::map<std::string, std::string>& properties);

} // namespace millrace
