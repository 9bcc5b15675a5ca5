// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/runs/PartitionState.h"

#include "base/Json.h"
#include "base/Text.h"

namespace millrace
{

std::string keyOf(const std::string& topic, int partition)
{
    return topic + "-" + std::to_string(partition);
}

std::string toText(const PartitionState& state)
{
    nlohmann::json json = {{"version", 1},          {"topic", state.topic}, {"partition", state.partition},
                           {"from", state.from},    {"next", state.next},   {"model", state.model},
                           {"step", state.step},    {"by", state.by},       {"rejected", state.rejected},
                           {"scores", state.scores}};
    if (state.learnt)
        json["learnt"] = *state.learnt;
    return dumpJson(json);
}

Result<PartitionState> partitionStateFrom(std::string_view text)
{
    const auto unusable = [](const std::string& reason) {
        return fail(ErrorCode::BadData, "A message is no state of a partition: " + reason,
                    "Nothing but Millrace should write to the state topic of a group");
    };
    const auto parsed = parseJson(text, "Its value");
    if (!parsed)
        return unusable(parsed.error().message);
    const nlohmann::json& json = *parsed;
    try {
        if (json.at("version") != 1)
            return unusable("it is not JSON of version 1");
        PartitionState state;
        json.at("topic").get_to(state.topic);
        json.at("partition").get_to(state.partition);
        json.at("from").get_to(state.from);
        json.at("next").get_to(state.next);
        json.at("model").get_to(state.model);
        json.at("step").get_to(state.step);
        json.at("by").get_to(state.by);
        json.at("rejected").get_to(state.rejected);
        state.scores = json.at("scores");
        state.learnt.reset();
        if (const auto learnt = json.find("learnt"); learnt != json.end())
            state.learnt = learnt->get<std::int64_t>();
        return state;
    } catch (const nlohmann::json::exception& exception) {
        return unusable(exception.what());
    }
}

} // namespace millrace
