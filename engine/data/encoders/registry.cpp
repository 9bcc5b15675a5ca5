// SPDX-License-Identifier: GPL-3.0-or-later
// The table of encoders. A new encoder is one file that makes its row, and one line here.
#include "data/encoders/Encoder.h"

namespace millrace
{
namespace
{

std::vector<EncoderKind>& encoderTable()
{
    static std::vector<EncoderKind> table = {numberEncoder()}; // the first is taken where no other is named
    return table;
}

} // namespace

const std::vector<EncoderKind>& encoderKinds()
{
    return encoderTable();
}

void addEncoder(EncoderKind kind)
{
    encoderTable().push_back(std::move(kind));
}

} // namespace millrace
