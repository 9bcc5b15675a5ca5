// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/simulator/DriftSchedule.h"

#include "base/Text.h"

#include <algorithm>

namespace millrace
{
namespace
{

tl::unexpected<Error> notDrift(const std::string& text, const std::string& why)
{
    return fail(ErrorCode::Usage, "The drift '" + text + "' " + why,
                "It is KNOB:VALUE@RECORD, with ~RECORDS behind it when gradual or /RECORDS when recurring: "
                "rotation:90@100000~20000");
}

/// "~20000" or "/20000" behind a turn.
bool readShape(const std::string& text, DriftTurn& turn)
{
    const auto over = parseInteger(text.substr(1));
    if (!over || *over < 2)
        return false;
    turn.shape = text.front() == '~' ? DriftTurn::Shape::Gradual : DriftTurn::Shape::Recurring;
    turn.over = *over;
    return true;
}

std::string degrees(double value)
{
    return formatFixed(value, 0) + "°";
}

std::string deviations(double value)
{
    return formatFixed(value, 1) + " σ";
}

std::string percent(double value)
{
    return formatFixed(100 * value, 0) + " %";
}

std::size_t rowOf(const DriftKnob& knob)
{
    return static_cast<std::size_t>(&knob - driftKnobs().data());
}

} // namespace

const std::vector<DriftKnob>& driftKnobs()
{
    static const std::vector<DriftKnob> rows = {
        {"rotation", "concept rotation",
         "What the features mean for the class turns by this angle: p(x) stays, p(y|x) changes.", -180, 180,
         &DriftKnobs::conceptRotation, degrees, 0, 180, 5},
        {"shift", "feature shift",
         "Every feature is larger by so many of its standard deviations, as of an instrument that lost its "
         "calibration. "
         "The best possible stays.",
         -5, 5, &DriftKnobs::featureShift, deviations, -3, 3, 0.1},
        {"prior", "class prior", "The share of class 1. What each class looks like, p(x|y), stays.", 0.02, 0.98,
         &DriftKnobs::classPrior, percent, 0.05, 0.95, 0.01},
        {"noise", "label noise", "This share of the labels is wrong. No model can be better than the dashed line.", 0,
         0.5, &DriftKnobs::labelNoise, percent, 0, 0.4, 0.01},
    };
    return rows;
}

Result<DriftTurn> parseDriftTurn(const std::string& text)
{
    const auto colon = text.find(':'), at = text.find('@');
    if (colon == std::string::npos || at == std::string::npos || at < colon)
        return notDrift(text, "cannot be read");
    const std::string name = text.substr(0, colon);
    const auto knob = std::ranges::find(driftKnobs(), name, &DriftKnob::name);
    if (knob == driftKnobs().end()) {
        std::string known;
        for (const DriftKnob& each : driftKnobs())
            known += (known.empty() ? "" : ", ") + each.name;
        return notDrift(text, "has no knob that is known: there are " + known);
    }
    DriftTurn turn;
    turn.knob = &*knob;
    const auto value = parseNumber(text.substr(colon + 1, at - colon - 1));
    if (!value || *value < knob->minimum || *value > knob->maximum)
        return notDrift(text, "needs a value from " + shortestDecimal(knob->minimum) + " to " +
                                  shortestDecimal(knob->maximum));
    turn.value = *value;
    const auto shape = text.find_first_of("~/", at);
    const auto record = parseInteger(text.substr(at + 1, shape == std::string::npos ? shape : shape - at - 1));
    if (!record || *record < 0)
        return notDrift(text, "needs the record at which it begins");
    turn.at = *record;
    if (shape != std::string::npos && !readShape(text.substr(shape), turn))
        return notDrift(text, "needs 2 records or more behind ~ or /");
    return turn;
}

std::string toText(const DriftTurn& turn)
{
    std::string text = turn.knob->name + ":" + shortestDecimal(turn.value) + "@" + std::to_string(turn.at);
    if (turn.shape != DriftTurn::Shape::Abrupt)
        text += (turn.shape == DriftTurn::Shape::Gradual ? "~" : "/") + std::to_string(turn.over);
    return text;
}

std::string describe(const DriftTurn& turn)
{
    std::string text = turn.knob->title + " " + turn.knob->text(turn.value);
    if (turn.shape == DriftTurn::Shape::Gradual)
        text += " over " + formatCount(turn.over) + " records";
    if (turn.shape == DriftTurn::Shape::Recurring)
        text += " every " + formatCount(turn.over) + " records";
    return text;
}

DriftSchedule::DriftSchedule(const DriftKnobs& start) : m_now(start)
{
    for (const DriftKnob& knob : driftKnobs()) {
        const double value = start.*knob.value;
        m_tracks.push_back({value, {&knob, value}});
    }
}

void DriftSchedule::add(DriftTurn turn)
{
    turn.at = std::max(turn.at, m_next);
    const auto place = std::ranges::upper_bound(m_pending, turn.at, {}, &DriftTurn::at);
    m_pending.insert(place, turn);
}

const DriftKnobs& DriftSchedule::at(std::int64_t record)
{
    m_next = record + 1;
    bool changed = m_moving;
    for (; !m_pending.empty() && m_pending.front().at <= record; m_pending.pop_front()) {
        begin(m_pending.front());
        changed = true;
    }
    if (!changed)
        return m_now;
    m_moving = false;
    for (const Track& track : m_tracks) {
        m_now.*track.turn.knob->value = track.valueAt(record);
        m_moving |= track.turn.shape == DriftTurn::Shape::Recurring ||
                    (track.turn.shape == DriftTurn::Shape::Gradual && record < track.turn.at + track.turn.over);
    }
    return m_now;
}

void DriftSchedule::begin(const DriftTurn& turn)
{
    Track& track = m_tracks[rowOf(*turn.knob)];
    track = {track.valueAt(turn.at), turn};
    onTurn(turn);
}

double DriftSchedule::target(const DriftKnob& knob) const
{
    return m_tracks[rowOf(knob)].turn.value;
}

double DriftSchedule::Track::valueAt(std::int64_t record) const
{
    const std::int64_t since = std::max<std::int64_t>(record - turn.at, 0);
    switch (turn.shape) {
    case DriftTurn::Shape::Abrupt:
        break;
    case DriftTurn::Shape::Gradual:
        if (since < turn.over)
            return from + (turn.value - from) * static_cast<double>(since) / static_cast<double>(turn.over);
        break;
    case DriftTurn::Shape::Recurring:
        return since % turn.over < (turn.over + 1) / 2 ? turn.value : from;
    }
    return turn.value;
}

} // namespace millrace
