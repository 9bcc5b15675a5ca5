// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/DataPage.h"

#include "base/Text.h"
#include "data/Classes.h"
#include "data/Rejections.h"
#include "models/RowsModel.h"
#include "models/Scores.h"
#include "models/Values.h"
#include "pages/JobCard.h"
#include "pages/PublishForm.h"
#include "pages/ReadingForm.h"
#include "pipeline/writing/Publication.h"
#include "shell/UiSettings.h"
#include "widgets/BalanceBar.h"
#include "widgets/DropZone.h"
#include "widgets/HistogramDelegate.h"
#include "widgets/JobStrip.h"
#include "widgets/RoleDelegate.h"
#include "widgets/SectionForm.h"
#include "widgets/Widgets.h"

#include <QDesktopServices>
#include <QDragEnterEvent>
#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QScrollArea>
#include <QStackedWidget>
#include <QTimer>
#include <QUrl>
#include <QVBoxLayout>

namespace millrace
{

namespace
{

constexpr int kDownloadedRows = 100'000; ///< of 5,000,000
constexpr std::size_t kProblemsShown = 3;
enum ColumnOfTable { Name, Role, ByClass, Minimum, Maximum, Mean, Missing };

RowsColumn shortColumn(const QString& title)
{
    RowsColumn column = textColumn(title);
    column.alignment = Qt::AlignRight;
    column.format = shortText;
    return column;
}

QList<RowsColumn> summaryColumns()
{
    RowsColumn role = textColumn(DataPage::tr("role"));
    role.alignment = Qt::AlignRight;
    role.editable = true;
    role.toolTip = DataPage::tr("Click a role to change it");
    RowsColumn histogram = textColumn(DataPage::tr("by class"));
    histogram.alignment = Qt::AlignRight;
    return {textColumn(DataPage::tr("column")),
            role,
            histogram,
            shortColumn(DataPage::tr("min")),
            shortColumn(DataPage::tr("max")),
            shortColumn(DataPage::tr("mean")),
            countColumn(DataPage::tr("missing"))};
}

ClassHistogram histogramOf(const nlohmann::json& column)
{
    ClassHistogram histogram;
    const nlohmann::json& classes = jsonChild(column, "histogram");
    for (std::size_t c = 0; classes.is_array() && c < 2 && c < classes.size(); ++c) {
        for (const nlohmann::json& count : classes[c])
            histogram.counts[c].push_back(count.is_number() ? count.get<double>() : 0);
    }
    return histogram;
}

/// A field as it stands in the file, shortened when it is a long number.
QString fieldText(const QVariant& field)
{
    const std::string text = field.toString().toStdString();
    const auto number = parseNumber(text);
    return number && text.size() > 7 ? shortText(*number) : field.toString();
}

QStringList textsOf(const nlohmann::json& array)
{
    QStringList texts;
    for (const nlohmann::json& text : array) {
        if (text.is_string())
            texts << QString::fromStdString(text.get<std::string>());
    }
    return texts;
}

qint64 itemOf(const nlohmann::json& array, std::size_t index)
{
    return array.is_array() && index < array.size() && array[index].is_number() ? array[index].get<std::int64_t>() : 0;
}

QScrollArea* scrolled(QWidget* content)
{
    auto* area = new QScrollArea;
    content->setObjectName(QStringLiteral("scrollContent"));
    area->setWidget(content);
    area->setWidgetResizable(true);
    area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    area->setFocusPolicy(Qt::NoFocus);
    area->viewport()->setAutoFillBackground(false);
    content->setAutoFillBackground(false);
    return area;
}

} // namespace

DataPage::DataPage(Session& session, Shell& shell)
    : Page(QStringLiteral("data"), tr("Data"), session, shell), m_wantedSchema("auto"), m_fileChip(new Chip),
      m_rejectedChip(new Chip), m_simulatedChip(new Chip(tr("◆ simulated events"), Chip::Tone::Warning)),
      m_open(plainButton(tr("Open…"), QStringLiteral("dataOpenButton"))),
      m_get(plainButton({}, QStringLiteral("dataGetButton"))),
      m_publish(primaryButton(tr("Publish"), QStringLiteral("dataPublishButton"))), m_banner(new Banner),
      m_strip(new JobStrip(QStringLiteral("dataJobStrip"))), m_views(new QStackedWidget),
      m_columns(new RowsModel(summaryColumns(), this)), m_rows(new RowsModel({}, this)),
      m_parts(new RowsModel({}, this))
{
    setAcceptDrops(true);
    m_fileChip->setObjectName(QStringLiteral("dataFileChip"));
    m_rejectedChip->setObjectName(QStringLiteral("dataRejectedChip"));
    m_simulatedChip->setObjectName(QStringLiteral("dataSimulatedChip"));
    m_banner->setObjectName(QStringLiteral("dataBanner"));
    for (Chip* chip : {m_fileChip, m_rejectedChip, m_simulatedChip}) {
        addChip(chip);
        chip->hide();
    }
    addHeadButton(m_get);
    addHeadButton(m_open);
    addHeadButton(m_publish);
    m_open->setToolTip(tr("Open a CSV file, plain, gzip or zstd"));
    m_publish->setToolTip(tr("Send the rows to their topics; topics that do not exist are created"));
    m_views->addWidget(makeEmptyView());
    m_views->addWidget(makeFullView());
    auto* layout = new QVBoxLayout(body());
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(12);
    layout->addWidget(m_banner);
    layout->addWidget(m_strip);
    layout->addWidget(m_views, 1);

    connect(m_open, &QPushButton::clicked, this, &DataPage::chooseFile);
    connect(m_get, &QPushButton::clicked, this, [this] { showDownload(m_views->currentIndex() == 1); });
    connect(m_publish, &QPushButton::clicked, this, &DataPage::publish);
    connect(m_banner, &Banner::actionTriggered, this, [this] { m_refused ? answer(0) : dismiss(); });
    connect(m_banner, &Banner::secondTriggered, this, [this] { answer(1); });
    connect(m_banner, &Banner::thirdTriggered, this, &DataPage::dismiss);
    connect(&session, &Session::jobStarted, this, &DataPage::onJobStarted);
    connect(&session, &Session::jobFinished, this, &DataPage::onJobFinished);
    connect(&session, &Session::brokerChanged, this, &DataPage::updateButtons);
    connect(m_columns, &RowsModel::edited, this,
            [this](int row, int /*column*/, const QVariant& role) { changeRole(row, role.toString()); });
    catchUp();
    updateButtons();
    // Styled while nobody waits: all at once, when a file has been read, it would hold up the window.
    QTimer::singleShot(0, this, [view = m_views->widget(1)] {
        for (const QWidget* widget : view->findChildren<QWidget*>())
            widget->ensurePolished();
    });
}

/// The page is made when it is first needed; what was done before is shown as if it had been there.
void DataPage::catchUp()
{
    for (const char* kind : {"simulate", "download", "summarize", "publish"}) {
        Job* job = session().latest(QLatin1String(kind));
        if (job)
            onJobStarted(job);
        if (job && !job->isLive())
            onJobFinished(job);
    }
}

QWidget* DataPage::makeEmptyView()
{
    auto* zone = new DropZone(tr("Drop a CSV file here"),
                              tr("Plain, gzip or zstd. Separator, heading, column types and the label are found by "
                                 "themselves; you can change the roles afterwards."));
    zone->setObjectName(QStringLiteral("dataDropZone"));
    auto* open = plainButton(tr("Open a file…"), QStringLiteral("dataDropOpenButton"));
    zone->addButton(open);
    connect(zone, &DropZone::fileDropped, this, &DataPage::openFile);
    connect(open, &QPushButton::clicked, this, &DataPage::chooseFile);
    m_simulate = new JobCard(QStringLiteral("simulate"), tr("Simulated events"), tr("Simulate"),
                             tr("No download: events drawn from a profile of the real data set"));
    connect(m_simulate, &JobCard::wanted, this, &DataPage::simulate);
    m_download = new JobCard(QStringLiteral("download"), tr("Real events: download SUSY from UCI"), tr("Download"),
                             tr("What has come is kept when it is interrupted, and it goes on from there"));
    m_download->form().setText("url", UiSettings().susyAddress());
    m_download->form().setText("rows", QString::number(kDownloadedRows));
    connect(m_download, &JobCard::wanted, this, &DataPage::download);
    auto* cards = new QHBoxLayout;
    cards->setSpacing(12);
    cards->addWidget(m_simulate, 1);
    cards->addWidget(m_download, 1);
    auto* view = new QWidget;
    m_emptyLayout = new QVBoxLayout(view);
    m_emptyLayout->setContentsMargins(0, 0, 0, 0);
    m_emptyLayout->setSpacing(12);
    m_emptyLayout->addWidget(zone, 1);
    m_emptyLayout->addLayout(cards);
    return view;
}

QWidget* DataPage::makeFullView()
{
    auto* view = new QWidget;
    auto* columns = new QHBoxLayout(view);
    columns->setContentsMargins(0, 0, 0, 0);
    columns->setSpacing(12);
    columns->addWidget(makeLeft(), 17);
    columns->addWidget(makeRight(), 10);
    return view;
}

QWidget* DataPage::makeLeft()
{
    m_columnTable = new DataTable;
    m_columnTable->setObjectName(QStringLiteral("dataColumnTable"));
    m_columnTable->setModel(m_columns);
    m_columnTable->setItemDelegateForColumn(Role, new RoleDelegate(m_columnTable));
    m_columnTable->setItemDelegateForColumn(ByClass, new HistogramDelegate(m_columnTable));
    m_columnTable->verticalHeader()->setDefaultSectionSize(36);
    m_columnTable->setEditTriggers(QAbstractItemView::EditKeyPressed | QAbstractItemView::DoubleClicked);
    m_columnTable->stretch(Name);
    connect(m_columnTable, &QTableView::clicked, this, [this](const QModelIndex& index) {
        if (index.column() == Role)
            m_columnTable->edit(index);
    });
    auto* card = new Card;
    card->content()->setContentsMargins(1, 8, 1, 1);
    card->content()->addWidget(m_columnTable);

    auto* parts = new DataTable;
    parts->setObjectName(QStringLiteral("dataPublishedTable"));
    parts->setModel(m_parts);
    m_publishedText = styledLabel({}, "dim");
    m_publishedText->setObjectName(QStringLiteral("dataPublishedText"));
    m_publishedText->setWordWrap(true);
    m_publishedText->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_publishedWarning = styledLabel({}, "warn");
    m_publishedWarning->setWordWrap(true);
    auto* train = plainButton(tr("Train on it…"), QStringLiteral("dataTrainButton"));
    connect(train, &QPushButton::clicked, this, [this] {
        nlohmann::json sections;
        const nlohmann::json section = m_form->section();
        sections["train"]["topic"] = m_form->trainTopic().toStdString();
        if (section.contains("test-topic"))
            sections["evaluate"]["topic"] = section["test-topic"];
        this->shell().prefill(sections);
        this->shell().showPage(QStringLiteral("train"));
    });
    m_showRejected = plainButton(tr("Show rejected"), QStringLiteral("dataShowRejectedButton"));
    m_showRejected->setToolTip(tr("Opens the rows that could not be used, with the reason of each"));
    connect(m_showRejected, &QPushButton::clicked, this, [this] {
        if (!QDesktopServices::openUrl(QUrl::fromLocalFile(m_rejectedFile)))
            this->shell().say(tr("No program here opens CSV files; the rows are in %1").arg(m_rejectedFile), true);
    });
    m_publishedCard = new Card(tr("Published"));
    auto* line = new QHBoxLayout;
    line->setSpacing(12);
    line->addWidget(m_publishedText, 1);
    line->addWidget(m_showRejected);
    line->addWidget(train);
    m_publishedCard->content()->addLayout(line);
    m_publishedCard->content()->addWidget(m_publishedWarning);
    m_publishedCard->content()->addWidget(parts, 1);
    m_publishedCard->hide();

    auto* left = new QWidget;
    auto* layout = new QVBoxLayout(left);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(12);
    layout->addWidget(card, 3);
    layout->addWidget(m_publishedCard, 2);
    return left;
}

QWidget* DataPage::makeRight()
{
    auto* balance = new Card(tr("Balance"));
    m_balance = new BalanceBar;
    m_balanceText = styledLabel({}, "dim");
    m_balanceText->setObjectName(QStringLiteral("dataBalanceText"));
    m_balanceText->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_balanceText->setWordWrap(true);
    m_balanceNote = styledLabel({}, "warn");
    m_balanceNote->setWordWrap(true);
    balance->content()->addWidget(m_balance);
    balance->content()->addWidget(m_balanceText);
    balance->content()->addWidget(m_balanceNote);
    m_form = new PublishForm;
    connect(m_form, &PublishForm::trainTopicNamed, this, &DataPage::lookForUnfinished);
    m_reading = new ReadingForm;
    connect(m_reading, &ReadingForm::changed, this, [this] { summarize("auto"); });

    auto* first = new Card(tr("First rows"));
    m_rowTable = new DataTable;
    m_rowTable->setObjectName(QStringLiteral("dataFirstRowsTable"));
    m_rowTable->setModel(m_rows);
    m_rowTable->setMinimumHeight(132);
    m_rowTable->horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    m_rowTable->horizontalHeader()->setResizeContentsPrecision(0); // what is seen: a hundred rows take too long
    first->content()->addWidget(m_rowTable, 1);

    auto* right = new QWidget;
    m_rightLayout = new QVBoxLayout(right);
    m_rightLayout->setContentsMargins(0, 0, 0, 0);
    m_rightLayout->setSpacing(12);
    m_rightLayout->addWidget(balance);
    m_rightLayout->addWidget(m_form);
    m_rightLayout->addWidget(m_reading);
    m_rightLayout->addWidget(first, 1);
    QScrollArea* area = scrolled(right);
    area->setMinimumWidth(344);
    return area;
}

void DataPage::chooseFile()
{
    const QString file =
        QFileDialog::getOpenFileName(this, tr("Open a table"), QFileInfo(m_file).path(),
                                     tr("Tables (*.csv *.csv.gz *.tsv *.txt *.gz *.zst);;All files (*)"));
    if (!file.isEmpty())
        openFile(file);
}

void DataPage::openFile(const QString& path)
{
    if (path != m_file)
        m_form->nameTopicsAnew();
    m_file = path;
    m_reading->forget();
    summarize("auto");
}

/// An experiment was opened that has none.
void DataPage::forgetFile()
{
    m_file.clear();
    m_shown.clear();
    m_schema = {};
    m_wantedSchema = "auto";
    m_simulated = nullptr;
    m_problem.clear();
    m_form->nameTopicsAnew();
    m_form->setRows(-1);
    m_reading->forget();
    m_publishedCard->hide();
    for (Chip* chip : {m_fileChip, m_rejectedChip, m_simulatedChip})
        chip->hide();
    dismiss();
    showDownload(true);
}

void DataPage::simulate()
{
    const std::string profile = QFileInfo(m_simulate->form().text("profile")).completeBaseName().toStdString();
    const std::filesystem::path out = session().home() / "data" / (profile + "-simulated.csv");
    std::error_code ignored; // the job says when the folder is not there
    std::filesystem::create_directories(out.parent_path(), ignored);
    nlohmann::json section = m_simulate->form().section();
    section["out"] = out.string();
    const auto job = session().start("simulate", section);
    if (!job)
        return showError(job.error());
    m_simulating = *job;
    updateButtons(); // the job was told of before this page knew that it is its own
}

void DataPage::download()
{
    UiSettings().setSusyAddress(m_download->form().text("url"));
    const auto job = session().start("download", m_download->form().section());
    if (!job)
        return showError(job.error());
    m_downloading = *job;
    updateButtons();
}

void DataPage::showDownload(bool shown)
{
    m_views->setCurrentIndex(shown || m_schema.columns.empty() ? 0 : 1);
    updateButtons();
}

void DataPage::summarize(const nlohmann::json& schema)
{
    m_wantedSchema = schema;
    if (m_summarizing && m_summarizing->isLive())
        m_summarizing->stop();
    nlohmann::json section = {{"file", m_file.toStdString()}, {"schema", schema}};
    if (!schema.is_object()) // an edited one holds how the text is cut
        section.update(m_reading->chosen());
    const auto job = session().start("summarize", section);
    if (!job)
        showError(job.error());
}

void DataPage::publish()
{
    nlohmann::json section = m_form->section();
    section.erase("existing"); // an experiment file's word: here a person is asked
    section["file"] = m_file.toStdString();
    section["schema"] = toJson(m_schema);
    section["resume"] = m_form->resumes();
    const auto job = session().start("publish", section);
    if (!job)
        showError(job.error());
}

void DataPage::lookForUnfinished()
{
    session().call(
        this,
        [home = session().home(), topic = m_form->trainTopic().toStdString(), file = m_file.toStdString()] {
            return isHalfPublished(home, topic, file);
        },
        [this](bool unfinished) { m_form->offerResume(unfinished); });
}

void DataPage::changeRole(int column, const QString& role)
{
    auto& columns = m_schema.columns;
    const auto changed = static_cast<std::size_t>(column);
    if (changed >= columns.size())
        return;
    const bool wasLabel = columns[changed].role == ColumnRole::Label;
    if (role == QLatin1String("label"))
        chooseLabel(m_schema, column);
    else if (wasLabel)
        chooseLabel(m_schema, -1);
    if (role != QLatin1String("label"))
        columns[changed].role = role == QLatin1String("feature") ? ColumnRole::Feature : ColumnRole::Ignored;
    summarize(toJson(m_schema));
}

void DataPage::onJobStarted(Job* job)
{
    if (job->kind() == QLatin1String("summarize")) {
        m_summarizing = job;
        dismiss();
    } else if (job->kind() == QLatin1String("publish")) {
        dismiss();
        m_publishedCard->hide();
        m_form->load(job->section());
        m_form->setRows(jsonCount(job->section(), "rows", -1));
    } else if (job->kind() == QLatin1String("download")) {
        dismiss();
    } else if (job->kind() != QLatin1String("simulate")) {
        return;
    }
    m_strip->follow(job);
    updateButtons();
}

void DataPage::onJobFinished(Job* job)
{
    const QString kind = job->kind();
    const bool ours = kind == QLatin1String("publish") || kind == QLatin1String("simulate") ||
                      kind == QLatin1String("download") || (kind == QLatin1String("summarize") && job == m_summarizing);
    if (!ours)
        return;
    updateButtons();
    if (kind == QLatin1String("publish"))
        lookForUnfinished();
    if (job->state() != Job::State::Done) {
        if (kind == QLatin1String("publish") && job->state() == Job::State::Cancelled && job->result().is_object())
            showPublished(job->result());
        if (kind == QLatin1String("summarize") && job->state() == Job::State::Failed)
            showUnreadable(job->section(), job->error());
        if (job->error().answers.empty())
            return showError(job->error());
        m_refused = job;
        return showRefusal(job->error());
    }
    if (kind == QLatin1String("summarize"))
        showSummary(job->section(), job->result());
    else if (kind == QLatin1String("publish"))
        showPublished(job->result());
    else if (kind == QLatin1String("download")) {
        if (job == m_downloading)
            openFile(jsonText(job->result(), "file"));
    } else if (!jsonText(job->result(), "file").isEmpty()) {
        m_simulated = {{"file", jsonText(job->result(), "file").toStdString()}, {"section", job->section()}};
        if (job == m_simulating)
            openFile(jsonText(job->result(), "file"));
    }
}

void DataPage::dismiss()
{
    m_refused = nullptr;
    m_banner->clear();
}

/// The topic holds records: nothing was sent, and a person says what is to become of them.
void DataPage::showRefusal(const Error& error)
{
    const auto text = [&error](std::size_t i) {
        return i < error.answers.size() ? QString::fromStdString(error.answers[i].text) : QString();
    };
    m_banner->showMessage(tr("%1. Append adds this file's rows to them; Replace deletes all that the topics hold, for "
                             "good, and publishes anew.")
                              .arg(QString::fromStdString(error.message)),
                          false, text(0), text(1), tr("Cancel"));
}

void DataPage::answer(std::size_t which)
{
    if (!m_refused || which >= m_refused->error().answers.size())
        return;
    const ErrorAnswer answer = m_refused->error().answers[which];
    nlohmann::json section = m_refused->section();
    section[answer.key] = answer.value;
    dismiss();
    if (const auto job = session().start("publish", section); !job)
        showError(job.error());
}

void DataPage::showError(const Error& error)
{
    const bool cancelled = error.code == ErrorCode::Cancelled;
    m_banner->showMessage(cancelled && error.advice.empty() ? tr("Cancelled.") : errorText(error), !cancelled,
                          tr("Dismiss"));
}

void DataPage::showSummary(const nlohmann::json& section, const nlohmann::json& result)
{
    auto schema = schemaFromJson(jsonChild(result, "schema"));
    if (!schema)
        return showError(schema.error());
    m_schema = std::move(*schema);
    const QString file = jsonText(section, "file", m_file);
    if (file != m_file)
        m_reading->forget();
    m_file = m_shown = file;
    m_rightLayout->insertWidget(m_rightLayout->indexOf(m_form) + 1, m_reading);
    m_reading->show();
    m_firstRows.clear();
    for (const nlohmann::json& row : jsonChild(result, "first_rows")) {
        m_firstRows.emplace_back();
        for (const QString& field : textsOf(row))
            m_firstRows.back().push_back(field.toStdString());
    }
    const qint64 rows = jsonCount(result, "rows");
    m_fileChip->setText(tr("%1 · %2 rows · %3 columns")
                            .arg(QFileInfo(m_file).fileName(), countText(rows),
                                 countText(static_cast<qint64>(m_schema.columns.size()))));
    m_fileChip->setToolTip(m_file);
    m_fileChip->show();
    m_simulatedChip->setVisible(jsonFlag(result, "simulated"));
    m_form->setSchema(m_schema);
    m_reading->showReading(section, jsonChild(result, "reading"));
    lookForUnfinished();
    showColumns(result);
    showBalance(result);
    showVerdict(result);
    showFirstRows();
    showProblems(result);
    m_views->setCurrentIndex(1);
    updateButtons();
}

/// Of a file that cannot be read in this way how it is read can be chosen. Its columns, read in another way before,
/// stay in sight; those of another file do not.
void DataPage::showUnreadable(const nlohmann::json& section, const Error& error)
{
    m_problem = QString::fromStdString(error.message);
    const QString file = jsonText(section, "file", m_file);
    if (file != m_shown) {
        m_file = file;
        m_shown.clear();
        m_schema = {};
        for (Chip* chip : {m_fileChip, m_rejectedChip, m_simulatedChip})
            chip->hide();
        m_reading->showUnread(section);
        m_emptyLayout->insertWidget(0, m_reading);
        m_reading->setVisible(QFileInfo(file).isFile());
        m_views->setCurrentIndex(0);
    }
    updateButtons();
}

void DataPage::showColumns(const nlohmann::json& result)
{
    QList<QVariantList> rows;
    for (const nlohmann::json& column : jsonChild(result, "columns")) {
        rows.append({jsonText(column, "name"), jsonText(column, "role"), QVariant::fromValue(histogramOf(column)),
                     jsonValue(column, "min"), jsonValue(column, "max"), jsonValue(column, "mean"),
                     jsonValue(column, "missing")});
    }
    m_columns->setRows(rows);
}

void DataPage::showBalance(const nlohmann::json& result)
{
    const nlohmann::json& counts = jsonChild(result, "class_counts");
    const qint64 class0 = itemOf(counts, 0), class1 = itemOf(counts, 1);
    m_balance->setCounts(class0, class1);
    m_balanceText->setText(m_schema.labelColumn() < 0
                               ? tr("No label yet: click the role of the column that holds the class.")
                               : tr("%1: %2 · %3: %4")
                                     .arg(QString::fromStdString(m_schema.className(0)), countText(class0),
                                          QString::fromStdString(m_schema.className(1)), countText(class1)));
    QStringList notes;
    const bool labelled = m_schema.labelColumn() >= 0 && class0 + class1 > 0;
    if (labelled && (class0 == 0 || class1 == 0))
        notes << tr("◆ One class only: nothing can be learnt from it.");
    if (jsonFlag(result, "sorted_by_class"))
        notes << tr("◆ The file is sorted by class; publishing shuffles the rows.");
    QStringList best;
    for (const ScoreRow& row : scoresIn(jsonChild(result, "best")))
        best << tr("%1 %2", "a score and its value").arg(scoreName(*row.kind), scoreText(row));
    if (!best.isEmpty())
        notes << tr("Best possible: %1").arg(best.join(QStringLiteral(" · ")));
    setStyleProperty(m_balanceNote, "role", notes.join(QString()).contains(QChar(0x25C6)) ? "warn" : "dim");
    m_balanceNote->setText(notes.join('\n'));
    m_balanceNote->setVisible(!notes.isEmpty());
}

/// What can be learnt of the file, said before it is published.
void DataPage::showVerdict(const nlohmann::json& result)
{
    const nlohmann::json& counts = jsonChild(result, "class_counts");
    const auto named = [&](int index) {
        const QString name = QString::fromStdString(m_schema.className(index)), plain = tr("class %1").arg(index);
        return name == plain ? name : tr("%1 (%2)", "a class's name (class 0)").arg(name, plain);
    };
    m_problem = jsonText(jsonChild(result, "problem"), "message");
    if (!m_problem.isEmpty())
        m_form->showVerdict(tr("◆ %1.").arg(m_problem), true);
    else if (m_schema.labelColumn() < 0)
        m_form->showVerdict(tr("◆ No label yet: click the role of the column that holds the class."), true);
    else if (itemOf(counts, 0) == 0 || itemOf(counts, 1) == 0)
        m_form->showVerdict(tr("◆ All rows are of %1: the other class is missing, so nothing can be told apart.")
                                .arg(named(itemOf(counts, 0) == 0 ? 1 : 0)),
                            true);
    else
        m_form->showVerdict(tr("A model can learn to tell %1 from %2 by %n columns.", nullptr,
                               static_cast<int>(m_schema.featureColumns().size()))
                                .arg(named(0), named(1)),
                            false);
}

void DataPage::showFirstRows()
{
    QList<RowsColumn> columns = {countColumn(QStringLiteral("#"))};
    for (const Column& column : m_schema.columns) {
        RowsColumn shown = textColumn(QString::fromStdString(column.name));
        shown.alignment = column.type == ColumnType::Number ? Qt::AlignRight : Qt::AlignLeft;
        shown.format = fieldText;
        columns.append(shown);
    }
    QList<QVariantList> rows;
    for (const auto& fields : m_firstRows) {
        QVariantList row = {static_cast<qint64>(rows.size() + 1)};
        for (const std::string& field : fields)
            row.append(QString::fromStdString(field));
        rows.append(row);
    }
    m_rows->setColumns(columns);
    m_rows->setRows(rows);
}

void DataPage::showProblems(const nlohmann::json& result)
{
    const qint64 rejected = jsonCount(result, "rejected");
    m_rejectedChip->setText(tr("%1 rejected").arg(countText(rejected)));
    m_rejectedChip->setTone(rejected > 0 ? Chip::Tone::Warning : Chip::Tone::Neutral);
    m_rejectedChip->show();
    if (!m_problem.isEmpty())
        return m_banner->showMessage(tr("%1. Click the role of the column that holds the class.").arg(m_problem), true,
                                     tr("Dismiss"));
    if (rejected == 0)
        return;
    m_rejectedChip->setToolTip(textsOf(jsonChild(result, "first_problems")).join('\n'));
    QStringList lines = {QString::fromStdString(rejectionSentence(result, "row"))};
    for (const std::string& line : rejectionLines(result, kProblemsShown))
        lines << QString::fromStdString(line);
    lines << tr("Publishing skips them and keeps them aside in a file, or stops, as chosen under On error.");
    m_banner->showMessage(lines.join('\n'), false, tr("Dismiss"));
}

void DataPage::showPublished(const nlohmann::json& result)
{
    QList<QVariantList> rows;
    bool labelled = true; // records without a label have no classes
    for (const nlohmann::json& part : jsonChild(result, "parts")) {
        for (const nlohmann::json& partition : jsonChild(part, "partitions")) {
            const nlohmann::json& counts = jsonChild(partition, "class_counts");
            labelled = labelled && counts.is_array();
            QVariantList row = {jsonText(part, "topic"), jsonValue(partition, "partition"),
                                jsonValue(partition, "records")};
            if (labelled)
                row << itemOf(counts, 0) << itemOf(counts, 1);
            rows.append(row);
        }
    }
    QList<RowsColumn> columns = {textColumn(tr("topic")), countColumn(tr("partition")), countColumn(tr("records"))};
    if (labelled)
        columns << countColumn(QString::fromStdString(m_schema.className(0)))
                << countColumn(QString::fromStdString(m_schema.className(1)));
    m_parts->setColumns(columns);
    m_parts->setRows(rows);
    QStringList facts = {tr("%1 records").arg(countText(jsonValue(result, "records"))),
                         QString::fromStdString(formatBytes(jsonCount(result, "bytes"))),
                         QString::fromStdString(formatDuration(jsonValue(result, "seconds").toDouble())),
                         tr("%1 / s").arg(countText(jsonValue(result, "records_per_second")))};
    if (jsonCount(result, "rejected") > 0)
        facts << tr("%1 rejected").arg(countText(jsonValue(result, "rejected")));
    m_rejectedFile = jsonText(result, "rejected_file");
    m_showRejected->setVisible(!m_rejectedFile.isEmpty());
    m_publishedText->setText(facts.join(QStringLiteral(" · ")));
    QStringList warnings = textsOf(jsonChild(result, "warnings"));
    for (QString& warning : warnings)
        warning.prepend(QStringLiteral("◆ "));
    m_publishedWarning->setText(warnings.join('\n'));
    m_publishedWarning->setVisible(!warnings.isEmpty());
    m_publishedCard->show();
}

void DataPage::updateButtons()
{
    const bool loaded = m_views->currentIndex() == 1;
    const bool labelled = m_schema.labelColumn() >= 0 && m_problem.isEmpty();
    const Job* publishing = session().latest(QStringLiteral("publish"));
    const Job* downloading = session().latest(QStringLiteral("download"));
    m_download->setLive(downloading && downloading->isLive());
    m_simulate->setLive(m_simulating && m_simulating->isLive());
    m_get->setText(loaded ? tr("Download SUSY…") : tr("Back to %1").arg(QFileInfo(m_file).fileName()));
    m_get->setVisible(!m_schema.columns.empty());
    m_open->setVisible(loaded);
    m_publish->setVisible(loaded);
    m_publish->setEnabled(labelled && session().hasBroker() && !(publishing && publishing->isLive()));
    m_publish->setToolTip(!session().hasBroker() ? tr("Start the cluster first, on the Cluster page")
                          : !m_problem.isEmpty() ? m_problem
                          : !labelled            ? tr("Choose the label column first")
                                      : tr("Send the rows to their topics; topics that do not exist are created"));
}

void DataPage::tick()
{
    m_strip->refresh();
}

void DataPage::restyle()
{
    m_columnTable->viewport()->update();
    m_balance->update();
}

void DataPage::saveTo(nlohmann::json& sections) const
{
    if (m_file.isEmpty())
        return;
    const bool asFound = m_reading->chosen().empty() || m_schema.columns.empty();
    sections["data"] = {{"file", m_file.toStdString()},
                        {"schema", asFound ? m_wantedSchema : toJson(m_schema)},
                        {"rows", m_form->rows()}};
    sections["publish"] = m_form->section();
    if (jsonText(m_simulated, "file") == m_file)
        sections["simulate"] = m_simulated["section"];
}

void DataPage::loadFrom(const nlohmann::json& sections, Fill fill)
{
    if (fill == Fill::Whole && sections.contains("data") && sections["data"].empty())
        return forgetFile();
    if (sections.contains("download"))
        showDownload(true);
    const nlohmann::json& section = jsonChild(sections, "data");
    const QString file = jsonText(section, "file");
    if (QFileInfo(file).isFile()) {
        if (file != m_file) {
            m_form->nameTopicsAnew();
            m_reading->forget();
        }
        m_file = file;
        if (sections.contains("simulate"))
            m_simulated = {{"file", file.toStdString()}, {"section", sections["simulate"]}};
        summarize(section.value("schema", nlohmann::json("auto")));
    }
    if (!jsonChild(sections, "publish").empty())
        m_form->load(sections["publish"]);
    if (section.contains("rows"))
        m_form->setRows(jsonCount(section, "rows", -1));
    m_form->loadTopics(jsonChild(sections, "topics"));
}

void DataPage::dragEnterEvent(QDragEnterEvent* event)
{
    if (!droppedFile(event->mimeData()).isEmpty())
        event->acceptProposedAction();
}

void DataPage::dropEvent(QDropEvent* event)
{
    const QString file = droppedFile(event->mimeData());
    if (file.isEmpty())
        return;
    event->acceptProposedAction();
    // An experiment is not for this page.
    if (file.endsWith(QStringLiteral(".millrace")))
        shell().openFile(file);
    else
        openFile(file);
}

} // namespace millrace
