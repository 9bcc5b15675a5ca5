// SPDX-License-Identifier: GPL-3.0-or-later
// The layer table: a new layer kind or transform is one file that makes a row, and one line here.
#include "base/Text.h"
#include "model/LayerTable.h"

namespace millrace
{
namespace
{

const std::vector<LayerRow>& layerRows()
{
    static const std::vector<LayerRow> rows = {
        denseLayer(), reluLayer(), tanhLayer(), sigmoidLayer(), dropoutLayer(), standardizeTransform(), clipTransform(),
    };
    return rows;
}

} // namespace

const std::vector<LayerKind>& layerKinds()
{
    static const std::vector<LayerKind> kinds = [] {
        std::vector<LayerKind> result;
        for (const LayerRow& row : layerRows())
            result.push_back(row.kind);
        return result;
    }();
    return kinds;
}

const LayerRow* findLayerRow(const std::string& kind)
{
    for (const LayerRow& row : layerRows())
        if (row.kind.name == kind)
            return &row;
    return nullptr;
}

std::string layerTitle(const LayerSpec& layer, std::size_t index, bool isTransform)
{
    return (isTransform ? "transform " : "layer ") + std::to_string(index + 1) + ", " + layer.kind;
}

Result<const LayerRow*> requireLayerRow(const LayerSpec& layer, std::size_t index, bool isTransform)
{
    const LayerRow* row = findLayerRow(layer.kind);
    if (row != nullptr && row->kind.isTransform == isTransform)
        return row;
    std::vector<std::string> known;
    for (const LayerKind& kind : layerKinds())
        if (kind.isTransform == isTransform)
            known.push_back(kind.name);
    const std::string place = (isTransform ? "transform " : "layer ") + std::to_string(index + 1);
    return fail(ErrorCode::Usage, place + ": there is no kind \"" + layer.kind + "\"",
                didYouMeanOneOf(layer.kind, known));
}

} // namespace millrace
