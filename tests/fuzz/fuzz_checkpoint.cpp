// SPDX-License-Identifier: GPL-3.0-or-later
// A checkpoint of any bytes, without and with a checksum that fits, which would else keep the fuzzer out.
#include "FuzzFile.h"
#include "model/ModelSpec.h"
#include "train/Checkpoint.h"

#include <zlib.h>

using namespace millrace;

namespace
{

/// The checksum is the file's last four bytes (a 32-bit tensor behind all others).
std::string withChecksum(std::string bytes)
{
    if (bytes.size() < 4)
        return bytes;
    const std::size_t end = bytes.size() - 4;
    const auto sum =
        static_cast<std::uint32_t>(::crc32(0, reinterpret_cast<const Bytef*>(bytes.data()), static_cast<uInt>(end)));
    for (std::size_t i = 0; i < 4; ++i)
        bytes[end + i] = static_cast<char>(sum >> (8 * i));
    return bytes;
}

void read(const std::filesystem::path& file)
{
    const auto checkpoint = readCheckpoint(file);
    if (checkpoint && checkpoint->metadata.contains("model"))
        (void)modelFromJson(checkpoint->metadata["model"]);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    static FuzzFolder folder;
    const std::string_view bytes = bytesOf(data, size);
    read(folder.put("as-it-is.safetensors", bytes));
    read(folder.put("checked.safetensors", withChecksum(std::string(bytes))));
    return 0;
}
