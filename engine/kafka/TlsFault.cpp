// SPDX-License-Identifier: GPL-3.0-or-later
#include "kafka/TlsFault.h"

#include "base/Files.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <string_view>

namespace millrace::kafka
{
namespace
{

/// A property that names a file, or holds its text, and what should be in there.
struct TlsProperty {
    const char* name;
    const char* content;
    const char* advice; ///< where it holds something else
};
constexpr const char* kPemCertificates =
    "It must be PEM; DER is converted with: openssl x509 -inform DER -in FILE -out "
    "FILE.pem";
constexpr const char* kPemKey =
    "It must be PEM; DER is converted with: openssl pkey -inform DER -in FILE -out FILE.pem";
constexpr const char* kPkcs12 = "A Java keystore (JKS) is converted with: keytool -importkeystore -srckeystore FILE "
                                "-destkeystore FILE.p12 -deststoretype PKCS12";
constexpr std::array kTlsProperties = {
    TlsProperty{"ssl.ca.location", "PEM certificate", kPemCertificates},
    TlsProperty{"ssl.ca.pem", "PEM certificate", kPemCertificates},
    TlsProperty{"ssl.crl.location", "PEM revocation list", "It must be PEM"},
    TlsProperty{"ssl.certificate.location", "PEM certificate", kPemCertificates},
    TlsProperty{"ssl.certificate.pem", "PEM certificate", kPemCertificates},
    TlsProperty{"ssl.keystore.location", "PKCS#12 store", kPkcs12},
    TlsProperty{"ssl.key.location", "PEM private key", kPemKey},
    TlsProperty{"ssl.key.pem", "PEM private key", kPemKey},
};

/// Of librdkafka's and OpenSSL's words, most particular first.
struct TlsSign {
    std::string_view text;
    const char* what;
    const char* advice; ///< empty: the property's own
};
constexpr std::array kTlsSigns = {
    TlsSign{"key values mismatch", "its key does not belong to the certificate",
            "Give the key that the certificate was made for"},
    TlsSign{"no password configured", "its key is encrypted, and no passphrase is given",
            "Write ssl.key.password into the file of --kafka-config"},
    TlsSign{"unable to get passphrase", "its key is encrypted, and no passphrase is given",
            "Write ssl.key.password into the file of --kafka-config"},
    TlsSign{"mac verify failure", "the passphrase is wrong", "Check ssl.keystore.password"},
    TlsSign{"bad decrypt", "the passphrase is wrong", "Check ssl.key.password"},
    TlsSign{"maybe wrong password", "the passphrase is wrong", "Check ssl.key.password"},
    TlsSign{
        "envelope routines::unsupported", "it is encrypted as OpenSSL 3 no longer does",
        "Write it anew: openssl pkcs12 -legacy -nodes -in FILE -out FILE.pem, and openssl pkcs12 -export -in FILE.pem "
        "-out FILE"},
    TlsSign{"ey too small", "its key is too short to be safe", "Ask for a certificate with an RSA key of 2,048 bits"},
    TlsSign{"bad end line", "its PEM text is cut off or damaged", "Copy the file again"},
    TlsSign{"bad base64", "its PEM text is cut off or damaged", "Copy the file again"},
    TlsSign{"No such file", "there is no such file", "Check the path"},
    TlsSign{"no such file", "there is no such file", "Check the path"},
    TlsSign{"Permission denied", "it may not be read: Permission denied", "Check its permissions"},
    TlsSign{"Failed to use ssl.keystore.location", "it holds no key with its certificate",
            "Export it with: openssl pkcs12 -export -in CERTIFICATE -inkey KEY -out FILE.p12"},
};

std::string fileTitle(const TlsProperty& property, const std::string& value)
{
    const std::string name = std::string("the Kafka property ") + property.name;
    return std::string_view(property.name).ends_with(".location") ? "The file " + value + " of " + name
                                                                  : "T" + name.substr(1);
}

/// Java's own format begins with these four bytes.
bool isJavaKeystore(const std::string& file)
{
    constexpr std::string_view kMagic = "\xfe\xed\xfe\xed";
    std::array<char, 4> begin{};
    std::ifstream(file, std::ios::binary).read(begin.data(), begin.size());
    return std::string_view(begin.data(), begin.size()) == kMagic;
}

/// One wrong passphrase in 256 ends in the right padding by chance: then what it gives is said to be no key.
bool isWrongPassphrase(const TlsProperty& property, const std::string& value,
                       const std::function<std::string(const char*)>& get)
{
    const std::string_view name = property.name;
    if (!name.starts_with("ssl.key.") || get("ssl.key.password").empty())
        return false;
    const std::string text = name.ends_with(".pem") ? value : readFile(value).value_or("");
    return text.find("ENCRYPTED") != std::string::npos;
}

} // namespace

std::optional<Error> tlsFault(const std::string& reason, const std::string& log,
                              const std::function<std::string(const char*)>& get)
{
    if (reason.find("no certificate assigned") != std::string::npos)
        return Error{ErrorCode::Usage,
                     "The key of ssl.key.location (" + get("ssl.key.location") + ") has no certificate beside it",
                     "Set ssl.certificate.location to the PEM file of its certificate"};
    const auto* const property = std::ranges::find_if(kTlsProperties, [&](const TlsProperty& each) {
        return reason.find(each.name) != std::string::npos && !get(each.name).empty();
    });
    if (property == kTlsProperties.end() || reason.find("is mandatory") != std::string::npos)
        return std::nullopt;
    const std::string value = get(property->name);
    const std::string where = fileTitle(*property, value) + " cannot be used: ";
    const std::string said = reason + log;
    const auto* const sign =
        std::ranges::find_if(kTlsSigns, [&](const TlsSign& each) { return said.find(each.text) != std::string::npos; });
    if (sign != kTlsSigns.end())
        return Error{ErrorCode::Usage, where + sign->what, sign->advice};
    constexpr std::array kNoneOfIt = {"no start line", "No supported data", "no certificate or crl found",
                                      "asn1 encoding", "not in PEM format"};
    const bool holdsNone =
        std::ranges::any_of(kNoneOfIt, [&](const char* each) { return said.find(each) != std::string::npos; });
    if (holdsNone && isWrongPassphrase(*property, value, get))
        return Error{ErrorCode::Usage, where + "the passphrase is wrong, or the key is damaged",
                     "Check ssl.key.password"};
    if (!holdsNone) // OpenSSL's last words
        return Error{ErrorCode::Usage, where + reason.substr(std::min(reason.rfind(':') + 1, reason.size())),
                     property->advice};
    const bool isJava = std::string_view(property->name) == "ssl.keystore.location" && isJavaKeystore(value);
    return Error{ErrorCode::Usage,
                 where + (isJava ? "it is a Java keystore (JKS), and no " : "it holds no ") + property->content,
                 property->advice};
}

Status checkKeyPair(const std::function<std::string(const char*)>& get)
{
    const std::string file = get("ssl.certificate.location");
    const bool hasKey = !get("ssl.key.location").empty() || !get("ssl.key.pem").empty() ||
                        !get("ssl.engine.location").empty() || !get("ssl.providers").empty();
    if ((file.empty() && get("ssl.certificate.pem").empty()) || hasKey)
        return {};
    return fail(ErrorCode::Usage,
                "The certificate of " +
                    (file.empty() ? "ssl.certificate.pem" : "ssl.certificate.location (" + file + ")") +
                    " has no key beside it, so no broker would be shown it",
                "Set ssl.key.location to the PEM file of its key");
}

} // namespace millrace::kafka
