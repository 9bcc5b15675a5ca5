// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pages/Figures.h"

#include <nlohmann/json.hpp>

class QLabel;
class QSlider;

namespace millrace
{

class Card;
class ConfusionMatrix;
class LineChart;
class ScoreHistogram;

/// Of two classes: confusion matrix with a threshold, ROC curve, and how the probabilities are spread.
class TwoClassFigures final : public Figures
{
    Q_OBJECT
public:
    explicit TwoClassFigures(QWidget* parent = nullptr);
    void showResult(const Task& task, const nlohmann::json& result) override;
    void restyle() override;

private:
    Card* makeMatrixCard();
    LineChart* makeRoc();
    Card* makeScoresCard();
    void showRoc();
    void showArea();
    void showThreshold();

    nlohmann::json m_result;
    ConfusionMatrix* m_matrix;
    LineChart* m_roc;
    int m_rocModel = 0, m_rocChance = 0;
    QSlider* m_threshold;
    double m_own = 0.5; ///< the model's threshold, whose counts are the result's own
    QLabel* m_thresholdText;
    ScoreHistogram* m_scores;
};

} // namespace millrace
