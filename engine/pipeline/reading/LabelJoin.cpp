// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/reading/LabelJoin.h"

namespace millrace
{
namespace
{

constexpr auto kWaitingKey = "waiting";
constexpr auto kWaitingFeatures = "waiting.features", kWaitingOutputs = "waiting.outputs",
               kWaitingLogits = "waiting.logits", kWaitingLabels = "waiting.labels";

} // namespace

template <class Item>
void LabelJoin::Side<Item>::wait(const std::string& id, Item item)
{
    forgotten += items.contains(id) ? 1 : 0;
    items[id] = {std::move(item), came};
    order.emplace_back(came, id);
}

template <class Item>
std::optional<Item> LabelJoin::Side<Item>::take(const std::string& id)
{
    const auto found = items.find(id);
    if (found == items.end())
        return std::nullopt;
    Item item = std::move(found->second.item);
    items.erase(found);
    return item;
}

template <class Item>
void LabelJoin::Side<Item>::forget(std::int64_t horizon)
{
    ++came;
    while (!order.empty() && order.front().first < came - horizon) {
        const auto& [number, id] = order.front();
        if (const auto found = items.find(id); found != items.end() && found->second.number == number) {
            items.erase(found);
            ++forgotten;
        }
        order.pop_front();
    }
}

std::optional<float> LabelJoin::onRecord(const std::string& id, PredictedRecord& record)
{
    const auto label = m_labels.take(id);
    if (!label)
        m_records.wait(id, std::move(record));
    m_records.forget(m_horizon);
    return label;
}

std::optional<PredictedRecord> LabelJoin::onLabel(const std::string& id, float label)
{
    auto record = m_records.take(id);
    if (!record)
        m_labels.wait(id, label);
    m_labels.forget(m_horizon);
    return record;
}

void LabelJoin::save(Checkpoint& checkpoint) const
{
    auto& features = checkpoint.tensors[kWaitingFeatures];
    auto& outputs = checkpoint.tensors[kWaitingOutputs];
    auto& labels = checkpoint.tensors[kWaitingLabels];
    nlohmann::json records = nlohmann::json::array(), early = nlohmann::json::array();
    for (const auto& [number, id] : m_records.order) {
        const auto found = m_records.items.find(id);
        if (found == m_records.items.end() || found->second.number != number)
            continue;
        const PredictedRecord& record = found->second.item;
        features.insert(features.end(), record.features.begin(), record.features.end());
        outputs.insert(outputs.end(), record.outputs.begin(), record.outputs.end());
        records.push_back({id, number, record.partition, record.offset});
    }
    for (const auto& [number, id] : m_labels.order)
        if (const auto found = m_labels.items.find(id);
            found != m_labels.items.end() && found->second.number == number) {
            labels.push_back(found->second.item);
            early.push_back({id, number});
        }
    checkpoint.metadata[kWaitingKey] = {{"records", std::move(records)},
                                        {"labels", std::move(early)},
                                        {"came", {m_records.came, m_labels.came}},
                                        {"forgotten", {m_records.forgotten, m_labels.forgotten}}};
}

Status LabelJoin::restore(const Checkpoint& checkpoint, std::size_t width)
{
    if (!checkpoint.metadata.contains(kWaitingKey))
        return {};
    const auto tensor = [&](const char* name) {
        const auto found = checkpoint.tensors.find(name);
        return found == checkpoint.tensors.end() ? std::vector<float>() : found->second;
    };
    const std::vector<float> features = tensor(kWaitingFeatures),
                             outputs = tensor(checkpoint.tensors.contains(kWaitingOutputs)
                                                  ? kWaitingOutputs
                                                  : kWaitingLogits), // as earlier builds say

        labels = tensor(kWaitingLabels);
    const nlohmann::json& waiting = checkpoint.metadata[kWaitingKey];
    const nlohmann::json &records = waiting.at("records"), &early = waiting.at("labels");
    const std::size_t outputWidth = records.empty() ? 0 : outputs.size() / records.size();
    if (features.size() != records.size() * width || outputs.size() != records.size() * outputWidth ||
        (!records.empty() && outputWidth == 0) || labels.size() != early.size())
        return fail(ErrorCode::BadData, "The records that wait for a label in the checkpoint are not whole",
                    "Start a new online run");
    for (std::size_t i = 0; i < records.size(); ++i) {
        const auto row = features.begin() + static_cast<std::ptrdiff_t>(i * width);
        const auto output = outputs.begin() + static_cast<std::ptrdiff_t>(i * outputWidth);
        m_records.came = records[i].at(1).get<std::int64_t>();
        m_records.wait(records[i].at(0).get<std::string>(),
                       {{row, row + static_cast<std::ptrdiff_t>(width)},
                        {output, output + static_cast<std::ptrdiff_t>(outputWidth)},
                        records[i].at(2).get<int>(),
                        records[i].at(3).get<std::int64_t>()});
    }
    for (std::size_t i = 0; i < early.size(); ++i) {
        m_labels.came = early[i].at(1).get<std::int64_t>();
        m_labels.wait(early[i].at(0).get<std::string>(), labels[i]);
    }
    m_records.came = waiting.at("came").at(0).get<std::int64_t>();
    m_labels.came = waiting.at("came").at(1).get<std::int64_t>();
    m_records.forgotten = waiting.at("forgotten").at(0).get<std::int64_t>();
    m_labels.forgotten = waiting.at("forgotten").at(1).get<std::int64_t>();
    return {};
}

} // namespace millrace
