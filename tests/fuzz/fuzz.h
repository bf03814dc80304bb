/* SPDX-License-Identifier: MIT */
/* What the fuzz targets share: a machine without running CPUs, and input taken piece by piece. */
#ifndef TESTS_FUZZ_H
#define TESTS_FUZZ_H

#include "qemu/osdep.h"

#include "chardev/char.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Starts `virt` with two CPUs that run nothing and a clock that the target moves; @options, ended
 * by NULL, come after. Once, from LLVMFuzzerInitialize. */
void fuzz_start_machine(const char *const *options);
/* The state after a reset, without pending work: before each input. */
void fuzz_reset_machine(void);
/* Does the work that waits for the main loop. */
void fuzz_run_loop(void);
/* Moves the virtual clock on. */
void fuzz_step_clock(uint64_t ns);
/* Gives bytes to whoever reads from the character device, as much as it takes. */
void fuzz_chardev_input(const char *label, const uint8_t *data, size_t size);

/* ---- windows.c: accesses to devices ---- */

#define FUZZ_RAM        0x40000000ull
#define FUZZ_RAM_WINDOW 0x10000 /* what inputs fill with what devices read */

/* Inputs drive the regions whose names have @device in them; false: there are none. */
bool fuzz_find_windows(const char *device);
void fuzz_add_window(uint64_t base, uint64_t size);

typedef struct FuzzInput FuzzInput;

/*
 * One operation. The first byte chooses: bits 0 to 2 the kind, 3 and 4 the size of an access, 5 and
 * 6 the form of a value, 7 the CPU that makes the access. Bytes go to the serial line @chardev.
 */
void fuzz_device_op(FuzzInput *in, const char *chardev);
void fuzz_write(uint64_t addr, uint64_t value, unsigned size);

/* ---- inputs ---- */

/* The rest of an input. Behind its end there are zeros. */
struct FuzzInput {
    const uint8_t *data;
    size_t left;
};

static inline uint8_t fuzz_u8(FuzzInput *in)
{
    if (!in->left) {
        return 0;
    }
    in->left--;
    return *in->data++;
}

static inline uint64_t fuzz_number(FuzzInput *in, unsigned bytes)
{
    uint64_t value = 0;

    for (unsigned n = 0; n < bytes; n++) {
        value |= (uint64_t)fuzz_u8(in) << 8 * n;
    }
    return value;
}

/* *@n bytes, or as many as are left; *@n is how many. */
static inline const uint8_t *fuzz_bytes(FuzzInput *in, size_t *n)
{
    const uint8_t *data = in->data;

    *n = MIN(*n, in->left);
    in->data += *n;
    in->left -= *n;
    return data;
}

#endif
