// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/online/LearntBefore.h"

#include "base/Json.h"
#include "pipeline/runs/RunJournal.h"
#include "pipeline/training/TrainedModel.h"

#include <algorithm>
#include <set>

namespace millrace
{
namespace
{

/// Behind the last record that any pass has come to.
std::int64_t reachedBy(const RunInfo& run, const nlohmann::json& cut)
{
    std::int64_t reached = integerIn(cut, "offset");
    if (integerIn(cut, "epoch", 1) > 1 && textIn(objectIn(run.description, "configuration"), "until", "end") == "end")
        reached = std::max(reached, integerIn(objectIn(run.description, "offsets"), "end"));
    for (const nlohmann::json& entry : RunJournal::read(run.path))
        if (textIn(entry, "event") == "pass-end")
            reached = std::max(reached, integerIn(entry, "offset"));
    return reached;
}

/// The record that a run has read last of a partition, where it says.
void takeLast(const nlohmann::json& position, int partition, std::map<int, RecordIdentity>& last)
{
    const nlohmann::json& identity = objectIn(position, "last");
    if (identity.contains("hash") && identity["hash"].is_number_integer())
        last[partition] = {integerIn(identity, "offset", -1), identity["hash"].get<std::uint64_t>()};
}

bool isOfTopic(const RunInfo& run, const std::string& topic, const std::string& clusterId)
{
    const std::string cluster = textIn(run.description, "cluster_id");
    return textIn(run.description, "topic") == topic && (cluster.empty() || cluster == clusterId);
}

} // namespace

LearntBefore LearntBefore::of(const RunCatalog& runs, const RunInfo& run, const std::string& topic,
                              const std::string& clusterId)
{
    LearntBefore before;
    std::set<std::string> seen; // a chain that somebody has tied to a ring ends
    RunInfo each = run;
    while (seen.insert(each.folder).second) {
        if (isOfTopic(each, topic, clusterId)) {
            auto learnt = each.kind == "train"    ? ofTraining(each)
                          : each.kind == "online" ? ofOnline(each)
                                                  : std::nullopt;
            if (learnt)
                before.m_learnt.push_back(std::move(*learnt));
        }
        auto parent = runs.find(textIn(each.description, "parent", each.folder));
        if (!parent)
            break;
        each = std::move(*parent);
    }
    return before;
}

std::optional<LearntBefore::Learnt> LearntBefore::ofTraining(const RunInfo& run)
{
    const auto checkpoint = RunCatalog::loadCheckpoint(run);
    const nlohmann::json& offsets = objectIn(run.description, "offsets");
    if (!checkpoint)
        return std::nullopt;
    const nlohmann::json& records =
        objectIn(run.description, "records"); // an earlier build's run has none, and no rule
    const auto schema = records.empty() ? Result<Schema>(Schema()) : schemaFromJson(records);
    if (!schema)
        return std::nullopt;
    const nlohmann::json& cut = objectIn(checkpoint->metadata, "cut");
    auto split = validationSplitFromJson(objectIn(run.description, "validation_split"),
                                         numberIn(objectIn(run.description, "budget"), "validation", 0),
                                         static_cast<std::uint64_t>(integerIn(run.description, "seed", 1)));
    auto parts = split ? RecordParts::make(std::move(*split), recordFormatNameOf(run), *schema) : fail(split.error());
    if (!parts)
        return std::nullopt;
    Learnt learnt{run.folder, {}, {}, std::move(*parts), {}};
    const int partition = static_cast<int>(integerIn(offsets, "partition"));
    learnt.ranges[partition] = {integerIn(offsets, "start"), reachedBy(run, cut)};
    takeLast(cut, partition, learnt.last);
    return learnt;
}

std::optional<LearntBefore::Learnt> LearntBefore::ofOnline(const RunInfo& run)
{
    const auto checkpoint = RunCatalog::loadCheckpoint(run);
    if (!checkpoint)
        return std::nullopt;
    const nlohmann::json& online = objectIn(checkpoint->metadata, "online");
    Learnt learnt{run.folder, {}, {}, {}, {}};
    for (const nlohmann::json& position : listIn(online, "positions")) {
        const int partition = static_cast<int>(integerIn(position, "partition"));
        learnt.ranges[partition] = {0, integerIn(position, "next")};
        takeLast(position, partition, learnt.last);
    }
    auto records = LearntRecords::read(run.path / "scores.csv", integerIn(online, "scores_bytes"));
    if (records) {
        learnt.ranges = records->ranges();
        learnt.records = std::move(*records);
    }
    return learnt;
}

bool LearntBefore::contains(const MessageView& message, float target)
{
    for (Learnt& each : m_learnt) {
        const auto range = each.ranges.find(message.partition);
        if (range == each.ranges.end() || message.offset < range->second.first || message.offset >= range->second.end)
            continue;
        if (const auto last = each.last.find(message.partition);
            last != each.last.end() && last->second.offset == message.offset && last->second != identityOf(message))
            m_isOther = true;
        if (each.records ? each.records->targetOf(message.partition, message.offset).has_value()
                         : each.parts.of(message, target) == SplitPart::Train)
            return true;
    }
    return false;
}

std::vector<std::string> LearntBefore::runs() const
{
    std::vector<std::string> names;
    for (const Learnt& each : m_learnt)
        names.push_back(each.run);
    return names;
}

} // namespace millrace
