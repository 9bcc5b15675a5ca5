// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pages/ColumnsCard.h"
#include "pages/FirstRowsCard.h"

#include <QWidget>
#include <nlohmann/json_fwd.hpp>

class QVBoxLayout;

namespace millrace
{

class BalanceCard;
class PublishedCard;
class PublishForm;
class ReadingForm;
class Shell;

/// A file that was read through, card by card: its columns and what came of its publication on the left; on the right
/// its balance, how it is published, how it was read, and its first rows.
class FileView : public QWidget
{
    Q_OBJECT
public:
    /// What its largest parts show, made of what the job "summarize" found, off the GUI thread.
    struct Content {
        Schema schema;
        ColumnsCard::Content columns;
        FirstRowsCard::Content firstRows;
        QString verdict; ///< of PublishForm
    };

    explicit FileView(Shell& shell, QWidget* parent = nullptr);
    [[nodiscard]] static Content contentOf(Schema schema, const nlohmann::json& result, bool isProposal);
    /// What the job was asked, and what it found; isProposal: nobody has said what the columns are.
    void showSummary(const nlohmann::json& section, const nlohmann::json& result, Content content, bool isProposal);
    /// Why the columns cannot be what a person has made them.
    void showTrouble(const QString& why) { m_columns->showTrouble(why); }
    void restyle();

    [[nodiscard]] PublishForm& form() const { return *m_form; }
    /// Elsewhere as long as there is no file that could be read; the next summary brings it back.
    [[nodiscard]] ReadingForm& reading() const { return *m_reading; }
    [[nodiscard]] PublishedCard& published() const { return *m_published; }

signals:
    void schemaEdited(const millrace::Schema& schema); ///< by a person
    void proposalWanted();                             ///< likewise
    void taskWanted(const QString& task);              ///< likewise: of the label

private:
    QWidget* makeLeft();
    QWidget* makeRight();
    void trainOnIt();

    Shell& m_shell;
    ColumnsCard* m_columns;
    PublishedCard* m_published;
    BalanceCard* m_balance;
    PublishForm* m_form;
    ReadingForm* m_reading;
    FirstRowsCard* m_firstRows;
    QVBoxLayout* m_rightLayout = nullptr;
};

} // namespace millrace
