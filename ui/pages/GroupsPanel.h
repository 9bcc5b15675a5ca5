// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "session/Session.h"

#include <QElapsedTimer>
#include <QWidget>

class QLabel;

namespace millrace
{

class ConfirmButton;
class DataTable;
class RowsModel;

/// The Groups tab: consumer groups with their state, and the table of `kafka-consumer-groups --describe` for the
/// selected one, asked anew each second while it is visible.
class GroupsPanel : public QWidget
{
    Q_OBJECT
public:
    explicit GroupsPanel(Session& session, QWidget* parent = nullptr);
    void refresh();
    /// What is shown may be another cluster's.
    void onBrokerChanged();
    void refreshIfOld();

signals:
    void answered();
    void failed(const millrace::Error& error);  ///< a question was not answered
    void refused(const millrace::Error& error); ///< what a person asked for cannot be done
    void done(const QString& text);

private:
    void showGroups(const Result<std::vector<GroupInfo>>& groups);
    void refreshLag();
    void showLag(const std::vector<GroupLagRow>& rows);
    void clearLag();
    void deleteGroup();

    Session& m_session;
    RowsModel* m_groups;
    RowsModel* m_lag;
    DataTable* m_table;
    DataTable* m_lagTable;
    QLabel* m_title;
    QLabel* m_total;
    ConfirmButton* m_delete;
    bool m_asking = false, m_askingLag = false;
    std::string m_brokers; ///< whose groups are shown
    QElapsedTimer m_asked;
};

} // namespace millrace
