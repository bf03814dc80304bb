/* SPDX-License-Identifier: MIT */
/* Lines of the test server: their parser, and through it every device. */
#include "qemu/osdep.h"

#include "fuzz.h"

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    static const char *const options[] = { "-qtest", "null", "-qtest-log", "none", NULL };

    fuzz_start_machine(options);
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_reset_machine();
    fuzz_chardev_input("qtest", data, size);
    fuzz_chardev_input("qtest", (const uint8_t *)"\n", 1);
    fuzz_run_loop();
    return 0;
}
