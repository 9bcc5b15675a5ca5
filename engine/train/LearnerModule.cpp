// SPDX-License-Identifier: GPL-3.0-or-later
#include "train/Learner.h"
#include "train/LearnerEntry.h"

#include <cstdlib>
#include <dlfcn.h>
#include <mutex>

namespace millrace
{
namespace
{

constexpr auto kFile = "millrace-learn.so";
constexpr auto kAdvice = "Build the target millrace-learn, or set MILLRACE_LEARNER to the module's file";

/// A place that the user named is the only one, so that a mistake in it shows.
std::vector<std::filesystem::path> candidates()
{
    const char* named = std::getenv("MILLRACE_LEARNER"); // NOLINT(concurrency-mt-unsafe): nothing here sets variables
    if (named != nullptr && *named != '\0')
        return {named};
    std::error_code ignored;
    const std::filesystem::path folder = std::filesystem::read_symlink("/proc/self/exe", ignored).parent_path();
    return {folder / kFile, (folder / "../lib/millrace" / kFile).lexically_normal()};
}

Result<LearnerModule*> open(const std::filesystem::path& file)
{
    void* library = ::dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr)
        return fail(ErrorCode::Failed, std::string("cannot load the learner: ") + ::dlerror(),
                    "Install LibTorch (libtorch1.13 in Debian 12), or build the target millrace-learn again");
    const auto entry = reinterpret_cast<LearnerEntry>(::dlsym(library, kLearnerEntry));
    LearnerModule* module = entry != nullptr ? entry(kLearnerInterface) : nullptr;
    if (module != nullptr)
        return module;
    ::dlclose(library);
    return fail(ErrorCode::Failed, "the learner " + file.string() + " is of another version of Millrace", kAdvice);
}

Result<LearnerModule*> findModule()
{
    std::string looked;
    for (const std::filesystem::path& file : candidates()) {
        std::error_code ignored;
        if (std::filesystem::exists(file, ignored))
            return open(file);
        looked += (looked.empty() ? "" : ", ") + file.string();
    }
    return fail(ErrorCode::Failed, "cannot find the learner; looked for " + looked, kAdvice);
}

} // namespace

Result<LearnerModule*> learnerModule()
{
    static std::mutex mutex;
    static LearnerModule* module = nullptr;
    const std::lock_guard lock(mutex);
    if (module != nullptr)
        return module;
    Result<LearnerModule*> found = findModule();
    if (found)
        module = *found;
    return found;
}

} // namespace millrace
