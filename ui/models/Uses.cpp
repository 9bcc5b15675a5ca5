// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/Uses.h"

#include "session/Session.h"

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
bool hasTopic(const Job& job, const Wanted& wanted)
{
    return std::ranges::any_of(job.section().items(), [&](const auto& item) {
        return namesATopic(item.key()) && item.value().is_string() &&
               wanted(item.value().template get_ref<const std::string&>());
    });
}

template <class Wanted>
QStringList liveJobsWith(const Session& session, const Wanted& wanted)
{
    QStringList titles;
    for (const Job* job : session.liveJobs())
        if (hasTopic(*job, wanted))
            titles << job->title();
    return titles;
}

} // namespace

QStringList jobsThatUse(const Session& session, const QString& topic)
{
    return liveJobsWith(session, [name = topic.toStdString()](const std::string& used) { return used == name; });
}

QStringList jobsAtTheBroker(const Session& session)
{
    return liveJobsWith(session, [](const std::string& used) { return !used.empty(); });
}

} // namespace millrace
