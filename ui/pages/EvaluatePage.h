// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pages/SectionPage.h"

class QLabel;
class QSlider;
class QTabBar;

namespace millrace
{

class Card;
class ConfusionMatrix;
class DataTable;
class LineChart;
class RowsModel;
class ScoreHistogram;
class Tile;
struct ScoreKind;

/// Scores a run's model on a topic as a consumer group: tiles, confusion matrix with a threshold, ROC curve, the
/// group's offsets, and what its members have scored of each partition.
class EvaluatePage final : public SectionPage
{
    Q_OBJECT
public:
    EvaluatePage(Session& session, Shell& shell);

    void loadFrom(const nlohmann::json& sections, Fill fill) override;
    void tick() override;
    void restyle() override;

private:
    void addDataPath();
    QWidget* makeRight();
    Card* makeMatrixCard();
    Card* makeScoresCard();
    Card* makeGroupsCard();
    void forget() override;
    void showResult() override;
    void showScores();
    void showArea();
    void showThreshold();
    void showGroups(const nlohmann::json& groups);
    void showShared(const nlohmann::json& partitions);

    nlohmann::json m_result; ///< of the last evaluation
    QLabel* m_read;
    QLabel* m_rate;
    QLabel* m_lag;
    QLabel* m_rejected;
    QLabel* m_seconds;
    Chip* m_simulatedChip;
    std::vector<std::pair<const ScoreKind*, Tile*>> m_scoreTiles; ///< of the main scores
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
    DataTable* m_sharedTable;
};

} // namespace millrace
