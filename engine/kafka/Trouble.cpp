// SPDX-License-Identifier: GPL-3.0-or-later
#include "kafka/Trouble.h"

#include <algorithm>
#include <array>
#include <utility>

namespace millrace::kafka
{
namespace
{

using Kind = Trouble::Kind;

constexpr const char* kCheckLogin = "Check sasl.username, sasl.password and sasl.mechanism";
constexpr const char* kCheckPort = "Check host and port, and that the broker runs";

/// What librdkafka writes, most particular first. A reason that ends in ": " takes what follows the pattern in the log
/// ("Invalid username or password"); one that ends in " (" takes it in parentheses.
struct Pattern {
    std::string_view text;
    Kind kind;
    const char* reason;
    const char* advice;
};
constexpr Pattern kWantsLogin{
    "broker might require SASL authentication", Kind::Protocol,
    "closes the connection at the first request: most likely it wants a login",
    "Set security.protocol to SASL_PLAINTEXT or SASL_SSL, and sasl.mechanism, sasl.username and sasl.password"};
constexpr Pattern kWantsTls{
    "connecting to a SSL listener", Kind::Protocol,
    "closes the connection before a word is said: most likely this port expects TLS",
    "Set security.protocol to SSL or SASL_SSL, and ssl.ca.location to the PEM file of the cluster's CA"};
constexpr std::array kPatterns = {
    Pattern{"Failed to resolve", Kind::Name, "the name does not resolve (",
            "Check the spelling, or ask the cluster's administrator for the address"},
    Pattern{"SASL authentication error: ", Kind::Login, "refuses the login: ", kCheckLogin},
    Pattern{"Unsupported SASL mechanism: broker's supported mechanisms: ", Kind::Login,
            "does not know the mechanism of the login: it offers ", "Set sasl.mechanism to one of these"},
    Pattern{"Request not valid in current SASL state", Kind::Protocol, "takes no login on this port",
            "Leave SASL out (security.protocol=PLAINTEXT or SSL), or give the port that takes logins"},
    Pattern{"SaslAuthenticateRequest failed: ", Kind::Login, "refuses the login: ", kCheckLogin},
    kWantsLogin,
    kWantsTls,
    Pattern{"connecting to a PLAINTEXT broker listener", Kind::Protocol, "speaks no TLS on this port",
            "Set security.protocol to PLAINTEXT or SASL_PLAINTEXT, or give the port that speaks TLS"},
    Pattern{"certificate verify failed", Kind::Certificate, "has a certificate that cannot be verified",
            "Set ssl.ca.location to the PEM file of the CA that signed it"},
    Pattern{"client SSL authentication might be required", Kind::Certificate, "wants a certificate of the client",
            "Set ssl.certificate.location and ssl.key.location to PEM files"},
    Pattern{"certificate required", Kind::Certificate, "wants a certificate of the client",
            "Set ssl.certificate.location and ssl.key.location to PEM files"},
    Pattern{"bad certificate", Kind::Certificate, "refuses the client's certificate",
            "Check ssl.certificate.location and ssl.key.location, and which CA the broker trusts"},
    Pattern{"unexpected eof while reading", Kind::Protocol, "speaks no TLS on this port",
            "Set security.protocol to PLAINTEXT or SASL_PLAINTEXT, or give the port that speaks TLS"},
    Pattern{"wrong version number", Kind::Protocol, "speaks no TLS on this port",
            "Set security.protocol to PLAINTEXT or SASL_PLAINTEXT, or give the port that speaks TLS"},
    Pattern{"packet length too long", Kind::Protocol, "speaks no TLS on this port",
            "Set security.protocol to PLAINTEXT or SASL_PLAINTEXT, or give the port that speaks TLS"},
    Pattern{"SSL handshake failed: ", Kind::Silent,
            "the TLS handshake ended early: ", "Check security.protocol, and the broker's log"},
    Pattern{"failed: Connection refused", Kind::Port, "the port is closed", kCheckPort},
    Pattern{"failed: ", Kind::Port, "it cannot be reached (", kCheckPort},
    Pattern{"timed out", Kind::Silent, "nothing comes back in time",
            "Check that the broker runs, and that no firewall is between"},
    Pattern{"Disconnected", Kind::Silent, "it ended the connection", "Check that the broker runs, and its log"},
    Pattern{"Receive failed", Kind::Silent, "it ended the connection", "Check that the broker runs, and its log"},
};

/// librdkafka's own words at the end of a line: " (after 3ms in state CONNECT, 1 identical error(s) suppressed)".
std::string_view withoutTiming(std::string_view line)
{
    const auto timing = line.rfind(" (after ");
    return line.substr(0, timing);
}

/// The cause itself: a second part that only repeats what stands before it is left out.
std::string detailOf(std::string_view line, const Pattern& pattern)
{
    std::string_view rest = line.substr(line.find(pattern.text) + pattern.text.size());
    if (pattern.kind == Kind::Name) // "'host:port': Name or service not known"
        rest = rest.substr(std::min(rest.rfind(": ") + 2, rest.size()));
    constexpr std::string_view kRepeated = "Authentication failed: ";
    if (rest.starts_with(kRepeated))
        rest.remove_prefix(kRepeated.size());
    while (!rest.empty() && rest.front() == ' ')
        rest.remove_prefix(1);
    return std::string(rest);
}

/// Broker and rest of "[thrd:ssl://host:1/bootstrap]: ssl://host:1/bootstrap: Connect to …".
std::pair<std::string, std::string_view> splitLine(std::string_view line)
{
    if (line.starts_with("[thrd:"))
        line.remove_prefix(std::min(line.find("]: ") + 3, line.size()));
    const auto scheme = line.find("://");
    const auto slash = line.find('/', scheme == std::string_view::npos ? 0 : scheme + 3);
    const auto end = slash == std::string_view::npos ? slash : line.find(": ", slash);
    if (end == std::string_view::npos)
        return {};
    return {addressIn(line.substr(0, end)), line.substr(end + 2)};
}

/// A connection that ends in one of these states has met the wrong kind of port. librdkafka says so itself, but not
/// where the end comes as a reset, which is a matter of chance.
const Pattern* endedBy(std::string_view line)
{
    const bool ended =
        line.find("Disconnected") != std::string_view::npos || line.find("Receive failed") != std::string_view::npos;
    if (!ended || line.find("ssl://") != std::string_view::npos)
        return nullptr;
    if (line.find("in state APIVERSION_QUERY") != std::string_view::npos)
        return &kWantsTls;
    const bool isPlain = line.find("sasl_plaintext://") == std::string_view::npos;
    return isPlain && line.find("in state UP") != std::string_view::npos ? &kWantsLogin : nullptr;
}

} // namespace

std::string addressIn(std::string_view name)
{
    if (const auto scheme = name.find("://"); scheme != std::string_view::npos)
        name.remove_prefix(scheme + 3);
    return std::string(name.substr(0, name.find('/')));
}

std::optional<Trouble> troubleIn(std::string_view line)
{
    const auto [broker, text] = splitLine(withoutTiming(line));
    if (broker.empty())
        return std::nullopt;
    if (const Pattern* pattern = endedBy(line); pattern != nullptr)
        return Trouble{pattern->kind, broker, pattern->reason, pattern->advice};
    for (const Pattern& pattern : kPatterns) {
        if (text.find(pattern.text) == std::string_view::npos)
            continue;
        Trouble trouble{pattern.kind, broker, pattern.reason, pattern.advice};
        const bool isQuoted = trouble.reason.ends_with(" (");
        if (isQuoted || trouble.reason.ends_with(": ") || trouble.reason.ends_with("offers "))
            trouble.reason += detailOf(text, pattern) + (isQuoted ? ")" : "");
        return trouble;
    }
    return std::nullopt;
}

Trouble certificateTrouble(const std::string& broker, int code)
{
    constexpr int kNotYetValid = 9, kExpired = 10, kSelfSigned = 18, kSelfSignedInChain = 19, kHostName = 62,
                  kAddress = 64;
    const std::string host = broker.substr(0, broker.rfind(':'));
    switch (code) {
    case kExpired:
        return {Kind::Certificate, broker, "has a certificate that has expired",
                "Ask the cluster's administrator for a new certificate, and check this machine's clock"};
    case kNotYetValid:
        return {Kind::Certificate, broker, "has a certificate that is not valid yet",
                "Check this machine's clock, or ask the cluster's administrator"};
    case kHostName:
    case kAddress:
        return {Kind::Certificate, broker, "has a certificate for another host name than " + host,
                "Name the broker as its certificate does; ssl.endpoint.identification.algorithm=none leaves this check "
                "out, which is less safe"};
    default: {
        const bool isSelfSigned = code == kSelfSigned || code == kSelfSignedInChain;
        return {Kind::Certificate, broker,
                std::string("has a certificate of a CA that is not known here") +
                    (isSelfSigned ? " (self-signed)" : ""),
                "Set ssl.ca.location to the PEM file of the CA that signed it"};
    }
    }
}

/// "[thrd:main]: topic [0]: offset reset (at offset 500 (leader epoch 0), broker 1) to …"; topics hold no brackets.
std::string resetPartitionIn(std::string_view line)
{
    constexpr std::string_view kReset = "]: offset reset (at";
    const auto end = line.find(kReset);
    if (end == std::string_view::npos)
        return {};
    line = line.substr(0, end + 1);
    const auto thread = line.rfind("]: ");
    return std::string(thread == std::string_view::npos ? line : line.substr(thread + 3));
}

std::string sentence(const Trouble& trouble)
{
    return "The broker at " + trouble.broker + (trouble.isLasting() ? " " : " does not answer: ") + trouble.reason;
}

} // namespace millrace::kafka
