// SPDX-License-Identifier: GPL-3.0-or-later
#include "session/ExperimentTopics.h"

#include "base/Json.h"
#include "pipeline/reading/GroupRows.h"
#include "pipeline/runs/TopicNotes.h"
#include "pipeline/writing/TopicTarget.h"
#include "session/ExperimentSteps.h"
#include "session/Sections.h"

#include <set>

namespace millrace
{
namespace
{

using nlohmann::json;

/// Makes a topic of an experiment. One that is there already and holds records is kept, or made anew, as the file says;
/// anew only on the local cluster and when Millrace itself published it: anything else is somebody's data and stays.
Status makeTopic(Admin& admin, const std::filesystem::path& home, const std::string& name, int partitions, bool local,
                 Existing existing)
{
    auto targets = lookAtTargets(admin, {{name, partitions}}, {}); // a call of the session has no stop
    if (!targets)
        return fail(targets.error());
    const TopicTarget& target = targets->front();
    if (target.there && existing == Existing::Append)
        return {};
    if (target.there) {
        const auto notes = readTopicNotes(home, name);
        if (!notes)
            return fail(notes.error());
        const bool isOurs = local && !notes->schema.columns.empty();
        if (target.offsets() > 0 && (existing == Existing::Refuse || !isOurs))
            return fail(ErrorCode::Failed,
                        "Topic " + name + " holds records already" +
                            (isOurs ? "" : ", which this experiment did not publish"),
                        isOurs ? "Let the experiment's section publish say \"existing\": \"replace\" or \"append\", or "
                                 "choose another name"
                               : "Choose another name in the experiment, or delete the topic yourself");
        if (auto deleted = admin.deleteTopic(name); !deleted)
            return deleted;
    }
    return admin.createTopic(name, partitions, false);
}

/// Of the groups that the steps read as those that read nothing but the experiment's topics: on the local cluster
/// others may have work of theirs, too.
std::vector<std::string> groupsOfOwn(Admin& admin, const json& sections)
{
    std::set<std::string> topics;
    for (const json& topic : sections["topics"])
        topics.insert(topic["name"].get<std::string>());
    std::vector<std::string> groups;
    for (const std::string& step : groupReaders(sections)) {
        const std::string group = asText(sections[step].value("group", json("")));
        if (!group.empty() && readsOnly(admin, group, topics))
            groups.push_back(group);
    }
    return groups;
}

} // namespace

Status makeExperimentTopics(Admin& admin, const std::filesystem::path& home, const json& sections, bool local)
{
    const Existing existing = existingOf(textIn(objectIn(sections, "publish"), "existing"));
    const std::string simulated = textIn(objectIn(sections, "simulate"), "topic"); // made, and filled, by its own step
    const std::vector<std::string> stale = local ? groupsOfOwn(admin, sections) : std::vector<std::string>();
    for (const json& topic : sections["topics"])
        if (topic["name"] == simulated)
            continue;
        else if (auto made = makeTopic(admin, home, topic["name"], topic.value("partitions", 1), local, existing);
                 !made)
            return made;
    for (const std::string& group : stale)
        (void)admin.deleteGroup(group); // one that has members is told by the job that joins it
    return {};
}

} // namespace millrace
