// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "session/ExperimentRun.h"
#include "shell/Page.h"

#include <QMainWindow>
#include <QTimer>
#include <functional>
#include <vector>

class QStackedWidget;

namespace millrace
{

class HelpPanel;
class Menus;
class Rail;
class StartPage;
class Banner;
class StatusBar;

/// The window: rail, pages, status bar. Pages are made when first needed, or one at a time while the window idles, so
/// that it is up at once. Lives on the main thread; the session must outlive it.
class MainWindow : public QMainWindow, public Shell
{
    Q_OBJECT
public:
    explicit MainWindow(Session& session, QWidget* parent = nullptr);
    ~MainWindow() override;

    void showPage(const QString& name) override;
    void showRun(const QString& folder) override;
    [[nodiscard]] QString pageTitle(const QString& name) const override;
    void say(const QString& text, bool isError = false) override;
    void openFiles(const QStringList& paths) override;
    void prefill(const nlohmann::json& sections) override;
    void fillForms(const nlohmann::json& sections, Fill fill);
    [[nodiscard]] nlohmann::json collectSections() const override;
    ExperimentRun* runExperiment(Experiment experiment) override;
    [[nodiscard]] ExperimentRun* experimentRun() const override { return m_run; }

    /// "light", "dark" or "system"; remembered.
    void setThemeMode(const QString& mode);
    /// Tells that an earlier window, opened at this time (ISO, UTC), ended unexpectedly, and which runs it left.
    void tellOfACrash(const std::string& openedAt);
    [[nodiscard]] QString currentPage() const { return m_current; }
    [[nodiscard]] QStringList pageKeys() const;
    Page* page(const QString& key) const; ///< made when there is none yet

public slots:
    void openExperiment();
    void saveExperiment();

protected:
    void closeEvent(QCloseEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    struct Entry {
        QString key, title;
        std::function<Page*()> make;
        QString reachedFrom{}; ///< the entry that shows the way to it; empty: it has one of its own in the rail
        Page* page = nullptr;
    };

    void addEntries();
    void addMenus();
    void fitToScreen();
    void tick();
    void setPace();
    void makeNextPage();
    void cycleTheme();
    void setLanguage(const QString& mode);
    void toggleHelp();
    void cancelWork();
    void startStream();
    void openExperimentFile(const QString& path);
    void writeExperiment(const QString& path);
    void onJobFinished(const Job& job);
    void offerTopics(const nlohmann::json& parts);

    Session& m_session;
    mutable std::vector<Entry> m_entries;
    Menus* m_menus;
    Rail* m_rail;
    QStackedWidget* m_stack;
    Banner* m_crashed;
    StatusBar* m_status;
    HelpPanel* m_help;
    QString m_current;
    QString m_experimentName = "experiment";
    nlohmann::json m_unshown = nlohmann::json::object(); ///< of the opened experiment: what no page shows
    ExperimentRun* m_run = nullptr;
    QTimer m_timer, m_idle;
};

} // namespace millrace
