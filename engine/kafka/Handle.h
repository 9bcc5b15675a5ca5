// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "kafka/Consumer.h"
#include "kafka/Witness.h"

#include <chrono>
#include <librdkafka/rdkafka.h>
#include <memory>
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

} // namespace millrace::kafka
