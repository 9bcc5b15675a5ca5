// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/Graph.h"

namespace millrace
{

/// Seconds of nothing but the matrix products of `steps` steps: for each linear operation but the output layer's the
/// forward product, the gradient of the weights and, but for the first, the gradient of the input; and the gradient of
/// the output layer's input never, since one column is no matrix product. 0 when there is no such operation. May throw.
double timeMatrixProducts(const Graph& graph, int batch, int steps);

} // namespace millrace
