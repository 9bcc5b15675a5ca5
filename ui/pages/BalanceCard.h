// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/Schema.h"
#include "widgets/Widgets.h"

#include <nlohmann/json_fwd.hpp>

class QPushButton;

namespace millrace
{

class BinHistogram;
class ClassBars;

/// What the label of a file is: how many rows are of which class, or how its numbers are spread; why it is learnt so,
/// with a button to have it the other way; and what makes the file hard to learn from.
class BalanceCard : public Card
{
    Q_OBJECT
public:
    explicit BalanceCard(QWidget* parent = nullptr);
    /// task: that was asked for, as the key of the section has it.
    void showSummary(const Schema& schema, const nlohmann::json& result, const QString& task);
    void restyle();

signals:
    void taskWanted(const QString& task);              ///< by a person: a value of the key "task"
    void schemaEdited(const millrace::Schema& schema); ///< likewise: with the other class as the one that is looked for

private:
    void showLabel(const Schema& schema, const nlohmann::json& result, const QString& task);
    void showSpread(const Schema& schema, const nlohmann::json& result);
    void offerOther(const Schema& schema, const nlohmann::json& result, const QString& task);
    void offerPositive(const Schema& schema, const nlohmann::json& result);
    void showNotes(const Schema& schema, const nlohmann::json& result);

    ClassBars* m_classes;
    BinHistogram* m_numbers;
    QLabel *m_text, *m_note;
    QPushButton *m_other, *m_positive;
    QString m_wanted;       ///< what the button asks for
    Schema m_otherPositive; ///< likewise
};

} // namespace millrace
