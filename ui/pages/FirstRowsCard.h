// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/Schema.h"
#include "widgets/Widgets.h"

#include <nlohmann/json_fwd.hpp>

namespace millrace
{

class RowsModel;

/// The first rows of a file as they stand in it.
class FirstRowsCard : public Card
{
    Q_OBJECT
public:
    explicit FirstRowsCard(QWidget* parent = nullptr);
    void showSummary(const Schema& schema, const nlohmann::json& result);

private:
    RowsModel* m_rows;
};

} // namespace millrace
