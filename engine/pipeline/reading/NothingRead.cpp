// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/reading/NothingRead.h"

#include "base/Text.h"
#include "pipeline/reading/GroupRows.h"
#include "pipeline/reading/StableTopic.h"

#include <algorithm>

namespace millrace
{
namespace
{

std::string untilItEnds(std::int64_t waiting)
{
    return " (" + countOf(waiting, "offset") +
           ") stands behind an open transaction: nobody can read it before that ends";
}

/// What stands behind what was read; empty where nothing does.
std::string moreWaiting(std::int64_t waiting)
{
    return waiting > 0 ? ". More of it" + untilItEnds(waiting) : std::string();
}

/// With the first reasons.
Error allRejected(const WhatWasRead& read, const RunFolder& run)
{
    const bool late = !read.labelTopic.empty();
    Error error = nothingUsable("What was read of topic " + read.topic + (late ? " and topic " + read.labelTopic : ""),
                                run.rejected(), "record");
    error.advice = std::string("Nothing was committed. A record has ") +
                   (late ? "its columns as CSV, and a label is the value of its message"
                         : "its label, as key or among its columns, and its columns as CSV") +
                   "; the run's rejected.csv has them one by one. " + error.advice;
    return error;
}

Error allDeleted(const std::string& topic, std::int64_t deleted)
{
    return {ErrorCode::BadData,
            "All that was to be read of topic " + topic + " was deleted before: " + countOf(deleted, "offset"),
            "Keep records longer (retention.ms, retention.bytes), read sooner, or publish them again"};
}

/// Of a group that was not behind in what can be read, or has read to the end of it.
std::string onlyWaiting(const std::string& group, const GroupStart& start)
{
    if (start.holds.waiting == 0)
        return {};
    return "what group " + group + " has not read of " + start.holds.name + untilItEnds(start.holds.waiting);
}

} // namespace

TopicHolds holdsOf(const TopicInfo& topic, int only, const std::vector<PartitionStanding>& standing)
{
    TopicHolds holds{"topic " + topic.name + (only < 0 ? "" : " partition " + std::to_string(only)), true};
    for (const PartitionInfo& each : topic.partitions) {
        if (only >= 0 && each.partition != only)
            continue;
        holds.waiting += waitingAt(standing, each.partition).value_or(0);
        holds.known = holds.known && each.high >= 0;
        holds.everFilled = holds.everFilled || each.high > 0 || holds.waiting > 0;
        holds.kept += std::max<std::int64_t>(0, each.high - each.low);
    }
    return holds;
}

std::string whyNoRecords(const TopicHolds& holds)
{
    if (!holds.known)
        return "the cluster did not say what " + holds.name + " holds";
    if (!holds.everFilled)
        return holds.name + " is empty";
    if (holds.kept > 0)
        return holds.name + " holds no records: the " + countOf(holds.kept, "offset") +
               " that can be read are of transactions that were aborted, or are markers" + moreWaiting(holds.waiting);
    if (holds.waiting > 0)
        return "all of " + holds.name + untilItEnds(holds.waiting);
    return holds.name + " holds no records any more: what it held was deleted";
}

std::string whyNothingCame(const std::string& group, const GroupStart& start, const HeldPartitions& held)
{
    const TopicHolds& holds = start.holds;
    if (!holds.known || holds.kept == 0)
        return whyNoRecords(holds);
    if (start.lag == 0)
        return onlyWaiting(group, start);
    if (held.count < start.partitions || held.hadRevoked)
        return "what " + holds.name + " had left for group " + group +
               " went to its other members, or is of transactions that were aborted" + moreWaiting(holds.waiting);
    if (!held.toTheEnd)
        return "nothing of the " + countOf(start.lag, "offset") + " that " + holds.name + " had left for group " +
               group + " came before the reading was over";
    if (start.hasRead) // what is left are no records
        return onlyWaiting(group, start);
    if (!start.fromBeginning)
        return holds.name + " has no records behind the place where the reading began" + moreWaiting(holds.waiting);
    return whyNoRecords(holds);
}

Result<NothingNew> judgeReading(const WhatWasRead& read, const RunFolder& run, const std::function<std::string()>& why)
{
    if (read.stopped)
        return NothingNew{};
    if (read.records == 0 && read.rejected > 0)
        return fail(allRejected(read, run));
    if (read.records == 0 && read.deleted > 0)
        return fail(allDeleted(read.topic, read.deleted));
    if (read.now > 0)
        return NothingNew{};
    if (read.records == 0 && read.needsRecords)
        return fail(ErrorCode::BadData, "Nothing was learnt: " + why(),
                    "Publish to it first, start earlier, or wait for records with --until idle:10000");
    return NothingNew{true, why()};
}

void tell(const NothingNew& nothing, nlohmann::json& result)
{
    result["nothing_new"] = nothing.isSo;
    result["nothing_because"] = nothing.because;
}

} // namespace millrace
