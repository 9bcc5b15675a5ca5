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
    /// numbers is [parts()]. False, with the problem's reason and kind filled, where there is no number for the value.
    virtual bool encode(const RawCell& cell, std::span<float> numbers, DecodeProblem& problem) const = 0;
};

/// A row of the encoder table.
struct EncoderKind {
    std::string name, help;
    std::vector<ParameterInfo> parameters;
    /// Gets parameters that are complete and checked against the row.
    std::unique_ptr<ColumnEncoder> (*make)(const nlohmann::json& parameters);
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

    /// Every column is a number, taken as it is: a format may read them without making cells.
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

/// Takes the value as the number that it is, or spells.
EncoderKind numberEncoder();

} // namespace millrace
