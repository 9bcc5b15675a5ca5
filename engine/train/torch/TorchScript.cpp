// SPDX-License-Identifier: GPL-3.0-or-later
#include "train/torch/TorchScript.h"

#include "base/Files.h"

#include <sstream>
#include <torch/script.h>

namespace millrace
{
namespace
{

at::Tensor toTensor(const LearnerModule::NamedTensor& tensor)
{
    at::Tensor result = at::empty(tensor.shape);
    TORCH_CHECK(result.numel() == static_cast<std::int64_t>(tensor.values.size()), "tensor ", tensor.name, " has ",
                tensor.values.size(), " numbers for its shape ", result.sizes());
    std::copy(tensor.values.begin(), tensor.values.end(), result.data_ptr<float>());
    return result;
}

} // namespace

Status writeTorchScript(const std::string& source, const std::vector<LearnerModule::NamedTensor>& tensors,
                        const std::string& description, const std::filesystem::path& file)
{
    torch::jit::Module module("__torch__.MillraceModel");
    // Python's loader asks for this attribute; false is what eval() leaves there.
    module.register_attribute("training", c10::BoolType::get(), false);
    for (const LearnerModule::NamedTensor& tensor : tensors)
        module.register_parameter(tensor.name, toTensor(tensor).set_requires_grad(tensor.trainable), !tensor.trainable);
    module.define(source);
    std::ostringstream archive;
    module.save(archive, {{kTorchScriptModel, description}});
    return writeFileAtomically(file, archive.str());
}

} // namespace millrace
