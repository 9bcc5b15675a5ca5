// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/runs/IngestSnapshot.h"

#include "base/Hash.h"
#include "base/Text.h"

namespace millrace
{
void saveRows(const Batch& rows, const std::string& name, Checkpoint& checkpoint)
{
    checkpoint.tensors[name + ".features"] = rows.features;
    checkpoint.tensors[name + ".labels"] = rows.targets;
    if (!rows.weights.empty())
        checkpoint.tensors[name + ".weights"] = rows.weights;
}

Result<Batch> loadRows(const std::string& name, const Checkpoint& checkpoint, std::size_t width, std::size_t targets)
{
    const auto find = [&](const std::string& key) {
        const auto found = checkpoint.tensors.find(key);
        return found == checkpoint.tensors.end() ? std::vector<float>() : found->second;
    };
    Batch rows{find(name + ".features"), find(name + ".labels"), find(name + ".weights"), targets};
    const auto count = static_cast<std::size_t>(rows.rows());
    const bool hasWeights = rows.weights.empty() || rows.weights.size() == count;
    if (rows.features.size() == count * width && rows.targets.size() == count * targets && hasWeights)
        return rows;
    return fail(ErrorCode::BadData,
                "The rows in hand of the checkpoint do not have " + std::to_string(width) + " features and " +
                    countOf(static_cast<std::int64_t>(targets), "target"),
                "Train anew");
}

RecordIdentity identityOf(const MessageView& message)
{
    std::uint64_t hash = hashOf(std::to_string(message.timestamp));
    hash = hashOf(message.key, hash ^ message.key.size());
    return {message.offset, hashOf(message.value, hash)};
}

nlohmann::json toJson(const RecordIdentity& identity)
{
    return {{"offset", identity.offset}, {"hash", identity.hash}};
}

RecordIdentity identityFromJson(const nlohmann::json& json)
{
    return {json.at("offset").get<std::int64_t>(), json.at("hash").get<std::uint64_t>()};
}

void saveIngestSnapshot(const IngestSnapshot& snapshot, Checkpoint& checkpoint)
{
    nlohmann::json json = {{"topic", snapshot.next.topic},          {"partition", snapshot.next.partition},
                           {"offset", snapshot.next.offset},        {"epoch", snapshot.epoch},
                           {"rows_in_pass", snapshot.rowsInPass},   {"shuffle_drawn", snapshot.shuffle.drawn},
                           {"rejected", toJson(snapshot.rejected)}, {"deleted_in_pass", snapshot.deletedInPass}};
    if (snapshot.last)
        json["last"] = toJson(*snapshot.last);
    checkpoint.metadata["cut"] = std::move(json);
    saveRows(snapshot.shuffle.rows, "cut.shuffle", checkpoint);
    saveRows(snapshot.open, "cut.open", checkpoint);
}

Result<IngestSnapshot> loadIngestSnapshot(const Checkpoint& checkpoint, std::size_t width, std::size_t targets)
{
    IngestSnapshot snapshot;
    try {
        const nlohmann::json& json = checkpoint.metadata.at("cut");
        snapshot.next = {json.at("topic").get<std::string>(), json.at("partition").get<int>(),
                         json.at("offset").get<std::int64_t>()};
        snapshot.epoch = json.at("epoch").get<int>();
        snapshot.rowsInPass = json.at("rows_in_pass").get<std::int64_t>();
        snapshot.shuffle.drawn = json.at("shuffle_drawn").get<std::uint64_t>();
        snapshot.rejected = rejectionStateOf(json);
        snapshot.deletedInPass = json.value("deleted_in_pass", std::int64_t{0}); // earlier builds did not count them
        if (json.contains("last"))
            snapshot.last = identityFromJson(json["last"]);
    } catch (const nlohmann::json::exception& exception) {
        return fail(ErrorCode::BadData, std::string("The checkpoint does not say where to go on: ") + exception.what(),
                    "Train anew");
    }
    auto shuffle = loadRows("cut.shuffle", checkpoint, width, targets),
         open = loadRows("cut.open", checkpoint, width, targets);
    if (!shuffle || !open)
        return fail(!shuffle ? shuffle.error() : open.error());
    snapshot.shuffle.rows = std::move(*shuffle);
    snapshot.open = std::move(*open);
    return snapshot;
}

} // namespace millrace
