// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/RowsModel.h"
#include "session/Session.h"

#include <QElapsedTimer>
#include <QWidget>

namespace millrace
{

class DataTable;

/// A list that the broker is asked for, and below it what the derived panel tells of the selected row. It is asked off
/// the GUI thread, one question at a time: when another broker is used, when it is old, when a person changed it. What
/// is selected stays so.
class BrokerList : public QWidget
{
    Q_OBJECT
public:
    virtual void refresh();
    /// What is shown may be another cluster's.
    void onBrokerChanged();
    void refreshIfOld(); ///< while visible

signals:
    void answered();                            ///< the cluster did
    void failed(const millrace::Error& error);  ///< a question was not answered
    void refused(const millrace::Error& error); ///< what a person asked for cannot be done
    void done(const QString& text);             ///< for the status line
    /// Harm that somebody would feel: done only when a person says so.
    void asked(const QString& question, const QString& answer, const std::function<void()>& action);

protected:
    struct Look {
        QString tableName; ///< objectName
        QString title;     ///< "Topics"
        QList<RowsColumn> columns;
        QString emptyText; ///< of a cluster that has none
        int oldAfter = 0;  ///< milliseconds
    };
    using Rows = QList<QVariantList>; ///< the first value of each is its name
    using Question = std::function<Result<Rows>(Admin&)>;

    BrokerList(Session& session, const Look& look, QWidget* parent);
    /// Asks the broker for a change, and for the list again when it is done.
    void change(std::function<Status(Admin&)> request, const QString& doneText, std::function<void()> onDone = {});

    [[nodiscard]] virtual Question question() const = 0; ///< is called on another thread
    virtual void showSelected(bool isStillThere) = 0;    ///< there are new rows
    virtual void clearSelected() = 0;                    ///< there is nothing to tell of

    [[nodiscard]] Session& session() const { return m_session; }
    [[nodiscard]] DataTable& table() const { return *m_table; }
    [[nodiscard]] QString selected() const; ///< its name; empty without

private:
    void clear(const QString& emptyText);
    void showRows(const Result<Rows>& rows);

    Session& m_session;
    QString m_emptyText;
    int m_oldAfter;
    RowsModel* m_rows;
    DataTable* m_table;
    bool m_asking = false;
    bool m_askAgain = false; ///< somebody wanted an answer while one was on its way
    std::string m_brokers;   ///< whose list is shown
    QElapsedTimer m_asked;
};

} // namespace millrace
