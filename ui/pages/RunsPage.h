// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "shell/Page.h"

#include <QElapsedTimer>

class QComboBox;
class QLabel;
class QPlainTextEdit;
class QTabBar;
class QPushButton;

namespace millrace
{

class Banner;
class ConfirmButton;
class DataTable;
class ElidedLabel;
class JobStrip;
class RowsModel;
class RunCurves;

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

private:
    QWidget* makeDetails();
    void refresh();
    void showRuns(std::vector<RunInfo> runs);
    void showSelected();
    void showEpochs(const nlohmann::json& result);
    void showColumns(const nlohmann::json& columns);
    [[nodiscard]] const RunInfo* selected() const;
    void learnAgain(const char* how);
    void openFolder();
    void evaluate();
    void exportRun();
    void removeRun();
    void onJobFinished(Job* job);

    std::vector<RunInfo> m_runs;
    RowsModel* m_table;
    RowsModel* m_epochs;
    RowsModel* m_columns;
    DataTable* m_tableView;
    DataTable* m_epochView = nullptr;
    DataTable* m_columnView = nullptr;
    RunCurves* m_curves = nullptr;
    Banner* m_banner;
    JobStrip* m_strip;
    ElidedLabel* m_name = nullptr;
    QTabBar* m_epochTabs = nullptr;
    QPlainTextEdit* m_text = nullptr;
    QPushButton* m_resume;
    QPushButton* m_reproduce;
    QPushButton* m_open;
    QPushButton* m_evaluate;
    QComboBox* m_format;
    QPushButton* m_export;
    ConfirmButton* m_delete;
    bool m_asking = false, m_askAgain = false;
    QElapsedTimer m_asked;
};

} // namespace millrace
