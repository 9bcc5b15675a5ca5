// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/Task.h"
#include "pages/SectionPage.h"

#include <map>

class QLabel;
class QStackedWidget;
class QTabBar;

namespace millrace
{

class Card;
class DataTable;
class Figures;
class RowsModel;
class Tile;
class TwoClassFigures;
struct ScoreKind;

/// Scores a run's model on a topic as a consumer group: tiles and figures by the model's task, the group's offsets, and
/// what its members have scored of each partition.
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
    QWidget* makeFigures();
    Card* makeGroupsCard();
    void forget() override;
    void runsOffered(const QStringList& runs) override;
    void runChosen() override;
    void askForTask();
    void chooseTopicOf(const QString& run);
    void chooseRunFor(const QString& topic);
    void showResult() override;
    void showScores();
    [[nodiscard]] QString nameOf(const ScoreKind& kind, bool isElsewhere) const;
    void showGroups(const nlohmann::json& groups);
    void showShared(const nlohmann::json& partitions);

    nlohmann::json m_result; ///< of the last evaluation
    Task m_task;             ///< of its model
    QString m_ownTopic;      ///< that the page chose for a run; it goes with the run
    QLabel* m_read;
    QLabel* m_rate;
    QLabel* m_lag;
    QLabel* m_rejected;
    QLabel* m_seconds;
    Chip* m_simulatedChip;
    Chip* m_weightChip;
    std::vector<std::pair<const ScoreKind*, Tile*>> m_scoreTiles; ///< of the main scores
    Tile* m_recordsTile;
    QStackedWidget* m_figures;
    TwoClassFigures* m_twoClass; ///< one of these:
    std::map<TaskKind, Figures*> m_figuresOf;
    QTabBar* m_tables;
    RowsModel* m_groupsModel;
    RowsModel* m_sharedModel;
    DataTable* m_sharedTable;
};

} // namespace millrace
