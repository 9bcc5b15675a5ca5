// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/GroupPlace.h"

#include "base/Hash.h"

#include <array>
#include <charconv>
#include <unistd.h>

namespace millrace
{
namespace
{

constexpr int kMostPlaces = 1000;

std::string hex(std::uint64_t number)
{
    std::array<char, 16> digits{};
    return {digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), number, 16).ptr};
}

std::string hostName()
{
    std::array<char, 256> name{};
    return ::gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "";
}

} // namespace

Result<GroupPlace> GroupPlace::take(const std::filesystem::path& home, const std::string& group)
{
    std::error_code ignored;
    const auto folder = home / "members";
    std::filesystem::create_directories(folder, ignored);
    const std::string owner = hex(hashOf(home.string(), hashOf(hostName())));
    for (int place = 0; place < kMostPlaces; ++place) {
        // A group's name may hold what a file's cannot.
        auto lock = FileLock::tryExclusive(folder / (hex(hashOf(group)) + "-" + std::to_string(place)));
        if (!lock)
            return fail(lock.error());
        if (*lock)
            return GroupPlace(std::move(**lock), "millrace-" + group + "-" + owner + "-" + std::to_string(place));
    }
    return fail(ErrorCode::Failed, "Group " + group + " has " + std::to_string(kMostPlaces) + " members here already");
}

} // namespace millrace
