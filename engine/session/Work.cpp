// SPDX-License-Identifier: GPL-3.0-or-later
#include "session/Work.h"

#include "session/WorkRequest.h"

#include <map>

namespace millrace
{

Result<PreparedWork> prepareWork(const std::string& kind, const nlohmann::json& section, const Connection& connection,
                                 const std::filesystem::path& home)
{
    using namespace work;
    using Prepare = Result<PreparedWork> (*)(const Request&);
    static const std::map<std::string, Prepare> table = {
        {"summarize", prepareSummarize}, {"download", prepareDownload},
        {"simulate", prepareSimulate},   {"fit", prepareFit},
        {"publish", preparePublish},     {"train", prepareTrain},
        {"evaluate", prepareEvaluate},   {"online", prepareOnline},
        {"export", prepareExport},       {"bench", prepareBench},
        {"watch", prepareWatch},         {"predict", preparePredict},
        {"detectors", prepareDetectors}, {"propose", preparePropose},
    };
    const auto prepare = table.find(kind);
    if (prepare == table.end())
        return fail(ErrorCode::Usage, "There is no job of kind " + kind);
    return prepare->second(work::Request{section, connection, home});
}

} // namespace millrace
