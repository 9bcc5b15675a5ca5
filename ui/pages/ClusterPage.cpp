// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/ClusterPage.h"

#include "kafka/Addresses.h"
#include "models/Uses.h"
#include "models/Values.h"
#include "pages/AskingBanner.h"
#include "pages/ConnectionPanel.h"
#include "pages/GroupsPanel.h"
#include "pages/TopicsPanel.h"
#include "session/ExperimentCluster.h"
#include "widgets/Fields.h"
#include "widgets/Widgets.h"

#include <QCheckBox>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QScrollBar>
#include <QSpinBox>
#include <QStackedLayout>
#include <QTabBar>
#include <QVBoxLayout>
#include <cmath>

namespace millrace
{

namespace
{

constexpr int kLogLines = 2000;
enum Tab { kTopicsTab, kGroupsTab, kConnectionTab, kLogTab };

struct StateLook {
    QString text;
    Chip::Tone tone;
    const char* role;
};

/// Each state has a shape and a colour of its own.
StateLook lookOf(LocalCluster::State state)
{
    switch (state) {
    case LocalCluster::State::Stopped:
        return {ClusterPage::tr("○ stopped"), Chip::Tone::Neutral, "dim"};
    case LocalCluster::State::Starting:
        return {ClusterPage::tr("◐ starting"), Chip::Tone::Warning, "warn"};
    case LocalCluster::State::Running:
        return {ClusterPage::tr("● running"), Chip::Tone::Ok, "ok"};
    case LocalCluster::State::Stopping:
        return {ClusterPage::tr("◑ stopping"), Chip::Tone::Warning, "warn"};
    case LocalCluster::State::Failed:
        return {ClusterPage::tr("■ failed"), Chip::Tone::Error, "error"};
    }
    return {};
}

StateLook lookOf(Session::Answer answer)
{
    switch (answer) {
    case Session::Answer::Awaited:
        return {ClusterPage::tr("◐ connecting"), Chip::Tone::Warning, "warn"};
    case Session::Answer::Yes:
        return {ClusterPage::tr("● connected"), Chip::Tone::Ok, "ok"};
    case Session::Answer::No:
        return {ClusterPage::tr("■ does not answer"), Chip::Tone::Error, "error"};
    }
    return {};
}

QString portText(int port)
{
    return port > 0 ? QString::number(port) : QStringLiteral("–");
}

} // namespace

ClusterPage::ClusterPage(Session& session, Shell& shell)
    : Page(QStringLiteral("cluster"), tr("Cluster"), session, shell), m_stateChip(new Chip), m_brokerChip(new Chip),
      m_start(primaryButton(tr("Start"), QStringLiteral("clusterStartButton"))),
      m_stop(plainButton(tr("Stop"), QStringLiteral("clusterStopButton"))), m_banner(new Banner),
      m_question(new AskingBanner(session)), m_logFile(textField(QStringLiteral("clusterLogFileField"))),
      m_port(countField(QStringLiteral("clusterPortField"), 0, 65535, 0)),
      m_detached(new QCheckBox(tr("Keep running after Millrace"))),
      m_brokers(textField(QStringLiteral("clusterBrokersField"))),
      m_connect(plainButton(tr("Connect"), QStringLiteral("clusterConnectButton"))),
      m_test(plainButton(tr("Test connection"), QStringLiteral("clusterTestButton"))), m_tabs(new QTabBar),
      m_tabPages(new QStackedLayout), m_topics(new TopicsPanel(session)), m_groups(new GroupsPanel(session)),
      m_connection(new ConnectionPanel), m_log(codeView(QStringLiteral("clusterLogView")))
{
    m_stateChip->setObjectName(QStringLiteral("clusterStateChip"));
    m_banner->setObjectName(QStringLiteral("clusterBanner"));
    m_question->setObjectName(QStringLiteral("clusterQuestion"));
    m_start->setToolTip(tr("Starts a real Apache Kafka on this machine, or takes over one that already runs"));
    m_stop->setToolTip(tr("Stops the local broker; topics and messages are kept"));
    addChip(m_stateChip);
    addChip(m_brokerChip);
    addHeadButton(m_stop);
    addHeadButton(m_start);

    auto* columns = new QHBoxLayout;
    columns->setSpacing(12);
    columns->addWidget(makeSidePanel());
    auto* card = new Card;
    card->content()->setContentsMargins(16, 8, 16, 16);
    card->content()->addWidget(m_tabs);
    // First into its parent: a layout without one would show each page as a window of its own for a moment.
    card->content()->addLayout(m_tabPages, 1);
    makeTabs();
    columns->addWidget(card, 1);
    auto* layout = new QVBoxLayout(body());
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(12);
    layout->addWidget(m_banner);
    layout->addWidget(m_question);
    layout->addLayout(columns, 1);

    connect(m_start, &QPushButton::clicked, this, &ClusterPage::start);
    connect(m_stop, &QPushButton::clicked, this, &ClusterPage::stop);
    connect(m_connect, &QPushButton::clicked, this, &ClusterPage::connectExternal);
    connect(m_brokers, &QLineEdit::returnPressed, this, &ClusterPage::connectExternal);
    connect(m_test, &QPushButton::clicked, this, &ClusterPage::testConnection);
    connect(m_brokers, &QLineEdit::textChanged, this, &ClusterPage::showTestButton);
    connect(m_connection, &ConnectionPanel::runningChanged, this, &ClusterPage::showTestButton);
    connect(m_banner, &Banner::actionTriggered, this, &ClusterPage::onBannerAction);
    connect(&session, &Session::brokerChanged, this, &ClusterPage::onBrokerChanged);
    connect(&session.cluster(), &LocalCluster::changed, this, &ClusterPage::showState);
    // What was asked is answered by what has happened meanwhile.
    connect(&session.cluster(), &LocalCluster::changed, m_question, &AskingBanner::clear);
    connect(&session, &Session::jobFinished, m_question, &AskingBanner::clear);
    connect(&session.cluster(), &LocalCluster::logLine, this, &ClusterPage::appendLog);
    listenTo(m_topics);
    listenTo(m_groups);
    showState();
    m_topics->refresh();
    m_groups->refresh();
}

void ClusterPage::listenTo(const BrokerList* list)
{
    connect(list, &BrokerList::failed, this, [this](const Error& error) { showTrouble(Trouble::Unanswered, error); });
    connect(list, &BrokerList::refused, this, [this](const Error& error) { showTrouble(Trouble::Refused, error); });
    connect(list, &BrokerList::answered, this, [this] { clearTrouble(Trouble::Unanswered); });
    connect(list, &BrokerList::asked, this, &ClusterPage::ask);
    connect(list, &BrokerList::done, this, [this](const QString& text) {
        clearTrouble(Trouble::Refused);
        shell().say(text);
    });
}

FormPanel* ClusterPage::makeSidePanel()
{
    auto* panel = new FormPanel;
    panel->addHeading(tr("Local cluster"));
    m_state = panel->addValue(tr("State"));
    m_version = panel->addValue(tr("Apache Kafka"));
    m_pid = panel->addValue(tr("Process"));
    m_portNow = panel->addValue(tr("Port"));
    m_ready = panel->addValue(tr("Ready in"));
    panel->addHeading(tr("Next start"));
    m_port->setGroupSeparatorShown(false);
    m_port->setSpecialValueText(tr("any free"));
    m_port->setToolTip(tr("0: the last one, else 9092, else any, as they are free"));
    panel->addField(tr("Port"), m_port);
    m_detached->setObjectName(QStringLiteral("clusterDetachCheck"));
    panel->addWide(m_detached);
    panel->addHeading(tr("Log file"));
    m_logFile->setReadOnly(true);
    m_logFile->setAccessibleName(tr("Log file"));
    panel->addWide(m_logFile);
    panel->addHeading(tr("Another cluster"));
    m_brokers->setPlaceholderText(tr("host:port, …"));
    m_brokers->setAccessibleName(tr("Brokers of another cluster"));
    m_brokers->setToolTip(tr("Bootstrap servers of a cluster that is not Millrace's own; empty: the local cluster"));
    panel->addWide(m_brokers);
    panel->addWide(m_connect);
    m_test->setToolTip(
        tr("Step by step: name, port, TLS, login, rights, brokers, version. Of the brokers named above, or "
           "else of the cluster in use"));
    panel->addWide(m_test);
    panel->addStretch();
    return panel;
}

void ClusterPage::makeTabs()
{
    m_tabs->setObjectName(QStringLiteral("clusterTabs"));
    m_tabs->setDrawBase(false);
    m_tabs->setExpanding(false);
    m_log->setMaximumBlockCount(kLogLines);
    m_log->setAccessibleName(tr("Log"));
    m_log->setPlaceholderText(tr("The broker's log appears here."));
    auto* logTab = new QWidget;
    auto* logLayout = new QVBoxLayout(logTab);
    logLayout->setContentsMargins(0, 12, 0, 0);
    logLayout->addWidget(m_log);
    m_tabs->addTab(tr("Topics"));
    m_tabs->addTab(tr("Groups"));
    m_tabs->addTab(tr("Connection"));
    m_tabs->addTab(tr("Log"));
    m_tabPages->addWidget(m_topics);
    m_tabPages->addWidget(m_groups);
    m_tabPages->addWidget(m_connection);
    m_tabPages->addWidget(logTab);
    connect(m_tabs, &QTabBar::currentChanged, this, [this](int index) {
        m_tabPages->setCurrentIndex(index);
        entered();
    });
}

void ClusterPage::start()
{
    session().setExternalBroker({});
    LocalClusterOptions options = session().clusterOptions();
    options.port = m_port->value();
    options.detached = m_detached->isChecked();
    session().cluster().start(options);
}

/// Under a job only when a person says so.
void ClusterPage::stop()
{
    const auto stopIt = [this] { session().cluster().stop(); };
    if (session().isExternal())
        return stopIt();
    session().call(this, othersWork(session(), {}), [this, stopIt](const QStringList& others) {
        const QStringList jobs = jobsAtTheBroker(session()) + others;
        if (jobs.isEmpty())
            return stopIt();
        ask(tr("The broker is in use: %1. Without it that waits or fails; what is not committed is read again.")
                .arg(jobs.join(QStringLiteral(", "))),
            tr("Stop it all the same"), stopIt);
    });
}

void ClusterPage::ask(const QString& question, const QString& answer, const std::function<void()>& action)
{
    m_question->offer(question, false,
                      {{answer,
                        [this, action] {
                            m_question->clear();
                            action();
                        }},
                       {tr("Cancel"), [this] { m_question->clear(); }}});
}

void ClusterPage::connectExternal()
{
    const QString brokers = m_brokers->text().trimmed();
    if (session().isExternal() && m_connect->text() == tr("Back to the local cluster")) {
        m_brokers->clear();
        session().setExternalBroker({});
        return;
    }
    if (brokers.isEmpty())
        return m_brokers->setFocus();
    if (const auto addresses = parseBrokers(brokers.toStdString()); !addresses)
        return showTrouble(Trouble::Refused, addresses.error());
    session().setExternalBroker(brokers);
}

/// Of what is named, connected or not, else of the cluster that the pages work with.
void ClusterPage::testConnection()
{
    if (m_connection->isRunning())
        return m_connection->cancel();
    Connection connection = session().connection();
    if (const QString brokers = m_brokers->text().trimmed(); !brokers.isEmpty())
        connection.brokers = brokers.toStdString();
    m_tabs->setCurrentIndex(kConnectionTab);
    m_connection->test(connection);
}

void ClusterPage::showTestButton()
{
    m_test->setText(m_connection->isRunning() ? tr("Cancel the test") : tr("Test connection"));
    m_test->setEnabled(m_connection->isRunning() || session().hasBroker() || !m_brokers->text().trimmed().isEmpty());
}

void ClusterPage::onBrokerChanged()
{
    m_trouble = Trouble::None;
    showState();
    m_topics->onBrokerChanged();
    m_groups->onBrokerChanged();
}

void ClusterPage::showState()
{
    const LocalCluster& cluster = session().cluster();
    const LocalCluster::State state = cluster.state();
    const StateLook look = lookOf(state);
    const bool external = session().isExternal();
    const bool running = state == LocalCluster::State::Running;
    const StateLook chip = external ? lookOf(session().externalAnswer()) : look;
    m_stateChip->setText(chip.text);
    m_stateChip->setTone(chip.tone);
    m_brokerChip->setText(external  ? QString::fromStdString(session().connection().brokers)
                          : running ? tr("Kafka %1 · %2").arg(cluster.version(), cluster.brokers())
                                    : QString());
    m_brokerChip->setVisible(!m_brokerChip->text().isEmpty());
    m_state->setText(look.text);
    setStyleProperty(m_state, "role", look.role);
    m_version->setText(cluster.version().isEmpty() ? QStringLiteral("–") : cluster.version());
    m_pid->setText(cluster.pid() > 0 ? QString::number(cluster.pid()) : QStringLiteral("–"));
    m_portNow->setText(portText(running || state == LocalCluster::State::Starting ? cluster.port() : 0));
    const bool timed = running && std::isfinite(cluster.readySeconds()) && cluster.readySeconds() > 0;
    m_ready->setText(timed ? secondsText(cluster.readySeconds()) : running ? tr("was running") : QStringLiteral("–"));
    const QString log = QString::fromStdString(cluster.logFile().string());
    if (m_logFile->text() != log) {
        m_logFile->setText(log);
        m_logFile->setToolTip(log);
        m_logFile->setCursorPosition(0);
    }
    m_start->setEnabled(state == LocalCluster::State::Stopped || state == LocalCluster::State::Failed);
    m_stop->setEnabled(running || state == LocalCluster::State::Starting);
    m_connect->setText(external ? tr("Back to the local cluster") : tr("Connect"));
    m_brokers->setReadOnly(external);
    showTestButton();
    if (state == LocalCluster::State::Failed && !external)
        m_banner->showMessage(errorText(cluster.error()), true, tr("Try again"));
    else if (external && session().externalAnswer() == Session::Answer::No)
        m_banner->showMessage(errorText(session().externalError()), true);
    else if (m_trouble == Trouble::None)
        m_banner->clear();
}

void ClusterPage::showTrouble(Trouble trouble, const Error& error)
{
    m_trouble = trouble;
    m_banner->showMessage(errorText(error), true, trouble == Trouble::Refused ? tr("Dismiss") : QString());
}

void ClusterPage::clearTrouble(Trouble trouble)
{
    if (m_trouble != trouble)
        return;
    m_trouble = Trouble::None;
    showState();
}

void ClusterPage::onBannerAction()
{
    if (m_trouble == Trouble::Refused)
        clearTrouble(Trouble::Refused);
    else
        start();
}

void ClusterPage::showLog()
{
    const QString text = session().cluster().logTail(kLogLines).join('\n');
    if (text == m_log->toPlainText())
        return;
    m_log->setPlainText(text);
    m_log->verticalScrollBar()->setValue(m_log->verticalScrollBar()->maximum());
}

void ClusterPage::appendLog(const QString& line)
{
    m_log->appendPlainText(line);
}

void ClusterPage::tick()
{
    m_topics->refreshIfOld();
    m_groups->refreshIfOld();
}

void ClusterPage::restyle()
{
    m_groups->restyle();
}

void ClusterPage::entered()
{
    showState();
    if (m_tabs->currentIndex() == kTopicsTab)
        m_topics->refresh();
    else if (m_tabs->currentIndex() == kGroupsTab)
        m_groups->refresh();
    else if (m_tabs->currentIndex() == kLogTab)
        showLog();
}

void ClusterPage::saveTo(nlohmann::json& sections) const
{
    if (session().isExternal())
        sections["cluster"] = {{"local", false}, {"brokers", session().connection().brokers}};
    else
        sections["cluster"] = {{"local", true}, {"port", m_port->value()}};
}

void ClusterPage::loadFrom(const nlohmann::json& sections, Fill /*fill*/)
{
    const nlohmann::json& cluster = jsonChild(sections, "cluster");
    m_port->setValue(static_cast<int>(jsonCount(cluster, "port", m_port->value())));
    const auto named = clusterOf(sections);
    if (!named)
        return showTrouble(Trouble::Refused, named.error());
    if (!*named)
        return;
    m_brokers->setText(QString::fromStdString((*named)->brokers));
    session().setExternalBroker(m_brokers->text(), (*named)->properties);
}

} // namespace millrace
