// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/EvaluatePage.h"

#include "models/RowsModel.h"
#include "models/RunPair.h"
#include "models/RunTask.h"
#include "models/Scores.h"
#include "models/Values.h"
#include "pages/BestPossible.h"
#include "pages/ManyClassFigures.h"
#include "pages/RegressionFigures.h"
#include "pages/TwoClassFigures.h"
#include "widgets/SectionForm.h"
#include "widgets/Widgets.h"

#include <QDateTime>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QSet>
#include <QStackedWidget>
#include <QTabBar>
#include <QVBoxLayout>
#include <cmath>

namespace millrace
{

namespace
{

constexpr int kFirstSharedScore = 3; ///< of the table of partitions

} // namespace

EvaluatePage::EvaluatePage(Session& session, Shell& shell)
    : SectionPage("evaluate", tr("Evaluate"), {"topic"}, session, shell)
{
    m_simulatedChip = new Chip("◆ " + tr("simulated events"), Chip::Tone::Warning);
    addChip(m_simulatedChip);
    m_weightChip = new Chip;
    m_weightChip->setObjectName("evaluateWeightChip");
    addChip(m_weightChip);
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
    down->addWidget(makeFigures(), 1);
    down->addWidget(makeGroupsCard(), 0);
    return right;
}

QWidget* EvaluatePage::makeFigures()
{
    m_figures = new QStackedWidget;
    m_twoClass = new TwoClassFigures;
    connect(m_twoClass, &TwoClassFigures::thresholdMoved, this, &EvaluatePage::showScores);
    m_figuresOf = {{TaskKind::Binary, m_twoClass},
                   {TaskKind::MultiClass, new ManyClassFigures},
                   {TaskKind::Regression, new RegressionFigures}};
    for (const auto& [kind, figures] : m_figuresOf)
        m_figures->addWidget(figures);
    return m_figures;
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
    const auto makeTable = [](const char* objectName, const QString& name, RowsModel* model, const QString& empty) {
        auto* table = new DataTable;
        table->setObjectName(objectName);
        table->setAccessibleName(name);
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
    stack->addWidget(makeTable("evaluateGroupsTable", tr("Group"), m_groupsModel,
                               tr("What the group has committed, and its lag, partition by partition.")));
    m_sharedTable = makeTable("evaluateSharedTable", tr("Partitions"), m_sharedModel,
                              tr("What the group's members have scored of each partition."));
    stack->addWidget(m_sharedTable);
    stack->setFixedHeight(108);
    connect(m_tables, &QTabBar::currentChanged, stack, &QStackedWidget::setCurrentIndex);
    card->content()->addWidget(m_tables);
    card->content()->addWidget(stack);
    return card;
}

void EvaluatePage::loadFrom(const nlohmann::json& sections, Fill fill)
{
    const nlohmann::json& given = jsonChild(sections, "evaluate");
    const bool isOffered = fill == Fill::Given && !isLive(); // else an experiment says both
    if (isOffered && given.contains("run") && !given.contains("topic"))
        m_ownTopic = form().text("topic"); // was another run's
    SectionPage::loadFrom(sections, fill);
    if (isOffered && given.contains("topic") && !given.contains("run"))
        chooseRunFor(jsonText(given, "topic"));
    if (sections.contains("publish") && form().text("topic").isEmpty())
        form().setText("topic", jsonText(sections["publish"], "test-topic"));
}

/// A model is tested with the rest of its own table, unless a person says otherwise.
void EvaluatePage::chooseTopicOf(const QString& run)
{
    const QString before = form().text("topic");
    if (run.isEmpty() || (!before.isEmpty() && before != m_ownTopic))
        return;
    session().call(
        this, [runs = session().runs(), home = session().home(), run] { return testTopicOf(runs, home, run); },
        [this, run, before](const QString& topic) {
            if (isLive() || form().text("run") != run || form().text("topic") != before)
                return; // a person was quicker
            m_ownTopic = topic;
            this->fill("topic", topic);
        });
}

/// The newest run that learnt the rest of the topic's table; none beside another table's topic.
void EvaluatePage::chooseRunFor(const QString& topic)
{
    session().call(
        this, [runs = session().runs(), home = session().home(), topic] { return runTestedBy(runs, home, topic); },
        [this, topic](const QString& run) {
            if (isLive() || form().text("topic") != topic)
                return;
            this->fill("run", run);
            showRun();
            askForTask();
        });
}

/// Scores stand below the run that they are of.
void EvaluatePage::forget()
{
    m_result = nlohmann::json();
    showGroups(m_result);
    showShared(m_result);
    askForTask();
    showResult();
}

/// Before the first evaluation the figures are those that will come.
void EvaluatePage::runsOffered(const QStringList& runs)
{
    if (needsRun() && form().text("topic").isEmpty()) {
        fill("run", runs.value(0));
        chooseTopicOf(form().text("run"));
    } else if (needsRun()) {
        chooseRunFor(form().text("topic"));
    }
    if (!job())
        askForTask();
}

void EvaluatePage::runChosen()
{
    chooseTopicOf(form().text("run"));
    askForTask();
}

/// Of the run, which knows also how the classes are called.
void EvaluatePage::askForTask()
{
    const QString run = job() ? jsonText(job()->section(), "run") : form().text("run");
    session().call(
        this,
        [catalog = session().runs(), home = session().home(), name = run.toStdString()] {
            return taskOfRun(catalog, home, name);
        },
        [this, asked = QPointer<Job>(job())](const Task& task) {
            if (asked != job())
                return;
            m_task = task;
            showResult();
        });
}

void EvaluatePage::showResult()
{
    const nlohmann::json ended = result();
    if (ended.is_object()) {
        m_result = ended;
        if (const auto told = taskInResult(ended); told && told->kind != m_task.kind)
            m_task = *told;
        showGroups(jsonChild(ended, "groups"));
        showShared(jsonChild(ended, "partitions"));
    }
    m_recordsTile->setValue(countText(jsonValue(m_result, "scored")));
    Figures* figures = m_figuresOf.at(m_task.kind);
    figures->showResult(m_task, m_result);
    m_figures->setCurrentWidget(figures);
    showScores();
}

/// A score that is not of the model's own threshold says of which, and of what where weights do not count.
QString EvaluatePage::nameOf(const ScoreKind& kind, bool isElsewhere) const
{
    if (!isElsewhere)
        return scoreName(kind);
    const QString threshold = thresholdText(m_twoClass->threshold());
    return jsonText(m_result, "weight_column").isEmpty() ? tr("%1 at %2").arg(scoreName(kind), threshold)
                                                         : tr("%1 at %2, of records").arg(scoreName(kind), threshold);
}

/// Each beside the best possible, where that is known. What depends on the threshold follows it.
void EvaluatePage::showScores()
{
    ScoreTable scores = scoresIn(m_result);
    const ScoreTable elsewhere = m_task.kind == TaskKind::Binary ? m_twoClass->scoresElsewhere() : ScoreTable();
    scores.insert(scores.begin(), elsewhere.begin(), elsewhere.end()); // the first one of a kind is shown
    const ScoreTable best = scoresIn(jsonChild(m_result, "best")), main = mainScoresOf(m_result);
    m_simulatedChip->setVisible(!best.empty());
    const QString column = jsonText(m_result, "weight_column");
    const QVariant effective = jsonValue(m_result, "effective_records");
    m_weightChip->setVisible(!column.isEmpty());
    m_weightChip->setText(effective.isValid()
                              ? tr("weighed by %1 · as much as %2 equal records")
                                    .arg(column, countText(static_cast<qint64>(std::llround(effective.toDouble()))))
                              : tr("weighed by %1").arg(column));
    for (const auto& [kind, tile] : m_scoreTiles) {
        const auto isOf = [kind = kind](const ScoreRow& row) { return row.kind == kind; };
        const auto row = std::ranges::find_if(std::as_const(scores), isOf), bestRow = std::ranges::find_if(best, isOf);
        const bool isUndefined = row != scores.end() && !std::isfinite(row->value) && jsonCount(m_result, "scored") > 0;
        tile->setVisible(main.empty() ? kind->isMain(m_task.kind) : std::ranges::any_of(main, isOf));
        tile->setValue(row == scores.end() ? QString("–") : scoreText(*row));
        const QString name = nameOf(*kind, std::ranges::any_of(elsewhere, isOf));
        tile->setName(bestRow == best.end() ? name : tr("%1 · best %2").arg(name, scoreText(*bestRow)));
        tile->setToolTip(isUndefined
                             ? tr("It is not defined: the records that were scored are all of one class or value, "
                                  "or a prediction is no number")
                             : scoreHelp(*kind));
    }
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
    tellBroker();
    const Progress progress = job() ? job()->progress() : Progress{};
    m_read->setText(progress.records >= 0 ? countText(static_cast<qint64>(progress.records)) : "–");
    m_rate->setText(perSecondText(progress.rate));
    m_lag->setText(progress.left >= 0 ? countText(static_cast<qint64>(progress.left)) : "–");
    m_rejected->setText(progress.rejected < 0 ? "–" : countText(static_cast<qint64>(progress.rejected)));
    if (!job())
        return m_seconds->setText("–");
    if (const auto points = job()->metrics().drain(); isLive() && !points.empty()) {
        for (const auto& [kind, tile] : m_scoreTiles)
            if (kind->name == "loss" || kind->name == infoOf(m_task).curve)
                tile->setValue(scoreText({kind, kind->name == "loss" ? points.back().loss : points.back().score}));
        m_recordsTile->setValue(countText(static_cast<qint64>(points.back().records)));
    }
    m_seconds->setText(secondsText(numberOr(job()->result(), "seconds")));
}

void EvaluatePage::restyle()
{
    for (const auto& [kind, figures] : m_figuresOf)
        figures->restyle();
}

} // namespace millrace
