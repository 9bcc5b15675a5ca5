// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/StreamMarks.h"

#include <algorithm>

namespace millrace
{

namespace
{

constexpr std::size_t kMostMarks = 400;
constexpr double kOneMark = 1.5; ///< seconds: what happens within them is one mark

/// "concept rotation" of "concept rotation 90°".
QString knobIn(const QString& text)
{
    return text.section(' ', 0, 1);
}

bool isSame(const StreamMark& earlier, const StreamMark& mark)
{
    using Kind = StreamMark::Kind;
    return earlier.kind == mark.kind && mark.kind != Kind::Other && mark.second - earlier.second < kOneMark &&
           (mark.kind != Kind::Turn || knobIn(earlier.text) == knobIn(mark.text));
}

} // namespace

StreamMark streamMarkOf(const Note& note, double second)
{
    const QString by = QString::fromStdString(note.detector);
    switch (note.kind) {
    case Note::Kind::ErrorRose:
        return {second, "▲ " + by, StreamMark::Kind::Rose};
    case Note::Kind::ErrorFell:
        return {second, "▼ " + by, StreamMark::Kind::Fell};
    case Note::Kind::Other:
        break;
    }
    return {second, QString::fromStdString(note.text), StreamMark::Kind::Other};
}

void StreamMarks::add(const StreamMark& mark)
{
    const auto same =
        std::ranges::find_if(m_marks, [&mark](const StreamMark& earlier) { return isSame(earlier, mark); });
    if (same == m_marks.end())
        m_marks.push_back(mark);
    else if (mark.kind == StreamMark::Kind::Turn)
        same->text = mark.text;
    else if (const QString detector = mark.text.section(' ', 1); !same->text.contains(detector))
        same->text += ", " + detector;
    if (m_marks.size() > kMostMarks)
        m_marks.pop_front();
}

} // namespace millrace
