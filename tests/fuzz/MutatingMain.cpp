// SPDX-License-Identifier: GPL-3.0-or-later
// Stands in for libFuzzer where a target is built by another compiler than clang: it runs all inputs of the folders
// that it is given, then changed ones for a time, and leaves the one that broke something in a file. It does not see
// which code an input reaches: what libFuzzer found to reach more is among the inputs.
//   fuzz_NAME FIND FOLDER…      MILLRACE_FUZZ_SECONDS: how long (10)
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <string_view>
#include <sys/mman.h>
#include <unistd.h>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace
{

constexpr std::size_t kLongest = 20'000, kMostChanges = 4;

/// A file that holds the input that runs, whatever ends the process.
class Find
{
public:
    explicit Find(std::string path)
        : m_path(std::move(path)), m_descriptor(::open(m_path.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0644))
    {
        void* bytes = MAP_FAILED;
        if (m_descriptor >= 0 && ::ftruncate(m_descriptor, kLongest) == 0)
            bytes = ::mmap(nullptr, kLongest, PROT_READ | PROT_WRITE, MAP_SHARED, m_descriptor, 0);
        if (bytes == MAP_FAILED) {
            std::perror(m_path.c_str());
            std::exit(2);
        }
        m_bytes = static_cast<char*>(bytes);
    }
    Find(const Find&) = delete;
    Find& operator=(const Find&) = delete;
    ~Find()
    {
        ::munmap(m_bytes, kLongest);
        ::close(m_descriptor);
        ::unlink(m_path.c_str());
    }

    /// Zeros follow the input in the file.
    void run(const std::string& input)
    {
        const std::size_t size = std::min(input.size(), kLongest);
        std::memcpy(m_bytes, input.data(), size);
        std::memset(m_bytes + size, 0, kLongest - size);
        const std::vector<std::uint8_t> exact(input.begin(), input.begin() + static_cast<std::ptrdiff_t>(size));
        LLVMFuzzerTestOneInput(exact.data(), exact.size()); // of its own: reading beyond it is seen
    }

private:
    std::string m_path;
    int m_descriptor = -1;
    char* m_bytes = nullptr;
};

std::vector<std::string> readInputs(int argc, char** argv)
{
    std::vector<std::string> inputs;
    for (int i = 2; i < argc; ++i)
        for (const auto& entry : std::filesystem::directory_iterator(argv[i])) {
            std::ifstream file(entry.path(), std::ios::binary);
            inputs.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
        }
    return inputs;
}

class Mutator
{
public:
    explicit Mutator(const std::vector<std::string>& inputs) : m_inputs(inputs) {}

    std::string next()
    {
        std::string input = any();
        for (std::size_t changes = 1 + below(kMostChanges); changes > 0; --changes)
            change(input);
        input.resize(std::min(input.size(), kLongest));
        return input;
    }

private:
    std::size_t below(std::size_t end) { return m_random() % end; }
    const std::string& any() { return m_inputs[below(m_inputs.size())]; }

    /// A part of an input, at most so long.
    std::string partOf(const std::string& input, std::size_t most)
    {
        const std::size_t begin = below(input.size() + 1);
        return input.substr(begin, 1 + below(most));
    }

    void change(std::string& input)
    {
        constexpr std::size_t kPart = 64;
        const std::size_t at = below(input.size() + 1);
        switch (below(6)) {
        case 0:
            if (at < input.size())
                input[at] = static_cast<char>(input[at] ^ (1 << below(8)));
            break;
        case 1:
            input.insert(at, 1, static_cast<char>(below(256)));
            break;
        case 2:
            input.erase(at, 1 + below(kPart));
            break;
        case 3:
            input.insert(at, partOf(input, kPart));
            break;
        case 4:
            input.insert(at, partOf(any(), kPart));
            break;
        default:
            input = input.substr(0, at) + partOf(any(), kLongest);
            break;
        }
    }

    const std::vector<std::string>& m_inputs;
    std::mt19937_64 m_random{std::random_device{}()};
};

} // namespace

int main(int argc, char** argv)
{
    using Clock = std::chrono::steady_clock;
    const std::vector<std::string> inputs = argc < 3 ? std::vector<std::string>() : readInputs(argc, argv);
    if (inputs.empty()) {
        std::fputs("No input to begin with: fuzz_NAME FIND FOLDER…\n", stderr);
        return 2;
    }
    Find find(argv[1]);
    for (const std::string& input : inputs)
        find.run(input);
    const char* seconds = std::getenv("MILLRACE_FUZZ_SECONDS");
    const auto end = Clock::now() + std::chrono::seconds(seconds == nullptr ? 10 : std::atoi(seconds));
    Mutator mutator(inputs);
    std::int64_t runs = 0;
    for (; Clock::now() < end; ++runs)
        find.run(mutator.next());
    std::printf("%zu inputs, and %lld changed ones\n", inputs.size(), static_cast<long long>(runs));
    return 0;
}
