// SPDX-License-Identifier: GPL-3.0-or-later
// The optimizer table: a new optimizer is one row here and its update in train/torch/Optimizers.cpp. The loss table
// likewise, with train/torch/Losses.cpp; a task (data/Task.cpp) names its loss.
#include "train/Losses.h"
#include "train/Optimizers.h"

#include "base/Text.h"

#include <algorithm>
#include <cmath>

namespace millrace
{
namespace
{

OptimizerParameter number(const char* name, double OptimizerSpec::*value, double minimum, double maximum,
                          double defaultValue, const char* help)
{
    return {{name, "number", minimum, maximum, defaultValue, {}, help}, value};
}

const OptimizerKind* find(const std::string& name)
{
    for (const OptimizerKind& kind : optimizerKinds())
        if (kind.name == name)
            return &kind;
    return nullptr;
}

std::vector<std::string> kindNames()
{
    std::vector<std::string> names;
    for (const OptimizerKind& kind : optimizerKinds())
        names.push_back(kind.name);
    return names;
}

tl::unexpected<Error> unknown(const std::string& path, const std::string& what, const std::string& word,
                              const std::vector<std::string>& known)
{
    return fail(ErrorCode::Usage, path + ": unknown " + what + " \"" + word + "\"", didYouMeanOneOf(word, known));
}

Status readNumber(const OptimizerParameter& info, const nlohmann::json& json, OptimizerSpec& spec)
{
    const nlohmann::json value = json.value(info.name, info.defaultValue);
    const bool good = value.is_number() && std::isfinite(value.get<double>()) &&
                      value.get<double>() >= info.minimum.get<double>() &&
                      value.get<double>() <= info.maximum.get<double>();
    if (!good)
        return fail(ErrorCode::Usage,
                    "/" + info.name + ": must be a number from " + dumpJson(info.minimum) + " to " +
                        dumpJson(info.maximum),
                    info.help);
    spec.*info.value = value.get<double>();
    return {};
}

Status checkKeys(const OptimizerKind& kind, const nlohmann::json& json)
{
    std::vector<std::string> known = {"kind"};
    for (const OptimizerParameter& info : kind.parameters)
        known.push_back(info.name);
    for (const auto& [key, value] : json.items())
        if (std::ranges::find(known, key) == known.end())
            return unknown("/" + key, "parameter of " + kind.name, key, known);
    return {};
}

} // namespace

const std::vector<OptimizerKind>& optimizerKinds()
{
    static const OptimizerParameter rate =
        number("learning-rate", &OptimizerSpec::learningRate, 0, 100, 1e-3, "How far each step goes");
    static const std::vector<OptimizerKind> kinds = {
        {"adam",
         "Adam (Kingma and Ba 2015): steps scaled by running means of the gradient and of its square",
         true,
         {rate, number("beta1", &OptimizerSpec::beta1, 0, 0.999999, 0.9, "Decay of the running mean of the gradient"),
          number("beta2", &OptimizerSpec::beta2, 0, 0.999999, 0.999,
                 "Decay of the running mean of the squared gradient"),
          number("epsilon", &OptimizerSpec::epsilon, 1e-16, 1, 1e-8,
                 "Keeps the division finite where gradients are tiny")}},
        {"sgd", "Plain gradient descent", false, {rate}},
    };
    return kinds;
}

const std::vector<LossKind>& lossKinds()
{
    static const std::vector<LossKind> kinds = {
        {"binary-cross-entropy", "Cross-entropy of two classes on the logit of class 1, natural logarithm"},
    };
    return kinds;
}

nlohmann::json toJson(const OptimizerSpec& spec)
{
    nlohmann::json json = {{"kind", spec.kind}};
    if (const OptimizerKind* kind = find(spec.kind))
        for (const OptimizerParameter& info : kind->parameters)
            json[info.name] = spec.*info.value;
    return json;
}

Result<OptimizerSpec> optimizerFromJson(const nlohmann::json& json)
{
    if (!json.is_object())
        return fail(ErrorCode::Usage, "/: the optimizer must be a JSON object", R"(For example {"kind": "adam"})");
    const nlohmann::json name = json.value("kind", nlohmann::json("adam"));
    if (!name.is_string())
        return fail(ErrorCode::Usage, "/kind: must be a text");
    OptimizerSpec spec;
    spec.kind = name.get<std::string>();
    const OptimizerKind* kind = find(spec.kind);
    if (kind == nullptr)
        return unknown("/kind", "optimizer", spec.kind, kindNames());
    if (Status status = checkKeys(*kind, json); !status)
        return fail(status.error());
    for (const OptimizerParameter& info : kind->parameters)
        if (Status status = readNumber(info, json, spec); !status)
            return fail(status.error());
    return spec;
}

} // namespace millrace
