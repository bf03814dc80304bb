/* SPDX-License-Identifier: MIT */
/* PSCI: a CPU that is about to be switched on stays so when the machine is saved and loaded. */
#include "device-harness.h"

#include "migration/qemu-file.h"
#include "migration/vmstate.h"
#include "qapi/error.h"
#include "system/cpus.h"
#include "target/arm/internals.h"

enum { CPU_ON = 0x84000003, AFFINITY_INFO = 0x84000004, PSCI_64 = 0x40000000 };
enum { IS_ON, IS_OFF, IS_PENDING, ON_PENDING = -5 };

static ARMCPU *caller, *other;

static int64_t call(uint32_t fn, uint64_t a, uint64_t b, uint64_t c)
{
    uint64_t *x = caller->env.xregs;

    x[0] = fn | PSCI_64;
    x[1] = a;
    x[2] = b;
    x[3] = c;
    arm_handle_psci_call(caller);
    return x[0];
}

static int64_t state(void)
{
    return call(AFFINITY_INFO, 1, 0, 0);
}

static GByteArray *save(void)
{
    g_autoptr(QEMUFile) f = qemu_file_new_output();
    const uint8_t *p;
    size_t size;

    vmstate_save_state(f, &vmstate_arm_cpu, other, NULL, &error_abort);
    p = qemu_file_data(f, &size);
    return g_byte_array_append(g_byte_array_new(), p, size);
}

static void load(const GByteArray *bytes)
{
    g_autoptr(QEMUFile) f = qemu_file_new_input(bytes->data, bytes->len);

    vmstate_load_state(f, &vmstate_arm_cpu, other, vmstate_arm_cpu.version_id, &error_abort);
}

static void work(void)
{
    process_queued_cpu_work(CPU(other));
}

static void off(void)
{
    device_cold_reset(DEVICE(other));
    work();
    g_assert_cmpint(state(), ==, IS_OFF);
}

static void check_on(uint64_t entry, uint64_t context)
{
    g_assert_cmpint(state(), ==, IS_ON);
    g_assert_cmphex(other->env.pc, ==, entry);
    g_assert_cmphex(other->env.xregs[0], ==, context);
    g_assert_false(CPU(other)->halted);
}

static void test_saved(void)
{
    g_autoptr(GByteArray) bytes = NULL;

    off();
    g_assert_cmpint(call(CPU_ON, 1, 0x40001000, 0x123456789), ==, 0);
    g_assert_cmpint(state(), ==, IS_PENDING);
    bytes = save();
    work();
    check_on(0x40001000, 0x123456789);
    for (int i = 0; i < 2; i++) {
        off();
        load(bytes);
        g_assert_cmpint(state(), ==, IS_PENDING);
        g_assert_cmpint(call(CPU_ON, 1, 0x40002000, 0), ==, ON_PENDING);
        work();
        check_on(0x40001000, 0x123456789);
    }
}

/* What is loaded counts, not what was under way before. */
static void test_forgotten(void)
{
    g_autoptr(GByteArray) bytes = NULL;

    off();
    bytes = save();
    g_assert_cmpint(call(CPU_ON, 1, 0x40001000, 0), ==, 0);
    load(bytes);
    g_assert_cmpint(state(), ==, IS_OFF);
    work();
    g_assert_cmpint(state(), ==, IS_OFF);
}

static void test_replaced(void)
{
    g_autoptr(GByteArray) bytes = NULL;

    off();
    g_assert_cmpint(call(CPU_ON, 1, 0x40001000, 1), ==, 0);
    bytes = save();
    off();
    g_assert_cmpint(call(CPU_ON, 1, 0x40002000, 2), ==, 0);
    load(bytes);
    work();
    check_on(0x40001000, 1);
    other->env.pc += 4;
    work();
    check_on(0x40001004, 1);
}

/* A stream may say that a CPU which runs is about to be switched on. */
static void test_nonsense(void)
{
    g_autoptr(GByteArray) bytes = NULL;

    off();
    g_assert_cmpint(call(CPU_ON, 1, 0x40001000, 1), ==, 0);
    work();
    other->on_pending = true;
    bytes = save();
    other->on_pending = false;
    other->env.pc = 0x40003000;
    load(bytes);
    g_assert_false(other->on_pending);
    work();
    g_assert_cmpint(state(), ==, IS_ON);
}

static ARMCPU *make_cpu(unsigned affinity, bool is_off)
{
    Object *obj = object_new(ARM_CPU_TYPE_NAME("cortex-a57"));

    object_property_set_uint(obj, "mp-affinity", affinity, &error_abort);
    object_property_set_bool(obj, "start-powered-off", is_off, &error_abort);
    qdev_realize(DEVICE(obj), NULL, &error_abort);
    return ARM_CPU(obj);
}

int main(int argc, char **argv)
{
    harness_init(&argc, &argv);
    caller = make_cpu(0, false);
    other = make_cpu(1, true);
    g_test_add_func("/psci/pending-on/saved", test_saved);
    g_test_add_func("/psci/pending-on/forgotten", test_forgotten);
    g_test_add_func("/psci/pending-on/replaced", test_replaced);
    g_test_add_func("/psci/pending-on/nonsense", test_nonsense);
    return g_test_run();
}
