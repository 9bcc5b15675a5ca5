// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace millrace
{

/// Why a row or a message cannot be used. column is the index in the file (or in the message's value), −1 for the whole
/// row or the key.
struct DecodeProblem {
    int column = -1;
    std::string reason; ///< "column 3 (lepton_1_phi): 'abc' is not a number"
    std::string kind;   ///< the reason without the value, to group by: "is not a number"; without a column a sentence
    std::string name;   ///< of the column, "column 3" without one; empty for the whole row or the key
};

} // namespace millrace
