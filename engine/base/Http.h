// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/Error.h"

#include <cstdint>
#include <functional>
#include <stop_token>
#include <string>
#include <string_view>

namespace millrace
{

struct HttpRequest {
    std::string url;       ///< http or https
    std::int64_t from = 0; ///< the first byte that is wanted
    std::string unchanged; ///< an entity tag or a date: anything but that very file is wanted from its beginning
};

/// The head of an answer, after redirects.
struct HttpAnswer {
    int status = 0;
    std::int64_t first = 0;  ///< place in the file of the body's first byte
    std::int64_t total = -1; ///< bytes of the whole file, −1 unknown
    std::string entityTag;   ///< as it stands, with its quotes; empty: none
    std::string modified;    ///< Last-Modified
    std::string url;         ///< where it came from in the end
};

/// What a transfer brings; an error of theirs ends it, and is its error. Called on the thread that asked.
struct HttpReceiver {
    std::function<Status(const HttpAnswer&)> onAnswer; ///< once, before the first bytes
    std::function<Status(std::string_view)> onBytes;   ///< as they came: packed files stay packed
};

/// Gets a file. Redirects are followed, from https to https only; certificates are checked. An answer of any status is
/// an answer. What may go well next time (a connection that was cut, or brought fewer bytes than it said, or nothing
/// for half a minute) is a retriable error. A stop request ends it within a tenth of a second, with
/// ErrorCode::Cancelled.
Status httpGet(const HttpRequest& request, const HttpReceiver& receiver, const std::stop_token& stop);

} // namespace millrace
