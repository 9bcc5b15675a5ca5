// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/ColumnFilter.h"

#include "models/TableText.h"
#include "models/Values.h"
#include "widgets/Widgets.h"

#include <QCheckBox>
#include <QComboBox>
#include <QHBoxLayout>
#include <QLineEdit>

namespace millrace
{

class ColumnFilter::Shown : public SortedRows
{
public:
    Shown(RowsModel* rows, Places places, QObject* parent) : SortedRows(rows, parent), m_places(places) {}

    void show(const QString& name, const QString& type, const QString& role, bool warnedOnly)
    {
        if (m_name == name && m_type == type && m_role == role && m_warnedOnly == warnedOnly)
            return;
        m_name = name;
        m_type = type;
        m_role = role;
        m_warnedOnly = warnedOnly;
        invalidateFilter();
    }

protected:
    [[nodiscard]] bool filterAcceptsRow(int row, const QModelIndex& /*parent*/) const override
    {
        if (m_name.isEmpty() && m_type.isEmpty() && m_role.isEmpty() && !m_warnedOnly)
            return true; // of many thousand rows nothing is looked up
        const auto* rows = static_cast<const RowsModel*>(sourceModel());
        const auto text = [rows, row](int place) { return rows->value(row, place).toString(); };
        return text(0).contains(m_name, Qt::CaseInsensitive) && (m_type.isEmpty() || text(m_places.type) == m_type) &&
               (m_role.isEmpty() || text(m_places.role) == m_role) &&
               (!m_warnedOnly || !text(m_places.warning).isEmpty());
    }

private:
    Places m_places;
    QString m_name, m_type, m_role;
    bool m_warnedOnly = false;
};

namespace
{

QComboBox* choiceOf(const char* objectName, const QString& toolTip)
{
    auto* choice = new QComboBox;
    choice->setObjectName(QLatin1String(objectName));
    choice->setToolTip(toolTip);
    choice->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    return choice;
}

/// What is there to choose, in the order of the rows, keeping the choice where it is still there.
void offer(QComboBox* choice, const QString& all, const QStringList& values)
{
    const QString chosen = choice->currentData().toString();
    choice->clear();
    choice->addItem(all, QString());
    for (const QString& value : values)
        choice->addItem(tableText(value.toStdString()), value);
    choice->setCurrentIndex(std::max(0, choice->findData(chosen)));
}

} // namespace

ColumnFilter::ColumnFilter(RowsModel* rows, Places places, QWidget* parent)
    : QWidget(parent), m_rows(rows), m_places(places), m_shown(new Shown(rows, places, this)), m_name(new QLineEdit),
      m_type(choiceOf("dataColumnType", tr("Show columns of one type"))),
      m_role(choiceOf("dataColumnRole", tr("Show columns of one role"))), m_warned(new QCheckBox(tr("◆ noted"))),
      m_count(styledLabel({}, "dim"))
{
    m_name->setObjectName(QStringLiteral("dataColumnSearch"));
    m_name->setPlaceholderText(tr("Find a column"));
    m_name->setAccessibleName(m_name->placeholderText());
    m_name->setClearButtonEnabled(true);
    m_warned->setObjectName(QStringLiteral("dataColumnWarned"));
    m_warned->setToolTip(tr("Show only columns of which something should be known"));
    m_count->setObjectName(QStringLiteral("dataColumnCount"));
    auto* across = new QHBoxLayout(this);
    across->setContentsMargins(12, 0, 12, 4);
    across->setSpacing(8);
    across->addWidget(m_name, 1);
    for (QWidget* widget : {static_cast<QWidget*>(m_type), static_cast<QWidget*>(m_role),
                            static_cast<QWidget*>(m_warned), static_cast<QWidget*>(m_count)})
        across->addWidget(widget);
    connect(m_name, &QLineEdit::textChanged, this, &ColumnFilter::apply);
    for (QComboBox* choice : {m_type, m_role})
        connect(choice, &QComboBox::activated, this, &ColumnFilter::apply);
    connect(m_warned, &QCheckBox::toggled, this, &ColumnFilter::apply);
    connect(rows, &RowsModel::modelReset, this, &ColumnFilter::offerWhatIsThere);
    connect(rows, &RowsModel::dataChanged, this, &ColumnFilter::offerWhatIsThere);
    offerWhatIsThere();
}

QSortFilterProxyModel* ColumnFilter::model() const
{
    return m_shown;
}

void ColumnFilter::clear()
{
    m_name->clear();
    m_type->setCurrentIndex(0);
    m_role->setCurrentIndex(0);
    m_warned->setChecked(false);
    apply();
}

void ColumnFilter::offerWhatIsThere()
{
    QStringList types, roles;
    bool anyWarned = false;
    const auto note = [](QStringList& values, const QString& value) {
        if (!value.isEmpty() && !values.contains(value))
            values << value;
    };
    for (int row = 0; row < m_rows->rowCount(); ++row) {
        note(types, m_rows->value(row, m_places.type).toString());
        note(roles, m_rows->value(row, m_places.role).toString());
        anyWarned |= !m_rows->value(row, m_places.warning).toString().isEmpty();
    }
    offer(m_type, tr("all types"), types);
    offer(m_role, tr("all roles"), roles);
    if (!anyWarned)
        m_warned->setChecked(false);
    m_warned->setVisible(anyWarned);
    apply();
}

void ColumnFilter::apply()
{
    m_shown->show(m_name->text().trimmed(), m_type->currentData().toString(), m_role->currentData().toString(),
                  m_warned->isChecked());
    const int all = m_rows->rowCount(), shown = m_shown->rowCount();
    m_count->setText(shown == all ? QString() : tr("%1 of %2").arg(countText(shown), countText(all)));
    m_count->setVisible(shown != all);
}

} // namespace millrace
