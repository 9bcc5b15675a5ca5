// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pipeline/bench/BenchFigures.h"
#include "pipeline/bench/InputBench.h"
#include "pipeline/bench/InputFiles.h"

#include <filesystem>
#include <functional>
#include <regex>
#include <string>
#include <vector>

namespace millrace
{

/// Publishing and consuming, measured for the bench of inputs, ours and that of Kafka's own tools. The topics go with
/// it. Of one thread.
class InputTopics
{
public:
    /// say: what is done now.
    InputTopics(const InputBenchConfig& config, const InputFiles& files, std::filesystem::path folder,
                JobContext& context, std::function<void(const std::string&)> say)
        : m_config(config), m_files(files), m_folder(std::move(folder)), m_context(context), m_say(std::move(say))
    {
    }
    ~InputTopics();
    InputTopics(const InputTopics&) = delete;
    InputTopics& operator=(const InputTopics&) = delete;

    /// Ours and Kafka's in turn; which goes first changes from round to round.
    Status measure(int round);
    [[nodiscard]] const BenchFigures& figures() const { return m_figures; }

private:
    /// An empty topic of one partition.
    Status makeAnew(const std::string& topic);
    Status measurePublish();
    Status measureConsume();
    /// Consumes the topic as training does, into shuffled batches; counted from the first batch on.
    Result<double> consumeRate(std::string& folder);
    /// With our producer's settings (kafka/ProducerHandle.cpp).
    Status measureToolPublish();
    Status measureToolConsume();
    /// The arguments that both tools take, and then these properties and the user's own.
    [[nodiscard]] std::vector<std::string> toolArguments(const std::string& topic,
                                                         std::vector<std::string> properties) const;
    /// From the last line that matches.
    template <class RateOf>
    Status noteToolRate(const std::string& figure, const std::string& tool, const std::string& printed,
                        const std::regex& line, RateOf rateOf);

    const InputBenchConfig& m_config;
    const InputFiles& m_files;
    std::filesystem::path m_folder;
    JobContext& m_context;
    std::function<void(const std::string&)> m_say;
    BenchFigures m_figures;
};

} // namespace millrace
