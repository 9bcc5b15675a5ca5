// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/FreedMemory.h"
#include "cli/CommandLine.h"

int main(int argc, char** argv)
{
    millrace::keepLargeBlocksApart();
    return millrace::runMillrace(argc, argv);
}
