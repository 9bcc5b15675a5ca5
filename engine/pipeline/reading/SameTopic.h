// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/Clock.h"
#include "kafka/Admin.h"

namespace millrace
{

/// Whether the topic that is read is still the one that reading began with. A topic that is deleted and made anew in
/// between librdkafka reads on at the old one's position, without a word where the new one reaches so far. Used by one
/// thread.
class SameTopic
{
public:
    SameTopic(Connection connection, std::string topic) : m_connection(std::move(connection)), m_topic(std::move(topic))
    {
    }

    /// ErrorCode::BadData when it is another one; good where the cluster does not tell. The first call notes which it
    /// is.
    Status check();
    /// As check(), where the last look is some seconds ago.
    Status checkNowAndThen();

private:
    Connection m_connection;
    std::string m_topic;
    std::optional<std::string> m_id; ///< as the first answer told it; empty where the cluster gives none
    std::optional<Admin> m_admin;
    Clock::time_point m_looked;
};

} // namespace millrace
