// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/Error.h"

#include <map>
#include <string>
#include <vector>

namespace millrace
{

/// Adds the properties of a file (key=value a line, # comments, a backslash at the end joins lines as in Java; empty
/// name: none) and then the given key=value texts. Each is checked as checkKafkaProperty() does; an error names the
/// file and line, or the text. A property that holds a secret is refused as a text, since a command line can be read by
/// everybody: it belongs into the file.
Status readKafkaProperties(const std::string& file, const std::vector<std::string>& given,
                           std::map<std::string, std::string>& properties);

/// Whether librdkafka takes the property. The error of one that only Kafka's Java clients know names what stands for
/// it here; of another unknown one the nearest that is known. The value of a secret is never in it.
Status checkKafkaProperty(const std::string& name, const std::string& value);

/// A password or key: it belongs into a file of its own, never into a message, a command line or an experiment.
bool isSecretProperty(const std::string& name);

/// Why librdkafka refuses properties that are good one by one ("sasl.username and sasl.password must be set").
Error refusedProperties(const std::string& reason);

} // namespace millrace
