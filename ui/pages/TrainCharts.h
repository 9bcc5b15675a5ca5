// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/TrainFeed.h"

#include <QWidget>
#include <functional>

class QCheckBox;
class QComboBox;

namespace millrace
{

class LineChart;

/// Loss, accuracy and lag of a training under each other on one x axis: records, steps or seconds.
class TrainCharts : public QWidget
{
    Q_OBJECT
public:
    explicit TrainCharts(QWidget* parent = nullptr);

    void update(const TrainFeed& feed);                               ///< every tick
    void setBest(double loss, double accuracy);                       ///< NaN: unknown
    void setVerdict(const QVariant& verdict) { m_verdict = verdict; } ///< the lag monitor's, of an online run's group
    void restyle();
    [[nodiscard]] double smoothedLoss() const { return m_smoothLoss.value(); }
    [[nodiscard]] double smoothedAccuracy() const { return m_smoothAccuracy.value(); }
    [[nodiscard]] bool isEmpty() const { return m_cursor == 0; }
    /// Writes <stem>-loss, -accuracy and -lag beside each other; false when one cannot be written.
    bool save(const QString& file);

signals:
    void saved(const QString& file, bool good);

private:
    void addTools();
    void begin(const TrainFeed& feed);
    void add(const MetricPoint& point);
    void addNotes(const TrainFeed& feed);
    void showLagNote(const TrainFeed& feed);
    void fitRange(const Job& job);
    [[nodiscard]] double xOf(const MetricPoint& point) const;
    void saveAs();
    void forAll(const std::function<void(LineChart&)>& action);

    LineChart* m_loss;
    LineChart* m_accuracy;
    LineChart* m_lag;
    QCheckBox* m_logY;
    QCheckBox* m_follow;
    QComboBox* m_x;
    int m_lossRaw, m_lossSmooth, m_accuracySmooth, m_lagLeft, m_majority, m_noChange;
    int m_generation = -1;
    std::size_t m_cursor = 0, m_notes = 0;
    double m_total = 0; ///< records of the whole training, as far as known
    double m_bestLoss, m_bestAccuracy;
    double m_lastX = 0;
    std::int64_t m_lastRecords = 1;
    bool m_online = false, m_wasLive = false;
    QVariant m_verdict;
    Smoother m_smoothLoss, m_smoothAccuracy;
};

} // namespace millrace
