// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/Files.h"
#include "base/Text.h"
#include "export/Formats.h"

namespace millrace
{

Status writeSpec(const ModelSpec& model, const LearnerState&, const std::filesystem::path& file)
{
    return writeFileAtomically(file, dumpJson(toJson(model), 2) + "\n");
}

} // namespace millrace
