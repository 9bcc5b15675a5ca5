// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/Error.h"

#include <optional>
#include <string>
#include <string_view>

/// Private to engine/kafka: why a broker does not serve us, out of what librdkafka writes about its connections.
namespace millrace::kafka
{

struct Trouble {
    enum class Kind {
        Name,        ///< the host's name does not resolve
        Port,        ///< nobody listens
        Silent,      ///< no answer, or an end without a word
        Protocol,    ///< TLS, or a login, that one side speaks and the other does not
        Stranger,    ///< something else than a Kafka broker answers
        Certificate, ///< the broker's is refused by us, or ours by it
        Login,       ///< user, password or mechanism
    };
    Kind kind = Kind::Silent;
    std::string broker; ///< "127.0.0.1:9093"
    std::string reason; ///< after "The broker at … ", or for the first three after "… does not answer: "
    std::string advice;

    /// Time does not mend it, as it mends a broker that is away.
    [[nodiscard]] bool isLasting() const { return kind >= Kind::Protocol; }
};

/// Of a line of librdkafka's log ("ssl://host:port/bootstrap: SSL handshake failed: …"); nullopt where it tells of no
/// connection. Both 2.0's and 2.14's texts are known.
std::optional<Trouble> troubleIn(std::string_view line);
/// Of the first bytes of an answer: Kind::Stranger where no Kafka broker would say that. nullopt where they are TLS, or
/// fewer than four.
std::optional<Trouble> strangerIn(const std::string& broker, std::string_view bytes);
/// "topic [0]" of a line that says that the next offset is not there, so that reading begins anew; empty for another.
std::string resetPartitionIn(std::string_view line);
/// Of the code that OpenSSL's verification gives (X509_V_ERR_…).
Trouble certificateTrouble(const std::string& broker, int code);
/// "ssl://host:port/1" without what is not the address.
std::string addressIn(std::string_view name);

/// "The broker at 127.0.0.1:9093 refuses the login: Invalid username or password".
std::string sentence(const Trouble& trouble);

} // namespace millrace::kafka
