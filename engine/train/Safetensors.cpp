// SPDX-License-Identifier: GPL-3.0-or-later
#include "train/Safetensors.h"

#include "base/Json.h"
#include "base/Text.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <zlib.h>

namespace millrace
{
namespace
{

static_assert(std::endian::native == std::endian::little, "tensors are copied as they lie in memory");

constexpr std::size_t kLengthBytes = 8;
constexpr std::size_t kAlignment = 8;
constexpr std::uint64_t kLongestHeader = 100'000'000; ///< the reference implementation's limit
constexpr auto kChecksum = "checksum";

std::uint32_t crc(std::string_view bytes)
{
    return static_cast<std::uint32_t>(::crc32_z(0, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()));
}

nlohmann::json entryJson(const char* type, const std::vector<std::int64_t>& shape, std::size_t begin, std::size_t end)
{
    return {{"dtype", type}, {"shape", shape}, {"data_offsets", {begin, end}}};
}

std::string headerText(const std::vector<SafetensorsEntry>& tensors, const std::map<std::string, std::string>& metadata,
                       bool checksum)
{
    nlohmann::json header = nlohmann::json::object();
    if (!metadata.empty())
        header["__metadata__"] = metadata;
    std::size_t offset = 0;
    for (const SafetensorsEntry& tensor : tensors) {
        header[tensor.name] = entryJson("F32", tensor.shape, offset, offset + tensor.values.size_bytes());
        offset += tensor.values.size_bytes();
    }
    if (checksum)
        header[kChecksum] = entryJson("I32", {1}, offset, offset + sizeof(std::uint32_t));
    std::string text = dumpJson(header);
    text.resize((text.size() + kAlignment - 1) / kAlignment * kAlignment, ' ');
    return text;
}

template <class T>
void appendBytes(std::string& content, const T* values, std::size_t count)
{
    content.append(reinterpret_cast<const char*>(values), count * sizeof(T));
}

struct Extent {
    std::size_t begin = 0, end = 0;
};

/// Where a tensor's bytes lie after the header; throws nlohmann's exceptions when the entry is not as it must be.
Extent extentOf(const nlohmann::json& entry)
{
    const nlohmann::json& offsets = entry.at("data_offsets");
    return {offsets.at(0).get<std::size_t>(), offsets.at(1).get<std::size_t>()};
}

/// Every entry must be well formed and agree with its shape; the result is the length of all tensors together.
std::size_t checkedLength(const nlohmann::json& header)
{
    std::size_t length = 0;
    for (const auto& [name, entry] : header.items()) {
        if (name == "__metadata__")
            continue;
        const Extent extent = extentOf(entry);
        std::size_t bytes = sizeof(float);
        for (const nlohmann::json& size : entry.at("shape"))
            bytes *= size.get<std::size_t>();
        const auto type = entry.at("dtype").get<std::string>();
        if (extent.end < extent.begin || ((type == "F32" || type == "I32") && extent.end - extent.begin != bytes))
            throw std::invalid_argument("tensor " + name + " has bytes that do not fit its shape");
        length = std::max(length, extent.end);
    }
    return length;
}

tl::unexpected<Error> bad(const std::string& what)
{
    return fail(ErrorCode::BadData, what);
}

} // namespace

std::string writeSafetensors(const std::vector<SafetensorsEntry>& tensors,
                             const std::map<std::string, std::string>& metadata, bool checksum)
{
    const std::string header = headerText(tensors, metadata, checksum);
    const std::uint64_t headerLength = header.size();
    std::string content;
    std::size_t size = kLengthBytes + header.size() + sizeof(std::uint32_t);
    for (const SafetensorsEntry& tensor : tensors)
        size += tensor.values.size_bytes();
    content.reserve(size);
    appendBytes(content, &headerLength, 1);
    content += header;
    for (const SafetensorsEntry& tensor : tensors)
        appendBytes(content, tensor.values.data(), tensor.values.size());
    if (checksum) {
        const std::uint32_t sum = crc(content);
        appendBytes(content, &sum, 1);
    }
    return content;
}

SafetensorsFile::SafetensorsFile(std::string content, nlohmann::json header, std::size_t start)
    : m_content(std::move(content)), m_header(std::move(header)), m_start(start)
{
}

Result<SafetensorsFile> SafetensorsFile::parse(std::string content)
{
    std::uint64_t headerLength = 0;
    if (content.size() < kLengthBytes)
        return bad("it is truncated: only " + std::to_string(content.size()) + " bytes");
    std::memcpy(&headerLength, content.data(), kLengthBytes);
    if (headerLength > kLongestHeader || headerLength < 2)
        return bad("it is not a safetensors file");
    if (headerLength > content.size() - kLengthBytes)
        return bad(content.size() > kLengthBytes && content[kLengthBytes] != '{' ? "it is not a safetensors file"
                                                                                 : "it is truncated in the header");
    const std::size_t start = kLengthBytes + headerLength;
    auto parsed = parseJson(std::string_view(content).substr(kLengthBytes, headerLength), "its header");
    if (!parsed || !parsed->is_object())
        return bad(content[kLengthBytes] != '{' ? "it is not a safetensors file"
                                                : "its header is damaged: " + parsed.error().message);
    nlohmann::json header = std::move(*parsed);
    if (Status status = check(content, header, start); !status)
        return fail(status.error());
    return SafetensorsFile(std::move(content), std::move(header), start);
}

Status SafetensorsFile::check(const std::string& content, const nlohmann::json& header, std::size_t start)
{
    try {
        const std::size_t expected = checkedLength(header);
        const std::size_t present = content.size() - start;
        if (present != expected)
            return bad((present < expected ? "it is truncated: " : "it is damaged: ") + std::to_string(present) +
                       " bytes of tensors where " + std::to_string(expected) + " belong");
        if (!header.contains(kChecksum))
            return {};
        const Extent extent = extentOf(header.at(kChecksum));
        std::uint32_t stored = 0;
        if (extent.end != expected || extent.end - extent.begin != sizeof(stored))
            return bad("its header is damaged");
        std::memcpy(&stored, content.data() + start + extent.begin, sizeof(stored));
        if (stored != crc(std::string_view(content).substr(0, start + extent.begin)))
            return bad("it is damaged: the checksum does not agree");
        return {};
    } catch (const std::exception&) {
        return bad("its header is damaged");
    }
}

std::string SafetensorsFile::metadata(const std::string& key) const
{
    const auto found = m_header.find("__metadata__");
    if (found == m_header.end() || !found->is_object() || !found->contains(key) || !found->at(key).is_string())
        return {};
    return found->at(key).get<std::string>();
}

std::vector<float> SafetensorsFile::values(const std::string& name) const
{
    const auto found = m_header.find(name);
    if (found == m_header.end() || found->at("dtype") != "F32")
        return {};
    const Extent extent = extentOf(*found);
    std::vector<float> numbers((extent.end - extent.begin) / sizeof(float));
    if (!numbers.empty())
        std::memcpy(numbers.data(), m_content.data() + m_start + extent.begin, numbers.size() * sizeof(float));
    return numbers;
}

} // namespace millrace
