// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "session/Session.h"

#include <QPointer>
#include <QWidget>

class QVBoxLayout;

namespace millrace
{

class JobCard;

/// Where a file comes from: it is dropped or opened, or it is simulated or downloaded by jobs that are started here.
class FileSources : public QWidget
{
    Q_OBJECT
public:
    explicit FileSources(Session& session, QWidget* parent = nullptr);
    /// Above the rest, until it is put elsewhere.
    void putOnTop(QWidget* widget);

signals:
    void chosen(const QStringList& files); ///< dropped, or made by a job of ours
    void openWanted();
    void refused(const millrace::Error& error); ///< a job that was not started

protected:
    bool event(QEvent* event) override;

private:
    QWidget* makeZone();
    void simulate();
    void download();
    void start(const char* kind, const nlohmann::json& section, QPointer<Job>& ours);
    void onJobFinished(const Job* job);
    void showLive();

    Session& m_session;
    QVBoxLayout* m_layout;
    QWidget* m_cards = nullptr; ///< of other data: simulated, downloaded
    QPointer<QWidget> m_onTop;
    JobCard *m_simulate, *m_download;
    QPointer<Job> m_simulating, m_downloading;
};

} // namespace millrace
