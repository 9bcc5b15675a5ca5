// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/Schema.h"
#include "widgets/Widgets.h"

#include <nlohmann/json_fwd.hpp>

namespace millrace
{

class RowsModel;

/// The columns of a file, with role, spread of the values and extremes. A role is changed by a click on it.
class ColumnsCard : public Card
{
    Q_OBJECT
public:
    explicit ColumnsCard(QWidget* parent = nullptr);
    void showSummary(const Schema& schema, const nlohmann::json& result);
    void restyle();

signals:
    void schemaEdited(const millrace::Schema& schema); ///< by a person

private:
    void changeRole(int column, const QString& role);
    Schema m_schema;
    RowsModel* m_columns;
    DataTable* m_table;
};

} // namespace millrace
