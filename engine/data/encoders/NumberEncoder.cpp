// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/Cell.h"
#include "data/encoders/Encoder.h"

namespace millrace
{
namespace
{

class NumberEncoder final : public ColumnEncoder
{
public:
    [[nodiscard]] std::vector<std::string> parts() const override { return {""}; }

    bool encode(const RawCell& cell, std::span<float> numbers, DecodeProblem& problem) const override
    {
        if (cell.kind == RawCell::Kind::Number) {
            numbers.front() = cell.number;
            return true;
        }
        if (parseCell(cell.text, numbers.front()))
            return true;
        problem.reason = cellProblem(cell.text);
        problem.kind = cellProblemKind(cell.text);
        return false;
    }
};

} // namespace

EncoderKind numberEncoder()
{
    return {"number", "The number itself; a record without one is rejected", {}, [](const nlohmann::json&) {
                return std::unique_ptr<ColumnEncoder>(std::make_unique<NumberEncoder>());
            }};
}

} // namespace millrace
