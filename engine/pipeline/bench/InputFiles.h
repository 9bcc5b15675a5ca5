// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/Schema.h"

#include <filesystem>
#include <stop_token>

/// The files of the bench of inputs, and how long it takes to read them.
namespace millrace
{

struct InputFiles {
    std::filesystem::path csv, json, gzip, zstd, payload;
    double packedMegabytes = 0; ///< of text in the packed ones
};

/// Writes the packed files from the beginning of the plain one. zstd comes in frames of a few megabytes, as its
/// parallel compressor makes them.
Status packStart(InputFiles& files, const std::stop_token& stop);
/// The first rows as JSON records, one a line.
Status writeJsonLines(const InputFiles& files, const Schema& schema);
/// What reads them.
Schema jsonSchema(const Schema& schema);
/// The values of the first rows, one a line, as Kafka's tool takes them.
Status writePayload(const InputFiles& files, const Schema& schema);

/// Seconds for reading a file into batches, as training takes them. A last row that is torn is passed over like any bad
/// one.
Result<double> batchSeconds(const std::filesystem::path& file, const Schema& schema, const std::stop_token& stop);
/// For reading, checking and encoding it, as publishing does.
Result<double> encodingSeconds(const std::filesystem::path& file, const Schema& schema, const std::stop_token& stop);
/// For its statistics.
Result<double> summarySeconds(const std::filesystem::path& file, const Schema& schema, const std::stop_token& stop);
/// What the library alone takes for unpacking: the bytes are thrown away.
Result<double> unpackingSeconds(const std::filesystem::path& file);

} // namespace millrace
