// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/Schema.h"
#include "data/splits/SplitSpec.h"
#include "pipeline/runs/JobContext.h"

#include <filesystem>

namespace millrace
{

/// What Millrace knows of a topic beyond what Kafka keeps: the schema of its records, and whether they are simulated.
/// Kept as home/topics/<topic>.json by whoever publishes; a topic of another origin has none, and its columns are
/// named x1, x2, … after its first message.
struct TopicNotes {
    Schema schema;
    bool simulated = false;
    nlohmann::json best;              ///< the best possible scores by name of a simulated set, else null
    std::optional<SplitSpec> split{}; ///< that parted the file into this topic and another one
    std::string other{};              ///< that other topic; empty where the file went into one
};

Status writeTopicNotes(const std::filesystem::path& home, const std::string& topic, const TopicNotes& notes);
/// The default (an empty schema) when there are none; an error that names the file when it is not as it must be.
Result<TopicNotes> readTopicNotes(const std::filesystem::path& home, const std::string& topic);
/// For a job that can do without them: what is wrong with the file is told, and the topic is as one without notes.
TopicNotes topicNotesOrTold(const std::filesystem::path& home, const std::string& topic, JobContext& context);

/// A file of the home about a topic: topics/<topic><ending>.
std::filesystem::path topicFile(const std::filesystem::path& home, const std::string& topic, std::string_view ending);

/// What is known of a topic that held records when others were added: it has the classes of both, and is simulated
/// where all of it is, and parted where both were parted alike.
TopicNotes notesWithAdded(const TopicNotes& there, TopicNotes added);

/// The same of a simulated CSV, beside it as <file>.json.
Status writeFileNotes(const std::filesystem::path& file, const nlohmann::json& notes);
/// Null without. Else it has "simulated" (true or false) and "best" (as TopicNotes has it), whatever the file says:
/// others name their files like this, too.
nlohmann::json readFileNotes(const std::filesystem::path& file);

} // namespace millrace
