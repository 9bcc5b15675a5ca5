// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "shell/Page.h"

class QPushButton;

namespace millrace
{

class Banner;
class RejectedBanner;
class LagFeed;
class Tile;
class TrainCharts;
class TrainFeed;
class TrainForm;

/// Training from a topic, live: the form on the left, tiles and three charts on the right. Follows the newest training,
/// whoever started it.
class TrainPage : public Page
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
    void start();
    void togglePause();
    void stop();
    void changeRate(double rate);
    void showFailure(const Error& error);
    void answer(std::size_t which);
    void exportModel();
    void evaluate();
    void showJob();     ///< chips, buttons, banner: when the job or its state changes
    void showNumbers(); ///< tiles and the data path: every tick
    void showOrigin();
    void watchGroup();   ///< of a live online run
    void showGroupLag(); ///< on the tiles, where the monitor knows more than the run
    [[nodiscard]] Job* job() const;
    [[nodiscard]] QString runName() const; ///< of the training that ended; empty without

    TrainFeed& m_feed;
    LagFeed* m_lagFeed;
    nlohmann::json m_groupLag; ///< the total of the monitor's last look; null without
    TrainForm* m_form;
    TrainCharts* m_charts;
    Banner* m_banner;
    RejectedBanner* m_rejectedBanner;
    Chip* m_modelChip;
    Chip* m_topicChip;
    Chip* m_simulatedChip;
    QPushButton* m_start;
    QPushButton* m_pause;
    QPushButton* m_stop;
    QPushButton* m_evaluate;
    QPushButton* m_export;
    Tile* m_lossTile;
    Tile* m_accuracyTile;
    Tile* m_leftTile;
    Tile* m_drainTile;
    Tile* m_epochTile;
    std::string m_bannerAction; ///< the page that the banner's button opens; empty: it answers the failed job
};

} // namespace millrace
