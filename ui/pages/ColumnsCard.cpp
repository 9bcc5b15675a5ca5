// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/ColumnsCard.h"

#include "data/RoleWishes.h"
#include "data/files/Classes.h"
#include "models/RowsModel.h"
#include "models/TableText.h"
#include "models/Values.h"
#include "pages/ColumnFilter.h"
#include "pages/ColumnPictures.h"
#include "pages/RoleBar.h"
#include "widgets/RoleDelegate.h"

#include <QHeaderView>
#include <QMenu>
#include <QVBoxLayout>
#include <algorithm>

namespace millrace
{

namespace
{

constexpr int kSaid = 3; ///< columns that something is said of
constexpr QStringView kMark = u"◆ ";

QString sentence(const QString& text)
{
    return text.left(1).toUpper() + text.mid(1) + '.';
}

/// The last two are not shown.
enum ColumnOfTable { Name, Role, Spread, Association, Minimum, Maximum, Mean, Missing, Type, Warning };

constexpr int kRoomForExtremes = 820;

RowsColumn shortColumn(const QString& title)
{
    RowsColumn column = textColumn(title);
    column.alignment = Qt::AlignRight;
    column.format = shortText;
    return column;
}

QList<RowsColumn> summaryColumns()
{
    RowsColumn role = textColumn(ColumnsCard::tr("role"));
    role.alignment = Qt::AlignRight;
    role.editable = true;
    role.toolTip = ColumnsCard::tr("Click a role to change it; select several columns to change all of them");
    RowsColumn histogram = textColumn(ColumnsCard::tr("values"));
    histogram.alignment = Qt::AlignRight;
    histogram.toolTip = ColumnsCard::tr("Numbers and dates by class, up to seven, else the six of most rows and all "
                                        "others; texts by their most frequent levels. Of a regression: quartiles, "
                                        "median and mean of the label by bins of the column");
    histogram.hint = [](const QVariant& picture) { return picture.value<ColumnPicture>().hint; };
    RowsColumn association = numberColumn(ColumnsCard::tr("tells"), 2);
    association.firstOrder = Qt::DescendingOrder;
    association.toolTip = ColumnsCard::tr("How much the column alone tells of the label, from 0 to 1, in the first "
                                          "10,000 rows. Of two classes: |2 AUC − 1|; of more, and of a regression: "
                                          "ε², the share of the variance that is explained, corrected for chance");
    return {textColumn(ColumnsCard::tr("column")),
            role,
            histogram,
            association,
            shortColumn(ColumnsCard::tr("min")),
            shortColumn(ColumnsCard::tr("max")),
            shortColumn(ColumnsCard::tr("mean")),
            countColumn(ColumnsCard::tr("missing"))};
}

} // namespace

ColumnsCard::ColumnsCard(QWidget* parent)
    : Card({}, parent), m_bar(new RoleBar), m_columns(new RowsModel(summaryColumns(), this)),
      m_filter(new ColumnFilter(m_columns, {Role, Type, Warning})), m_table(new DataTable),
      m_said(styledLabel({}, "dim"))
{
    m_said->setObjectName(QStringLiteral("dataColumnSaid"));
    m_said->setWordWrap(true);
    m_said->setContentsMargins(12, 0, 12, 6);
    addTable();
    connect(m_bar, &RoleBar::roleChosen, this, [this](ColumnRole role) { giveRoleTo(selected(), role); });
    connect(m_bar, &RoleBar::privacyChosen, this, &ColumnsCard::makePrivate);
    connect(m_bar, &RoleBar::undoWanted, this, &ColumnsCard::undo);
    connect(m_bar, &RoleBar::proposalWanted, this, &ColumnsCard::goBackToProposal);
    content()->setContentsMargins(1, 8, 1, 1);
    content()->addWidget(m_filter);
    content()->addWidget(m_bar);
    content()->addWidget(m_said);
    content()->addWidget(m_table, 1);
}

void ColumnsCard::addTable()
{
    m_table->setObjectName(QStringLiteral("dataColumnTable"));
    m_table->setModel(m_filter->model());
    m_table->setSortingEnabled(true);
    m_table->setEmptyText(tr("No column is like that."));
    m_table->setItemDelegateForColumn(Role, new RoleDelegate(m_table));
    m_table->setItemDelegateForColumn(Spread, new PictureDelegate(m_table));
    m_table->verticalHeader()->setDefaultSectionSize(36);
    m_table->setEditTriggers(QAbstractItemView::EditKeyPressed | QAbstractItemView::DoubleClicked);
    m_table->setContextMenuPolicy(Qt::CustomContextMenu);
    m_table->stretch(Name);
    QHeaderView* header = m_table->horizontalHeader();
    header->setSortIndicator(-1, Qt::AscendingOrder);
    header->setSortIndicatorClearable(true); // the file's order again
    header->setResizeContentsPrecision(0);   // of what is in sight: there may be thousands
    connect(m_table, &QTableView::clicked, this, [this](const QModelIndex& index) {
        if (index.column() == Role && m_table->selectionModel()->selectedRows().size() <= 1) // more are chosen from
            m_table->edit(index);
    });
    connect(m_table, &QTableView::customContextMenuRequested, this,
            [this](const QPoint& place) { m_bar->menu()->popup(m_table->viewport()->mapToGlobal(place)); });
    connect(m_table->selectionModel(), &QItemSelectionModel::selectionChanged, this, &ColumnsCard::showSelection);
    connect(m_columns, &RowsModel::edited, this, [this](int row, int /*column*/, const QVariant& name) {
        if (name.toString() == kAlsoLabel) {
            std::vector<int> labels = m_schema.labelColumns();
            labels.push_back(row);
            return makeLabels(std::move(labels));
        }
        const auto role = std::ranges::find(columnRoles(), name.toString().toStdString(), &ColumnRoleInfo::name);
        if (role != columnRoles().end())
            giveRoleTo({row}, role->role);
    });
}

void ColumnsCard::showSummary(const Schema& schema, const nlohmann::json& result, bool isProposal)
{
    if (!isSameTable(schema)) {
        m_before.clear();
        m_filter->clear();
    }
    m_schema = schema;
    m_isProposal = isProposal;
    m_plans.clear();
    const ColumnPictures pictures(schema, result);
    QList<QVariantList> rows;
    for (const nlohmann::json& column : jsonChild(result, "columns")) {
        if (const nlohmann::json& plan = jsonChild(column, "plan"); plan.is_object() && !plan.empty())
            m_plans[jsonText(column, "name").toStdString()] = {jsonText(plan, "what"), jsonText(plan, "why"),
                                                               jsonText(plan, "question")};
        const QString role = jsonText(column, "role");
        rows.append({jsonText(column, "name"), jsonFlag(column, "private") ? privateRole(role) : role,
                     QVariant::fromValue(pictures.of(column)), jsonValue(column, "association"),
                     jsonValue(column, "min"), jsonValue(column, "max"), jsonValue(column, "mean"),
                     jsonValue(column, "missing"), ColumnPictures::typeOf(column), pictures.warningsOf(column)});
    }
    m_columns->setRows(rows);
    m_bar->showSteps(!m_before.empty(), m_isProposal);
    showSelection();
}

bool ColumnsCard::isSameTable(const Schema& schema) const
{
    return schema.name == m_schema.name &&
           std::ranges::equal(schema.columns, m_schema.columns, {}, &Column::name, &Column::name);
}

/// By their names: rows may be sorted, or some of them hidden.
std::vector<int> ColumnsCard::selected() const
{
    std::vector<int> columns;
    for (const QModelIndex& row : m_table->selectionModel()->selectedRows(Name)) {
        const std::string name = row.data(RowsModel::kValueRole).toString().toStdString();
        const auto found = std::ranges::find(m_schema.columns, name, &Column::name);
        if (found != m_schema.columns.end())
            columns.push_back(static_cast<int>(found - m_schema.columns.begin()));
    }
    return columns;
}

void ColumnsCard::showSelection()
{
    const auto columns = selected();
    const bool arePrivate = !columns.empty() && std::ranges::all_of(columns, [this](int column) {
        return m_schema.columns[static_cast<std::size_t>(column)].isPrivate;
    });
    m_bar->showSelection(static_cast<int>(columns.size()), arePrivate, whyNotLabels(m_schema, columns).empty());
    const QString text = said(columns);
    m_said->setText(text);
    m_said->setVisible(!text.isEmpty());
    setStyleProperty(m_said, "role", text.startsWith(kMark) ? "warn" : "dim");
}

/// Of one selected column what will be done with it, and why; else what is to be asked of any.
QString ColumnsCard::said(const std::vector<int>& columns) const
{
    if (columns.size() == 1) {
        const std::string& name = m_schema.columns[static_cast<std::size_t>(columns.front())].name;
        const auto plan = m_plans.find(name);
        if (plan == m_plans.end())
            return {};
        const QString text = tr("%1: %2. %3.").arg(QString::fromStdString(name), plan->second.what, plan->second.why);
        return plan->second.question.isEmpty() ? text : kMark.toString() + text + ' ' + sentence(plan->second.question);
    }
    QStringList asked, out;
    for (const auto& [name, plan] : m_plans) {
        if (!plan.question.isEmpty())
            asked << tr("%1: %2.").arg(QString::fromStdString(name), plan.question);
        else if (plan.why.startsWith(QLatin1String("identifier")))
            out << tr("%1 is left out: %2.").arg(QString::fromStdString(name), plan.why);
    }
    QStringList sentences = asked.mid(0, kSaid);
    if (asked.size() > kSaid)
        sentences << tr("And %n more column(s).", nullptr, static_cast<int>(asked.size()) - kSaid);
    const QString text = (sentences + out.mid(0, kSaid)).join(' ');
    return asked.isEmpty() ? text : kMark.toString() + text;
}

/// In the file's order; several are numbers.
void ColumnsCard::makeLabels(std::vector<int> columns)
{
    std::ranges::sort(columns);
    Schema changed = m_schema;
    for (const int column : columns)
        if (const auto why = whyNotRole(changed.columns[static_cast<std::size_t>(column)], ColumnRole::Label);
            !why.empty()) {
            emit refused(QString::fromStdString(why));
            return showRolesAgain();
        }
    if (const auto chosen = chooseLabels(changed, columns); !chosen) {
        emit refused(errorText(chosen.error()));
        return showRolesAgain();
    }
    change(changed);
}

void ColumnsCard::giveRoleTo(const std::vector<int>& columns, ColumnRole role)
{
    if (role == ColumnRole::Label && columns.size() > 1)
        return makeLabels(columns);
    Schema changed = m_schema;
    for (const int column : columns) {
        const auto place = static_cast<std::size_t>(column);
        if (place >= changed.columns.size() || changed.columns[place].role == role)
            continue;
        if (const auto why = whyNotRole(changed.columns[place], role); !why.empty()) {
            emit refused(QString::fromStdString(why));
            return showRolesAgain();
        }
        giveRole(changed, column, role);
    }
    change(changed);
}

void ColumnsCard::makePrivate(bool isPrivate)
{
    Schema changed = m_schema;
    for (const int column : selected()) {
        Column& each = changed.columns[static_cast<std::size_t>(column)];
        if (isPrivate && !mayBePrivate(each.role)) {
            emit refused(tr("Column %1 is the %2 and cannot be private: %3")
                             .arg(QString::fromStdString(each.name), tableText(roleInfo(each.role).name),
                                  tableText(kWhyNotPrivate)));
            return showSelection();
        }
        each.isPrivate = isPrivate;
    }
    change(changed);
}

/// Asks for the file to be read as it is to be now.
void ColumnsCard::change(const Schema& schema)
{
    m_before.push_back({m_schema, m_isProposal});
    m_schema = schema;
    m_isProposal = false;
    m_bar->showSteps(true, false);
    emit schemaEdited(m_schema);
}

void ColumnsCard::undo()
{
    if (m_before.empty())
        return;
    m_schema = std::move(m_before.back().schema);
    m_isProposal = m_before.back().wasProposal;
    m_before.pop_back();
    m_bar->showSteps(!m_before.empty(), m_isProposal);
    if (m_isProposal)
        emit proposalWanted();
    else
        emit schemaEdited(m_schema);
}

void ColumnsCard::goBackToProposal()
{
    m_before.push_back({m_schema, m_isProposal});
    m_isProposal = true;
    m_bar->showSteps(true, true);
    emit proposalWanted();
}

/// As they are: the cell that was edited has the role that was refused.
void ColumnsCard::showRolesAgain()
{
    QList<QVariantList> rows = m_columns->rows();
    for (qsizetype i = 0; i < rows.size() && i < std::ssize(m_schema.columns); ++i) {
        const Column& column = m_schema.columns[static_cast<std::size_t>(i)];
        const QString role = QString::fromStdString(roleInfo(column.role).name);
        rows[i][Role] = column.isPrivate ? privateRole(role) : role;
    }
    m_columns->setRows(rows);
}

/// In a small window names come first: the tool tip of the picture tells the extremes, too.
void ColumnsCard::resizeEvent(QResizeEvent* event)
{
    Card::resizeEvent(event);
    for (const int column : {Minimum, Maximum})
        m_table->setColumnHidden(column, width() < kRoomForExtremes);
}

void ColumnsCard::restyle()
{
    m_table->viewport()->update();
}

} // namespace millrace
