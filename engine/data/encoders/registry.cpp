// SPDX-License-Identifier: GPL-3.0-or-later
// The table of encoders. A new encoder is one file that makes its row, and one line here.
#include "data/encoders/Encoder.h"

namespace millrace
{
namespace
{

std::vector<EncoderKind>& encoderTable()
{
    // The first is taken where no other is named.
    static std::vector<EncoderKind> table = {numberEncoder(), categoryEncoder(), dateEncoder()};
    return table;
}

} // namespace

const std::vector<EncoderKind>& encoderKinds()
{
    return encoderTable();
}

ParameterInfo othersParameter(std::string help)
{
    return {"others", "choice", nullptr, nullptr, kOthersRejected, {kOthersRejected, kOthersMissing}, std::move(help)};
}

void addEncoder(EncoderKind kind)
{
    encoderTable().push_back(std::move(kind));
}

} // namespace millrace
