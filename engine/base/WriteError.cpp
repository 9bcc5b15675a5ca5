// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/WriteError.h"

#include <cerrno>
#include <cstring>
#include <string_view>

namespace millrace
{
namespace
{

// An error is told apart by what it says: it has no place for more, and this is the only one that is asked about.
constexpr std::string_view kNoSpace = "No space left on the device at ",
                           kNoQuota = "The quota of disk space is used up at ";

} // namespace

Error writeError(const std::filesystem::path& path, int reason)
{
    if (reason == ENOSPC || reason == EDQUOT)
        return {ErrorCode::Failed, std::string(reason == ENOSPC ? kNoSpace : kNoQuota) + path.string(),
                "Free some space, or choose another place", false};
    const bool forbidden = reason == EACCES || reason == EPERM || reason == EROFS;
    return {ErrorCode::Failed, "Cannot write " + path.string() + ": " + std::strerror(reason),
            forbidden ? "Check the permissions, or choose another place" : "", false};
}

bool isDiskFull(const Error& error)
{
    return error.message.starts_with(kNoSpace) || error.message.starts_with(kNoQuota);
}

} // namespace millrace
