// SPDX-License-Identifier: GPL-3.0-or-later
#include "kafka/AdminState.h"
#include "kafka/Errors.h"

#include <algorithm>
#include <string_view>

namespace millrace
{
namespace
{

using namespace kafka;

} // namespace

Result<Event> Admin::State::describeConfigs(const std::vector<std::string>& topics, const std::string& what,
                                            Timeout timeout) const
{
    using Resource = std::unique_ptr<rd_kafka_ConfigResource_t, Deleter<rd_kafka_ConfigResource_destroy>>;
    std::vector<Resource> wanted;
    std::vector<rd_kafka_ConfigResource_t*> plain;
    for (const std::string& topic : topics) {
        wanted.emplace_back(rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, topic.c_str()));
        plain.push_back(wanted.back().get());
    }
    return ask(RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS, what, timeout,
               [&](rd_kafka_t* asked, const auto* options, auto* queue) {
                   rd_kafka_DescribeConfigs(asked, plain.data(), plain.size(), options, queue);
               });
}

Result<std::vector<ConfigEntry>> Admin::topicConfig(const std::string& name, Timeout timeout)
{
    const std::string what = "Cannot read the configuration of topic " + name;
    if (const auto shape = readTopic(m_state->handle(), name, timeout); !shape)
        return fail(shape.error());
    const auto answer = m_state->describeConfigs({name}, what, timeout);
    if (!answer)
        return fail(answer.error());
    std::size_t count = 0;
    const auto* const* resources =
        rd_kafka_DescribeConfigs_result_resources(rd_kafka_event_DescribeConfigs_result(answer->get()), &count);
    std::vector<ConfigEntry> entries;
    if (count == 0)
        return entries;
    if (const auto code = rd_kafka_ConfigResource_error(resources[0]); code != RD_KAFKA_RESP_ERR_NO_ERROR)
        return fail(errorFor(m_state->handle(), code, what, {}, {{"DESCRIBE_CONFIGS", "topic", name}}));
    const auto* const* configs = rd_kafka_ConfigResource_configs(resources[0], &count);
    for (std::size_t i = 0; i < count; ++i) {
        const char* value = rd_kafka_ConfigEntry_value(configs[i]);
        entries.push_back({rd_kafka_ConfigEntry_name(configs[i]), value == nullptr ? "" : value,
                           rd_kafka_ConfigEntry_source(configs[i]) != RD_KAFKA_CONFIG_SOURCE_DYNAMIC_TOPIC_CONFIG});
    }
    std::ranges::sort(entries, {}, &ConfigEntry::name);
    return entries;
}

Result<std::set<std::string>> Admin::compacted(const std::vector<std::string>& topics, Timeout timeout)
{
    std::set<std::string> found;
    if (topics.empty())
        return found;
    const auto answer = m_state->describeConfigs(topics, "Cannot read the configuration of the topics", timeout);
    if (!answer)
        return fail(answer.error());
    std::size_t count = 0;
    const auto* const* resources =
        rd_kafka_DescribeConfigs_result_resources(rd_kafka_event_DescribeConfigs_result(answer->get()), &count);
    for (std::size_t i = 0; i < count; ++i) {
        std::size_t entries = 0;
        const auto* const* configs = rd_kafka_ConfigResource_configs(resources[i], &entries);
        for (std::size_t j = 0; j < entries; ++j) {
            const char* value = rd_kafka_ConfigEntry_value(configs[j]);
            if (std::string_view(rd_kafka_ConfigEntry_name(configs[j])) == "cleanup.policy" && value != nullptr &&
                std::string_view(value).find("compact") != std::string_view::npos)
                found.insert(rd_kafka_ConfigResource_name(resources[i]));
        }
    }
    return found;
}

} // namespace millrace
