// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/online/LaterPasses.h"

#include "base/Text.h"

namespace millrace
{

Result<LaterPasses> LaterPasses::open(const OnlineConfig& config, OnlineStart& start, std::int64_t scoresBytes,
                                      RunFolder& run, JobContext& context)
{
    auto learnt = LearntRecords::read(run.path() / "scores.csv", scoresBytes);
    if (!learnt)
        return fail(learnt.error());
    return LaterPasses(config, start, std::move(*learnt), run, context);
}

LaterPasses::LaterPasses(const OnlineConfig& config, OnlineStart& start, LearntRecords learnt, RunFolder& run,
                         JobContext& context)
    : m_config(&config), m_start(&start), m_learnt(std::move(learnt)), m_run(&run), m_context(&context)
{
}

Result<PassReader> LaterPasses::begin(int pass, std::int64_t miniDataset, RecordSource& source)
{
    Positions positions = std::exchange(m_start->passPositions, {});
    source.beginPass();
    source.setRows(std::exchange(m_start->passRecords, 0));
    if (positions.empty()) {
        if (auto written = m_run->journal({{"event", "pass"}, {"pass", pass}, {"mini_dataset", miniDataset}}); !written)
            return fail(written.error());
        for (const auto& [partition, range] : m_learnt.ranges())
            positions[partition].next = range.first;
    }
    if (auto found = findAll(positions); !found)
        return fail(found.error());
    return PassReader::open(m_config->connection, m_config->topic, m_learnt, positions, source);
}

Status LaterPasses::findAll(Positions& positions) const
{
    auto admin = Admin::open(m_config->connection);
    if (!admin)
        return fail(admin.error());
    const auto topic = admin->topic(m_config->topic);
    if (!topic)
        return fail(topic.error());
    for (auto& [number, position] : positions) {
        const auto partition = findPartition(*topic, number);
        if (!partition)
            return fail(partition.error());
        if (auto there = checkLost({m_run->name(), m_config->topic, number, position}, *partition, m_config->skipLost,
                                   *m_context, position.next);
            !there)
            return there;
    }
    return {};
}

void LaterPasses::tellMissing(int pass, std::int64_t records) const
{
    if (const std::int64_t gone = m_learnt.count() - records; gone > 0)
        m_context->note(Note::Severity::Warning, "pass " + std::to_string(pass) + " did without " + formatCount(gone) +
                                                     " records: the topic has them no more");
}

} // namespace millrace
