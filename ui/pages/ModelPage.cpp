// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/ModelPage.h"

#include "base/Text.h"
#include "data/Schema.h"
#include "model/Graph.h"
#include "model/ModelSpec.h"
#include "models/RowsModel.h"
#include "models/Values.h"
#include "session/Resources.h"
#include "widgets/Fields.h"
#include "widgets/LayerChain.h"
#include "widgets/Widgets.h"

#include <QClipboard>
#include <QComboBox>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QPlainTextEdit>
#include <QVBoxLayout>

namespace millrace
{

namespace
{

/// The columns of the file that was looked at last; those of the example before there is one.
Schema schemaOf(const Job* summarize)
{
    if (!summarize || summarize->state() != Job::State::Done)
        return example().schema;
    auto schema = schemaFromJson(jsonChild(summarize->result(), "schema"));
    if (!schema || schema->featureColumns().empty())
        return example().schema;
    return std::move(*schema);
}

/// What becomes of the last layer's numbers.
LayerChain::Block outputBlock(const Task& task)
{
    switch (task.kind) {
    case TaskKind::Binary:
        return {ModelPage::tr("Sigmoid"), ModelPage::tr("probability")};
    case TaskKind::MultiClass:
        return {ModelPage::tr("Softmax"), ModelPage::tr("%n probabilities", nullptr, classCount(task))};
    case TaskKind::Regression:
        break;
    }
    return {ModelPage::tr("Value"), ModelPage::tr("in its unit")};
}

std::vector<LayerChain::Block> blocksOf(const ModelSpec& spec, const std::vector<SummaryRow>& rows)
{
    std::vector<LayerChain::Block> blocks;
    blocks.push_back({ModelPage::tr("Input"), spec.features.size() == 1
                                                  ? ModelPage::tr("1 feature")
                                                  : ModelPage::tr("%1 features").arg(spec.features.size())});
    for (const LayerSpec& transform : spec.preprocessing)
        blocks.push_back({QString::fromStdString(transform.kind), ModelPage::tr("preprocessing")});
    for (const SummaryRow& row : rows) {
        const bool strong = row.parameters > 0;
        blocks.push_back({QString::fromStdString(row.layer),
                          strong ? countText(static_cast<qint64>(row.parameters)) : QStringLiteral("–"), strong});
    }
    blocks.push_back(outputBlock(spec.task));
    return blocks;
}

} // namespace

ModelPage::ModelPage(Session& session, Shell& shell)
    : Page(QStringLiteral("model"), tr("Model"), session, shell), m_chip(new Chip), m_banner(new Banner),
      m_preset(choiceField(QStringLiteral("modelPresetCombo"))), m_chain(new LayerChain),
      m_summary(new RowsModel({textColumn(QStringLiteral("#")), textColumn(tr("layer")), countColumn(tr("outputs")),
                               countColumn(tr("parameters"))},
                              this)),
      m_table(new DataTable), m_text(codeView(QStringLiteral("modelSpecText")))
{
    m_chip->setObjectName(QStringLiteral("modelChip"));
    m_banner->setObjectName(QStringLiteral("modelBanner"));
    addChip(m_chip);
    auto* copy = plainButton(tr("Copy specification"), QStringLiteral("modelCopyButton"));
    auto* train = primaryButton(tr("Train…"), QStringLiteral("modelTrainButton"));
    addHeadButton(copy);
    addHeadButton(train);
    for (const PresetInfo& preset : presetTable()) {
        m_preset->addItem(QString::fromStdString(preset.name));
        m_preset->setItemData(m_preset->count() - 1, QString::fromStdString(preset.help), Qt::ToolTipRole);
    }
    m_preset->setCurrentText(QString::fromStdString(defaultPreset()));
    auto* columns = new QHBoxLayout;
    columns->setSpacing(12);
    columns->addWidget(makeSidePanel());
    columns->addWidget(makeContent(), 1);
    auto* layout = new QVBoxLayout(body());
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(12);
    layout->addWidget(m_banner);
    layout->addLayout(columns, 1);

    connect(copy, &QPushButton::clicked, this, &ModelPage::copySpec);
    connect(train, &QPushButton::clicked, this, [this] {
        nlohmann::json sections;
        saveTo(sections);
        this->shell().prefill({{"train", {{"preset", sections["model"]["preset"]}, {"model", nullptr}}}});
        this->shell().showPage(QStringLiteral("train"));
    });
    connect(m_preset, &QComboBox::currentIndexChanged, this, &ModelPage::showModel);
    connect(&session, &Session::jobFinished, this, [this](Job* job) {
        if (job->kind() == QLatin1String("summarize") && isVisible()) // else when it is entered
            showModel();
    });
    showModel();
}

QWidget* ModelPage::makeSidePanel()
{
    auto* panel = new FormPanel;
    panel->addHeading(tr("Model"));
    m_preset->setToolTip(tr("A built-in model, made for the inputs that the data have"));
    panel->addField(tr("Preset"), m_preset);
    m_inputs = panel->addValue(tr("Inputs"));
    m_source = panel->addValue(tr("From"));
    m_prepared = styledLabel(tr("Shown for the columns as they are. A training first makes numbers of them: texts and "
                                "dates become several inputs each."),
                             "dim");
    m_prepared->setWordWrap(true);
    panel->addWide(m_prepared);
    panel->addHeading(tr("Size"));
    m_layers = panel->addValue(tr("Layers"));
    m_parameters = panel->addValue(tr("Parameters"));
    m_parameters->setObjectName(QStringLiteral("modelParametersValue"));
    panel->addHeading(tr("Check"));
    m_valid = styledLabel({}, "ok");
    m_valid->setObjectName(QStringLiteral("modelCheckLabel"));
    m_valid->setWordWrap(true);
    panel->addWide(m_valid);
    panel->addStretch();
    return panel;
}

QWidget* ModelPage::makeContent()
{
    auto* chain = new Card(tr("Layers"));
    chain->content()->addWidget(m_chain);
    auto* summary = new Card(tr("Summary"));
    m_table->setObjectName(QStringLiteral("modelSummaryTable"));
    m_table->setAccessibleName(tr("Summary"));
    m_table->setModel(m_summary);
    m_table->horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    m_table->horizontalHeader()->setStretchLastSection(true);
    m_table->setEmptyText(tr("Choose a preset to see its layers."));
    summary->content()->addWidget(m_table, 1);
    auto* text = new Card(tr("Specification"));
    text->content()->addWidget(m_text, 1);
    m_text->setAccessibleName(tr("Specification"));
    auto* lower = new QHBoxLayout;
    lower->setSpacing(12);
    lower->addWidget(summary, 10);
    lower->addWidget(text, 7);
    auto* content = new QWidget;
    auto* layout = new QVBoxLayout(content);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(12);
    layout->addWidget(chain);
    layout->addLayout(lower, 1);
    return content;
}

void ModelPage::showModel()
{
    const Job* summarize = session().latest(QStringLiteral("summarize"));
    const std::string preset = m_preset->currentText().toStdString();
    const Schema schema = schemaOf(summarize);
    const auto spec = presetModel(preset, schema.featureNames(), taskOf(schema));
    m_prepared->setVisible(!takesRawColumns(preset));
    const bool fromData = summarize && summarize->state() == Job::State::Done;
    m_source->setText(fromData ? tr("the data")
                               : tr("%1, until data are opened").arg(QString::fromStdString(example().title)));
    if (spec) {
        showSpec(*spec);
        return;
    }
    m_banner->showMessage(errorText(spec.error()), true);
}

void ModelPage::showSpec(const ModelSpec& spec)
{
    m_text->setPlainText(QString::fromStdString(dumpJson(toJson(spec), 2)));
    m_inputs->setText(countText(static_cast<qint64>(spec.features.size())));
    m_inputs->setToolTip(QString::fromStdString(joined(spec.features)));
    m_layers->setText(countText(static_cast<qint64>(spec.layers.size())));
    const auto rows = summarize(spec);
    m_valid->setText(rows ? tr("● The layers fit together.") : tr("■ %1").arg(errorText(rows.error())));
    setStyleProperty(m_valid, "role", rows ? "ok" : "error");
    if (!rows) {
        m_summary->clear();
        m_parameters->setText(QStringLiteral("–"));
        m_banner->showMessage(errorText(rows.error()), true);
        return;
    }
    m_banner->clear();
    QList<QVariantList> table;
    qint64 total = 0;
    for (const SummaryRow& row : *rows) {
        total += row.parameters;
        table.append({QString::number(table.size() + 1), QString::fromStdString(row.layer),
                      QString::fromStdString(row.output).toLongLong(), static_cast<qint64>(row.parameters)});
    }
    table.append({QString(), tr("Total"), QVariant(), total});
    m_summary->setRows(table);
    m_parameters->setText(countText(total));
    m_chip->setText(tr("%1 · %2 parameters").arg(QString::fromStdString(spec.name), countText(total)));
    m_chain->setBlocks(blocksOf(spec, *rows));
}

void ModelPage::copySpec()
{
    QGuiApplication::clipboard()->setText(m_text->toPlainText());
    shell().say(tr("Specification copied"));
}

void ModelPage::saveTo(nlohmann::json& sections) const
{
    sections["model"] = {{"preset", m_preset->currentText().toStdString()}};
}

void ModelPage::loadFrom(const nlohmann::json& sections, Fill fill)
{
    const int index = m_preset->findText(jsonText(jsonChild(sections, "model"), "preset"));
    if (index >= 0)
        m_preset->setCurrentIndex(index);
    else if (fill == Fill::Whole && sections.contains("model"))
        m_preset->setCurrentText(QString::fromStdString(defaultPreset()));
}

void ModelPage::entered()
{
    showModel();
}

void ModelPage::restyle()
{
    m_chain->update();
}

} // namespace millrace
