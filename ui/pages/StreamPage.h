// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/StreamCurves.h"
#include "models/StreamFlow.h"
#include "models/TrainFeed.h"
#include "pages/JobPage.h"
#include "session/LiveStream.h"

namespace millrace
{

class StreamCharts;
class StreamKnobs;
class StreamNumbers;

/// A simulated stream that drifts while one turns its knobs, and a network that learns from it: accuracy against the
/// best possible, what the drift detectors say, rate in and out, lag, and what limits the run. The job that it follows
/// is the learner; the stream (session/LiveStream) is both.
class StreamPage final : public JobPage
{
    Q_OBJECT
public:
    StreamPage(Session& session, Shell& shell);

    void start() override; ///< when it does not run
    void tick() override;
    void restyle() override;

private:
    void makeHead();
    QWidget* makeRight();
    [[nodiscard]] Phase phase() const override;
    void stop() override;
    void showState() override;
    void showOutcome() override;
    void onStreamChanged();
    void turn(const DriftTurn& turn);
    void changeRate(double rate);

    void begin();
    void takeSource();
    void takeLearner();
    void takeView();
    void showNumbers();
    [[nodiscard]] bool brokerIsGone() const;

    LiveStream m_stream;
    TrainFeed& m_feed;
    TrainFeed::Place m_place;
    StreamCurves m_curves;
    StreamFlow m_flow;
    QPointer<Job> m_source; ///< whose curves are shown
    StreamKnobs* m_knobs;
    StreamNumbers* m_numbers;
    StreamCharts* m_charts;
};

} // namespace millrace
