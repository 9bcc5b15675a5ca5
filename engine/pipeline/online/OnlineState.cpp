// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/online/OnlineState.h"

#include "base/Text.h"
#include "metrics/ScoreTable.h"

namespace millrace
{
namespace
{

constexpr auto kOnlineKey = "online";
constexpr auto kRows = "online.rows", kShuffle = "online.shuffle";

nlohmann::json toJson(const Positions& positions)
{
    nlohmann::json json = nlohmann::json::array();
    for (const auto& [partition, position] : positions) {
        json.push_back({{"partition", partition}, {"next", position.next}});
        if (position.last)
            json.back()["last"] = toJson(*position.last);
    }
    return json;
}

Positions positionsFromJson(const nlohmann::json& json)
{
    Positions positions;
    for (const nlohmann::json& each : json) {
        PartitionPosition& position = positions[each.at("partition").get<int>()];
        position.next = each.at("next").get<std::int64_t>();
        if (each.contains("last"))
            position.last = identityFromJson(each["last"]);
    }
    return positions;
}

nlohmann::json toJson(const OnlineState::InHand& inHand)
{
    return {{"epoch", inHand.fit.epoch},      {"row", inHand.fit.row}, {"drawn", inHand.fit.shuffle.drawn},
            {"loss_sum", inHand.fit.lossSum}, {"loss", inHand.loss},   {"score", inHand.score}};
}

OnlineState::InHand inHandFromJson(const nlohmann::json& json)
{
    OnlineState::InHand inHand;
    inHand.fit.epoch = json.at("epoch").get<int>();
    inHand.fit.row = json.at("row").get<std::int64_t>();
    inHand.fit.shuffle.drawn = json.at("drawn").get<std::uint64_t>();
    inHand.fit.lossSum = json.at("loss_sum").get<double>();
    inHand.loss = json.at("loss").is_null() ? kUnknown : json["loss"].get<double>();
    const nlohmann::json& score = json.at(json.contains("score") ? "score" : "accuracy"); // as earlier builds say
    inHand.score = score.is_null() ? kUnknown : score.get<double>();
    return inHand;
}

OnlineState fromJson(const nlohmann::json& json)
{
    OnlineState state;
    state.positions =
        positionsFromJson(json.at(json.contains("positions") ? "positions" : "places")); // so named by earlier builds
    state.labelPositions = positionsFromJson(json.at("label_places"));
    json.at("arrived").get_to(state.arrived);
    json.at("mini_datasets").get_to(state.miniDatasets);
    json.at("records").get_to(state.records);
    json.at("steps").get_to(state.steps);
    json.at("skipped").get_to(state.skipped);
    state.deleted = json.value("deleted_unread", std::int64_t{0}); // earlier builds did not count them
    state.labelsDeleted = json.value("labels_deleted_unread", std::int64_t{0});
    json.at("seconds").get_to(state.seconds);
    state.rejected = rejectionStateOf(json);
    json.at("scores_bytes").get_to(state.scoresBytes);
    json.at("metrics_bytes").get_to(state.metricsBytes);
    json.at("base_rate").get_to(state.baseRate);
    json.at("raised_until").get_to(state.raisedUntil);
    json.at("pass").get_to(state.pass);
    state.passPositions = positionsFromJson(json.at("pass_places"));
    json.at("pass_records").get_to(state.passRecords);
    json.at("repeated").get_to(state.repeated);
    state.rows = json.at("rows");
    state.drifts = json.at("drifts");
    state.watch = json.at("watch");
    state.normaliser = json.at("normaliser");
    if (json.contains("in_hand"))
        state.inHand = inHandFromJson(json["in_hand"]);
    return state;
}

} // namespace

void OnlineState::remember(nlohmann::json drift)
{
    constexpr std::size_t kDriftsTold = 1000;
    if (drifts.size() >= kDriftsTold)
        drifts.erase(0);
    drifts.push_back(std::move(drift));
}

SavedState savedState(const OnlineState& state, std::int64_t checkpoint, const std::string& run)
{
    return {state.positions, state.miniDatasets + (state.inHand ? 1 : 0), state.scoresBytes, checkpoint,
            dumpJson(nlohmann::json{{"run", run}, {"step", state.steps}})};
}

void saveOnlineState(const OnlineState& state, Checkpoint& checkpoint)
{
    nlohmann::json json = {{"positions", toJson(state.positions)},
                           {"label_places", toJson(state.labelPositions)},
                           {"arrived", state.arrived},
                           {"mini_datasets", state.miniDatasets},
                           {"records", state.records},
                           {"steps", state.steps},
                           {"skipped", state.skipped},
                           {"deleted_unread", state.deleted},
                           {"labels_deleted_unread", state.labelsDeleted},
                           {"seconds", state.seconds},
                           {"rejected", toJson(state.rejected)},
                           {"scores_bytes", state.scoresBytes},
                           {"metrics_bytes", state.metricsBytes},
                           {"base_rate", state.baseRate},
                           {"raised_until", state.raisedUntil},
                           {"pass", state.pass},
                           {"pass_places", toJson(state.passPositions)},
                           {"pass_records", state.passRecords},
                           {"repeated", state.repeated},
                           {"rows", state.rows},
                           {"drifts", state.drifts},
                           {"watch", state.watch},
                           {"normaliser", state.normaliser}};
    if (state.inHand) {
        json["in_hand"] = toJson(*state.inHand);
        saveRows(state.inHand->rows, kRows, checkpoint);
        saveRows(state.inHand->fit.shuffle.rows, kShuffle, checkpoint);
    }
    checkpoint.metadata[kOnlineKey] = std::move(json);
}

Result<OnlineState> loadOnlineState(const Checkpoint& checkpoint, std::size_t width)
{
    constexpr auto kAdvice = "Start a new online run";
    try {
        OnlineState state = fromJson(checkpoint.metadata.at(kOnlineKey));
        if (!state.inHand)
            return state;
        auto rows = loadRows(kRows, checkpoint, width), shuffle = loadRows(kShuffle, checkpoint, width);
        if (!rows || !shuffle)
            return fail(!rows ? rows.error() : shuffle.error());
        state.inHand->rows = std::move(*rows);
        state.inHand->fit.shuffle.rows = std::move(*shuffle);
        return state;
    } catch (const nlohmann::json::exception& exception) {
        return fail(ErrorCode::BadData,
                    std::string("The checkpoint does not say where the stream goes on: ") + exception.what(), kAdvice);
    }
}

} // namespace millrace
