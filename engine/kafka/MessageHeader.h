// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>

namespace millrace
{

/// A header of a message that is sent.
struct MessageHeader {
    const char* name = "";
    std::string_view value;
};

} // namespace millrace
