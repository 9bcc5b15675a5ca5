// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "charts/LineChart.h"
#include "metrics/ScoreTable.h"
#include "pages/Figures.h"
#include "widgets/ConfusionMatrix.h"

#include <nlohmann/json.hpp>

class QSlider;

namespace millrace
{

class Card;
class ElidedLabel;
class ScoreHistogram;

/// Of two classes: confusion matrix with a threshold, ROC curve, and how the probabilities are spread.
class TwoClassFigures final : public Figures
{
    Q_OBJECT
public:
    explicit TwoClassFigures(QWidget* parent = nullptr);
    void showResult(const Task& task, const nlohmann::json& result) override;
    void restyle() override;
    /// What depends on the threshold, of the records as they are counted (approximate where the result's are weighed);
    /// empty at the model's own, where the result's are exact.
    [[nodiscard]] ScoreTable scoresElsewhere() const;
    [[nodiscard]] double threshold() const;

signals:
    void thresholdMoved();

private:
    Card* makeMatrixCard();
    LineChart* makeRoc();
    Card* makeScoresCard();
    void showRoc();
    void showArea();
    void showThreshold();
    void showOperatingPoint();
    [[nodiscard]] bool isAtOwn() const;
    [[nodiscard]] bool isWeighed() const;
    [[nodiscard]] std::optional<ConfusionMatrix::Counts> countsHere() const;
    [[nodiscard]] LineChart::Values readRoc(const QPointF& at) const;

    nlohmann::json m_result;
    ConfusionMatrix* m_matrix;
    LineChart* m_roc;
    int m_rocModel = 0, m_rocChance = 0, m_rocHere = 0; ///< here: where the threshold is
    QSlider* m_threshold;
    double m_own = 0.5; ///< the model's threshold, whose counts are the result's own
    ElidedLabel* m_thresholdText;
    ScoreHistogram* m_scores;
};

} // namespace millrace
