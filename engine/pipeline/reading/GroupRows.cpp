// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/reading/GroupRows.h"

#include "base/Clock.h"
#include "base/Text.h"
#include "kafka/NextRecords.h"
#include "pipeline/reading/StableTopic.h"

#include <algorithm>

namespace millrace
{
namespace
{

// Short, so that a frozen broker does not hold up a report's end.
constexpr std::chrono::milliseconds kLagDeadline{400}, kRowsDeadline{1000};

/// Into the log, the notes, and the list of what was said.
void sayBeforeReading(const std::string& text, RunFolder& run, JobContext& context, std::vector<std::string>& said)
{
    run.log(text);
    context.note(Note::Severity::Warning, text);
    said.push_back(text);
}

std::string committedBeyondEnd(const GroupLagRow& row, const std::string& then)
{
    return "Group " + row.group + " has committed offset " + formatCount(row.currentOffset) + " of topic " + row.topic +
           " partition " + std::to_string(row.partition) + ", which ends at " + formatCount(row.logEndOffset) +
           ": the topic was made anew, truncated or restored since. " + then;
}

/// As far as a reader of committed records goes.
TopicHolds holdsOfRows(const std::string& topic, const std::vector<GroupLagRow>& rows)
{
    TopicHolds holds{"topic " + topic, true};
    for (const GroupLagRow& row : rows) {
        holds.known = holds.known && row.logStartOffset && row.logEndOffset;
        const std::int64_t end = row.logEndOffset.value_or(0);
        holds.everFilled = holds.everFilled || std::max(end, row.highWatermark.value_or(0)) > 0;
        holds.kept += std::max<std::int64_t>(0, end - row.logStartOffset.value_or(0));
        holds.waiting += std::max<std::int64_t>(0, row.highWatermark.value_or(end) - end);
    }
    return holds;
}

nlohmann::json offsetOrNull(const std::optional<std::int64_t>& value)
{
    return value ? nlohmann::json(*value) : nlohmann::json();
}

} // namespace

std::int64_t groupLagNow(Admin& admin, const std::string& topicName, const std::string& group,
                         const std::vector<PartitionOffset>& positions)
{
    const auto topic = admin.topic(topicName, kLagDeadline);
    if (!topic)
        return -1;
    const auto committed = admin.committedOffsets(group, topicName, kLagDeadline);
    std::int64_t lag = 0;
    for (const PartitionInfo& partition : topic->partitions) {
        std::int64_t position = partition.low;
        if (committed && committed->contains(partition.partition))
            position = std::max(position, committed->at(partition.partition).offset);
        for (const PartitionOffset& given : positions)
            if (given.partition == partition.partition)
                position = std::max(position, given.offset);
        // Beyond the end there is nothing to wait for.
        lag += readLag({position, partition.low, partition.high, {}, false, false}).lag.value_or(0);
    }
    return lag;
}

std::vector<std::string> tellWhatHoldsBack(Admin& admin, const std::string& topic, int only, RunFolder& run,
                                           JobContext& context)
{
    std::vector<std::string> told;
    auto standing = admin.standing(topic, kRowsDeadline);
    if (!standing) // who reads is told why, or waits
        return told;
    if (only >= 0)
        std::erase_if(*standing, [only](const PartitionStanding& each) { return each.partition != only; });
    for (const std::string& text : whatHoldsBack(topic, *standing))
        sayBeforeReading(text, run, context, told);
    return told;
}

GroupStart lookBeforeReading(Admin& admin, const std::string& topic, const std::string& group, const std::string& then,
                             RunFolder& run, JobContext& context)
{
    GroupStart start;
    start.holds.name = "topic " + topic;
    start.notes = tellWhatHoldsBack(admin, topic, -1, run, context);
    const auto rows = admin.groupPositions(group, topic, kRowsDeadline);
    if (!rows)
        return start;
    start.lag = 0;
    start.holds = holdsOfRows(topic, *rows);
    start.partitions = rows->size();
    for (const GroupLagRow& row : *rows) {
        LagOffsets offsets = row.offsets();
        if (readLag(offsets).state == LagState::BeyondEnd) {
            start.beyondEnd[row.partition] = row.currentOffset.value_or(-1);
            sayBeforeReading(committedBeyondEnd(row, then), run, context, start.notes);
        }
        if (!offsets.committed || start.beyondEnd.contains(row.partition))
            offsets.committed = offsets.start;
        else
            start.hasRead = true;
        start.lag += readLag(offsets).lag.value_or(0);
    }
    return start;
}

Result<std::vector<GroupLagRow>> groupLagAfterCommit(Admin& admin, const std::string& group,
                                                     const std::vector<PartitionOffset>& committed)
{
    const auto isThere = [](const std::vector<GroupLagRow>& rows, const PartitionOffset& offset) {
        return std::ranges::any_of(rows, [&](const GroupLagRow& row) {
            return row.topic == offset.topic && row.partition == offset.partition &&
                   row.currentOffset.value_or(-1) >= offset.offset;
        });
    };
    const auto began = Clock::now();
    while (true) {
        auto rows = admin.groupLag(group, kRowsDeadline);
        if (rows && secondsSince(began) <= 1 &&
            !std::ranges::all_of(committed, [&](const auto& offset) { return isThere(*rows, offset); }))
            continue;
        if (rows) // without it markers count as lag
            (void)NextRecords(admin.connection()).fill(*rows, {});
        return rows;
    }
}

bool readsOnly(Admin& admin, const std::string& group, const std::set<std::string>& topics)
{
    const auto rows = admin.groupLag(group, kRowsDeadline);
    return rows && !rows->empty() &&
           std::ranges::all_of(*rows, [&](const GroupLagRow& row) { return topics.contains(row.topic); });
}

nlohmann::json membersJson(const GroupLagRow& row)
{
    const auto member = [&row](const std::string& text) {
        return row.membersKnown || !text.empty() ? nlohmann::json(text) : nlohmann::json();
    };
    return {{"consumer_id", member(row.consumerId)}, {"host", member(row.host)}, {"client_id", member(row.clientId)}};
}

nlohmann::json toJson(const std::vector<GroupLagRow>& rows)
{
    nlohmann::json json = nlohmann::json::array();
    for (const GroupLagRow& row : rows) {
        nlohmann::json each = toJson(readLag(row.offsets()));
        each.update({{"group", row.group},
                     {"topic", row.topic},
                     {"partition", row.partition},
                     {"current_offset", offsetOrNull(row.currentOffset)},
                     {"log_end_offset", offsetOrNull(row.logEndOffset)}});
        each.update(membersJson(row));
        json.push_back(std::move(each));
    }
    return json;
}

} // namespace millrace
