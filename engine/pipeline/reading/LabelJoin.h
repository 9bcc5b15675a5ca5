// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "train/Checkpoint.h"

#include <deque>
#include <map>
#include <optional>

namespace millrace
{

/// A record that was predicted at its arrival.
struct PredictedRecord {
    std::vector<float> features; ///< as the model got them
    std::vector<float> outputs;  ///< what the model said
    int partition = 0;
    std::int64_t offset = 0;
};

/// Joins predicted records with labels that come later, by an id. Either side waits for the other, but only so long as
/// `horizon` further records, or labels, come: what is older is forgotten, counted, and never learnt. An id that comes
/// again takes the place of the one that waits. Not thread-safe.
class LabelJoin
{
public:
    explicit LabelJoin(std::int64_t horizon) : m_horizon(horizon) {}

    /// The record's label when it was there before it; otherwise the record waits.
    std::optional<float> onRecord(const std::string& id, PredictedRecord& record);
    /// The record that waited for this label; otherwise the label waits.
    std::optional<PredictedRecord> onLabel(const std::string& id, float label);

    [[nodiscard]] std::int64_t waiting() const { return static_cast<std::int64_t>(m_records.items.size()); }
    [[nodiscard]] std::int64_t late() const { return m_records.forgotten; }     ///< records whose label did not come
    [[nodiscard]] std::int64_t unmatched() const { return m_labels.forgotten; } ///< labels whose record did not come

    /// Who waits, as tensors "waiting.…" and JSON under "waiting".
    void save(Checkpoint& checkpoint) const;
    /// ErrorCode::BadData where rows are not of this width. A checkpoint without a join leaves it empty.
    Status restore(const Checkpoint& checkpoint, std::size_t width);

private:
    /// One side: items by id, and their order of arrival. An id in the queue whose number is not the item's is gone.
    template <class Item>
    struct Side {
        struct Entry {
            Item item;
            std::int64_t number = 0;
        };
        std::map<std::string, Entry> items;
        std::deque<std::pair<std::int64_t, std::string>> order;
        std::int64_t came = 0, forgotten = 0;

        void wait(const std::string& id, Item item);
        std::optional<Item> take(const std::string& id);
        void forget(std::int64_t horizon);
    };

    std::int64_t m_horizon;
    Side<PredictedRecord> m_records;
    Side<float> m_labels;
};

} // namespace millrace
