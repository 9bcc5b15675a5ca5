// SPDX-License-Identifier: GPL-3.0-or-later
#include "train/torch/Buffers.h"

namespace millrace
{
namespace
{

/// Streams that close batches by time can bring every size once; views of many sizes are not worth keeping.
constexpr std::size_t kMostViews = 256;

} // namespace

Buffers::Buffers(const std::vector<Stage>& stages, int inputs) : m_inputs(inputs)
{
    for (const Stage& stage : stages)
        m_widths.push_back(stage.op.outputs);
}

const BatchViews& Buffers::views(int rows)
{
    if (rows > m_rows)
        grow(rows);
    auto found = m_views.find(rows);
    if (found == m_views.end()) {
        if (m_views.size() >= kMostViews)
            m_views.clear();
        found = m_views.emplace(rows, makeViews(rows)).first;
    }
    return found->second;
}

void Buffers::grow(int rows)
{
    m_views.clear();
    m_output.clear();
    m_gradient.clear();
    m_input = at::empty({rows, m_inputs});
    for (const int width : m_widths) {
        m_output.push_back(at::empty({rows, width}));
        m_gradient.push_back(at::empty({rows, width}));
    }
    m_rows = rows;
}

BatchViews Buffers::makeViews(int rows) const
{
    BatchViews views;
    views.input = m_input.narrow(0, 0, rows);
    for (std::size_t stage = 0; stage < m_widths.size(); ++stage) {
        views.output.push_back(m_output[stage].narrow(0, 0, rows));
        views.gradient.push_back(m_gradient[stage].narrow(0, 0, rows));
        views.gradientT.push_back(views.gradient.back().t());
    }
    return views;
}

} // namespace millrace
