// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/ConnectionPanel.h"

#include "kafka/ConnectionTest.h"
#include "models/TableText.h"
#include "models/Values.h"
#include "widgets/StepRow.h"
#include "widgets/Widgets.h"

#include <QTimer>
#include <QVBoxLayout>

namespace millrace
{

namespace
{

constexpr int kStepPoll = 50; // milliseconds

nlohmann::json viewOf(const ConnectionStep& step)
{
    return {{"failed", step.verdict == ConnectionStep::Verdict::Failed},
            {"skipped", step.verdict == ConnectionStep::Verdict::Skipped},
            {"found", step.found},
            {"advice", step.advice}};
}

} // namespace

ConnectionPanel::ConnectionPanel(QWidget* parent)
    : QWidget(parent), m_title(styledLabel(tr("Not tested yet"), "strong")), m_advice(styledLabel({}, "strong")),
      m_timer(new QTimer(this))
{
    m_title->setObjectName(QStringLiteral("connectionTitle"));
    m_title->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_title->setWordWrap(true);
    m_advice->setObjectName(QStringLiteral("connectionAdvice"));
    m_title->setBuddy(m_advice);
    m_advice->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_advice->setWordWrap(true);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 12, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_title);
    layout->addSpacing(8);
    for (const std::string& name : connectionStepNames()) {
        auto* row = new StepRow(static_cast<int>(m_rows.size()) + 1, tableText(name), {});
        m_rows.append(row);
        layout->addWidget(row);
    }
    layout->addSpacing(8);
    layout->addWidget(m_advice);
    layout->addStretch(1);
    m_timer->setInterval(kStepPoll);
    connect(m_timer, &QTimer::timeout, this, &ConnectionPanel::showSteps);
}

void ConnectionPanel::test(const Connection& connection)
{
    cancel();
    m_known = 0;
    m_failed = false;
    m_advice->clear();
    m_title->setText(tr("Testing %1 …").arg(QString::fromStdString(connection.brokers)));
    for (StepRow* row : m_rows)
        row->show(StepRow::State::Waiting, {});
    m_rows.front()->show(StepRow::State::Running, tr("looking"));
    m_job = new Job(
        QStringLiteral("connection"), QString::fromStdString(connection.brokers), {},
        [connection](JobContext& context) -> Result<nlohmann::json> {
            testConnection(
                connection, [&](const ConnectionStep& step) { context.show(viewOf(step)); }, context.stop());
            return nlohmann::json::object();
        },
        this);
    connect(m_job, &Job::finished, this, &ConnectionPanel::onEnd);
    connect(m_job, &Job::finished, m_job, &QObject::deleteLater);
    m_timer->start();
    emit runningChanged();
}

void ConnectionPanel::cancel()
{
    if (m_job.isNull())
        return;
    Job* job = m_job;
    m_job.clear(); // its end is nobody's business any more; it goes when it has come
    job->disconnect(this);
    job->stop();
    m_timer->stop();
    m_title->setText(tr("%1: cancelled").arg(job->title()));
    if (m_known < m_rows.size())
        m_rows[m_known]->show(StepRow::State::Waiting, {});
    emit runningChanged();
}

void ConnectionPanel::showSteps()
{
    if (m_job.isNull())
        return;
    for (const nlohmann::json& step : m_job->drainViews())
        showStep(step);
}

void ConnectionPanel::showStep(const nlohmann::json& step)
{
    if (m_known >= m_rows.size())
        return;
    const bool failed = step.value("failed", false), skipped = step.value("skipped", false);
    m_rows[m_known]->show(failed    ? StepRow::State::Failed
                          : skipped ? StepRow::State::Skipped
                                    : StepRow::State::Done,
                          jsonText(step, "found"));
    m_failed = m_failed || failed;
    if (failed)
        m_advice->setText(jsonText(step, "advice"));
    if (++m_known < m_rows.size())
        m_rows[m_known]->show(StepRow::State::Running, m_failed ? QString() : tr("looking"));
}

void ConnectionPanel::onEnd()
{
    showSteps();
    m_timer->stop();
    const QString brokers = m_job->title();
    m_failed = m_failed || m_job->state() == Job::State::Failed;
    m_job.clear();
    m_title->setText(m_failed ? tr("%1 cannot be used as it is set up").arg(brokers) : tr("%1 is fine").arg(brokers));
    emit runningChanged();
}

} // namespace millrace
