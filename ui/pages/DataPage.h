// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/Schema.h"
#include "shell/Page.h"

class QLabel;
class QPushButton;
class QStackedWidget;
class QVBoxLayout;

namespace millrace
{

class BalanceBar;
class Banner;
class Card;
class DataTable;
class JobCard;
class JobStrip;
class PublishForm;
class ReadingForm;
class RowsModel;

/// A file on its way to topics: dropped, looked at (columns with roles, histograms by class, balance, first rows),
/// split and published. Jobs that others start (the tutorial) are shown here just the same.
class DataPage : public Page
{
    Q_OBJECT
public:
    DataPage(Session& session, Shell& shell);

    /// Reads the file through for its statistics and shows them.
    void openFile(const QString& path);

    void saveTo(nlohmann::json& sections) const override;
    void loadFrom(const nlohmann::json& sections, Fill fill) override;
    void tick() override;
    void restyle() override;

protected:
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    QWidget* makeEmptyView();
    QWidget* makeFullView();
    QWidget* makeLeft();
    QWidget* makeRight();
    void catchUp();
    void chooseFile();
    void forgetFile();
    void simulate();
    void download();
    void showDownload(bool shown); ///< in the place of the file
    /// Reads the file through. A schema that is to be found is found with what the reading form says.
    void summarize(const nlohmann::json& schema);
    void publish();
    void lookForUnfinished(); ///< does the file stand in the train topic in part?
    void changeRole(int column, const QString& role);

    void onJobStarted(Job* job);
    void onJobFinished(Job* job);
    void showSummary(const nlohmann::json& section, const nlohmann::json& result);
    void showUnreadable(const nlohmann::json& section, const Error& error);
    void showColumns(const nlohmann::json& result);
    void showBalance(const nlohmann::json& result);
    void showFirstRows();
    void showProblems(const nlohmann::json& result);
    void showPublished(const nlohmann::json& result);
    void showError(const Error& error);
    void showRefusal(const Error& error); ///< with its answers as buttons
    void answer(std::size_t which);
    void dismiss();
    void showVerdict(const nlohmann::json& result);
    void updateButtons();

    QString m_file;
    QString m_shown;               ///< the file whose columns are in sight
    nlohmann::json m_wantedSchema; ///< "auto", a name, or the edited one: what an experiment file keeps
    nlohmann::json m_simulated;    ///< {file, section} of the last simulation; null without one
    Schema m_schema;
    std::vector<std::vector<std::string>> m_firstRows;
    QString m_problem; ///< why the file cannot be published; empty where it can
    QPointer<Job> m_summarizing, m_simulating, m_downloading;
    QPointer<Job> m_refused; ///< waits for an answer in the banner

    Chip* m_fileChip;
    Chip* m_rejectedChip;
    Chip* m_simulatedChip;
    QPushButton* m_open;
    QPushButton* m_get; ///< to the download, and back to the file
    QPushButton* m_publish;
    Banner* m_banner;
    JobStrip* m_strip;
    QStackedWidget* m_views;
    RowsModel* m_columns;
    RowsModel* m_rows;
    RowsModel* m_parts;
    DataTable* m_columnTable = nullptr;
    DataTable* m_rowTable = nullptr;
    Card* m_publishedCard = nullptr;
    QLabel* m_publishedText = nullptr;
    QPushButton* m_showRejected = nullptr;
    QString m_rejectedFile;
    QLabel* m_publishedWarning = nullptr;
    BalanceBar* m_balance = nullptr;
    QLabel* m_balanceText = nullptr;
    QLabel* m_balanceNote = nullptr;
    PublishForm* m_form = nullptr;
    ReadingForm* m_reading = nullptr; ///< beside the columns; alone for a file that cannot be read as it is
    QVBoxLayout* m_emptyLayout = nullptr;
    QVBoxLayout* m_rightLayout = nullptr;
    JobCard *m_download = nullptr, *m_simulate = nullptr;
};

} // namespace millrace
