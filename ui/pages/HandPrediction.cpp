// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/HandPrediction.h"

#include "models/PredictionText.h"
#include "models/RowsModel.h"
#include "models/RunTask.h"
#include "models/Values.h"
#include "pipeline/Predict.h"
#include "pipeline/training/TrainedModel.h"
#include "widgets/Fields.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QLineEdit>
#include <limits>

namespace millrace
{

HandPrediction::HandPrediction(Session& session, QWidget* parent) : Card({}, parent), m_session(session)
{
    setObjectName("predictHand");
    content()->setContentsMargins(12, 8, 12, 10);
    content()->setSpacing(6);
    content()->addWidget(styledLabel(tr("One record by hand"), "strong"));
    auto* across = new QHBoxLayout;
    across->setSpacing(8);
    m_line = textField("predictLineField");
    m_line->setAccessibleName(tr("Record"));
    m_predict = plainButton(tr("Predict"), "predictHandButton");
    across->addWidget(m_line, 1);
    across->addWidget(m_predict);
    content()->addLayout(across);
    m_said = styledLabel({}, "small");
    m_said->setObjectName("predictHandText");
    m_said->setWordWrap(true);
    m_said->setTextInteractionFlags(Qt::TextSelectableByMouse);
    content()->addWidget(m_said);
    RowsColumn value = textColumn(tr("Value"));
    value.alignment = Qt::AlignRight;
    value.editable = true;
    m_values = new RowsModel({textColumn(tr("Feature")), value}, this);
    auto* table = new DataTable;
    table->setObjectName("predictFeatureTable");
    table->setAccessibleName(tr("Features"));
    table->setEmptyText(tr("Choose a run: its features come here."));
    table->setModel(m_values);
    table->setEditTriggers(QAbstractItemView::AllEditTriggers);
    table->horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);
    content()->addWidget(table, 1);
    connect(m_values, &RowsModel::edited, this,
            [this](int row, int, const QVariant& text) { takeValue(row, text.toString().trimmed()); });
    connect(m_line, &QLineEdit::textEdited, this, &HandPrediction::showValues);
    connect(m_line, &QLineEdit::returnPressed, this, &HandPrediction::predict);
    connect(m_predict, &QPushButton::clicked, this, &HandPrediction::predict);
    showFormat(nullptr);
}

void HandPrediction::setRun(const QString& run)
{
    if (run == m_run)
        return;
    m_run = run;
    using Asked = std::pair<Task, std::shared_ptr<RecordFormat>>;
    m_session.call(
        this,
        [catalog = m_session.runs(), home = m_session.home(), name = run.toStdString()]() -> Asked {
            auto format = recordFormatOf(catalog, name);
            return {taskOfRun(catalog, home, name), format ? std::move(*format) : nullptr};
        },
        [this, run](Asked asked) {
            if (run != m_run)
                return;
            m_named = std::move(asked.first);
            showFormat(std::move(asked.second));
        });
}

void HandPrediction::showFormat(std::shared_ptr<RecordFormat> format)
{
    m_format = std::move(format);
    QStringList names;
    if (m_format)
        for (const std::string& feature : m_format->columns())
            names << QString::fromStdString(feature);
    if (std::exchange(m_columns, names) != names)
        m_line->clear(); // what was written was another model's record
    m_line->setPlaceholderText(lineOf(names));
    m_line->setToolTip(m_format ? tr("%1; or type them into the table").arg(QString::fromStdString(m_format->advice()))
                                : QString());
    m_line->setEnabled(m_format != nullptr);
    m_predict->setEnabled(m_format != nullptr);
    showValues();
    say({}, "small");
}

QString HandPrediction::valueOf(const std::string& feature) const
{
    return QString::fromStdString(m_format->column(m_line->text().toStdString(), feature).value_or("")).trimmed();
}

/// The record's value, of its features' in order.
QString HandPrediction::lineOf(const QStringList& values) const
{
    if (!m_format)
        return {};
    std::vector<std::string> texts;
    for (const QString& value : values)
        texts.push_back(value.toStdString());
    const std::vector<std::string_view> fields(texts.begin(), texts.end());
    CsvRow row;
    row.fields = fields;
    const auto message = m_format->encode(row, std::numeric_limits<float>::quiet_NaN());
    return QString::fromUtf8(message.value.data(), static_cast<qsizetype>(message.value.size()));
}

void HandPrediction::showValues()
{
    QList<QVariantList> rows;
    if (m_format)
        for (const std::string& feature : m_format->columns())
            rows << QVariantList{QString::fromStdString(feature), valueOf(feature)};
    m_values->setRows(rows);
}

void HandPrediction::takeValue(int row, const QString& value)
{
    QStringList values;
    for (const std::string& feature : m_format->columns())
        values << valueOf(feature);
    values[row] = value;
    m_line->setText(lineOf(values));
    showValues();
}

void HandPrediction::predict()
{
    const QString line = m_line->text().trimmed();
    if (!m_format)
        return;
    if (line.isEmpty())
        return say(tr("Write the record first. %1.").arg(QString::fromStdString(m_format->advice())), "warn");
    m_predict->setEnabled(false);
    say(tr("Predicting…"), "small");
    m_session.call(
        this,
        [home = m_session.home(), run = m_run.toStdString(), text = line.toStdString()] {
            return predictByHand(home, run, text);
        },
        [this](const Result<HandPredicted>& predicted) {
            m_predict->setEnabled(true);
            if (!predicted)
                return say(errorText(predicted.error()), "error");
            say(predictionSummary(withNamesOf(m_named, predicted->task), predicted->outputs), "strong");
        });
}

void HandPrediction::say(const QString& text, const char* role)
{
    m_said->setText(text);
    m_said->setVisible(!text.isEmpty());
    setStyleProperty(m_said, "role", QLatin1String(role));
}

} // namespace millrace
