// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/DecodeProblem.h"
#include "data/Parameters.h"
#include "data/RawRow.h"

#include <map>
#include <memory>
#include <span>

namespace millrace
{

/// How a column's values become numbers, as data: a row of the encoder table, and its parameters.
struct EncoderSpec {
    std::string kind;
    nlohmann::json parameters = nlohmann::json::object();
};
/// By the column's name. A column that is not named is a number.
using EncoderSpecs = std::map<std::string, EncoderSpec>;

/// Makes numbers of the values of one column. Fitted and immutable: any thread uses it.
class ColumnEncoder
{
public:
    ColumnEncoder() = default;
    ColumnEncoder(const ColumnEncoder&) = delete;
    ColumnEncoder& operator=(const ColumnEncoder&) = delete;
    virtual ~ColumnEncoder() = default;
    /// What each of its numbers is called, behind the column's name: "" where it is the value itself.
    [[nodiscard]] virtual std::vector<std::string> parts() const = 0;
    /// Whether each number that a format can read is its own and only part, so that a format may read it at once; what
    /// is no plain number comes to encode() all the same.
    [[nodiscard]] virtual bool takesNumbersAsTheyAre() const { return false; }
    /// numbers is [parts()]. False, with the problem's reason and kind filled, where there is no number for the value.
    virtual bool encode(const RawCell& cell, std::span<float> numbers, DecodeProblem& problem) const = 0;
};

/// A row of the encoder table.
struct EncoderKind {
    std::string name, help;
    std::vector<ParameterInfo> parameters;
    /// Gets parameters that are complete and checked against the row; ErrorCode::Usage where they do not go together.
    Result<std::unique_ptr<ColumnEncoder>> (*make)(const nlohmann::json& parameters);
};
const std::vector<EncoderKind>& encoderKinds();
/// An encoder that this build does not bring: a plugin's, or a test's. Before anything else asks for the table.
void addEncoder(EncoderKind kind);

/// The encoders of a model's columns, in its order: a row of cells becomes a row of numbers.
class RowEncoder
{
public:
    /// ErrorCode::Usage names the column, and the nearest known kind or column.
    static Result<RowEncoder> make(const std::vector<std::string>& columns, const EncoderSpecs& specs);

    /// Every column takes plain numbers as they are: a format may read them without making cells.
    [[nodiscard]] bool onlyNumbers() const { return m_onlyNumbers; }
    /// What the numbers of a row are, in order: "age", "city.length".
    [[nodiscard]] const std::vector<std::string>& names() const { return m_names; }
    /// numbers is [names()]. False, with the problem filled, at the first cell that has no number.
    bool encode(const RawRow& row, std::span<float> numbers, DecodeProblem& problem) const;

private:
    struct Step {
        std::string column;
        std::unique_ptr<ColumnEncoder> encoder;
        std::size_t width = 1;
    };
    std::vector<Step> m_steps; ///< one a column
    std::vector<std::string> m_names;
    bool m_onlyNumbers = true;
};

/// Levels that one column may have.
constexpr std::size_t kMostLevels = 100'000;

/// The parameter "others" of encoders that read a text: what becomes of one that they cannot read.
ParameterInfo othersParameter(std::string help);
inline constexpr auto kOthersRejected = "rejected", kOthersMissing = "missing";

/// Takes the value as the number that it is, or spells; more parts as its parameters say.
EncoderKind numberEncoder();
/// Levels of a spec of "category" as hashes: what they are called cannot be read from it.
void hideLevels(EncoderSpec& spec);
/// A number for each level, 1 at the value's and 0 elsewhere; and one each for unseen levels and missing values.
EncoderKind categoryEncoder();
/// Days since an origin, and where in the year, week and day.
EncoderKind dateEncoder();

} // namespace millrace
