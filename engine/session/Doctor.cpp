// SPDX-License-Identifier: GPL-3.0-or-later
#include "session/Doctor.h"

#include "kafka/ConnectionTest.h"
#include "train/Learner.h"

#include <dlfcn.h>
#include <unistd.h>

namespace millrace
{
namespace
{

Checkup checkJava()
{
    const auto java = findJava();
    if (java)
        return {"Java", true, java->string(), {}};
    return {"Java", false, java.error().message, java.error().advice};
}

Checkup checkJars(const Session& session)
{
    const auto jars = findKafkaJars(session.clusterOptions().kafkaHome);
    if (jars)
        return {"Kafka's jars", true, "Kafka " + kafkaVersionOf(*jars) + " in " + jars->string(), {}};
    return {"Kafka's jars", false, jars.error().message, jars.error().advice};
}

Checkup checkClient()
{
    const std::string found = "librdkafka " + kafkaClientVersion() + " with " + kafkaClientFeatures();
    const std::string faults = kafkaClientFaults();
    if (faults.empty())
        return {"Kafka client", true, found, {}};
    return {"Kafka client", false, found + ": " + faults,
            "Use librdkafka 2.12 or later with all of them: packaging/run.sh builds one", false};
}

/// LibTorch multiplies with whatever libblas.so.3 is: the reference one is many times slower.
Checkup checkBlas()
{
    void* library = dlopen("libblas.so.3", RTLD_LAZY | RTLD_LOCAL);
    const bool isOpenBlas = library != nullptr && dlsym(library, "openblas_get_config") != nullptr;
    if (library != nullptr)
        dlclose(library);
    if (isOpenBlas)
        return {"OpenBLAS", true, "behind libblas.so.3", {}};
    return {"OpenBLAS", false, "libblas.so.3 is not OpenBLAS: training will be many times slower",
            "apt install libopenblas-dev"};
}

Checkup checkLearner()
{
    const auto module = learnerModule();
    if (module)
        return {"Learner", true, (*module)->versions(), {}};
    return {"Learner", false, module.error().message, module.error().advice};
}

Checkup checkDisplay()
{
    for (const char* name : {"WAYLAND_DISPLAY", "DISPLAY"})
        if (const QString value = qEnvironmentVariable(name); !value.isEmpty())
            return {"Display", true, std::string(name) + "=" + value.toStdString(), {}};
    return {"Display", false, "neither DISPLAY nor WAYLAND_DISPLAY is set: no window can open",
            "Work headless, e.g. millrace tutorial; or run it under Xvfb", false};
}

Checkup checkHome(const Session& session)
{
    const auto others = std::filesystem::perms::group_all | std::filesystem::perms::others_all;
    std::error_code ignored;
    const bool isOpen =
        (std::filesystem::status(session.home(), ignored).permissions() & others) != std::filesystem::perms::none;
    if (::access(session.home().c_str(), W_OK) == 0)
        return {"Data folder",
                true,
                session.home().string() + (isOpen ? "; others on this machine may look into it: chmod 700" : ""),
                {}};
    return {"Data folder", false, session.home().string() + " cannot be written",
            "Choose another with --home or MILLRACE_HOME"};
}

} // namespace

std::vector<Checkup> checkMachine(const Session& session)
{
    return {checkJava(),    checkJars(session), checkClient(),     checkBlas(),
            checkLearner(), checkDisplay(),     checkHome(session)};
}

} // namespace millrace
