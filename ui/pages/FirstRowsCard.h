// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/Schema.h"
#include "models/RowsModel.h"
#include "widgets/Widgets.h"

#include <nlohmann/json_fwd.hpp>

namespace millrace
{

/// The first rows of a file as they stand in it.
class FirstRowsCard : public Card
{
    Q_OBJECT
public:
    /// Of the first columns alone where there are very many; made off the GUI thread.
    struct Content {
        QList<RowsColumn> columns;
        QList<QVariantList> rows;
        qsizetype all = 0; ///< columns of the file
    };

    explicit FirstRowsCard(QWidget* parent = nullptr);
    [[nodiscard]] static Content contentOf(const Schema& schema, const nlohmann::json& result);
    void showContent(Content content);

private:
    RowsModel* m_rows;
    DataTable* m_table;
    QLabel* m_said;
};

} // namespace millrace
