// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/simulator/DriftSchedule.h"
#include "widgets/Widgets.h"

#include <QTimer>
#include <nlohmann/json_fwd.hpp>
#include <vector>

class QButtonGroup;
class QLabel;
class QSpinBox;

namespace millrace
{

class Knob;

/// The hands on a live stream: how many records a second, and a knob for each way in which it can drift, at once or in
/// time.
class StreamKnobs : public FormPanel
{
    Q_OBJECT
public:
    explicit StreamKnobs(QWidget* parent = nullptr);

    [[nodiscard]] double rate() const; ///< records a second
    /// Where the knobs stand before any drift; until then as in the profile.
    void setResting(const nlohmann::json& knobs);
    void rest();                                    ///< shows the knobs as they are before anybody has turned one
    void showStanding(const nlohmann::json& knobs); ///< where the simulation has them now

signals:
    void rateTurned(double rate);
    void turned(const millrace::DriftTurn& turn);

private:
    void addSource();
    void addShape();
    void addKnob(const DriftKnob& knob);
    void addBack();
    [[nodiscard]] Knob& widgetOf(const DriftKnob& knob) const;
    void turn(const DriftKnob& knob, double value);
    void turnWaiting();

    Knob* m_rate;
    std::vector<Knob*> m_knobs; ///< as driftKnobs()
    QButtonGroup* m_shape;
    QSpinBox* m_over;
    QLabel* m_about;
    DriftKnobs m_resting{.classPrior = 0.46}; ///< the stream tells it exactly
    const DriftKnob* m_waiting = nullptr;     ///< turned, but the hand is still on it
    QTimer m_handRests;
};

} // namespace millrace
