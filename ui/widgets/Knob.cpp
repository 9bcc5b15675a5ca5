// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/Knob.h"

#include "widgets/Widgets.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QSignalBlocker>
#include <QSlider>
#include <QVBoxLayout>
#include <cmath>
#include <limits>

namespace millrace
{

Knob::Knob(const QString& name, const QString& objectName, const Range& range, std::function<QString(double)> text,
           QWidget* parent)
    : QWidget(parent), m_range(range), m_text(std::move(text)), m_slider(new QSlider(Qt::Horizontal)),
      m_shown(new QLabel), m_value(range.minimum), m_now(std::numeric_limits<double>::quiet_NaN())
{
    m_slider->setObjectName(objectName);
    m_slider->setAccessibleName(name);
    m_slider->setRange(0, range.steps);
    m_slider->setPageStep(std::max(1, range.steps / 10));
    auto* label = styledLabel(name, "dim");
    label->setBuddy(m_slider);
    auto* head = new QHBoxLayout;
    head->setSpacing(8);
    head->addWidget(label);
    head->addStretch(1);
    head->addWidget(m_shown);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 2, 0, 2);
    layout->setSpacing(2);
    layout->addLayout(head);
    layout->addWidget(m_slider);
    connect(m_slider, &QSlider::valueChanged, this, [this](int place) {
        m_value = valueAt(place);
        showValue();
        emit turned(m_value);
    });
    showValue();
}

double Knob::valueAt(int place) const
{
    const double share = static_cast<double>(place) / m_range.steps;
    if (m_range.scale == Scale::Linear)
        return m_range.minimum + share * (m_range.maximum - m_range.minimum);
    return m_range.minimum * std::pow(m_range.maximum / m_range.minimum, share);
}

int Knob::placeOf(double value) const
{
    const double share = m_range.scale == Scale::Linear
                             ? (value - m_range.minimum) / (m_range.maximum - m_range.minimum)
                             : std::log(value / m_range.minimum) / std::log(m_range.maximum / m_range.minimum);
    return static_cast<int>(std::lround(share * m_range.steps));
}

void Knob::setValue(double value)
{
    const QSignalBlocker quiet(m_slider);
    m_value = value;
    m_slider->setValue(placeOf(value));
    showValue();
}

void Knob::setNow(double value)
{
    if (m_now == value || (std::isnan(m_now) && std::isnan(value)))
        return;
    m_now = value;
    showValue();
}

void Knob::showValue()
{
    const QString target = m_text(m_value), now = std::isfinite(m_now) ? m_text(m_now) : target;
    m_shown->setText(now == target ? target : tr("now %1 · %2").arg(now, target));
    m_slider->setAccessibleDescription(m_shown->text()); // its value is only a place
}

} // namespace millrace
