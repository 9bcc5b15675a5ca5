// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/RunDetails.h"

#include "base/Json.h"
#include "base/Text.h"
#include "models/RowsModel.h"
#include "models/RunRows.h"
#include "models/Scores.h"
#include "models/Values.h"
#include "pages/RunCurves.h"
#include "widgets/Fields.h"
#include "widgets/Widgets.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QPlainTextEdit>
#include <QStackedWidget>
#include <QTabBar>
#include <QVBoxLayout>

namespace millrace
{

namespace
{

constexpr int kWhyColumn = 2; ///< of the table of columns
enum RunFigure { EpochFigure, CurveFigure, ConfusionFigure };

/// Scores of an epoch that its validation part has, too.
std::vector<const ScoreKind*> validatedScores(const nlohmann::json& epoch)
{
    std::vector<const ScoreKind*> kinds;
    for (const ScoreRow& row : scoresIn(epoch))
        if (epoch.contains("validation_" + row.kind->name))
            kinds.push_back(row.kind);
    return kinds;
}

QVariant validationCell(const nlohmann::json& epoch, const ScoreKind& kind)
{
    const QVariant value = jsonValue(epoch, "validation_" + kind.name);
    return scoreCell({&kind, value.isValid() ? value.toDouble() : kUnknown});
}

/// Why there is no more of it than there is; empty where nothing is missing.
QString saidOf(const RunInfo& run, const nlohmann::json& soFar)
{
    if (run.trouble)
        return errorText(*run.trouble);
    const nlohmann::json& result = jsonChild(run.description, "result");
    QStringList sentences;
    if (const QString error = jsonText(result, "error"); !error.isEmpty())
        sentences << error;
    if (outcomeOf(run) != run.status)
        sentences << (jsonText(result, "nothing_because").isEmpty()
                          ? RunDetails::tr("No record came: all had been read before.")
                          : RunDetails::tr("No record came: %1.").arg(jsonText(result, "nothing_because")));
    if (soFar.empty())
        return sentences.join(' ');
    for (QString& sentence : sentences)
        if (!sentence.endsWith('.'))
            sentence += '.';
    const QVariant step = jsonValue(soFar, "checkpoint_step");
    sentences << (step.isValid() ? RunDetails::tr("It ended before its time. Its last checkpoint is of step %1 of %2; "
                                                  "what it had learnt until then stands below.")
                                       .arg(countText(step), countText(jsonValue(soFar, "steps")))
                                 : RunDetails::tr("It ended before its time, without a checkpoint."));
    return sentences.join(' ');
}

QString classNameOf(const RunInfo& run, std::size_t index)
{
    const QString name =
        jsonTexts(jsonChild(jsonChild(run.description, "task"), "classes")).value(static_cast<qsizetype>(index));
    return name.isEmpty() ? RunDetails::tr("class %1").arg(index) : name;
}

/// Scores and values, of several targets each with its name.
QList<QVariantList> scoreRows(const nlohmann::json& result)
{
    QList<QVariantList> rows;
    for (const ScoreRow& row : scoresIn(result))
        rows << QVariantList{scoreName(*row.kind), scoreText(row)};
    for (const TargetScores& target : targetScoresIn(result))
        for (const ScoreRow& row : target.scores)
            rows << QVariantList{QString::fromStdString(target.name) + QStringLiteral(" · ") + scoreName(*row.kind),
                                 scoreText(row)};
    return rows;
}

QVBoxLayout* columnIn(QWidget* widget)
{
    auto* layout = new QVBoxLayout(widget);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(4);
    return layout;
}

QTabBar* tabBar(const char* name, const QStringList& titles)
{
    auto* tabs = new QTabBar;
    tabs->setObjectName(QLatin1String(name));
    tabs->setDrawBase(false);
    tabs->setExpanding(false);
    for (const QString& title : titles)
        tabs->addTab(title);
    return tabs;
}

DataTable* tableOf(RowsModel* model, const char* name)
{
    auto* table = new DataTable;
    table->setObjectName(QLatin1String(name));
    table->setModel(model);
    return table;
}

} // namespace

RunDetails::RunDetails(QWidget* parent)
    : QWidget(parent), m_said(styledLabel({}, "warn")), m_tabs(tabBar("runsEpochTabs", {tr("Epochs"), tr("Curves")})),
      m_figures(new QStackedWidget), m_epochs(new RowsModel({}, this)), m_confusion(new RowsModel({}, this)),
      m_columns(
          new RowsModel({textColumn(tr("column")), textColumn(tr("what is made of it")), textColumn(tr("why"))}, this)),
      m_epochView(tableOf(m_epochs, "runsEpochTable")), m_confusionView(tableOf(m_confusion, "runsConfusionTable")),
      m_columnView(tableOf(m_columns, "runsColumnTable")), m_curves(new RunCurves),
      m_text(codeView(QStringLiteral("runsConfigurationText")))
{
    m_said->setObjectName(QStringLiteral("runsSaidText"));
    m_said->setWordWrap(true);
    m_said->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_text->setAccessibleName(tr("Configuration"));
    m_epochView->setAccessibleName(tr("Epochs or scores"));
    m_confusionView->setAccessibleName(tr("Confusion"));
    m_columnView->setAccessibleName(tr("Columns"));
    m_epochView->horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);
    m_confusionView->horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    m_columnView->stretch(kWhyColumn);
    auto* halves = new QHBoxLayout;
    halves->setSpacing(16);
    halves->addWidget(makeFigures(), 1);
    halves->addWidget(makeTexts(), 1);
    QVBoxLayout* down = columnIn(this);
    down->addWidget(m_said);
    down->addLayout(halves, 1);
}

QWidget* RunDetails::makeFigures()
{
    auto* widget = new QWidget;
    QVBoxLayout* down = columnIn(widget);
    for (QWidget* figure :
         {static_cast<QWidget*>(m_epochView), static_cast<QWidget*>(m_curves), static_cast<QWidget*>(m_confusionView)})
        m_figures->addWidget(figure);
    connect(m_tabs, &QTabBar::currentChanged, this, &RunDetails::showFigure);
    down->addWidget(m_tabs);
    down->addWidget(m_figures, 1);
    return widget;
}

QWidget* RunDetails::makeTexts()
{
    auto* widget = new QWidget;
    QVBoxLayout* down = columnIn(widget);
    auto* stack = new QStackedWidget;
    stack->addWidget(m_text);
    stack->addWidget(m_columnView);
    QTabBar* tabs = tabBar("runsTextTabs", {tr("Configuration"), tr("Columns")});
    connect(tabs, &QTabBar::currentChanged, stack, &QStackedWidget::setCurrentIndex);
    down->addWidget(tabs);
    down->addWidget(stack, 1);
    return widget;
}

void RunDetails::showFigure(int tab)
{
    m_figures->setCurrentIndex(tab == 0 ? EpochFigure : m_isScored ? ConfusionFigure : CurveFigure);
}

void RunDetails::showRun(const RunInfo* run, const nlohmann::json& soFar)
{
    const QString said = run ? saidOf(*run, soFar) : QString();
    m_said->setText(QStringLiteral("◆ ") + said);
    m_said->setVisible(!said.isEmpty());
    const QString text = run ? QString::fromStdString(dumpJson(configurationOf(*run), 2)) : QString();
    if (m_text->toPlainText() != text)
        m_text->setPlainText(text);
    const nlohmann::json& result = run ? jsonChild(run->description, "result") : soFar;
    m_isScored = run && !isLearning(*run) && !run->trouble;
    m_tabs->setTabText(1, m_isScored ? tr("Confusion") : tr("Curves"));
    if (m_isScored) {
        m_tabs->setTabText(0, tr("Scores"));
        showScores(result);
        showConfusion(*run, result);
    } else {
        showEpochs(run, soFar.empty() ? result : soFar);
    }
    showFigure(m_tabs->currentIndex());
    showColumns(run);
}

void RunDetails::showEpochs(const RunInfo* run, const nlohmann::json& result)
{
    const bool online = result.contains("mini_datasets");
    const nlohmann::json& list = jsonChild(result, online ? "mini_datasets" : "per_epoch");
    QList<RowsColumn> columns = {countColumn(online ? tr("number") : tr("epoch")), countColumn(tr("records"))};
    const nlohmann::json first = list.empty() ? nlohmann::json() : list.front();
    for (const ScoreRow& row : scoresIn(first))
        columns << scoreColumn(*row.kind);
    const auto validated = validatedScores(first);
    for (const ScoreKind* kind : validated)
        (columns << scoreColumn(*kind)).last().title = tr("validation %1", "a score").arg(scoreWord(*kind));
    columns << numberColumn(tr("seconds"), 2);
    QList<QVariantList> rows;
    for (const nlohmann::json& entry : list) {
        rows << QVariantList{jsonValue(entry, online ? "index" : "epoch"), jsonValue(entry, "records")};
        for (const ScoreRow& row : scoresIn(entry))
            rows.last() << scoreCell(row);
        for (const ScoreKind* kind : validated)
            rows.last() << validationCell(entry, *kind);
        rows.last() << jsonValue(entry, "seconds");
    }
    m_tabs->setTabText(0, online ? tr("Mini-datasets") : tr("Epochs"));
    m_epochView->setEmptyText(run ? tr("This run has no epochs to show.") : tr("Select a run to see its epochs."));
    m_curves->showResult(result);
    if (rows == m_epochs->rows() && m_epochs->columnCount() == columns.size())
        return;
    m_epochs->setColumns(columns);
    m_epochs->setRows(rows);
}

void RunDetails::showScores(const nlohmann::json& result)
{
    RowsColumn value = textColumn(tr("value"));
    value.alignment = Qt::AlignRight;
    m_epochs->setColumns({textColumn(tr("score")), value});
    m_epochs->setRows(scoreRows(result));
    m_epochView->setEmptyText(tr("This run has no scores to show."));
}

/// Actual classes down and predicted ones across; of many classes the cells that the result tells of.
void RunDetails::showConfusion(const RunInfo& run, const nlohmann::json& result)
{
    m_confusionView->setEmptyText(tr("This run has no confusion of classes to show."));
    QList<QVariantList> rows;
    if (const nlohmann::json& cells = jsonChild(result, "confusion_cells"); !cells.empty()) {
        for (const nlohmann::json& cell : cells)
            rows << QVariantList{classNameOf(run, static_cast<std::size_t>(jsonItem(cell, 0))),
                                 classNameOf(run, static_cast<std::size_t>(jsonItem(cell, 1))), jsonItem(cell, 2)};
        m_confusion->setColumns({textColumn(tr("actual")), textColumn(tr("predicted")), countColumn(tr("records"))});
        return m_confusion->setRows(rows);
    }
    QList<RowsColumn> columns = {textColumn(tr("actual ↓ predicted →"))};
    for (const nlohmann::json& counts : jsonChild(result, "confusion")) {
        QVariantList row = {classNameOf(run, static_cast<std::size_t>(rows.size()))};
        columns << countColumn(row.first().toString());
        for (std::size_t i = 0; i < counts.size(); ++i)
            row << jsonItem(counts, i);
        rows << row;
    }
    m_confusion->setColumns(columns);
    m_confusion->setRows(rows);
}

/// What was made of each column of the topic, and why.
void RunDetails::showColumns(const RunInfo* run)
{
    QList<QVariantList> rows;
    if (run)
        for (const nlohmann::json& column : jsonChild(run->description, "columns"))
            rows << QVariantList{jsonText(column, "column"), jsonText(column, "what"), jsonText(column, "why")};
    m_columns->setRows(rows);
    m_columnView->setEmptyText(!run                   ? tr("Select a run to see what was made of the columns.")
                               : run->kind == "train" ? tr("This run takes each column as it is, as a number.")
                                                      : tr("What is made of the columns stands at the training."));
}

void RunDetails::restyle()
{
    m_curves->restyle();
}

} // namespace millrace
