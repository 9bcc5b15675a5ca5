// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/Clock.h"
#include "metrics/DetectorReplay.h"
#include "metrics/DetectorTrial.h"
#include "metrics/DriftDetector.h"
#include "pipeline/Watch.h"
#include "pipeline/bench/Bench.h"
#include "pipeline/bench/InputBench.h"
#include "pipeline/bench/OnlineBench.h"
#include "pipeline/runs/RunCatalog.h"
#include "session/KafkaTools.h"
#include "session/Resources.h"
#include "session/WorkRequest.h"

#include <charconv>
#include <set>
#include <sstream>

namespace millrace::work
{
namespace
{

using nlohmann::json;

/// On errors that are drawn, where no run is given.
Result<json> compareDetectors(const std::filesystem::path& home, const std::string& run,
                              const std::vector<std::string>& kinds, std::uint64_t seed, JobContext& context)
{
    const auto began = Clock::now();
    const auto progress = [&](double fraction) {
        Progress now;
        now.text = "comparing detectors";
        now.fraction = fraction;
        now.secondsLeft = secondsLeftAfter(fraction, secondsSince(began));
        context.report(now);
    };
    if (run.empty()) {
        auto trials = tryDetectors(kinds, seed, context.stop(), progress);
        if (!trials)
            return fail(trials.error());
        json detectors = json::array();
        for (const DetectorTrial& trial : *trials)
            detectors.push_back(toJson(trial));
        return json{{"seed", seed}, {"detectors", detectors}, {"seconds", secondsSince(began)}};
    }
    const auto info = RunCatalog(home / "runs").find(run);
    if (!info)
        return fail(info.error());
    const auto scores = info->path / "scores.csv";
    if (!std::filesystem::exists(scores))
        return fail(ErrorCode::Usage, "Run " + info->folder + " has no scores.csv with its predictions",
                    "Online learning leaves one: give an online run");
    auto replay = replayDetectors(scores, kinds, context.stop(), progress);
    if (!replay)
        return fail(replay.error());
    json result = toJson(*replay);
    result["run"] = info->folder;
    result["detectors"] = kinds;
    result["seconds"] = secondsSince(began);
    return result;
}

/// "1,64,1024" as numbers.
Result<std::set<int>> batchesOf(const std::string& list)
{
    std::set<int> batches;
    std::istringstream words(list);
    for (std::string word; std::getline(words, word, ',');) {
        int batch = 0;
        const char* end = word.data() + word.size();
        const auto [stop, error] = std::from_chars(word.data(), end, batch);
        if (error != std::errc() || stop != end || batch < 1 || batch > 65536)
            return fail(ErrorCode::Usage, "bench.batch: '" + word + "' is no number from 1 to 65,536",
                        "Give one or several by commas: 1,64,1024");
        batches.insert(batch);
    }
    return batches;
}

} // namespace

Result<PreparedWork> prepareWatch(const Request& request)
{
    WatchConfig config{request.connection,
                       request.home,
                       request.text("group"),
                       request.text("topic"),
                       std::chrono::milliseconds(request.integer("interval")),
                       request.integer("count")};
    return PreparedWork{"Watching group " + shown(config.group),
                        [config](JobContext& context) { return asJson(watchGroup(config, context)); }};
}

Result<PreparedWork> prepareDetectors(const Request& request)
{
    auto kinds = detectorsOf(request);
    if (!kinds)
        return fail(kinds.error());
    if (kinds->empty())
        return fail(ErrorCode::Usage, "detectors.detectors names none", "There are " + detectorNames());
    return PreparedWork{
        "Comparing drift detectors",
        [home = request.home, run = request.text("run"), kinds = std::move(*kinds),
         seed = request.seed()](JobContext& context) { return compareDetectors(home, run, kinds, seed, context); }};
}

Result<PreparedWork> prepareBench(const Request& request)
{
    auto profile = profileOf(example().profile);
    if (!profile)
        return fail(profile.error());
    if (request.text("part") == "input") {
        InputBenchConfig config{request.connection,      request.home,
                                std::move(*profile),     request.integer("rows", 2'000'000),
                                request.small("rounds"), {}};
        if (const std::string jars = request.text("kafka-tools"); !jars.empty()) {
            auto tool = kafkaToolOf(jars);
            if (!tool)
                return fail(tool.error());
            config.tool = std::move(*tool);
        }
        return PreparedWork{"Measuring the input",
                            [config](JobContext& context) { return asJson(inputBench(config, context)); }};
    }
    if (request.text("part") == "online") {
        const OnlineBenchConfig config{request.connection, request.home, std::move(*profile),
                                       request.integer("rows", 1'000'000), request.small("rounds")};
        return PreparedWork{"Measuring online learning",
                            [config](JobContext& context) { return asJson(onlineBench(config, context)); }};
    }
    auto batches = batchesOf(request.text("batch"));
    if (!batches)
        return fail(batches.error());
    BenchConfig config{request.connection,      request.home,       std::move(*profile), request.integer("rows", 60000),
                       request.small("rounds"), std::move(*batches)};
    return PreparedWork{"Measuring this machine",
                        [config](JobContext& context) { return asJson(bench(config, context)); }};
}

} // namespace millrace::work
