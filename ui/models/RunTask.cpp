// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/RunTask.h"

#include "base/Json.h"
#include "data/Schema.h"
#include "pipeline/runs/TopicNotes.h"

#include <algorithm>

namespace millrace
{

namespace
{

Schema notedSchema(const std::filesystem::path& home, const std::string& topic)
{
    return topic.empty() ? Schema() : readTopicNotes(home, topic).value_or(TopicNotes()).schema;
}

bool namesTwo(const Schema& schema)
{
    return schema.classes.size() == 2 && std::ranges::none_of(schema.classes, &std::string::empty);
}

Task withNames(Task task, const Schema& schema)
{
    if (task.kind == TaskKind::Binary && task.classes.empty() && namesTwo(schema))
        task.classes = schema.classes;
    return task;
}

std::string topicOf(const RunInfo& run)
{
    return textIn(objectIn(run.description, "configuration"), "topic", textIn(run.description, "topic"));
}

Task taskOf(const RunInfo& run, const std::filesystem::path& home)
{
    const auto found = run.description.find("task");
    Task task =
        run.description.is_object() && found != run.description.end() ? taskFromJson(*found).value_or(Task()) : Task();
    const nlohmann::json& records = objectIn(run.description, "records");
    task = withNames(std::move(task), records.empty() ? Schema() : schemaFromJson(records).value_or(Schema()));
    return withNames(std::move(task), notedSchema(home, topicOf(run)));
}

} // namespace

Task taskOfRun(const RunCatalog& runs, const std::filesystem::path& home, const std::string& run)
{
    const auto info = runs.find(run);
    return info ? taskOf(*info, home) : Task();
}

Task taskOfJob(const RunCatalog& runs, const std::filesystem::path& home, const std::string& kind,
               const std::string& topic)
{
    const auto all = runs.list();
    const auto newest =
        std::ranges::find_if(all, [&](const RunInfo& run) { return run.kind == kind && topicOf(run) == topic; });
    if (newest != all.end())
        return taskOf(*newest, home);
    const Schema noted = notedSchema(home, topic);
    return noted.labelColumn() < 0 ? Task() : withNames(millrace::taskOf(noted), noted);
}

Task withNamesOf(const Task& named, const Task& task)
{
    return task.kind == named.kind && task.classes.empty() ? named : task;
}

std::optional<Task> taskInResult(const nlohmann::json& result)
{
    const auto row = std::ranges::find(taskTable(), textIn(result, "task"), &TaskInfo::name);
    return row == taskTable().end() ? std::nullopt : std::optional(Task{row->kind});
}

} // namespace millrace
