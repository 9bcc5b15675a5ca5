// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/files/RowReader.h"

#include "data/files/CsvReader.h"
#include "data/files/JsonReader.h"

namespace millrace
{
namespace
{

template <class Reader>
Result<std::unique_ptr<RowReader>> openedAs(Result<Reader> reader)
{
    if (!reader)
        return fail(reader.error());
    return std::make_unique<Reader>(std::move(*reader));
}

} // namespace

Result<std::unique_ptr<RowReader>> openRows(const std::filesystem::path& file, const CsvLayout& layout)
{
    return layout.isJson() ? openedAs(JsonReader::open(file, layout)) : openedAs(CsvReader::open(file, layout));
}

} // namespace millrace
