// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/Rejections.h"

#include "base/Encoding.h"
#include "base/Text.h"
#include "data/CsvFields.h"

#include <algorithm>

namespace millrace
{
namespace
{

constexpr std::string_view kRejectedHead = "place,reason,text\n";
constexpr std::size_t kExampleBytes = 200;
constexpr std::size_t kKindsInSentence = 4;
constexpr auto kOtherReasons = "has another reason";

/// At most so many bytes of the text, not ending within a UTF-8 character, and how long it is where that is not all.
std::string shortened(std::string_view text, std::size_t most)
{
    if (text.size() <= most)
        return std::string(text);
    std::size_t length = most;
    while (length > 0 && (static_cast<unsigned char>(text[length]) & 0xC0U) == 0x80U)
        --length;
    return std::string(text.substr(0, length)) + "… (cut: " + formatCount(static_cast<std::int64_t>(text.size())) +
           " bytes)";
}

/// With U+FFFD for what is no UTF-8: it goes into JSON.
std::string validText(const std::string& text)
{
    return repairedUtf8(text);
}

std::string shareText(double share)
{
    if (share > 0 && share < 0.0005)
        return "< 0.1 %";
    if (share < 1 && share >= 0.9995)
        return "> 99.9 %"; // all of them is another thing
    return formatFixed(share * 100, 1) + " %";
}

nlohmann::json toJson(const RejectionGroup& group)
{
    return {{"kind", group.kind},
            {"column", group.column},
            {"count", group.count},
            {"place", group.place},
            {"text", group.text}};
}

/// "Age is missing"; "the value is empty" where no column is to blame.
std::string subjectAndKind(const nlohmann::json& group)
{
    const std::string column = group["column"].is_string() ? group["column"].get<std::string>() + " " : "";
    return column + group["reason"].get<std::string>();
}

} // namespace

nlohmann::json toJson(const RejectionState& state)
{
    nlohmann::json groups = nlohmann::json::array(), counted = nlohmann::json::array();
    if (state.details) {
        for (const RejectionGroup& group : state.details->groups)
            groups.push_back(toJson(group));
        for (const auto& [partition, next] : state.details->counted)
            counted.push_back({{"topic", partition.first}, {"partition", partition.second}, {"next", next}});
    }
    return {{"count", state.count}, {"bytes", state.bytes}, {"groups", groups}, {"counted", counted}};
}

RejectionState rejectionStateOf(const nlohmann::json& holder)
{
    const nlohmann::json& json = holder.at("rejected");
    if (json.is_number())
        return {json.get<std::int64_t>(), holder.at("rejected_bytes").get<std::int64_t>(), nullptr};
    auto details = std::make_shared<RejectionState::Details>();
    for (const nlohmann::json& group : json.at("groups"))
        details->groups.push_back({group.at("kind").get<std::string>(), group.at("column").get<std::string>(),
                                   group.at("count").get<std::int64_t>(), group.at("place").get<std::string>(),
                                   group.at("text").get<std::string>()});
    for (const nlohmann::json& each : json.at("counted"))
        details->counted[{each.at("topic").get<std::string>(), each.at("partition").get<int>()}] =
            each.at("next").get<std::int64_t>();
    return {json.at("count").get<std::int64_t>(), json.at("bytes").get<std::int64_t>(), std::move(details)};
}

Rejections::Rejections(std::filesystem::path file) : m_file(std::move(file)), m_out(m_file, std::string(kRejectedHead))
{
}

Status Rejections::add(const std::string& place, const DecodeProblem& problem, std::string_view text)
{
    if (auto written = write(place, problem.reason, text); !written)
        return written;
    count(place, problem, text);
    return {};
}

Status Rejections::add(const std::string& topic, int partition, std::int64_t offset, const DecodeProblem& problem,
                       std::string_view text)
{
    const auto known = m_details.counted.find({topic, partition});
    if (known != m_details.counted.end() && offset < known->second)
        return {};
    if (auto added =
            add(topic + " partition " + std::to_string(partition) + " offset " + std::to_string(offset), problem, text);
        !added)
        return added;
    m_details.counted[{topic, partition}] = offset + 1;
    return {};
}

void Rejections::count(const std::string& place, const DecodeProblem& problem, std::string_view text)
{
    ++m_count;
    m_shared = nullptr;
    auto& groups = m_details.groups;
    const auto isOf = [](const std::string& kind, const std::string& column) {
        return [&](const RejectionGroup& group) { return group.kind == kind && group.column == column; };
    };
    const std::string& kind = problem.kind.empty() ? problem.reason : problem.kind;
    auto group = std::ranges::find_if(groups, isOf(kind, problem.name));
    if (group == groups.end() && groups.size() >= kMostGroups)
        group = std::ranges::find_if(groups, isOf(kOtherReasons, ""));
    if (group == groups.end()) {
        const bool full = groups.size() >= kMostGroups;
        groups.push_back({full ? kOtherReasons : validText(shortened(kind, kExampleBytes)),
                          full ? "" : validText(problem.name), 0, place, validText(shortened(text, kExampleBytes))});
        group = std::prev(groups.end());
    }
    ++group->count;
}

Status Rejections::write(const std::string& place, const std::string& reason, std::string_view text)
{
    if (m_file.empty() || m_bytes > m_largest)
        return {};
    std::string line = quotedField(place) + ',' + quotedField(shortened(reason, kLongestText)) + ',' +
                       quotedField(shortened(text, kLongestText)) + '\n';
    if (m_bytes + static_cast<std::int64_t>(line.size()) > m_largest)
        line += "…,\"this file ends here, at " + formatBytes(m_largest) +
                ": what was rejected after this row is counted only\",\n";
    if (auto added = m_out.add(line); !added)
        return added;
    const auto size = m_out.flush();
    if (!size)
        return fail(size.error());
    m_bytes = *size;
    return {};
}

RejectionState Rejections::state()
{
    if (!m_shared)
        m_shared = std::make_shared<const RejectionState::Details>(m_details);
    return {m_count, m_bytes, m_shared};
}

Status Rejections::cutTo(const RejectionState& state)
{
    m_count = state.count;
    m_bytes = state.bytes;
    m_details = state.details ? *state.details : RejectionState::Details{};
    m_shared = state.details;
    if (m_file.empty())
        return {};
    const auto end = m_out.cutTo(m_bytes);
    if (!end)
        return fail(end.error());
    m_bytes = *end;
    return {};
}

void Rejections::tell(std::int64_t all, nlohmann::json& result) const
{
    std::vector<RejectionGroup> groups = m_details.groups;
    std::ranges::stable_sort(groups, std::ranges::greater(), &RejectionGroup::count);
    if (groups.size() > kGroupsTold) {
        RejectionGroup rest = groups[kGroupsTold - 1];
        rest.kind = kOtherReasons;
        rest.column.clear();
        for (std::size_t i = kGroupsTold; i < groups.size(); ++i)
            rest.count += groups[i].count;
        groups.resize(kGroupsTold);
        groups.back() = std::move(rest);
    }
    nlohmann::json told = nlohmann::json::array();
    for (const RejectionGroup& group : groups)
        told.push_back({{"reason", group.kind},
                        {"column", group.column.empty() ? nlohmann::json() : nlohmann::json(group.column)},
                        {"count", group.count},
                        {"share", static_cast<double>(group.count) / static_cast<double>(std::max(all, m_count))},
                        {"example", {{"place", group.place}, {"text", group.text}}}});
    result["rejected"] = m_count;
    result["rejected_of"] = std::max(all, m_count);
    result["rejections"] = std::move(told);
    if (!m_file.empty())
        result["rejected_file"] = m_count > 0 ? nlohmann::json(m_file.string()) : nlohmann::json();
}

Error nothingUsable(const std::string& source, const Rejections& rejections, const std::string& unit)
{
    if (rejections.count() == 0)
        return {ErrorCode::BadData, source + " holds no " + unit + "s", "Check that it is the one that you mean"};
    nlohmann::json told;
    rejections.tell(rejections.count(), told);
    const std::string first = rejectionLines(told, 1).front();
    return {ErrorCode::BadData, source + " holds no " + unit + " that can be used: " + rejectionSentence(told, unit),
            "The first: " + first.substr(first.find("first ") + 6)};
}

bool mostWasRejected(const nlohmann::json& result)
{
    const auto rejected = result.value("rejected", std::int64_t{0});
    return rejected > 0 && 2 * rejected > result.value("rejected_of", std::int64_t{0});
}

std::string rejectionSentence(const nlohmann::json& result, const std::string& unit)
{
    const auto rejected = result.value("rejected", std::int64_t{0});
    if (rejected <= 0 || !result.contains("rejections"))
        return {};
    const auto all = result["rejected_of"].get<std::int64_t>();
    std::string text = countOf(rejected, unit) + (rejected == 1 ? " was" : " were") + " rejected: ";
    if (all > 0)
        text = formatCount(rejected) + " of " + countOf(all, unit) + " (" +
               shareText(static_cast<double>(rejected) / static_cast<double>(all)) + ")" +
               (rejected == 1 ? " was" : " were") + " rejected: ";
    std::string kind;
    std::size_t told = 0;
    std::int64_t left = rejected;
    for (const nlohmann::json& group : result["rejections"]) {
        if (told == kKindsInSentence)
            break;
        const bool same = told > 0 && group["reason"] == kind && group["column"].is_string();
        kind = group["reason"].get<std::string>();
        text += (told++ > 0 ? ", " : "") + (same ? group["column"].get<std::string>() : subjectAndKind(group)) +
                " in " + formatCount(group["count"].get<std::int64_t>());
        left -= group["count"].get<std::int64_t>();
    }
    return left > 0 ? text + ", other reasons in " + formatCount(left) : text;
}

std::vector<std::string> rejectionLines(const nlohmann::json& result, std::size_t most)
{
    std::vector<std::string> lines;
    std::int64_t left = result.value("rejected", std::int64_t{0});
    for (const nlohmann::json& group : result.value("rejections", nlohmann::json::array())) {
        if (lines.size() == most)
            break;
        const nlohmann::json& example = group["example"];
        lines.push_back(subjectAndKind(group) + ": " + formatCount(group["count"].get<std::int64_t>()) + " (" +
                        shareText(group["share"].get<double>()) + "), first " + example["place"].get<std::string>() +
                        ": '" + example["text"].get<std::string>() + "'");
        left -= group["count"].get<std::int64_t>();
    }
    if (left > 0)
        lines.push_back("… and " + formatCount(left) + " more");
    return lines;
}

} // namespace millrace
