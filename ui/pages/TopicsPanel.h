// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "session/Session.h"

#include <QElapsedTimer>
#include <QWidget>

class QCheckBox;
class QLabel;
class QLineEdit;
class QSpinBox;

namespace millrace
{

class ConfirmButton;
class DataTable;
class RowsModel;

/// The Topics tab: the list with message counts, a form to create one, and below it the selected topic's partitions and
/// configuration. Asks the cluster off the GUI thread, one question at a time.
class TopicsPanel : public QWidget
{
    Q_OBJECT
public:
    struct ListedTopics;

    explicit TopicsPanel(Session& session, QWidget* parent = nullptr);
    void refresh(); ///< list and selected topic
    /// What is shown may be another cluster's.
    void onBrokerChanged();
    void refreshIfOld(); ///< refresh() every few seconds, while visible

signals:
    void answered();                            ///< the cluster did
    void failed(const millrace::Error& error);  ///< a question was not answered
    void refused(const millrace::Error& error); ///< what a person asked for cannot be done
    void done(const QString& text);             ///< for the status line

private:
    void createTopic();
    void deleteTopic();
    void describe();
    void showTopics(const ListedTopics& listed);
    void showFailure(const Error& error);
    void showDescription(const TopicInfo& topic, const std::vector<PartitionStanding>& standing,
                         const std::vector<ConfigEntry>& configs);
    void clearDescription();

    Session& m_session;
    RowsModel* m_topics;
    RowsModel* m_partitions;
    RowsModel* m_configs;
    DataTable* m_table;
    DataTable* m_partitionTable;
    DataTable* m_configTable;
    QCheckBox* m_internal;
    QLineEdit* m_name;
    QSpinBox* m_count;
    QLabel* m_title;
    ConfirmButton* m_delete;
    bool m_asking = false;
    std::string m_brokers; ///< whose topics are shown
    QElapsedTimer m_asked;
};

} // namespace millrace
