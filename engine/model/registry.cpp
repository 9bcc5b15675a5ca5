// SPDX-License-Identifier: GPL-3.0-or-later
// The layer table: a new layer kind or transform is one file that makes a row, and one line here.
#include "model/LayerTable.h"

namespace millrace
{
namespace
{

const std::vector<LayerRow>& layerRows()
{
    static const std::vector<LayerRow> rows = {
        denseLayer(), reluLayer(), tanhLayer(), sigmoidLayer(), dropoutLayer(), standardizeTransform(),
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

} // namespace millrace
