// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/Rejections.h"

#include "base/Encoding.h"
#include "base/Json.h"
#include "base/Text.h"
#include "data/files/CsvFields.h"

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
std::string subjectAndKind(const RejectionGroup& group)
{
    return (group.column.empty() ? "" : group.column + " ") + group.kind;
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

RejectionReport Rejections::report(std::int64_t used) const
{
    RejectionReport report{m_count, used + m_count, m_details.groups};
    std::ranges::stable_sort(report.groups, std::ranges::greater(), &RejectionGroup::count);
    if (report.groups.size() > kGroupsTold) {
        RejectionGroup& rest = report.groups[kGroupsTold - 1];
        rest.kind = kOtherReasons;
        rest.column.clear();
        for (std::size_t i = kGroupsTold; i < report.groups.size(); ++i)
            rest.count += report.groups[i].count;
        report.groups.resize(kGroupsTold);
    }
    if (!m_file.empty())
        report.file = m_count > 0 ? m_file : std::filesystem::path();
    return report;
}

double RejectionReport::shareOf(const RejectionGroup& group) const
{
    return static_cast<double>(group.count) / static_cast<double>(of);
}

void tell(const RejectionReport& report, nlohmann::json& result)
{
    nlohmann::json told = nlohmann::json::array();
    for (const RejectionGroup& group : report.groups)
        told.push_back({{"reason", group.kind},
                        {"column", group.column.empty() ? nlohmann::json() : nlohmann::json(group.column)},
                        {"count", group.count},
                        {"share", report.shareOf(group)},
                        {"example", {{"place", group.place}, {"text", group.text}}}});
    result["rejected"] = report.count;
    result["rejected_of"] = report.of;
    result["rejections"] = std::move(told);
    if (report.file)
        result["rejected_file"] = report.file->empty() ? nlohmann::json() : nlohmann::json(report.file->string());
}

RejectionReport rejectionsIn(const nlohmann::json& result)
{
    RejectionReport report{integerIn(result, "rejected"), integerIn(result, "rejected_of"), {}};
    if (result.contains("rejected_file"))
        report.file = textIn(result, "rejected_file");
    for (const nlohmann::json& group : listIn(result, "rejections")) {
        const nlohmann::json& example = objectIn(group, "example");
        report.groups.push_back({textIn(group, "reason"), textIn(group, "column"), integerIn(group, "count"),
                                 textIn(example, "place"), textIn(example, "text")});
    }
    return report;
}

Error nothingUsable(const std::string& source, const Rejections& rejections, const std::string& unit)
{
    const RejectionReport report = rejections.report(0);
    if (report.count == 0)
        return {ErrorCode::BadData, source + " holds no " + unit + "s", "Check that it is the one that you mean"};
    const std::string first = rejectionLines(report, 1).front();
    return {ErrorCode::BadData, source + " holds no " + unit + " that can be used: " + rejectionSentence(report, unit),
            "The first: " + first.substr(first.find("first ") + 6)};
}

std::string rejectionSentence(const RejectionReport& report, const std::string& unit)
{
    if (report.count <= 0 || report.groups.empty())
        return {};
    const std::string were = (report.count == 1 ? " was" : " were") + std::string(" rejected: ");
    std::string text = report.of > 0
                           ? formatCount(report.count) + " of " + countOf(report.of, unit) + " (" +
                                 shareText(static_cast<double>(report.count) / static_cast<double>(report.of)) + ")"
                           : countOf(report.count, unit);
    text += were;
    std::int64_t left = report.count;
    for (std::size_t i = 0; i < report.groups.size() && i < kKindsInSentence; ++i) {
        const RejectionGroup& group = report.groups[i];
        const bool same = i > 0 && group.kind == report.groups[i - 1].kind && !group.column.empty();
        text += (i > 0 ? ", " : "") + (same ? group.column : subjectAndKind(group)) + " in " + formatCount(group.count);
        left -= group.count;
    }
    return left > 0 ? text + ", other reasons in " + formatCount(left) : text;
}

std::vector<std::string> rejectionLines(const RejectionReport& report, std::size_t most)
{
    std::vector<std::string> lines;
    std::int64_t left = report.count;
    for (const RejectionGroup& group : report.groups) {
        if (lines.size() == most)
            break;
        lines.push_back(subjectAndKind(group) + ": " + formatCount(group.count) + " (" +
                        shareText(report.shareOf(group)) + "), first " + group.place + ": '" + group.text + "'");
        left -= group.count;
    }
    if (left > 0)
        lines.push_back("… and " + formatCount(left) + " more");
    return lines;
}

} // namespace millrace
