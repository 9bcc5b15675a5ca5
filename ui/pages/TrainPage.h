// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pages/JobPage.h"

class QPushButton;

namespace millrace
{

class LagFeed;
class Tile;
class TrainCharts;
class TrainFeed;
class TrainForm;

/// Training from a topic, live: the form on the left, tiles and three charts on the right, of the topic's task. All of
/// it is about one run, the newest training, whoever started it; or about one that is to come: then nothing is drawn,
/// and the primary button starts it.
class TrainPage final : public JobPage
{
    Q_OBJECT
public:
    TrainPage(Session& session, Shell& shell);

    void saveTo(nlohmann::json& sections) const override;
    void loadFrom(const nlohmann::json& sections, Fill fill) override;
    void tick() override;
    void entered() override;
    void restyle() override;

private:
    void makeHead();
    QWidget* makeRight();
    void start() override;
    void followed() override;
    void stop() override;
    void setPaused(bool paused) override;
    void showState() override;
    void offerRuns(const QStringList& runs) override;
    void offerTopics(const QStringList& topics) override;
    void followFeed();
    void prepare(); ///< a training that is to come
    void onEdited(const QString& key);
    void showRun();
    void showTrainingButtons();
    void changeRate(double rate);
    void exportModel();
    void evaluate();
    void showNumbers(); ///< tiles and the data path: every tick
    void showScores();
    void showEnd();
    void showOrigin();
    void watchGroup();   ///< of a live online run
    void showGroupLag(); ///< on the tiles, where the monitor knows more than the run
    /// The experiment that the followed job is a step of: what the buttons do concerns it as a whole. Else nullptr.
    [[nodiscard]] ExperimentRun* experiment();
    [[nodiscard]] QString runName() const; ///< of the training that ended; empty without

    TrainFeed& m_feed;
    LagFeed* m_lagFeed;
    nlohmann::json m_groupLag; ///< the total of the monitor's last look; null without
    TrainForm* m_form;
    TrainCharts* m_charts;
    nlohmann::json m_next; ///< what other pages offered while a training ran
    Chip* m_runChip;
    Chip* m_modelChip;
    Chip* m_topicChip;
    Chip* m_simulatedChip;
    QPushButton* m_back; ///< to the last training
    QPushButton* m_new;
    QPushButton* m_evaluate;
    QPushButton* m_export;
    Tile* m_lossTile;
    Tile* m_scoreTile;
    Tile* m_leftTile;
    Tile* m_drainTile;
    Tile* m_epochTile;
};

} // namespace millrace
