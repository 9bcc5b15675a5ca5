// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/writing/Publication.h"

#include "base/Files.h"
#include "base/Hash.h"
#include "base/Json.h"
#include "base/Text.h"
#include "data/files/ByteSource.h"
#include "pipeline/runs/TopicNotes.h"
#include "pipeline/writing/PublishConfig.h"

#include <fstream>

namespace millrace
{
namespace
{

constexpr std::size_t kHeadBytes = 65536;

std::filesystem::path publicationFile(const std::filesystem::path& home, const std::string& topic)
{
    return topicFile(home, topic, ".publication");
}

std::string pathOf(const std::filesystem::path& file)
{
    std::error_code ignored;
    const auto path = std::filesystem::weakly_canonical(file, ignored);
    return ignored ? file.string() : path.string();
}

/// Which file it is.
Result<nlohmann::json> fileSettings(const std::filesystem::path& file)
{
    if (auto good = checkRereadable(file); !good)
        return fail(good.error());
    std::error_code error;
    const auto bytes = std::filesystem::file_size(file, error);
    std::string head(kHeadBytes, '\0');
    std::ifstream stream(file, std::ios::binary);
    stream.read(head.data(), static_cast<std::streamsize>(head.size()));
    if (error || stream.bad() || stream.gcount() == 0)
        return fail(ErrorCode::BadData, "Cannot read " + file.string() + (error ? ": " + error.message() : ""));
    head.resize(static_cast<std::size_t>(stream.gcount()));
    return nlohmann::json({{"file", pathOf(file)}, {"file size", bytes}, {"file head", hashOf(head)}});
}

} // namespace

Result<nlohmann::json> publicationSettings(const PublishConfig& config)
{
    auto made = fileSettings(config.file);
    if (!made)
        return made;
    nlohmann::json settings = std::move(*made);
    for (const std::filesystem::path& file : config.schema.more) {
        auto more = fileSettings(file);
        if (!more)
            return more;
        settings["more files"].push_back(std::move(*more));
    }
    settings.update({{"schema", toJson(config.schema)},
                     {"rows", config.rows},
                     {"key", config.key},
                     {"seed", config.seed},
                     {"order", config.fileOrder ? "file" : "shuffled"},
                     {"format", config.format}});
    if (config.testTopic.empty())
        return settings;
    settings["test-topic"] = config.testTopic;
    if (config.split.kind == SplitKind::Last)
        settings["test-last"] = config.split.last;
    else if (config.split.oneByOne)
        settings["test-fraction"] = config.split.share;
    else
        settings["split"] = toJson(config.split);
    if (config.testFile.empty())
        return settings;
    auto test = fileSettings(config.testFile);
    if (!test)
        return test;
    for (const auto& [key, value] : test->items())
        settings["test " + key] = value;
    return settings;
}

std::string settingsThatDiffer(const nlohmann::json& was, const nlohmann::json& is)
{
    std::string text;
    const auto shown = [](const nlohmann::json& settings, const std::string& key) -> std::string {
        const auto found = settings.find(key);
        if (found == settings.end())
            return "not given";
        return found->is_string() ? found->get<std::string>() : found->dump();
    };
    nlohmann::json begun = was;
    if (!begun.contains("format")) // an earlier build began it
        begun["format"] = defaultRecordFormat();
    nlohmann::json both = begun;
    both.update(is);
    for (const auto& [key, ignored] : both.items()) {
        const std::string before = shown(begun, key), now = shown(is, key);
        if (before == now)
            continue;
        text += text.empty() ? "" : "; ";
        text += key == "schema" || key.ends_with("file head") ? "the " + key + " is another"
                                                              : key + " was " + before + ", is " + now;
    }
    return text;
}

Status writePublication(const std::filesystem::path& home, const std::string& topic, const Publication& publication)
{
    const auto file = publicationFile(home, topic);
    if (auto made = needPrivateFolder(file.parent_path()); !made)
        return made;
    const nlohmann::json json = {{"cluster_id", publication.clusterId},
                                 {"settings", publication.settings},
                                 {"begin", publication.begin},
                                 {"finished", publication.finished}};
    return writeFileAtomically(file, dumpJson(json, 1));
}

Result<std::optional<Publication>> readPublication(const std::filesystem::path& home, const std::string& topic)
{
    const auto file = publicationFile(home, topic);
    std::error_code ignored; // what cannot be looked at was not written either
    if (!std::filesystem::exists(file, ignored))
        return std::optional<Publication>();
    constexpr auto kAdvice = "Publish without --resume, to a new topic";
    const auto wrong = [&file](const std::string& what) {
        return fail(ErrorCode::BadData, file.string() + " is not as it must be: " + what, kAdvice);
    };
    auto json = readJson(file);
    if (!json)
        return fail(ErrorCode::BadData, json.error().message, kAdvice);
    try {
        Publication publication;
        publication.clusterId = json->at("cluster_id").get<std::string>();
        publication.settings = json->at("settings");
        publication.begin = json->at("begin").get<decltype(publication.begin)>();
        publication.finished = json->at("finished").get<bool>();
        if (!publication.settings.is_object())
            return wrong("settings must be an object");
        return std::optional(std::move(publication));
    } catch (const nlohmann::json::exception& exception) {
        return wrong(exception.what());
    }
}

bool isHalfPublished(const std::filesystem::path& home, const std::string& topic, const std::filesystem::path& file)
{
    const auto publication = readPublication(home, topic);
    return publication && *publication && !(*publication)->finished &&
           textIn((*publication)->settings, "file") == pathOf(file);
}

} // namespace millrace
