// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "shell/Page.h"

#include <QPointer>

class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QSlider;
class QSpinBox;
class QTabBar;

namespace millrace
{

class Banner;
class RejectedBanner;
class Card;
class ConfusionMatrix;
class FormPanel;
class LineChart;
class RowsModel;
class ScoreHistogram;
class Tile;

/// Scores a run's model on a topic as a consumer group: tiles, confusion matrix with a threshold, ROC curve, the
/// group's offsets, and what its members have scored of each partition. Follows the newest evaluation, whoever started
/// it.
class EvaluatePage : public Page
{
    Q_OBJECT
public:
    EvaluatePage(Session& session, Shell& shell);

    void saveTo(nlohmann::json& sections) const override;
    void loadFrom(const nlohmann::json& sections) override;
    void tick() override;
    void entered() override;
    void restyle() override;

private:
    FormPanel* makeForm();
    QWidget* makeRight();
    Card* makeMatrixCard();
    Card* makeScoresCard();
    Card* makeGroupsCard();
    [[nodiscard]] nlohmann::json section() const;
    void start();
    void useNewGroup();
    void follow(Job* job);
    void showState();
    void showResult();
    void showThreshold();
    void showGroups(const nlohmann::json& groups);
    void showShared(const nlohmann::json& partitions);

    QPointer<Job> m_job;
    nlohmann::json m_result; ///< of the last evaluation
    QComboBox* m_run;
    QComboBox* m_topic;
    QLineEdit* m_group;
    QComboBox* m_until;
    QSpinBox* m_batch;
    QLabel* m_read;
    QLabel* m_rate;
    QLabel* m_lag;
    QLabel* m_rejected;
    QLabel* m_seconds;
    QPushButton* m_start;
    QPushButton* m_stop;
    Chip* m_runChip;
    Chip* m_simulatedChip;
    Banner* m_banner;
    RejectedBanner* m_rejectedBanner;
    bool m_offersGroup = false; ///< the banner's button makes a new group, else it opens the cluster's page
    Tile* m_lossTile;
    Tile* m_accuracyTile;
    Tile* m_aucTile;
    Tile* m_recordsTile;
    ConfusionMatrix* m_matrix;
    QSlider* m_threshold;
    QLabel* m_thresholdText;
    LineChart* m_roc;
    int m_rocModel = 0, m_rocChance = 0;
    ScoreHistogram* m_scores;
    QTabBar* m_tables;
    RowsModel* m_groupsModel;
    RowsModel* m_sharedModel;
};

} // namespace millrace
