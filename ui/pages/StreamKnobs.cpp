// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages/StreamKnobs.h"

#include "models/TableText.h"
#include "models/Values.h"
#include "pages/BestPossible.h"
#include "widgets/Fields.h"
#include "widgets/Knob.h"

#include <QButtonGroup>
#include <QHBoxLayout>
#include <QSpinBox>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>
#include <utility>

namespace millrace
{

namespace
{

constexpr double kFirstRate = 5000;

/// Two significant digits: a slider is no keyboard.
double rounded(double rate)
{
    const double unit = std::pow(10, std::floor(std::log10(rate)) - 1);
    return std::round(rate / unit) * unit;
}

} // namespace

StreamKnobs::StreamKnobs(QWidget* parent) : FormPanel(parent)
{
    setObjectName("streamKnobs");
    setFixedWidth(268);
    addHeading(tr("Source"));
    addSource();
    addHeading(tr("Drift"));
    addShape();
    for (const DriftKnob& knob : driftKnobs())
        addKnob(knob);
    addBack();
    m_about = styledLabel(tr("A knob acts from the next record on."), "small");
    m_about->setWordWrap(true);
    addWide(m_about);
    addStretch();
    m_handRests.setSingleShot(true);
    m_handRests.setInterval(250);
    connect(&m_handRests, &QTimer::timeout, this, &StreamKnobs::turnWaiting);
    rest();
}

void StreamKnobs::addSource()
{
    m_rate = new Knob(tr("records a second"), "streamRateSlider", {100, 200'000, 330, Knob::Scale::Logarithmic},
                      [](double rate) { return countText(static_cast<qint64>(rounded(rate))); });
    m_rate->setValue(kFirstRate);
    connect(m_rate, &Knob::turned, this, [this] { emit rateTurned(rate()); });
    addWide(m_rate);
}

double StreamKnobs::rate() const
{
    return rounded(m_rate->value());
}

void StreamKnobs::addShape()
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
    addWide(row);
    m_over = countField("streamOverField", 2, 100'000'000, 50'000);
    m_over->setToolTip(
        tr("Gradual: the value gets there within so many records.\nRecurring: it goes there and comes back "
           "once in so many records."));
    addField(tr("over records"), m_over);
    setFieldVisible(m_over, false);
    connect(m_shape, &QButtonGroup::idToggled, this, [this] { setFieldVisible(m_over, m_shape->checkedId() > 0); });
}

void StreamKnobs::addKnob(const DriftKnob& knob)
{
    const auto steps = static_cast<int>(std::lround((knob.handMaximum - knob.handMinimum) / knob.step));
    auto* widget = new Knob(tableText(knob.title), "stream" + QString::fromStdString(knob.name) + "Slider",
                            {knob.handMinimum, knob.handMaximum, steps},
                            [&knob](double value) { return QString::fromStdString(knob.text(value)); });
    widget->setToolTip(QString::fromStdString(knob.help));
    m_knobs.push_back(widget);
    addWide(widget);
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
}

void StreamKnobs::addBack()
{
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
    addWide(row);
}

Knob& StreamKnobs::widgetOf(const DriftKnob& knob) const
{
    return *m_knobs[static_cast<std::size_t>(&knob - driftKnobs().data())];
}

void StreamKnobs::turnWaiting()
{
    m_handRests.stop();
    if (const DriftKnob* knob = std::exchange(m_waiting, nullptr))
        turn(*knob, widgetOf(*knob).value());
}

void StreamKnobs::turn(const DriftKnob& knob, double value)
{
    DriftTurn turn{&knob, value};
    turn.shape = static_cast<DriftTurn::Shape>(m_shape->checkedId());
    turn.over = m_over->value();
    emit turned(turn);
}

void StreamKnobs::setResting(const nlohmann::json& knobs)
{
    for (const DriftKnob& knob : driftKnobs())
        m_resting.*knob.value = numberOr(knobs, knob.name.c_str());
}

void StreamKnobs::rest()
{
    for (const DriftKnob& knob : driftKnobs()) {
        widgetOf(knob).setValue(m_resting.*knob.value);
        widgetOf(knob).setNow(std::numeric_limits<double>::quiet_NaN());
    }
}

void StreamKnobs::showStanding(const nlohmann::json& knobs)
{
    for (const DriftKnob& knob : driftKnobs())
        widgetOf(knob).setNow(numberOr(knobs, knob.name.c_str()));
}

} // namespace millrace
