// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "shell/Page.h"

#include <QElapsedTimer>

class QComboBox;
class QLineEdit;
class QPushButton;

namespace millrace
{

class AskingBanner;
class ConfirmButton;
class DataTable;
class ElidedLabel;
class FoundRows;
class JobStrip;
class RowsModel;
class RunDetails;

/// The runs in the home folder: how each ended, with what configuration, and what can be done with it. The folders are
/// the only database; they are read off the GUI thread.
class RunsPage : public Page
{
    Q_OBJECT
public:
    RunsPage(Session& session, Shell& shell);

    void tick() override;
    void entered() override;
    void restyle() override;
    /// Selects the run of this folder, once the list has been read anew.
    void showRun(const QString& folder);

private:
    void makeList();
    QWidget* makeDetails();
    void refresh();
    void showRuns(std::vector<RunInfo> runs);
    void takeWish();
    void select(const QString& folder); ///< also where the search hides it
    void find(const QString& words);
    void showSelected();
    void showReasons(const RunInfo* run);
    void askSoFar(const RunInfo* run);
    [[nodiscard]] const RunInfo* selected() const;
    void learnAgain(const char* how);
    void openFolder();
    void evaluate();
    void exportRun();
    void askToRemove();
    void removeRun(const std::string& folder);
    void restoreRun(const std::string& folder);
    void showError(const Error& error);
    void onJobFinished(Job* job);

    std::vector<RunInfo> m_runs;
    RowsModel* m_table;
    FoundRows* m_found;
    DataTable* m_tableView;
    QLineEdit* m_search;
    RunDetails* m_details;
    AskingBanner* m_banner;
    AskingBanner* m_undo; ///< of the last deletion
    JobStrip* m_strip;
    ElidedLabel* m_name;
    QPushButton* m_resume;
    QPushButton* m_reproduce;
    QPushButton* m_open;
    QPushButton* m_evaluate;
    QComboBox* m_format;
    QPushButton* m_export;
    ConfirmButton* m_delete;
    QString m_wanted; ///< folder of the run that the next list is to select
    /// A job has ended since the page was last in sight: the newest run is what is looked for.
    enum class News { None, Unseen, Entered } m_news = News::None;
    struct {
        std::string folder;
        nlohmann::json told = nlohmann::json::object();
    } m_soFar; ///< what is kept of a run without a result
    bool m_asking = false, m_askAgain = false;
    QElapsedTimer m_asked;
};

} // namespace millrace
