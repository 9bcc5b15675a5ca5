// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/Error.h"

#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <vector>

namespace millrace
{

/// How far simulated events are from their profile at one moment.
struct DriftKnobs {
    /// Every feature is larger by so many of its standard deviations than when the label was drawn, as of an instrument
    /// that loses its calibration: p(y) and the best possible scores stay.
    double featureShift = 0;
    /// Share of class 1, with p(x|y) as it was. Where other knobs change the share too, its odds change by the same
    /// factor as from the profile's share to this one.
    double classPrior = 0.5;
    /// Share of labels that are flipped.
    double labelNoise = 0;
    /// Degrees by which the label network sees the standardised features rotated, in the planes of feature i and
    /// i + n/2: p(x) stays, p(y|x) changes (a rotating hyperplane as of Hulten, Spencer and Domingos 2001, of a
    /// network).
    double conceptRotation = 0;
};

/// A knob by its name, for command lines and windows.
struct DriftKnob {
    std::string name, title; ///< "rotation", "concept rotation"
    std::string help;        ///< what it does to the events
    double minimum = 0, maximum = 0;
    double DriftKnobs::*value = nullptr;
    std::string (*text)(double value) = nullptr;       ///< "60°", "20 %"
    double handMinimum = 0, handMaximum = 0, step = 0; ///< of a slider: what is of interest
};
/// In the order in which a window shows them.
const std::vector<DriftKnob>& driftKnobs();

/// A knob turned to another value at a record, at once or in time.
struct DriftTurn {
    enum class Shape {
        Abrupt,
        Gradual,   ///< in a straight line over `over` records
        Recurring, ///< forth and back with a period of `over` records, the first half of it turned
    };
    const DriftKnob* knob = nullptr; ///< a row of driftKnobs()
    double value = 0;
    std::int64_t at = 0; ///< the first record that it concerns, from 0
    Shape shape = Shape::Abrupt;
    std::int64_t over = 0;
};
/// KNOB:VALUE@RECORD, with ~RECORDS behind it when gradual, with /RECORDS when recurring: "rotation:90@100000~20000".
/// ErrorCode::Usage tells what is wrong with it.
Result<DriftTurn> parseDriftTurn(const std::string& text);
std::string toText(const DriftTurn& turn);
/// "concept rotation 90°", "… over 20,000 records", "… every 20,000 records".
std::string describe(const DriftTurn& turn);

/// The knobs record by record. A turn begins where its knob stands, and replaces the turn before. Not thread-safe.
class DriftSchedule
{
public:
    explicit DriftSchedule(const DriftKnobs& start);
    /// A turn of the past begins at the next record.
    void add(DriftTurn turn);
    /// Records are asked for in rising order.
    const DriftKnobs& at(std::int64_t record);
    /// Where the knob will rest, or the value it goes to and comes back from.
    [[nodiscard]] double target(const DriftKnob& knob) const;
    /// Called by at() of each turn that begins.
    std::function<void(const DriftTurn&)> onTurn = [](const DriftTurn&) {};

private:
    struct Track {
        double from = 0;
        DriftTurn turn;
        [[nodiscard]] double valueAt(std::int64_t record) const;
    };
    void begin(const DriftTurn& turn);
    std::vector<Track> m_tracks;     ///< a row a knob
    std::deque<DriftTurn> m_pending; ///< by record
    DriftKnobs m_now;
    std::int64_t m_next = 0; ///< no earlier record is asked for any more
    bool m_moving = false;
};

} // namespace millrace
