// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/writing/PublishReport.h"

#include "base/Json.h"
#include "base/Text.h"
#include "pipeline/runs/TopicNotes.h"

#include <algorithm>

namespace millrace
{
namespace
{

/// What a person should know of a partition's share; empty where it is as it should be.
std::string warningOf(const PublishConfig& config, const std::string& place, const ClassCounts& records)
{
    if (records[0] + records[1] == 0)
        return place + " got no records with key " + config.key;
    if (config.keepsLabels() && (records[0] == 0 || records[1] == 0))
        return place + " holds one class only (" + config.schema.className(records[0] == 0 ? 1 : 0) +
               "): its key is the label, and a key goes to one partition";
    return {};
}

nlohmann::json partJson(const PublishConfig& config, const PublishPart& part, nlohmann::json& warnings)
{
    nlohmann::json partitions = nlohmann::json::array();
    std::int64_t records = 0;
    for (std::size_t p = 0; p < part.producer.counts().perPartition.size(); ++p) {
        const ClassCounts byClass = part.standing(p);
        records += byClass[0] + byClass[1];
        partitions.push_back({{"partition", p},
                              {"records", byClass[0] + byClass[1]},
                              {"class_counts", config.keepsLabels() ? nlohmann::json(byClass) : nlohmann::json()}});
        if (auto warning = warningOf(config, part.topic + " partition " + std::to_string(p), byClass); !warning.empty())
            warnings.push_back(std::move(warning));
    }
    return {{"topic", part.topic}, {"records", records}, {"partitions", partitions}};
}

/// The watermarks must have moved by what was delivered.
Status checkGrowth(Admin& admin, const PublishPart& part, nlohmann::json& warnings)
{
    const std::int64_t delivered = part.producer.counts().delivered;
    const auto added = grewBy(admin, part);
    if (!added)
        return fail(added.error());
    if (*added < delivered)
        return fail(goneUnder(part.topic));
    if (*added > delivered)
        warnings.push_back(part.topic + " grew by " + countOf(*added, "record") + ", " + formatCount(delivered) +
                           (delivered == 1 ? " was" : " were") + " delivered: somebody else writes to it");
    return {};
}

Status writeNotes(const PublishConfig& config, const std::vector<PublishPart>& parts, const nlohmann::json& ofFile)
{
    const bool simulated = flagIn(ofFile, "simulated");
    const TopicNotes notes{config.schema, simulated,
                           simulated ? ofFile.value("best", nlohmann::json()) : nlohmann::json()};
    for (const PublishPart& part : parts) {
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

Result<nlohmann::json> reportPublication(const PublishConfig& config, const RowSender& sender, Admin& admin,
                                         JobContext& context)
{
    nlohmann::json parts = nlohmann::json::array(), warnings = nlohmann::json::array();
    std::int64_t sent = 0, bytes = 0;
    for (const PublishPart& part : sender.parts()) {
        parts.push_back(partJson(config, part, warnings));
        sent += part.producer.counts().delivered;
        bytes += part.producer.counts().bytes;
        if (auto grew = checkGrowth(admin, part, warnings); !grew)
            return fail(grew.error());
    }
    const double seconds = sender.seconds();
    const nlohmann::json fileNotes = readFileNotes(config.file);
    if (auto written = writeNotes(config, sender.parts(), fileNotes); !written)
        return fail(written.error());
    for (const PublishPart& part : sender.parts())
        if (part.producer.counts().failed > 0)
            return fail(lostIn(admin, part));
    nlohmann::json result = {{"records", sent + sender.met()},
                             {"already_there", sender.met()},
                             {"sent", sent},
                             {"bytes", bytes},
                             {"seconds", seconds},
                             {"records_per_second", static_cast<double>(sent) / std::max(seconds, 1e-9)},
                             {"parts", parts},
                             {"warnings", warnings},
                             {"simulated", flagIn(fileNotes, "simulated")}};
    sender.rejected().tell(sender.usable() + sender.rejected().count(), result);
    tellMostRejected(result, "row", context);
    return result;
}

} // namespace millrace
