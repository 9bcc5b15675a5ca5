// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "session/Job.h"

#include <QFrame>
#include <QPointer>

class QLabel;
class QProgressBar;
class QPushButton;

namespace millrace
{

/// What a page's job is doing: title, progress with rate and time left, cancel. Hidden without a live job.
class JobStrip : public QFrame
{
    Q_OBJECT
public:
    explicit JobStrip(const QString& objectName, QWidget* parent = nullptr);
    void follow(Job* job); ///< until it ends
    void refresh();        ///< from the page's tick()
    [[nodiscard]] Job* job() const { return m_job; }

private:
    QPointer<Job> m_job;
    QLabel* m_title;
    QProgressBar* m_bar;
    QLabel* m_text;
    QPushButton* m_cancel;
};

} // namespace millrace
