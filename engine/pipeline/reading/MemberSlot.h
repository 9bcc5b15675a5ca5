// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/Files.h"

namespace millrace
{

/// What a run or a slot of this home is called among a group's members: no other home has it.
std::string memberName(const std::filesystem::path& home, const std::string& name);

/// A slot among the members that this home has in a consumer group: the lowest one that no living process holds. Its
/// id serves as group.instance.id and transactional.id, so the process that is started after a kill takes the dead
/// one's place: it gets the same partitions at once, and what the dead one left open is aborted.
class MemberSlot
{
public:
    static Result<MemberSlot> take(const std::filesystem::path& home, const std::string& group);
    [[nodiscard]] const std::string& id() const { return m_id; }

private:
    MemberSlot(FileLock lock, std::string id) : m_lock(std::move(lock)), m_id(std::move(id)) {}
    FileLock m_lock;
    std::string m_id;
};

} // namespace millrace
