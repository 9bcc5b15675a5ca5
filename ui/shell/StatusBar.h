// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QElapsedTimer>
#include <QFrame>

class QLabel;
class QProgressBar;
class QToolButton;

namespace millrace
{

class ElidedLabel;
class ExperimentRun;
class Session;

/// The line at the bottom: the cluster's state, the last message, the running job with progress, time left and cancel.
class StatusBar : public QFrame
{
    Q_OBJECT
public:
    explicit StatusBar(Session& session, QWidget* parent = nullptr);
    void say(const QString& text, bool isError);
    /// Every timer tick.
    void refresh(ExperimentRun* run);

signals:
    void cancelRequested();
    void clusterClicked();

private:
    void showCluster();
    void showMessage();
    void showWork(ExperimentRun* run);

    Session& m_session;
    QToolButton* m_cluster;
    QLabel* m_address;
    ElidedLabel* m_message;
    QLabel* m_work;
    QProgressBar* m_bar;
    QLabel* m_left;
    QToolButton* m_cancel;
    QString m_text;
    bool m_isError = false;
    QElapsedTimer m_since;
};

} // namespace millrace
