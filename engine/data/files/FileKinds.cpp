// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/files/FileKinds.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

namespace millrace
{
namespace
{

/// A file that people take for a table of text. In the advice FILE is its name, NEW the name of what it becomes.
struct ForeignKind {
    std::string_view magic;
    std::string_view inside; ///< occurs in the first bytes as well
    const char* what;
    const char* advice;
};

constexpr const char* kUnpack = "Unpack it, or compress it with gzip or zstd";

constexpr std::array kForeignKinds = {
    ForeignKind{"PAR1", "", "a Parquet file",
                "It is read where DuckDB's library is found (libduckdb.so, or what MILLRACE_DUCKDB names). Or convert "
                "it: duckdb -c \"COPY (FROM read_parquet('FILE')) TO 'NEW.csv.gz'\", or python3 -c \"import "
                "pandas; pandas.read_parquet('FILE').to_csv('NEW.csv.gz', index=False)\""},
    ForeignKind{std::string_view("ARROW1\0\0", 8), "", "an Arrow (Feather) file",
                "Convert it: python3 -c \"import pandas; pandas.read_feather('FILE').to_csv('NEW.csv.gz', "
                "index=False)\""},
    ForeignKind{std::string_view("\xFF\xFF\xFF\xFF", 4), "", "an Arrow stream",
                "Convert it: python3 -c \"import pyarrow.ipc as i; i.open_stream('FILE').read_pandas()"
                ".to_csv('NEW.csv.gz', index=False)\""},
    ForeignKind{"FEA1", "", "a Feather file",
                "Convert it: python3 -c \"import pandas; pandas.read_feather('FILE').to_csv('NEW.csv.gz', "
                "index=False)\""},
    ForeignKind{"PK\x03\x04", "xl/", "an Excel workbook",
                "Convert a sheet: python3 -c \"import pandas; pandas.read_excel('FILE').to_csv('NEW.csv', "
                "index=False)\", or libreoffice --headless --convert-to csv 'FILE'"},
    ForeignKind{"PK\x03\x04", "opendocument.spreadsheet", "an OpenDocument spreadsheet",
                "Convert a sheet: libreoffice --headless --convert-to csv 'FILE'"},
    ForeignKind{"PK\x03\x04", ".npy", "a NumPy archive",
                "Convert an array of it: python3 -c \"import numpy; a = numpy.load('FILE'); "
                "numpy.savetxt('NEW.csv', a[a.files[0]], delimiter=',')\""},
    ForeignKind{"PK\x03\x04", "", "a zip archive or a spreadsheet, not a table of text",
                "Unpack it, or save the sheet as CSV"},
    ForeignKind{"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", "", "an Excel workbook of before 2007",
                "Convert a sheet: libreoffice --headless --convert-to csv 'FILE'"},
    ForeignKind{std::string_view("root\0", 5), "", "a ROOT file",
                "Convert a tree of numbers: python3 -c \"import uproot; "
                "uproot.open('FILE')['TREE'].arrays(library='pd').to_csv('NEW.csv.gz', index=False)\""},
    ForeignKind{"\x89HDF\r\n\x1A\n", "", "an HDF5 file",
                "Convert a table of pandas: python3 -c \"import pandas; pandas.read_hdf('FILE').to_csv('NEW.csv.gz', "
                "index=False)\""},
    ForeignKind{std::string_view("Obj\x01", 4), "", "an Avro file",
                "Convert it: java -jar avro-tools.jar tojson 'FILE' > 'NEW.jsonl'"},
    ForeignKind{std::string_view("SQLite format 3\0", 16), "", "an SQLite database",
                "Convert a table: sqlite3 -csv -header 'FILE' 'SELECT * FROM TABLE' > 'NEW.csv'"},
    ForeignKind{"\x93NUMPY", "", "a NumPy array",
                "Convert it: python3 -c \"import numpy; numpy.savetxt('NEW.csv', numpy.load('FILE'), "
                "delimiter=',')\""},
    ForeignKind{"BZh", "", "compressed with bzip2, which Millrace does not unpack", kUnpack},
    ForeignKind{"\xFD"
                "7zXZ",
                "", "compressed with xz, which Millrace does not unpack", kUnpack},
    ForeignKind{"7z\xBC\xAF\x27\x1C", "", "a 7-Zip archive", kUnpack},
};

/// FILE and NEW stand within quotes of a shell, and of Python: a name with quotes of its own is left for the reader to
/// fill in.
std::string adviceOf(const ForeignKind& kind, const std::filesystem::path& file)
{
    const bool isPlain = file.string().find_first_of("'\"\\$`\n") == std::string::npos;
    const std::array<std::pair<std::string_view, std::string>, 2> words = {
        {{"FILE", isPlain ? file.string() : "FILE"}, {"NEW", isPlain ? file.stem().string() : "NEW"}}};
    std::string advice;
    for (std::string_view rest = kind.advice; !rest.empty();) {
        const auto* word = std::ranges::find_if(words, [&](const auto& each) { return rest.starts_with(each.first); });
        advice += word == words.end() ? std::string(1, rest.front()) : word->second;
        rest.remove_prefix(word == words.end() ? 1 : word->first.size());
    }
    return advice;
}

} // namespace

Status refuseForeignKind(const std::filesystem::path& file, std::string_view head)
{
    for (const ForeignKind& kind : kForeignKinds)
        if (head.starts_with(kind.magic) && head.find(kind.inside) != std::string_view::npos)
            return fail(ErrorCode::BadData, file.string() + " is " + kind.what, adviceOf(kind, file));
    return {};
}

} // namespace millrace
