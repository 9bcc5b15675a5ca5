// SPDX-License-Identifier: GPL-3.0-or-later
#include "train/torch/GraphLearner.h"

#include "train/torch/ExceptionBoundary.h"
#include "train/torch/InitialWeights.h"
#include "train/torch/LinearStart.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace millrace
{
namespace
{

/// Predictions go through in pieces of this many rows: their activations stay in the cache and memory stays flat.
constexpr std::size_t kPredictRows = 256;

std::vector<float> copyOf(const Floats& flat)
{
    return {flat.begin(), flat.end()};
}

/// Where a member's part of `count` things begins; that of member `members` is the end.
std::int64_t partBegin(std::int64_t count, int member, int members)
{
    return count * member / members;
}

/// Whether the last stage is a linear one; of a regression a fixed one stands behind it, which gives the unit.
bool endsLinear(const std::vector<Stage>& stages, const Task& task)
{
    const std::size_t fixed = task.kind == TaskKind::Regression ? 1 : 0;
    return stages.size() > fixed && stages[stages.size() - 1 - fixed].op.kind == OpKind::Linear;
}

} // namespace

GraphLearner::GraphLearner(const LearnerSetup& setup)
    : m_graph(setup.graph), m_optimizer(setup.optimizer), m_seed(setup.seed),
      m_learningRate(setup.optimizer.learningRate), m_meanWeight(setup.meanWeight),
      m_update(findOptimizerUpdate(setup.optimizer.kind)), m_loss(findLossFunction(infoOf(setup.graph.task).loss)),
      m_stages(makeStages(m_graph)), m_weights(static_cast<std::size_t>(m_graph.parameterCount)),
      m_pool(std::max(1, setup.threads))
{
    if (m_update == nullptr)
        throw std::invalid_argument("there is no optimizer \"" + m_optimizer.kind + "\"");
    const TaskInfo& task = infoOf(m_graph.task);
    if (m_loss == nullptr)
        throw std::invalid_argument("there is no loss \"" + task.loss + "\"");
    if (const int wanted = outputsOf(m_graph.task); !endsLinear(m_stages, m_graph.task) || outputs() != wanted)
        throw std::invalid_argument("the model must end in " + std::to_string(wanted) + " linear outputs");
    if (auto set = setClassWeights(setup.classWeights); !set)
        throw std::invalid_argument(set.error().message);
    if (!(m_meanWeight > 0))
        throw std::invalid_argument("the weights' mean must be above 0");
    if (m_update->hasMoments) {
        m_firstMoments.resize(m_weights.size());
        m_secondMoments.resize(m_weights.size());
    }
    for (int member = 0; member < m_pool.size(); ++member)
        m_shards.emplace_back(m_graph, m_stages, *m_loss, m_weights);
    drawInitialWeights(m_graph, m_seed, m_weights);
}

/// Each member takes a run of neighbouring rows; the losses are added in their order.
LossSum GraphLearner::computeGradients(std::span<const float> features, std::span<const float> targets,
                                       std::span<const float> weights)
{
    const LossWeights counted{weights, m_meanWeight, m_classWeights};
    const StepView view{features, targets, counted, rowsOf(targets), m_seed, static_cast<std::uint64_t>(m_step)};
    const auto rows = static_cast<std::int64_t>(view.rows);
    const auto work = [&](int member) {
        const auto first = partBegin(rows, member, m_pool.size());
        const auto end = partBegin(rows, member + 1, m_pool.size());
        m_shards[static_cast<std::size_t>(member)].step(view, static_cast<int>(first), static_cast<int>(end - first));
    };
    m_pool.run(std::ref(work));
    LossSum sum;
    for (const Shard& shard : m_shards) {
        sum.loss += shard.loss().loss;
        sum.score += shard.loss().score;
    }
    return sum;
}

void GraphLearner::update()
{
    ++m_step;
    const auto work = [this](int member) { updatePiece(member); };
    m_pool.run(std::ref(work));
}

/// Adds up the shards' gradients of a piece of the parameters, in the shards' order, and updates that piece.
void GraphLearner::updatePiece(int member)
{
    const auto begin = partBegin(m_graph.parameterCount, member, m_pool.size());
    const auto count = partBegin(m_graph.parameterCount, member + 1, m_pool.size()) - begin;
    float* gradients = m_shards.front().gradients().data() + begin;
    for (std::size_t other = 1; other < m_shards.size(); ++other)
        add(m_shards[other].gradients().data() + begin, gradients, count);
    const auto piece = [begin](Floats& flat) { return flat.empty() ? nullptr : flat.data() + begin; };
    const FlatParameters parameters{piece(m_weights), gradients, piece(m_firstMoments), piece(m_secondMoments), count};
    m_update->update(parameters, m_optimizer, m_learningRate, m_step - m_momentsFrom);
}

std::size_t GraphLearner::rowsOf(std::span<const float> targets) const
{
    return targets.size() / static_cast<std::size_t>(targetsOf(m_graph.task));
}

Result<StepResult> GraphLearner::stepUnguarded(std::span<const float> features, std::span<const float> targets,
                                               std::span<const float> weights)
{
    const LossSum sum = computeGradients(features, targets, weights);
    if (!std::isfinite(sum.loss))
        return fail(ErrorCode::Failed, "the loss is no finite number at step " + std::to_string(m_step + 1),
                    "Lower the learning rate, standardize the features, or look for values that are not finite and "
                    "for classes that the model does not know");
    update();
    return StepResult{sum.loss / static_cast<double>(rowsOf(targets)), sum.score};
}

Result<StepResult> GraphLearner::step(std::span<const float> features, std::span<const float> targets,
                                      std::span<const float> weights)
{
    const std::size_t rows = rowsOf(targets), width = static_cast<std::size_t>(targetsOf(m_graph.task));
    if (rows == 0 || targets.size() != rows * width ||
        features.size() != rows * static_cast<std::size_t>(m_graph.inputs))
        return fail(ErrorCode::Failed, "a batch of " + std::to_string(targets.size()) + " targets and " +
                                           std::to_string(features.size()) + " numbers does not fit a model of " +
                                           std::to_string(m_graph.inputs) + " inputs and " + std::to_string(width) +
                                           (width == 1 ? " target" : " targets"));
    if (!weights.empty() && weights.size() != rows)
        return fail(ErrorCode::Failed, "a batch of " + std::to_string(rows) + " rows cannot have " +
                                           std::to_string(weights.size()) + " weights");
    return guarded("training step", [&] {
        const FlushDenormals flush;
        return stepUnguarded(features, targets, weights);
    });
}

Status GraphLearner::predict(std::span<const float> features, std::span<float> outputs)
{
    const auto inputs = static_cast<std::size_t>(m_graph.inputs), width = static_cast<std::size_t>(this->outputs());
    const std::size_t count = outputs.size() / width;
    if (features.size() != count * inputs || outputs.size() != count * width)
        return fail(ErrorCode::Failed, "rows of " + std::to_string(features.size()) + " numbers do not fit " +
                                           std::to_string(outputs.size()) + " predictions of a model of " +
                                           std::to_string(inputs) + " inputs and " + std::to_string(width) +
                                           " outputs");
    return guarded("prediction", [&]() -> Status {
        const FlushDenormals flush;
        for (std::size_t first = 0; first < count; first += kPredictRows) {
            const std::size_t rows = std::min(kPredictRows, count - first);
            m_shards.front().predict(features.data() + first * inputs, static_cast<int>(rows),
                                     outputs.data() + first * width);
        }
        return {};
    });
}

const Op& GraphLearner::lastLinear() const
{
    return *std::ranges::find(m_graph.ops.rbegin(), m_graph.ops.rend(), OpKind::Linear, &Op::kind);
}

bool GraphLearner::canStartLinear() const
{
    const auto first = std::ranges::find(m_graph.ops, OpKind::Linear, &Op::kind);
    const bool isLinear = &*first == &lastLinear();
    return isLinear || lastLinear().skip >= 0;
}

Status GraphLearner::startLinear(std::span<const float> features, std::span<const float> targets,
                                 std::span<const float> weights)
{
    return guarded("linear start", [&]() -> Status {
        const LinearModel linear = fitLinear(m_graph, features, targets, weights, m_classWeights);
        const auto isFinite = [](float value) { return std::isfinite(value); };
        if (!std::ranges::all_of(linear.weights, isFinite) || !std::ranges::all_of(linear.bias, isFinite))
            return fail(ErrorCode::Failed, "the linear model has weights that are no finite numbers");
        const auto placeOf = [this](int parameter) {
            return m_weights.begin() + m_graph.parameters[static_cast<std::size_t>(parameter)].offset;
        };
        const Op& last = lastLinear();
        std::ranges::copy(linear.weights, placeOf(last.skip >= 0 ? last.skip : last.weight));
        std::ranges::copy(linear.bias, placeOf(last.bias));
        return {};
    });
}

Status GraphLearner::setClassWeights(const std::vector<double>& weights)
{
    if (!weights.empty() && weights.size() != static_cast<std::size_t>(classCount(m_graph.task)))
        return fail(ErrorCode::Failed, "there must be a weight for each class of the task, or none");
    m_classWeights.assign(weights.begin(), weights.end());
    return {};
}

LearnerState GraphLearner::state() const
{
    return {copyOf(m_weights), copyOf(m_firstMoments), copyOf(m_secondMoments), m_step, m_learningRate, m_momentsFrom};
}

Status GraphLearner::restore(const LearnerState& state)
{
    const auto count = static_cast<std::size_t>(m_graph.parameterCount);
    const std::size_t moments = m_update->hasMoments ? count : 0;
    if (state.weights.size() != count)
        return fail(ErrorCode::BadData,
                    "the saved state has " + std::to_string(state.weights.size()) + " weights, but the model has " +
                        std::to_string(count),
                    "Resume with the model that the run was trained with");
    if (state.firstMoments.size() != moments || state.secondMoments.size() != moments)
        return fail(ErrorCode::BadData, "the saved state is not of the optimizer \"" + m_optimizer.kind + "\"",
                    "Resume with the optimizer that the run was trained with");
    std::ranges::copy(state.weights, m_weights.begin());
    std::ranges::copy(state.firstMoments, m_firstMoments.begin());
    std::ranges::copy(state.secondMoments, m_secondMoments.begin());
    m_step = state.step;
    m_learningRate = state.learningRate;
    m_momentsFrom = state.momentsFrom;
    return {};
}

} // namespace millrace
