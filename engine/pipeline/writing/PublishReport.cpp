// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/writing/PublishReport.h"

#include "base/Json.h"
#include "base/Text.h"
#include "pipeline/runs/TopicNotes.h"

#include <algorithm>
#include <numeric>

namespace millrace
{
namespace
{

std::int64_t sumOf(const ClassCounts& counts)
{
    return std::accumulate(counts.begin(), counts.end(), std::int64_t{0});
}

/// What a person should know of a partition's share; empty where it is as it should be.
std::string warningOf(const PublishConfig& config, const std::string& where, const ClassCounts& records)
{
    if (sumOf(records) == 0)
        return where + " got no records with key " + config.key;
    const auto isThere = [](std::int64_t count) { return count > 0; };
    if (config.key == "label" && config.hasClasses() && std::ranges::count_if(records, isThere) == 1)
        return where + " holds one class only (" +
               config.schema.className(static_cast<int>(std::ranges::find_if(records, isThere) - records.begin())) +
               "): its key is the label, and a key goes to one partition";
    return {};
}

PublishedTopic publishedTopic(const PublishConfig& config, const PublishPart& part, JobContext& context)
{
    PublishedTopic published{part.topic, {}};
    for (std::size_t p = 0; p < part.producer.counts().perPartition.size(); ++p) {
        const ClassCounts byClass = part.standing(p);
        published.partitions.push_back({sumOf(byClass), config.hasClasses() ? std::optional(byClass) : std::nullopt});
        if (auto warning = warningOf(config, part.topic + " partition " + std::to_string(p), byClass); !warning.empty())
            context.note(Note::Severity::Warning, std::move(warning));
    }
    return published;
}

nlohmann::json toJson(const PublishedTopic& published)
{
    nlohmann::json partitions = nlohmann::json::array();
    for (const PublishedPartition& each : published.partitions)
        partitions.push_back({{"partition", partitions.size()},
                              {"records", each.records},
                              {"class_counts", each.classes ? nlohmann::json(*each.classes) : nlohmann::json()}});
    return {{"topic", published.topic}, {"records", published.records()}, {"partitions", std::move(partitions)}};
}

/// Nullopt where there is no test part.
std::optional<SplitSpec> splitOf(const PublishConfig& config)
{
    return config.testTopic.empty() ? std::nullopt : std::optional(config.split);
}

/// The watermarks must have moved by what was delivered.
Status checkGrowth(Admin& admin, const PublishPart& part, JobContext& context)
{
    const std::int64_t delivered = part.producer.counts().delivered;
    const auto added = grewBy(admin, part);
    if (!added)
        return fail(added.error());
    if (*added < delivered)
        return fail(goneUnder(part.topic));
    if (*added > delivered)
        context.note(Note::Severity::Warning, part.topic + " grew by " + countOf(*added, "record") + ", " +
                                                  formatCount(delivered) + (delivered == 1 ? " was" : " were") +
                                                  " delivered: somebody else writes to it");
    return {};
}

Status writeNotes(const PublishConfig& config, const std::vector<PublishPart>& parts, const nlohmann::json& ofFile)
{
    const bool simulated = flagIn(ofFile, "simulated");
    TopicNotes notes{config.schema, simulated, simulated ? ofFile.value("best", nlohmann::json()) : nlohmann::json(),
                     splitOf(config)};
    for (const PublishPart& part : parts) {
        if (parts.size() == 2)
            notes.other = &part == &parts.front() ? parts.back().topic : parts.front().topic;
        // What stood there when a publication is gone on with is a part of it.
        const bool alone = part.isEmpty() || config.resume;
        const auto there = alone ? Result<TopicNotes>() : readTopicNotes(config.home, part.topic);
        if (!there)
            return fail(there.error());
        const TopicNotes all = alone ? notes : notesWithAdded(*there, notes);
        if (auto written = writeTopicNotes(config.home, part.topic, all); !written)
            return written;
    }
    return {};
}

} // namespace

std::int64_t PublishedTopic::records() const
{
    std::int64_t sum = 0;
    for (const PublishedPartition& each : partitions)
        sum += each.records;
    return sum;
}

nlohmann::json toJson(const PublishResult& result)
{
    nlohmann::json parts = nlohmann::json::array();
    for (const PublishedTopic& part : result.parts)
        parts.push_back(toJson(part));
    nlohmann::json json = {{"records", result.sent + result.alreadyThere},
                           {"already_there", result.alreadyThere},
                           {"sent", result.sent},
                           {"bytes", result.bytes},
                           {"seconds", result.seconds},
                           {"records_per_second", result.recordsPerSecond()},
                           {"parts", std::move(parts)},
                           {"appended", result.appended},
                           {"warnings", result.warnings},
                           {"simulated", result.simulated},
                           {"split", result.split ? toJson(*result.split) : nlohmann::json()},
                           {"task", infoOf(result.task).name},
                           {"classes", result.task.classes}};
    tell(result.rejections, json);
    return json;
}

Result<PublishResult> reportPublication(const PublishConfig& config, const RowSender& sender, Admin& admin,
                                        JobContext& context)
{
    PublishResult result;
    if (!config.unlabelled)
        result.task = taskOf(config.schema);
    for (const PublishPart& part : sender.parts()) {
        result.parts.push_back(publishedTopic(config, part, context));
        result.appended = result.appended || !part.isEmpty();
        result.sent += part.producer.counts().delivered;
        result.bytes += part.producer.counts().bytes;
        if (auto grew = checkGrowth(admin, part, context); !grew)
            return fail(grew.error());
    }
    result.split = splitOf(config);
    result.alreadyThere = sender.met();
    result.seconds = sender.seconds();
    result.rejections = sender.rejected().report(sender.usable());
    const nlohmann::json fileNotes = readFileNotes(config.file);
    result.simulated = flagIn(fileNotes, "simulated");
    if (auto written = writeNotes(config, sender.parts(), fileNotes); !written)
        return fail(written.error());
    for (const PublishPart& part : sender.parts())
        if (part.producer.counts().failed > 0)
            return fail(lostIn(admin, part));
    tellMostRejected(result.rejections, "row", context);
    result.warnings = context.warnings();
    return result;
}

} // namespace millrace
