// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/Scores.h"

#include "models/TableText.h"
#include "models/Values.h"

#include <cmath>

namespace millrace
{

namespace
{

constexpr int kDecimals = 4;

QVariant knownValue(double value)
{
    return std::isfinite(value) ? QVariant(value) : QVariant();
}

} // namespace

QString scoreName(const ScoreKind& kind)
{
    return tableText(kind.label);
}

QString scoreWord(const ScoreKind& kind)
{
    return tableText(kind.word);
}

QString scoreHelp(const ScoreKind& kind)
{
    return tableSentence(kind.help);
}

QString scoreText(const ScoreRow& row)
{
    const QVariant value = knownValue(row.value);
    const QString text = row.kind->unit == ScoreKind::Unit::Share ? percentText(value) : fixedText(value, kDecimals);
    return row.approximate && value.isValid() ? text + " ≈" : text;
}

RowsColumn scoreColumn(const ScoreKind& kind)
{
    const QString title = scoreWord(kind);
    RowsColumn column = kind.unit == ScoreKind::Unit::Share ? percentColumn(title) : numberColumn(title, kDecimals);
    column.toolTip = scoreHelp(kind);
    return column;
}

QVariantList mainScoresIn(const nlohmann::json& result)
{
    const ScoreTable table = scoresIn(result);
    QVariantList values;
    for (const ScoreKind* kind : mainScores())
        values << knownValue(valueIn(table, kind->name));
    return values;
}

} // namespace millrace
