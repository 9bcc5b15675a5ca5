// SPDX-License-Identifier: GPL-3.0-or-later
#include "kafka/Handle.h"

#include "kafka/Properties.h"
#include "kafka/TlsFault.h"

#include <array>
#include <cstring>
#include <future>
#include <spdlog/spdlog.h>
#include <thread>

namespace millrace::kafka
{
namespace
{

/// The process's logger, kept for good: a thread of librdkafka that was left behind may log when main() is over.
spdlog::logger& keptLogger()
{
    static const auto* const kept = new std::shared_ptr<spdlog::logger>(spdlog::default_logger());
    return **kept;
}

/// Called on librdkafka's threads.
void log(const rd_kafka_t* handle, int, const char* facility, const char* text)
{
    keptLogger().debug("librdkafka {}: {}", facility, text);
    if (auto* witness = static_cast<Witness*>(rd_kafka_opaque(handle)); witness != nullptr)
        witness->onLog(facility, text);
}

/// OpenSSL's own verdict stays; it is only noted. librdkafka's log tells one bad certificate like another.
int noteCertificate(rd_kafka_t*, const char* broker, std::int32_t, int* code, int, const char*, std::size_t, char*,
                    std::size_t, void* opaque)
{
    if (*code != 0)
        static_cast<Witness*>(opaque)->onCertificate(broker, *code);
    return *code == 0 ? 1 : 0;
}

std::string valueOf(const rd_kafka_conf_t* conf, const char* name)
{
    std::array<char, 4096> value{};
    std::size_t size = value.size();
    return rd_kafka_conf_get(conf, name, value.data(), &size) == RD_KAFKA_CONF_OK ? std::string(value.data())
                                                                                  : std::string();
}

} // namespace

PartitionList listOf(const std::vector<PartitionOffset>& partitions)
{
    PartitionList list(rd_kafka_topic_partition_list_new(static_cast<int>(partitions.size())));
    for (const PartitionOffset& each : partitions) {
        auto* entry = rd_kafka_topic_partition_list_add(list.get(), each.topic.c_str(), each.partition);
        entry->offset = each.offset;
        if (each.metadata.empty())
            continue;
        entry->metadata = ::strndup(each.metadata.data(), each.metadata.size()); // the list frees it
        entry->metadata_size = each.metadata.size();
    }
    return list;
}

Result<Conf> configure(const Connection& connection, const Settings& defaults, const Settings& fixed)
{
    Conf conf(rd_kafka_conf_new());
    rd_kafka_conf_set_log_cb(conf.get(), log);
    rd_kafka_conf_set_ssl_cert_verify_cb(conf.get(), noteCertificate);
    Settings all = {
        {"bootstrap.servers", connection.brokers},
        {"client.id", "millrace"},
        // A local broker is back within a second, so waiting longer between attempts only costs time.
        {"reconnect.backoff.ms", "20"},
        {"reconnect.backoff.max.ms", "500"},
        {"socket.timeout.ms", "10000"},
        {"socket.nagle.disable", "true"},
    };
    all.insert(all.end(), defaults.begin(), defaults.end());
    all.insert(all.end(), connection.properties.begin(), connection.properties.end());
    all.insert(all.end(), fixed.begin(), fixed.end());
    for (const auto& [name, value] : all)
        if (rd_kafka_conf_set(conf.get(), name.c_str(), value.c_str(), nullptr, 0) != RD_KAFKA_CONF_OK)
            if (auto checked = checkKafkaProperty(name, value); !checked)
                return fail(checked.error());
    if (valueOf(conf.get(), "enable.ssl.certificate.verification") == "false")
        rd_kafka_conf_set_ssl_cert_verify_cb(conf.get(), nullptr);
    return conf;
}

Result<rd_kafka_t*> open(rd_kafka_type_t type, Conf conf, void* owner)
{
    std::array<char, 512> reason{};
    const auto value = [&](const char* name) { return valueOf(conf.get(), name); };
    if (auto paired = checkKeyPair(value); !paired)
        return fail(paired.error());
    auto witness = std::make_unique<Witness>(value("bootstrap.servers"), owner);
    rd_kafka_conf_set_opaque(conf.get(), witness.get());
    rd_kafka_t* handle = rd_kafka_new(type, conf.get(), reason.data(), reason.size());
    if (handle == nullptr) {
        const auto fault = tlsFault(reason.data(), witness->tlsLog(), value);
        return fail(fault ? *fault : refusedProperties(reason.data()));
    }
    static_cast<void>(conf.release()); // librdkafka owns it now
    static_cast<void>(witness.release());
    return handle;
}

void destroyWithin(rd_kafka_t* handle, Milliseconds deadline)
{
    if (handle == nullptr)
        return;
    std::packaged_task<void()> task([handle] {
        const std::unique_ptr<Witness> witness(&witnessOf(handle)); // its threads write there until they are joined
        rd_kafka_destroy_flags(handle, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
    });
    const std::future<void> done = task.get_future();
    std::thread thread(std::move(task));
    if (done.wait_for(deadline) == std::future_status::ready) {
        thread.join();
        return;
    }
    spdlog::debug("librdkafka does not let go of a connection; its threads are left behind");
    thread.detach();
}

} // namespace millrace::kafka
