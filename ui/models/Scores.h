// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "metrics/ScoreTable.h"
#include "models/RowsModel.h"

namespace millrace
{

// Scores as the window shows them: names, units and help are the score table's (metrics/ScoreTable.cpp).

QString scoreName(const ScoreKind& kind);
/// Within a sentence.
QString scoreWord(const ScoreKind& kind);
/// What it is, what is good, and what is none, as a sentence.
QString scoreHelp(const ScoreKind& kind);
/// "79.13 %", "0.8713 ≈"; "–" when unknown.
QString scoreText(const ScoreRow& row);
/// A score in a table; sorted by its value.
struct ScoreCell {
    double value = kUnknown;
    bool approximate = false;
    std::string unit{}; ///< of the target, where the score is in it
    bool operator==(const ScoreCell&) const = default;
    bool operator<(const ScoreCell& other) const { return value < other.value; }
};
/// Invalid when unknown.
QVariant scoreCell(const ScoreRow& row);
/// For cells of this score, its help as tool tip of the heading.
RowsColumn scoreColumn(const ScoreKind& kind);
/// What a result has of the score of this name, else nothing.
QVariant scoreIn(const nlohmann::json& result, const std::string& name);
/// Of a list of runs, in the order of mainScores().
QVariantList mainScoresIn(const nlohmann::json& result);
/// Of a table whose columns from `first` on are mainScores(), shows those that one of the results knows.
void showScoreColumns(QTableView* table, int first, const std::vector<nlohmann::json>& results);

} // namespace millrace
