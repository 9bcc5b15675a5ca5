// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/PredictPage.h"

#include "base/Text.h"
#include "models/PredictionText.h"
#include "models/RowsModel.h"
#include "models/RunTask.h"
#include "models/Values.h"
#include "pages/BestPossible.h"
#include "pages/HandPrediction.h"
#include "widgets/SectionForm.h"
#include "widgets/Widgets.h"

#include <QFileInfo>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QVBoxLayout>
#include <cmath>

namespace millrace
{

namespace
{

constexpr int kShownPredictions = 200;
constexpr int kKeyColumn = 2;

/// Of the last predictions: where the record is, and what the task's predictions tell.
QList<RowsColumn> lastColumns(const Task& task, const QStringList& carried)
{
    QList<RowsColumn> columns = {countColumn(PredictPage::tr("Partition")), countColumn(PredictPage::tr("Offset")),
                                 textColumn(PredictPage::tr("Key"))};
    for (const QString& name : carried)
        columns << textColumn(name);
    for (const PredictionValue& value : predictionValues(task)) {
        RowsColumn column = textColumn(predictionName(task, value));
        column.alignment = Qt::AlignRight;
        column.format = [task, value](const QVariant& number) {
            return number.isValid() ? predictionNumber(task, value, number.toDouble()) : QStringLiteral("–");
        };
        columns << column;
    }
    return columns;
}

QStringList carriedIn(const Prediction& prediction)
{
    QStringList names;
    for (const CarriedCell& cell : prediction.carried)
        names << QString::fromStdString(cell.column);
    return names;
}

QString countOf(double number)
{
    return std::isfinite(number) ? countText(static_cast<qint64>(std::llround(number))) : QString("–");
}

QString countOf(std::int64_t number)
{
    return number < 0 ? QString("–") : countText(static_cast<qint64>(number));
}

} // namespace

PredictPage::PredictPage(Session& session, Shell& shell)
    : SectionPage("predict", tr("Predict"), {"topic", "to"}, session, shell)
{
    addHeadButtons({.start = tr("Predict"), .stopTip = tr("Commits what was predicted, and ends")});
    form().setFirst("group", QStringLiteral("predict"));
    addDataPath();
    auto* across = new QHBoxLayout(body());
    across->setContentsMargins(0, 0, 0, 0);
    across->setSpacing(12);
    across->addWidget(&form());
    across->addWidget(makeRight(), 1);
    followNewest();
}

void PredictPage::addDataPath()
{
    form().addHeading(tr("Data path"));
    m_rejected = form().addValue(tr("Rejected records"));
    m_transactions = form().addValue(tr("Transactions"));
    m_seconds = form().addValue(tr("Time"));
    m_written = form().addValue(tr("Written to"));
    m_written->setObjectName("predictWrittenTo");
    form().addStretch();
}

QWidget* PredictPage::makeRight()
{
    auto* right = new QWidget;
    auto* down = new QVBoxLayout(right);
    down->setContentsMargins(0, 0, 0, 0);
    down->setSpacing(8);
    addBanners(down);
    auto* tiles = new QHBoxLayout;
    tiles->setSpacing(8);
    const auto addTile = [tiles](const QString& name, const char* objectName) {
        auto* tile = new Tile(name);
        tile->setObjectName(objectName);
        tiles->addWidget(tile);
        return tile;
    };
    m_predicted = addTile(tr("Predicted"), "predictRecordsTile");
    m_rate = addTile(tr("Records a second"), "predictRateTile");
    m_left = addTile(tr("Left"), "predictLeftTile");
    m_timeLeft = addTile(tr("Time left"), "predictTimeTile");
    down->addLayout(tiles);
    auto* cards = new QHBoxLayout;
    cards->setSpacing(8);
    cards->addWidget(makeLastCard(), 2);
    m_hand = new HandPrediction(session());
    cards->addWidget(m_hand, 1);
    down->addLayout(cards, 1);
    return right;
}

Card* PredictPage::makeLastCard()
{
    auto* card = new Card;
    card->content()->setContentsMargins(1, 8, 1, 1);
    card->content()->setSpacing(4);
    auto* heading = styledLabel(tr("Last predictions"), "strong");
    heading->setContentsMargins(12, 0, 12, 0);
    card->content()->addWidget(heading);
    m_last = new RowsModel(lastColumns(m_task, m_carried), this);
    auto* table = new DataTable;
    table->setObjectName("predictLastTable");
    table->setAccessibleName(heading->text());
    table->setEmptyText(tr("Choose a run, a topic with records and a topic for the predictions, then press Predict."));
    table->setModel(m_last);
    table->stretch(kKeyColumn);
    card->content()->addWidget(table, 1);
    return card;
}

void PredictPage::forget()
{
    m_last->clear();
    m_hand->setRun(form().text("run"));
    askForTask();
}

/// Of the run: its classes by name, its target; before the first job of the run that is chosen.
void PredictPage::askForTask()
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
            m_named = task;
            showColumns(m_last->rows().isEmpty() ? task : m_task);
        });
}

/// Of the predictions' task; with the names of its classes, where the run has some. What is shown stays.
void PredictPage::showColumns(const Task& task)
{
    m_task = withNamesOf(m_named, task);
    const QList<QVariantList> rows = m_last->rows();
    m_last->setColumns(lastColumns(m_task, m_carried));
    m_last->setRows(rows);
}

/// An experiment may name a model's file instead.
bool PredictPage::needsRun() const
{
    return SectionPage::needsRun() && !form().section().contains("model");
}

void PredictPage::runsOffered(const QStringList& runs)
{
    if (needsRun())
        fill("run", runs.value(0));
    m_hand->setRun(form().text("run"));
    if (!job())
        askForTask();
}

void PredictPage::runChosen()
{
    if (!form().text("run").isEmpty())
        form().load({{"model", nullptr}}, Fill::Given); // of an experiment: the one or the other
    m_hand->setRun(form().text("run"));
    askForTask();
}

void PredictPage::showLast()
{
    const auto newest = job()->predictions().take();
    if (newest.empty())
        return;
    if (const Task& told = newest.back().task;
        told.kind != m_task.kind || outputsOf(told) != outputsOf(m_task) || carriedIn(newest.back()) != m_carried) {
        m_carried = carriedIn(newest.back());
        m_last->clear();
        showColumns(told);
    }
    QList<QVariantList> rows;
    for (auto each = newest.rbegin(); each != newest.rend(); ++each) {
        // Of a file there is none, and the offset is the row.
        rows << QVariantList{each->partition < 0 ? QVariant() : QVariant(each->partition),
                             static_cast<qint64>(each->offset),
                             each->nullKey ? QVariant() : QString::fromStdString(each->key)};
        for (const CarriedCell& cell : each->carried)
            rows.back() << QString::fromStdString(cell.text);
        for (const double number : predictionOf(each->task, each->outputs))
            rows.back() << number;
    }
    rows << m_last->rows();
    m_last->setRows(rows.mid(0, kShownPredictions));
}

void PredictPage::tick()
{
    tellBroker();
    if (job())
        showLast();
    const Progress progress = job() ? job()->progress() : Progress{};
    static const nlohmann::json none;
    const nlohmann::json& ended = job() ? job()->result() : none;
    const bool live = isLive();
    m_predicted->setValue(live ? countOf(progress.records) : countText(jsonValue(ended, "records")));
    m_rate->setValue(live ? countOf(progress.rate) : countOf(numberOr(ended, "records_per_second")));
    m_left->setValue(live ? countOf(progress.left) : "–");
    m_timeLeft->setValue(live && std::isfinite(progress.secondsLeft)
                             ? QString::fromStdString(formatDuration(progress.secondsLeft))
                             : "–");
    m_rejected->setText(live ? countOf(progress.rejected) : countText(jsonValue(ended, "rejected")));
    m_transactions->setText(countText(jsonValue(ended, "transactions")));
    m_seconds->setText(secondsText(numberOr(ended, "seconds")));
    const QString written = QFileInfo(jsonText(ended, "out")).fileName();
    m_written->setText(written.isEmpty() ? QString("–") : written);
    m_written->setToolTip(jsonText(ended, "out"));
}

} // namespace millrace
