// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pages/Figures.h"

namespace millrace
{

class Card;
class ConfusionMatrix;
class DataTable;
class RowsModel;

/// Of several classes: what was taken for what, as a matrix or, of many, as a list of the most frequent mistakes; and
/// how well each class is recognized.
class ManyClassFigures final : public Figures
{
    Q_OBJECT
public:
    explicit ManyClassFigures(QWidget* parent = nullptr);
    void showResult(const Task& task, const nlohmann::json& result) override;
    void restyle() override;

private:
    Card* makeMistakesCard();
    Card* makeClassesCard();
    void showMistakes(const nlohmann::json& cells, const nlohmann::json& counts);
    void showClasses(const nlohmann::json& result);
    [[nodiscard]] QString nameOf(std::size_t index) const;

    QStringList m_names;
    ConfusionMatrix* m_matrix;
    RowsModel *m_pairs, *m_classes;
    DataTable* m_pairsTable;
};

} // namespace millrace
