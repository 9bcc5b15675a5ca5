// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/Scores.h"

#include "models/TableText.h"
#include "models/Values.h"

#include <QTableView>
#include <algorithm>
#include <cmath>

namespace millrace
{

namespace
{

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

namespace
{

/// With a real minus, as all numbers in the window.
QString numberText(const ScoreRow& row)
{
    return QString::fromStdString(scoreNumber(row)).replace('-', QChar(0x2212));
}

} // namespace

QString scoreText(const ScoreRow& row)
{
    const QVariant value = knownValue(row.value);
    QString text = row.kind->unit == ScoreKind::Unit::Share ? percentText(value) : numberText(row);
    if (value.isValid() && !row.unit.empty())
        text += ' ' + QString::fromStdString(row.unit);
    return row.approximate && value.isValid() ? text + " ≈" : text;
}

QVariant scoreCell(const ScoreRow& row)
{
    return std::isfinite(row.value) ? QVariant::fromValue(ScoreCell{row.value, row.approximate, row.unit}) : QVariant();
}

RowsColumn scoreColumn(const ScoreKind& kind)
{
    RowsColumn column = textColumn(scoreWord(kind));
    column.alignment = Qt::AlignRight;
    column.toolTip = scoreHelp(kind);
    column.format = [&kind](const QVariant& cell) { // a row of the score table, which stays
        const auto score = cell.value<ScoreCell>();
        return scoreText({&kind, score.value, score.approximate, score.unit});
    };
    return column;
}

QVariant scoreIn(const nlohmann::json& result, const std::string& name)
{
    const ScoreTable table = scoresIn(result);
    const auto row = std::ranges::find(table, findScore(name), &ScoreRow::kind);
    return row == table.end() ? QVariant() : scoreCell(*row);
}

QVariantList mainScoresIn(const nlohmann::json& result)
{
    QVariantList values;
    for (const ScoreKind* kind : mainScores())
        values << scoreIn(result, kind->name);
    return values;
}

void showScoreColumns(QTableView* table, int first, const std::vector<nlohmann::json>& results)
{
    const auto shown = scoreColumns(results);
    for (const ScoreKind* kind : mainScores())
        table->setColumnHidden(first++, std::ranges::find(shown, kind) == shown.end());
}

} // namespace millrace
