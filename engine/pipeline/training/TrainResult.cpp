// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/training/TrainResult.h"

#include <algorithm>
#include <cmath>

namespace millrace
{

nlohmann::json toJson(const EpochResult& epoch, const Task& task)
{
    return {{"epoch", epoch.epoch},     {"records", epoch.records},
            {"loss", epoch.loss},       {infoOf(task).curve, epoch.score},
            {"seconds", epoch.seconds}, {"deleted", epoch.deleted}};
}

EpochResult epochFromJson(const nlohmann::json& json, const Task& task)
{
    const auto number = [&json](const char* key) { return json.at(key).is_null() ? NAN : json.at(key).get<double>(); };
    return {json.at("epoch").get<int>(),
            json.at("records").get<std::int64_t>(),
            number("loss"),
            number(infoOf(task).curve.c_str()),
            number("seconds"),
            json.value("deleted", std::int64_t{0})};
}

nlohmann::json toJson(const TrainResult& result)
{
    const std::string& curve = infoOf(result.task).curve;
    nlohmann::json perEpoch = nlohmann::json::array();
    for (const EpochResult& epoch : result.epochs)
        perEpoch.push_back(toJson(epoch, result.task));
    nlohmann::json json = {{"run", result.run},
                           {"partition", result.partition},
                           {"epochs", result.epochs.size()},
                           {"steps", result.steps},
                           {"records", result.records},
                           {"deleted_unread", result.deletedUnread},
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
    json["notes"] = result.notes;
    json["only_class"] = toJson(result.onlyClass);
    tell(result.rejections, json);
    if (!result.epochs.empty()) {
        json["loss"] = result.epochs.back().loss;
        json[curve] = result.epochs.back().score;
    }
    if (result.identical)
        json["identical"] = *result.identical;
    return json;
}

} // namespace millrace
