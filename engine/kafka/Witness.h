// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "kafka/Trouble.h"

#include <chrono>
#include <librdkafka/rdkafka.h>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>

/// Private to engine/kafka.
namespace millrace::kafka
{

/// What is known of a handle's connections: the opaque of each, for librdkafka's threads write its log there. It lives
/// as long as the handle, also of one that is left behind.
class Witness
{
public:
    Witness(std::string brokers, void* owner) : m_brokers(std::move(brokers)), m_owner(owner) {}

    [[nodiscard]] const std::string& brokers() const { return m_brokers; }
    [[nodiscard]] void* owner() const { return m_owner; } ///< for callbacks: whose handle it is
    void onLog(std::string_view facility, std::string_view line);
    void onCertificate(const char* broker, int code);
    void onAnswer(int brokers); ///< a metadata answer, with so many brokers
    [[nodiscard]] bool hasAnswered() const;
    [[nodiscard]] bool hasOneBroker() const; ///< as far as is known
    /// What was noted last and is not old, a lasting one before others. What an early end of a connection looks like
    /// is lasting only while no broker has ever answered: a broker that restarts ends connections early too.
    [[nodiscard]] std::optional<Trouble> trouble() const;
    /// Whether librdkafka had to begin anew in the partition, since its next offset is not there, after the last call.
    [[nodiscard]] bool takeReset(const std::string& topic, int partition);
    /// "Fetch" → 18: the highest version that the broker speaks of each request, where debug=feature asked for it.
    [[nodiscard]] std::map<std::string, int> apiVersions() const;
    /// What OpenSSL said of keys and certificates first, when the handle was made.
    [[nodiscard]] std::string tlsLog() const;

private:
    struct Noted {
        Trouble trouble;
        std::chrono::steady_clock::time_point when;
    };
    const std::string m_brokers;
    void* const m_owner;
    mutable std::mutex m_mutex;
    std::map<std::string, Noted> m_noted; ///< by broker
    std::map<std::string, int> m_apiVersions;
    std::set<std::string> m_resets; ///< "topic [0]"
    int m_answers = 0, m_known = 0;
    std::string m_tlsLog;
};
/// Of a handle that open() made.
Witness& witnessOf(const rd_kafka_t* handle);

} // namespace millrace::kafka
