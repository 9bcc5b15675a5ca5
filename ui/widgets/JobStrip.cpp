// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/JobStrip.h"

#include "base/Text.h"
#include "models/Values.h"
#include "widgets/Widgets.h"

#include <QHBoxLayout>
#include <QProgressBar>
#include <cmath>

namespace millrace
{

namespace
{

constexpr int kSteps = 1000;

QString describeProgress(const Progress& progress)
{
    QStringList parts;
    if (!progress.text.empty())
        parts << QString::fromStdString(progress.text);
    if (std::isfinite(progress.rate))
        parts << perSecondText(progress.rate);
    if (std::isfinite(progress.secondsLeft))
        parts << JobStrip::tr("%1 left").arg(QString::fromStdString(formatDuration(progress.secondsLeft)));
    return parts.join(QStringLiteral(" · "));
}

} // namespace

JobStrip::JobStrip(const QString& objectName, QWidget* parent)
    : QFrame(parent), m_title(new QLabel(this)), m_bar(new QProgressBar(this)), m_text(styledLabel({}, "dim")),
      m_cancel(plainButton(tr("Cancel"), objectName + QStringLiteral("CancelButton")))
{
    setObjectName(objectName);
    m_bar->setTextVisible(false);
    m_bar->setFixedHeight(6);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(12);
    layout->addWidget(m_title);
    layout->addWidget(m_bar, 1);
    layout->addWidget(m_text);
    layout->addWidget(m_cancel);
    connect(m_cancel, &QPushButton::clicked, this, [this] {
        if (m_job)
            m_job->stop();
    });
    hide();
}

void JobStrip::follow(Job* job)
{
    if (m_job)
        disconnect(m_job, nullptr, this, nullptr);
    m_job = job;
    if (job)
        connect(job, &Job::stateChanged, this, &JobStrip::refresh);
    refresh();
}

void JobStrip::refresh()
{
    const bool live = m_job && m_job->isLive();
    setVisible(live);
    if (!live)
        return;
    const Progress progress = m_job->progress();
    m_title->setText(m_job->title());
    const bool known = std::isfinite(progress.fraction);
    m_bar->setRange(0, known ? kSteps : 0);
    if (known)
        m_bar->setValue(static_cast<int>(std::lround(progress.fraction * kSteps)));
    m_text->setText(m_job->state() == Job::State::Stopping ? tr("stopping …") : describeProgress(progress));
    m_cancel->setEnabled(m_job->state() != Job::State::Stopping);
}

} // namespace millrace
