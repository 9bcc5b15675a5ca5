// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/FileSources.h"

#include "models/Values.h"
#include "pages/JobCard.h"
#include "session/Resources.h"
#include "shell/UiSettings.h"
#include "widgets/DropZone.h"
#include "widgets/SectionForm.h"

#include <QEvent>
#include <QFileInfo>
#include <QVBoxLayout>

namespace millrace
{

namespace
{

constexpr int kDownloadedRows = 100'000; ///< of 5,000,000

} // namespace

FileSources::FileSources(Session& session, QWidget* parent)
    : QWidget(parent), m_session(session), m_layout(new QVBoxLayout(this)),
      m_simulate(new JobCard(QStringLiteral("simulate"), tr("Simulated events"), tr("Simulate"),
                             tr("No download: events drawn from a profile of the real data set"))),
      m_download(
          new JobCard(QStringLiteral("download"),
                      tr("Real events: download %1 from %2")
                          .arg(QString::fromStdString(example().title), QString::fromStdString(example().origin)),
                      tr("Download"), tr("What has come is kept when it is interrupted, and it goes on from there")))
{
    m_download->form().setText("url", UiSettings().exampleAddress());
    m_download->form().setText("rows", QString::number(kDownloadedRows));
    m_cards = new QWidget;
    auto* cards = new QHBoxLayout(m_cards);
    cards->setContentsMargins(0, 0, 0, 0);
    cards->setSpacing(12);
    cards->addWidget(m_simulate, 1);
    cards->addWidget(m_download, 1);
    m_layout->setContentsMargins(0, 0, 0, 0);
    m_layout->setSpacing(12);
    m_layout->addWidget(makeZone(), 1);
    m_layout->addWidget(m_cards);
    connect(m_simulate, &JobCard::wanted, this, &FileSources::simulate);
    connect(m_download, &JobCard::wanted, this, &FileSources::download);
    connect(&session, &Session::jobStarted, this, &FileSources::showLive);
    connect(&session, &Session::jobFinished, this, &FileSources::onJobFinished);
    showLive();
}

QWidget* FileSources::makeZone()
{
    auto* zone = new DropZone(
        tr("Drop a table here"),
        tr("CSV or JSON records, plain, gzip or zstd. Separator, heading, column types and the label are found by "
           "themselves; you can change the roles afterwards. Several files of the same columns are one table."));
    zone->setObjectName(QStringLiteral("dataDropZone"));
    auto* open = plainButton(tr("Open a file…"), QStringLiteral("dataDropOpenButton"));
    zone->addButton(open);
    connect(zone, &DropZone::filesDropped, this, &FileSources::chosen);
    connect(open, &QPushButton::clicked, this, &FileSources::openWanted);
    return zone;
}

void FileSources::putOnTop(QWidget* widget)
{
    m_onTop = widget;
    m_layout->insertWidget(0, widget);
}

/// Below what is on top there is no room for other data, which nobody looks for then.
bool FileSources::event(QEvent* event)
{
    if (event->type() == QEvent::LayoutRequest)
        m_cards->setVisible(!m_onTop || m_onTop->parentWidget() != this || m_onTop->isHidden());
    return QWidget::event(event);
}

void FileSources::simulate()
{
    const std::string profile = QFileInfo(m_simulate->form().text("profile")).completeBaseName().toStdString();
    const std::filesystem::path out = m_session.home() / "data" / (profile + "-simulated.csv");
    std::error_code ignored; // the job says when the folder is not there
    std::filesystem::create_directories(out.parent_path(), ignored);
    nlohmann::json section = m_simulate->form().section();
    section["out"] = out.string();
    start("simulate", section, m_simulating);
}

void FileSources::download()
{
    UiSettings().setExampleAddress(m_download->form().text("url"));
    start("download", m_download->form().section(), m_downloading);
}

void FileSources::start(const char* kind, const nlohmann::json& section, QPointer<Job>& ours)
{
    const auto job = m_session.start(kind, section);
    if (!job) {
        emit refused(job.error());
        return;
    }
    ours = *job;
    showLive(); // the job was told of before it was known to be ours
}

void FileSources::onJobFinished(const Job* job)
{
    showLive();
    const QString file = jsonText(job->result(), "file");
    if ((job == m_simulating || job == m_downloading) && job->state() == Job::State::Done && !file.isEmpty())
        emit chosen({file});
}

void FileSources::showLive()
{
    const Job* downloading = m_session.latest(QStringLiteral("download"));
    m_download->setLive(downloading && downloading->isLive());
    m_simulate->setLive(m_simulating && m_simulating->isLive());
}

} // namespace millrace
