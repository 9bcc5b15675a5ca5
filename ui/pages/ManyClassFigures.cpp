// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/ManyClassFigures.h"

#include "models/RowsModel.h"
#include "models/Values.h"
#include "widgets/ConfusionMatrix.h"
#include "widgets/Widgets.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <nlohmann/json.hpp>

namespace millrace
{

namespace
{

RowsColumn shareColumn(const QString& title, const QString& help)
{
    RowsColumn column = textColumn(title);
    column.alignment = Qt::AlignRight;
    column.format = percentText;
    column.toolTip = help;
    return column;
}

/// Unknown of nothing.
QVariant shareOf(qint64 part, qint64 whole)
{
    return whole > 0 ? QVariant(static_cast<double>(part) / static_cast<double>(whole)) : QVariant();
}

/// Of each class the records that were predicted to be of it, and of these the right ones: as the result tells them,
/// or from the matrix.
struct ClassTotals {
    qint64 predicted = 0, correct = 0;
};

ClassTotals totalsOf(const nlohmann::json& result, std::size_t index)
{
    const nlohmann::json& matrix = jsonChild(result, "confusion");
    if (matrix.empty())
        return {jsonItem(jsonChild(result, "class_predicted"), index),
                jsonItem(jsonChild(result, "class_correct"), index)};
    ClassTotals totals;
    for (const nlohmann::json& row : matrix)
        totals.predicted += jsonItem(row, index);
    if (index < matrix.size())
        totals.correct = jsonItem(matrix[index], index);
    return totals;
}

DataTable* tableOf(const char* objectName, const QString& name, const QString& empty)
{
    auto* table = new DataTable;
    table->setObjectName(objectName);
    table->setAccessibleName(name);
    table->setEmptyText(empty);
    return table;
}

} // namespace

ManyClassFigures::ManyClassFigures(QWidget* parent) : Figures(parent)
{
    auto* across = new QHBoxLayout(this);
    across->setContentsMargins(0, 0, 0, 0);
    across->setSpacing(8);
    across->addWidget(makeMistakesCard(), 1);
    across->addWidget(makeClassesCard(), 1);
}

Card* ManyClassFigures::makeMistakesCard()
{
    auto* card = new Card;
    card->content()->setContentsMargins(12, 8, 12, 10);
    card->content()->addWidget(styledLabel(tr("Confusion"), "strong"));
    m_matrix = new ConfusionMatrix;
    m_matrix->setObjectName("evaluateClassConfusion");
    m_pairs = new RowsModel({textColumn(tr("actual")), textColumn(tr("predicted")), countColumn(tr("records")),
                             shareColumn(tr("share"), tr("Share of the actual class that was taken for the other"))},
                            this);
    m_pairsTable = tableOf("evaluatePairsTable", tr("Classes that are taken for each other"),
                           tr("No record was taken for one of another class."));
    m_pairsTable->setModel(m_pairs); // the most frequent first
    m_pairsTable->stretch(0);
    card->content()->addWidget(m_matrix, 1);
    card->content()->addWidget(m_pairsTable, 1);
    return card;
}

Card* ManyClassFigures::makeClassesCard()
{
    auto* card = new Card;
    card->content()->setContentsMargins(1, 8, 1, 1);
    auto* heading = styledLabel(tr("Class by class"), "strong");
    heading->setContentsMargins(12, 0, 12, 0);
    card->content()->addWidget(heading);
    m_classes = new RowsModel(
        {textColumn(tr("class")), countColumn(tr("records")),
         shareColumn(tr("recall"), tr("Share of its records that were recognized")),
         shareColumn(tr("precision"), tr("Share of the records that were predicted to be of it that are"))},
        this);
    auto* table = tableOf("evaluateClassTable", tr("Classes"),
                          tr("How well each class is recognized stands here after an evaluation."));
    showSorted(table, m_classes);
    table->stretch(0);
    card->content()->addWidget(table, 1);
    return card;
}

QString ManyClassFigures::nameOf(std::size_t index) const
{
    return m_names.value(static_cast<qsizetype>(index), tr("class %1").arg(index));
}

void ManyClassFigures::showResult(const Task& task, const nlohmann::json& result)
{
    m_names = classTitles(task);
    const nlohmann::json& counts = jsonChild(result, "class_counts");
    for (std::size_t i = static_cast<std::size_t>(m_names.size()); counts.is_array() && i < counts.size(); ++i)
        m_names << nameOf(i); // of a run that is gone
    const nlohmann::json& matrix = jsonChild(result, "confusion");
    const nlohmann::json& cells = jsonChild(result, "confusion_cells");
    m_matrix->setNames(m_names);
    m_matrix->setCounts(matrix.is_array() && !matrix.empty() ? std::optional(matrix.get<ConfusionMatrix::Counts>())
                                                             : std::nullopt);
    showMistakes(cells, counts);
    m_pairsTable->setVisible(cells.is_array());
    m_matrix->setVisible(!cells.is_array());
    showClasses(result);
}

void ManyClassFigures::showMistakes(const nlohmann::json& cells, const nlohmann::json& counts)
{
    QList<QVariantList> rows;
    for (const nlohmann::json& cell : cells) {
        const auto actual = static_cast<std::size_t>(jsonItem(cell, 0)),
                   predicted = static_cast<std::size_t>(jsonItem(cell, 1));
        rows << QVariantList{nameOf(actual), nameOf(predicted), jsonItem(cell, 2),
                             shareOf(jsonItem(cell, 2), jsonItem(counts, actual))};
    }
    m_pairs->setRows(rows);
}

void ManyClassFigures::showClasses(const nlohmann::json& result)
{
    QList<QVariantList> rows;
    const nlohmann::json& counts = jsonChild(result, "class_counts");
    for (std::size_t i = 0; counts.is_array() && i < counts.size(); ++i) {
        const ClassTotals totals = totalsOf(result, i);
        rows << QVariantList{nameOf(i), jsonItem(counts, i), shareOf(totals.correct, jsonItem(counts, i)),
                             shareOf(totals.correct, totals.predicted)};
    }
    m_classes->setRows(rows);
}

void ManyClassFigures::restyle()
{
    m_matrix->update();
}

} // namespace millrace
