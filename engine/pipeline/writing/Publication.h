// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/Error.h"

#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

namespace millrace
{

struct PublishConfig;

/// A publication that was begun, and what one that goes on with it must know. Kept beside the topic notes as
/// home/topics/<topic>.publication, under the name of the (train) topic, from before its first message on; a later
/// publication to the same topic takes its place.
struct Publication {
    std::string clusterId;
    nlohmann::json settings; ///< all that decides which row goes where, and what its message is
    /// Where its messages begin, by topic and partition.
    std::map<std::string, std::vector<std::int64_t>> begin;
    bool finished = false; ///< every message was acknowledged
};

/// The settings of a publication, the file told by path, size and the hash of its first 64 KiB.
Result<nlohmann::json> publicationSettings(const PublishConfig& config);
/// "key was label, is none; seed was 1, is 2"; empty when nothing differs.
std::string settingsThatDiffer(const nlohmann::json& was, const nlohmann::json& is);

Status writePublication(const std::filesystem::path& home, const std::string& topic, const Publication& publication);
/// Nullopt when none was begun. An error when its file cannot be read.
Result<std::optional<Publication>> readPublication(const std::filesystem::path& home, const std::string& topic);

/// Whether this file stands in the topic in part: a publication of it was begun there and not finished.
bool isHalfPublished(const std::filesystem::path& home, const std::string& topic, const std::filesystem::path& file);

} // namespace millrace
