// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace millrace
{

/// Where the ingest side of an online run is.
enum class OnlinePhase {
    Joining,   ///< a member of the group without partitions
    Reading,   ///< the first pass
    Revoking,  ///< partitions are given back: what was read of them is learnt, saved and committed first
    Draining,  ///< the first pass is read; later ones begin when the group has all of it
    Repeating, ///< later passes, without the group
    Finishing, ///< all is read; waits for what is still learnt, to commit it
    Lost,      ///< the group has evicted the run: it must go back to what it has committed
    Over,
};

/// The transitions that there are.
constexpr bool mayFollow(OnlinePhase from, OnlinePhase to)
{
    using enum OnlinePhase;
    switch (from) {
    case Joining:
        return to == Reading || to == Revoking || to == Draining || to == Finishing || to == Lost || to == Over;
    case Reading:
        return to == Joining || to == Revoking || to == Draining || to == Finishing || to == Lost || to == Over;
    case Revoking: // back to where it was
        return to == Joining || to == Reading || to == Draining || to == Finishing || to == Lost;
    case Draining:
        return to == Revoking || to == Repeating || to == Finishing || to == Lost || to == Over;
    case Repeating:
        return to == Over;
    case Finishing:
        return to == Revoking || to == Lost || to == Over;
    case Lost:
        return to == Over;
    case Over:
        break;
    }
    return false;
}

} // namespace millrace
