// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/files/CsvHeading.h"

/// Private to inferSchema(): the first records of a file of JSON.
namespace millrace::csv
{

struct JsonSample {
    Sample sample; ///< without header; layout.jsonKeys names the columns
    Heading heading;
};

bool isJsonFile(const FirstLook& look);
/// An error where none of the first records can be used, and where something is wished that JSON does not have.
Result<JsonSample> readJsonSample(const std::filesystem::path& file, const FirstLook& look, const LayoutWish& wish);

} // namespace millrace::csv
