// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/RunCurves.h"

#include "charts/LineChart.h"
#include "models/RunTask.h"
#include "models/Scores.h"
#include "models/Values.h"
#include "style/Theme.h"

#include <QVBoxLayout>
#include <nlohmann/json.hpp>

namespace millrace
{

namespace
{

struct EpochLine {
    std::vector<double> x, y;
};

/// A line needs an x for each point: an epoch whose score is unknown has none.
EpochLine lineOf(const nlohmann::json& epochs, const std::string& key)
{
    EpochLine line;
    for (const nlohmann::json& epoch : epochs) {
        const QVariant value = jsonValue(epoch, key);
        if (!value.isValid())
            continue;
        line.x.push_back(static_cast<double>(jsonCount(epoch, "epoch", jsonCount(epoch, "index"))));
        line.y.push_back(value.toDouble());
    }
    return line;
}

} // namespace

RunCurves::RunCurves(QWidget* parent)
    : QWidget(parent), m_loss(makeChart("runsLossChart", scoreName(*findScore("loss")))),
      m_score(makeChart("runsScoreChart", scoreName(*findScore(infoOf(Task()).curve))))
{
    auto* down = new QVBoxLayout(this);
    down->setContentsMargins(0, 0, 0, 0);
    down->setSpacing(4);
    down->addWidget(m_loss.chart);
    down->addWidget(m_score.chart);
    m_loss.chart->linkX(m_score.chart);
    restyle();
}

RunCurves::Drawn RunCurves::makeChart(const char* name, const QString& title) const
{
    Drawn drawn;
    drawn.chart = new LineChart(title, tr("epochs"), LineChart::Format::Number);
    drawn.chart->setObjectName(name);
    drawn.chart->setEmptyText(tr("This run has no epochs to show."));
    drawn.learnt = drawn.chart->addSeries({tr("training"), {}, 1.8, 1, false, true});
    drawn.validation = drawn.chart->addSeries({{}, {}, 1.8, 1, false, true});
    return drawn;
}

void RunCurves::draw(const Drawn& drawn, const nlohmann::json& epochs, const std::string& score) const
{
    const EpochLine learnt = lineOf(epochs, score), validation = lineOf(epochs, "validation_" + score);
    drawn.chart->setData(drawn.learnt, learnt.x, learnt.y);
    drawn.chart->setData(drawn.validation, validation.x, validation.y);
    drawn.chart->setSeriesName(drawn.validation, validation.x.empty() ? QString() : tr("validation"));
    drawn.chart->refresh();
}

void RunCurves::showResult(const nlohmann::json& result)
{
    const ScoreKind& curve = *findScore(infoOf(taskInResult(result).value_or(Task())).curve);
    m_score.chart->setTitle(scoreName(curve), curve.unit == ScoreKind::Unit::Share ? LineChart::Format::Percent
                                                                                   : LineChart::Format::Number);
    const bool online = result.is_object() && result.contains("mini_datasets");
    const nlohmann::json& epochs = jsonChild(result, online ? "mini_datasets" : "per_epoch");
    draw(m_loss, epochs, "loss");
    draw(m_score, epochs, curve.name);
}

void RunCurves::restyle()
{
    const Theme& theme = Theme::current();
    for (const auto& [drawn, colour] : {std::pair(m_loss, theme.loss), std::pair(m_score, theme.accuracy)}) {
        drawn.chart->setSeriesColor(drawn.learnt, colour);
        drawn.chart->setSeriesColor(drawn.validation, theme.validation);
        drawn.chart->restyle();
        drawn.chart->refresh();
    }
}

} // namespace millrace
