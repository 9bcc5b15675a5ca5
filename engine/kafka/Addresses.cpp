// SPDX-License-Identifier: GPL-3.0-or-later
#include "kafka/Addresses.h"

#include "base/Text.h"
#include "kafka/Trouble.h"

#include <sstream>

namespace millrace
{
namespace
{

tl::unexpected<Error> noAddress(const std::string& what)
{
    return fail(ErrorCode::Usage, what, "Give HOST:PORT, several by commas; without a port it is 9092");
}

std::string withoutBlanks(const std::string& text)
{
    const auto first = text.find_first_not_of(" \t");
    return first == std::string::npos ? std::string() : text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

Result<BrokerAddress> parseAddress(const std::string& given)
{
    const std::string text = kafka::addressIn(given);
    const auto colon = text.rfind(':');
    // The colons of an IPv6 address without brackets are no port's.
    const bool hasPort =
        colon != std::string::npos && (text.find(':') == colon || (colon > 0 && text[colon - 1] == ']'));
    BrokerAddress address{hasPort ? text.substr(0, colon) : text};
    if (address.host.starts_with('[') && address.host.ends_with(']'))
        address.host = address.host.substr(1, address.host.size() - 2);
    if (address.host.empty())
        return noAddress("The address '" + given + "' has no host");
    if (!hasPort)
        return address;
    const auto port = parseInteger(text.substr(colon + 1));
    if (!port || *port < 1 || *port > kHighestPort)
        return noAddress("The address " + given + " has no port from 1 to " + std::to_string(kHighestPort));
    address.port = static_cast<int>(*port);
    return address;
}

} // namespace

Result<std::vector<BrokerAddress>> parseBrokers(const std::string& brokers)
{
    std::vector<BrokerAddress> addresses;
    std::istringstream list(brokers);
    for (std::string each; std::getline(list, each, ',');) {
        each = withoutBlanks(each);
        if (each.empty())
            continue;
        auto address = parseAddress(each);
        if (!address)
            return fail(address.error());
        addresses.push_back(std::move(*address));
    }
    if (addresses.empty())
        return noAddress("There is no broker's address in '" + brokers + "'");
    return addresses;
}

} // namespace millrace
