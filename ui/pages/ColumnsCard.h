// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/Schema.h"
#include "widgets/Widgets.h"

#include <map>
#include <nlohmann/json_fwd.hpp>

class QLabel;

namespace millrace
{

class ColumnFilter;
class RoleBar;
class RowsModel;

/// The columns of a file, with role, spread of the values and extremes. A role is changed by a click on it, of all
/// selected columns by the bar above or a right click; each change can be taken back.
class ColumnsCard : public Card
{
    Q_OBJECT
public:
    explicit ColumnsCard(QWidget* parent = nullptr);
    /// isProposal: nobody has changed anything.
    void showSummary(const Schema& schema, const nlohmann::json& result, bool isProposal);
    void restyle();

protected:
    void resizeEvent(QResizeEvent* event) override;

signals:
    void schemaEdited(const millrace::Schema& schema); ///< by a person
    void proposalWanted();                             ///< likewise: what is found by looking at the file
    void refused(const QString& why);                  ///< a column cannot have the role that it was to have

private:
    void addTable();
    [[nodiscard]] std::vector<int> selected() const; ///< in the schema
    void showSelection();
    [[nodiscard]] QString said(const std::vector<int>& columns) const;
    void giveRoleTo(const std::vector<int>& columns, ColumnRole role);
    void makeLabels(std::vector<int> columns);
    void makePrivate(bool isPrivate);
    void change(const Schema& schema);
    void undo();
    void goBackToProposal();
    void showRolesAgain();
    [[nodiscard]] bool isSameTable(const Schema& schema) const;

    Schema m_schema;
    struct Step {
        Schema schema;
        bool wasProposal = false;
    };
    std::vector<Step> m_before; ///< each change, the last one last
    bool m_isProposal = true;
    struct Plan {
        QString what, why, question;
    };
    std::map<std::string, Plan> m_plans; ///< by column: what a training would make of it
    RoleBar* m_bar;
    RowsModel* m_columns;
    ColumnFilter* m_filter;
    DataTable* m_table;
    QLabel* m_said;
};

} // namespace millrace
