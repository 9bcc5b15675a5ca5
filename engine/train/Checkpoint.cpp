// SPDX-License-Identifier: GPL-3.0-or-later
#include "train/Checkpoint.h"

#include "base/Files.h"
#include "base/Json.h"
#include "base/Text.h"
#include "train/Safetensors.h"

namespace millrace
{
namespace
{

constexpr int kFormat = 1;
constexpr auto kKey = "millrace";

tl::unexpected<Error> unusable(const std::filesystem::path& file, const std::string& why, const std::string& advice)
{
    return fail(ErrorCode::BadData, "cannot use the checkpoint " + file.string() + ": " + why, advice);
}

/// The caller's JSON with what belongs to this format beside it.
nlohmann::json wrap(const Checkpoint& checkpoint)
{
    nlohmann::json names = nlohmann::json::array();
    for (const auto& [name, values] : checkpoint.tensors)
        names.push_back(name);
    return {{"format", kFormat},
            {"learner",
             {{"step", checkpoint.learner.step},
              {"learning-rate", checkpoint.learner.learningRate},
              {"moments-from", checkpoint.learner.momentsFrom}}},
            {"tensors", std::move(names)},
            {"run", checkpoint.metadata}};
}

Status readInto(const nlohmann::json& json, const SafetensorsFile& tensors, Checkpoint& checkpoint)
{
    try {
        checkpoint.metadata = json.at("run");
        if (checkpoint.metadata.is_null())
            checkpoint.metadata = nlohmann::json::object();
        if (!checkpoint.metadata.is_object())
            return fail(ErrorCode::BadData, "its metadata is not as it must be: run is no object");
        checkpoint.learner.step = json.at("learner").at("step").get<std::int64_t>();
        checkpoint.learner.learningRate = json.at("learner").at("learning-rate").get<double>();
        checkpoint.learner.momentsFrom = json.at("learner").value("moments-from", std::int64_t{0});
    } catch (const nlohmann::json::exception& exception) {
        return fail(ErrorCode::BadData, std::string("its metadata is not as it must be: ") + exception.what());
    }
    for (const auto& name : json.value("tensors", nlohmann::json::array()))
        if (name.is_string())
            checkpoint.tensors[name.get<std::string>()] = tensors.values(name.get<std::string>());
    checkpoint.learner.weights = tensors.values("weights");
    checkpoint.learner.firstMoments = tensors.values("moments.first");
    checkpoint.learner.secondMoments = tensors.values("moments.second");
    return {};
}

} // namespace

Status writeCheckpoint(const std::filesystem::path& file, const Checkpoint& checkpoint)
{
    const LearnerState& state = checkpoint.learner;
    std::vector<SafetensorsEntry> tensors;
    const auto add = [&tensors](const char* name, const std::vector<float>& values) {
        if (!values.empty())
            tensors.push_back({name, {static_cast<std::int64_t>(values.size())}, values});
    };
    add("weights", state.weights);
    add("moments.first", state.firstMoments);
    add("moments.second", state.secondMoments);
    for (const auto& [name, values] : checkpoint.tensors)
        add(name.c_str(), values);
    const std::string json = dumpJson(wrap(checkpoint));
    return writeFileAtomically(file, writeSafetensors(tensors, {{kKey, json}}, true));
}

Result<Checkpoint> readCheckpoint(const std::filesystem::path& file)
{
    constexpr auto kOlder = "Use the checkpoint before it";
    Result<std::string> content = readFile(file);
    if (!content)
        return fail(content.error());
    Result<SafetensorsFile> tensors = SafetensorsFile::parse(std::move(*content));
    if (!tensors)
        return unusable(file, tensors.error().message, kOlder);
    const nlohmann::json json =
        parseJson(tensors->metadata(kKey), "Its description").value_or(nlohmann::json()); // null: it has none
    if (!json.is_object() || !json.contains("format") || !json["format"].is_number_integer())
        return unusable(file, "it is a safetensors file, but not a checkpoint of Millrace",
                        "Choose a file of a run's checkpoints");
    if (json["format"].get<int>() > kFormat)
        return unusable(file, "it is of a newer format, " + dumpJson(json["format"]),
                        "Use the Millrace that wrote it, or a newer one");
    if (!tensors->hasChecksum())
        return unusable(file, "its checksum is missing", kOlder);
    Checkpoint checkpoint;
    if (Status status = readInto(json, *tensors, checkpoint); !status)
        return unusable(file, status.error().message, kOlder);
    return checkpoint;
}

} // namespace millrace
