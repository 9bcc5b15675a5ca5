// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/TwoClassFigures.h"

#include "metrics/Confusion.h"
#include "models/Scores.h"
#include "models/Values.h"
#include "style/Theme.h"
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

constexpr int kBins = 50;          ///< of the score histogram; the threshold moves by one
constexpr double kRingRoom = 0.05; ///< around the ROC, whose ends the ring may be at
constexpr int kMostTitle = 120;    ///< pixels of a class's name beside others in a row

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

/// What depends on the threshold, of [actual][predicted].
ScoreTable scoresOf(const ConfusionMatrix::Counts& counts, bool approximate)
{
    Confusion confusion(2);
    for (const int actual : {0, 1})
        for (const int predicted : {0, 1})
            confusion.add(
                actual, predicted,
                static_cast<double>(counts[static_cast<std::size_t>(actual)][static_cast<std::size_t>(predicted)]));
    return {scoreRow("accuracy", confusion.accuracy(), approximate),
            scoreRow("balanced_accuracy", confusion.balancedAccuracy(), approximate),
            scoreRow("precision", confusion.precision(1), approximate),
            scoreRow("recall", confusion.recall(1), approximate), scoreRow("f1", confusion.f1(1), approximate)};
}

/// Of a class's records, by what was predicted.
double shareOfClass1(const std::vector<std::int64_t>& predicted)
{
    return static_cast<double>(predicted[1]) / static_cast<double>(predicted[0] + predicted[1]);
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
    ChartSeries here{{}, Theme::current().text, 2};
    here.dots = true;
    here.dot = ChartSeries::Dot::Ring;
    m_rocHere = m_roc->addSeries(here);
    m_rocChance = m_roc->addSeries({tr("chance"), Theme::current().dim, 1, 0.6});
    m_roc->setReading([this](const QPointF& at) { return readRoc(at); });
    m_roc->setInteractive(false);
    m_roc->setXRange(-kRingRoom, 1 + kRingRoom);
    m_roc->setYRange(-kRingRoom, 1 + kRingRoom);
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
    m_thresholdText = new ElidedLabel;
    m_thresholdText->setProperty("role", "small");
    m_thresholdText->setObjectName("evaluateThresholdText");
    m_thresholdText->setTextInteractionFlags(Qt::TextSelectableByMouse);
    head->addWidget(m_threshold);
    head->addWidget(m_thresholdText, 1);
    card->content()->addLayout(head);
    m_scores = new ScoreHistogram;
    m_scores->setObjectName("evaluateScores");
    card->content()->addWidget(m_scores, 1);
    connect(m_threshold, &QSlider::valueChanged, this, [this] {
        showThreshold();
        emit thresholdMoved();
    });
    return card;
}

void TwoClassFigures::showResult(const Task& task, const nlohmann::json& result)
{
    m_result = result;
    const QStringList names = classTitles(task);
    m_matrix->setNames(names);
    m_scores->setClassNames(names);
    const QString name = fontMetrics().elidedText(names.value(1), Qt::ElideMiddle, kMostTitle);
    m_roc->setTitle(tr("ROC of %1").arg(name), LineChart::Format::Number);
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

bool TwoClassFigures::isAtOwn() const
{
    return m_threshold->value() == binOf(m_own);
}

bool TwoClassFigures::isWeighed() const
{
    return !jsonText(m_result, "weight_column").isEmpty();
}

double TwoClassFigures::threshold() const
{
    return isAtOwn() ? m_own : static_cast<double>(m_threshold->value()) / kBins;
}

/// At the model's own threshold the result's own counts: they are exact, whatever the bins.
std::optional<ConfusionMatrix::Counts> TwoClassFigures::countsHere() const
{
    return isAtOwn() || m_scores->isEmpty() ? twoByTwo(m_result) : m_scores->confusionAt(m_threshold->value());
}

ScoreTable TwoClassFigures::scoresElsewhere() const
{
    const auto counts = countsHere();
    return isAtOwn() || !counts ? ScoreTable() : scoresOf(*counts, isWeighed());
}

void TwoClassFigures::showThreshold()
{
    m_scores->setThreshold(threshold());
    m_threshold->setEnabled(!m_scores->isEmpty());
    m_matrix->setCounts(countsHere());
    showOperatingPoint();
    const QString here = thresholdText(threshold());
    const auto counts = countsHere();
    if (!counts) {
        m_thresholdText->setWhole(here);
        return;
    }
    nlohmann::json told;
    tell(scoresOf(*counts, false), told);
    const auto text = [&told](const char* name) { return percentText(jsonValue(told, name)); };
    const QString scores = isWeighed() ? tr("%1 · of records: accuracy %2 · precision %3 · recall %4 · F1 %5")
                                       : tr("%1 · accuracy %2 · precision %3 · recall %4 · F1 %5");
    m_thresholdText->setWhole(
        scores.arg(here, text("accuracy"), text("precision"), text("recall"), fixedText(jsonValue(told, "f1"), 4)));
}

/// The ring on the ROC; of a curve of weights, where the counts of records do not stand on it, none.
void TwoClassFigures::showOperatingPoint()
{
    std::vector<double> x, y;
    if (const auto counts = countsHere(); counts && !isWeighed() && m_roc->pointCount(m_rocModel) > 0) {
        x = {shareOfClass1((*counts)[0])};
        y = {shareOfClass1((*counts)[1])};
    }
    m_roc->setData(m_rocHere, x, y);
    m_roc->setSeriesName(m_rocHere, x.empty() ? QString() : tr("at %1").arg(thresholdText(threshold())));
    m_roc->refresh();
}

/// Of the curve's point that is nearest.
LineChart::Values TwoClassFigures::readRoc(const QPointF& at) const
{
    const auto& points = m_roc->curve(m_rocModel).points();
    const auto nearest = std::ranges::min_element(
        points, {}, [at](const Curve::Point& point) { return std::hypot(point.x - at.x(), point.y - at.y()); });
    if (nearest == points.end())
        return {at.x(), {}};
    const double threshold = isWeighed() ? kUnknown : m_scores->thresholdAt(nearest->x, nearest->y);
    return {nearest->x, tr("false positive rate %1\ntrue positive rate %2\nthreshold ≈ %3")
                            .arg(fixedText(nearest->x, 4), fixedText(nearest->y, 4),
                                 fixedText(std::isfinite(threshold) ? QVariant(threshold) : QVariant(), 2))};
}

void TwoClassFigures::restyle()
{
    m_roc->setSeriesColor(m_rocModel, Theme::current().accuracy);
    m_roc->setSeriesColor(m_rocChance, Theme::current().dim);
    m_roc->setSeriesColor(m_rocHere, Theme::current().text);
    showArea();
    m_roc->restyle();
    m_roc->refresh();
    m_matrix->update();
    m_scores->update();
}

} // namespace millrace
