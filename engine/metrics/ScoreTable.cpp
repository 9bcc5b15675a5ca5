// SPDX-License-Identifier: GPL-3.0-or-later
// The score table: a new score is one row here, and its value in the scores of a task (Scores.cpp).
#include "metrics/ScoreTable.h"

#include <algorithm>

namespace millrace
{
namespace
{

using Unit = ScoreKind::Unit;
using Better = ScoreKind::Better;

} // namespace

const std::vector<ScoreKind>& scoreKinds()
{
    static const std::vector<ScoreKind> kinds = {
        {"loss", "Loss", "loss", Unit::Number, Better::Lower,
         "mean cross-entropy (natural logarithm) of the probabilities that were given: 0 is perfect, ln 2 = 0.6931 is "
         "what a coin says of two classes",
         true},
        {"accuracy", "Accuracy", "accuracy", Unit::Share, Better::Higher,
         "share of the records of which the right class was predicted: to be compared with the share of the most "
         "frequent class, which says the same of everything",
         true},
        {"auc", "AUC", "AUC", Unit::Number, Better::Higher,
         "area under the ROC curve: how often a record of class 1 is ranked above one of class 0; 1 is perfect, 0.5 is "
         "chance, whatever the shares of the classes. Not defined while there is one class only",
         true, true},
        {"kappa", "Kappa", "kappa", Unit::Number, Better::Higher,
         "Cohen's kappa: the agreement beyond that of chance with the same shares; 1 is perfect, 0 is chance"},
        {"temporal_kappa", "Temporal kappa", "temporal kappa", Unit::Number, Better::Higher,
         "how much of the error of saying the last label again is avoided: 1 is all of it, 0 nothing, less is worse "
         "than that"},
        {"majority", "Majority class", "majority", Unit::Share, Better::Neither,
         "the baseline: accuracy of saying the class that was more frequent so far"},
        {"no_change", "No change", "no change", Unit::Share, Better::Neither,
         "the baseline: accuracy of saying the last label again"},
    };
    return kinds;
}

const ScoreKind* findScore(const std::string& name)
{
    const auto kind = std::ranges::find(scoreKinds(), name, &ScoreKind::name);
    return kind == scoreKinds().end() ? nullptr : &*kind;
}

std::vector<const ScoreKind*> mainScores()
{
    std::vector<const ScoreKind*> kinds;
    for (const ScoreKind& kind : scoreKinds())
        if (kind.isMain)
            kinds.push_back(&kind);
    return kinds;
}

ScoreRow scoreRow(const std::string& name, double value, bool approximate)
{
    return {findScore(name), value, approximate};
}

double valueIn(const ScoreTable& table, const std::string& name)
{
    const auto row = std::ranges::find_if(table, [&](const ScoreRow& each) { return each.kind->name == name; });
    return row == table.end() ? kUnknown : row->value;
}

void tell(const ScoreTable& table, nlohmann::json& result)
{
    result["approximate"] = std::ranges::any_of(table, &ScoreRow::approximate);
    for (const ScoreRow& row : table)
        result[row.kind->name] = orNull(row.value);
}

ScoreTable scoresIn(const nlohmann::json& result)
{
    ScoreTable table;
    if (!result.is_object())
        return table;
    const bool approximate = result.value("approximate", nlohmann::json(false)) == true;
    for (const ScoreKind& kind : scoreKinds())
        if (const auto value = result.find(kind.name); value != result.end())
            table.push_back({&kind, value->is_number() ? value->get<double>() : kUnknown, approximate && kind.ofRanks});
    return table;
}

} // namespace millrace
