// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/runs/Cut.h"

#include "base/Hash.h"

namespace millrace
{
void saveRows(const Batch& rows, const std::string& name, Checkpoint& checkpoint)
{
    checkpoint.tensors[name + ".features"] = rows.features;
    checkpoint.tensors[name + ".labels"] = rows.targets;
}

Result<Batch> loadRows(const std::string& name, const Checkpoint& checkpoint, std::size_t width)
{
    const auto find = [&](const std::string& key) {
        const auto found = checkpoint.tensors.find(key);
        return found == checkpoint.tensors.end() ? std::vector<float>() : found->second;
    };
    Batch rows{find(name + ".features"), find(name + ".labels")};
    if (rows.features.size() == rows.targets.size() * width)
        return rows;
    return fail(ErrorCode::BadData,
                "The rows in hand of the checkpoint do not have " + std::to_string(width) + " features", "Train anew");
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

void saveCut(const Cut& cut, Checkpoint& checkpoint)
{
    nlohmann::json json = {{"topic", cut.next.topic},          {"partition", cut.next.partition},
                           {"offset", cut.next.offset},        {"epoch", cut.epoch},
                           {"rows_in_pass", cut.rowsInPass},   {"shuffle_drawn", cut.shuffle.drawn},
                           {"rejected", toJson(cut.rejected)}, {"deleted_in_pass", cut.deletedInPass}};
    if (cut.last)
        json["last"] = toJson(*cut.last);
    checkpoint.metadata["cut"] = std::move(json);
    saveRows(cut.shuffle.rows, "cut.shuffle", checkpoint);
    saveRows(cut.open, "cut.open", checkpoint);
}

Result<Cut> loadCut(const Checkpoint& checkpoint, std::size_t width)
{
    Cut cut;
    try {
        const nlohmann::json& json = checkpoint.metadata.at("cut");
        cut.next = {json.at("topic").get<std::string>(), json.at("partition").get<int>(),
                    json.at("offset").get<std::int64_t>()};
        cut.epoch = json.at("epoch").get<int>();
        cut.rowsInPass = json.at("rows_in_pass").get<std::int64_t>();
        cut.shuffle.drawn = json.at("shuffle_drawn").get<std::uint64_t>();
        cut.rejected = rejectionStateOf(json);
        cut.deletedInPass = json.value("deleted_in_pass", std::int64_t{0}); // earlier builds did not count them
        if (json.contains("last"))
            cut.last = identityFromJson(json["last"]);
    } catch (const nlohmann::json::exception& exception) {
        return fail(ErrorCode::BadData, std::string("The checkpoint does not say where to go on: ") + exception.what(),
                    "Train anew");
    }
    auto shuffle = loadRows("cut.shuffle", checkpoint, width), open = loadRows("cut.open", checkpoint, width);
    if (!shuffle || !open)
        return fail(!shuffle ? shuffle.error() : open.error());
    cut.shuffle.rows = std::move(*shuffle);
    cut.open = std::move(*open);
    return cut;
}

} // namespace millrace
