// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/StreamNumbers.h"

#include "models/StreamFlow.h"
#include "models/Values.h"
#include "widgets/Widgets.h"

#include <QHBoxLayout>
#include <QVBoxLayout>
#include <cmath>

namespace millrace
{

namespace
{

constexpr double kNotKnown = std::numeric_limits<double>::quiet_NaN();
constexpr double kShort = 0.95; ///< a rate below this share of the one asked for falls short

QString rateText(double rate)
{
    return countText(std::isfinite(rate) ? QVariant(static_cast<qint64>(std::llround(rate))) : QVariant());
}

QString drainedIn(const StreamFlow& flow)
{
    if (flow.keepsUp())
        return "0 s";
    const double left = flow.secondsToDrain();
    return std::isfinite(left) ? durationText(left) : StreamNumbers::tr("never");
}

} // namespace

StreamNumbers::StreamNumbers(QWidget* parent) : QWidget(parent), m_limits(new QLabel)
{
    m_limits->setObjectName("streamLimits");
    m_limits->setWordWrap(true);
    m_limits->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    auto* sentence = new Card;
    sentence->content()->setContentsMargins(12, 8, 12, 8);
    sentence->content()->addWidget(m_limits);
    auto* down = new QVBoxLayout(this);
    down->setContentsMargins(0, 0, 0, 0);
    down->setSpacing(8);
    down->addLayout(makeTiles());
    down->addWidget(sentence);
}

QLayout* StreamNumbers::makeTiles()
{
    auto* tiles = new QHBoxLayout;
    tiles->setSpacing(8);
    const auto tile = [tiles](const QString& name, const char* objectName) {
        auto* made = new Tile(name);
        made->setObjectName(objectName);
        tiles->addWidget(made);
        return made;
    };
    m_accuracy = tile(tr("Accuracy"), "streamAccuracyTile");
    m_best = tile(tr("Best"), "streamBestTile");
    m_in = tile(tr("In / s"), "streamInTile");
    m_out = tile(tr("Out / s"), "streamOutTile");
    m_lag = tile(tr("Lag"), "streamLagTile");
    m_drain = tile(tr("Drained in"), "streamDrainTile");
    return tiles;
}

void StreamNumbers::showNow(const Now& now)
{
    const StreamFlow& flow = now.flow;
    const bool flows = !now.brokerIsGone && (now.phase == Phase::Running || now.phase == Phase::Paused);
    const bool isKnown = flow.lag() >= 0;
    m_accuracy->setValue(percentText(now.accuracy));
    m_best->setValue(percentText(now.best));
    m_in->setValue(rateText(flows ? flow.rateIn() : kNotKnown));
    m_out->setValue(rateText(flows ? flow.rateOut() : kNotKnown));
    m_lag->setValue(isKnown ? countText(static_cast<qint64>(flow.lag())) : "–");
    m_drain->setValue(isKnown && flows ? drainedIn(flow) : "–");
    const auto [sentence, role] = whatLimits(now);
    if (m_limits->text() != sentence)
        m_limits->setText(sentence);
    setStyleProperty(m_limits, "role", role);
}

StreamNumbers::Limits StreamNumbers::whatLimitsRunning(const Now& now)
{
    if (now.brokerIsGone)
        return {"■ " +
                    tr("The broker is gone: nothing comes and nothing is learnt. The stream goes on when it is back: "
                       "the page Cluster tells why, and starts it again."),
                "error"};
    const QString in = rateText(now.flow.rateIn()), out = rateText(now.flow.rateOut());
    const bool falling = now.flow.rateIn() < kShort * now.asked;
    if (falling && !now.flow.keepsUp())
        return {"▲ " + tr("Limited by this machine: it simulates %1 and learns %2 records a second.").arg(in, out),
                "warn"};
    if (falling)
        return {"● " + tr("Limited by the simulation: %1 records a second are asked for, this machine makes %2.")
                           .arg(rateText(now.asked), in),
                "ok"};
    if (now.flow.keepsUp())
        return {"● " + tr("Limited by the source's rate: the network keeps up, and waits for records."), "ok"};
    if (now.flow.rateOut() > now.flow.rateIn())
        return {"● " +
                    tr("Limited by training: the network learns %1 records a second and works the lag off.").arg(out),
                "ok"};
    return {"▲ " +
                tr("Limited by training: %1 records come a second, %2 are learnt. Beyond a lag of 2,000,000 it skips "
                   "ahead.")
                    .arg(in, out),
            "warn"};
}

StreamNumbers::Limits StreamNumbers::whatLimits(const Now& now)
{
    switch (now.phase) {
    case Phase::Idle:
        return {now.hasBegun
                    ? tr("Stopped. The run with its model stands on the page Runs.")
                    : tr("One click: a Kafka broker, a topic, a simulation of particle collisions that feeds it, and "
                         "a network that learns from it as it comes."),
                "dim"};
    case Phase::Starting:
        return {(now.step.isEmpty() ? tr("Starting the network") : now.step) + " …", "dim"};
    case Phase::Stopping:
        return {tr("Stopping …"), "dim"};
    case Phase::Paused:
        return {"❚❚ " +
                    tr("Learning is paused: the lag grows by %1 records a second.").arg(rateText(now.flow.rateIn())),
                "warn"};
    case Phase::Running:
        break;
    }
    return whatLimitsRunning(now);
}

} // namespace millrace
