// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/reading/SameTopic.h"

namespace millrace
{
namespace
{

constexpr std::chrono::seconds kLookAgain{2};
/// Whoever polls waits for it; the first time there is a connection to be made.
constexpr std::chrono::milliseconds kLookDeadline{300}, kFirstDeadline{2000};

} // namespace

Status SameTopic::check()
{
    m_looked = Clock::now();
    if (m_id && m_id->empty())
        return {};
    if (!m_admin) {
        auto admin = Admin::open(m_connection);
        if (!admin)
            return fail(admin.error());
        m_admin.emplace(std::move(*admin));
    }
    const auto id = m_admin->topicId(m_topic, m_id ? kLookDeadline : kFirstDeadline);
    if (!id || (m_id && id->empty())) // away, deleted (the reader tells of that), or a broker that knows of no ids
        return {};
    if (!m_id)
        m_id = *id;
    if (m_id == *id)
        return {};
    return fail(ErrorCode::BadData,
                "Topic " + m_topic + " was deleted and made anew while it was read: its records are others now",
                "What is there now is other data: read it with a new run, as another group");
}

Status SameTopic::checkNowAndThen()
{
    return Clock::now() - m_looked < kLookAgain ? Status{} : check();
}

} // namespace millrace
