// SPDX-License-Identifier: GPL-3.0-or-later
#include "kafka/MemberAssignment.h"

#include <cstdint>

namespace millrace
{
namespace
{

/// Takes big-endian fields from the front; after one that is not there `isGood` stays false.
class FieldReader
{
public:
    explicit FieldReader(std::string_view bytes) : m_rest(bytes) {}

    std::int32_t number(std::size_t size)
    {
        std::uint32_t value = 0;
        for (const char c : take(size))
            value = (value << 8U) | static_cast<unsigned char>(c);
        return size == 2 ? static_cast<std::int16_t>(value) : static_cast<std::int32_t>(value);
    }
    std::string text()
    {
        const std::int32_t size = number(2);
        return std::string(take(size < 0 ? m_rest.size() + 1 : static_cast<std::size_t>(size)));
    }
    /// The number of elements that follow, each of so many bytes at least.
    std::int32_t count(std::size_t elementSize)
    {
        const std::int32_t count = number(4);
        if (count < 0 || static_cast<std::size_t>(count) > m_rest.size() / elementSize)
            m_good = false;
        return m_good ? count : 0;
    }
    [[nodiscard]] bool isGood() const { return m_good; }

private:
    std::string_view take(std::size_t size)
    {
        if (!m_good || size > m_rest.size()) {
            m_good = false;
            return {};
        }
        const std::string_view taken = m_rest.substr(0, size);
        m_rest.remove_prefix(size);
        return taken;
    }

    std::string_view m_rest;
    bool m_good = true;
};

} // namespace

std::optional<std::vector<std::pair<std::string, int>>> partitionsOfAssignment(std::string_view bytes)
{
    FieldReader fields(bytes);
    std::vector<std::pair<std::string, int>> partitions;
    if (fields.number(2) < 0)
        return std::nullopt;
    for (std::int32_t topics = fields.count(6); topics > 0 && fields.isGood(); --topics) {
        const std::string topic = fields.text();
        for (std::int32_t left = fields.count(4); left > 0 && fields.isGood(); --left)
            partitions.emplace_back(topic, fields.number(4));
    }
    return fields.isGood() ? std::optional(std::move(partitions)) : std::nullopt;
}

} // namespace millrace
