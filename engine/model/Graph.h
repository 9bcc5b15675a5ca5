// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/Parameters.h"
#include "model/ModelSpec.h"

#include <cstdint>

namespace millrace
{

/// The primitive operations that every layer and transform lowers to. The learner, the shapes and the exporters read
/// only these. x is [rows, inputs], the result [rows, outputs].
enum class OpKind {
    Affine, ///< x · scale + shift with constants per column
    Clip,   ///< each column of x between its low and its high
    Linear, ///< x · Wᵀ + b, W is [outputs, inputs]; with a skip also + x₀ · Vᵀ, x₀ what the first Linear takes
    Relu,
    Tanh,
    Sigmoid,
    Dropout, ///< training only: each element is 0 with probability rate, else divided by 1 − rate
};

/// A tensor of trainable numbers inside the one flat parameter buffer.
struct Parameter {
    std::string name;                ///< "layers.0.weight"
    std::vector<std::int64_t> shape; ///< row-major
    std::int64_t offset = 0;         ///< first element in the flat buffer
    [[nodiscard]] std::int64_t count() const;
};

struct Op {
    OpKind kind = OpKind::Relu;
    int inputs = 0;
    int outputs = 0;
    int layer = -1;  ///< index into ModelSpec::layers; −1 for preprocessing, and for what gives a regression its unit
    int weight = -1; ///< index into Graph::parameters (Linear)
    int bias = -1;
    int skip = -1;            ///< V, [outputs, skipInputs]; −1: there is none
    int skipInputs = 0;       ///< numbers of x₀
    float rate = 0;           ///< Dropout
    std::vector<float> scale; ///< Affine
    std::vector<float> shift;
    std::vector<float> low; ///< Clip
    std::vector<float> high;
};

/// A lowered model: a chain of primitive operations.
struct Graph {
    Task task;
    int inputs = 0; ///< the numbers that a row is: inputNames()
    std::vector<Op> ops;
    std::vector<Parameter> parameters;
    std::int64_t parameterCount = 0;
};

/// Checks every layer and shape. Behind the last layer of a regression comes an Affine that makes what was learnt the
/// targets' values in their units. The error names the layer ("layer 3, dense: units must be at least 1").
Result<Graph> lower(const ModelSpec& spec);

/// A row of the summary table, one a layer: "Dense 128 relu", output width, parameters.
struct SummaryRow {
    std::string layer;
    std::string output; ///< "128"
    std::int64_t parameters = 0;
};
Result<std::vector<SummaryRow>> summarize(const ModelSpec& spec);

/// A row of the layer table (model/registry.cpp). A new layer kind is one file and one row.
struct LayerKind {
    std::string name;
    std::string help;
    bool isTransform = false;
    std::vector<ParameterInfo> parameters;
};
const std::vector<LayerKind>& layerKinds();

} // namespace millrace
