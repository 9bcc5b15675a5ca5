// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/reading/MemberSlot.h"

#include "base/Hash.h"
#include "base/Names.h"

#include <array>
#include <unistd.h>

namespace millrace
{
namespace
{

constexpr int kMostSlots = 1000;
/// A group's instance id has at most 249 characters.
constexpr std::size_t kLongestPart = 150;

std::string hostName()
{
    std::array<char, 256> name{};
    return ::gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "";
}

} // namespace

std::string memberName(const std::filesystem::path& home, const std::string& name)
{
    return "millrace-" + uniqueName(name, kLongestPart) + "-" + hexDigits(hashOf(home.string(), hashOf(hostName())));
}

Result<MemberSlot> MemberSlot::take(const std::filesystem::path& home, const std::string& group)
{
    std::error_code ignored;
    const auto folder = home / "members";
    std::filesystem::create_directories(folder, ignored);
    const std::string name = uniqueName(group, kLongestPart);
    for (int slot = 0; slot < kMostSlots; ++slot) {
        auto lock = FileLock::tryExclusive(folder / (name + "-" + std::to_string(slot)));
        if (!lock)
            return fail(lock.error());
        if (*lock)
            return MemberSlot(std::move(**lock), memberName(home, group) + "-" + std::to_string(slot));
    }
    return fail(ErrorCode::Failed, "Group " + group + " has " + std::to_string(kMostSlots) + " members here already");
}

} // namespace millrace
