// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "session/Job.h"
#include "session/Session.h"

#include <QPointer>
#include <QWidget>

class QLabel;
class QTimer;

namespace millrace
{

class StepRow;

/// The Connection tab: the steps of `doctor --broker`, each with what was found as soon as it is known. The test runs
/// in the background and can be cancelled.
class ConnectionPanel : public QWidget
{
    Q_OBJECT
public:
    explicit ConnectionPanel(QWidget* parent = nullptr);
    /// Begins anew; a test that runs is given up.
    void test(const Connection& connection);
    void cancel();
    [[nodiscard]] bool isRunning() const { return !m_job.isNull(); }

signals:
    void runningChanged();

private:
    void showSteps();
    void showStep(const nlohmann::json& step);
    void onEnd();

    QLabel* m_title;
    QLabel* m_advice;
    QList<StepRow*> m_rows;
    QTimer* m_timer;
    QPointer<Job> m_job; ///< null: none runs
    qsizetype m_known = 0;
    bool m_failed = false;
};

} // namespace millrace
