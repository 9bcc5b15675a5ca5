// SPDX-License-Identifier: GPL-3.0-or-later
#include "kafka/ConsumerState.h"

namespace millrace
{
namespace
{

using namespace kafka;

constexpr Milliseconds kCommittedTimeout(1000);

std::vector<PartitionOffset> valuesOf(const rd_kafka_topic_partition_list_t& list)
{
    std::vector<PartitionOffset> values;
    for (int i = 0; i < list.cnt; ++i)
        values.push_back({list.elems[i].topic,
                          list.elems[i].partition,
                          list.elems[i].offset,
                          {static_cast<const char*>(list.elems[i].metadata), list.elems[i].metadata_size}});
    return values;
}

} // namespace

/// False while there is no answer: brokers away, or a transaction of the member before is still open there, which the
/// broker ends after its transaction.timeout.ms at the latest.
Result<bool> Consumer::State::fillCommitted(rd_kafka_topic_partition_list_t* partitions)
{
    const auto code = rd_kafka_committed(handle, partitions, static_cast<int>(kCommittedTimeout.count()));
    if (isAway(code))
        return false;
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR)
        return fail(errorFor(handle, code, "Cannot read what group " + group + " committed", {}, rightsOn(topic)));
    for (int i = 0; i < partitions->cnt; ++i) {
        rd_kafka_topic_partition_t& each = partitions->elems[i];
        if (isAway(each.err))
            return false;
        if (each.err != RD_KAFKA_RESP_ERR_NO_ERROR)
            return fail(
                errorFor(handle, each.err,
                         "Cannot read what group " + group + " committed for " + nameOf(each.topic, each.partition), {},
                         rightsOn(each.topic)));
        if (each.offset >= 0)
            continue;
        if (offsetReset == "error")
            return fail(ErrorCode::Failed,
                        "Group " + group + " has committed nothing for " + nameOf(each.topic, each.partition),
                        "Start from earliest or latest");
        each.offset = offsetReset == "latest" ? RD_KAFKA_OFFSET_END : RD_KAFKA_OFFSET_BEGINNING;
    }
    return true;
}

void Consumer::State::onRebalance(rd_kafka_resp_err_t code, rd_kafka_topic_partition_list_t* partitions)
{
    const bool isGift = code == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS;
    if (events == nullptr || (!isGift && assigned)) { // the consumer closes, or has not begun with them
        assigned.reset();
        rd_kafka_assign(handle, nullptr);
    } else if (isGift) {
        assigned.reset(rd_kafka_topic_partition_list_copy(partitions));
        take();
    } else {
        revoked.reset(rd_kafka_topic_partition_list_copy(partitions));
    }
}

/// After the batch call that brought the news, not inside it: what that call had collected before is handed out first.
/// The group waits for the assign() here. librdkafka would keep a pause for when the partition comes back, and read
/// nothing of it then.
void Consumer::State::giveBack()
{
    const PartitionList given = std::move(revoked);
    rd_kafka_position(handle, given.get());
    if (rd_kafka_assignment_lost(handle) != 0)
        events->onLost(valuesOf(*given));
    else
        events->onRevoked(valuesOf(*given));
    rd_kafka_resume_partitions(handle, given.get());
    rd_kafka_assign(handle, nullptr);
}

/// Reading begins where the group stopped; until that is known, each poll asks again.
void Consumer::State::take()
{
    if (const auto known = fillCommitted(assigned.get()); !known) {
        keepError(known.error());
        assigned.reset();
        rd_kafka_assign(handle, nullptr);
        return;
    } else if (!*known) {
        return;
    }
    const PartitionList taken = std::move(assigned);
    auto starts = valuesOf(*taken);
    events->onAssigned(starts);
    for (const PartitionOffset& start : starts)
        rd_kafka_topic_partition_list_set_offset(taken.get(), start.topic.c_str(), start.partition, start.offset);
    expect(starts);
    if (const auto failure = rd_kafka_assign(handle, taken.get()); failure != RD_KAFKA_RESP_ERR_NO_ERROR)
        keepError(errorFor(handle, failure, "Cannot take the partitions that group " + group + " assigned", {},
                           rightsOn(topic)));
}

} // namespace millrace
