// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStringList>
#include <QWidget>
#include <array>
#include <cstdint>
#include <vector>

namespace millrace
{

/// How the model's probabilities are spread, in the classes' colours, with the threshold as a line.
class ScoreHistogram : public QWidget
{
    Q_OBJECT
public:
    using Bins = std::array<std::vector<std::int64_t>, 2>; ///< by class, equal bins over [0, 1]

    explicit ScoreHistogram(QWidget* parent = nullptr);
    void setBins(Bins bins);
    void setThreshold(double threshold);
    void setClassNames(const QStringList& names); ///< of both
    [[nodiscard]] const Bins& bins() const { return m_bins; }
    [[nodiscard]] bool isEmpty() const { return m_bins[0].empty() || m_bins[0].size() != m_bins[1].size(); }
    /// [actual][predicted] when records of at least the threshold count as class 1; exact at a bin's edge.
    [[nodiscard]] std::vector<std::vector<std::int64_t>> confusionAt(int firstBinOfClass1) const;
    /// From which probability on a record counts as class 1 where the rates are these (a point of the ROC), as if a
    /// bin's records were spread evenly over it; NaN without records of both classes.
    [[nodiscard]] double thresholdAt(double falsePositiveRate, double truePositiveRate) const;
    [[nodiscard]] QSize minimumSizeHint() const override { return {200, 90}; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    void paintNames(QPainter& painter) const;
    void paintBars(QPainter& painter, const QRectF& area) const;
    Bins m_bins;
    double m_threshold = 0.5;
    QStringList m_names{{}, {}};
};

} // namespace millrace
