// SPDX-License-Identifier: GPL-3.0-or-later
#include "shell/StatusBar.h"

#include "base/Text.h"
#include "session/ExperimentRun.h"
#include "session/Session.h"
#include "widgets/Widgets.h"

#include <QHBoxLayout>
#include <QProgressBar>
#include <QToolButton>
#include <cmath>

namespace millrace
{

namespace
{

constexpr int kMessageMilliseconds = 15'000, kErrorMilliseconds = 60'000;

struct ClusterLine {
    QString state, address;
    const char* tone;
};

ClusterLine clusterLine(Session& session)
{
    if (session.isExternal()) {
        const QString address = QString::fromStdString(session.connection().brokers);
        switch (session.externalAnswer()) {
        case Session::Answer::Yes:
            return {"● " + QObject::tr("cluster"), address, "ok"};
        case Session::Answer::No:
            return {"■ " + QObject::tr("cluster does not answer"), address, "error"};
        case Session::Answer::Awaited:
            return {"◐ " + QObject::tr("connecting"), address, "warn"};
        }
    }
    LocalCluster& cluster = session.cluster();
    switch (cluster.state()) {
    case LocalCluster::State::Running:
        return {"● " + QObject::tr("local cluster"),
                QObject::tr("Kafka %1 · %2").arg(cluster.version(), cluster.brokers()), "ok"};
    case LocalCluster::State::Starting:
        return {"◐ " + QObject::tr("local cluster starts"), {}, "warn"};
    case LocalCluster::State::Stopping:
        return {"◐ " + QObject::tr("local cluster stops"), {}, "warn"};
    case LocalCluster::State::Failed:
        return {"■ " + QObject::tr("local cluster failed"), {}, "error"};
    case LocalCluster::State::Stopped:
        break;
    }
    return {"○ " + QObject::tr("no cluster"), {}, ""};
}

QString leftText(const Progress& progress)
{
    QStringList parts;
    if (std::isfinite(progress.fraction))
        parts << QString("%1 %").arg(static_cast<int>(std::floor(progress.fraction * 100)));
    else if (progress.records >= 0)
        parts << (progress.records == 1
                      ? QObject::tr("1 record")
                      : QObject::tr("%1 records").arg(QString::fromStdString(formatCount(progress.records))));
    if (std::isfinite(progress.secondsLeft))
        parts << QObject::tr("%1 left").arg(QString::fromStdString(formatDuration(progress.secondsLeft)));
    return parts.join(" · ");
}

} // namespace

StatusBar::StatusBar(Session& session, QWidget* parent) : QFrame(parent), m_session(session)
{
    setObjectName("statusBar");
    setFixedHeight(31);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(8, 1, 8, 0);
    layout->setSpacing(14);
    m_cluster = new QToolButton;
    m_cluster->setObjectName("statusClusterButton");
    m_cluster->setFocusPolicy(Qt::TabFocus);
    m_cluster->setToolTip(tr("To the cluster's page"));
    m_address = new QLabel;
    m_address->setObjectName("statusAddress");
    m_address->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_message = new ElidedLabel;
    m_message->setObjectName("statusMessage");
    m_message->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_work = new QLabel;
    m_work->setObjectName("statusJob");
    m_bar = new QProgressBar;
    m_bar->setObjectName("statusProgress");
    m_bar->setFixedWidth(160);
    m_bar->setTextVisible(false);
    m_bar->setAccessibleName(tr("Progress"));
    m_left = new QLabel;
    m_left->setObjectName("statusLeft");
    m_cancel = new QToolButton;
    m_cancel->setObjectName("statusCancelButton");
    m_cancel->setText("✕");
    m_cancel->setToolTip(tr("Stop it; what it has done is kept"));
    m_cancel->setAccessibleName(tr("Stop the running job"));
    layout->addWidget(m_cluster);
    layout->addWidget(m_address);
    layout->addWidget(m_message, 1);
    for (QWidget* widget : {static_cast<QWidget*>(m_work), static_cast<QWidget*>(m_bar), static_cast<QWidget*>(m_left),
                            static_cast<QWidget*>(m_cancel)})
        layout->addWidget(widget);
    connect(m_cluster, &QToolButton::clicked, this, &StatusBar::clusterClicked);
    connect(m_cancel, &QToolButton::clicked, this, &StatusBar::cancelRequested);
    showMessage();
    refresh(nullptr);
}

void StatusBar::say(const QString& text, bool isError)
{
    m_text = text.simplified();
    m_isError = isError;
    m_since.start();
    showMessage();
}

void StatusBar::refresh(ExperimentRun* run)
{
    showCluster();
    showWork(run);
    if (!m_text.isEmpty() && m_since.hasExpired(m_isError ? kErrorMilliseconds : kMessageMilliseconds)) {
        m_text.clear();
        showMessage();
    }
}

void StatusBar::showCluster()
{
    const ClusterLine line = clusterLine(m_session);
    if (m_cluster->text() != line.state)
        m_cluster->setText(line.state);
    setStyleProperty(m_cluster, "role", line.tone);
    if (m_address->text() != line.address)
        m_address->setText(line.address);
    m_address->setVisible(!line.address.isEmpty());
}

void StatusBar::showMessage()
{
    setStyleProperty(m_message, "role", m_isError ? "error" : "");
    m_message->setWhole(m_isError && !m_text.isEmpty() ? "■ " + m_text : m_text);
    m_message->setAccessibleName(m_text.isEmpty() ? tr("No message") : m_text);
}

void StatusBar::showWork(ExperimentRun* run)
{
    const QList<Job*> live = m_session.liveJobs();
    const bool experiment = run && run->isLive();
    Job* job = experiment ? run->currentJob() : live.isEmpty() ? nullptr : live.last();
    const bool busy = experiment || job;
    for (QWidget* widget : {static_cast<QWidget*>(m_work), static_cast<QWidget*>(m_bar), static_cast<QWidget*>(m_left),
                            static_cast<QWidget*>(m_cancel)})
        if (widget->isHidden() == busy)
            widget->setVisible(busy);
    if (busy) {
        const Progress progress = job ? job->progress() : Progress{};
        QString text = job ? job->title() : QString();
        if (experiment) {
            int number = 0;
            const auto& steps = run->steps();
            for (std::size_t i = 0; i < steps.size(); ++i)
                if (steps[i].state == ExperimentRun::StepState::Running)
                    number = static_cast<int>(i) + 1;
            text = tr("Step %1 of %2").arg(number).arg(steps.size());
        }
        if (!progress.text.empty())
            text += " · " + QString::fromStdString(progress.text);
        if (live.size() > 1)
            text += " · " + tr("and %1 more").arg(live.size() - 1);
        if (m_work->toolTip() != text)
            m_work->setToolTip(text);
        text = m_work->fontMetrics().elidedText(text, Qt::ElideRight, width() / 3);
        if (m_work->text() != text)
            m_work->setText(text);
        m_bar->setRange(0, std::isfinite(progress.fraction) ? 1000 : 0);
        if (std::isfinite(progress.fraction))
            m_bar->setValue(static_cast<int>(progress.fraction * 1000));
        const QString left = leftText(progress);
        if (m_left->text() != left)
            m_left->setText(left);
    }
}

} // namespace millrace
