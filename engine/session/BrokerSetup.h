// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/Error.h"

#include <filesystem>
#include <stop_token>
#include <string>
#include <vector>

namespace millrace
{

/// Java and Kafka of this machine, and what is kept about them in the user's cache ($XDG_CACHE_HOME/millrace): a
/// formatted, empty data folder and Java's archive of loaded classes. Both only save time: they can be deleted.
class BrokerSetup
{
public:
    /// Finds Java and the jars. Where the cache cannot be written, "fallback" holds what it would.
    static Result<BrokerSetup> find(const std::filesystem::path& kafkaHome, const std::filesystem::path& fallback);

    [[nodiscard]] const std::string& version() const { return m_version; }

    /// Makes folder/data when there is none. Formatting takes a JVM of its own, so it is done once a machine.
    Status formatData(const std::filesystem::path& folder, const std::stop_token& stop) const;

    /// The command line that runs the broker in the folder. Without an archive it also notes the classes it loads.
    [[nodiscard]] std::vector<std::string> brokerCommand() const;
    /// Makes the archive from what a broker in the folder noted, in the background at the lowest priority; does nothing
    /// when there is one. Class data sharing: 3.1 s to a ready broker without, 1.5 s with.
    void recordArchive(const std::filesystem::path& folder) const;

private:
    [[nodiscard]] std::vector<std::string> javaCommand() const;
    Status makeTemplate(const std::filesystem::path& folder, const std::stop_token& stop) const;
    void forgetOthers() const;
    [[nodiscard]] std::filesystem::path archive() const { return m_cache / ("classes-" + m_key + ".jsa"); }
    [[nodiscard]] std::filesystem::path formatted() const { return m_cache / ("formatted-" + m_key); }

    std::filesystem::path m_java, m_cache;
    std::string m_classPath, m_version, m_key;
};

} // namespace millrace
