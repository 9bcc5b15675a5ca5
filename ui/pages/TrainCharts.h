// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "charts/TimeGap.h"
#include "models/TrainFeed.h"

#include <QWidget>
#include <array>
#include <functional>

class QCheckBox;
class QComboBox;
class QSlider;

namespace millrace
{

class LineChart;

/// Loss, the task's score and lag of a training under each other on one x axis: records, steps or seconds.
class TrainCharts : public QWidget
{
    Q_OBJECT
public:
    explicit TrainCharts(QWidget* parent = nullptr);

    void clear();                            ///< of a training that is to come nothing is drawn
    void update(const TrainFeed& feed);      ///< every tick
    void setBest(double loss, double score); ///< NaN: unknown
    void setVerdict(const QVariant& verdict) { m_verdict = verdict; } ///< the lag monitor's, of an online run's group
    void redraw() { m_place = {}; }                                   ///< from the feed, at the next update()
    void restyle();
    [[nodiscard]] double smoothedLoss() const; ///< NaN before the first point
    [[nodiscard]] double smoothedScore() const;
    /// The last ones of the validation part; NaN without one.
    [[nodiscard]] double validationLoss() const;
    [[nodiscard]] double validationScore() const;
    [[nodiscard]] bool isEmpty() const { return m_place.index == 0; }
    /// Writes <stem>-loss, -score and -lag beside each other; false when one cannot be written.
    bool save(const QString& file);

signals:
    void saved(const QString& file, bool good);

private:
    void addTools();
    void addSmoothingTool();
    void smooth();
    void begin(const TrainFeed& feed);
    void showScore(const Task& task);
    void breakLines(double x);
    void add(const MetricPoint& point);
    void addNotes(const TrainFeed& feed);
    void showLagNote(const TrainFeed& feed);
    void fitRange(const Job& job);
    [[nodiscard]] double xOf(const MetricPoint& point) const;
    void saveAs();
    void forAll(const std::function<void(LineChart&)>& action);

    LineChart* m_loss;
    LineChart* m_score;
    LineChart* m_lag;
    QCheckBox* m_logY;
    QCheckBox* m_follow;
    QComboBox* m_x;
    QSlider* m_smoothing;
    int m_lossRaw, m_lossSmooth, m_lossValidation, m_scoreRaw, m_scoreSmooth, m_scoreValidation, m_lagLeft, m_majority,
        m_noChange;
    TrainFeed::Place m_place;
    double m_total = 0; ///< records of the whole training, as far as known
    double m_bestLoss, m_bestScore;
    double m_lastX = 0;
    std::int64_t m_lastRecords = 1;
    TimeGap m_gap;
    bool m_online = false, m_wasLive = false;
    QVariant m_verdict;
    std::array<int, 2> m_smoothings; ///< the slider's values, of training and of online learning
};

} // namespace millrace
