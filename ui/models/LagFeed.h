// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "session/Job.h"
#include "style/Theme.h"

#include <QColor>
#include <QObject>
#include <QPointer>
#include <QTimer>
#include <QVariant>

namespace millrace
{

class Session;

/// The looks of the lag monitor at one group, as they come: each a JSON object as session/README.md has it for "watch".
/// Main thread only; the asking is done on the monitor's own thread.
class LagFeed : public QObject
{
    Q_OBJECT
public:
    explicit LagFeed(Session& session, QObject* parent = nullptr);
    ~LagFeed() override;

    /// Looks at this group (and this topic alone) from now on; goes on when it does so already. An empty group ends it.
    void follow(const QString& group, const QString& topic = {});
    [[nodiscard]] const QString& group() const { return m_group; }

signals:
    void looked(const nlohmann::json& look);
    void failed(const millrace::Error& error); ///< and looks no longer

private:
    void leave();
    void pump();

    Session& m_session;
    QString m_group, m_topic;
    QPointer<Job> m_job;
    QTimer m_timer;
};

/// "● OK", "▲ falling behind": a verdict by shape and colour; unknown is "–".
QString verdictText(const QVariant& verdict);
QColor verdictColour(const QVariant& verdict);
Tone verdictTone(const QString& verdict); ///< an unknown one is neutral where it is empty
/// Seconds of numbers that may be "never", for a table or a tile: invalid unknown, infinity never.
QVariant drainSeconds(const nlohmann::json& numbers);
QString drainText(const QVariant& seconds);

} // namespace millrace
