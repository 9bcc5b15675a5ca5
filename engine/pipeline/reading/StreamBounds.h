// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "kafka/Admin.h"

#include <algorithm>
#include <chrono>
#include <string>

namespace millrace
{

/// Where reading starts: "earliest", "latest", an offset, "time:ISO" or "last:N".
struct StreamStart {
    enum class Kind { Earliest, Latest, Offset, Time, Last };
    Kind kind = Kind::Earliest;
    std::int64_t value = 0; ///< offset, milliseconds since 1970, or N
};
Result<StreamStart> parseStreamStart(const std::string& text);

/// Where reading ends: "end" (as of now), "count:N", "idle:MS" or "never"; N and MS from 1.
struct StreamEnd {
    enum class Kind { End, Count, Idle, Never };
    Kind kind = Kind::End;
    std::int64_t value = 0; ///< N, or milliseconds
};
Result<StreamEnd> parseStreamEnd(const std::string& text);

/// How long a stream has been silent, for "idle:MS". Only time spent polling for it counts: a pause, a learner that is
/// behind, a rate limit and a suspended process are not the stream's silence.
class Silence
{
public:
    void restart() { m_length = {}; }
    /// One poll brought nothing. It cannot have listened for longer than it was told to.
    void add(std::chrono::nanoseconds spent, std::chrono::milliseconds timeout)
    {
        m_length += std::min<std::chrono::nanoseconds>(spent, timeout);
    }
    [[nodiscard]] bool lasts(std::int64_t milliseconds) const
    {
        return m_length >= std::chrono::milliseconds(milliseconds);
    }

private:
    std::chrono::nanoseconds m_length{};
};

/// The offset that a start means in one partition now, inside [low, high].
Result<std::int64_t> resolveStart(Admin& admin, const std::string& topic, const PartitionInfo& partition,
                                  const StreamStart& start);

/// The partition of a topic; ErrorCode::Usage names the ones there are.
Result<PartitionInfo> findPartition(const TopicInfo& topic, int partition);

} // namespace millrace
