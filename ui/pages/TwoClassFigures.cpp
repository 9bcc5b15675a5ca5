// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/TwoClassFigures.h"

#include "charts/LineChart.h"
#include "models/Scores.h"
#include "models/Values.h"
#include "style/Theme.h"
#include "widgets/ConfusionMatrix.h"
#include "widgets/ScoreHistogram.h"
#include "widgets/Widgets.h"

#include <QHBoxLayout>
#include <QSlider>
#include <QVBoxLayout>
#include <cmath>

namespace millrace
{

namespace
{

constexpr int kBins = 50; ///< of the score histogram; the threshold moves by one

ScoreHistogram::Bins scoreBinsOf(const nlohmann::json& result)
{
    ScoreHistogram::Bins bins;
    const nlohmann::json& histogram = jsonChild(result, "score_histogram");
    if (!histogram.is_array() || histogram.size() != 2)
        return bins;
    for (std::size_t c = 0; c < 2; ++c)
        for (const auto& count : histogram[c])
            bins[c].push_back(count.is_number() ? count.get<std::int64_t>() : 0);
    return bins;
}

std::optional<ConfusionMatrix::Counts> twoByTwo(const nlohmann::json& result)
{
    const nlohmann::json& rows = jsonChild(result, "confusion");
    if (!rows.is_array() || rows.size() != 2 || rows[0].size() != 2 || rows[1].size() != 2)
        return std::nullopt;
    return rows.get<ConfusionMatrix::Counts>();
}

int binOf(double threshold)
{
    return static_cast<int>(std::lround(threshold * kBins));
}

double ratio(std::int64_t part, std::int64_t whole)
{
    return whole > 0 ? static_cast<double>(part) / static_cast<double>(whole)
                     : std::numeric_limits<double>::quiet_NaN();
}

} // namespace

TwoClassFigures::TwoClassFigures(QWidget* parent) : Figures(parent)
{
    auto* down = new QVBoxLayout(this);
    down->setContentsMargins(0, 0, 0, 0);
    down->setSpacing(8);
    auto* cards = new QHBoxLayout;
    cards->setSpacing(8);
    cards->addWidget(makeMatrixCard(), 1);
    cards->addWidget(makeRoc(), 1);
    down->addLayout(cards, 5);
    down->addWidget(makeScoresCard(), 3);
    showResult({}, nullptr);
}

LineChart* TwoClassFigures::makeRoc()
{
    m_roc = new LineChart(tr("ROC"), tr("false positive rate"), LineChart::Format::Number);
    m_roc->setObjectName("evaluateRocChart");
    m_rocModel = m_roc->addSeries({tr("model"), Theme::current().accuracy, 2});
    m_rocChance = m_roc->addSeries({tr("chance"), Theme::current().dim, 1, 0.6});
    m_roc->setInteractive(false);
    m_roc->setXRange(0, 1);
    return m_roc;
}

Card* TwoClassFigures::makeMatrixCard()
{
    auto* card = new Card;
    card->content()->setContentsMargins(12, 8, 12, 10);
    card->content()->addWidget(styledLabel(tr("Confusion"), "strong"));
    m_matrix = new ConfusionMatrix;
    m_matrix->setObjectName("evaluateConfusion");
    card->content()->addWidget(m_matrix, 1);
    return card;
}

Card* TwoClassFigures::makeScoresCard()
{
    auto* card = new Card;
    card->content()->setContentsMargins(12, 8, 12, 8);
    card->content()->setSpacing(4);
    auto* head = new QHBoxLayout;
    head->setSpacing(10);
    head->addWidget(styledLabel(tr("Threshold"), "strong"));
    m_threshold = new QSlider(Qt::Horizontal);
    m_threshold->setObjectName("evaluateThresholdSlider");
    m_threshold->setAccessibleName(tr("Threshold"));
    m_threshold->setRange(0, kBins);
    m_threshold->setValue(kBins / 2);
    m_threshold->setMinimumWidth(80);
    m_threshold->setMaximumWidth(180);
    m_thresholdText = styledLabel({}, "small");
    m_thresholdText->setObjectName("evaluateThresholdText");
    m_thresholdText->setTextInteractionFlags(Qt::TextSelectableByMouse);
    head->addWidget(m_threshold);
    head->addWidget(m_thresholdText, 1);
    card->content()->addLayout(head);
    m_scores = new ScoreHistogram;
    m_scores->setObjectName("evaluateScores");
    card->content()->addWidget(m_scores, 1);
    connect(m_threshold, &QSlider::valueChanged, this, &TwoClassFigures::showThreshold);
    return card;
}

void TwoClassFigures::showResult(const Task& task, const nlohmann::json& result)
{
    m_result = result;
    const QStringList names = classTitles(task);
    m_matrix->setNames(names);
    m_scores->setClassName(names.value(1));
    m_threshold->setToolTip(tr("From which probability on a record counts as %1").arg(names.value(1)));
    const QVariant threshold = jsonValue(result, "threshold");
    const double own = threshold.isValid() ? threshold.toDouble() : kEvenThreshold;
    if (own != m_own) {
        m_own = own;
        m_threshold->setValue(binOf(own));
    }
    showRoc();
    m_scores->setBins(scoreBinsOf(m_result));
    showThreshold();
}

void TwoClassFigures::showRoc()
{
    std::vector<double> x, y;
    for (const auto& point : jsonChild(m_result, "roc"))
        if (point.is_array() && point.size() == 2) {
            x.push_back(point[0].get<double>());
            y.push_back(point[1].get<double>());
        }
    m_roc->setData(m_rocModel, x, y);
    m_roc->setData(m_rocChance, {0, 1}, {0, 1});
    showArea();
    m_roc->refresh();
}

/// Under the curve, beside its heading.
void TwoClassFigures::showArea()
{
    const auto auc = scoreIn(m_result, "auc").value<ScoreCell>();
    const QString area = scoreText({findScore("auc"), auc.value, auc.approximate});
    m_roc->setNote(std::isfinite(auc.value) ? tr("AUC %1").arg(area) : QString(), Theme::current().text);
}

void TwoClassFigures::showThreshold()
{
    const int bin = m_threshold->value();
    const bool isOwn = bin == binOf(m_own);
    const double threshold = isOwn ? m_own : static_cast<double>(bin) / kBins;
    m_scores->setThreshold(threshold);
    m_threshold->setEnabled(!m_scores->isEmpty());
    // At the model's own threshold the result's own counts: they are exact, whatever the bins.
    const auto counts = isOwn || m_scores->isEmpty() ? twoByTwo(m_result) : m_scores->confusionAt(bin);
    m_matrix->setCounts(counts);
    if (!counts) {
        m_thresholdText->setText(fixedText(threshold, 2));
        return;
    }
    const auto& c = *counts;
    const std::int64_t all = c[0][0] + c[0][1] + c[1][0] + c[1][1];
    m_thresholdText->setText(tr("%1 · accuracy %2 · precision %3 · recall %4")
                                 .arg(fixedText(threshold, 2), percentText(ratio(c[0][0] + c[1][1], all)),
                                      percentText(ratio(c[1][1], c[0][1] + c[1][1])),
                                      percentText(ratio(c[1][1], c[1][0] + c[1][1]))));
}

void TwoClassFigures::restyle()
{
    m_roc->setSeriesColor(m_rocModel, Theme::current().accuracy);
    m_roc->setSeriesColor(m_rocChance, Theme::current().dim);
    showArea();
    m_roc->restyle();
    m_roc->refresh();
    m_matrix->update();
    m_scores->update();
}

} // namespace millrace
