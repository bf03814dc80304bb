/* SPDX-License-Identifier: MIT */
/* The machine of the fuzz targets. */
#include "qemu/osdep.h"

#include "fuzz.h"

#include "chardev/char-fe.h"
#include "qapi/error.h"
#include "qemu/error-report.h"
#include "qemu/main-loop.h"
#include "qemu/timer.h"
#include "system/cpu-timers.h"
#include "system/runstate.h"
#include "system/system.h"

static void drop_message(void *opaque, const char *text)
{
}

void fuzz_start_machine(const char *const *options)
{
    static const char *const fixed[] = {
        "quern-system-aarch64",
        "-M",
        "virt",
        "-accel",
        "qtest",
        "-smp",
        "2",
        "-m",
        "64M",
        "-display",
        "none",
        "-nodefaults",
    };
    g_autoptr(GPtrArray) args = g_ptr_array_new();

    for (size_t i = 0; i < ARRAY_SIZE(fixed); i++) {
        g_ptr_array_add(args, (char *)fixed[i]);
    }
    for (; options && *options; options++) {
        g_ptr_array_add(args, (char *)*options);
    }
    unsigned n = args->len;
    g_ptr_array_add(args, NULL);
    if (qemu_init(n, (char **)args->pdata, &error_fatal) != QEMU_INIT_RUN) {
        error_setg(&error_fatal, "the machine does not start");
    }
    error_set_print_fn(drop_message, NULL);
}

void fuzz_run_loop(void)
{
    for (int n = 0; n < 4; n++) {
        main_loop_wait(true);
    }
}

void fuzz_reset_machine(void)
{
    qemu_system_reset(SHUTDOWN_CAUSE_NONE);
    fuzz_run_loop();
}

void fuzz_step_clock(uint64_t ns)
{
    int64_t now = qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL);

    if (ns < (uint64_t)(INT64_MAX / 2 - now)) {
        cpu_clock_warp_manual(now + ns);
    }
}

void fuzz_chardev_input(const char *label, const uint8_t *data, size_t size)
{
    Chardev *chr = qemu_chr_find(label);

    while (chr && size) {
        size_t n = MIN(size, MAX(qemu_chr_be_can_write(chr), 0));
        /* A copy of its own, so that reading past the end is seen. */
        g_autofree uint8_t *copy = g_memdup2(data, n);
        if (!n) {
            return;
        }
        qemu_chr_be_write(chr, copy, n);
        data += n;
        size -= n;
    }
}
