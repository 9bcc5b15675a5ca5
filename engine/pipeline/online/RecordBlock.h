// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pipeline/online/MiniDataset.h"

namespace millrace
{

/// Mini-datasets one behind the other, as they cross from the thread that polls to the one that learns: their rows
/// together, and where each ends. A record that crossed alone would cost more than learning it.
class RecordBlock
{
public:
    /// What was counted until the next mini-dataset begins.
    struct Counted {
        RejectionState rejected;
        std::int64_t deleted = 0; ///< offsets that retention took before they were read
    };

    RecordBlock() = default;
    explicit RecordBlock(Counted before) : m_before(std::move(before)) {}

    // Filling it.
    void add(std::span<const float> features, float label, MiniDataset::Origin origin);
    void addId(std::string id) { m_ids.push_back(std::move(id)); }
    void add(ArrivedLabel label);
    /// Ends a mini-dataset behind what was added.
    void close(MiniDataset::Closed closed, bool replayed, int pass, StreamPosition after);
    /// The same of a full one, where only the partition of its last row has moved since the one before.
    void close(bool replayed, int pass, const PartitionPosition& after);
    [[nodiscard]] int openRows() const { return m_rows.rows() - closedEnd().rows; } ///< behind the last that ended
    [[nodiscard]] bool isOpenEmpty() const;
    /// Takes what is behind the last mini-dataset that ended away, as the beginning of another block.
    RecordBlock splitOpen();

    // Taking from it.
    /// How many have ended and are not taken.
    [[nodiscard]] std::int64_t miniDatasets() const { return std::ssize(m_ends) - static_cast<std::int64_t>(m_taken); }
    /// Cuts the next one off, into a mini-dataset whose room is used again; one after the other into the same, which
    /// keeps the positions. False when there is none.
    bool take(MiniDataset& dataset);
    // Of what is not taken, the open one included.
    [[nodiscard]] std::int64_t rows() const { return m_rows.rows() - takenEnd().rows; }
    [[nodiscard]] std::span<const ArrivedLabel> labels() const;
    [[nodiscard]] const Counted& before() const { return m_before; }
    [[nodiscard]] std::size_t width() const { return m_rows.features.size() / m_rows.targets.size(); }

private:
    struct End {
        int rows = 0, labels = 0; ///< up to here
        MiniDataset::Closed closed = MiniDataset::Closed::Full;
        bool replayed = false;
        int pass = 1;
        int whole = -1; ///< in m_whole; −1: only the partition of the last row has moved, to `moved`
        PartitionPosition moved{};
    };
    [[nodiscard]] End closedEnd() const { return m_ends.empty() ? End{} : m_ends.back(); }
    [[nodiscard]] End takenEnd() const { return m_taken == 0 ? End{} : m_ends[m_taken - 1]; }

    Batch m_rows;
    std::vector<MiniDataset::Origin> m_origins;
    std::vector<std::string> m_ids;
    std::vector<ArrivedLabel> m_labels;
    std::vector<End> m_ends;
    std::vector<StreamPosition> m_whole;
    std::size_t m_taken = 0;
    Counted m_before;
};

} // namespace millrace
