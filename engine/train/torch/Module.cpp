// SPDX-License-Identifier: GPL-3.0-or-later
#include "train/Learner.h"
#include "train/LearnerEntry.h"
#include "train/torch/ExceptionBoundary.h"
#include "train/torch/GraphLearner.h"
#include "train/torch/MatrixProducts.h"
#include "train/torch/TorchScript.h"

#include <ATen/Parallel.h>
#include <dlfcn.h>
#include <limits>
#include <sstream>
#include <torch/version.h>

namespace millrace
{
namespace
{

/// LibTorch calls whatever library Debian's alternative libblas.so.3 is; only OpenBLAS has these functions.
template <class Function>
Function blasFunction(const char* name)
{
    return reinterpret_cast<Function>(::dlsym(RTLD_DEFAULT, name));
}

/// At the batch sizes of streams a second thread within a matrix product only costs: measured 7 times slower with two.
/// Learners that are given more threads split the batch instead. Made once for the process.
void useOneThread()
{
    at::set_num_threads(1);
    try {
        at::set_num_interop_threads(1);
    } catch (const c10::Error&) { // somebody in the process has already started LibTorch's pool: nothing to mend
    }
    if (auto setThreads = blasFunction<void (*)(int)>("openblas_set_num_threads"))
        setThreads(1);
}

/// "OpenBLAS 0.3.21" of the long text that it says of itself.
std::string blasVersion()
{
    const auto config = blasFunction<const char* (*)()>("openblas_get_config");
    if (config == nullptr)
        return "a BLAS that is not OpenBLAS (slow)";
    std::istringstream words(config());
    std::string name, version;
    words >> name >> version;
    return name + " " + version;
}

class TorchModule final : public LearnerModule
{
public:
    TorchModule() { useOneThread(); }

    Result<std::unique_ptr<Learner>> create(const LearnerSetup& setup) override
    {
        return guarded("cannot make the learner", [&]() -> Result<std::unique_ptr<Learner>> {
            return std::unique_ptr<Learner>(std::make_unique<GraphLearner>(setup));
        });
    }

    Status saveTorchScript(const std::string& source, const std::vector<NamedTensor>& tensors,
                           const std::string& description, const std::filesystem::path& file) override
    {
        return guarded("cannot write TorchScript",
                       [&] { return writeTorchScript(source, tensors, description, file); });
    }

    double matrixProductSeconds(const Graph& graph, int batch, int steps) override
    {
        const Result<double> seconds =
            guarded("matrix products", [&]() -> Result<double> { return timeMatrixProducts(graph, batch, steps); });
        return seconds.value_or(std::numeric_limits<double>::quiet_NaN());
    }

    [[nodiscard]] std::string versions() const override
    {
        return std::string("LibTorch ") + TORCH_VERSION + ", " + blasVersion();
    }
};

} // namespace
} // namespace millrace

extern "C" __attribute__((visibility("default"))) millrace::LearnerModule* millraceLearnerModule(int interfaceVersion)
{
    if (interfaceVersion != millrace::kLearnerInterface)
        return nullptr;
    static millrace::TorchModule module;
    return &module;
}
