// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/training/TrainResult.h"

#include <algorithm>
#include <cmath>

namespace millrace
{

nlohmann::json toJson(const EpochResult& epoch, const Task& task)
{
    const std::string& curve = infoOf(task).curve;
    nlohmann::json json = {{"epoch", epoch.epoch}, {"records", epoch.records}, {"loss", epoch.loss},
                           {curve, epoch.score},   {"seconds", epoch.seconds}, {"deleted", epoch.deleted}};
    if (epoch.validation) {
        json["validation_loss"] = orNull(epoch.validation->loss);
        json["validation_" + curve] = orNull(epoch.validation->score);
    }
    return json;
}

EpochResult epochFromJson(const nlohmann::json& json, const Task& task)
{
    const auto number = [&json](const char* key) { return json.at(key).is_null() ? NAN : json.at(key).get<double>(); };
    const std::string& curve = infoOf(task).curve;
    EpochResult epoch{json.at("epoch").get<int>(),
                      json.at("records").get<std::int64_t>(),
                      number("loss"),
                      number(curve.c_str()),
                      number("seconds"),
                      json.value("deleted", std::int64_t{0}),
                      {}};
    if (json.contains("validation_loss"))
        epoch.validation = CurvePoint{number("validation_loss"), number(("validation_" + curve).c_str())};
    return epoch;
}

nlohmann::json toJson(const TrainResult& result)
{
    const std::string& curve = infoOf(result.task).curve;
    nlohmann::json perEpoch = nlohmann::json::array();
    for (const EpochResult& epoch : result.epochs)
        perEpoch.push_back(toJson(epoch, result.task));
    nlohmann::json json = {{"run", result.run},
                           {"task", infoOf(result.task).name},
                           {"classes", result.task.classes},
                           {"partition", result.partition},
                           {"features", result.features},
                           {"epochs", result.epochs.size()},
                           {"steps", result.steps},
                           {"records", result.records},
                           {"deleted_unread", result.deletedUnread},
                           {"left_out", result.forNeither},
                           {"loss", nullptr},
                           {curve, nullptr},
                           {"parameters", result.parameters},
                           {"threads", result.threads},
                           {"seconds", result.seconds},
                           {"records_per_second", static_cast<double>(result.records) / std::max(result.seconds, 1e-9)},
                           {"limited_by", result.limitedBy},
                           {"per_epoch", std::move(perEpoch)},
                           {"stopped", result.stopped},
                           {"dropped", result.dropped},
                           {"simulated", result.simulated},
                           {"best", result.best}};
    tell(result.nothing, json);
    json["columns"] = result.columns;
    json["notes"] = result.notes;
    json["only_class"] = toJson(result.onlyClass);
    tell(result.rejections, json);
    if (!result.epochs.empty()) {
        json["loss"] = result.epochs.back().loss;
        json[curve] = result.epochs.back().score;
    }
    if (const auto& validation = result.validation) {
        nlohmann::json scores;
        tell(validation->scores, scores);
        json["validation"] = {{"records", validation->records},
                              {"best_epoch", validation->bestEpoch},
                              {"stopped_early", validation->stoppedEarly},
                              {"criterion", validation->criterion},
                              {"scores", std::move(scores)}};
    }
    if (!result.weightColumn.empty())
        json["weight_column"] = result.weightColumn;
    if (result.task.kind == TaskKind::Binary)
        json["threshold"] = result.task.threshold;
    if (result.identical)
        json["identical"] = *result.identical;
    return json;
}

} // namespace millrace
