// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/BrokerList.h"

#include "widgets/Widgets.h"

#include <algorithm>

namespace millrace
{

BrokerList::BrokerList(Session& session, const Look& look, QWidget* parent)
    : QWidget(parent), m_session(session), m_emptyText(look.emptyText), m_oldAfter(look.oldAfter),
      m_rows(new RowsModel(look.columns, this)), m_table(new DataTable)
{
    m_table->setObjectName(look.tableName);
    m_table->setAccessibleName(look.title);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    showSorted(m_table, m_rows);
}

QString BrokerList::selected() const
{
    return currentName(m_table);
}

void BrokerList::refreshIfOld()
{
    if (isVisible() && m_session.hasBroker() && (!m_asked.isValid() || m_asked.elapsed() > m_oldAfter))
        refresh();
}

void BrokerList::onBrokerChanged()
{
    if (const std::string brokers = m_session.connection().brokers; brokers != m_brokers) {
        m_brokers = brokers;
        clear(tr("Asking the cluster …"));
    }
    refresh();
}

void BrokerList::clear(const QString& emptyText)
{
    m_rows->clear();
    clearSelected();
    m_table->setEmptyText(emptyText);
}

void BrokerList::refresh()
{
    if (!m_session.hasBroker())
        return clear(tr("No cluster yet: start the local one, or connect to another on the left."));
    m_asked.start();
    m_askAgain = m_asking; // what the answer is of may be older than the reason to ask
    if (m_asking)
        return;
    m_asking = true;
    m_session.call(
        this,
        [&session = m_session, question = question()]() -> Result<Rows> {
            auto admin = session.admin();
            return admin ? question(**admin) : Result<Rows>(fail(admin.error()));
        },
        [this, asked = m_session.connection().brokers](const Result<Rows>& rows) {
            m_asking = false;
            const bool same = asked == m_session.connection().brokers;
            if (same)
                showRows(rows);
            if (!same || m_askAgain)
                refresh();
        });
}

void BrokerList::showRows(const Result<Rows>& rows)
{
    if (!m_session.hasBroker())
        return;
    if (!rows) {
        m_table->setEmptyText(tr("The cluster does not answer."));
        emit failed(rows.error());
        return;
    }
    emit answered();
    m_table->setEmptyText(m_emptyText);
    Rows sorted = *rows;
    std::ranges::sort(sorted, {}, [](const QVariantList& row) { return row[0].toString(); });
    const QString name = selected();
    m_rows->setRows(sorted);
    showSelected(!name.isEmpty() && selectName(m_table, name));
}

void BrokerList::change(std::function<Status(Admin&)> request, const QString& doneText, std::function<void()> onDone)
{
    m_session.call(
        this,
        [&session = m_session, request = std::move(request)]() -> Status {
            auto admin = session.admin();
            return admin ? request(**admin) : Status(fail(admin.error()));
        },
        [this, doneText, onDone = std::move(onDone)](const Status& status) {
            if (!status) {
                emit refused(status.error());
                return;
            }
            if (onDone)
                onDone();
            emit done(doneText);
            refresh();
        });
}

} // namespace millrace
