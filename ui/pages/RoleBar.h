// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/Columns.h"

#include <QWidget>
#include <vector>

class QMenu;
class QPushButton;

namespace millrace
{

class ElidedLabel;

/// Above a table of columns: gives all that are selected a role, takes the last change back, or all of them.
class RoleBar : public QWidget
{
    Q_OBJECT
public:
    explicit RoleBar(QWidget* parent = nullptr);
    /// How many columns are selected, whether all of them are private, and whether they can be labels together.
    void showSelection(int columns, bool arePrivate, bool canBeLabels);
    void showSteps(bool canUndo, bool isProposal);
    /// The roles and what is private, for a context menu too.
    [[nodiscard]] QMenu* menu() const { return m_menu; }

signals:
    void roleChosen(millrace::ColumnRole role);
    void privacyChosen(bool isPrivate);
    void undoWanted();
    void proposalWanted();

private:
    void fillMenu();

    QMenu* m_menu;
    QAction* m_private = nullptr;
    ElidedLabel* m_selection;
    QPushButton *m_role, *m_undo, *m_proposal;
};

} // namespace millrace
