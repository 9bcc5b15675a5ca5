// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/files/ByteSource.h"

#include <string_view>

namespace millrace
{

/// Whether a file that begins so is one, and DuckDB's library is here to read it: the one that MILLRACE_DUCKDB names,
/// or libduckdb.so where the system finds it. Its C interface is looked up at run time, from version 1 on.
bool isReadableParquet(std::string_view magic);

/// A Parquet file as the CSV that DuckDB writes of it: a header, in the file's order, what is missing empty.
Result<std::unique_ptr<ByteSource>> openParquet(const std::filesystem::path& file);

} // namespace millrace
