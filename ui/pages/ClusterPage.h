// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "shell/Page.h"

class QCheckBox;
class QLabel;
class QLineEdit;
class QPlainTextEdit;
class QPushButton;
class QSpinBox;
class QStackedLayout;
class QTabBar;

namespace millrace
{

class Banner;
class BrokerList;
class AskingBanner;
class ConnectionPanel;
class FormPanel;
class GroupsPanel;
class TopicsPanel;

/// The cluster that all pages work with: the local one's state, start, stop and log, or another one's address; its
/// topics and groups.
class ClusterPage : public Page
{
    Q_OBJECT
public:
    ClusterPage(Session& session, Shell& shell);

    void saveTo(nlohmann::json& sections) const override;
    void loadFrom(const nlohmann::json& sections, Fill fill) override;
    void tick() override;
    void entered() override;
    void restyle() override;

private:
    void listenTo(const BrokerList* list);
    FormPanel* makeSidePanel();
    void makeTabs();
    void start();
    void stop();
    void ask(const QString& question, const QString& answer, const std::function<void()>& action);
    void connectExternal();
    void testConnection();
    void showTestButton();
    void onBrokerChanged();
    void showState();
    void showLog();
    void appendLog(const QString& line);
    enum class Trouble { None, Unanswered, Refused };
    void showTrouble(Trouble trouble, const Error& error);
    void clearTrouble(Trouble trouble);
    void onBannerAction();

    Chip* m_stateChip;
    Chip* m_brokerChip;
    QPushButton* m_start;
    QPushButton* m_stop;
    Banner* m_banner;
    AskingBanner* m_question;
    QLabel* m_state = nullptr;
    QLabel* m_version = nullptr;
    QLabel* m_pid = nullptr;
    QLabel* m_portNow = nullptr;
    QLabel* m_ready = nullptr;
    QLineEdit* m_logFile;
    QSpinBox* m_port;
    QCheckBox* m_detached;
    QLineEdit* m_brokers;
    QPushButton* m_connect;
    QPushButton* m_test;
    QTabBar* m_tabs;
    QStackedLayout* m_tabPages;
    TopicsPanel* m_topics;
    GroupsPanel* m_groups;
    ConnectionPanel* m_connection;
    QPlainTextEdit* m_log;
    Trouble m_trouble = Trouble::None; ///< what the banner tells of
};

} // namespace millrace
