// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/splits/SplitRule.h"

#include "base/Hash.h"
#include "base/Json.h"
#include "base/Text.h"
#include "data/Cell.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace millrace
{
namespace
{

/// Hashes are halved, so that a limit can stand above all of them.
constexpr std::uint64_t kAboveAll = std::uint64_t{1} << 63U;

std::uint64_t textHash(std::string_view text)
{
    RowContent content;
    content.add(text);
    return content.hash();
}

} // namespace

/// The text's length goes in, too: "a", "bc" is not "ab", "c".
void RowContent::add(std::string_view text)
{
    m_hash = mixedBits(hashOf(text, m_hash) + text.size());
}

void RowContent::add(float number)
{
    constexpr std::uint64_t kIsNumber = 1ULL << 32U;                                        // 0 is not a missing one
    m_hash = mixedBits(m_hash + (kIsNumber | std::bit_cast<std::uint32_t>(number + 0.0F))); // + makes 0 of −0
}

void RowContent::addCell(ColumnType type, std::string_view cell, char decimal)
{
    float number = 0;
    if (type == ColumnType::Number && parseCell(cell, number, decimal))
        add(number);
    else
        add(isMissing(cell) ? std::string_view() : trimmed(cell));
}

std::optional<SplitPart> partNamed(std::string_view cell)
{
    struct Word {
        std::string_view word;
        SplitPart part;
    };
    constexpr std::array<Word, 11> kWords = {{{"train", SplitPart::Train},
                                              {"training", SplitPart::Train},
                                              {"learn", SplitPart::Train},
                                              {"validation", SplitPart::Validation},
                                              {"validate", SplitPart::Validation},
                                              {"valid", SplitPart::Validation},
                                              {"val", SplitPart::Validation},
                                              {"dev", SplitPart::Validation},
                                              {"test", SplitPart::Test},
                                              {"testing", SplitPart::Test},
                                              {"holdout", SplitPart::Test}}};
    const std::string_view text = trimmed(cell);
    const auto same = [text](const Word& each) {
        return std::ranges::equal(each.word, text, [](char word, char given) {
            return word == (given >= 'A' && given <= 'Z' ? static_cast<char>(given - 'A' + 'a') : given);
        });
    };
    const auto* const found = std::ranges::find_if(kWords, same);
    return found == kWords.end() ? std::nullopt : std::optional(found->part);
}

/// Groups that are the same number are one. Of texts that only look like one, as 007, so are those: none is parted.
std::uint64_t SplitRule::hashOfGroup(std::string_view cell) const
{
    const auto number = parseDoubleCell(cell, m_decimal);
    if (number)
        return textHash(NumberText(*number).view());
    return textHash(isMissing(cell) ? std::string_view() : trimmed(cell));
}

std::uint64_t SplitRule::hashOfRow(const SplitRow& row) const
{
    const std::uint64_t content = m_spec.kind == SplitKind::Group ? hashOfGroup(row.cell) : row.content;
    return mixedBits(content ^ mixedBits(m_spec.seed)) >> 1U;
}

std::uint32_t SplitRule::stratumOf(float target) const
{
    if (m_spec.kind != SplitKind::Stratified || std::isnan(target)) // no label
        return 0;
    if (m_ofValues)
        return static_cast<std::uint32_t>(std::ranges::upper_bound(m_edges, target) - m_edges.begin());
    return static_cast<std::uint32_t>(target);
}

std::optional<double> SplitRule::timeOf(std::string_view cell) const
{
    if (m_dates == nullptr)
        return parseDoubleCell(cell, m_decimal);
    const auto time = m_dates->parse(trimmed(cell));
    return time ? std::optional(static_cast<double>(*time)) : std::nullopt;
}

SplitPart SplitRule::partOf(const SplitRow& row) const
{
    if (m_spec.kind == SplitKind::Column)
        return partNamed(row.cell).value_or(SplitPart::Train);
    if (m_spec.kind == SplitKind::Time) {
        const auto time = timeOf(row.cell);
        return time && *time >= m_from ? SplitPart::Test : SplitPart::Train;
    }
    const std::uint32_t stratum = stratumOf(row.target);
    const std::uint64_t hash = hashOfRow(row);
    const bool scores =
        stratum < m_limits.size() && hash < m_limits[stratum] && std::ranges::find(m_learnt, hash) == m_learnt.end();
    return scores ? SplitPart::Test : SplitPart::Train;
}

nlohmann::json toJson(const SplitRule& rule)
{
    nlohmann::json json = toJson(rule.m_spec);
    if (!rule.m_limits.empty())
        json["limits"] = rule.m_limits;
    if (!rule.m_learnt.empty())
        json["learnt"] = rule.m_learnt;
    if (rule.m_ofValues)
        json["edges"] = rule.m_edges;
    if (infoOf(rule.m_spec.kind).needsColumn)
        json["decimal"] = std::string(1, rule.m_decimal);
    if (rule.m_spec.kind != SplitKind::Time)
        return json;
    json["from"] = std::isfinite(rule.m_from) ? nlohmann::json(rule.m_from) : nlohmann::json();
    if (rule.m_dates != nullptr)
        json["dates"] = rule.m_dates->name;
    return json;
}

Result<SplitRule> splitRuleFromJson(const nlohmann::json& json)
{
    auto spec = splitFromJson(json);
    if (!spec)
        return fail(spec.error());
    SplitRule rule;
    rule.m_spec = std::move(*spec);
    const auto wrong = [&json] { return fail(ErrorCode::BadData, "a split is not as it must be: " + dumpJson(json)); };
    try {
        rule.m_limits = json.value("limits", rule.m_limits);
        rule.m_learnt = json.value("learnt", rule.m_learnt);
        rule.m_ofValues = json.contains("edges");
        rule.m_edges = json.value("edges", rule.m_edges);
        if (const auto from = json.find("from"); from != json.end() && !from->is_null())
            rule.m_from = from->get<double>();
    } catch (const nlohmann::json::exception&) {
        return wrong();
    }
    rule.m_decimal = textIn(json, "decimal", ".").substr(0, 1) == "," ? ',' : '.';
    if (const std::string dates = textIn(json, "dates"); !dates.empty()) {
        rule.m_dates = dateSpelling(dates);
        if (rule.m_dates == nullptr)
            return wrong();
    }
    return rule;
}

SplitSketch::SplitSketch(SplitSpec spec, TaskKind task, char decimal)
{
    m_rule.m_spec = std::move(spec);
    m_rule.m_decimal = decimal;
    m_rule.m_ofValues = m_rule.m_spec.kind == SplitKind::Stratified && task == TaskKind::Regression;
    if (m_rule.m_spec.kind != SplitKind::Time)
        return;
    m_times.push_back({});
    for (const DateSpelling& spelling : dateSpellings())
        if (spelling.isRecognizable)
            m_times.push_back({&spelling, {}});
}

Status SplitSketch::add(const SplitRow& row)
{
    ++m_rows;
    switch (m_rule.m_spec.kind) {
    case SplitKind::Time:
        return addTime(row.cell);
    case SplitKind::Column:
        return addNamed(row.cell);
    case SplitKind::Group:
        ++m_groups[m_rule.hashOfRow(row)];
        return {};
    default:
        break;
    }
    if (m_rule.m_ofValues)
        m_targets.push_back(row.target); // its stratum is known when all are
    m_bundles.push_back({m_rule.hashOfRow(row), m_rule.m_ofValues ? 0 : m_rule.stratumOf(row.target), 1});
    return {};
}

/// The ways to read the times that fit all cells so far; what fits none is no time.
Status SplitSketch::addTime(std::string_view cell)
{
    if (isMissing(cell)) {
        ++m_withoutTime;
        return {};
    }
    const bool wereDates = m_times.front().spelling != nullptr;
    std::erase_if(m_times, [&](Times& each) {
        m_rule.m_dates = each.spelling;
        const auto time = m_rule.timeOf(cell);
        if (time)
            each.values.push_back(*time);
        return !time;
    });
    if (m_times.empty())
        return fail(ErrorCode::BadData,
                    shown(cell) + (m_timed == 0 ? " is neither a date nor a number"
                                                : std::string(" is no ") + (wereDates ? "date" : "number") +
                                                      " as those before it"),
                    "Split by a column whose cells are all times, or mend the file; a missing one may be empty");
    ++m_timed;
    return {};
}

Status SplitSketch::addNamed(std::string_view cell)
{
    const auto part = partNamed(cell);
    if (!part)
        return fail(ErrorCode::BadData,
                    (isMissing(cell) ? "the part is missing" : shown(cell) + " names no part") +
                        std::string(": it should be train, validation or test"),
                    "Mend the file, or split by something else");
    ++m_named[static_cast<std::size_t>(*part)];
    return {};
}

bool SplitSketch::isMostlyCopies() const
{
    constexpr std::int64_t kRowsOfEach = 10;
    const bool isDrawn = m_rule.m_spec.kind == SplitKind::Random || m_rule.m_spec.kind == SplitKind::Stratified;
    return isDrawn && m_different * kRowsOfEach < m_rows;
}

Result<SplitRule> SplitSketch::rule()
{
    const std::string column = "column " + m_rule.m_spec.column;
    Status status;
    switch (m_rule.m_spec.kind) {
    case SplitKind::Time:
        status = setTime(m_rule);
        break;
    case SplitKind::Column:
        if (named(SplitPart::Test) + named(SplitPart::Validation) == 0 || named(SplitPart::Train) == 0)
            status = fail(ErrorCode::BadData,
                          "No row says in " + column + " that it is for " +
                              (named(SplitPart::Train) == 0 ? "training" : "testing"),
                          "Split by something else");
        break;
    case SplitKind::Group:
        status = checkGroups();
        for (const auto& [hash, rows] : m_groups)
            m_bundles.push_back({hash, 0, rows});
        [[fallthrough]];
    default:
        setLimits(m_rule);
        break;
    }
    if (!status)
        return fail(status.error());
    return m_rule;
}

Status SplitSketch::checkGroups() const
{
    if (m_rows == 0 || m_groups.size() > 1)
        return {};
    return fail(ErrorCode::BadData, "Column " + m_rule.m_spec.column + " has one value only: there are no two groups",
                "Split by another column");
}

/// The newest are cut off where the time changes that is nearest to the share.
Status SplitSketch::setTime(SplitRule& rule)
{
    Times& times = m_times.front(); // of two spellings that fit, the preferred one
    rule.m_dates = times.spelling;
    std::vector<double>& values = times.values;
    std::ranges::sort(values);
    const auto count = static_cast<std::int64_t>(values.size());
    const std::int64_t newest = std::llround(static_cast<double>(m_rows) * rule.m_spec.share);
    if (newest == 0)
        return {};
    if (values.empty() || values.front() == values.back())
        return fail(ErrorCode::BadData,
                    "Column " + rule.m_spec.column +
                        (values.empty() ? " has no times" : " has one time only: no row is newer than another"),
                    "Split by another column");
    const double cut = values[static_cast<std::size_t>(std::clamp<std::int64_t>(count - newest, 0, count - 1))];
    const auto below = std::ranges::lower_bound(values, cut), above = std::ranges::upper_bound(values, cut);
    // Rows of one time stay together: with the older ones, or with the newer ones, as comes nearer.
    const std::int64_t with = values.end() - below, without = values.end() - above;
    const bool takesAll = below == values.begin() && newest < count;
    const bool takesNone = above == values.end();
    const bool isNearer = std::abs(with - newest) <= std::abs(newest - without);
    rule.m_from = takesNone || (isNearer && !takesAll) ? *below : *above;
    return {};
}

/// Between the tenths of the values, and in which one each row is.
void SplitSketch::setEdges(SplitRule& rule)
{
    constexpr std::size_t kTenths = 10;
    std::vector<float> sorted = m_targets;
    std::ranges::sort(sorted);
    for (std::size_t i = 1; i < kTenths && !sorted.empty(); ++i)
        if (const float edge = sorted[sorted.size() * i / kTenths];
            edge > sorted.front() && (rule.m_edges.empty() || rule.m_edges.back() < edge))
            rule.m_edges.push_back(edge);
    for (std::size_t i = 0; i < m_bundles.size(); ++i)
        m_bundles[i].stratum = rule.stratumOf(m_targets[i]);
}

/// A group that is larger than twice the share would bring it further off; the smallest one may score all the same.
void SplitSketch::leaveOutLargeGroups(SplitRule& rule)
{
    if (m_bundles.empty())
        return;
    const std::int64_t most = 2 * rowsThatScore(m_rows);
    const std::uint64_t smallest = std::ranges::min_element(m_bundles, {}, &Bundle::rows)->hash;
    std::erase_if(m_bundles, [&](const Bundle& each) {
        const bool isTooLarge = each.rows > most && each.hash != smallest;
        if (isTooLarge)
            rule.m_learnt.push_back(each.hash);
        return isTooLarge;
    });
    std::ranges::sort(rule.m_learnt);
}

std::int64_t SplitSketch::rowsThatScore(std::int64_t rows) const
{
    return std::llround(static_cast<double>(rows) * m_rule.m_spec.share);
}

/// Of the bundles of a stratum, in the order of their hashes, the first ones score, up to where one more would bring
/// their rows further off the share. The limit is the first hash that does not score.
std::uint64_t SplitSketch::limitOf(std::span<const Bundle> bundles) const
{
    const bool isGroups = m_rule.m_spec.kind == SplitKind::Group;
    std::int64_t all = 0, taken = 0;
    for (const Bundle& each : bundles)
        all += each.rows;
    const std::int64_t wanted = rowsThatScore(isGroups ? m_rows : all);
    std::uint64_t limit = 0;
    for (std::size_t first = 0, next = 0; first < bundles.size() && taken < wanted; first = next) {
        std::int64_t equal = 0;
        for (; next < bundles.size() && bundles[next].hash == bundles[first].hash; ++next)
            equal += bundles[next].rows;
        const bool isNearer = taken + equal - wanted <= wanted - taken;
        const bool isNeeded = isGroups && taken == 0; // a group at least
        if (!isNearer && !isNeeded)
            break;
        taken += equal;
        limit = next == bundles.size() ? kAboveAll : bundles[next].hash;
    }
    return limit;
}

void SplitSketch::setLimits(SplitRule& rule)
{
    if (rule.m_ofValues)
        setEdges(rule);
    if (rule.m_spec.kind == SplitKind::Group)
        leaveOutLargeGroups(rule);
    std::ranges::sort(m_bundles, [](const Bundle& one, const Bundle& other) {
        return one.stratum != other.stratum ? one.stratum < other.stratum : one.hash < other.hash;
    });
    const std::span<const Bundle> all = m_bundles;
    for (std::size_t first = 0, next = 0; first < all.size(); first = next) {
        for (; next < all.size() && all[next].stratum == all[first].stratum; ++next)
            m_different += next == first || all[next].hash != all[next - 1].hash ? 1 : 0;
        rule.m_limits.resize(all[first].stratum + 1, 0);
        rule.m_limits[all[first].stratum] = limitOf(all.subspan(first, next - first));
    }
}

} // namespace millrace
