// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/HandPrediction.h"

#include "models/RowsModel.h"
#include "models/Values.h"
#include "pipeline/Predict.h"
#include "pipeline/training/TrainedModel.h"
#include "widgets/Fields.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QLineEdit>

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
    m_line->setToolTip(tr("The features in order, with commas between them; or type them into the table"));
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
    showFeatures({});
}

void HandPrediction::setRun(const QString& run)
{
    if (run == m_run)
        return;
    m_run = run;
    m_session.call(
        this,
        [catalog = m_session.runs(), name = run.toStdString()] {
            QStringList names;
            if (const auto features = featuresOf(catalog, name))
                for (const std::string& feature : *features)
                    names << QString::fromStdString(feature);
            return names;
        },
        [this, run](const QStringList& features) {
            if (run == m_run)
                showFeatures(features);
        });
}

void HandPrediction::showFeatures(const QStringList& features)
{
    m_features = features;
    m_line->setPlaceholderText(features.mid(0, 3).join(',') + (features.size() > 3 ? ",…" : ""));
    m_line->setEnabled(!features.isEmpty());
    m_predict->setEnabled(!features.isEmpty());
    showValues();
    say({}, "small");
}

void HandPrediction::showValues()
{
    const QStringList values = m_line->text().split(',');
    QList<QVariantList> rows;
    for (int i = 0; i < m_features.size(); ++i)
        rows << QVariantList{m_features[i], values.value(i).trimmed()};
    m_values->setRows(rows);
}

void HandPrediction::takeValue(int row, const QString& value)
{
    QStringList values = m_line->text().split(',');
    while (values.size() < m_features.size())
        values << QString();
    values[row] = value;
    m_line->setText(values.mid(0, m_features.size()).join(','));
    showValues();
}

void HandPrediction::predict()
{
    const QString line = m_line->text().trimmed();
    if (line.isEmpty() || m_features.isEmpty())
        return say(tr("Write the record first: %n number(s) with commas between them.", {},
                      static_cast<int>(m_features.size())),
                   "warn");
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
            const std::vector<double> numbers = predictionOf(predicted->task, predicted->outputs);
            QStringList parts;
            for (const PredictionValue& value : predictionValues(predicted->task))
                parts << tr("%1 %2", "what a prediction tells, and its number")
                             .arg(tr(value.name),
                                  fixedText(numbers[static_cast<std::size_t>(parts.size())], value.isClass ? 0 : 4));
            say(parts.join(QStringLiteral(" · ")), "strong");
        });
}

void HandPrediction::say(const QString& text, const char* role)
{
    m_said->setText(text);
    m_said->setVisible(!text.isEmpty());
    setStyleProperty(m_said, "role", QLatin1String(role));
}

} // namespace millrace
