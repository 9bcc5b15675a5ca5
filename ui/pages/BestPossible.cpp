// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/BestPossible.h"

#include "metrics/ScoreTable.h"
#include "models/Values.h"
#include "session/Session.h"

#include <limits>

namespace millrace
{

namespace
{

bool wroteTo(const Job& publish, const std::string& topic)
{
    for (const nlohmann::json& part : jsonChild(publish.result(), "parts"))
        if (part.is_object() && part.value("topic", "") == topic)
            return true;
    return false;
}

} // namespace

TopicOrigin originOf(const Session& session, const QString& topic)
{
    const Job* publish = session.latest("publish");
    if (!publish || publish->state() != Job::State::Done || !wroteTo(*publish, topic.toStdString()) ||
        !jsonFlag(publish->result(), "simulated"))
        return {};
    TopicOrigin origin{true, nullptr};
    const auto file = publish->section().find("file");
    for (const char* kind : {"simulate", "summarize"}) {
        const Job* job = session.latest(kind);
        if (!job || job->state() != Job::State::Done || file == publish->section().end())
            continue;
        const char* key = std::string_view(kind) == "simulate" ? "out" : "file";
        if (job->section().value(key, nlohmann::json()) == *file && !scoresIn(jsonChild(job->result(), "best")).empty())
            origin.best = job->result()["best"];
    }
    return origin;
}

double numberOr(const nlohmann::json& object, const char* key)
{
    const auto found = object.is_object() ? object.find(key) : object.end();
    return object.is_object() && found != object.end() && found->is_number() ? found->get<double>()
                                                                             : std::numeric_limits<double>::quiet_NaN();
}

} // namespace millrace
