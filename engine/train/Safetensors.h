// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/Error.h"

#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace millrace
{

/// The safetensors file format: 8 bytes little-endian length of the header, the header as JSON padded with spaces, then
/// the tensors' bytes, little-endian, without holes. https://github.com/huggingface/safetensors
struct SafetensorsEntry {
    std::string name;
    std::vector<std::int64_t> shape;
    std::span<const float> values; ///< not owned
};

/// The file's content. A checksum adds a last tensor "checksum" (I32, one element) with the CRC-32 of all before it.
std::string writeSafetensors(const std::vector<SafetensorsEntry>& tensors,
                             const std::map<std::string, std::string>& metadata, bool checksum);

/// A file taken apart. Tensors are read by name; values() copies.
class SafetensorsFile
{
public:
    /// The error says whether the content is no safetensors file, truncated or damaged. A checksum, if there, is
    /// checked.
    static Result<SafetensorsFile> parse(std::string content);

    /// The text under this key of __metadata__; empty when there is none.
    [[nodiscard]] std::string metadata(const std::string& key) const;
    [[nodiscard]] bool hasChecksum() const { return m_header.contains("checksum"); }
    /// The numbers of an F32 tensor, empty when there is none of that name.
    [[nodiscard]] std::vector<float> values(const std::string& name) const;

private:
    SafetensorsFile(std::string content, nlohmann::json header, std::size_t start);
    static Status check(const std::string& content, const nlohmann::json& header, std::size_t start);

    std::string m_content;
    nlohmann::json m_header;
    std::size_t m_start; ///< where the tensors' bytes begin
};

} // namespace millrace
