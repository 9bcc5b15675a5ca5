// SPDX-License-Identifier: GPL-3.0-or-later
#include "kafka/Trouble.h"

#include "base/Text.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

namespace millrace::kafka
{
namespace
{

using Kind = Trouble::Kind;

constexpr const char* kCheckLogin = "Check sasl.username, sasl.password and sasl.mechanism";
constexpr const char* kCheckWhoAnswers = "Check that it is a Kafka broker that listens there, that it runs, and that "
                                         "no firewall is between; millrace doctor "
                                         "with --broker looks who answers";
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
    Pattern{"ApiVersionRequest failed: ", Kind::Silent, "nothing comes back in time", kCheckWhoAnswers},
    Pattern{"failed: Connection refused", Kind::Port, "the port is closed", kCheckPort},
    Pattern{"failed: ", Kind::Port, "it cannot be reached (", kCheckPort},
    Pattern{"timed out", Kind::Silent, "nothing comes back in time", kCheckWhoAnswers},
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

using FirstBytes = std::array<char, 4>;

/// Kafka begins an answer with its size, four bytes, most significant first: somebody else's greeting is read as one
/// that is far too large ("Invalid response size 1213486160 (0..100000000)" is "HTTP").
std::optional<FirstBytes> bytesReadAsSize(std::string_view text)
{
    constexpr std::string_view kSize = "Invalid response size ";
    const auto begin = text.find(kSize);
    if (begin == std::string_view::npos)
        return std::nullopt;
    text.remove_prefix(begin + kSize.size());
    const auto size = parseInteger(text.substr(0, text.find(' ')));
    if (!size)
        return std::nullopt;
    const auto bits = static_cast<std::uint32_t>(*size); // negative ones too
    return FirstBytes{static_cast<char>(bits >> 24U), static_cast<char>((bits >> 16U) & 0xFFU),
                      static_cast<char>((bits >> 8U) & 0xFFU), static_cast<char>(bits & 0xFFU)};
}

bool isTls(std::string_view bytes)
{
    constexpr char kAlert = 0x15, kHandshake = 0x16, kMajor = 3;
    return bytes.size() > 1 && (bytes[0] == kAlert || bytes[0] == kHandshake) && bytes[1] == kMajor;
}

/// "HTTP", where the bytes are of somebody well known.
const char* speaksAs(std::string_view bytes)
{
    constexpr std::array<std::pair<std::string_view, const char*>, 9> kGreetings = {{{"HTTP", "HTTP"},
                                                                                     {"<!DO", "HTTP"},
                                                                                     {"<htm", "HTTP"},
                                                                                     {"<HTM", "HTTP"},
                                                                                     {"SSH-", "SSH"},
                                                                                     {"AMQP", "AMQP (RabbitMQ)"},
                                                                                     {"-ERR", "Redis's protocol"},
                                                                                     {"220 ", "SMTP or FTP"},
                                                                                     {"220-", "SMTP or FTP"}}};
    for (const auto& [begin, name] : kGreetings)
        if (bytes.starts_with(begin))
            return name;
    // MySQL's greeting has its length in front, least significant first; PostgreSQL's refusal is E and a length.
    return bytes[0] != 0 && bytes.substr(1, 3) == std::string_view("\0\0\0", 3)
               ? "a database's protocol (MySQL, PostgreSQL)"
               : nullptr;
}

std::string inHexadecimal(std::string_view bytes)
{
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string text;
    for (const char each : bytes) {
        const auto byte = static_cast<unsigned char>(each);
        text += text.empty() ? "" : " ";
        text += kDigits[byte >> 4U];
        text += kDigits[byte & 0x0FU];
    }
    return text;
}

/// Of an answer that librdkafka could not take for its size. A broker's can be too large for the settings, but not the
/// first one, which is small.
std::optional<Trouble> strangeAnswer(std::string_view line, const std::string& broker)
{
    const auto bytes = bytesReadAsSize(line);
    if (!bytes)
        return std::nullopt;
    const std::string_view first(bytes->data(), bytes->size());
    if (isTls(first))
        return Trouble{kWantsTls.kind, broker, kWantsTls.reason, kWantsTls.advice};
    if (line.find("in state APIVERSION_QUERY") != std::string_view::npos || speaksAs(first) != nullptr)
        return strangerIn(broker, first);
    return Trouble{Kind::Silent, broker, "its answer is larger than receive.message.max.bytes allows",
                   "Raise receive.message.max.bytes with --kafka-property"};
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
    if (auto strange = strangeAnswer(line, broker))
        return strange;
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

std::optional<Trouble> strangerIn(const std::string& broker, std::string_view bytes)
{
    constexpr std::size_t kEnough = FirstBytes().size();
    if (bytes.size() < kEnough || isTls(bytes))
        return std::nullopt;
    const std::string_view first = bytes.substr(0, kEnough);
    const char* known = speaksAs(first);
    return Trouble{Kind::Stranger, broker,
                   known != nullptr ? std::string("it speaks ") + known
                                    : "what it says is no Kafka, and begins with the bytes " + inHexadecimal(first),
                   "Check host and port: a broker listens on 9092 unless its settings say otherwise"};
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
    if (trouble.kind == Kind::Stranger)
        return "Something else than a Kafka broker answers at " + trouble.broker + ": " + trouble.reason;
    return "The broker at " + trouble.broker + (trouble.isLasting() ? " " : " does not answer: ") + trouble.reason;
}

} // namespace millrace::kafka
