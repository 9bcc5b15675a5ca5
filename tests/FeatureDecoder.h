// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/RecordDecoder.h"

namespace millrace
{

/// Of records that hold these columns and nothing else, with 0 or 1 as their keys.
inline Result<RecordDecoder> featureDecoder(const std::string& format, const std::vector<std::string>& features,
                                            const EncoderSpecs& encoders = {})
{
    return RecordDecoder::make(format, featureSchema(features), {features, encoders});
}

} // namespace millrace
