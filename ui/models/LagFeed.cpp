// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/LagFeed.h"

#include "models/TableText.h"
#include "models/Values.h"
#include "session/Session.h"

#include <cmath>

namespace millrace
{

namespace
{

constexpr std::chrono::milliseconds kPumpEvery{100};

struct VerdictLook {
    const char* text;
    const char* shape;
    Tone tone;
};

const VerdictLook* lookOf(const QString& verdict)
{
    static constexpr VerdictLook kLooks[] = {
        {QT_TRANSLATE_NOOP("Tables", "OK"), "●", Tone::Ok},
        {QT_TRANSLATE_NOOP("Tables", "paused"), "❚❚", Tone::Neutral},
        {QT_TRANSLATE_NOOP("Tables", "falling behind"), "▲", Tone::Warning},
        {QT_TRANSLATE_NOOP("Tables", "went back"), "◆", Tone::Warning},
        {QT_TRANSLATE_NOOP("Tables", "not moving"), "■", Tone::Error},
        {QT_TRANSLATE_NOOP("Tables", "stalled"), "■", Tone::Error},
        {QT_TRANSLATE_NOOP("Tables", "stopped"), "■", Tone::Error},
        {QT_TRANSLATE_NOOP("Tables", "beyond the end"), "◆", Tone::Error},
        {QT_TRANSLATE_NOOP("Tables", "held back"), "◆", Tone::Warning},
    };
    for (const VerdictLook& look : kLooks)
        if (verdict == QLatin1String(look.text))
            return &look;
    return nullptr;
}

} // namespace

LagFeed::LagFeed(Session& session, QObject* parent) : QObject(parent), m_session(session)
{
    m_timer.setInterval(kPumpEvery);
    connect(&m_timer, &QTimer::timeout, this, &LagFeed::pump);
}

LagFeed::~LagFeed()
{
    leave();
}

void LagFeed::follow(const QString& group, const QString& topic)
{
    if (m_job && m_group == group && m_topic == topic)
        return;
    leave();
    m_group = group;
    m_topic = topic;
    if (group.isEmpty())
        return;
    nlohmann::json section = {{"group", group.toStdString()}};
    if (!topic.isEmpty())
        section["topic"] = topic.toStdString();
    auto watch = m_session.watch(section);
    if (!watch) {
        emit failed(watch.error());
        return;
    }
    m_job = watch->release();
    m_job->setParent(&m_session); // lives on until its last request is answered
    connect(m_job, &Job::finished, m_job, &Job::deleteLater);
    connect(m_job, &Job::finished, this, [this, job = m_job.data()] {
        m_timer.stop();
        m_job = nullptr;
        if (job->state() == Job::State::Failed)
            emit failed(job->error());
    });
    m_timer.start();
}

void LagFeed::leave()
{
    m_timer.stop();
    if (!m_job)
        return;
    m_job->disconnect(this);
    m_job->stop();
    m_job = nullptr;
}

void LagFeed::pump()
{
    for (const nlohmann::json& look : m_job->drainViews())
        emit looked(look);
}

QString verdictText(const QVariant& verdict)
{
    const VerdictLook* look = lookOf(verdict.toString());
    return look == nullptr ? QStringLiteral("–") : QStringLiteral("%1 %2").arg(look->shape, tableText(look->text));
}

QColor verdictColour(const QVariant& verdict)
{
    const VerdictLook* look = lookOf(verdict.toString());
    return look == nullptr ? QColor() : Theme::current().of(look->tone);
}

Tone verdictTone(const QString& verdict)
{
    const VerdictLook* look = lookOf(verdict);
    return look != nullptr ? look->tone : verdict.isEmpty() ? Tone::Neutral : Tone::Error;
}

QVariant drainSeconds(const nlohmann::json& numbers)
{
    return jsonFlag(numbers, "never_drains") ? QVariant(std::numeric_limits<double>::infinity())
                                             : jsonValue(numbers, "drain_seconds");
}

QString drainText(const QVariant& seconds)
{
    return seconds.isValid() && std::isinf(seconds.toDouble()) ? LagFeed::tr("never") : durationText(seconds);
}

} // namespace millrace
