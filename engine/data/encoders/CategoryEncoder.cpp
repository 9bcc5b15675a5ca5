// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/Hash.h"
#include "base/Names.h"
#include "base/Text.h"
#include "data/Cell.h"
#include "data/encoders/Encoder.h"

#include <algorithm>
#include <optional>
#include <unordered_map>

namespace millrace
{
namespace
{

using LevelSlots = std::unordered_map<std::string, std::size_t, TextHash, std::equal_to<>>;

/// How levels are told apart: by their text; where all of them are numbers, by value, so that "1.0" is "1". Of texts
/// that are versions or codes "1.10" is not "1.1".
enum class LevelIdentity { Text, Value };

/// How a level stands where its text may not.
std::string hashText(std::string_view level)
{
    return hexDigits(hashOf(level));
}

/// A number's text in the spelling that all of its value have.
NumberText spelledByValue(std::string_view text)
{
    return NumberText(parseDoubleCell(text, '.').value_or(0));
}

class CategoryEncoder final : public ColumnEncoder
{
public:
    CategoryEncoder(std::vector<std::string> levels, LevelSlots slots, LevelIdentity identity, bool areHashes)
        : m_levels(std::move(levels)), m_slots(std::move(slots)), m_identity(identity), m_areHashes(areHashes)
    {
    }

    /// Names of their own for the last two even where levels are called so.
    [[nodiscard]] std::vector<std::string> parts() const override
    {
        std::vector<std::string> names = m_levels;
        for (std::string name : {"other", "missing"}) {
            while (std::ranges::find(m_levels, name) != m_levels.end())
                name += "_";
            names.push_back(std::move(name));
        }
        return names;
    }

    bool encode(const RawCell& cell, std::span<float> numbers, DecodeProblem& /*problem*/) const override
    {
        std::ranges::fill(numbers, 0.0F);
        numbers[slotOf(cell)] = 1;
        return true;
    }

private:
    [[nodiscard]] std::size_t slotOf(const RawCell& cell) const
    {
        switch (cell.kind) {
        case RawCell::Kind::Missing:
            return missing();
        case RawCell::Kind::Number:
            return slotOf(NumberText(cell.number).view()).value_or(other());
        case RawCell::Kind::Text:
            break;
        }
        const std::string_view text = trimmed(cell.text);
        if (const auto slot = slotOf(text)) // before the words for "no value": a level may be called None
            return *slot;
        if (isMissing(text))
            return missing();
        if (m_identity == LevelIdentity::Value && isNumber(text))
            return slotOf(spelledByValue(text).view()).value_or(other());
        return other();
    }

    [[nodiscard]] std::optional<std::size_t> slotOf(std::string_view text) const
    {
        const auto found = m_areHashes ? m_slots.find(hashText(text)) : m_slots.find(text);
        return found == m_slots.end() ? std::nullopt : std::optional(found->second);
    }

    [[nodiscard]] std::size_t other() const { return m_levels.size(); }
    [[nodiscard]] std::size_t missing() const { return m_levels.size() + 1; }

    std::vector<std::string> m_levels;
    LevelSlots m_slots;
    LevelIdentity m_identity;
    bool m_areHashes;
};

Result<std::unique_ptr<ColumnEncoder>> makeCategoryEncoder(const nlohmann::json& parameters)
{
    const auto given = parameters.at("levels").get<std::vector<std::string>>();
    if (given.size() > kMostLevels)
        return fail(ErrorCode::Usage, "levels are " + countOf(static_cast<std::int64_t>(given.size()), "text") +
                                          "; at most " + formatCount(kMostLevels) + " are taken");
    const bool areHashes = parameters.at("hashed").get<bool>();
    const bool areNumbers = !areHashes && !given.empty() && std::ranges::all_of(given, [](const std::string& level) {
        return parseDoubleCell(level, '.').has_value();
    });
    std::vector<std::string> levels;
    LevelSlots slots;
    slots.reserve(given.size());
    for (const std::string& level : given) {
        levels.emplace_back(trimmed(level));
        if (levels.back().empty())
            return fail(ErrorCode::Usage, "levels hold an empty text, which is a missing value");
        std::string key = areNumbers ? spelledByValue(level).text() : levels.back();
        if (!slots.emplace(std::move(key), slots.size()).second)
            return fail(ErrorCode::Usage, "levels name " + shown(levels.back()) + " twice");
    }
    return std::make_unique<CategoryEncoder>(std::move(levels), std::move(slots),
                                             areNumbers ? LevelIdentity::Value : LevelIdentity::Text, areHashes);
}

} // namespace

EncoderKind categoryEncoder()
{
    const ParameterInfo levels{"levels",
                               "texts",
                               nullptr,
                               nullptr,
                               nullptr,
                               {},
                               "The values that get a number of their own each, in this order"};
    const ParameterInfo hashed{"hashed",
                               "flag",
                               nullptr,
                               nullptr,
                               false,
                               {},
                               "The levels are given as their 64-bit FNV-1a hashes, 16 hexadecimal digits each"};
    return {"category",
            "1 at the value's level and 0 at the others; also of levels that are not named, and of missing values",
            {levels, hashed},
            makeCategoryEncoder};
}

void hideLevels(EncoderSpec& spec)
{
    nlohmann::json hashes = nlohmann::json::array();
    for (const nlohmann::json& level : spec.parameters.at("levels"))
        hashes.push_back(hashText(trimmed(level.get_ref<const std::string&>())));
    spec.parameters["levels"] = std::move(hashes);
    spec.parameters["hashed"] = true;
}

} // namespace millrace
