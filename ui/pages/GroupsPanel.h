// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "session/Session.h"

#include <QElapsedTimer>
#include <QWidget>

class QLabel;

namespace millrace
{

class Chip;
class ConfirmButton;
class DataTable;
class LagFeed;
class LineChart;
class RowsModel;
class Tile;

/// The Groups tab: consumer groups with their state, and the lag monitor's table, totals and trend of the selected one.
/// A group once looked at is watched until another one is selected, seen or not, so that its trend has no gaps.
class GroupsPanel : public QWidget
{
    Q_OBJECT
public:
    explicit GroupsPanel(Session& session, QWidget* parent = nullptr);
    void refresh();
    /// What is shown may be another cluster's.
    void onBrokerChanged();
    void refreshIfOld();
    void restyle();

signals:
    void answered();
    void failed(const millrace::Error& error);  ///< a question was not answered
    void refused(const millrace::Error& error); ///< what a person asked for cannot be done
    void done(const QString& text);

private:
    void showGroups(const Result<std::vector<GroupInfo>>& groups);
    QWidget* makeNumbers();
    void followSelected();
    void showLook(const nlohmann::json& look);
    void showTotal(const nlohmann::json& total);
    void clearLag();
    void deleteGroup();

    Session& m_session;
    RowsModel* m_groups;
    RowsModel* m_lag;
    DataTable* m_table;
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
    bool m_asking = false;
    std::string m_brokers; ///< whose groups are shown
    QElapsedTimer m_asked;
};

} // namespace millrace
