// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "charts/Smoother.h"
#include "models/TrainFeed.h"
#include "pages/TableChoice.h"
#include "session/ExperimentRun.h"
#include "shell/Page.h"

#include <span>

class QLabel;
class QPushButton;

namespace millrace
{

class Banner;
class Card;
class DataTable;
class LineChart;
class RowsModel;
class StepList;

/// Where one begins: the tutorial (or an opened experiment) as one button with its steps ticking off, a drop zone, the
/// last runs.
class StartPage : public Page
{
    Q_OBJECT
public:
    StartPage(Session& session, Shell& shell);

    /// Shows an opened experiment in the tutorial's place, ready to run.
    void offer(const Experiment& experiment);
    void tick() override;
    void entered() override;
    void restyle() override;

signals:
    void openRequested();
    void saveRequested();
    void streamRequested();

private:
    void makeHead();
    Card* makeExperimentCard();
    QWidget* makeSide();
    Card* makeStreamCard();
    void offerTutorial(const QString& events);
    void chooseData();
    void showSteps();
    [[nodiscard]] QString liveText(const Job* job) const;
    void showButtons();
    void runOrPause();
    [[nodiscard]] bool drawsNow() const;
    void beginChart();
    void nameChart();
    bool drawChart(); ///< false: nothing was new
    void addPoints(std::span<const MetricPoint> points);
    void listRuns();
    void offerFile(const Job& job);
    [[nodiscard]] ExperimentRun* ownRun() const;
    [[nodiscard]] bool isLive() const;

    TrainFeed& m_feed;
    Experiment m_offered;
    QLabel* m_heading;
    QLabel* m_subtitle;
    QPushButton* m_run;
    QPushButton* m_stop;
    QPushButton* m_data;
    QPushButton* m_download;
    QPushButton* m_learn;
    TableChoice m_table; ///< that was read last
    StepList* m_steps;
    LineChart* m_chart;
    int m_loss = 0, m_left = 0;
    QPointer<Job> m_drawn; ///< whose curve the chart shows
    QString m_named;       ///< the run in its title
    TrainFeed::Place m_place;
    Smoother m_smooth, m_smoothScore;
    DataTable* m_recent;
    RowsModel* m_recentModel;
};

} // namespace millrace
