// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/ProposalForm.h"

#include "model/ModelSpec.h"
#include "models/RowsModel.h"
#include "models/Values.h"
#include "session/Sections.h"
#include "widgets/Fields.h"
#include "widgets/RoleDelegate.h"

#include <QComboBox>
#include <QGridLayout>
#include <QHeaderView>
#include <QSignalBlocker>
#include <QVBoxLayout>

namespace millrace
{

namespace
{

constexpr int kProposedRole = 1, kProposedWhy = 3; // of the table
constexpr int kChoiceWidth = 132;

QStringList textsOf(const std::vector<std::string>& values)
{
    QStringList texts;
    for (const std::string& value : values)
        texts << QString::fromStdString(value);
    return texts;
}

/// Shows items and a choice without telling that something was chosen.
void setChoice(QComboBox& choice, const QStringList& items, const QString& current)
{
    const QSignalBlocker quiet(&choice);
    choice.clear();
    choice.addItems(items);
    choice.setCurrentIndex(choice.findText(current));
}

QComboBox* proposalChoice(const char* objectName, const QString& toolTip)
{
    auto* choice = choiceField(QLatin1String(objectName));
    choice->setFixedWidth(kChoiceWidth);
    choice->setToolTip(toolTip);
    choice->setAccessibleName(toolTip);
    return choice;
}

QList<RowsColumn> proposalColumns()
{
    RowsColumn role = textColumn(ProposalForm::tr("role"));
    role.alignment = Qt::AlignRight;
    role.editable = true;
    role.toolTip = ProposalForm::tr("Click a role to change it");
    return {textColumn(ProposalForm::tr("column")), role, textColumn(ProposalForm::tr("what is done with it")),
            textColumn(ProposalForm::tr("why"))};
}

} // namespace

ProposalForm::ProposalForm(QWidget* parent)
    : QWidget(parent), m_grid(new QGridLayout),
      m_labels(proposalChoice("learnLabelField",
                              tr("The column that is to be learnt; of several numbers the roles below say which"))),
      m_tasks(proposalChoice("learnTaskField", tr("What the label's values are"))),
      m_presets(proposalChoice("learnPresetField", tr("A built-in model"))),
      m_changeSplit(linkButton(tr("Change…"), QStringLiteral("learnSplitButton"))),
      m_changeBudget(linkButton(tr("Change…"), QStringLiteral("learnTrainingButton"))),
      m_columns(new RowsModel(proposalColumns(), this)), m_table(new DataTable)
{
    auto* card = new Card;
    m_grid->setHorizontalSpacing(12);
    m_grid->setVerticalSpacing(8);
    m_grid->setColumnStretch(2, 1);
    m_label = addLine(tr("Label"), "Label", m_labels, nullptr);
    m_task = addLine(tr("Task"), "Task", m_tasks, nullptr);
    m_split = addLine(tr("Split"), "Split", nullptr, m_changeSplit);
    m_model = addLine(tr("Model"), "Model", m_presets, nullptr);
    m_budget = addLine(tr("Budget"), "Budget", nullptr, m_changeBudget);
    card->content()->addLayout(m_grid);
    auto* down = new QVBoxLayout(this);
    down->setContentsMargins(0, 0, 0, 0);
    down->setSpacing(12);
    down->addWidget(card);
    down->addWidget(makeColumns(), 1);
    const auto tell = [this](QComboBox* choice, void (ProposalForm::*signal)(const QString&)) {
        connect(choice, &QComboBox::currentTextChanged, this, signal);
    };
    tell(m_labels, &ProposalForm::labelWanted);
    tell(m_tasks, &ProposalForm::taskWanted);
    tell(m_presets, &ProposalForm::presetWanted);
    connect(m_changeSplit, &QPushButton::clicked, this, &ProposalForm::splitWanted);
    connect(m_changeBudget, &QPushButton::clicked, this, &ProposalForm::trainingWanted);
}

ProposalForm::Line ProposalForm::addLine(const QString& name, const char* key, QComboBox* choice, QPushButton* change)
{
    const int row = m_grid->rowCount();
    Line line{new QLabel, styledLabel({}, "dim")};
    line.what->setObjectName(QStringLiteral("learn%1What").arg(QLatin1String(key)));
    line.why->setObjectName(QStringLiteral("learn%1Why").arg(QLatin1String(key)));
    auto* words = new QVBoxLayout;
    words->setSpacing(1);
    for (QLabel* label : {line.what, line.why}) {
        label->setWordWrap(true);
        label->setTextInteractionFlags(Qt::TextSelectableByMouse);
        words->addWidget(label);
    }
    QLabel* title = styledLabel(name, "strong");
    title->setBuddy(line.what);
    line.what->setBuddy(line.why);
    m_grid->addWidget(title, row, 0, Qt::AlignTop);
    if (QWidget* control = choice != nullptr ? static_cast<QWidget*>(choice) : change)
        m_grid->addWidget(control, row, 1, Qt::AlignTop | Qt::AlignLeft);
    m_grid->addLayout(words, row, 2);
    return line;
}

Card* ProposalForm::makeColumns()
{
    m_table->setObjectName(QStringLiteral("learnColumnTable"));
    m_table->setAccessibleName(tr("Columns"));
    m_table->setEmptyText(tr("Open or drop a file, then press Learn from it on the page Data."));
    m_table->setModel(m_columns);
    m_table->setItemDelegateForColumn(kProposedRole, new RoleDelegate(m_table));
    m_table->setEditTriggers(QAbstractItemView::EditKeyPressed | QAbstractItemView::DoubleClicked);
    m_table->stretch(kProposedWhy);
    connect(m_table, &QTableView::clicked, this, [this](const QModelIndex& index) {
        if (index.column() == kProposedRole)
            m_table->edit(index);
    });
    connect(m_columns, &RowsModel::edited, this,
            [this](int row, int /*column*/, const QVariant& role) { emit roleWanted(row, role.toString()); });
    auto* card = new Card;
    card->content()->setContentsMargins(1, 8, 1, 1);
    card->content()->addWidget(m_table);
    return card;
}

void ProposalForm::showFound(const Schema& schema, const nlohmann::json& found, const QString& task)
{
    QStringList names;
    for (const Column& column : schema.columns)
        names << QString::fromStdString(column.name);
    if (schema.labelColumns().size() > 1) // beside the columns, each of which may be the only one instead
        names.prepend(QString::fromStdString(schema.labelNames()));
    setChoice(*m_labels, names, QString::fromStdString(schema.labelNames()));
    setChoice(*m_tasks, textsOf(sectionKey("propose", "task").choices), task);
    QList<QVariantList> rows;
    for (const nlohmann::json& column : jsonChild(found, "columns"))
        rows.append(
            {jsonText(column, "name"), jsonText(column, "role"), jsonValue(column, "what"), jsonValue(column, "why")});
    m_columns->setRows(rows);
}

void ProposalForm::showLine(const Line& line, const ProposalLine& text)
{
    line.what->setText(QString::fromStdString(text.what.empty() ? "–" : text.what));
    line.why->setText(QString::fromStdString(text.why));
    line.why->setVisible(!text.why.empty());
}

void ProposalForm::showProposal(const Proposal& proposal, const QString& preset)
{
    showLine(m_label, proposal.label);
    showLine(m_task, proposal.task);
    showLine(m_split, proposal.split);
    showLine(m_model, proposal.model);
    showLine(m_budget, proposal.budget);
    setChoice(*m_presets, textsOf(presetNames()), preset);
}

void ProposalForm::setEditable(bool editable)
{
    for (QWidget* widget : {static_cast<QWidget*>(m_labels), static_cast<QWidget*>(m_tasks),
                            static_cast<QWidget*>(m_presets), static_cast<QWidget*>(m_table)})
        widget->setEnabled(editable);
}

} // namespace millrace
