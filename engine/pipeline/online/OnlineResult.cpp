// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/online/OnlineResult.h"

namespace millrace
{
namespace
{

nlohmann::json toJson(const LateLabels& labels)
{
    return {{"waiting", labels.waiting},
            {"late", labels.late},
            {"unmatched", labels.unmatched},
            {"deleted_unread", labels.deletedUnread}};
}

nlohmann::json windowJson(const OnlineResult& result)
{
    nlohmann::json json = {{"records", result.windowRecords}};
    tell(result.windowed, json);
    return json;
}

} // namespace

nlohmann::json toJson(const OnlineResult& result)
{
    nlohmann::json json = result.figures;
    json.update({{"run", result.run},
                 {"parent", result.parent.empty() ? nlohmann::json() : nlohmann::json(result.parent)},
                 {"group", result.group},
                 {"topic", result.topic},
                 {"task", infoOf(result.task).name},
                 {"records", result.records},
                 {"windowed", windowJson(result)},
                 {"only_class", toJson(result.onlyClass)},
                 {"drifts", result.drifts},
                 {"mini_datasets", result.miniDatasets},
                 {"mini_dataset_count", result.miniDatasetCount},
                 {"batch", result.batch},
                 {"steps", result.steps},
                 {"pass", result.pass},
                 {"passes", result.passes},
                 {"repeated", result.repeated},
                 {"seconds", result.seconds},
                 {"records_per_second", result.recordsPerSecond},
                 {"learning_seconds", result.learningSeconds},
                 {"learning_records_per_second", result.learningRate},
                 {"skipped", result.skipped},
                 {"deleted_unread", result.deletedUnread},
                 {"dropped", result.dropped},
                 {"notes", result.notes},
                 {"simulated", result.simulated},
                 {"best", result.best},
                 {"stopped", result.stopped}});
    tell(result.scores, json);
    tell(result.rejections, json);
    tell(result.nothing, json);
    if (result.labels)
        json["labels"] = toJson(*result.labels);
    if (result.identical)
        json["identical"] = *result.identical;
    return json;
}

} // namespace millrace
