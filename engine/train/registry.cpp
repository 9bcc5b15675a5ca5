// SPDX-License-Identifier: GPL-3.0-or-later
// The optimizer table: a new optimizer is one row here and its update in train/torch/Optimizers.cpp. The loss table
// likewise, with train/torch/Losses.cpp; a task (data/Task.cpp) names its loss. A new schedule is one row here with its
// function.
#include "train/Losses.h"
#include "train/Optimizers.h"
#include "train/Schedules.h"

#include "base/Text.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace millrace
{
namespace
{

OptimizerParameter number(const char* name, double OptimizerSpec::*value, double minimum, double maximum,
                          double defaultValue, const char* help)
{
    return {{name, "number", minimum, maximum, defaultValue, {}, help}, value};
}

template <class Kind>
const Kind* find(const std::vector<Kind>& kinds, const std::string& name)
{
    const auto kind = std::ranges::find(kinds, name, &Kind::name);
    return kind == kinds.end() ? nullptr : &*kind;
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

/// The row that "kind" names, or the first where there is none of it.
template <class Kind>
Result<const Kind*> kindOf(const std::vector<Kind>& kinds, const nlohmann::json& json, const std::string& what)
{
    if (!json.is_object())
        return fail(ErrorCode::Usage, "/: the " + what + " must be a JSON object",
                    R"(For example {"kind": ")" + kinds.front().name + "\"}");
    const nlohmann::json name = json.value("kind", nlohmann::json(kinds.front().name));
    if (!name.is_string())
        return fail(ErrorCode::Usage, "/kind: must be a text");
    if (const Kind* kind = find(kinds, name.get<std::string>()))
        return kind;
    std::vector<std::string> known;
    for (const Kind& kind : kinds)
        known.push_back(kind.name);
    return unknown("/kind", what, name.get<std::string>(), known);
}

Status checkKeys(const std::string& kind, std::vector<std::string> known, const nlohmann::json& json)
{
    known.insert(known.begin(), "kind");
    for (const auto& [key, value] : json.items())
        if (std::ranges::find(known, key) == known.end())
            return unknown("/" + key, "parameter of " + kind, key, known);
    return {};
}

double constantFactor(std::int64_t, std::int64_t)
{
    return 1;
}

/// Half a period of the cosine from 1 to 0 (Loshchilov and Hutter: "SGDR", ICLR 2017, (5), without restarts), times a
/// linear warm-up over the first 5 % of the steps, at most 100, whose last one is whole.
double cosineFactor(std::int64_t step, std::int64_t steps)
{
    constexpr std::int64_t kWarmUpPart = 20, kLongestWarmUp = 100;
    const auto warmUp = std::min(steps / kWarmUpPart, kLongestWarmUp);
    const double cosine = (1 + std::cos(std::numbers::pi * static_cast<double>(step) / static_cast<double>(steps))) / 2;
    return step < warmUp ? cosine * static_cast<double>(step + 1) / static_cast<double>(warmUp) : cosine;
}

} // namespace

const std::vector<OptimizerKind>& optimizerKinds()
{
    static const OptimizerParameter rate =
        number("learning-rate", &OptimizerSpec::learningRate, 0, 100, 1e-3, "How far each step goes");
    static const OptimizerParameter beta1 =
        number("beta1", &OptimizerSpec::beta1, 0, 0.999999, 0.9, "Decay of the running mean of the gradient");
    static const OptimizerParameter beta2 =
        number("beta2", &OptimizerSpec::beta2, 0, 0.999999, 0.999, "Decay of the running mean of the squared gradient");
    static const OptimizerParameter epsilon = number("epsilon", &OptimizerSpec::epsilon, 1e-16, 1, 1e-8,
                                                     "Keeps the division finite where gradients are tiny");
    static const OptimizerParameter decay =
        number("weight-decay", &OptimizerSpec::weightDecay, 0, 100, 0.01,
               "The part of each weight that a step takes off, times the learning rate");
    static const std::vector<OptimizerKind> kinds = {
        {"adam",
         "Adam (Kingma and Ba 2015): steps scaled by running means of the gradient and of its square",
         true,
         {rate, beta1, beta2, epsilon}},
        {"adamw",
         "Adam with decoupled weight decay (Loshchilov and Hutter 2019): weights that nothing asks for shrink",
         true,
         {rate, beta1, beta2, epsilon, decay}},
        {"sgd", "Plain gradient descent", false, {rate}},
    };
    return kinds;
}

const std::vector<LossKind>& lossKinds()
{
    static const std::vector<LossKind> kinds = {
        {"binary-cross-entropy", "Cross-entropy of two classes on the logit of class 1, natural logarithm"},
        {"softmax-cross-entropy", "Cross-entropy of several classes on a logit for each, natural logarithm"},
        {"squared-error", "Square of the error in units of the target's deviation, mean over the targets"},
    };
    return kinds;
}

nlohmann::json toJson(const OptimizerSpec& spec)
{
    nlohmann::json json = {{"kind", spec.kind}};
    if (const OptimizerKind* kind = find(optimizerKinds(), spec.kind))
        for (const OptimizerParameter& info : kind->parameters)
            json[info.name] = spec.*info.value;
    return json;
}

Result<OptimizerSpec> optimizerFromJson(const nlohmann::json& json)
{
    const auto kind = kindOf(optimizerKinds(), json, "optimizer");
    if (!kind)
        return fail(kind.error());
    OptimizerSpec spec;
    spec.kind = (*kind)->name;
    std::vector<std::string> known;
    for (const OptimizerParameter& info : (*kind)->parameters)
        known.push_back(info.name);
    if (Status status = checkKeys(spec.kind, known, json); !status)
        return fail(status.error());
    for (const OptimizerParameter& info : (*kind)->parameters)
        if (Status status = readNumber(info, json, spec); !status)
            return fail(status.error());
    return spec;
}

const std::vector<ScheduleKind>& scheduleKinds()
{
    static const std::vector<ScheduleKind> kinds = {
        {"constant", "The learning rate stays as it is", constantFactor},
        {"cosine", "The learning rate falls to 0 along a cosine (Loshchilov and Hutter 2017), after a short warm-up",
         cosineFactor},
    };
    return kinds;
}

nlohmann::json toJson(const ScheduleSpec& spec)
{
    return {{"kind", spec.kind}};
}

Result<ScheduleSpec> scheduleFromJson(const nlohmann::json& json)
{
    const auto kind = kindOf(scheduleKinds(), json, "schedule");
    if (!kind)
        return fail(kind.error());
    if (Status status = checkKeys((*kind)->name, {}, json); !status)
        return fail(status.error());
    return ScheduleSpec{(*kind)->name};
}

double rateAt(const ScheduleSpec& spec, double base, std::int64_t step, std::int64_t steps)
{
    const ScheduleKind* kind = find(scheduleKinds(), spec.kind);
    return kind == nullptr || steps < 1 ? base : base * kind->factorAt(std::clamp<std::int64_t>(step, 0, steps), steps);
}

} // namespace millrace
