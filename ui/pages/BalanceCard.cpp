// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/BalanceCard.h"

#include "models/Scores.h"
#include "models/Values.h"
#include "widgets/BalanceBar.h"

#include <QVBoxLayout>

namespace millrace
{

BalanceCard::BalanceCard(QWidget* parent)
    : Card(tr("Balance"), parent), m_bar(new BalanceBar), m_text(styledLabel({}, "dim")),
      m_note(styledLabel({}, "warn"))
{
    m_text->setObjectName(QStringLiteral("dataBalanceText"));
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_text->setWordWrap(true);
    m_note->setWordWrap(true);
    content()->addWidget(m_bar);
    content()->addWidget(m_text);
    content()->addWidget(m_note);
}

void BalanceCard::showSummary(const Schema& schema, const nlohmann::json& result)
{
    const nlohmann::json& counts = jsonChild(result, "class_counts");
    const qint64 class0 = jsonItem(counts, 0), class1 = jsonItem(counts, 1);
    m_bar->setCounts(class0, class1);
    m_text->setText(schema.labelColumn() < 0
                        ? tr("No label yet: click the role of the column that holds the class.")
                        : tr("%1: %2 · %3: %4")
                              .arg(QString::fromStdString(schema.className(0)), countText(class0),
                                   QString::fromStdString(schema.className(1)), countText(class1)));
    QStringList notes;
    const bool labelled = schema.labelColumn() >= 0 && class0 + class1 > 0;
    if (labelled && (class0 == 0 || class1 == 0))
        notes << tr("◆ One class only: nothing can be learnt from it.");
    if (jsonFlag(result, "sorted_by_class"))
        notes << tr("◆ The file is sorted by class; publishing shuffles the rows.");
    QStringList best;
    for (const ScoreRow& row : scoresIn(jsonChild(result, "best")))
        best << tr("%1 %2", "a score and its value").arg(scoreName(*row.kind), scoreText(row));
    if (!best.isEmpty())
        notes << tr("Best possible: %1").arg(best.join(QStringLiteral(" · ")));
    setStyleProperty(m_note, "role", notes.join(QString()).contains(QChar(0x25C6)) ? "warn" : "dim");
    m_note->setText(notes.join('\n'));
    m_note->setVisible(!notes.isEmpty());
}

void BalanceCard::restyle()
{
    m_bar->update();
}

} // namespace millrace
