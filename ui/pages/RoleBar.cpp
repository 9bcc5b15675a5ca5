// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/RoleBar.h"

#include "models/TableText.h"
#include "widgets/Widgets.h"

#include <QHBoxLayout>
#include <QMenu>

namespace millrace
{

RoleBar::RoleBar(QWidget* parent)
    : QWidget(parent), m_menu(new QMenu(this)), m_selection(new ElidedLabel),
      m_role(plainButton(tr("Role"), QStringLiteral("dataRoleButton"))),
      m_undo(plainButton(tr("Undo"), QStringLiteral("dataRoleUndoButton"))),
      m_proposal(plainButton(tr("Back to the proposal"), QStringLiteral("dataRoleProposalButton")))
{
    m_menu->setObjectName(QStringLiteral("dataRoleMenu"));
    m_selection->setObjectName(QStringLiteral("dataRoleSelection"));
    setStyleProperty(m_selection, "role", "dim");
    fillMenu();
    m_role->setMenu(m_menu);
    m_role->setToolTip(tr("Gives all selected columns the same role"));
    m_undo->setToolTip(tr("Takes the last change of the columns back"));
    m_proposal->setToolTip(tr("Forgets all that was changed by hand: roles, label and task as the file proposes them"));
    connect(m_undo, &QPushButton::clicked, this, &RoleBar::undoWanted);
    connect(m_proposal, &QPushButton::clicked, this, &RoleBar::proposalWanted);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(12, 0, 12, 6);
    layout->addWidget(m_selection, 1);
    for (QPushButton* button : {m_role, m_undo, m_proposal})
        layout->addWidget(button);
    showSelection(0, false, true);
    showSteps(false, true);
}

void RoleBar::fillMenu()
{
    for (const ColumnRoleInfo& role : columnRoles()) {
        QAction* action = m_menu->addAction(tableText(role.name));
        action->setObjectName(QStringLiteral("dataRole_") + QString::fromStdString(role.name));
        action->setToolTip(tableText(role.help));
        connect(action, &QAction::triggered, this, [this, which = role.role] { emit roleChosen(which); });
    }
    m_menu->setToolTipsVisible(true);
    m_menu->addSeparator();
    m_private = m_menu->addAction(tr("Private"));
    m_private->setObjectName(QStringLiteral("dataRole_private"));
    m_private->setToolTip(tr("No preview, card, rejected file, log, report or prediction shows the values"));
    m_private->setCheckable(true);
    connect(m_private, &QAction::triggered, this, &RoleBar::privacyChosen);
}

void RoleBar::showSelection(int columns, bool arePrivate, bool canBeLabels)
{
    m_selection->setWhole(columns == 0 ? tr("Select columns to give them a role")
                                       : tr("%n column(s) selected", nullptr, columns));
    m_role->setEnabled(columns > 0);
    m_private->setChecked(arePrivate);
    for (QAction* action : m_menu->actions())
        action->setEnabled(columns > 0);
    for (const ColumnRoleInfo& role : columnRoles())
        if (columns > 1 && (role.isOnce || (role.role == ColumnRole::Label && !canBeLabels)))
            m_menu->findChild<QAction*>(QStringLiteral("dataRole_") + QString::fromStdString(role.name))
                ->setEnabled(false);
}

void RoleBar::showSteps(bool canUndo, bool isProposal)
{
    m_undo->setEnabled(canUndo);
    m_proposal->setEnabled(!isProposal);
}

} // namespace millrace
