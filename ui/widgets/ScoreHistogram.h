// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
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
    void setClassName(const QString& name); ///< of class 1
    [[nodiscard]] const Bins& bins() const { return m_bins; }
    [[nodiscard]] bool isEmpty() const { return m_bins[0].empty() || m_bins[0].size() != m_bins[1].size(); }
    /// [actual][predicted] when records of at least the threshold count as class 1; exact at a bin's edge.
    [[nodiscard]] std::vector<std::vector<std::int64_t>> confusionAt(int firstBinOfClass1) const;
    [[nodiscard]] QSize minimumSizeHint() const override { return {200, 90}; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    Bins m_bins;
    double m_threshold = 0.5;
    QString m_className;
};

} // namespace millrace
