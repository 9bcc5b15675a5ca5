// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pages/JobPage.h"

class QLabel;
class QLayout;

namespace millrace
{

class StreamFlow;
class Tile;

/// A live stream in numbers, and a sentence below them of what limits it.
class StreamNumbers : public QWidget
{
    Q_OBJECT
public:
    using Phase = JobPage::Phase;
    struct Now {
        Phase phase;
        QString step;           ///< of starting
        bool hasBegun;          ///< there is a stream, if only an ended one
        bool brokerIsGone;      ///< while it runs
        double asked;           ///< records a second
        double accuracy, best;  ///< NaN: not known
        const StreamFlow& flow; ///< of what has begun
    };

    explicit StreamNumbers(QWidget* parent = nullptr);
    void showNow(const Now& now);

private:
    /// A sentence, and its role in the style sheet.
    using Limits = std::pair<QString, const char*>;
    [[nodiscard]] static Limits whatLimits(const Now& now);
    [[nodiscard]] static Limits whatLimitsRunning(const Now& now);
    QLayout* makeTiles();

    Tile *m_accuracy, *m_best, *m_in, *m_out, *m_lag, *m_drain;
    QLabel* m_limits;
};

} // namespace millrace
