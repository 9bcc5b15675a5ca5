// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/EvaluatePage.h"

#include "charts/LineChart.h"
#include "data/Task.h"
#include "models/RowsModel.h"
#include "models/Scores.h"
#include "models/Values.h"
#include "pages/BestPossible.h"
#include "style/Theme.h"
#include "widgets/ConfusionMatrix.h"
#include "widgets/ScoreHistogram.h"
#include "widgets/SectionForm.h"
#include "widgets/Widgets.h"

#include <QDateTime>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QSet>
#include <QSlider>
#include <QStackedWidget>
#include <QTabBar>
#include <QVBoxLayout>
#include <cmath>

namespace millrace
{

namespace
{

constexpr int kFirstSharedScore = 3; ///< of the table of partitions
constexpr int kBins = 50;            ///< of the score histogram; the threshold moves by one

ScoreHistogram::Bins binsOf(const nlohmann::json& result)
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

std::optional<ConfusionMatrix::Counts> confusionOf(const nlohmann::json& result)
{
    const nlohmann::json& rows = jsonChild(result, "confusion");
    if (!rows.is_array() || rows.size() != 2 || rows[0].size() != 2 || rows[1].size() != 2)
        return std::nullopt;
    ConfusionMatrix::Counts counts{};
    for (std::size_t actual = 0; actual < 2; ++actual)
        for (std::size_t predicted = 0; predicted < 2; ++predicted)
            counts[actual][predicted] = rows[actual][predicted].get<std::int64_t>();
    return counts;
}

double ratio(std::int64_t part, std::int64_t whole)
{
    return whole > 0 ? static_cast<double>(part) / static_cast<double>(whole)
                     : std::numeric_limits<double>::quiet_NaN();
}

} // namespace

EvaluatePage::EvaluatePage(Session& session, Shell& shell)
    : SectionPage("evaluate", tr("Evaluate"), {"topic"}, session, shell)
{
    m_simulatedChip = new Chip("◆ " + tr("simulated events"), Chip::Tone::Warning);
    addChip(m_simulatedChip);
    addHeadButtons({.start = tr("Evaluate"), .stopTip = tr("Commits what was scored, and ends")});
    form().setFirst("group", QStringLiteral("testcg"));
    addDataPath();
    auto* across = new QHBoxLayout(body());
    across->setContentsMargins(0, 0, 0, 0);
    across->setSpacing(12);
    across->addWidget(&form());
    across->addWidget(makeRight(), 1);
    followNewest();
}

void EvaluatePage::addDataPath()
{
    form().addHeading(tr("Data path"));
    m_read = form().addValue(tr("Read"));
    m_rate = form().addValue(tr("Rate"));
    m_lag = form().addValue(tr("Lag of the group"));
    m_lag->setObjectName("evaluateLag");
    m_rejected = form().addValue(tr("Rejected records"));
    m_seconds = form().addValue(tr("Time"));
    form().addStretch();
}

QWidget* EvaluatePage::makeRight()
{
    auto* right = new QWidget;
    auto* down = new QVBoxLayout(right);
    down->setContentsMargins(0, 0, 0, 0);
    down->setSpacing(8);
    addBanners(down);
    auto* tiles = new QHBoxLayout;
    tiles->setSpacing(8);
    for (const ScoreKind* kind : mainScores()) {
        auto* tile = new Tile(scoreName(*kind));
        const QString name = QString::fromStdString(kind->name);
        tile->setObjectName("evaluate" + name.left(1).toUpper() + name.mid(1) + "Tile");
        tiles->addWidget(tile);
        m_scoreTiles.emplace_back(kind, tile);
    }
    m_recordsTile = new Tile(tr("Records"));
    m_recordsTile->setObjectName("evaluateRecordsTile");
    tiles->addWidget(m_recordsTile);
    down->addLayout(tiles);
    auto* cards = new QHBoxLayout;
    cards->setSpacing(8);
    cards->addWidget(makeMatrixCard(), 1);
    m_roc = new LineChart(tr("ROC"), tr("false positive rate"), LineChart::Format::Number);
    m_roc->setObjectName("evaluateRocChart");
    m_rocModel = m_roc->addSeries({tr("model"), Theme::current().accuracy, 2});
    m_rocChance = m_roc->addSeries({tr("chance"), Theme::current().dim, 1, 0.6});
    m_roc->setInteractive(false);
    m_roc->setXRange(0, 1);
    cards->addWidget(m_roc, 1);
    down->addLayout(cards, 5);
    down->addWidget(makeScoresCard(), 3);
    down->addWidget(makeGroupsCard(), 0);
    return right;
}

Card* EvaluatePage::makeMatrixCard()
{
    auto* card = new Card;
    card->content()->setContentsMargins(12, 8, 12, 10);
    card->content()->addWidget(styledLabel(tr("Confusion"), "strong"));
    m_matrix = new ConfusionMatrix;
    m_matrix->setObjectName("evaluateConfusion");
    card->content()->addWidget(m_matrix, 1);
    return card;
}

Card* EvaluatePage::makeScoresCard()
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
    m_threshold->setToolTip(tr("From which probability on a record counts as class 1"));
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
    connect(m_threshold, &QSlider::valueChanged, this, &EvaluatePage::showThreshold);
    return card;
}

Card* EvaluatePage::makeGroupsCard()
{
    auto* card = new Card;
    card->content()->setContentsMargins(1, 4, 1, 1);
    card->content()->setSpacing(0);
    m_groupsModel = new RowsModel({textColumn("GROUP"), textColumn("TOPIC"), countColumn("PARTITION"),
                                   countColumn("CURRENT-OFFSET"), countColumn("LOG-END-OFFSET"), countColumn("LAG"),
                                   textColumn("CONSUMER-ID"), textColumn("HOST"), textColumn("CLIENT-ID")},
                                  this);
    QList<RowsColumn> shared = {countColumn(tr("Partition")), countColumn(tr("Scored")), countColumn(tr("Rejected"))};
    Q_ASSERT(shared.size() == kFirstSharedScore);
    for (const ScoreKind* kind : mainScores())
        (shared << scoreColumn(*kind)).last().title = scoreName(*kind);
    shared << countColumn(tr("Next offset")) << textColumn(tr("Saved by"));
    m_sharedModel = new RowsModel(shared, this);
    const auto makeTable = [](const char* name, RowsModel* model, const QString& empty) {
        auto* table = new DataTable;
        table->setObjectName(name);
        table->setEmptyText(empty);
        table->setModel(model);
        table->horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
        table->horizontalHeader()->setStretchLastSection(true);
        return table;
    };
    m_tables = new QTabBar;
    m_tables->setObjectName("evaluateTables");
    m_tables->setDrawBase(false);
    m_tables->setExpanding(false);
    m_tables->addTab(tr("Group"));
    m_tables->addTab(tr("Partitions"));
    m_tables->setTabToolTip(1, tr("Members of the group share its scores: each partition's are saved with its offset, "
                                  "and whoever gets the partition next goes on from there"));
    auto* stack = new QStackedWidget;
    stack->addWidget(makeTable("evaluateGroupsTable", m_groupsModel,
                               tr("What the group has committed, and its lag, partition by partition.")));
    m_sharedTable =
        makeTable("evaluateSharedTable", m_sharedModel, tr("What the group's members have scored of each partition."));
    stack->addWidget(m_sharedTable);
    stack->setFixedHeight(108);
    connect(m_tables, &QTabBar::currentChanged, stack, &QStackedWidget::setCurrentIndex);
    card->content()->addWidget(m_tables);
    card->content()->addWidget(stack);
    return card;
}

void EvaluatePage::loadFrom(const nlohmann::json& sections, Fill fill)
{
    SectionPage::loadFrom(sections, fill);
    if (sections.contains("publish") && form().text("topic").isEmpty())
        form().setText("topic", jsonText(sections["publish"], "test-topic"));
}

/// Scores stand below the run that they are of.
void EvaluatePage::forget()
{
    m_result = nlohmann::json();
    showGroups(m_result);
    showShared(m_result);
    showResult();
}

void EvaluatePage::showResult()
{
    const nlohmann::json ended = result();
    if (ended.is_object()) {
        m_result = ended;
        showGroups(jsonChild(ended, "groups"));
        showShared(jsonChild(ended, "partitions"));
    }
    m_recordsTile->setValue(countText(jsonValue(m_result, "scored")));
    showScores();

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
    m_scores->setBins(binsOf(m_result));
    showThreshold();
}

/// Under the curve, beside its heading.
void EvaluatePage::showArea()
{
    const auto auc = scoreIn(m_result, "auc").value<ScoreCell>();
    const QString area = scoreText({findScore("auc"), auc.value, auc.approximate});
    m_roc->setNote(std::isfinite(auc.value) ? tr("AUC %1").arg(area) : QString(), Theme::current().text);
}

/// Each beside the best possible, where that is known.
void EvaluatePage::showScores()
{
    const ScoreTable scores = scoresIn(m_result), best = scoresIn(jsonChild(m_result, "best"));
    m_simulatedChip->setVisible(!best.empty());
    const ScoreTable shown = mainScoresOf(m_result);
    for (const auto& [kind, tile] : m_scoreTiles) {
        const auto isOf = [kind = kind](const ScoreRow& row) { return row.kind == kind; };
        const auto row = std::ranges::find_if(scores, isOf), bestRow = std::ranges::find_if(best, isOf);
        const bool isUndefined = row != scores.end() && !std::isfinite(row->value) && jsonCount(m_result, "scored") > 0;
        tile->setVisible(shown.empty() ? kind->isMain(TaskKind::Binary) : std::ranges::any_of(shown, isOf));
        tile->setValue(row == scores.end() ? QString("–") : scoreText(*row));
        tile->setName(bestRow == best.end() ? scoreName(*kind)
                                            : tr("%1 · best %2").arg(scoreName(*kind), scoreText(*bestRow)));
        tile->setToolTip(isUndefined
                             ? tr("It is not defined: the records that were scored are all of one class or value, "
                                  "or a prediction is no number")
                             : scoreHelp(*kind));
    }
}

void EvaluatePage::showThreshold()
{
    const int bin = m_threshold->value();
    const double threshold = static_cast<double>(bin) / kBins;
    m_scores->setThreshold(threshold);
    m_threshold->setEnabled(!m_scores->isEmpty());
    // At 0.5 the result's own counts: they are exact, whatever the bins.
    const auto counts = bin * 2 == kBins || m_scores->isEmpty() ? confusionOf(m_result) : m_scores->confusionAt(bin);
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

void EvaluatePage::showGroups(const nlohmann::json& groups)
{
    QList<QVariantList> rows;
    for (const auto& row : groups)
        rows << QVariantList{
            jsonValue(row, "group"),           jsonValue(row, "topic"),          jsonValue(row, "partition"),
            jsonValue(row, "current_offset"),  jsonValue(row, "log_end_offset"), jsonValue(row, "lag"),
            jsonText(row, "consumer_id", "–"), jsonText(row, "host", "–"),       jsonText(row, "client_id", "–")};
    for (QVariantList& row : rows)
        for (QVariant& value : row)
            if (value.toString().isEmpty() && value.isValid())
                value = "–";
    m_groupsModel->setRows(rows);
}

/// What each partition's scores are, and which member's run saved them last.
void EvaluatePage::showShared(const nlohmann::json& partitions)
{
    QList<QVariantList> rows;
    QSet<QString> members;
    for (const auto& row : partitions) {
        members << jsonText(row, "by");
        rows << QVariantList{jsonValue(row, "partition"), jsonValue(row, "scored"), jsonValue(row, "rejected")};
        rows.last() << mainScoresIn(row) << jsonValue(row, "next") << jsonText(row, "by", "–");
    }
    m_sharedModel->setRows(rows);
    showScoreColumns(m_sharedTable, kFirstSharedScore, {m_result});
    m_tables->setTabText(1, members.size() > 1 ? tr("Partitions · %1 members").arg(members.size()) : tr("Partitions"));
}

void EvaluatePage::tick()
{
    if (job() == nullptr)
        return;
    const Progress progress = job()->progress();
    m_read->setText(progress.records >= 0 ? countText(static_cast<qint64>(progress.records)) : "–");
    m_rate->setText(perSecondText(progress.rate));
    m_lag->setText(progress.left >= 0 ? countText(static_cast<qint64>(progress.left)) : "–");
    m_rejected->setText(progress.rejected < 0 ? "–" : countText(static_cast<qint64>(progress.rejected)));
    if (const auto points = job()->metrics().drain(); isLive() && !points.empty()) {
        for (const auto& [kind, tile] : m_scoreTiles)
            if (kind->name == "loss" || kind->name == infoOf({}).curve)
                tile->setValue(scoreText({kind, kind->name == "loss" ? points.back().loss : points.back().score}));
        m_recordsTile->setValue(countText(static_cast<qint64>(points.back().records)));
    }
    m_seconds->setText(secondsText(numberOr(job()->result(), "seconds")));
}

void EvaluatePage::restyle()
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
