/* SPDX-License-Identifier: MIT */
/*
 * Saved state of a whole machine, `virt` without an accelerator: what is saved loads into the same
 * bytes, and damaged streams are errors or other states, never a crash. After each the machine is
 * as good as before.
 */
#include "device-harness.h"

#include "hw/arm/virt.h"
#include "hw/boards.h"
#include "migration/snapshot.h"
#include "qapi/error.h"
#include "qemu/units.h"
#include "system/reset.h"

enum { DAMAGED = 60, RAM = 0x40000000, HEAD = 8 };

static void build_machine(void)
{
    Object *machine = object_new(MACHINE_TYPE_NAME("virt-11.1"));

    object_property_add_child(object_get_root(), "machine", machine);
    current_machine = MACHINE(machine);
    current_machine->ram_size = 4 * MiB;
    current_machine->smp.cpus = current_machine->smp.max_cpus = current_machine->smp.cores = 2;
    machine_run_board_init(current_machine, &error_fatal);
    machine_creation_done(current_machine, &error_fatal);
    qemu_devices_reset(RESET_TYPE_COLD);
    for (int i = 0; i < 64; i++) {
        w32(RAM + i * 0x5004, 0xcafe0000 + i);
    }
}

static GByteArray *save(void)
{
    g_autoptr(QEMUFile) f = qemu_file_new_output();
    const uint8_t *p;
    size_t size;

    savevm_to_stream(f, &error_abort);
    p = qemu_file_data(f, &size);
    return g_byte_array_append(g_byte_array_new(), p, size);
}

static bool load(const GByteArray *bytes, Error **errp)
{
    g_autoptr(QEMUFile) f = qemu_file_new_input(bytes->data, bytes->len);

    return loadvm_from_stream(f, errp);
}

static GByteArray *copy_of(const GByteArray *bytes)
{
    return g_byte_array_append(g_byte_array_new(), bytes->data, bytes->len);
}

static void refused(const GByteArray *bytes, const char *pattern)
{
    Error *err = NULL;

    g_assert_false(load(bytes, &err));
    g_assert_true(g_pattern_match_simple(pattern, error_get_pretty(err)));
    error_free(err);
}

static size_t find(const GByteArray *bytes, const char *text)
{
    const uint8_t *p = memmem(bytes->data, bytes->len, text, strlen(text));

    g_assert_nonnull(p);
    return p - bytes->data;
}

static void test_same(void)
{
    g_autoptr(GByteArray) before = save(), after = NULL;

    w32(RAM, 1);
    w32(0x09000030, 0x301); /* UARTCR */
    g_assert_true(load(before, &error_abort));
    g_assert_cmphex(r32(RAM), ==, 0xcafe0000);
    after = save();
    /* The virtual clock does not run here: every byte is the same. */
    g_assert_cmpmem(before->data, before->len, after->data, after->len);
}

static void test_refused(void)
{
    g_autoptr(GByteArray) good = save();
    static const struct {
        const char *where; /* NULL: at the start */
        int offset;
        uint8_t value;
        const char *pattern;
    } cases[] = {
        { NULL, 0, 'X', "this is not saved state*" },
        { NULL, 7, 99, "this is not saved state*" },
        { NULL, HEAD, 77, "*0x4d is no kind of section" },
        { "\015mach-virt.ram", 1, 'M', "saved RAM 'Mach-virt.ram' does not exist*" },
        { "\015mach-virt.ram", 19, 1, "saved RAM 'mach-virt.ram' has 0x*" },
        { "\005pl011", 1, 'q', "*'ql011'*" },
        { "\005pl011", 9, 5, "*'pl011'*" },    /* instance */
        { "\005pl011", 13, 5, "*version 5*" }, /* version */
        { "\007arm_gic", 15, 0, "*version 0*" },
    };

    for (int i = 0; i < ARRAY_SIZE(cases); i++) {
        g_autoptr(GByteArray) bytes = copy_of(good);
        size_t at = cases[i].where ? find(bytes, cases[i].where) : 0;

        bytes->data[at + cases[i].offset] = cases[i].value;
        refused(bytes, cases[i].pattern);
    }
    g_assert_true(load(good, &error_abort));
}

static void test_cut(void)
{
    g_autoptr(GByteArray) good = save();
    GRand *rng = g_rand_new_with_seed(5);

    for (int i = 0; i < 20; i++) {
        g_autoptr(GByteArray) bytes = copy_of(good);

        g_byte_array_set_size(bytes, i ? g_rand_int_range(rng, 0, good->len) : 0);
        refused(bytes, "*");
    }
    g_rand_free(rng);
    g_assert_true(load(good, &error_abort));
}

static void test_damaged(void)
{
    g_autoptr(GByteArray) good = save(), after = NULL;
    GRand *rng = g_rand_new_with_seed(6);
    size_t devices = find(good, "\005timer"); /* the first section behind RAM */
    int taken = 0;

    for (int i = 0; i < DAMAGED; i++) {
        g_autoptr(GByteArray) bytes = copy_of(good);
        Error *err = NULL;

        for (int n = g_rand_int_range(rng, 1, 9); n > 0; n--) {
            size_t from = g_rand_boolean(rng) ? devices : 0;

            bytes->data[g_rand_int_range(rng, from, bytes->len)] = g_rand_int(rng);
        }
        if (load(bytes, &err)) {
            taken++;
        }
        error_free(err);
        main_loop_wait(true);
    }
    g_test_message("%d of %d damaged streams were taken", taken, DAMAGED);
    qemu_devices_reset(RESET_TYPE_COLD);
    g_assert_true(load(good, &error_abort));
    after = save();
    g_assert_cmpmem(good->data, good->len, after->data, after->len);
    g_rand_free(rng);
}

int main(int argc, char **argv)
{
    harness_init(&argc, &argv);
    build_machine();
    g_test_add_func("/vm-state/same", test_same);
    g_test_add_func("/vm-state/refused", test_refused);
    g_test_add_func("/vm-state/cut", test_cut);
    g_test_add_func("/vm-state/damaged", test_damaged);
    return g_test_run();
}
