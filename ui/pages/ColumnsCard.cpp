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

/// The last three are not shown.
enum ColumnOfTable { Name, Role, Spread, Association, Minimum, Maximum, Mean, Missing, Type, Warning, WhyOut };

constexpr int kRoomForExtremes = 820, kRoomForMean = 640;
constexpr auto kLeftOut = "left out"; ///< as plans say it

/// A feature that a training leaves out does not look like one that is learnt from.
QString shownRole(const QString& role, bool isPrivate, bool isOut)
{
    const QString shown = isOut && role == QLatin1String("feature") ? QString::fromLatin1(kLeftOut) : role;
    return isPrivate ? privateRole(shown) : shown;
}

QString roleOf(const nlohmann::json& column)
{
    return shownRole(jsonText(column, "role"), jsonFlag(column, "private"),
                     jsonText(jsonChild(column, "plan"), "what") == QLatin1String(kLeftOut));
}

/// Why a column that nothing is planned for is ignored.
QString whyIgnored(const nlohmann::json& column, const ColumnPictures& pictures, bool isProposal, qint64 rows)
{
    const QStringList notes = pictures.notesOf(column);
    if (!notes.isEmpty())
        return notes.join(QStringLiteral("; "));
    if (jsonCount(column, "missing") >= rows)
        return ColumnsCard::tr("it has no value");
    return isProposal ? ColumnsCard::tr("it names the rows, or holds what is no value")
                      : ColumnsCard::tr("so it was chosen");
}

ColumnsCard::Plan planOf(const nlohmann::json& column, const ColumnPictures& pictures, bool isProposal, qint64 rows)
{
    if (const nlohmann::json& plan = jsonChild(column, "plan"); plan.is_object() && !plan.empty())
        return {jsonText(plan, "what"), jsonText(plan, "why"), jsonText(plan, "question")};
    if (jsonText(column, "role") != QLatin1String("ignored"))
        return {};
    return {QString::fromLatin1(kLeftOut), whyIgnored(column, pictures, isProposal, rows), {}};
}

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
    role.hintPlace = WhyOut;
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
    m_said->setContentsMargins(12, 6, 12, 6);
    addTable();
    connect(m_bar, &RoleBar::roleChosen, this, [this](ColumnRole role) { giveRoleTo(selected(), role); });
    connect(m_bar, &RoleBar::privacyChosen, this, &ColumnsCard::makePrivate);
    connect(m_bar, &RoleBar::undoWanted, this, &ColumnsCard::undo);
    connect(m_bar, &RoleBar::proposalWanted, this, &ColumnsCard::goBackToProposal);
    content()->setContentsMargins(1, 8, 1, 1);
    content()->addWidget(m_filter);
    content()->addWidget(m_bar);
    content()->addWidget(m_table, 1);
    content()->addWidget(m_said); // below: it changes while a role is clicked, which must stay where it is
}

void ColumnsCard::addTable()
{
    m_table->setObjectName(QStringLiteral("dataColumnTable"));
    m_table->setAccessibleName(tr("Columns"));
    m_table->setModel(m_filter->model());
    m_table->setSortingEnabled(true);
    m_table->setTextElideMode(Qt::ElideMiddle); // names that begin alike differ in their end
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

ColumnsCard::Content ColumnsCard::contentOf(const Schema& schema, const nlohmann::json& result, bool isProposal)
{
    Content content;
    const ColumnPictures pictures(schema, result);
    for (const nlohmann::json& column : jsonChild(result, "columns")) {
        const Plan plan = planOf(column, pictures, isProposal, jsonCount(result, "rows"));
        const bool isOut = plan.what == QLatin1String(kLeftOut);
        content.rows.append({jsonText(column, "name"), roleOf(column), QVariant::fromValue(pictures.of(column)),
                             jsonValue(column, "association"), jsonValue(column, "min"), jsonValue(column, "max"),
                             jsonValue(column, "mean"), jsonValue(column, "missing"), ColumnPictures::typeOf(column),
                             pictures.warningsOf(column), isOut ? tr("Left out: %1").arg(plan.why) : QString()});
        if (!plan.what.isEmpty())
            content.plans[jsonText(column, "name").toStdString()] = plan;
    }
    return content;
}

void ColumnsCard::showContent(const Schema& schema, Content content, bool isProposal)
{
    if (!isSameTable(schema)) {
        m_before.clear();
        m_filter->clear();
    }
    m_schema = schema;
    m_isProposal = isProposal;
    m_plans = std::move(content.plans);
    m_columns->setRows(std::move(content.rows));
    m_bar->showSteps(!m_before.empty(), m_isProposal);
    showSelection();
}

void ColumnsCard::showTrouble(const QString& why)
{
    m_said->setText(kMark.toString() + why);
    m_said->show();
    setStyleProperty(m_said, "role", "warn");
}

bool ColumnsCard::isSameTable(const Schema& schema) const
{
    return schema.name == m_schema.name &&
           std::ranges::equal(schema.columns, m_schema.columns, {}, &Column::name, &Column::name);
}

/// Rows may be sorted, or some of them hidden.
std::vector<int> ColumnsCard::selected() const
{
    std::vector<int> columns;
    for (const QModelIndex& row : m_table->selectionModel()->selectedRows(Name))
        if (const int column = m_filter->model()->mapToSource(row).row(); column < std::ssize(m_schema.columns))
            columns.push_back(column);
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
    int more = 0;
    for (const auto& [name, plan] : m_plans) {
        const bool isOut = plan.what == QLatin1String(kLeftOut);
        QStringList& sentences = plan.question.isEmpty() ? out : asked;
        if (plan.question.isEmpty() && !isOut)
            continue;
        if (sentences.size() == kSaid)
            ++more;
        else if (isOut)
            sentences << tr("%1 is left out: %2.").arg(QString::fromStdString(name), plan.why);
        else
            sentences << tr("%1: %2.").arg(QString::fromStdString(name), plan.question);
    }
    QStringList sentences = asked + out;
    if (more > 0)
        sentences << tr("And %n more column(s).", nullptr, more);
    const QString text = sentences.join(' ');
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
            showRolesAgain();
            return showTrouble(QString::fromStdString(why));
        }
    if (const auto chosen = chooseLabels(changed, columns); !chosen) {
        showRolesAgain();
        return showTrouble(errorText(chosen.error()));
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
            showRolesAgain();
            return showTrouble(QString::fromStdString(why));
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
            showSelection();
            return showTrouble(tr("Column %1 is the %2 and cannot be private: %3")
                                   .arg(QString::fromStdString(each.name), tableText(roleInfo(each.role).name),
                                        tableText(kWhyNotPrivate)));
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
        const auto plan = m_plans.find(column.name);
        const bool isOut = plan != m_plans.end() && plan->second.what == QLatin1String(kLeftOut);
        rows[i][Role] = shownRole(QString::fromStdString(roleInfo(column.role).name), column.isPrivate, isOut);
    }
    m_columns->setRows(rows);
}

/// In a small window names come first: the tool tip of the picture tells the extremes, too.
void ColumnsCard::resizeEvent(QResizeEvent* event)
{
    Card::resizeEvent(event);
    for (const int column : {Minimum, Maximum})
        m_table->setColumnHidden(column, width() < kRoomForExtremes);
    m_table->setColumnHidden(Mean, width() < kRoomForMean);
}

void ColumnsCard::restyle()
{
    m_table->viewport()->update();
}

} // namespace millrace
