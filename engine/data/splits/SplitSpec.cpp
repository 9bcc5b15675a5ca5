// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/splits/SplitSpec.h"

#include "base/Json.h"
#include "base/Text.h"

#include <algorithm>

namespace millrace
{

const std::vector<SplitKindInfo>& splitKinds()
{
    static const std::vector<SplitKindInfo> table = {
        {SplitKind::Random, "random", "drawn by the seed; equal rows stay together", false, true, true},
        {SplitKind::Stratified, "stratified", "drawn with the same share of each class, or of each tenth of the values",
         false, true, true},
        {SplitKind::Time, "time", "the newest, by a column of dates or numbers", true, true, true},
        {SplitKind::Group, "group", "no value of a column on both sides", true, true, true},
        {SplitKind::Column, "column", "as a column says: train, validation or test", true, false, true},
        {SplitKind::Last, "last", "the last rows of the file", false, false, false},
        {SplitKind::File, "file", "another file's rows", false, false, false},
    };
    return table;
}

const SplitKindInfo& infoOf(SplitKind kind)
{
    return *std::ranges::find(splitKinds(), kind, &SplitKindInfo::kind);
}

const SplitKindInfo* splitKind(std::string_view name)
{
    const auto found = std::ranges::find(splitKinds(), name, &SplitKindInfo::name);
    return found == splitKinds().end() ? nullptr : &*found;
}

std::vector<std::string> splitKindNames()
{
    std::vector<std::string> names;
    for (const SplitKindInfo& info : splitKinds())
        names.push_back(info.name);
    return names;
}

std::string splitKindsHelp(bool ofRecords)
{
    std::string text;
    for (const SplitKindInfo& info : splitKinds())
        if (info.ofRecords || !ofRecords)
            text += (text.empty() ? "" : ", ") + info.name + " (" + info.help + ")";
    return text;
}

nlohmann::json toJson(const SplitSpec& spec)
{
    const SplitKindInfo& info = infoOf(spec.kind);
    nlohmann::json json = {{"kind", info.name}, {"seed", spec.seed}};
    if (info.needsColumn)
        json["column"] = spec.column;
    if (info.takesShare)
        json["share"] = spec.share;
    if (spec.kind == SplitKind::Last)
        json["last"] = spec.last;
    if (spec.oneByOne)
        json["one_by_one"] = true;
    return json;
}

Result<SplitSpec> splitFromJson(const nlohmann::json& json)
{
    const SplitKindInfo* info = splitKind(textIn(json, "kind"));
    SplitSpec spec;
    if (info != nullptr)
        spec.kind = info->kind;
    spec.column = textIn(json, "column");
    spec.share = numberIn(json, "share", spec.share);
    spec.last = integerIn(json, "last", -1);
    if (const auto seed = json.is_object() ? json.find("seed") : json.end();
        seed != json.end() && seed->is_number_integer())
        spec.seed = seed->get<std::uint64_t>();
    spec.oneByOne = flagIn(json, "one_by_one");
    if (info == nullptr || (info->needsColumn && spec.column.empty()) || !(spec.share >= 0 && spec.share <= 1))
        return fail(ErrorCode::BadData, "a split is not as it must be: " + dumpJson(json));
    return spec;
}

std::string describe(const SplitSpec& spec)
{
    const std::string share = formatPercent(spec.share);
    switch (spec.kind) {
    case SplitKind::Random:
        return "random: " + share + " of the rows" + (spec.oneByOne ? "" : ", equal ones together");
    case SplitKind::Stratified:
        return "stratified: " + share + " of each class, or of each tenth of the values";
    case SplitKind::Time:
        return "by time: the newest " + share + " by column " + spec.column;
    case SplitKind::Group:
        return "by group: " + share + " of the rows, no value of column " + spec.column + " on both sides";
    case SplitKind::Column:
        return "as column " + spec.column + " says";
    case SplitKind::Last:
        return "the last " + countOf(spec.last, "row");
    case SplitKind::File:
        return "another file's rows";
    }
    return {};
}

} // namespace millrace
