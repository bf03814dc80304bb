/* SPDX-License-Identifier: MIT */
/* Three-phase reset, registered reset functions, and the clock tree. */
#include "qemu/osdep.h"

#include "hw/qdev-clock.h"
#include "hw/qdev-core.h"
#include "hw/sysbus.h"
#include "migration/vmstate.h"
#include "qapi/error.h"
#include "system/reset.h"

static GString *journal;

#define TYPE_PART     "test-reset-part"
#define TYPE_PART_SUB "test-reset-part-sub"
#define TYPE_OLD      "test-reset-old"
#define TYPE_PART_BUS "test-reset-bus"
OBJECT_DECLARE_TYPE(Part, PartClass, PART)

struct Part {
    DeviceState parent_obj;
    char tag;
};

struct PartClass {
    DeviceClass parent_class;
    ResettablePhases parent_phases;
};

static void note(char what, Object *obj)
{
    g_string_append_printf(journal, "%c%c ", what, PART(obj)->tag);
}

static void part_enter(Object *obj, ResetType type)
{
    note('e', obj);
}

static void part_hold(Object *obj, ResetType type)
{
    note('h', obj);
}

static void part_exit(Object *obj, ResetType type)
{
    note('x', obj);
}

static void part_init(Object *obj)
{
    qbus_new(TYPE_PART_BUS, DEVICE(obj), "bus");
}

static void part_class_init(ObjectClass *oc, const void *data)
{
    ResettableClass *rc = RESETTABLE_CLASS(oc);

    rc->phases.enter = part_enter;
    rc->phases.hold = part_hold;
    rc->phases.exit = part_exit;
    DEVICE_CLASS(oc)->bus_type = TYPE_PART_BUS;
}

static void sub_hold(Object *obj, ResetType type)
{
    PART_GET_CLASS(obj)->parent_phases.hold(obj, type);
    note('H', obj);
}

static void sub_class_init(ObjectClass *oc, const void *data)
{
    resettable_class_set_parent_phases(RESETTABLE_CLASS(oc), NULL, sub_hold, NULL,
                                       &PART_CLASS(oc)->parent_phases);
}

static void old_reset(DeviceState *dev)
{
    note('o', OBJECT(dev));
}

static void old_class_init(ObjectClass *oc, const void *data)
{
    device_class_set_legacy_reset(DEVICE_CLASS(oc), old_reset);
}

static const TypeInfo test_types[] = {
    { .name = TYPE_PART_BUS, .parent = TYPE_BUS, .instance_size = sizeof(BusState) },
    { .name = TYPE_PART,
      .parent = TYPE_DEVICE,
      .instance_size = sizeof(Part),
      .class_size = sizeof(PartClass),
      .instance_init = part_init,
      .class_init = part_class_init },
    { .name = TYPE_PART_SUB, .parent = TYPE_PART, .class_init = sub_class_init },
    { .name = TYPE_OLD, .parent = TYPE_PART, .class_init = old_class_init },
};
DEFINE_TYPES(test_types)

static BusState *top_bus;

static DeviceState *part_new(const char *type, char tag, BusState *bus)
{
    DeviceState *dev = qdev_new(type);

    PART(dev)->tag = tag;
    qdev_realize_and_unref(dev, bus, &error_abort);
    return dev;
}

static BusState *bus_of(DeviceState *dev)
{
    return qdev_get_child_bus(dev, "bus");
}

static void expect(const char *text)
{
    g_assert_cmpstr(journal->str, ==, text);
    g_string_truncate(journal, 0);
}

static void test_phases(void)
{
    DeviceState *a = part_new(TYPE_PART, 'a', top_bus);
    DeviceState *b = part_new(TYPE_PART_SUB, 'b', bus_of(a));

    part_new(TYPE_OLD, 'c', bus_of(b));
    expect("");
    device_cold_reset(a);
    expect("eb ea oc hb Hb ha xb xa ");
    device_cold_reset(b);
    expect("eb oc hb Hb xb ");
    object_unparent(OBJECT(a));
}

static void test_counted(void)
{
    DeviceState *a = part_new(TYPE_PART, 'a', top_bus);
    DeviceState *b = part_new(TYPE_PART, 'b', bus_of(a));

    resettable_assert_reset(OBJECT(b), RESET_TYPE_COLD);
    expect("eb hb ");
    resettable_assert_reset(OBJECT(a), RESET_TYPE_COLD); /* b is in reset already */
    expect("ea ha ");
    g_assert_true(device_is_in_reset(b));
    resettable_release_reset(OBJECT(b), RESET_TYPE_COLD);
    expect("");
    resettable_release_reset(OBJECT(a), RESET_TYPE_COLD);
    expect("xb xa ");
    g_assert_false(device_is_in_reset(b));
    object_unparent(OBJECT(a));
}

static void test_change_parent(void)
{
    DeviceState *a = part_new(TYPE_PART, 'a', top_bus);
    DeviceState *b = part_new(TYPE_PART, 'b', top_bus);
    DeviceState *c = part_new(TYPE_PART, 'c', bus_of(a));

    resettable_assert_reset(OBJECT(b), RESET_TYPE_COLD);
    expect("eb hb ");
    qdev_set_parent_bus(c, bus_of(b), &error_abort); /* into a bus that is in reset */
    expect("ec hc ");
    resettable_release_reset(OBJECT(b), RESET_TYPE_COLD);
    expect("xc xb ");
    object_unparent(OBJECT(a));
    object_unparent(OBJECT(b));
}

static void on_reset(void *opaque)
{
    g_string_append(journal, opaque);
}

static void test_system_reset(void)
{
    DeviceState *a = part_new(TYPE_PART, 'a', top_bus);

    qemu_register_resettable(OBJECT(a));
    qemu_register_reset(on_reset, (void *)"f ");
    qemu_register_reset_nosnapshotload(on_reset, (void *)"g ");
    qemu_devices_reset(RESET_TYPE_COLD);
    expect("ea ha f g xa ");
    qemu_devices_reset(RESET_TYPE_SNAPSHOT_LOAD);
    expect("ea ha f xa ");
    qemu_unregister_reset(on_reset, (void *)"f ");
    qemu_unregister_reset(on_reset, (void *)"g ");
    qemu_unregister_resettable(OBJECT(a));
    qemu_devices_reset(RESET_TYPE_COLD);
    expect("");
    object_unparent(OBJECT(a));
}

static void on_clock(void *opaque, ClockEvent event)
{
    g_string_append_printf(journal, "%s ", event == ClockUpdate ? "update" : "pre");
}

static void test_clocks(void)
{
    DeviceState *a = qdev_new(TYPE_PART), *b = qdev_new(TYPE_PART);
    Clock *out = qdev_init_clock_out(a, "out");
    Clock *in = qdev_init_clock_in(b, "in", on_clock, NULL, ClockUpdate | ClockPreUpdate);
    g_autofree char *freq = NULL;

    g_assert_false(clock_is_enabled(in));
    clock_set_mul_div(out, 2, 1); /* children run at twice the period */
    qdev_connect_clock_in(b, "in", out);
    g_assert_true(qdev_get_clock_in(b, "in") == in);
    expect("");
    clock_update_hz(out, 24000000);
    expect("pre update ");
    g_assert_cmpint(clock_get_hz(out), ==, 24000000);
    g_assert_cmpint(clock_get_hz(in), ==, 12000000);
    clock_update_hz(out, 24000000); /* no change, no call */
    expect("");
    freq = clock_display_freq(in);
    g_assert_cmpstr(freq, ==, "12 MHz");

    clock_update_ns(out, 10);
    expect("pre update ");
    g_assert_cmpint(clock_ticks_to_ns(out, 1000), ==, 10000);
    g_assert_cmpint(clock_ns_to_ticks(out, 10000), ==, 1000);
    g_assert_cmpint(clock_ticks_to_ns(out, UINT64_MAX), ==, INT64_MAX);
    clock_update(out, 0);
    g_assert_cmpint(clock_ns_to_ticks(in, 10000), ==, 0);
    object_unref(a); /* the child is left without source */
    g_assert_false(clock_has_source(in));
    object_unref(b);
    g_string_truncate(journal, 0);
}

typedef struct Clocked {
    DeviceState parent_obj;
    Clock *in, *out;
    uint64_t seen[8]; /* period at each call */
    ClockEvent event[8];
    unsigned calls;
} Clocked;

/* What a device with a divider does: the output follows the input. */
static void clocked_update(void *opaque, ClockEvent event)
{
    Clocked *s = opaque;

    g_assert_cmpuint(s->calls, <, ARRAY_SIZE(s->seen));
    s->seen[s->calls] = clock_get(s->in);
    s->event[s->calls++] = event;
    if (event == ClockUpdate) {
        clock_update(s->out, clock_get(s->in) * 4);
    }
}

static const ClockPortInitArray clocked_ports = {
    QDEV_CLOCK_IN(Clocked, in, clocked_update, ClockUpdate | ClockPreUpdate),
    QDEV_CLOCK_OUT(Clocked, out),
    QDEV_CLOCK_END,
};

static void clocked_init(Object *obj)
{
    qdev_init_clocks(DEVICE(obj), clocked_ports);
}

/* Crystal to a divider to another: every device hears of a change before and after, once. */
static void test_clock_chain(void)
{
    static const TypeInfo info = {
        .name = "test-clocked",
        .parent = TYPE_DEVICE,
        .instance_size = sizeof(Clocked),
        .instance_init = clocked_init,
    };
    Object *crystal = object_new(TYPE_CLOCK);
    Clocked *first, *second;
    DeviceState *board;

    type_register_static(&info);
    first = (Clocked *)qdev_new("test-clocked");
    second = (Clocked *)qdev_new("test-clocked");
    board = qdev_new(TYPE_PART);
    clock_update_ns(CLOCK(crystal), 10);
    qdev_connect_clock_in(&first->parent_obj, "in", CLOCK(crystal));
    g_assert_cmpint(clock_get(first->in), ==, CLOCK_PERIOD_FROM_NS(10));
    g_assert_cmpint(first->calls, ==, 0); /* connecting makes no call */
    qdev_connect_clock_in(&second->parent_obj, "in", qdev_get_clock_out(&first->parent_obj, "out"));
    g_assert_true(qdev_alias_clock(&second->parent_obj, "out", board, "slow") == second->out);
    g_assert_true(qdev_get_clock_out(board, "slow") == second->out);

    clock_update_ns(CLOCK(crystal), 20);
    g_assert_cmpint(first->calls, ==, 2);
    g_assert_cmpint(first->event[0], ==, ClockPreUpdate);
    g_assert_cmpint(first->seen[0], ==, CLOCK_PERIOD_FROM_NS(10));
    g_assert_cmpint(first->event[1], ==, ClockUpdate);
    g_assert_cmpint(first->seen[1], ==, CLOCK_PERIOD_FROM_NS(20));
    g_assert_cmpint(second->calls, ==, 2);
    g_assert_cmpint(second->seen[1], ==, CLOCK_PERIOD_FROM_NS(80));
    g_assert_cmpint(clock_get(second->out), ==, CLOCK_PERIOD_FROM_NS(320));
    g_assert_cmpint(clock_get_hz(second->out), ==, 3125000);

    clock_clear_callback(first->in); /* the chain ends here */
    clock_update(CLOCK(crystal), 0);
    g_assert_false(clock_is_enabled(first->in));
    g_assert_cmpint(first->calls, ==, 2);
    g_assert_true(clock_is_enabled(second->in));
    object_unref(board);
    object_unref(first);
    object_unref(second);
    object_unref(crystal);
}

/* ---- Saved state is declared with checked offsets ---- */

typedef struct Inner {
    uint16_t x;
} Inner;

typedef struct Outer {
    uint32_t reg;
    bool on;
    uint8_t fifo[16];
    uint64_t bank[4][8];
    Inner inner, many[3];
    QEMUTimer *timer;
    QEMUTimer own_timer;
    uint32_t n;
    uint16_t *list;
} Outer;

static const VMStateDescription vmstate_inner = {
    .name = "inner",
    .version_id = 1,
    .fields = (const VMStateField[]){ VMSTATE_UINT16(x, Inner), VMSTATE_END_OF_LIST() },
};

static const VMStateDescription vmstate_outer = {
    .name = "outer",
    .version_id = 2,
    .minimum_version_id = 1,
    .fields =
        (const VMStateField[]){
            VMSTATE_UINT32(reg, Outer),
            VMSTATE_BOOL_V(on, Outer, 2),
            VMSTATE_UINT8_ARRAY(fifo, Outer, 16),
            VMSTATE_UINT64_2DARRAY(bank, Outer, 4, 8),
            VMSTATE_STRUCT(inner, Outer, 1, vmstate_inner, Inner),
            VMSTATE_STRUCT_ARRAY(many, Outer, 3, 1, vmstate_inner, Inner),
            VMSTATE_TIMER_PTR(timer, Outer),
            VMSTATE_TIMER(own_timer, Outer),
            VMSTATE_VARRAY_UINT32(list, Outer, n, 1, vmstate_info_uint16, uint16_t),
            VMSTATE_UNUSED(4),
            VMSTATE_END_OF_LIST(),
        },
};

static void test_vmstate(void)
{
    const VMStateField *f = vmstate_outer.fields;
    Outer outer;

    g_assert_cmpstr(f[0].name, ==, "reg");
    g_assert_cmpint(f[1].offset, ==, offsetof(Outer, on));
    g_assert_cmpint(f[1].version_id, ==, 2);
    g_assert_cmpint(f[2].num, ==, 16);
    g_assert_cmpint(f[2].flags, ==, VMS_ARRAY);
    g_assert_cmpint(f[3].num, ==, 32);
    g_assert_true(f[4].vmsd == &vmstate_inner);
    g_assert_cmpint(f[5].size, ==, sizeof(Inner));
    g_assert_cmpint(f[6].flags, ==, VMS_SINGLE | VMS_POINTER);
    g_assert_cmpint(f[8].num_offset, ==, offsetof(Outer, n));
    g_assert_cmpint(f[10].flags, ==, VMS_END);
    g_assert_cmpint(vmstate_register_any(NULL, &vmstate_outer, &outer), ==, 0);
    g_assert_cmpint(vmstate_register_any(NULL, &vmstate_outer, &outer), ==, 0);
    g_assert_cmpint(vmstate_entries()->len, ==, 2);
    g_assert_cmpint(((VMStateEntry *)vmstate_entries()->pdata[1])->instance_id, ==, 1);
    vmstate_unregister(NULL, &vmstate_outer, &outer);
    vmstate_unregister(NULL, &vmstate_outer, &outer);
    g_assert_cmpint(vmstate_entries()->len, ==, 0);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    module_call_init(MODULE_INIT_QOM);
    journal = g_string_new(NULL);
    top_bus = qbus_new(TYPE_PART_BUS, NULL, "top");
    g_test_add_func("/reset/phases", test_phases);
    g_test_add_func("/reset/counted", test_counted);
    g_test_add_func("/reset/change-parent", test_change_parent);
    g_test_add_func("/reset/system", test_system_reset);
    g_test_add_func("/clock/tree", test_clocks);
    g_test_add_func("/clock/tree-chain", test_clock_chain);
    g_test_add_func("/vmstate/tables", test_vmstate);
    return g_test_run();
}
