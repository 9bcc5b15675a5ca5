// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/Schema.h"
#include "session/Proposal.h"
#include "widgets/Widgets.h"

#include <nlohmann/json_fwd.hpp>

class QComboBox;
class QGridLayout;

namespace millrace
{

class RowsModel;

/// What would be learnt of a file, and how: label, task, split, model and budget, and what becomes of each column; each
/// with its reason, and to be changed by a click.
class ProposalForm : public QWidget
{
    Q_OBJECT
public:
    explicit ProposalForm(QWidget* parent = nullptr);

    /// The result of the job "propose"; task: that was asked for.
    void showFound(const Schema& schema, const nlohmann::json& found, const QString& task);
    void showProposal(const Proposal& proposal, const QString& preset);
    void setEditable(bool editable); ///< not, while it is learnt

signals:
    // By a person.
    void labelWanted(const QString& column);
    void taskWanted(const QString& task);
    void presetWanted(const QString& preset);
    void roleWanted(int column, const QString& role);
    void splitWanted(); ///< to see and change all of it
    void trainingWanted();

private:
    struct Line {
        QLabel *what = nullptr, *why = nullptr;
    };
    Line addLine(const QString& name, const char* key, QComboBox* choice, QPushButton* change);
    static void showLine(const Line& line, const ProposalLine& text);
    Card* makeColumns();

    QGridLayout* m_grid;
    QComboBox *m_labels, *m_tasks, *m_presets;
    QPushButton *m_changeSplit, *m_changeBudget;
    Line m_label, m_task, m_split, m_model, m_budget;
    RowsModel* m_columns;
    DataTable* m_table;
};

} // namespace millrace
