// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pages/BrokerList.h"

class QCheckBox;
class QLabel;
class QLineEdit;
class QSpinBox;

namespace millrace
{

class ConfirmButton;

/// The Topics tab: the list with message counts, a form to create one, and below it the selected topic's partitions and
/// configuration.
class TopicsPanel final : public BrokerList
{
    Q_OBJECT
public:
    explicit TopicsPanel(Session& session, QWidget* parent = nullptr);

private:
    [[nodiscard]] Question question() const override;
    void showSelected(bool isStillThere) override;
    void clearSelected() override;
    QLayout* makeForm();
    QWidget* makeLower();
    void createTopic();
    void deleteTopic();
    void describe();
    void showDescription(const TopicInfo& topic, const std::vector<PartitionStanding>& standing,
                         const std::vector<ConfigEntry>& configs);

    RowsModel* m_partitions;
    RowsModel* m_configs;
    DataTable* m_partitionTable;
    DataTable* m_configTable;
    QCheckBox* m_internal;
    QLineEdit* m_name;
    QSpinBox* m_count;
    QLabel* m_title;
    ConfirmButton* m_delete;
};

} // namespace millrace
