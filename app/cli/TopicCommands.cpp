// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/Text.h"
#include "cli/CommandLine.h"
#include "cli/Runner.h"
#include "pipeline/reading/StableTopic.h"

namespace millrace
{
namespace
{

using nlohmann::json;

std::string joined(const std::vector<int>& numbers)
{
    std::string text;
    for (const int number : numbers)
        text += (text.empty() ? "" : ",") + std::to_string(number);
    return text;
}

/// End − start over the partitions: the topic holds no more records than that.
std::optional<std::int64_t> offsetsOf(const TopicInfo& topic)
{
    std::int64_t sum = 0;
    for (const PartitionInfo& partition : topic.partitions) {
        if (partition.low < 0 || partition.high < 0)
            return std::nullopt;
        sum += partition.high - partition.low;
    }
    return sum;
}

std::string recordsText(const std::optional<std::int64_t>& records)
{
    return records.value_or(0) > 0 ? "≤ " + formatCount(*records) : formatCount(records);
}

/// What the number of records does not tell.
std::string topicMarks(bool isCompacted, std::int64_t waiting)
{
    std::string text = isCompacted ? "compacted" : "";
    if (waiting > 0)
        text += (text.empty() ? "" : ", ") + formatCount(waiting) + " more wait behind an open transaction";
    return text;
}

Status listTopics(Admin& admin, Output& output)
{
    auto info = admin.cluster();
    if (!info)
        return fail(info.error());
    json topics = json::array();
    std::vector<std::vector<std::string>> rows;
    std::vector<std::string> names;
    std::erase_if(info->topics, [](const TopicInfo& topic) { return topic.internal; });
    for (const TopicInfo& topic : info->topics)
        names.push_back(topic.name);
    const auto compacted = admin.compacted(names);
    const auto standings = admin.standings(info->topics);
    const auto isCompacted = [&](const std::string& name) { return compacted && compacted->contains(name); };
    for (const TopicInfo& topic : info->topics) {
        auto described = admin.topic(topic.name);
        if (!described)
            return fail(described.error());
        const auto records = offsetsOf(*described);
        const bool isKnown = standings && standings->contains(topic.name);
        const std::int64_t waiting = isKnown ? waitingIn(standings->at(topic.name)) : 0;
        topics.push_back({{"name", topic.name},
                          {"partitions", topic.partitions.size()},
                          {"records", records ? json(*records) : json()},
                          {"records_at_most", true},
                          {"waiting", isKnown ? json(waiting) : json()},
                          {"compacted", isCompacted(topic.name)}});
        rows.push_back({topic.name, std::to_string(topic.partitions.size()), recordsText(records),
                        topicMarks(isCompacted(topic.name), waiting)});
    }
    output.result({{"topics", topics}}, textTable({"topic", "partitions", "records", ""}, rows) +
                                            "At most: transaction markers take offsets, and compaction leaves gaps.\n");
    return {};
}

Status describeTopic(Admin& admin, Output& output, const std::string& name)
{
    auto topic = admin.topic(name);
    if (!topic)
        return fail(topic.error());
    auto configuration = admin.topicConfig(name);
    if (!configuration)
        return fail(configuration.error());
    const auto standing = admin.standing(name);
    json partitions = json::array(), configs = json::object();
    std::vector<std::vector<std::string>> rows;
    for (const PartitionInfo& p : topic->partitions) {
        const auto waiting = standing ? waitingAt(*standing, p.partition) : std::nullopt;
        partitions.push_back({{"partition", p.partition},
                              {"leader", p.leader},
                              {"replicas", p.replicas},
                              {"isr", p.inSync},
                              {"low", p.low},
                              {"high", p.high},
                              {"waiting", waiting ? json(*waiting) : json()}});
        rows.push_back({std::to_string(p.partition), std::to_string(p.leader), joined(p.replicas), joined(p.inSync),
                        formatCount(p.low), formatCount(p.high), formatCount(waiting)});
    }
    std::string text =
        name + "\n" + textTable({"partition", "leader", "replicas", "isr", "low", "high", "waiting"}, rows, 0);
    for (const std::string& held : standing ? whatHoldsBack(name, *standing) : std::vector<std::string>())
        text += held + "\n";
    for (const ConfigEntry& entry : *configuration) {
        configs[entry.name] = entry.value;
        if (!entry.isDefault)
            text += entry.name + "=" + entry.value + "\n";
    }
    output.result({{"name", name}, {"partitions", partitions}, {"configs", configs}}, text);
    return {};
}

} // namespace

void addTopicCommands(CLI::App& app, CommandLine& line)
{
    CLI::App* topics = app.add_subcommand("topics", "list, create, describe, delete");
    topics->require_subcommand(1);
    topics->add_subcommand("list", "names, partitions, records")->callback([&line] {
        line.action = [](Session& session, Output& output) {
            return withAdmin(session, output, [&](Admin& admin) { return listTopics(admin, output); });
        };
    });

    auto name = std::make_shared<std::string>();
    CLI::App* describe =
        topics->add_subcommand("describe", "leader, replicas, in-sync replicas, offsets and configuration");
    describe->add_option("topic", *name)->required();
    describe->callback([&line, name] {
        line.action = [name](Session& session, Output& output) {
            return withAdmin(session, output, [&](Admin& admin) { return describeTopic(admin, output, *name); });
        };
    });

    auto partitions = std::make_shared<int>(1);
    CLI::App* create = topics->add_subcommand("create", "make a topic");
    create->add_option("topic", *name)->required();
    create->add_option("--partitions", *partitions, "how many (1)")->check(rangeOf("publish", "partitions"));
    create->callback([&line, name, partitions] {
        line.action = [name, partitions](Session& session, Output& output) {
            return withAdmin(session, output, [&](Admin& admin) -> Status {
                if (auto made = admin.createTopic(*name, *partitions, false); !made)
                    return made;
                output.result({{"name", *name}, {"partitions", *partitions}}, "made " + *name);
                return {};
            });
        };
    });

    CLI::App* remove = topics->add_subcommand("delete", "delete a topic with its records");
    remove->add_option("topic", *name)->required();
    remove->callback([&line, name] {
        line.action = [name](Session& session, Output& output) {
            return withAdmin(session, output, [&](Admin& admin) -> Status {
                if (auto deleted = admin.deleteTopic(*name); !deleted)
                    return deleted;
                output.result({{"name", *name}}, "deleted " + *name);
                return {};
            });
        };
    });
}

} // namespace millrace
