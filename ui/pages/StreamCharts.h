// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "charts/TimeGap.h"
#include "models/StreamCurves.h"
#include "models/StreamMarks.h"

#include <QWidget>
#include <array>

class QComboBox;

namespace millrace
{

class LineChart;

/// A live stream over its seconds: accuracy against the best possible, with turned knobs and drifts as marks; below it
/// the rates in and out, and the lag.
class StreamCharts : public QWidget
{
    Q_OBJECT
public:
    /// The curves of both charts: those of StreamCurves, then rate in, rate out and lag.
    enum Trace { RateIn = StreamCurves::kCurves, RateOut, Lag, kTraces };

    explicit StreamCharts(QWidget* parent = nullptr);

    void begin(); ///< a new stream
    void add(int trace, double second, double value);
    void addMark(const StreamMark& mark);
    [[nodiscard]] double last(int trace) const; ///< NaN before the first
    void refresh();
    void restyle();

private:
    struct Range {
        double minimum = 0, maximum = 0;
        bool operator==(const Range&) const = default;
    };
    /// The time that is shown, and the accuracies in it.
    struct Ranges {
        Range seconds, accuracies;
        bool operator==(const Ranges&) const = default;
    };
    void addTraces();
    void addSpanTool();
    [[nodiscard]] Ranges ranges() const;
    void fitRanges();
    void showMarks();
    [[nodiscard]] double newest() const; ///< second of the stream
    [[nodiscard]] double span() const;   ///< seconds that are shown; 0: all

    struct Drawn {
        LineChart* chart = nullptr;
        int series = 0;
    };
    LineChart *m_accuracy, *m_flow;
    QComboBox* m_span;
    std::array<Drawn, kTraces> m_drawn;
    std::array<TimeGap, kTraces> m_gaps;
    StreamMarks m_marks;
    bool m_marksChanged = false;
    Ranges m_ranges;
};

} // namespace millrace
