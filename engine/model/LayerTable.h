// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/Graph.h"

namespace millrace
{

/// Takes the operations of a layer as it lowers itself, and keeps track of the width of what flows through.
class GraphBuilder
{
public:
    explicit GraphBuilder(int inputs);

    [[nodiscard]] int width() const { return m_width; }
    /// What has been lowered so far.
    [[nodiscard]] const Graph& graph() const { return m_graph; }
    /// The operations that follow belong to this layer of the model; −1: to none.
    void beginLayer(int layer) { m_layer = layer; }
    void affine(std::vector<float> scale, std::vector<float> shift);
    void clip(std::vector<float> low, std::vector<float> high);
    void linear(int outputs);
    /// The linear operation that was added last takes the inputs of the first one, too. False where it is the first.
    bool skip();
    void activation(OpKind kind);
    void dropout(float rate);
    Graph take() { return std::move(m_graph); }

private:
    Op& append(OpKind kind);
    int addParameter(const std::string& name, std::vector<std::int64_t> shape);

    Graph m_graph;
    int m_width;
    int m_layer = -1;
};

/// A row of the layer table: what people see, and how the layer lowers itself. `lower` gets parameters that are
/// complete and checked against the row; it only checks what depends on the width. Its errors name the parameter, not
/// the layer.
struct LayerRow {
    LayerKind kind;
    Status (*lower)(const nlohmann::json& parameters, GraphBuilder& builder);
};

LayerRow denseLayer();
LayerRow reluLayer();
LayerRow tanhLayer();
LayerRow sigmoidLayer();
LayerRow dropoutLayer();
LayerRow standardizeTransform();
LayerRow clipTransform();

/// Of a transform with a number for each feature: there must be as many. `name` is the parameter's.
Status checkLength(const nlohmann::json& values, const std::string& name, int width);

/// The row of a kind; nullptr when there is none.
const LayerRow* findLayerRow(const std::string& kind);

/// "layer 3, dense" or "transform 1, standardize": how errors name a layer, counted from 1.
std::string layerTitle(const LayerSpec& layer, std::size_t index, bool isTransform);

/// The row of a layer of the model, if its kind is known and stands at the right place.
Result<const LayerRow*> requireLayerRow(const LayerSpec& layer, std::size_t index, bool isTransform);

} // namespace millrace
