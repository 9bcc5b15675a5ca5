// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/StreamCurves.h"
#include "models/TrainFeed.h"
#include "session/LiveStream.h"
#include "shell/Page.h"

#include <array>
#include <deque>
#include <vector>

class QButtonGroup;
class QComboBox;
class QLabel;
class QPushButton;
class QSpinBox;

namespace millrace
{

class Banner;
class RejectedBanner;
class Card;
class Chip;
class Knob;
class LineChart;
class Tile;

/// A simulated stream that drifts while one turns its knobs, and a network that learns from it: accuracy against the
/// best possible, what the drift detectors say, rate in and out, lag, and what limits the run.
class StreamPage : public Page
{
    Q_OBJECT
public:
    StreamPage(Session& session, Shell& shell);

    void start(); ///< when it does not run
    void tick() override;
    void restyle() override;

private:
    /// What happened at a moment, drawn as a vertical line.
    struct Mark {
        enum class Kind { Turn, Rose, Fell, Other };
        double second = 0;
        QString text;
        Kind kind = Kind::Other;
    };

    void makeHead();
    QWidget* makeKnobs();
    QWidget* makeShape();
    QWidget* makeRight();
    void makeCharts();
    Knob* addKnob(const DriftKnob& knob);
    void turn(const DriftKnob& knob, double value);
    void turnWaiting();
    void rest();
    void showState();

    void begin();
    void takeSource();
    void takeLearner();
    void takeView();
    void sample(double second, double simulated);
    [[nodiscard]] Mark markOf(const Note& note) const;
    void addMark(const Mark& mark);
    void addPoint(int curve, double x, double y);
    void showMarks();
    [[nodiscard]] double newest() const; ///< second of the stream
    void fitRanges();
    void showNumbers();
    /// What is behind is on its way, or in the mini-dataset that fills.
    [[nodiscard]] bool keepsUp() const;
    /// A sentence, and its role in the style sheet.
    [[nodiscard]] std::pair<QString, const char*> whatLimits() const;
    [[nodiscard]] bool isLive() const { return m_stream.state() == LiveStream::State::Running; }
    [[nodiscard]] bool brokerIsGone() const;

    LiveStream m_stream;
    TrainFeed& m_feed;
    StreamCurves m_curves;

    QPushButton *m_start, *m_pause, *m_stop;
    Chip *m_modelChip, *m_topicChip;
    Banner* m_banner;
    RejectedBanner* m_rejectedBanner;
    Tile *m_accuracyTile, *m_bestTile, *m_inTile, *m_outTile, *m_lagTile, *m_drainTile;
    QLabel *m_limits, *m_about;
    Knob* m_rate;
    std::vector<Knob*> m_knobs; ///< as driftKnobs()
    QButtonGroup* m_shape;
    QSpinBox* m_over;
    QComboBox* m_span;
    LineChart *m_accuracy, *m_flow;

    /// Curves of both charts: those of StreamCurves, then rate in, rate out and lag.
    enum { RateIn = StreamCurves::kCurves, RateOut, Lag, kTraces };
    struct Drawn {
        LineChart* chart = nullptr;
        int series = 0;
    };
    std::array<Drawn, kTraces> m_drawn;
    std::deque<Mark> m_marks;
    bool m_marksChanged = false;
    QPointer<Job> m_source; ///< whose curves are shown
    TrainFeed::Place m_place;
    /// Of the last second: the stream's second, records simulated and learnt.
    struct Sample {
        double second = 0, in = 0, out = 0;
    };
    std::deque<Sample> m_samples;
    double m_rateIn, m_rateOut;
    std::int64_t m_lag = -1;
    DriftKnobs m_resting{.classPrior = 0.46}; ///< before any drift; the stream tells it exactly
    const DriftKnob* m_waiting = nullptr;     ///< turned, but the hand is still on it
    QTimer m_handRests;
};

} // namespace millrace
