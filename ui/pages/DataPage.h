// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/Schema.h"
#include "pages/TableChoice.h"
#include "shell/Page.h"

class QPushButton;
class QStackedWidget;

namespace millrace
{

class AskingBanner;
class FileSources;
class FileView;
class JobStrip;

/// A file on its way to topics: chosen (FileSources), looked at (a card each for columns, balance and first rows),
/// split and published. Jobs that others start (the tutorial) are shown here just the same.
class DataPage : public Page
{
    Q_OBJECT
public:
    DataPage(Session& session, Shell& shell);

    /// Reads the files of a table through for their statistics and shows them.
    void openFiles(const QStringList& paths);
    void openFile(const QString& path) { openFiles({path}); }

    void saveTo(nlohmann::json& sections) const override;
    void loadFrom(const nlohmann::json& sections, Fill fill) override;
    void tick() override;
    void restyle() override;

protected:
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    void makeHead();
    void catchUp();
    void chooseFile();
    void beginAnew();
    void forgetFile();
    void hideChips();
    void showSources(bool shown); ///< in the place of the file
    /// Reads the file through, with schema, label and task as wanted. A schema that is to be found is found with what
    /// the reading form says.
    void summarize(nlohmann::json wanted);
    void editSchema(const Schema& schema);
    void learnAs(const QString& task);
    void publish();
    void learnFromIt();
    [[nodiscard]] nlohmann::json dataSection() const;
    void lookForUnfinished(); ///< does the file stand in the train topic in part?

    void onJobStarted(Job* job);
    void onJobFinished(Job* job);
    void onJobDone(Job& job);
    struct Found;
    void prepareSummary(Job& job);
    void showSummary(const Job& job, Found found);
    void showUnreadable(const nlohmann::json& section, const Error& error);
    void showFile(const nlohmann::json& result);
    void showProblems(const nlohmann::json& result);
    void showError(const Error& error);
    void showRefusal(Job* refused); ///< with its answers as buttons
    void updateButtons();

    TableChoice m_table;
    TableChoice m_shown;        ///< the one whose columns are in sight
    nlohmann::json m_wanted;    ///< {schema, and label and task where they are said}: what an experiment file keeps
    nlohmann::json m_simulated; ///< {file, section} of the last simulation; null without one
    Schema m_schema;
    QString m_problem; ///< why the file cannot be published; empty where it can
    QPointer<Job> m_summarizing;

    Chip* m_fileChip;
    Chip* m_rejectedChip;
    Chip* m_simulatedChip;
    QPushButton* m_open;
    QPushButton* m_get; ///< to the sources, and back to the file
    QPushButton* m_publish;
    QPushButton* m_learn; ///< to the proposal
    AskingBanner* m_banner;
    JobStrip* m_strip;
    QStackedWidget* m_views;
    FileSources* m_sources;
    FileView* m_view;
};

} // namespace millrace
