// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "kafka/Consumer.h"
#include "pipeline/runs/JobContext.h"

namespace millrace
{

/// The header that says which row of its file a message is, or which of a simulator's events.
inline constexpr auto kRowHeader = "row";

/// Which rows of a file stand in a topic, by that header of its messages: two bytes a row in memory.
class PublishedRows : public ConsumerEvents
{
public:
    /// Reads every partition from its offset in `begin` to its end. What a killed process had sent may still be on its
    /// way to the log: the end is one that stays the end for a moment. Stopped by the context.
    Status read(const Connection& connection, const std::string& topic, const std::vector<std::int64_t>& begin,
                JobContext& context);

    [[nodiscard]] int partitionOf(std::int64_t row) const; ///< −1: the row is not there
    [[nodiscard]] std::int64_t rows() const { return m_rows; }
    /// Messages whose row is there already: somebody published the file twice.
    [[nodiscard]] std::int64_t repeated() const { return m_repeated; }
    /// Next offset of each partition at the end of reading.
    [[nodiscard]] const std::vector<std::int64_t>& ends() const { return m_ends; }

    void onMessage(const MessageView& message) override;
    void onEnd(int partition, std::int64_t offset) override;
    void onBrokersAway(bool away) override { m_away = away; }

private:
    [[nodiscard]] bool settled() const;

    std::vector<std::int16_t> m_partitions; ///< by row: its partition + 1, or 0
    std::int64_t m_rows = 0, m_repeated = 0;
    std::vector<std::int64_t> m_ends;
    std::vector<bool> m_atEnd;
    std::chrono::steady_clock::time_point m_changed; ///< the last message or end came then
    bool m_away = false;
};

} // namespace millrace
