// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/Cut.h"

#include "base/Hash.h"

namespace millrace
{
namespace
{

void saveRows(const Batch& rows, const std::string& name, Checkpoint& checkpoint)
{
    checkpoint.tensors[name + ".features"] = rows.features;
    checkpoint.tensors[name + ".labels"] = rows.labels;
}

Batch loadRows(const std::string& name, const Checkpoint& checkpoint)
{
    const auto find = [&](const std::string& key) {
        const auto found = checkpoint.tensors.find(key);
        return found == checkpoint.tensors.end() ? std::vector<float>() : found->second;
    };
    return {find(name + ".features"), find(name + ".labels")};
}

} // namespace

RecordIdentity identityOf(const MessageView& message)
{
    std::uint64_t hash = hashOf(std::to_string(message.timestamp));
    hash = hashOf(message.key, hash ^ message.key.size());
    return {message.offset, hashOf(message.value, hash)};
}

void saveCut(const Cut& cut, Checkpoint& checkpoint)
{
    nlohmann::json json = {{"topic", cut.next.topic},        {"partition", cut.next.partition},
                           {"offset", cut.next.offset},      {"epoch", cut.epoch},
                           {"rows_in_pass", cut.rowsInPass}, {"shuffle_drawn", cut.shuffle.drawn},
                           {"rejected", cut.rejected},       {"rejected_bytes", cut.rejectedBytes}};
    if (cut.last)
        json["last"] = {{"offset", cut.last->offset}, {"hash", cut.last->hash}};
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
        cut.rejected = json.at("rejected").get<std::int64_t>();
        cut.rejectedBytes = json.at("rejected_bytes").get<std::int64_t>();
        if (json.contains("last"))
            cut.last = RecordIdentity{json["last"].at("offset").get<std::int64_t>(),
                                      json["last"].at("hash").get<std::uint64_t>()};
    } catch (const nlohmann::json::exception& exception) {
        return fail(ErrorCode::BadData, std::string("The checkpoint does not say where to go on: ") + exception.what(),
                    "Train anew");
    }
    cut.shuffle.rows = loadRows("cut.shuffle", checkpoint);
    cut.open = loadRows("cut.open", checkpoint);
    for (const Batch* rows : {&cut.shuffle.rows, &cut.open})
        if (rows->features.size() != rows->labels.size() * width)
            return fail(ErrorCode::BadData,
                        "The rows in hand of the checkpoint do not have " + std::to_string(width) + " features",
                        "Train anew");
    return cut;
}

} // namespace millrace
