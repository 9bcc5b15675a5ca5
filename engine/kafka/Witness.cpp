// SPDX-License-Identifier: GPL-3.0-or-later
#include "kafka/Witness.h"

#include "base/Clock.h"
#include "base/Text.h"

namespace millrace::kafka
{
namespace
{

constexpr std::chrono::seconds kFresh(40); ///< librdkafka says the same again after 30 s
constexpr std::size_t kTlsLogBytes = 4096; ///< of what is said while a handle is made

/// What an end of a connection alone lets one guess.
bool isEarlyEnd(Trouble::Kind kind)
{
    return kind == Trouble::Kind::Silent || kind == Trouble::Kind::Protocol;
}

} // namespace

void Witness::onLog(std::string_view facility, std::string_view line)
{
    const std::lock_guard lock(m_mutex);
    constexpr std::string_view kKey = "ApiKey ", kVersions = " Versions ";
    if (const auto key = line.find(kKey), versions = line.find(kVersions);
        facility == "APIVERSION" && key != std::string_view::npos && versions != std::string_view::npos) {
        const std::string_view name =
            line.substr(key + kKey.size(), line.find(' ', key + kKey.size()) - key - kKey.size());
        const std::string_view highest = line.substr(line.rfind('.') + 1);
        m_apiVersions[std::string(name)] = static_cast<int>(parseInteger(highest).value_or(0));
        return;
    }
    if (facility.starts_with("SSL") && m_tlsLog.size() < kTlsLogBytes)
        m_tlsLog.append(line).push_back('\n');
    if (facility == "OFFSET")
        if (auto partition = resetPartitionIn(line); !partition.empty())
            m_resets.insert(std::move(partition));
    if (facility != "FAIL")
        return;
    auto trouble = troubleIn(line);
    if (!trouble)
        return;
    Noted& noted = m_noted[trouble->broker];
    const auto now = Clock::now();
    using Kind = Trouble::Kind;
    const bool isFresh = now - noted.when < kFresh;
    if (isFresh && noted.trouble.kind == Kind::Stranger && isEarlyEnd(trouble->kind))
        return; // the bytes of an answer are more than an end of the connection
    // What OpenSSL says of a certificate comes first, and is more than what follows it.
    const bool isKnownBetter = isFresh && trouble->kind == Kind::Certificate && noted.trouble.kind == Kind::Certificate;
    noted = {isKnownBetter ? noted.trouble : std::move(*trouble), now};
}

void Witness::onCertificate(const char* broker, int code)
{
    const std::lock_guard lock(m_mutex);
    const std::string address = addressIn(broker);
    m_noted[address] = {certificateTrouble(address, code), Clock::now()};
}

void Witness::onAnswer(int brokers)
{
    const std::lock_guard lock(m_mutex);
    ++m_answers;
    m_known = brokers;
}

bool Witness::hasAnswered() const
{
    const std::lock_guard lock(m_mutex);
    return m_answers > 0;
}

bool Witness::hasOneBroker() const
{
    const std::lock_guard lock(m_mutex);
    return m_known <= 1;
}

std::optional<Trouble> Witness::trouble() const
{
    const std::lock_guard lock(m_mutex);
    const Noted* best = nullptr;
    const auto isLasting = [this](const Noted& each) {
        return each.trouble.isLasting() && (m_answers == 0 || each.trouble.kind > Trouble::Kind::Stranger);
    };
    for (const auto& [broker, each] : m_noted) {
        if (Clock::now() - each.when > kFresh)
            continue;
        if (best == nullptr || std::pair(isLasting(each), each.when) > std::pair(isLasting(*best), best->when))
            best = &each;
    }
    if (best == nullptr)
        return std::nullopt;
    Trouble trouble = best->trouble;
    if (trouble.isLasting() && !isLasting(*best))
        trouble = {Trouble::Kind::Silent,
                   trouble.broker,
                   trouble.kind == Trouble::Kind::Stranger ? "something else answers there, and " + trouble.reason
                                                           : "it ended the connection",
                   {}};
    return trouble;
}

std::string Witness::tlsLog() const
{
    const std::lock_guard lock(m_mutex);
    return m_tlsLog;
}

bool Witness::takeReset(const std::string& topic, int partition)
{
    const std::lock_guard lock(m_mutex);
    return m_resets.erase(topic + " [" + std::to_string(partition) + "]") > 0;
}

std::map<std::string, int> Witness::apiVersions() const
{
    const std::lock_guard lock(m_mutex);
    return m_apiVersions;
}

Witness& witnessOf(const rd_kafka_t* handle)
{
    return *static_cast<Witness*>(rd_kafka_opaque(handle));
}

} // namespace millrace::kafka
