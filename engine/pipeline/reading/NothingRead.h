// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "kafka/Admin.h"
#include "pipeline/runs/RunFolder.h"

#include <functional>
#include <string>
#include <vector>

// How a job ends that got nothing, in one place for train, online, evaluate and predict: as a failure where what there
// was could not be used, else as "nothing new", with the reason.

namespace millrace
{

struct GroupStart;

/// What a topic, or a partition of it, holds for readers of committed records. Counts are of offsets: markers of
/// transactions and aborted records take some, too.
struct TopicHolds {
    std::string name;         ///< "topic t", "topic t partition 0"
    bool known = false;       ///< the cluster said all of it
    bool everFilled = false;  ///< something stood there once
    std::int64_t kept = 0;    ///< that can be read
    std::int64_t waiting = 0; ///< behind open transactions
};
/// only: this partition; −1: all. standing: Admin::standing(); empty where nobody knows.
TopicHolds holdsOf(const TopicInfo& topic, int only, const std::vector<PartitionStanding>& standing);
/// Why a reader from the beginning finds no record there: "topic t is empty", …; it has read all that there is.
std::string whyNoRecords(const TopicHolds& holds);

/// What a member of a group had when its reading was over.
struct HeldPartitions {
    std::size_t count = 0;
    bool toTheEnd = false;   ///< of each it met the end
    bool hadRevoked = false; ///< it had to give some up before
};

/// Why a job that read as the group got nothing: the topic is empty, what it held was deleted, waits behind an open
/// transaction, was aborted, or went to other members; empty where the group has read all.
std::string whyNothingCame(const std::string& group, const GroupStart& start, const HeldPartitions& held);

/// What a job has read when it is over.
struct WhatWasRead {
    std::string topic;
    std::int64_t records = 0;  ///< that were of use, those of the run's earlier lives included
    std::int64_t rejected = 0; ///< likewise
    std::int64_t deleted = 0;  ///< offsets that retention took before they were read
    std::int64_t now = 0;      ///< since the job began: of use, rejected or skipped
    bool stopped = false;      ///< by its user: then nothing is said of what did not come
    bool needsRecords = false; ///< without any there is no result: a new model
    std::string labelTopic{};  ///< where labels come late; empty: a record has its own as key
};

/// What a result tells as `nothing_new` and `nothing_because`.
struct NothingNew {
    bool isSo = false;
    std::string because; ///< empty where all had been read before
};
/// A failure (ErrorCode::BadData) where all that came was rejected, or all that was to come was deleted, or nothing
/// came where records are needed. `why` is asked only where nothing came.
Result<NothingNew> judgeReading(const WhatWasRead& read, const RunFolder& run, const std::function<std::string()>& why);
void tell(const NothingNew& nothing, nlohmann::json& result);

} // namespace millrace
