// SPDX-License-Identifier: GPL-3.0-or-later
#include "session/KeyNames.h"

#include <algorithm>

namespace millrace
{
namespace
{

constexpr auto kOfNames = "abcdefghijklmnopqrstuvwxyz-";
constexpr auto kOfWords = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_/-";

bool isOfWord(char character)
{
    return std::string_view(kOfWords).find(character) != std::string_view::npos;
}

/// A path that a text begins with, and its key. No path: the length is 0.
struct FoundKey {
    const Section* section = nullptr;
    const SectionKey* key = nullptr;
    std::size_t length = 0;
};

FoundKey keyAt(std::string_view text)
{
    const std::size_t point = text.find_first_not_of(kOfNames);
    if (point == std::string_view::npos || text[point] != '.')
        return {};
    const Section* section = findSection(std::string(text.substr(0, point)));
    if (section == nullptr)
        return {};
    const std::string_view behind = text.substr(point + 1);
    const std::string_view name = behind.substr(0, behind.find_first_not_of(kOfNames));
    const auto key = std::ranges::find(section->keys, name, &SectionKey::name);
    const std::string_view rest = behind.substr(name.size());
    const bool isLonger = !rest.empty() && isOfWord(rest[0]);
    const bool isFile = rest.size() > 1 && rest[0] == '.' && isOfWord(rest[1]);
    if (key == section->keys.end() || isLonger || isFile)
        return {};
    return {section, &*key, point + 1 + name.size()};
}

std::string withNames(std::string_view text, const KeyName& nameOf)
{
    std::string result;
    while (!text.empty()) {
        const FoundKey found = result.ends_with('.') ? FoundKey() : keyAt(text); // which is part of something longer
        result += found.length > 0 ? nameOf(*found.section, *found.key) : "";
        text.remove_prefix(found.length);
        const std::size_t word = std::min(text.find_first_not_of(kOfWords), text.size());
        const std::size_t next = std::min(text.find_first_of(kOfWords, word), text.size());
        result += text.substr(0, next);
        text.remove_prefix(next);
    }
    return result;
}

} // namespace

std::string keyPath(const Section& section, const SectionKey& key)
{
    return section.name + "." + key.name;
}

Error withKeyNames(Error error, const KeyName& nameOf)
{
    error.message = withNames(error.message, nameOf);
    error.advice = withNames(error.advice, nameOf);
    return error;
}

} // namespace millrace
