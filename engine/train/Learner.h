// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/Error.h"
#include "model/Graph.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace millrace
{

/// Adam (Kingma and Ba 2015) with bias correction; the defaults are Keras' and PyTorch's.
struct OptimizerSpec {
    std::string kind = "adam"; ///< a row of the optimizer table: "adam", "adamw", "sgd"
    double learningRate = 1e-3;
    double beta1 = 0.9;
    double beta2 = 0.999;
    double epsilon = 1e-8;
    double weightDecay = 0.01; ///< of "adamw" alone
};
nlohmann::json toJson(const OptimizerSpec& spec);
Result<OptimizerSpec> optimizerFromJson(const nlohmann::json& json);

struct LearnerSetup {
    Graph graph;
    OptimizerSpec optimizer;
    std::uint64_t seed = 1; ///< initial weights (Glorot uniform, biases 0, as Keras) and dropout masks
    int threads = 1;        ///< that share a step; another number adds up in another order, so rounds differently
    std::vector<double> classWeights{}; ///< by class: what a record counts for in the loss, not in the score; or none
    double meanWeight = 1;              ///< of the records to learn: their weights count in it
};

/// What one step did on its batch, before the update.
struct StepResult {
    double loss = 0; ///< mean over the rows, each times its weight in mean weights and that of its class
    /// Sum over the rows of the task's curve (TaskInfo): of an accuracy 1 for each that is right, of R² 1 − the loss,
    /// which compares with the mean of the training part. Each row counts its weight in mean weights.
    double score = 0;
};

/// Everything that training changes: copy it to save, give it back to go on bit-identically.
struct LearnerState {
    std::vector<float> weights;      ///< flat, as Graph::parameters lays them out
    std::vector<float> firstMoments; ///< same length, or empty where the optimizer has none
    std::vector<float> secondMoments;
    std::int64_t step = 0; ///< updates done; also the counter of the dropout masks
    double learningRate = 0;
    std::int64_t momentsFrom =
        0; ///< the step at which the moments were last zero: Adam's bias correction counts from it
};

/// A model that learns. Not thread-safe: one thread uses it at a time. Deterministic: the same setup, state and batches
/// give the same weights on the same machine.
class Learner
{
public:
    virtual ~Learner() = default;
    /// One forward, backward and update. features is [rows, inputs] row-major, targets [rows, targetsOf(task)]: the
    /// index of the class, or the values in their units; weights [rows], negative ones too, or none. Nothing is
    /// allocated once a batch of as many rows has been there.
    virtual Result<StepResult> step(std::span<const float> features, std::span<const float> targets,
                                    std::span<const float> weights = {}) = 0;
    /// Numbers that it takes for a row, and that it yields.
    [[nodiscard]] virtual int inputs() const = 0;
    [[nodiscard]] virtual int outputs() const = 0;
    /// What the model says of the rows, without dropout: outputs is [rows, outputs()]. Logits of classes, values in
    /// their units of a regression.
    virtual Status predict(std::span<const float> features, std::span<float> outputs) = 0;
    /// Whether it can begin as a linear model: of a regression or two classes, where its last layer takes the inputs.
    [[nodiscard]] virtual bool canStartLinear() const = 0;
    /// Begins as the linear model that fits these rows best; shapes as of step().
    virtual Status startLinear(std::span<const float> features, std::span<const float> targets,
                               std::span<const float> weights) = 0;
    virtual void setLearningRate(double rate) = 0;
    /// What a record counts for in the loss, by its class; empty: all alike. They are no part of the state.
    virtual Status setClassWeights(const std::vector<double>& weights) = 0;
    [[nodiscard]] virtual LearnerState state() const = 0;
    virtual Status restore(const LearnerState& state) = 0;
};

/// What torch.jit.load calls the extra file that describes a model.
constexpr const char* kTorchScriptModel = "model.json";

/// The module that holds LibTorch (millrace-learn), opened at first use and kept. The executable links no torch.
class LearnerModule
{
public:
    virtual ~LearnerModule() = default;
    virtual Result<std::unique_ptr<Learner>> create(const LearnerSetup& setup) = 0;
    /// Compiles TorchScript source whose forward() reads the tensors as attributes, and writes it as a whole. The
    /// archive also holds the model's description as its extra file kTorchScriptModel.
    struct NamedTensor {
        std::string name;
        std::vector<std::int64_t> shape;
        std::vector<float> values;
        bool trainable = true; ///< a parameter in Python; otherwise a buffer
    };
    virtual Status saveTorchScript(const std::string& source, const std::vector<NamedTensor>& tensors,
                                   const std::string& description, const std::filesystem::path& file) = 0;
    /// Seconds of the bare matrix products of `steps` training steps of this graph at this batch size (the roofline).
    virtual double matrixProductSeconds(const Graph& graph, int batch, int steps) = 0;
    /// "LibTorch 1.13.1, OpenBLAS …", for run.json and doctor.
    [[nodiscard]] virtual std::string versions() const = 0;
};

/// Opens the module on the first call (about 0.5 s, 164 MB); thread-safe. The error says where it was looked for:
/// MILLRACE_LEARNER, beside the executable, and ../lib/millrace.
Result<LearnerModule*> learnerModule();

} // namespace millrace
