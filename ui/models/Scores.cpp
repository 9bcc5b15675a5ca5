// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/Scores.h"

#include "models/Values.h"

#include <QCoreApplication>
#include <cmath>

namespace millrace
{

namespace
{

constexpr int kDecimals = 4;

QString scoreWord(const std::string& text)
{
    return QCoreApplication::translate("Scores", text.c_str());
}

QVariant knownValue(double value)
{
    return std::isfinite(value) ? QVariant(value) : QVariant();
}

} // namespace

QString scoreName(const ScoreKind& kind)
{
    return scoreWord(kind.label);
}

QString scoreHelp(const ScoreKind& kind)
{
    const QString text = scoreWord(kind.help);
    return text.left(1).toUpper() + text.mid(1);
}

QString scoreText(const ScoreRow& row)
{
    const QVariant value = knownValue(row.value);
    const QString text = row.kind->unit == ScoreKind::Unit::Share ? percentText(value) : fixedText(value, kDecimals);
    return row.approximate && value.isValid() ? text + " ≈" : text;
}

RowsColumn scoreColumn(const ScoreKind& kind)
{
    const QString title = scoreWord(kind.word);
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
