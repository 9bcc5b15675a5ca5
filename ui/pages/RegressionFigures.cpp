// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/RegressionFigures.h"

#include "models/Scores.h"
#include "models/Values.h"
#include "widgets/BinHistogram.h"
#include "widgets/DensityMap.h"
#include "widgets/Fields.h"
#include "widgets/Widgets.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QSignalBlocker>
#include <QVBoxLayout>
#include <algorithm>

namespace millrace
{

namespace
{

constexpr std::size_t kMostResidualBins = 50; ///< that are drawn: more are noise

Card* titledCard(const QString& title, QWidget* content)
{
    auto* card = new Card;
    card->content()->setContentsMargins(12, 8, 12, 10);
    card->content()->addWidget(styledLabel(title, "strong"));
    card->content()->addWidget(content, 1);
    return card;
}

DensityMap::Cells cellsOf(const nlohmann::json& figure)
{
    DensityMap::Cells cells;
    const nlohmann::json& counts = jsonChild(figure, "counts");
    if (!counts.is_array())
        return cells;
    cells.counts = counts.get<std::vector<std::vector<std::int64_t>>>();
    cells.from = jsonValue(figure, "from").toDouble();
    cells.to = jsonValue(figure, "to").toDouble();
    return cells;
}

/// Of the result's bins those that hold something, on either side as far, some of them as one.
BinHistogram::Bins residualBinsOf(const nlohmann::json& figure)
{
    BinHistogram::Bins bins;
    const nlohmann::json& told = jsonChild(figure, "counts");
    if (!told.is_array() || told.empty())
        return bins;
    const auto counts = told.get<std::vector<std::int64_t>>();
    const auto there = [](std::int64_t count) { return count > 0; };
    const auto before = std::ranges::find_if(counts, there) - counts.begin();
    const auto after = std::ranges::find_if(counts.rbegin(), counts.rend(), there) - counts.rbegin();
    const std::size_t half = counts.size() / 2;
    const std::size_t left = std::min({static_cast<std::size_t>(std::min(before, after)), half - 1});
    const std::size_t shown = counts.size() - 2 * left, together = std::max<std::size_t>(1, shown / kMostResidualBins);
    for (std::size_t i = 0; i < shown; ++i) {
        if (i % together == 0)
            bins.counts.push_back(0);
        bins.counts.back() += counts[left + i];
    }
    const double from = jsonValue(figure, "from").toDouble(), to = jsonValue(figure, "to").toDouble();
    const double width = (to - from) / static_cast<double>(counts.size());
    bins.from = from + width * static_cast<double>(left);
    bins.to = bins.from + width * static_cast<double>(bins.counts.size() * together);
    bins.below = jsonCount(figure, "below");
    bins.above = jsonCount(figure, "above");
    return bins;
}

} // namespace

RegressionFigures::RegressionFigures(QWidget* parent)
    : Figures(parent), m_choice(new QWidget), m_target(choiceField(QStringLiteral("evaluateTargetField"))),
      m_scores(styledLabel({}, "dim")), m_map(new DensityMap), m_residuals(new BinHistogram)
{
    m_target->setAccessibleName(tr("Target"));
    m_target->setToolTip(tr("Whose predictions and scores are shown"));
    m_scores->setObjectName("evaluateTargetScores");
    m_scores->setTextInteractionFlags(Qt::TextSelectableByMouse);
    auto* choice = new QHBoxLayout(m_choice);
    choice->setContentsMargins(0, 0, 0, 0);
    choice->addWidget(styledLabel(tr("Target"), "strong"));
    choice->addWidget(m_target);
    choice->addWidget(m_scores, 1);
    connect(m_target, &QComboBox::currentIndexChanged, this, &RegressionFigures::showTarget);
    m_map->setObjectName("evaluatePredictedActual");
    m_map->setEmptyText(tr("What was predicted stands here against what is, after an evaluation."));
    m_residuals->setObjectName("evaluateResiduals");
    m_residuals->setEmptyText(tr("How far predictions are off stands here after an evaluation."));
    auto* across = new QHBoxLayout;
    across->setSpacing(8);
    across->addWidget(titledCard(tr("Predicted against actual"), m_map), 1);
    across->addWidget(titledCard(tr("Residuals"), m_residuals), 1);
    auto* down = new QVBoxLayout(this);
    down->setContentsMargins(0, 0, 0, 0);
    down->setSpacing(8);
    down->addWidget(m_choice);
    down->addLayout(across, 1);
    m_choice->hide();
}

void RegressionFigures::showResult(const Task& task, const nlohmann::json& result)
{
    m_targets = jsonChild(result, "targets");
    m_choice->setVisible(!m_targets.empty());
    if (!m_targets.empty())
        return offerTargets();
    const QString ofTask = task.targets.empty() ? QString() : QString::fromStdString(task.targets.front().unit);
    draw(result, jsonText(result, "unit", ofTask));
}

/// The one that was chosen stays, where it is there still.
void RegressionFigures::offerTargets()
{
    QStringList names;
    for (const nlohmann::json& target : m_targets)
        names << jsonText(target, "name");
    const qsizetype chosen = names.indexOf(m_target->currentText());
    {
        const QSignalBlocker quiet(m_target);
        m_target->clear();
        m_target->addItems(names);
        m_target->setCurrentIndex(static_cast<int>(std::max<qsizetype>(0, chosen)));
    }
    showTarget();
}

void RegressionFigures::showTarget()
{
    const auto chosen = static_cast<std::size_t>(std::max(0, m_target->currentIndex()));
    if (chosen >= m_targets.size())
        return;
    const nlohmann::json& target = m_targets[chosen];
    QStringList scores;
    for (const ScoreRow& row : scoresIn(target))
        scores << tr("%1 %2", "a score and its value").arg(scoreName(*row.kind), scoreText(row));
    m_scores->setText(scores.join(QStringLiteral(" · ")));
    draw(target, jsonText(target, "unit"));
}

void RegressionFigures::draw(const nlohmann::json& figures, const QString& unit)
{
    m_map->setUnit(unit);
    m_map->setCells(cellsOf(jsonChild(figures, "predicted_actual")));
    m_residuals->setName(unit.isEmpty() ? tr("actual − predicted") : tr("actual − predicted, %1").arg(unit));
    m_residuals->setBins(residualBinsOf(jsonChild(figures, "residuals")));
}

void RegressionFigures::restyle()
{
    m_map->update();
    m_residuals->update();
}

} // namespace millrace
