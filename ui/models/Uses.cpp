// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/Uses.h"

#include "base/Json.h"
#include "session/Session.h"

#include <QCoreApplication>
#include <algorithm>

namespace millrace
{

namespace
{

/// "topic", "test-topic", "label-topic", "dead-letters", and the topic that predictions go "to".
bool namesATopic(const std::string& key)
{
    return key.ends_with("topic") || key == "to" || key == "dead-letters";
}

template <class Wanted>
bool hasTopic(const nlohmann::json& section, const Wanted& wanted)
{
    return section.is_object() && std::ranges::any_of(section.items(), [&](const auto& item) {
               return namesATopic(item.key()) && item.value().is_string() &&
                      wanted(item.value().template get_ref<const std::string&>());
           });
}

template <class Wanted>
QStringList liveJobsWith(const Session& session, const Wanted& wanted)
{
    QStringList titles;
    for (const Job* job : session.liveJobs())
        if (hasTopic(job->section(), wanted))
            titles << job->title();
    return titles;
}

} // namespace

QStringList jobsThatUse(const Session& session, const QString& topic)
{
    return liveJobsWith(session, [name = topic.toStdString()](const std::string& used) { return used == name; });
}

std::function<QStringList()> othersWork(const Session& session, const QString& topic)
{
    QStringList own;
    for (const Job* job : session.liveJobs())
        own << job->run();
    return [runs = session.runs(), own, name = topic.toStdString()] {
        const auto uses = [&name](const std::string& used) { return name.empty() ? !used.empty() : used == name; };
        QStringList titles;
        for (const RunInfo& run : runs.list())
            if (run.status == "running" && !own.contains(QString::fromStdString(run.folder)) &&
                hasTopic(objectIn(run.description, "configuration"), uses))
                titles << QCoreApplication::translate("Uses", "run %1 of another process")
                              .arg(QString::fromStdString(run.folder));
        return titles;
    };
}

QStringList jobsAtTheBroker(const Session& session)
{
    return liveJobsWith(session, [](const std::string& used) { return !used.empty(); });
}

} // namespace millrace
