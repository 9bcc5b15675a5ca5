// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/Schema.h"
#include "widgets/Widgets.h"

#include <nlohmann/json_fwd.hpp>

namespace millrace
{

class BalanceBar;

/// How many rows of a file are of which class, and what makes that hard to learn from.
class BalanceCard : public Card
{
    Q_OBJECT
public:
    explicit BalanceCard(QWidget* parent = nullptr);
    void showSummary(const Schema& schema, const nlohmann::json& result);
    void restyle();

private:
    BalanceBar* m_bar;
    QLabel *m_text, *m_note;
};

} // namespace millrace
