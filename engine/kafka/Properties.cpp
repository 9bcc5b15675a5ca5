// SPDX-License-Identifier: GPL-3.0-or-later
#include "kafka/Properties.h"

#include "base/Files.h"

#include <sstream>

namespace millrace
{
namespace
{

std::string trimmed(const std::string& text)
{
    const auto first = text.find_first_not_of(" \t\r");
    const auto last = text.find_last_not_of(" \t\r");
    return first == std::string::npos ? std::string() : text.substr(first, last - first + 1);
}

bool isSecret(const std::string& name)
{
    return name.find("password") != std::string::npos || name.find("secret") != std::string::npos ||
           name.ends_with(".pem");
}

Status add(const std::string& text, const std::string& place, std::map<std::string, std::string>& properties)
{
    const auto equals = text.find('=');
    if (equals == std::string::npos || equals == 0)
        return fail(ErrorCode::Usage, place + ": '" + text + "' is no key=value",
                    "Write it like security.protocol=SSL");
    properties[trimmed(text.substr(0, equals))] = trimmed(text.substr(equals + 1));
    return {};
}

} // namespace

Status readKafkaProperties(const std::string& file, const std::vector<std::string>& given,
                           std::map<std::string, std::string>& properties)
{
    if (!file.empty()) {
        auto content = readFile(file);
        if (!content)
            return fail(content.error());
        std::istringstream lines(*content);
        std::string line;
        for (int number = 1; std::getline(lines, line); ++number) {
            line = trimmed(line);
            if (line.empty() || line.starts_with('#'))
                continue;
            if (auto added = add(line, file + " line " + std::to_string(number), properties); !added)
                return added;
        }
    }
    for (const std::string& text : given) {
        if (isSecret(text.substr(0, text.find('='))))
            return fail(ErrorCode::Usage,
                        "--kafka-property " + text.substr(0, text.find('=')) +
                            " holds a secret: a command line is no place for it",
                        "Put it into a file that only you can read, and give that with --kafka-config");
        if (auto added = add(text, "--kafka-property", properties); !added)
            return added;
    }
    return {};
}

} // namespace millrace
