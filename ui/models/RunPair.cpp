// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/RunPair.h"

#include "base/Json.h"
#include "models/RunRows.h"
#include "pipeline/runs/TopicNotes.h"

namespace millrace
{

namespace
{

std::string learntTopicOf(const RunInfo& run)
{
    return textIn(objectIn(run.description, "configuration"), "topic");
}

std::string otherTopic(const std::filesystem::path& home, const std::string& topic)
{
    return topic.empty() ? std::string() : readTopicNotes(home, topic).value_or(TopicNotes()).other;
}

} // namespace

QString testTopicOf(const RunCatalog& runs, const std::filesystem::path& home, const QString& run)
{
    const auto info = runs.find(run.toStdString());
    return info ? QString::fromStdString(otherTopic(home, learntTopicOf(*info))) : QString();
}

QString runTestedBy(const RunCatalog& runs, const std::filesystem::path& home, const QString& topic)
{
    const std::string learnt = otherTopic(home, topic.toStdString());
    if (learnt.empty())
        return {};
    for (const RunInfo& run : runs.list())
        if (run.hasModel && isLearning(run) && learntTopicOf(run) == learnt)
            return QString::fromStdString(run.folder);
    return {};
}

} // namespace millrace
