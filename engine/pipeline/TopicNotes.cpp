// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/TopicNotes.h"

#include "base/Files.h"
#include "base/Text.h"
#include "base/WriteError.h"

namespace millrace
{
namespace
{

std::filesystem::path notesFile(const std::filesystem::path& home, const std::string& topic)
{
    return home / "topics" / (topic + ".json");
}

} // namespace

Status writeTopicNotes(const std::filesystem::path& home, const std::string& topic, const TopicNotes& notes)
{
    if (const auto failure = makePrivateFolder(home / "topics"))
        return fail(writeError(home / "topics", failure.value()));
    const nlohmann::json json = {
        {"schema", toJson(notes.schema)}, {"simulated", notes.simulated}, {"best", notes.best}};
    return writeFileAtomically(notesFile(home, topic), dumpJson(json, 1));
}

TopicNotes readTopicNotes(const std::filesystem::path& home, const std::string& topic)
{
    TopicNotes notes;
    const auto json = readJson(notesFile(home, topic));
    if (!json || !json->is_object())
        return notes;
    if (auto schema = schemaFromJson(json->value("schema", nlohmann::json::object())))
        notes.schema = *schema;
    notes.simulated = json->value("simulated", false);
    notes.best = json->value("best", nlohmann::json());
    return notes;
}

TopicNotes notesWithAdded(const TopicNotes& there, TopicNotes added)
{
    added.simulated = added.simulated && there.simulated;
    if (!added.simulated)
        added.best = nullptr;
    return added;
}

Status writeFileNotes(const std::filesystem::path& file, const nlohmann::json& notes)
{
    return writeFileAtomically(file.string() + ".json", dumpJson(notes, 1));
}

nlohmann::json readFileNotes(const std::filesystem::path& file)
{
    const std::filesystem::path notes = file.string() + ".json";
    if (!std::filesystem::exists(notes))
        return {};
    const auto json = readJson(notes);
    return json && json->is_object() ? *json : nlohmann::json();
}

} // namespace millrace
