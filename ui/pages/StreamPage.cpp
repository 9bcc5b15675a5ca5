// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/StreamPage.h"

#include "base/Text.h"
#include "models/Values.h"
#include "pages/AskingBanner.h"
#include "pages/BestPossible.h"
#include "pages/StreamCharts.h"
#include "pages/StreamKnobs.h"
#include "pages/StreamNumbers.h"
#include "widgets/Widgets.h"

#include <QHBoxLayout>
#include <QVBoxLayout>
#include <algorithm>

namespace millrace
{

StreamPage::StreamPage(Session& session, Shell& shell)
    : JobPage("stream", tr("Stream"), session, shell), m_stream(session), m_feed(TrainFeed::of(session)),
      m_knobs(new StreamKnobs), m_numbers(new StreamNumbers), m_charts(new StreamCharts)
{
    makeHead();
    auto* across = new QHBoxLayout(body());
    across->setContentsMargins(0, 0, 0, 0);
    across->setSpacing(12);
    across->addWidget(m_knobs);
    across->addWidget(makeRight(), 1);
    m_curves.onPoint = [this](StreamCurves::Curve curve, double x, double y) { m_charts->add(curve, x, y); };
    m_curves.clear();
    connect(m_knobs, &StreamKnobs::rateTurned, this, &StreamPage::changeRate);
    connect(m_knobs, &StreamKnobs::turned, this, &StreamPage::turn);
    connect(&m_stream, &LiveStream::changed, this, &StreamPage::onStreamChanged);
    showState();
    showNumbers();
}

void StreamPage::makeHead()
{
    addChip(new Chip("◆ " + tr("simulated events"), Chip::Tone::Warning));
    auto* topic = new Chip(tr("topic %1 · newest 1 GB kept").arg(LiveStream::kTopic));
    topic->setToolTip(tr("The topic is made anew at each start. Its oldest records are deleted when it holds more "
                         "than %1, so a stream can run for days.")
                          .arg(QString::fromStdString(formatBytes(LiveStream::kRetentionBytes))));
    addChip(topic);
    addChip(new Chip(tr("tutorial network · batch 32")));
    addHeadButtons({.start = "▶ " + tr("Start"),
                    .pauseTip = tr("The stream goes on meanwhile: the lag grows, and is worked off afterwards"),
                    .pause = "❚❚ " + tr("Pause learning"),
                    .resume = "▶ " + tr("Go on learning"),
                    .stopping = tr("Stopping…")});
}

QWidget* StreamPage::makeRight()
{
    auto* right = new QWidget;
    auto* down = new QVBoxLayout(right);
    down->setContentsMargins(0, 0, 0, 0);
    down->setSpacing(8);
    addBanners(down);
    down->addWidget(m_numbers);
    down->addWidget(m_charts, 1);
    return right;
}

void StreamPage::changeRate(double rate)
{
    m_flow.forgetRates();
    if (Job* source = m_stream.source())
        if (const auto set = source->setMaxRate(rate); !set)
            shell().say(errorText(set.error()), true);
}

void StreamPage::turn(const DriftTurn& turn)
{
    Job* source = m_stream.source();
    if (source && source->isLive())
        source->turn(turn);
}

void StreamPage::start()
{
    if (phase() != Phase::Idle)
        return;
    banner().clear();
    m_knobs->rest();
    m_stream.start(m_knobs->rate());
}

void StreamPage::stop()
{
    m_stream.stop();
}

JobPage::Phase StreamPage::phase() const
{
    switch (m_stream.state()) {
    case LiveStream::State::Idle:
        return Phase::Idle;
    case LiveStream::State::Starting:
        return Phase::Starting;
    case LiveStream::State::Stopping:
        return Phase::Stopping;
    case LiveStream::State::Running:
        break;
    }
    return job() && job()->state() == Job::State::Paused ? Phase::Paused : Phase::Running;
}

void StreamPage::onStreamChanged()
{
    if (m_stream.source() && m_stream.source() != m_source)
        begin();
    if (m_stream.learner() && m_stream.learner() != job())
        follow(m_stream.learner());
    else
        showState();
}

void StreamPage::showState()
{
    JobPage::showState();
    startButton().setText("▶ " + (m_source ? tr("Start again") : tr("Start")));
    pauseButton().setVisible(phase() == Phase::Running || phase() == Phase::Paused);
}

/// Of both jobs, whichever ended the stream.
void StreamPage::showOutcome()
{
    if (phase() == Phase::Idle && !m_stream.error().message.empty())
        banner().tell(errorText(m_stream.error()), true);
}

/// A new stream: empty charts.
void StreamPage::begin()
{
    m_source = m_stream.source();
    m_curves.clear();
    m_flow.clear();
    m_place = {};
    m_charts->begin();
}

void StreamPage::takeSource()
{
    if (!m_source)
        return;
    for (const MetricPoint& point : m_source->metrics().drain())
        m_curves.addSource(point);
    for (const Note& note : m_source->drainNotes())
        if (note.records >= 0)
            m_charts->addMark({m_curves.secondOf(static_cast<double>(note.records)), QString::fromStdString(note.text),
                               StreamMark::Kind::Turn});
}

void StreamPage::takeLearner()
{
    m_feed.pump();
    if (!m_stream.learner() || m_feed.job() != m_stream.learner())
        return;
    for (const MetricPoint& point : m_feed.next(m_place))
        m_curves.addLearner(point);
    for (const Note& note : m_feed.nextNotes(m_place))
        if (note.records >= 0)
            m_charts->addMark(streamMarkOf(note, m_curves.secondOfScored(note.records)));
}

/// Where the simulation stands, and how far behind it the learner is.
void StreamPage::takeView()
{
    if (!m_source)
        return;
    const auto views = m_source->drainViews();
    if (views.empty())
        return;
    const nlohmann::json& view = views.back();
    if (m_flow.isEmpty()) // nobody has turned a knob yet
        m_knobs->setResting(jsonChild(view, "knobs"));
    m_knobs->showStanding(jsonChild(view, "knobs"));
    const double second = numberOr(view, "seconds");
    const Job* learner = m_stream.learner();
    const std::int64_t learnt = learner ? std::max<std::int64_t>(0, learner->progress().records) : 0;
    if (!m_flow.add({second, numberOr(view, "records"), static_cast<double>(learnt), m_curves.position()}))
        return;
    m_charts->add(StreamCharts::RateIn, second, m_flow.rateIn());
    m_charts->add(StreamCharts::RateOut, second, m_flow.rateOut());
    m_charts->add(StreamCharts::Lag, second, static_cast<double>(m_flow.lag()));
}

bool StreamPage::brokerIsGone() const
{
    return session().isExternal() ? session().externalAnswer() == Session::Answer::No
                                  : session().cluster().state() != LocalCluster::State::Running;
}

void StreamPage::showNumbers()
{
    const bool isGone = m_stream.state() == LiveStream::State::Running && brokerIsGone();
    m_numbers->showNow({phase(), m_stream.step(), m_source != nullptr, isGone, m_knobs->rate(),
                        m_charts->last(StreamCurves::Accuracy), m_charts->last(StreamCurves::Best), m_flow});
}

void StreamPage::tick()
{
    takeSource();
    takeLearner();
    takeView();
    m_charts->refresh();
    showNumbers();
}

void StreamPage::restyle()
{
    m_charts->restyle();
}

} // namespace millrace
