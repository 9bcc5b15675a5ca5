// SPDX-License-Identifier: GPL-3.0-or-later
#include "Trial.h"

#include "base/Files.h"
#include "base/Rng.h"

#include <array>

namespace millrace::chaos
{
namespace
{

Status fillWithEvents(const World& world, const QString& topic, int rows, int partitions)
{
    return world.run({"simulate", "susy", "--topic", topic, "--rows", QString::number(rows), "--partitions",
                      QString::number(partitions), "--seed", "3"});
}

/// Heavier animals live further north, and are seen later in the year.
std::string animals(int rows)
{
    constexpr std::array kNames = {"mouse", "hare", "fox, red", "elk", "bear"};
    constexpr std::array kPlaces = {"shore", "wood", "fell"};
    Rng random(5, Purpose::SimulatedFeature);
    std::string text = "weight [kg],place,seen,sure,animal\n";
    for (int i = 0; i < rows; ++i) {
        const auto kind = static_cast<int>(random.below(5));
        const double weight = 3 * kind + 2 * random.normal();
        const auto place = static_cast<std::size_t>(random.uniform() < 0.7 ? kind / 2 : 1);
        const int day = 1 + (5 * kind + static_cast<int>(random.below(6))) % 28;
        text += (i % 11 == 3 ? "" : std::to_string(weight)) + ',' + kPlaces[place] + ",2026-0" +
                std::to_string(1 + kind) + (day < 10 ? "-0" : "-") + std::to_string(day) + ',' +
                std::to_string(1 + i % 3) + ",\"" + kNames[static_cast<std::size_t>(kind)] + "\"\n";
    }
    return text;
}

Status fillWithClasses(const World& world, const QString& topic, int rows, int partitions)
{
    const auto file = world.home() / (topic.toStdString() + ".csv");
    if (auto written = writeFileAtomically(file, animals(rows)); !written)
        return written;
    return world.run({"publish", QString::fromStdString(file.string()), "--topic", topic, "--partitions",
                      QString::number(partitions), "--label", "animal", "--weight", "sure"});
}

} // namespace

const Stream& events()
{
    static const Stream stream = {"", {"--preset", "small"}, fillWithEvents};
    return stream;
}

const Stream& classes()
{
    static const Stream stream = {"-classes", {"--preset", "auto"}, fillWithClasses};
    return stream;
}

} // namespace millrace::chaos
