// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pipeline/runs/JobContext.h"

#include <QString>
#include <deque>

namespace millrace
{

/// What happened in a live stream at a moment.
struct StreamMark {
    enum class Kind { Turn, Rose, Fell, Other };
    double second = 0;
    QString text;
    Kind kind = Kind::Other;
};
/// Of what a detector, or another part of the learner, has noted.
StreamMark streamMarkOf(const Note& note, double second);

/// The newest marks of a stream. A hand on a slider makes many turns and one mark; so do detectors that fire together.
class StreamMarks
{
public:
    void add(const StreamMark& mark);
    void clear() { m_marks.clear(); }
    [[nodiscard]] auto begin() const { return m_marks.begin(); }
    [[nodiscard]] auto end() const { return m_marks.end(); }

private:
    std::deque<StreamMark> m_marks;
};

} // namespace millrace
