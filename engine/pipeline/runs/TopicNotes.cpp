// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/runs/TopicNotes.h"

#include "base/Files.h"
#include "base/Json.h"
#include "base/Text.h"
#include "metrics/ScoreTable.h"

#include <algorithm>
#include <array>

namespace millrace
{
namespace
{

constexpr std::string_view kNotesEnding = ".json";

bool notesAreThere(const std::filesystem::path& file)
{
    std::error_code ignored; // what cannot be looked at cannot be read either
    return std::filesystem::exists(file, ignored);
}

/// What a report may show as the best possible: scores, each known or null.
bool isBest(const nlohmann::json& best)
{
    const auto isScore = [](const nlohmann::json& value) { return value.is_number() || value.is_null(); };
    return !scoresIn(best).empty() && std::ranges::all_of(best, isScore);
}

Result<TopicNotes> notesFromJson(const nlohmann::json& json)
{
    const auto wrong = [](const std::string& what) { return fail(ErrorCode::BadData, what); };
    if (!json.is_object())
        return wrong("it is no object");
    TopicNotes notes;
    const nlohmann::json schema = json.value("schema", nlohmann::json::object());
    const bool isEmpty = schema.is_object() && schema.value("columns", nlohmann::json::array()).empty();
    if (!isEmpty) {
        auto read = schemaFromJson(schema);
        if (!read)
            return wrong(read.error().message);
        notes.schema = std::move(*read);
    }
    const nlohmann::json simulated = json.value("simulated", nlohmann::json(false));
    if (!simulated.is_boolean())
        return wrong("simulated must be true or false");
    notes.simulated = simulated.get<bool>();
    notes.best = json.value("best", nlohmann::json());
    if (!notes.best.is_null() && !isBest(notes.best))
        return wrong("best must have scores, each a number or null");
    if (const nlohmann::json& split = objectIn(json, "split"); !split.empty()) {
        auto read = splitFromJson(split);
        if (!read)
            return wrong(read.error().message);
        notes.split = std::move(*read);
    }
    notes.other = textIn(json, "other");
    return notes;
}

} // namespace

std::filesystem::path topicFile(const std::filesystem::path& home, const std::string& topic, std::string_view ending)
{
    return home / "topics" / (topic + std::string(ending));
}

Status writeTopicNotes(const std::filesystem::path& home, const std::string& topic, const TopicNotes& notes)
{
    const auto file = topicFile(home, topic, kNotesEnding);
    if (auto made = needPrivateFolder(file.parent_path()); !made)
        return made;
    nlohmann::json json = {{"schema", toJson(notes.schema)}, {"simulated", notes.simulated}, {"best", notes.best}};
    if (notes.split)
        json["split"] = toJson(*notes.split);
    if (!notes.other.empty())
        json["other"] = notes.other;
    return writeFileAtomically(file, dumpJson(json, 1));
}

Result<TopicNotes> readTopicNotes(const std::filesystem::path& home, const std::string& topic)
{
    constexpr auto kAdvice = "Mend it, or delete it: the topic's columns are named x1, x2, … without it";
    const auto file = topicFile(home, topic, kNotesEnding);
    if (!notesAreThere(file))
        return TopicNotes();
    const auto json = readJson(file);
    if (!json)
        return fail(ErrorCode::BadData, json.error().message, kAdvice);
    auto notes = notesFromJson(*json);
    if (!notes)
        return fail(ErrorCode::BadData, file.string() + " is not as it must be: " + notes.error().message, kAdvice);
    return notes;
}

TopicNotes topicNotesOrTold(const std::filesystem::path& home, const std::string& topic, JobContext& context)
{
    auto notes = readTopicNotes(home, topic);
    if (notes)
        return std::move(*notes);
    context.note(Note::Severity::Warning, describe(notes.error()));
    return {};
}

TopicNotes notesWithAdded(const TopicNotes& there, TopicNotes added)
{
    const auto isText = [](const Schema& schema) {
        const int label = schema.labelColumn();
        return label >= 0 && schema.columns[static_cast<std::size_t>(label)].type == ColumnType::Text;
    };
    if (isText(there.schema) && isText(added.schema)) { // names of classes, not of 0 and 1
        std::vector<std::string> classes = there.schema.classes;
        for (const std::string& name : added.schema.classes)
            if (std::ranges::find(classes, name) == classes.end())
                classes.push_back(name);
        std::erase(classes, ""); // of a file of one class
        if (classes.size() < 2)
            classes.resize(2);
        added.schema.task = classes.size() > 2 ? TaskKind::MultiClass : TaskKind::Binary;
        added.schema.classes = std::move(classes);
    }
    added.simulated = added.simulated && there.simulated;
    if (!added.simulated)
        added.best = nullptr;
    if (added.split && (!there.split || toJson(*there.split) != toJson(*added.split)))
        added.split.reset();
    if (added.other != there.other) // of which the other part is held by several topics
        added.other.clear();
    return added;
}

Status writeFileNotes(const std::filesystem::path& file, const nlohmann::json& notes)
{
    return writeFileAtomically(file.string() + ".json", dumpJson(notes, 1));
}

nlohmann::json readFileNotes(const std::filesystem::path& file)
{
    const std::filesystem::path notes = file.string() + ".json";
    const auto json = notesAreThere(notes) ? readJson(notes) : Result<nlohmann::json>();
    if (!json || !json->is_object())
        return {};
    const nlohmann::json& best = objectIn(*json, "best");
    return {{"simulated", flagIn(*json, "simulated")}, {"best", isBest(best) ? best : nlohmann::json()}};
}

} // namespace millrace
