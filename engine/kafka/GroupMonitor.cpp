// SPDX-License-Identifier: GPL-3.0-or-later
#include "kafka/GroupMonitor.h"

#include "kafka/NextRecords.h"

namespace millrace
{

struct GroupMonitor::State {
    std::string group, topic;
    Admin admin;
    NextRecords next;
};

Result<GroupMonitor> GroupMonitor::open(const Connection& connection, const std::string& group,
                                        const std::string& topic)
{
    auto admin = Admin::open(connection);
    if (!admin)
        return fail(admin.error());
    return GroupMonitor(std::make_unique<State>(State{group, topic, std::move(*admin), NextRecords(connection)}));
}

GroupMonitor::GroupMonitor(std::unique_ptr<State> state) : m_state(std::move(state)) {}
GroupMonitor::GroupMonitor(GroupMonitor&&) noexcept = default;
GroupMonitor& GroupMonitor::operator=(GroupMonitor&&) noexcept = default;
GroupMonitor::~GroupMonitor() = default;

Result<GroupLook> GroupMonitor::look(const std::stop_token& stop, std::chrono::milliseconds timeout)
{
    auto rows = m_state->admin.groupPositions(m_state->group, m_state->topic, timeout);
    if (!rows)
        return fail(rows.error());
    GroupLook look{std::move(*rows), std::nullopt};
    if (auto filled = m_state->next.fill(look.partitions, stop); !filled)
        look.peekFailure = filled.error();
    return look;
}

Status GroupMonitor::requireGroup()
{
    return m_state->admin.requireGroup(m_state->group);
}

} // namespace millrace
