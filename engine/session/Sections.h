// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/Error.h"

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace millrace
{

/// Of the key "split": the one that fits the table is taken.
constexpr auto kProposedSplit = "auto";

/// What a key's minimum and maximum are when it has none.
inline constexpr double kNoBound = 1e18;

/// One key of a section: a flag of the command line, a key of the experiment file, a field of a form.
struct SectionKey {
    enum class Type { Text, Integer, Number, Object, Flag };
    std::string name;
    Type type = Type::Text;
    nlohmann::json defaultValue; ///< null: none
    std::string help;
    bool required = false;
    double minimum = -kNoBound, maximum = kNoBound;
    std::vector<std::string> choices;
    std::vector<std::string> offered{}; ///< values that a form offers where other text is taken too
    std::string needs{};                ///< the key without which this one would say nothing; empty: it stands alone
    std::string unless{}; ///< the key that takes this one's place: beside it this one is neither needed nor of use
    Status (*form)(const std::string& text) = nullptr; ///< refuses a text that means nothing; null: any text will do
    std::string group{};                               ///< the heading in a form; empty: the key stands in none
    std::string label{};  ///< of its field; empty: the heading says it, and the field is as wide as the form
    std::string absent{}; ///< what a form shows where the key has no value: what happens then, in two or three words
    bool live = false;    ///< a job that runs takes a new value
};

struct Section {
    std::string name; ///< "train": a kind of job, and a command
    std::string help;
    std::vector<SectionKey> keys;
    bool onBroker = true; ///< the job reads or writes topics
};

/// The table that flags, experiment files and forms share.
const std::vector<Section>& sections();
/// Of each section that reads a table from a file: how its text is cut, each "auto" unless somebody says it.
const std::vector<SectionKey>& readingKeys();
const Section* findSection(const std::string& name); ///< nullptr when there is none
/// A row of the table, which must be there; whoever takes a key's value by another way has its range from here.
const SectionKey& sectionKey(const std::string& section, const std::string& key);
/// ErrorCode::Usage where the value is outside of the key's range, or no finite number; it names "section.key".
Status checkNumber(const std::string& section, const std::string& key, double value);

/// Checks types, ranges, choices and contradictions and fills in the defaults. ErrorCode::Usage names the JSON path
/// ("train.epochs") and, for an unknown key, the nearest known one.
Result<nlohmann::json> resolveSection(const std::string& name, const nlohmann::json& given);
Result<nlohmann::json> resolveSection(const Section& section, const nlohmann::json& given);

/// The value of a text's key: it may be written as a whole number, where it looks like one.
std::string asText(const nlohmann::json& value);

/// Whether the job of this resolved section needs a running Kafka.
bool needsBroker(const Section& section, const nlohmann::json& resolved);

} // namespace millrace
