// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/Task.h"
#include "metrics/ScoreTable.h"

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace millrace
{

/// Scores of a stream of predictions that were made before their target was learnt (test-then-train), in arrival order,
/// cumulative and of the last records, with the two baselines that a model has to beat. Not thread-safe.
class Prequential
{
public:
    virtual ~Prequential() = default;
    /// outputs [rows, outputs of the task] as the model yields them; targets [rows].
    virtual void add(std::span<const float> outputs, std::span<const float> targets) = 0;
    [[nodiscard]] virtual std::int64_t records() const = 0;
    /// Records by the class that they are of; empty where the task has none.
    [[nodiscard]] virtual std::vector<std::int64_t> classCounts() const = 0;
    [[nodiscard]] virtual std::int64_t windowRecords() const = 0; ///< at most as many as the window
    [[nodiscard]] virtual ScoreTable cumulative() const = 0;
    [[nodiscard]] virtual ScoreTable windowed() const = 0;
    /// The task's curve (curveOf()) of saying what was most frequent so far, or its mean, and of saying the last target
    /// again. Quick.
    struct Baselines {
        double majority = kUnknown, noChange = kUnknown;
    };
    [[nodiscard]] virtual Baselines baselines() const = 0;
    /// What is drawn of all records: of two classes {"confusion" [actual][predicted]}, of other tasks as Scores have
    /// it.
    [[nodiscard]] virtual nlohmann::json figures() const = 0;

    /// From here on cumulative scores of ranks are of bins, and state() is small however many records there were.
    virtual void useBins() = 0;
    /// Everything as it stands, once bins are used, and going on from there: the same scores come out, bit by bit.
    [[nodiscard]] virtual nlohmann::json state() const = 0;
    /// Of an object that has no records yet. May throw what nlohmann-json throws, or std::out_of_range.
    virtual void restore(const nlohmann::json& state) = 0;
};

/// window: records of the windowed scores. exactOutputs: beyond so many records cumulative scores of ranks are of bins.
std::unique_ptr<Prequential> makePrequential(const Task& task, int window, std::int64_t exactOutputs);

} // namespace millrace
