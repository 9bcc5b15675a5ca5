// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/encoders/Encoder.h"

#include <algorithm>

namespace millrace
{

/// "letters", which no build brings: of a text how long it is, and how often a letter stands in it.
class FakeEncoder final : public ColumnEncoder
{
public:
    static void addToTable()
    {
        const ParameterInfo letter{"letter", "choice", nullptr, nullptr, "a", {"a", "e"}, "The letter that is counted"};
        addEncoder({"letters",
                    "Length of a text, and how often a letter stands in it",
                    {letter},
                    [](const nlohmann::json& parameters) {
                        return Result<std::unique_ptr<ColumnEncoder>>(
                            std::make_unique<FakeEncoder>(parameters["letter"].get<std::string>().front()));
                    }});
    }

    explicit FakeEncoder(char letter) : m_letter(letter) {}

    [[nodiscard]] std::vector<std::string> parts() const override { return {"length", "letters"}; }
    bool encode(const RawCell& cell, std::span<float> numbers, DecodeProblem& problem) const override
    {
        if (cell.kind != RawCell::Kind::Text || cell.text.empty()) {
            problem.reason = problem.kind = "is no text";
            return false;
        }
        numbers[0] = static_cast<float>(cell.text.size());
        numbers[1] = static_cast<float>(std::count(cell.text.begin(), cell.text.end(), m_letter));
        return true;
    }

private:
    char m_letter;
};

} // namespace millrace
