// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/StreamPage.h"

#include "base/Text.h"
#include "charts/Curve.h"
#include "charts/LineChart.h"
#include "models/TableText.h"
#include "models/TrainFeed.h"
#include "models/Values.h"
#include "pages/BestPossible.h"
#include "pages/RejectedBanner.h"
#include "style/Theme.h"
#include "widgets/Fields.h"
#include "widgets/Knob.h"
#include "widgets/Widgets.h"

#include <QButtonGroup>
#include <QComboBox>
#include <QHBoxLayout>
#include <QSpinBox>
#include <QVBoxLayout>
#include <algorithm>
#include <cmath>

namespace millrace
{

namespace
{

constexpr double kNotKnown = std::numeric_limits<double>::quiet_NaN();
constexpr double kFirstRate = 5000;
constexpr std::size_t kMostMarks = 400, kMostPoints = 20'000; ///< of a curve
constexpr double kOneMark = 1.5;                              ///< seconds: what happens within them is one mark
constexpr double kShort = 0.95;    ///< a rate below this share of the one asked for falls short
constexpr double kRateSeconds = 3; ///< a rate is the mean of; mini-datasets arrive whole
constexpr double kInHand = 3000;   ///< a lag that is no lag: records on the way, and the mini-dataset that fills

QString rateText(double rate)
{
    return countText(std::isfinite(rate) ? QVariant(static_cast<qint64>(std::llround(rate))) : QVariant());
}

/// Two significant digits: a slider is no keyboard.
double rounded(double rate)
{
    const double unit = std::pow(10, std::floor(std::log10(rate)) - 1);
    return std::round(rate / unit) * unit;
}

} // namespace

StreamPage::StreamPage(Session& session, Shell& shell)
    : Page("stream", tr("Stream"), session, shell), m_stream(session), m_feed(TrainFeed::of(session)),
      m_rateIn(kNotKnown), m_rateOut(kNotKnown)
{
    makeHead();
    auto* across = new QHBoxLayout(body());
    across->setContentsMargins(0, 0, 0, 0);
    across->setSpacing(12);
    across->addWidget(makeKnobs());
    across->addWidget(makeRight(), 1);
    m_handRests.setSingleShot(true);
    m_handRests.setInterval(250);
    connect(&m_handRests, &QTimer::timeout, this, &StreamPage::turnWaiting);
    m_curves.onPoint = [this](StreamCurves::Curve curve, double x, double y) { addPoint(curve, x, y); };
    m_curves.clear();
    connect(&m_stream, &LiveStream::changed, this, &StreamPage::showState);
    rest();
    showState();
    showNumbers();
}

void StreamPage::makeHead()
{
    addChip(new Chip("◆ " + tr("simulated events"), Chip::Tone::Warning));
    m_topicChip = new Chip(tr("topic %1 · newest 1 GB kept").arg(LiveStream::kTopic));
    m_topicChip->setToolTip(
        tr("The topic is made anew at each start. Its oldest records are deleted when it holds more "
           "than %1, so a stream can run for days.")
            .arg(QString::fromStdString(formatBytes(LiveStream::kRetentionBytes))));
    m_modelChip = new Chip(tr("tutorial network · batch 32"));
    addChip(m_topicChip);
    addChip(m_modelChip);
    m_pause = plainButton("❚❚ " + tr("Pause learning"), "streamPauseButton");
    m_pause->setToolTip(tr("The stream goes on meanwhile: the lag grows, and is worked off afterwards"));
    m_stop = plainButton("■ " + tr("Stop"), "streamStopButton");
    m_start = primaryButton("▶ " + tr("Start"), "streamStartButton");
    for (QPushButton* button : {m_pause, m_stop, m_start})
        addHeadButton(button);
    connect(m_start, &QPushButton::clicked, this, &StreamPage::start);
    connect(m_stop, &QPushButton::clicked, &m_stream, &LiveStream::stop);
    connect(m_pause, &QPushButton::clicked, this, [this] {
        if (Job* learner = m_stream.learner())
            learner->setPaused(learner->state() != Job::State::Paused);
        showState();
    });
}

QWidget* StreamPage::makeKnobs()
{
    auto* panel = new FormPanel;
    panel->setObjectName("streamKnobs");
    panel->setFixedWidth(268);
    panel->addHeading(tr("Source"));
    m_rate = new Knob(tr("records a second"), "streamRateSlider", {100, 200'000, 330, Knob::Scale::Logarithmic},
                      [](double rate) { return countText(static_cast<qint64>(rounded(rate))); });
    m_rate->setValue(kFirstRate);
    connect(m_rate, &Knob::turned, this, [this](double rate) {
        if (!m_samples.empty()) // what was before says nothing of the new rate
            m_samples = {m_samples.back()};
        if (Job* source = m_stream.source())
            if (const auto set = source->setMaxRate(rounded(rate)); !set)
                shell().say(errorText(set.error()), true);
    });
    panel->addWide(m_rate);
    panel->addHeading(tr("Drift"));
    panel->addWide(makeShape());
    m_over = countField("streamOverField", 2, 100'000'000, 50'000);
    m_over->setToolTip(
        tr("Gradual: the value gets there within so many records.\nRecurring: it goes there and comes back "
           "once in so many records."));
    panel->addField(tr("over records"), m_over);
    panel->setFieldVisible(m_over, false);
    connect(m_shape, &QButtonGroup::idToggled, panel,
            [this, panel] { panel->setFieldVisible(m_over, m_shape->checkedId() > 0); });
    for (const DriftKnob& knob : driftKnobs())
        panel->addWide(addKnob(knob));
    auto* back = linkButton(tr("All knobs back"), "streamRestButton");
    back->setToolTip(tr("As the data were before any drift"));
    connect(back, &QPushButton::clicked, this, [this] {
        for (const DriftKnob& knob : driftKnobs())
            turn(knob, m_resting.*knob.value);
        rest();
    });
    auto* row = new QWidget;
    auto* left = new QHBoxLayout(row);
    left->setContentsMargins(0, 0, 0, 0);
    left->addWidget(back);
    left->addStretch(1);
    panel->addWide(row);
    m_about = styledLabel(tr("A knob acts from the next record on."), "small");
    m_about->setWordWrap(true);
    panel->addWide(m_about);
    panel->addStretch();
    return panel;
}

QWidget* StreamPage::makeShape()
{
    auto* row = new QWidget;
    auto* across = new QHBoxLayout(row);
    across->setContentsMargins(0, 2, 0, 2);
    across->setSpacing(4);
    m_shape = new QButtonGroup(this);
    const std::array shapes = {
        std::tuple(tr("abrupt"), "streamAbruptButton", tr("The next record has the new value")),
        std::tuple(tr("gradual"), "streamGradualButton", tr("The value moves there in a straight line")),
        std::tuple(tr("recurring"), "streamRecurringButton",
                   tr("The value goes there and comes back, again and again"))};
    for (const auto& [text, name, tip] : shapes) {
        auto* button = plainButton(text, name);
        button->setCheckable(true);
        button->setToolTip(tip);
        button->setProperty("segment", true);
        m_shape->addButton(button, static_cast<int>(m_shape->buttons().size()));
        across->addWidget(button, 1);
    }
    m_shape->button(0)->setChecked(true);
    return row;
}

Knob* StreamPage::addKnob(const DriftKnob& knob)
{
    const auto steps = static_cast<int>(std::lround((knob.handMaximum - knob.handMinimum) / knob.step));
    auto* widget = new Knob(tableText(knob.title), "stream" + QString::fromStdString(knob.name) + "Slider",
                            {knob.handMinimum, knob.handMaximum, steps},
                            [&knob](double value) { return QString::fromStdString(knob.text(value)); });
    widget->setToolTip(QString::fromStdString(knob.help));
    m_knobs.push_back(widget);
    connect(widget, &Knob::turned, this, [this, &knob](double value) {
        m_about->setText(QString::fromStdString(knob.help));
        // A way there, or back and forth, is meant from where the knob was to where the hand leaves it.
        if (m_shape->checkedId() == 0) {
            turn(knob, value);
            return;
        }
        if (m_waiting != &knob)
            turnWaiting();
        m_waiting = &knob;
        m_handRests.start();
    });
    return widget;
}

void StreamPage::turnWaiting()
{
    m_handRests.stop();
    const DriftKnob* knob = std::exchange(m_waiting, nullptr);
    if (knob)
        turn(*knob, m_knobs[static_cast<std::size_t>(knob - driftKnobs().data())]->value());
}

void StreamPage::turn(const DriftKnob& knob, double value)
{
    Job* source = m_stream.source();
    if (!source || !source->isLive())
        return;
    DriftTurn turn{&knob, value};
    turn.shape = static_cast<DriftTurn::Shape>(m_shape->checkedId());
    turn.over = m_over->value();
    source->turn(turn);
}

/// The knobs as they are before anybody has turned one.
void StreamPage::rest()
{
    for (const DriftKnob& knob : driftKnobs()) {
        Knob* widget = m_knobs[static_cast<std::size_t>(&knob - driftKnobs().data())];
        widget->setValue(m_resting.*knob.value);
        widget->setNow(kNotKnown);
    }
}

QWidget* StreamPage::makeRight()
{
    auto* right = new QWidget;
    auto* down = new QVBoxLayout(right);
    down->setContentsMargins(0, 0, 0, 0);
    down->setSpacing(8);
    m_banner = new Banner;
    m_banner->setObjectName("streamBanner");
    down->addWidget(m_banner);
    m_rejectedBanner = new RejectedBanner(shell());
    down->addWidget(m_rejectedBanner);
    auto* tiles = new QHBoxLayout;
    tiles->setSpacing(8);
    const auto tile = [tiles](const QString& name, const char* objectName) {
        auto* made = new Tile(name);
        made->setObjectName(objectName);
        tiles->addWidget(made);
        return made;
    };
    m_accuracyTile = tile(tr("Accuracy"), "streamAccuracyTile");
    m_bestTile = tile(tr("Best"), "streamBestTile");
    m_inTile = tile(tr("In / s"), "streamInTile");
    m_outTile = tile(tr("Out / s"), "streamOutTile");
    m_lagTile = tile(tr("Lag"), "streamLagTile");
    m_drainTile = tile(tr("Drained in"), "streamDrainTile");
    down->addLayout(tiles);
    m_limits = new QLabel;
    m_limits->setObjectName("streamLimits");
    m_limits->setWordWrap(true);
    m_limits->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    auto* sentence = new Card;
    sentence->content()->setContentsMargins(12, 8, 12, 8);
    sentence->content()->addWidget(m_limits);
    down->addWidget(sentence);
    makeCharts();
    down->addWidget(m_accuracy, 3);
    down->addWidget(m_flow, 2);
    return right;
}

void StreamPage::makeCharts()
{
    const Theme& theme = Theme::current();
    m_accuracy = new LineChart(tr("Accuracy"), tr("seconds"), LineChart::Format::Percent);
    m_accuracy->setObjectName("streamAccuracyChart");
    m_flow = new LineChart(tr("Records a second"), tr("seconds"), LineChart::Format::Count);
    m_flow->setObjectName("streamFlowChart");
    m_flow->setRightAtLeast(kInHand);
    const auto draw = [this](int trace, LineChart* chart, const LineChart::Series& series) {
        m_drawn.at(static_cast<std::size_t>(trace)) = {chart, chart->addSeries(series)};
    };
    draw(StreamCurves::Majority, m_accuracy, {tr("majority class"), theme.class0, 1.3, 0.5});
    draw(StreamCurves::NoChange, m_accuracy, {tr("no change"), theme.class1, 1.3, 0.5});
    draw(StreamCurves::Best, m_accuracy, {tr("best possible"), theme.best, 1.6, 1, false, false, true});
    draw(StreamCurves::Accuracy, m_accuracy, {tr("network"), theme.accuracy, 2.2});
    draw(Lag, m_flow, {tr("lag, records"), theme.lag, 1.6, 1, true});
    draw(RateIn, m_flow, {tr("in"), theme.class0, 1.8});
    draw(RateOut, m_flow, {tr("out"), theme.validation, 1.8});
    m_accuracy->linkX(m_flow);
    for (LineChart* chart : {m_accuracy, m_flow})
        chart->setRightMargin(48);
    m_accuracy->setEmptyText(
        tr("Start the stream, wait until the network has learnt,\nthen turn a knob and see what happens."));
    m_span = choiceField("streamSpanField");
    m_span->setAccessibleName(tr("How much is shown"));
    m_span->addItem(tr("last minute"), 60);
    m_span->addItem(tr("last 5 minutes"), 300);
    m_span->addItem(tr("all"), 0);
    m_accuracy->addTool(m_span);
    connect(m_span, &QComboBox::currentIndexChanged, this, [this] {
        m_marksChanged = true;
        m_accuracy->setFollow(true);
    });
    for (LineChart* chart : {m_accuracy, m_flow})
        chart->refresh();
}

void StreamPage::start()
{
    if (m_stream.state() != LiveStream::State::Idle)
        return;
    m_banner->clear();
    rest();
    m_stream.start(rounded(m_rate->value()));
}

void StreamPage::showState()
{
    using State = LiveStream::State;
    const State state = m_stream.state();
    const bool idle = state == State::Idle;
    m_start->setVisible(idle);
    m_start->setText("▶ " + (m_source ? tr("Start again") : tr("Start")));
    m_stop->setVisible(!idle);
    m_stop->setEnabled(state != State::Stopping);
    m_stop->setText(state == State::Stopping ? tr("Stopping…") : "■ " + tr("Stop"));
    Job* learner = m_stream.learner();
    m_pause->setVisible(state == State::Running);
    m_pause->setText(learner && learner->state() == Job::State::Paused ? "▶ " + tr("Go on learning")
                                                                       : "❚❚ " + tr("Pause learning"));
    if (idle && !m_stream.error().message.empty())
        m_banner->showMessage(errorText(m_stream.error()), true);
    m_rejectedBanner->showResult(idle && learner && !learner->isLive() ? learner->result() : nlohmann::json());
    if (m_stream.source() && m_stream.source() != m_source)
        begin();
}

/// A new stream: empty charts.
void StreamPage::begin()
{
    m_source = m_stream.source();
    m_curves.clear();
    m_marks.clear();
    m_samples.clear();
    m_rateIn = m_rateOut = kNotKnown;
    m_lag = -1;
    m_place = {};
    m_marksChanged = true;
    for (LineChart* chart : {m_accuracy, m_flow}) {
        chart->clear();
        chart->setFollow(true);
    }
}

/// In bounded memory: when there are too many points, every other one of the older half goes.
void StreamPage::addPoint(int curve, double x, double y)
{
    const auto& [chart, series] = m_drawn.at(static_cast<std::size_t>(curve));
    chart->add(series, x, y);
    const auto& points = chart->curve(series).points();
    if (points.size() <= kMostPoints)
        return;
    std::vector<double> keptX, keptY;
    for (std::size_t i = 0; i < points.size(); i += i < points.size() / 2 ? 2 : 1) {
        keptX.push_back(points[i].x);
        keptY.push_back(points[i].y);
    }
    chart->setData(series, keptX, keptY);
}

void StreamPage::takeSource()
{
    if (!m_source)
        return;
    for (const MetricPoint& point : m_source->metrics().drain())
        m_curves.addSource(point);
    for (const Note& note : m_source->drainNotes())
        if (note.records >= 0)
            addMark({m_curves.secondOf(static_cast<double>(note.records)), QString::fromStdString(note.text),
                     Mark::Kind::Turn});
}

/// Where the simulation stands, and how far behind it the learner is.
void StreamPage::takeView()
{
    if (!m_source)
        return;
    const auto views = m_source->drainViews();
    if (views.empty())
        return;
    const nlohmann::json& standing = views.back()["knobs"];
    if (m_samples.empty()) // nobody has turned it yet
        for (const DriftKnob& knob : driftKnobs())
            m_resting.*knob.value = numberOr(standing, knob.name.c_str());
    for (const DriftKnob& knob : driftKnobs())
        m_knobs[static_cast<std::size_t>(&knob - driftKnobs().data())]->setNow(numberOr(standing, knob.name.c_str()));
    sample(numberOr(views.back(), "seconds"), numberOr(views.back(), "records"));
}

void StreamPage::sample(double second, double simulated)
{
    const Job* learner = m_stream.learner();
    const auto learnt = learner ? static_cast<double>(std::max<std::int64_t>(0, learner->progress().records)) : 0.0;
    m_samples.push_back({second, simulated, learnt});
    while (m_samples.size() > 2 && m_samples.back().second - m_samples[1].second >= kRateSeconds)
        m_samples.pop_front();
    const Sample &first = m_samples.front(), &now = m_samples.back();
    m_lag = std::max<std::int64_t>(0, std::llround(simulated) - m_curves.position());
    if (now.second <= first.second)
        return;
    m_rateIn = (now.in - first.in) / (now.second - first.second);
    m_rateOut = std::max(0.0, now.out - first.out) / (now.second - first.second); // it may go back to its commit
    addPoint(RateIn, now.second, m_rateIn);
    addPoint(RateOut, now.second, m_rateOut);
    addPoint(Lag, now.second, static_cast<double>(m_lag));
}

void StreamPage::takeLearner()
{
    m_feed.pump();
    if (!m_stream.learner() || m_feed.job() != m_stream.learner())
        return;
    for (const MetricPoint& point : m_feed.next(m_place))
        m_curves.addLearner(point);
    for (const Note& note : m_feed.nextNotes(m_place)) {
        if (note.records >= 0)
            addMark(markOf(note));
    }
}

StreamPage::Mark StreamPage::markOf(const Note& note) const
{
    const double second = m_curves.secondOfScored(note.records);
    const QString by = QString::fromStdString(note.detector);
    switch (note.kind) {
    case Note::Kind::ErrorRose:
        return {second, "▲ " + by, Mark::Kind::Rose};
    case Note::Kind::ErrorFell:
        return {second, "▼ " + by, Mark::Kind::Fell};
    case Note::Kind::Other:
        break;
    }
    return {second, QString::fromStdString(note.text), Mark::Kind::Other};
}

/// A hand on a slider makes many turns and one mark; so do detectors that fire together.
void StreamPage::addMark(const Mark& mark)
{
    const auto isSame = [&mark](const Mark& other) {
        return other.kind == mark.kind && mark.kind != Mark::Kind::Other && mark.second - other.second < kOneMark &&
               (mark.kind != Mark::Kind::Turn || other.text.section(' ', 0, 1) == mark.text.section(' ', 0, 1));
    };
    const auto same = std::ranges::find_if(m_marks, isSame);
    if (same == m_marks.end())
        m_marks.push_back(mark);
    else if (mark.kind == Mark::Kind::Turn)
        same->text = mark.text;
    else if (const QString detector = mark.text.section(' ', 1); !same->text.contains(detector))
        same->text += ", " + detector;
    if (m_marks.size() > kMostMarks)
        m_marks.pop_front();
    m_marksChanged = true;
}

void StreamPage::showMarks()
{
    if (!std::exchange(m_marksChanged, false))
        return;
    const Theme& theme = Theme::current();
    const double span = m_span->currentData().toDouble();
    m_accuracy->clearMarks();
    for (const Mark& mark : m_marks)
        if (span <= 0 || mark.second >= newest() - span)
            m_accuracy->addMark(mark.second, mark.text,
                                mark.kind == Mark::Kind::Turn   ? theme.accent
                                : mark.kind == Mark::Kind::Rose ? theme.error
                                                                : theme.dim);
}

double StreamPage::newest() const
{
    const Curve& curve = m_flow->curve(m_drawn[RateIn].series);
    return curve.isEmpty() ? 0 : curve[curve.size() - 1].x;
}

/// The time that is shown, and the accuracies in it.
void StreamPage::fitRanges()
{
    const double span = m_span->currentData().toDouble(), from = span > 0 ? std::max(0.0, newest() - span) : 0;
    for (LineChart* chart : {m_accuracy, m_flow})
        chart->setXRange(from, std::max(newest(), from + 10));
    Extent shown;
    for (std::size_t i = 0; i < StreamCurves::kCurves; ++i) {
        const Curve& curve = m_accuracy->curve(m_drawn.at(i).series);
        shown.include(curve.extent(curve.indexOf(from), curve.size()));
    }
    if (!shown.isEmpty()) // in steps of 10 %, with room for the marks' texts above
        m_accuracy->setYRange(std::floor(shown.low * 10) / 10, std::min(1.1, std::ceil(shown.high * 10 + 0.5) / 10));
}

bool StreamPage::brokerIsGone() const
{
    return session().isExternal() ? session().externalAnswer() == Session::Answer::No
                                  : session().cluster().state() != LocalCluster::State::Running;
}

bool StreamPage::keepsUp() const
{
    return static_cast<double>(m_lag) <= std::max(kInHand, m_rateIn);
}

std::pair<QString, const char*> StreamPage::whatLimits() const
{
    using State = LiveStream::State;
    switch (m_stream.state()) {
    case State::Idle:
        return {m_source
                    ? tr("Stopped. The run with its model stands on the page Runs.")
                    : tr("One click: a Kafka broker, a topic, a simulation of particle collisions that feeds it, and "
                         "a network that learns from it as it comes."),
                "dim"};
    case State::Starting:
        return {(m_stream.step().isEmpty() ? tr("Starting the network") : m_stream.step()) + " …", "dim"};
    case State::Stopping:
        return {tr("Stopping …"), "dim"};
    case State::Running:
        break;
    }
    const double asked = rounded(m_rate->value());
    const QString in = rateText(m_rateIn), out = rateText(m_rateOut);
    if (m_stream.learner()->state() == Job::State::Paused)
        return {"❚❚ " + tr("Learning is paused: the lag grows by %1 records a second.").arg(in), "warn"};
    if (brokerIsGone())
        return {"■ " +
                    tr("The broker is gone: nothing comes and nothing is learnt. The stream goes on when it is back: "
                       "the page Cluster tells why, and starts it again."),
                "error"};
    const bool falling = m_rateIn < kShort * asked;
    if (falling && !keepsUp())
        return {"▲ " + tr("Limited by this machine: it simulates %1 and learns %2 records a second.").arg(in, out),
                "warn"};
    if (falling)
        return {"● " + tr("Limited by the simulation: %1 records a second are asked for, this machine makes %2.")
                           .arg(rateText(asked), in),
                "ok"};
    if (keepsUp())
        return {"● " + tr("Limited by the source's rate: the network keeps up, and waits for records."), "ok"};
    if (m_rateOut > m_rateIn)
        return {"● " +
                    tr("Limited by training: the network learns %1 records a second and works the lag off.").arg(out),
                "ok"};
    return {"▲ " +
                tr("Limited by training: %1 records come a second, %2 are learnt. Beyond a lag of 2,000,000 it skips "
                   "ahead.")
                    .arg(in, out),
            "warn"};
}

void StreamPage::showNumbers()
{
    const auto last = [this](std::size_t curve) { return m_accuracy->lastValue(m_drawn.at(curve).series); };
    m_accuracyTile->setValue(percentText(last(StreamCurves::Accuracy)));
    m_bestTile->setValue(percentText(last(StreamCurves::Best)));
    const bool flows = isLive() && !brokerIsGone();
    m_inTile->setValue(rateText(flows ? m_rateIn : kNotKnown));
    m_outTile->setValue(rateText(flows ? m_rateOut : kNotKnown));
    m_lagTile->setValue(m_lag < 0 ? "–" : countText(static_cast<qint64>(m_lag)));
    const double gained = m_rateOut - m_rateIn;
    m_drainTile->setValue(m_lag < 0 || !flows ? "–"
                          : keepsUp()         ? "0 s"
                          : gained > 0        ? durationText(static_cast<double>(m_lag) / gained)
                                              : tr("never"));
    const auto [sentence, role] = whatLimits();
    if (m_limits->text() != sentence)
        m_limits->setText(sentence);
    setStyleProperty(m_limits, "role", role);
}

void StreamPage::tick()
{
    takeSource();
    takeLearner();
    takeView();
    fitRanges();
    showMarks();
    showNumbers();
    for (LineChart* chart : {m_accuracy, m_flow})
        chart->refresh();
}

void StreamPage::restyle()
{
    const Theme& theme = Theme::current();
    const std::array<QColor, kTraces> colours = {theme.accuracy, theme.best,       theme.class0, theme.class1,
                                                 theme.class0,   theme.validation, theme.lag};
    for (std::size_t i = 0; i < kTraces; ++i)
        m_drawn.at(i).chart->setSeriesColor(m_drawn.at(i).series, colours.at(i));
    for (LineChart* chart : {m_accuracy, m_flow})
        chart->restyle();
    m_marksChanged = true;
}

} // namespace millrace
