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
    /// What a training would make of a column.
    struct Plan {
        QString what, why, question;
    };
    /// The rows of the table; made off the GUI thread, since there may be 150,000.
    struct Content {
        QList<QVariantList> rows;
        std::map<std::string, Plan> plans; ///< by column
    };

    explicit ColumnsCard(QWidget* parent = nullptr);
    [[nodiscard]] static Content contentOf(const Schema& schema, const nlohmann::json& result, bool isProposal);
    /// isProposal: nobody has changed anything.
    void showContent(const Schema& schema, Content content, bool isProposal);
    /// Why a column cannot be what it was to be; until another one is selected, or all is as it should be.
    void showTrouble(const QString& why);
    void restyle();

protected:
    void resizeEvent(QResizeEvent* event) override;

signals:
    void schemaEdited(const millrace::Schema& schema); ///< by a person
    void proposalWanted();                             ///< likewise: what is found by looking at the file

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
    std::map<std::string, Plan> m_plans;
    RoleBar* m_bar;
    RowsModel* m_columns;
    ColumnFilter* m_filter;
    DataTable* m_table;
    QLabel* m_said;
};

} // namespace millrace
