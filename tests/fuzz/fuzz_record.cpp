// SPDX-License-Identifier: GPL-3.0-or-later
// A message of any bytes: key and value, parted by the first zero byte.
#include "FuzzFile.h"
#include "data/RecordDecoder.h"

#include <cmath>

using namespace millrace;

namespace
{

Schema recordSchema()
{
    Schema schema;
    schema.name = "fuzz";
    schema.columns = {{"x", ColumnType::Number, ColumnRole::Feature},
                      {"kind", ColumnType::Text, ColumnRole::Feature},
                      {"class", ColumnType::Text, ColumnRole::Label},
                      {"day", ColumnType::Text, ColumnRole::Feature}};
    schema.task = TaskKind::MultiClass;
    schema.classes = {"a", "b", "c \"d\""};
    schema.classesKnown = true;
    schema.labelInKey = false;
    return schema;
}

RecordDecoder makeDecoder()
{
    const Schema schema = recordSchema();
    RecordInput input;
    input.features = schema.featureNames();
    input.task = taskOf(schema);
    input.encoders = {{"kind", {"category", {{"levels", {"red", "green, or so"}}}}},
                      {"day", {"date", {{"format", "ISO 8601"}, {"parts", {"elapsed", "hour"}}}}}};
    auto decoder = RecordDecoder::make(defaultRecordFormat(), schema, input);
    FUZZ_REQUIRE(decoder);
    return std::move(*decoder);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    static RecordDecoder decoder = makeDecoder();
    const std::string_view text = bytesOf(data, size);
    const std::size_t cut = text.find('\0');
    const std::string_view key = text.substr(0, cut);
    const std::string_view value = cut == std::string_view::npos ? std::string_view() : text.substr(cut + 1);
    std::vector<float> numbers(decoder.width());
    float target = 0;
    DecodeProblem problem;
    if (decoder.decode(key, value, numbers, target, problem)) {
        for (const float number : numbers)
            FUZZ_REQUIRE(std::isfinite(number));
        FUZZ_REQUIRE(target >= 0 && target < 3);
    } else {
        FUZZ_REQUIRE(!problem.reason.empty());
    }
    (void)decoder.decodeFeatures(value, numbers, problem);
    (void)decoder.format().columnsOf(value);
    (void)decoder.format().column(value, "kind");
    return 0;
}
