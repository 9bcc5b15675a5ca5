// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "kafka/Consumer.h"
#include "kafka/Trouble.h"

#include <chrono>
#include <librdkafka/rdkafka.h>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

/// Private to engine/kafka: what Consumer, Producer and Admin share.
namespace millrace::kafka
{

using Milliseconds = std::chrono::milliseconds;
using Settings = std::vector<std::pair<std::string, std::string>>;

template <auto Destroy>
struct Deleter {
    template <class T>
    void operator()(T* object) const
    {
        Destroy(object);
    }
};
using Conf = std::unique_ptr<rd_kafka_conf_t, Deleter<rd_kafka_conf_destroy>>;
using Queue = std::unique_ptr<rd_kafka_queue_t, Deleter<rd_kafka_queue_destroy>>;
using Event = std::unique_ptr<rd_kafka_event_t, Deleter<rd_kafka_event_destroy>>;
using PartitionList = std::unique_ptr<rd_kafka_topic_partition_list_t, Deleter<rd_kafka_topic_partition_list_destroy>>;
/// Partitions with offsets, and with metadata where there are some.
PartitionList listOf(const std::vector<PartitionOffset>& partitions);
using TopicHandle = std::unique_ptr<rd_kafka_topic_t, Deleter<rd_kafka_topic_destroy>>;

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

/// librdkafka's configuration: defaults, then the user's properties, then what this code relies on. Its log goes to
/// spdlog at debug.
Result<Conf> configure(const Connection& connection, const Settings& defaults, const Settings& fixed);

/// How long opening waits for the cluster's answer, and the end of a handle for librdkafka's threads.
inline constexpr Milliseconds kOpenTimeout(5000);
inline constexpr Milliseconds kDestroyTimeout(500);

/// Takes the configuration over. Callbacks find the owner by their opaque, ownerOf<T>().
Result<rd_kafka_t*> open(rd_kafka_type_t type, Conf conf, void* owner = nullptr);
template <class T>
T& ownerOf(void* opaque)
{
    return *static_cast<T*>(static_cast<Witness*>(opaque)->owner());
}

/// Destroys the handle without closing the consumer. librdkafka joins its own threads here, and one of those can wait
/// for a broker that never answers: so it is done on a thread that is left behind when the time is over.
void destroyWithin(rd_kafka_t* handle, Milliseconds deadline = kDestroyTimeout);

/// What an operation needs where the cluster checks rights: {"READ", "topic", "susy"}.
struct Right {
    const char* operation = "";
    const char* resource = "";
    std::string name{};
};
using Rights = std::vector<Right>;
/// An error of librdkafka as ours; "what" leads the message ("Cannot commit the offsets of group g"). An answer that
/// did not come has the handle's trouble as its cause; a refusal names that of the rights which is missing. Neither is
/// mended by trying again: ErrorCode::Unreachable that is not retriable.
Error errorFor(const rd_kafka_t* handle, rd_kafka_resp_err_t code, const std::string& what,
               const std::string& detail = {}, const Rights& rights = {});
/// Why no answer comes: of no broker, or which of them does not answer while others do. "what" may be empty.
Error unanswered(const rd_kafka_t* handle, const std::string& what);
/// A broker refuses our login, or we its certificate: nothing that waiting mends.
bool isRefusal(const rd_kafka_t* handle, rd_kafka_resp_err_t code);
/// Waits until a broker has answered once; at once where one has. Does not wait out the time-out for what lasts: a
/// refused login, a certificate. ErrorCode::Cancelled after a stop.
Status awaitBroker(rd_kafka_t* handle, Milliseconds timeout, const std::stop_token& stop = {});
/// A group's coordinator just starts, or has moved: asked again in a moment, one answers. librdkafka looks for it then,
/// but hands this answer out.
bool isCoordinatorMoving(rd_kafka_resp_err_t code);
constexpr int kCoordinatorAgain = 50; ///< milliseconds until then
/// True for what says that brokers are away for now.
bool isAway(rd_kafka_resp_err_t code);
Error unknownTopic(const std::string& topic, const std::vector<std::string>& existing);

/// The cluster's metadata as plain values, asked anew each time. Asking for all topics never creates one.
struct PartitionShape {
    int partition = 0;
    int leader = -1;
    std::vector<int> replicas, inSync;
};
struct TopicShape {
    std::string name;
    std::vector<PartitionShape> partitions;
};
struct BrokerShape {
    int id = 0;
    std::string host;
    int port = 0;
};
struct ClusterShape {
    std::vector<BrokerShape> brokers;
    std::vector<TopicShape> topics;
    [[nodiscard]] const TopicShape* find(const std::string& topic) const;
    [[nodiscard]] std::vector<std::string> topicNames() const;
};
Result<ClusterShape> readCluster(rd_kafka_t* handle, Milliseconds timeout);
/// ErrorCode::Usage, with the nearest name as advice, when the topic does not exist.
Result<TopicShape> readTopic(rd_kafka_t* handle, const std::string& topic, Milliseconds timeout);
/// Why it is not there: it does not exist, or we may not see it.
Error topicAbsent(rd_kafka_t* handle, const std::string& topic, const ClusterShape& cluster, Milliseconds timeout);
/// A look at a port, without a word to who listens there.
struct PortLook {
    std::string address; ///< "127.0.0.1"; empty: the name does not resolve, or not in time
    std::string trouble; ///< empty: somebody listens
};
PortLook lookAtPort(const std::string& host, int port, Milliseconds timeout, const std::stop_token& stop = {});
/// Who answers at an open port where no broker does, by what it says first, or to a question of HTTP. A broker takes
/// that for a broken client, and logs it: only for somebody who asked what is wrong. nullopt: nobody that is known not
/// to be a broker.
std::optional<Trouble> lookForStranger(const std::string& host, int port, Milliseconds timeout,
                                       const std::stop_token& stop = {});

} // namespace millrace::kafka
