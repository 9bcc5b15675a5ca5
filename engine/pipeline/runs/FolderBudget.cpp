// SPDX-License-Identifier: GPL-3.0-or-later
#include "pipeline/runs/FolderBudget.h"

#include "base/AppendFile.h"

namespace millrace
{

FolderBudget::FolderBudget(double megabytes)
    : all(static_cast<std::int64_t>(megabytes * 1e6)),
      scoresPart(all * 35 / 100 / static_cast<std::int64_t>(AppendFile::kPartsKept)),
      metricsPart(all * 20 / 100 / static_cast<std::int64_t>(AppendFile::kPartsKept)),
      logPart(all * 5 / 100 / static_cast<std::int64_t>(AppendFile::kPartsKept)), journal(all * 5 / 100),
      rejected(all * 5 / 100), snapshots(all * 15 / 100)
{
}

} // namespace millrace
