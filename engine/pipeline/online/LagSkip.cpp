// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/online/LagSkip.h"

#include "base/Text.h"

#include <algorithm>

namespace millrace
{
namespace
{

constexpr std::chrono::milliseconds kLagLookEvery{200};

} // namespace

bool LagSkip::isSkipped(int partition, std::int64_t offset) const
{
    return std::ranges::any_of(m_earlier, [&](const Skip& skip) {
        return skip.partition == partition && offset >= skip.from && offset < skip.to;
    });
}

Status LagSkip::look(GroupReader& reader, const std::vector<PartitionOffset>& positions, std::int64_t miniDataset)
{
    if (m_config.skipLag <= 0 || m_reproduces || Clock::now() - m_looked < kLagLookEvery)
        return {};
    m_looked = Clock::now();
    for (const PartitionOffset& position : positions)
        if (const auto end = reader.knownEnd(position); end && *end - position.offset > m_config.skipLag)
            if (auto skipped = skip(reader, position, *end, miniDataset); !skipped)
                return skipped;
    return {};
}

Status LagSkip::skip(GroupReader& reader, const PartitionOffset& from, std::int64_t end, std::int64_t miniDataset)
{
    const std::int64_t to = end - m_config.skipLag / 2, count = to - from.offset;
    if (auto written = m_run.journal({{"event", "skip"},
                                      {"mini_dataset", miniDataset},
                                      {"partition", from.partition},
                                      {"from", from.offset},
                                      {"to", to}});
        !written)
        return written;
    if (auto moved = reader.moveTo({from.topic, from.partition, to}); !moved)
        return moved;
    m_skipped += count;
    m_context.note(Note::Severity::Warning, "skipped " + countOf(count, "record") + " of partition " +
                                                std::to_string(from.partition) + ": the lag was " +
                                                formatCount(end - from.offset));
    return {};
}

} // namespace millrace
