// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/formats/RecordFormat.h"

namespace millrace
{

/// "csv": value = the features as comma-separated text, key = the label as text ("1.0"). The features of a file's row
/// are passed through byte for byte with commas between them whatever the file's separator, and points as decimal marks
/// whatever the file's; the label's class as shortest decimal with ".0".
std::unique_ptr<RecordFormat> makeCsvRecordFormat(Schema schema);

} // namespace millrace
