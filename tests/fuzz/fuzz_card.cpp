// SPDX-License-Identifier: GPL-3.0-or-later
// What is kept of a topic or beside a file, in any bytes.
#include "FuzzFile.h"
#include "pipeline/runs/TopicNotes.h"

using namespace millrace;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    static FuzzFolder folder;
    std::filesystem::create_directories(folder.path() / "topics");
    folder.put("topics/fuzz.json", bytesOf(data, size));
    if (const auto notes = readTopicNotes(folder.path(), "fuzz")) {
        FUZZ_REQUIRE(writeTopicNotes(folder.path(), "fuzz", *notes));
        const auto again = readTopicNotes(folder.path(), "fuzz");
        FUZZ_REQUIRE(again && toJson(again->schema) == toJson(notes->schema));
    }
    folder.put("table.csv.json", bytesOf(data, size));
    (void)readFileNotes(folder.path() / "table.csv");
    return 0;
}
