// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pages/BrokerList.h"

class QLabel;

namespace millrace
{

class Chip;
class ConfirmButton;
class LagFeed;
class LineChart;
class Tile;

/// The Groups tab: consumer groups with their state, and the lag monitor's table, totals and trend of the selected one.
/// A group once looked at is watched until another one is selected, seen or not, so that its trend has no gaps.
class GroupsPanel final : public BrokerList
{
    Q_OBJECT
public:
    explicit GroupsPanel(Session& session, QWidget* parent = nullptr);
    void refresh() override;
    void restyle();

private:
    [[nodiscard]] Question question() const override;
    void showSelected(bool isStillThere) override;
    void clearSelected() override;
    QWidget* makeNumbers();
    void followSelected();
    void showLook(const nlohmann::json& look);
    void showTotal(const nlohmann::json& total);
    void deleteGroup();

    RowsModel* m_lag;
    DataTable* m_lagTable;
    LagFeed* m_feed;
    QLabel* m_title;
    Chip* m_verdict;
    Tile* m_lagTile;
    Tile* m_ageTile;
    Tile* m_drainTile;
    Tile* m_rateTile;
    QLabel* m_note;
    LineChart* m_chart;
    int m_lagSeries, m_inSeries, m_outSeries;
    ConfirmButton* m_delete;
};

} // namespace millrace
