// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <QWidget>
#include <cstdint>
#include <vector>

namespace millrace
{

/// How often numbers fall into equal bins of a range, with the range and what the numbers are below.
class BinHistogram : public QWidget
{
    Q_OBJECT
public:
    struct Bins {
        std::vector<std::int64_t> counts;
        double from = 0, to = 1;
        std::int64_t below = 0, above = 0; ///< of numbers outside of the range; said where there are some
    };

    explicit BinHistogram(QWidget* parent = nullptr);
    void setName(const QString& name); ///< "residual: actual − predicted, m/s"
    void setBins(Bins bins);
    void setEmptyText(const QString& text) { m_emptyText = text; }
    [[nodiscard]] const Bins& bins() const { return m_bins; }
    [[nodiscard]] QSize minimumSizeHint() const override { return {120, 76}; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    [[nodiscard]] QString tellBins() const;
    [[nodiscard]] QString outsideText() const;

    Bins m_bins;
    QString m_name, m_emptyText;
};

} // namespace millrace
