// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/TrainCharts.h"

#include "charts/ChartFile.h"
#include "charts/LineChart.h"
#include "metrics/ScoreTable.h"
#include "models/LagFeed.h"
#include "models/Scores.h"
#include "shell/UiSettings.h"
#include "style/Theme.h"

#include <QCheckBox>
#include <QComboBox>
#include <QFileInfo>
#include <QSlider>
#include <QToolButton>
#include <QVBoxLayout>
#include <algorithm>
#include <cmath>

namespace millrace
{

namespace
{

/// The slider's range and scale: 20 values smooth over ten times as many steps, the last one over 1,000.
constexpr int kStrongest = 60, kTenfold = 20;
constexpr int kSmoothing = 34;      ///< 0.98, over steps of one batch
constexpr double kMostAhead = 4;    ///< of what is drawn: so far the x axis goes
constexpr int kSecondsAxis = 2;     ///< of those that x may count
constexpr int kOnlineSmoothing = 8; ///< 0.60, over mini-datasets: few, and each an average already

/// 0, 0.11, 0.21, … 0.98, … 0.999: what is missing to 1 in two digits.
double smoothingAt(int value)
{
    const double missing = std::pow(10.0, -static_cast<double>(value) / kTenfold);
    const double digit = std::pow(10.0, std::floor(std::log10(missing)) - 1);
    return 1 - std::round(missing / digit) * digit;
}

} // namespace

TrainCharts::TrainCharts(QWidget* parent)
    : QWidget(parent), m_loss(new LineChart(tr("Loss"), tr("records"), LineChart::Format::Number)),
      m_score(new LineChart(tr("Accuracy"), tr("records"), LineChart::Format::Percent)),
      m_lag(new LineChart(tr("Consumer lag"), tr("records"), LineChart::Format::Count)), m_bestLoss(kUnknown),
      m_bestScore(kUnknown), m_smoothings{kSmoothing, kOnlineSmoothing}
{
    m_loss->setObjectName("trainLossChart");
    m_score->setObjectName("trainScoreChart");
    m_lag->setObjectName("trainLagChart");
    const Theme& theme = Theme::current();
    m_lossRaw = m_loss->addSeries({tr("per batch"), theme.loss, 1, 0.22});
    m_lossSmooth = m_loss->addSmoothed(m_lossRaw, {tr("smoothed"), theme.loss, 1.8});
    m_lossValidation = m_loss->addSeries({{}, theme.validation, 1.8, 1, false, true});
    m_scoreRaw = m_score->addSeries({tr("per batch"), theme.accuracy, 1, 0.22});
    m_scoreSmooth = m_score->addSmoothed(m_scoreRaw, {tr("smoothed"), theme.accuracy, 1.8});
    m_scoreValidation = m_score->addSeries({{}, theme.validation, 1.8, 1, false, true});
    m_majority = m_score->addSeries({{}, Theme::ofClass(0), 1.4});
    m_noChange = m_score->addSeries({{}, Theme::ofClass(1), 1.4});
    m_lagLeft = m_lag->addSeries({tr("left in this pass"), theme.lag, 1.4});
    m_loss->linkX(m_score);
    m_loss->linkX(m_lag);
    m_score->linkX(m_lag);
    m_loss->setEmptyText(
        tr("Start the training: its loss is drawn here.\nNo topic yet? Publish a file on the page Data."));

    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    layout->addWidget(m_loss, 13);
    layout->addWidget(m_score, 10);
    layout->addWidget(m_lag, 10);
    addTools();
    forAll([](LineChart& chart) { chart.refresh(); });
}

void TrainCharts::addTools()
{
    m_logY = new QCheckBox(tr("log y"));
    m_logY->setObjectName("trainLogYCheck");
    m_x = new QComboBox;
    m_x->setObjectName("trainXAxisField");
    m_x->setToolTip(tr("What the charts' x axis counts"));
    m_x->setAccessibleName(tr("x axis"));
    m_x->addItem(tr("x: records"), tr("records"));
    m_x->addItem(tr("x: steps"), tr("steps"));
    m_x->addItem(tr("x: seconds"), tr("seconds"));
    m_follow = new QCheckBox(tr("follow"));
    m_follow->setObjectName("trainFollowCheck");
    m_follow->setToolTip(tr("Dragging or the wheel ends it; a double click on a chart follows again"));
    m_follow->setChecked(true);
    auto* saveButton = new QToolButton;
    saveButton->setObjectName("trainSaveChartsButton");
    saveButton->setText(tr("Save…"));
    saveButton->setToolTip(tr("Save the three charts as PNG, SVG or CSV"));
    saveButton->setAutoRaise(true);
    addSmoothingTool();
    for (QWidget* tool : {static_cast<QWidget*>(m_logY), static_cast<QWidget*>(m_x), static_cast<QWidget*>(m_follow),
                          static_cast<QWidget*>(saveButton)})
        m_loss->addTool(tool);
    connect(m_logY, &QCheckBox::toggled, m_loss, &LineChart::setLogY);
    connect(m_follow, &QCheckBox::toggled, m_loss, &LineChart::setFollow);
    connect(m_loss, &LineChart::followChanged, m_follow, &QCheckBox::setChecked);
    connect(m_x, &QComboBox::currentIndexChanged, this, [this] {
        forAll([this](LineChart& chart) { chart.setXName(m_x->currentData().toString()); });
        m_place = {}; // drawn anew from the feed at the next tick
        m_loss->setFollow(true);
    });
    connect(saveButton, &QToolButton::clicked, this, &TrainCharts::saveAs);
}

void TrainCharts::addSmoothingTool()
{
    m_smoothing = new QSlider(Qt::Horizontal);
    m_smoothing->setObjectName("trainSmoothingSlider");
    m_smoothing->setAccessibleName(tr("Smoothing"));
    m_smoothing->setToolTip(tr("Smoothing of loss and score: exponential moving average over all points"));
    m_smoothing->setRange(0, kStrongest);
    m_smoothing->setValue(kSmoothing);
    m_smoothing->setFixedWidth(60);
    m_loss->addTool(m_smoothing);
    connect(m_smoothing, &QSlider::valueChanged, this, [this](int value) {
        m_smoothings.at(m_online ? 1 : 0) = value;
        smooth();
    });
}

void TrainCharts::smooth()
{
    const double factor = smoothingAt(m_smoothing->value());
    const QString name = factor > 0 ? tr("smoothed %1").arg(factor) : tr("not smoothed");
    for (const auto& [chart, series] : {std::pair(m_loss, m_lossSmooth), std::pair(m_score, m_scoreSmooth)}) {
        chart->setSeriesName(series, name);
        chart->setSmoothing(factor);
    }
}

double TrainCharts::smoothedLoss() const
{
    return m_loss->lastValue(m_lossSmooth);
}

double TrainCharts::smoothedScore() const
{
    return m_score->lastValue(m_scoreSmooth);
}

double TrainCharts::validationLoss() const
{
    return m_loss->lastValue(m_lossValidation);
}

double TrainCharts::validationScore() const
{
    return m_score->lastValue(m_scoreValidation);
}

void TrainCharts::forAll(const std::function<void(LineChart&)>& action)
{
    for (LineChart* chart : {m_loss, m_score, m_lag})
        action(*chart);
}

double TrainCharts::xOf(const MetricPoint& point) const
{
    switch (m_x->currentIndex()) {
    case 1:
        return static_cast<double>(point.step);
    case kSecondsAxis:
        return point.seconds;
    default:
        return static_cast<double>(point.records);
    }
}

/// Of classes the accuracy, of numbers R², with what a stream's models have to beat.
void TrainCharts::showScore(const Task& task)
{
    const TaskInfo& info = infoOf(task);
    const ScoreKind& curve = *findScore(info.curve);
    m_score->setTitle(scoreName(curve),
                      curve.unit == ScoreKind::Unit::Share ? LineChart::Format::Percent : LineChart::Format::Number);
    m_score->setSeriesName(m_majority, m_online ? scoreWord(*findScore(info.majority)) : QString());
    m_score->setSeriesName(m_noChange, m_online ? scoreWord(*findScore(info.noChange)) : QString());
}

void TrainCharts::begin(const TrainFeed& feed)
{
    m_gap = {};
    m_total = 0;
    m_online = feed.job() && feed.job()->kind() == "online";
    forAll([](LineChart& chart) { chart.clear(); });
    m_smoothing->setValue(m_smoothings.at(m_online ? 1 : 0));
    smooth();
    m_loss->setSeriesName(m_lossRaw, m_online ? tr("per mini-dataset") : tr("per batch"));
    m_score->setSeriesName(m_scoreRaw, m_online ? tr("before learning (prequential)") : tr("per batch"));
    showScore(feed.task());
    for (const auto& [chart, series] : {std::pair(m_loss, m_lossValidation), std::pair(m_score, m_scoreValidation)})
        chart->setSeriesName(series, {}); // until there is something
    m_lag->setSeriesName(m_lagLeft, m_online ? tr("lag of the group") : tr("left in this pass"));
    m_loss->setSeriesDots(m_lossRaw, m_online);
    m_score->setSeriesDots(m_scoreRaw, m_online);
    m_lag->setSeriesDots(m_lagLeft, m_online);
    setBest(m_bestLoss, m_bestScore);
}

void TrainCharts::clear()
{
    m_place = {};
    m_verdict = {};
    forAll([](LineChart& chart) { chart.clear(); });
    m_loss->setFollow(true); // and with it the others: what was looked at closely is gone
    showScore({});
    m_lag->setNote({}, Theme::current().dim);
    setBest(m_bestLoss, m_bestScore);
    forAll([](LineChart& chart) { chart.refresh(); });
}

/// Where time passed and nothing came, the lines are broken.
void TrainCharts::breakLines(double x)
{
    for (const auto& [chart, series] :
         {std::pair(m_loss, m_lossRaw), std::pair(m_score, m_scoreRaw), std::pair(m_score, m_majority),
          std::pair(m_score, m_noChange), std::pair(m_lag, m_lagLeft)})
        if (chart->pointCount(series) > 0)
            chart->add(series, x, kUnknown, 0);
}

void TrainCharts::add(const MetricPoint& point)
{
    const double x = xOf(point);
    if (m_gap.isBefore(point.seconds) && m_x->currentIndex() == kSecondsAxis)
        breakLines(x);
    if (point.steps > 1)
        for (const double extreme : {point.lossMinimum, point.lossMaximum})
            m_loss->add(m_lossRaw, x, extreme, 0);
    m_loss->add(m_lossRaw, x, point.loss, point.steps);
    m_score->add(m_scoreRaw, x, point.score, point.steps);
    if (m_online) {
        m_score->add(m_majority, x, point.majority);
        m_score->add(m_noChange, x, point.noChange);
    }
    for (const auto& [chart, series, value] : {std::tuple(m_loss, m_lossValidation, point.validationLoss),
                                               std::tuple(m_score, m_scoreValidation, point.validationScore)}) {
        if (!std::isfinite(value))
            continue;
        if (chart->pointCount(series) == 0)
            chart->setSeriesName(series, tr("validation"));
        chart->add(series, x, value);
    }
    if (point.lag >= 0)
        m_lag->add(m_lagLeft, x, static_cast<double>(point.lag));
}

void TrainCharts::addNotes(const TrainFeed& feed)
{
    const auto& points = feed.points();
    for (const Note& note : feed.nextNotes(m_place)) {
        if (note.records < 0 || points.empty())
            continue;
        const auto at =
            std::lower_bound(points.begin(), points.end(), note.records,
                             [](const MetricPoint& point, std::int64_t records) { return point.records < records; });
        m_loss->addMark(xOf(at == points.end() ? points.back() : *at), QString::fromStdString(note.text));
    }
}

void TrainCharts::fitRange(const Job& job)
{
    const Progress progress = job.progress();
    if (!m_online && progress.fraction > 0 && progress.records > 0) {
        const double total = static_cast<double>(progress.records) / progress.fraction;
        if (std::abs(total - m_total) > 0.01 * total)
            m_total = total;
    }
    // Only records and steps have an end that is known beforehand.
    const bool known = job.isLive() && m_total > 0 && m_x->currentIndex() < 2 && progress.records > 0;
    const double scale = m_x->currentIndex() == 0            ? 1
                         : m_loss->pointCount(m_lossRaw) > 0 ? m_lastX / static_cast<double>(m_lastRecords)
                                                             : 0;
    double end = known ? m_total * scale : kUnknown;
    while (known && end > kMostAhead * m_lastX) // a training may end long before, and what there is would be a sliver
        end /= 2;
    forAll([end](LineChart& chart) { chart.setXRange(0, end); });
}

void TrainCharts::showLagNote(const TrainFeed& feed)
{
    const Theme& theme = Theme::current();
    const auto& points = feed.points();
    const double left = m_lag->lastValue(m_lagLeft);
    if (!feed.job() || points.empty() || !std::isfinite(left))
        m_lag->setNote({}, theme.dim);
    else if (feed.job()->isLive() && feed.job()->brokerAway())
        m_lag->setNote("○ " + tr("no broker answers: what came since is unknown"), theme.warn);
    else if (m_verdict.isValid() && feed.job()->isLive())
        m_lag->setNote(verdictText(m_verdict), verdictColour(m_verdict));
    else if (left <= 0 && (m_online || feed.job()->state() == Job::State::Done))
        m_lag->setNote("● " + tr("drained"), theme.ok);
    else if (!feed.job()->isLive())
        m_lag->setNote("■ " + tr("ended before it had read all"), theme.warn);
    else if (feed.job()->state() == Job::State::Paused)
        m_lag->setNote("❚❚ " + tr("paused"), theme.dim);
    else if (m_online && points.size() > 3 && points.back().lag > points[points.size() - 4].lag)
        m_lag->setNote("▲ " + tr("falling behind"), theme.warn);
    else
        m_lag->setNote("● " + tr("OK"), theme.ok);
}

void TrainCharts::update(const TrainFeed& feed)
{
    if (m_place.generation != feed.generation())
        begin(feed);
    const auto& points = feed.points();
    const auto news = feed.next(m_place);
    for (const MetricPoint& point : news)
        add(point);
    if (!points.empty()) {
        m_lastX = xOf(points.back());
        m_lastRecords = std::max<std::int64_t>(1, points.back().records);
    }
    addNotes(feed);
    if (feed.job() && (!news.empty() || feed.job()->isLive() != m_wasLive)) {
        m_wasLive = feed.job()->isLive();
        fitRange(*feed.job());
    }
    showLagNote(feed);
    forAll([](LineChart& chart) { chart.refresh(); });
}

void TrainCharts::setBest(double loss, double score)
{
    m_bestLoss = loss;
    m_bestScore = score;
    m_loss->setReference(tr("best possible"), loss);
    m_score->setReference(tr("best possible"), score);
    for (LineChart* chart : {m_loss, m_score})
        chart->refresh(); // also of charts that no tick draws
}

void TrainCharts::restyle()
{
    const Theme& theme = Theme::current();
    m_loss->setSeriesColor(m_lossRaw, theme.loss);
    m_loss->setSeriesColor(m_lossSmooth, theme.loss);
    m_score->setSeriesColor(m_scoreRaw, theme.accuracy);
    m_score->setSeriesColor(m_scoreSmooth, theme.accuracy);
    m_loss->setSeriesColor(m_lossValidation, theme.validation);
    m_score->setSeriesColor(m_scoreValidation, theme.validation);
    m_lag->setSeriesColor(m_lagLeft, theme.lag);
    forAll([](LineChart& chart) { chart.restyle(); });
}

bool TrainCharts::save(const QString& file)
{
    const QFileInfo info(chartFileName(file));
    const QString stem = info.path() + "/" + info.completeBaseName(), ending = "." + info.suffix();
    const bool loss = m_loss->save(stem + "-loss" + ending);
    const bool score = m_score->save(stem + "-score" + ending);
    const bool lag = m_lag->save(stem + "-lag" + ending);
    return loss && score && lag;
}

void TrainCharts::saveAs()
{
    const QString file = askForChartFile(this, tr("Save the charts"), UiSettings().folder() + "/training.png");
    if (file.isEmpty())
        return;
    UiSettings().setFolder(QFileInfo(file).absolutePath());
    emit saved(file, save(file));
}

} // namespace millrace
