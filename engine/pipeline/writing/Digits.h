// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <charconv>
#include <cstdint>
#include <string_view>

namespace millrace
{

/// A number as a header's value, without allocation; the text lives until the next call.
class Digits
{
public:
    std::string_view of(std::int64_t number)
    {
        return {m_text.data(), std::to_chars(m_text.data(), m_text.data() + m_text.size(), number).ptr};
    }

private:
    std::array<char, 24> m_text{};
};

} // namespace millrace
