/* SPDX-License-Identifier: MIT */
/* Devices: properties, realize and unrealize, buses, lines, globals, SysBus. */
#include "qemu/osdep.h"

#include "hw/qdev-properties.h"
#include "hw/sysbus.h"
#include "qapi/error.h"
#include "qemu/bql.h"
#include "system/address-spaces.h"
#include "system/memory.h"

#define TYPE_GADGET "test-gadget"
OBJECT_DECLARE_SIMPLE_TYPE(Gadget, GADGET)

struct Gadget {
    SysBusDevice parent_obj;
    MemoryRegion mmio;
    qemu_irq irq[2];
    qemu_irq wire;
    int level[4];

    uint8_t u8;
    uint16_t u16;
    uint32_t u32;
    uint64_t u64, size;
    int32_t i32;
    uint32_t flags;
    bool enabled, refuse;
    char *label;
    OnOffAuto mode;
    Object *friend;
    uint32_t num_values;
    uint16_t *values;
};

static GString *journal;

static void gadget_line(void *opaque, int n, int level)
{
    GADGET(opaque)->level[n] = level;
}

static void gadget_init(Object *obj)
{
    Gadget *s = GADGET(obj);

    memory_region_init(&s->mmio, obj, "gadget", 0x1000);
    sysbus_init_mmio(SYS_BUS_DEVICE(obj), &s->mmio);
    sysbus_init_irq(SYS_BUS_DEVICE(obj), &s->irq[0]);
    sysbus_init_irq(SYS_BUS_DEVICE(obj), &s->irq[1]);
    qdev_init_gpio_in(DEVICE(obj), gadget_line, 2);
    qdev_init_gpio_in_named(DEVICE(obj), gadget_line, "spare", 4);
    qdev_init_gpio_out_named(DEVICE(obj), &s->wire, "wire", 1);
}

static void gadget_realize(DeviceState *dev, Error **errp)
{
    if (GADGET(dev)->refuse) {
        error_setg(errp, "gadget refuses");
        return;
    }
    g_string_append(journal, "realize ");
}

static void gadget_unrealize(DeviceState *dev)
{
    g_string_append(journal, "unrealize ");
}

static const Property gadget_properties[] = {
    DEFINE_PROP_UINT8("u8", Gadget, u8, 8),
    DEFINE_PROP_UINT16("u16", Gadget, u16, 16),
    DEFINE_PROP_UINT32("clock-frequency", Gadget, u32, 24000000),
    DEFINE_PROP_UINT64("u64", Gadget, u64, UINT64_MAX),
    DEFINE_PROP_SIZE("size", Gadget, size, 4096),
    DEFINE_PROP_INT32("i32", Gadget, i32, -5),
    DEFINE_PROP_BIT("bit3", Gadget, flags, 3, true),
    DEFINE_PROP_BOOL("enabled", Gadget, enabled, true),
    DEFINE_PROP_BOOL("refuse", Gadget, refuse, false),
    DEFINE_PROP_STRING("label", Gadget, label),
    DEFINE_PROP_ON_OFF_AUTO("mode", Gadget, mode, ON_OFF_AUTO_AUTO),
    DEFINE_PROP_LINK("friend", Gadget, friend, TYPE_GADGET, Object *),
    DEFINE_PROP_ARRAY("values", Gadget, num_values, values, qdev_prop_uint16, uint16_t),
};

static void gadget_class_init(ObjectClass *oc, const void *data)
{
    DeviceClass *dc = DEVICE_CLASS(oc);

    dc->realize = gadget_realize;
    dc->unrealize = gadget_unrealize;
    device_class_set_props(dc, gadget_properties);
}

/* A bus of our own, and something to plug in. */
#define TYPE_RACK      "test-rack"
#define TYPE_RACK_BUS  "test-rack-bus"
#define TYPE_RACK_CARD "test-rack-card"

static void rack_realize(DeviceState *dev, Error **errp)
{
    qbus_new(TYPE_RACK_BUS, dev, NULL);
}

static void rack_class_init(ObjectClass *oc, const void *data)
{
    DEVICE_CLASS(oc)->realize = rack_realize;
}

static void rack_bus_class_init(ObjectClass *oc, const void *data)
{
    BUS_CLASS(oc)->max_dev = 2;
}

static void card_realize(DeviceState *dev, Error **errp)
{
    g_string_append(journal, "realize ");
}

static void card_class_init(ObjectClass *oc, const void *data)
{
    static const Property props[] = { DEFINE_PROP_END_OF_LIST() };
    DeviceClass *dc = DEVICE_CLASS(oc);

    dc->bus_type = TYPE_RACK_BUS;
    dc->realize = card_realize;
    dc->unrealize = gadget_unrealize;
    device_class_set_props(dc, props);
}

static const TypeInfo test_types[] = {
    { .name = TYPE_GADGET,
      .parent = TYPE_SYS_BUS_DEVICE,
      .instance_size = sizeof(Gadget),
      .instance_init = gadget_init,
      .class_init = gadget_class_init },
    { .name = TYPE_RACK,
      .parent = TYPE_DEVICE,
      .instance_size = sizeof(DeviceState),
      .class_init = rack_class_init },
    { .name = TYPE_RACK_BUS,
      .parent = TYPE_BUS,
      .instance_size = sizeof(BusState),
      .class_init = rack_bus_class_init },
    { .name = TYPE_RACK_CARD,
      .parent = TYPE_DEVICE,
      .instance_size = sizeof(DeviceState),
      .class_init = card_class_init },
};
DEFINE_TYPES(test_types)

static void expect_error(bool ok, Error *err, const char *text)
{
    g_assert_false(ok);
    g_assert_nonnull(err);
    g_assert_cmpstr(error_get_pretty(err), ==, text);
    error_free(err);
}

static void test_defaults(void)
{
    DeviceState *dev = qdev_new(TYPE_GADGET);
    Gadget *s = GADGET(dev);

    g_assert_cmpint(s->u8, ==, 8);
    g_assert_cmpint(s->u16, ==, 16);
    g_assert_cmpint(s->u32, ==, 24000000);
    g_assert_cmpuint(s->u64, ==, UINT64_MAX);
    g_assert_cmpint(s->size, ==, 4096);
    g_assert_cmpint(s->i32, ==, -5);
    g_assert_cmpint(s->flags, ==, 8);
    g_assert_true(s->enabled);
    g_assert_null(s->label);
    object_unref(dev);
}

static void test_set(void)
{
    DeviceState *dev = qdev_new(TYPE_GADGET), *other = qdev_new(TYPE_GADGET);
    Object *obj = OBJECT(dev);
    Gadget *s = GADGET(dev);
    g_autofree char *text = NULL;

    qdev_prop_set_uint8(dev, "u8", 200);
    qdev_prop_set_uint64(dev, "u64", 1ull << 63);
    qdev_prop_set_int32(dev, "i32", INT32_MIN);
    qdev_prop_set_bit(dev, "bit3", false);
    qdev_prop_set_string(dev, "label", "one");
    qdev_prop_set_string(dev, "label", "two"); /* the first is freed */
    qdev_prop_set_enum(dev, "mode", ON_OFF_AUTO_OFF);
    g_assert_true(object_property_parse(obj, "size", "3M", &error_abort));
    g_assert_true(object_property_parse(obj, "clock-frequency", "0x10", &error_abort));
    g_assert_true(object_property_parse(obj, "values", "1,2,0xffff", &error_abort));
    g_assert_true(object_property_set_link(obj, "friend", OBJECT(other), &error_abort));

    g_assert_cmpint(s->u8, ==, 200);
    g_assert_cmpuint(s->u64, ==, 1ull << 63);
    g_assert_cmpint(s->i32, ==, INT32_MIN);
    g_assert_cmpint(s->flags, ==, 0);
    g_assert_cmpstr(s->label, ==, "two");
    g_assert_cmpint(s->mode, ==, ON_OFF_AUTO_OFF);
    g_assert_cmpint(s->size, ==, 3 << 20);
    g_assert_cmpint(s->u32, ==, 16);
    g_assert_cmpint(s->num_values, ==, 3);
    g_assert_cmpint(s->values[2], ==, 0xffff);
    g_assert_true(s->friend == OBJECT(other));
    g_assert_cmpint(OBJECT(other)->ref, ==, 2);
    text = object_property_print(obj, "values", false, &error_abort);
    g_assert_cmpstr(text, ==, "1,2,65535");
    g_assert_cmpuint(object_property_get_uint(obj, "u64", &error_abort), ==, 1ull << 63);
    object_unref(dev);
    g_assert_cmpint(OBJECT(other)->ref, ==, 1); /* the link's reference is gone */
    object_unref(other);
}

static void test_set_errors(void)
{
    Object *obj = OBJECT(qdev_new(TYPE_GADGET)), *box = object_new(TYPE_CONTAINER);
    Error *err = NULL;
    bool ok;

    ok = object_property_parse(obj, "clock-freqency", "1", &err);
    expect_error(ok, err,
                 "Property 'test-gadget.clock-freqency' not found; did you mean "
                 "'clock-frequency'?");
    err = NULL;
    ok = object_property_parse(obj, "u8", "256", &err);
    expect_error(ok, err, "Parameter 'u8': 256 does not fit in uint8");
    err = NULL;
    ok = object_property_parse(obj, "u8", "abc", &err);
    expect_error(ok, err, "Parameter 'u8' expects a non-negative integer, not 'abc'");
    err = NULL;
    ok = object_property_parse(obj, "enabled", "maybe", &err);
    expect_error(ok, err, "Parameter 'enabled' expects 'on' or 'off', not 'maybe'");
    err = NULL;
    ok = object_property_parse(obj, "mode", "maybe", &err);
    expect_error(ok, err, "Parameter 'mode': invalid value 'maybe'; choose from: auto, on, off");
    err = NULL;
    ok = object_property_set_link(obj, "friend", box, &err);
    expect_error(ok, err,
                 "Property 'test-gadget.friend' links to a 'test-gadget', not to a "
                 "'container'");
    err = NULL;
    ok = object_property_parse(obj, "friend", "nobody", &err);
    expect_error(ok, err, "Device 'nobody' not found");
    object_unref(obj);
    object_unref(box);
}

static void test_realize(void)
{
    DeviceState *dev = qdev_new(TYPE_GADGET);
    Error *err = NULL;
    bool ok;

    g_string_truncate(journal, 0);
    qdev_prop_set_bit(dev, "refuse", true);
    ok = sysbus_realize(SYS_BUS_DEVICE(dev), &err);
    expect_error(ok, err, "gadget refuses");
    g_assert_false(qdev_is_realized(dev));
    object_unparent(OBJECT(dev));
    object_unref(dev);

    dev = qdev_new(TYPE_GADGET);
    object_ref(dev);
    g_assert_true(sysbus_realize_and_unref(SYS_BUS_DEVICE(dev), &error_abort));
    g_assert_cmpstr(journal->str, ==, "realize ");
    g_assert_true(qdev_is_realized(dev));
    g_assert_true(g_str_has_prefix(dev->canonical_path, "/machine/unattached/device["));
    err = NULL;
    ok = object_property_parse(OBJECT(dev), "u8", "1", &err);
    g_assert_false(ok); /* too late */
    error_free(err);
    object_unparent(OBJECT(dev));
    g_assert_cmpstr(journal->str, ==, "realize unrealize ");
    g_assert_cmpint(OBJECT(dev)->ref, ==, 1);
    object_unref(dev);
}

static void test_lines(void)
{
    DeviceState *a = qdev_new(TYPE_GADGET), *b = qdev_new(TYPE_GADGET);
    Gadget *sa = GADGET(a), *sb = GADGET(b);
    g_autofree char *path = NULL;

    object_property_add_child(object_get_objects_root(), "b", OBJECT(b));
    qdev_connect_gpio_out_named(a, "wire", 0, qdev_get_gpio_in_named(b, "spare", 3));
    sysbus_connect_irq(SYS_BUS_DEVICE(a), 1, qdev_get_gpio_in(b, 0));
    qemu_irq_raise(sa->wire);
    qemu_set_irq(sa->irq[1], 7);
    qemu_set_irq(sa->irq[0], 1); /* not connected */
    g_assert_cmpint(sb->level[3], ==, 1);
    g_assert_cmpint(sb->level[0], ==, 7);
    qemu_irq_lower(sa->wire);
    g_assert_cmpint(sb->level[3], ==, 0);
    g_assert_true(sysbus_is_irq_connected(SYS_BUS_DEVICE(a), 1));
    g_assert_false(sysbus_is_irq_connected(SYS_BUS_DEVICE(a), 0));
    g_assert_true(sysbus_has_irq(SYS_BUS_DEVICE(a), 1));
    g_assert_false(sysbus_has_irq(SYS_BUS_DEVICE(a), 2));
    path = object_property_get_str(OBJECT(a), "sysbus-irq[1]", &error_abort);
    g_assert_cmpstr(path, ==, "/objects/b/unnamed-gpio-in[0]");
    /* A line outlives its device while something is connected to it. */
    object_unparent(OBJECT(b));
    object_unref(a);
    object_unref(b);
}

static void intercept(void *opaque, int n, int level)
{
    g_string_append_printf(journal, "[%d=%d]", n, level);
    qemu_set_irq(*(qemu_irq *)opaque, level);
}

static void test_irqs(void)
{
    DeviceState *dev = qdev_new(TYPE_GADGET);
    Gadget *s = GADGET(dev);
    qemu_irq in[2] = { qdev_get_gpio_in(dev, 0), qdev_get_gpio_in(dev, 1) };
    qemu_irq not = qemu_irq_invert(in[0]);
    IRQState embedded;

    g_assert_cmpint(s->level[0], ==, 1);
    qemu_irq_raise(not );
    g_assert_cmpint(s->level[0], ==, 0);
    qemu_free_irq(not );

    g_string_truncate(journal, 0);
    qemu_irq_intercept_in(in, intercept, 2);
    qemu_irq_raise(in[1]);
    g_assert_cmpstr(journal->str, ==, "[1=1]");
    g_assert_cmpint(s->level[1], ==, 1);
    qemu_irq_intercept_in(in + 1, intercept, 1); /* once more, as line 0 of the new one */
    qemu_irq_lower(in[1]);
    g_assert_cmpstr(journal->str, ==, "[1=1][0=0][1=0]");
    g_assert_cmpint(s->level[1], ==, 0);

    qemu_init_irq(&embedded, gadget_line, s, 2);
    qemu_irq_raise(&embedded);
    g_assert_cmpint(s->level[2], ==, 1);
    object_unref(&embedded);
    object_unref(dev);
}

static void test_mmio(void)
{
    DeviceState *dev = qdev_new(TYPE_GADGET);
    SysBusDevice *sbd = SYS_BUS_DEVICE(dev);

    sysbus_realize(sbd, &error_abort);
    sysbus_mmio_map(sbd, 0, 0x9000000);
    g_assert_true(sysbus_has_mmio(sbd, 0));
    g_assert_false(sysbus_has_mmio(sbd, 1));
    g_assert_cmpuint(sbd->mmio[0].addr, ==, 0x9000000);
    sysbus_mmio_map(sbd, 0, 0xa000000);
    g_assert_cmpuint(sbd->mmio[0].addr, ==, 0xa000000);
    sysbus_mmio_unmap(sbd, 0);
    object_unparent(OBJECT(dev));
    object_unref(dev);
}

static void test_bus(void)
{
    DeviceState *rack = qdev_new(TYPE_RACK), *card[3];
    Error *err = NULL;
    BusState *bus;
    bool ok;

    object_property_add_child(object_get_objects_root(), "rack", OBJECT(rack));
    qdev_realize(rack, NULL, &error_abort);
    bus = QLIST_FIRST(&rack->child_bus);
    g_assert_cmpstr(bus->name, ==, "test-rack-bus.0");
    g_assert_true(bus->realized);
    g_assert_true(qdev_get_child_bus(rack, "test-rack-bus.0") == bus);
    for (int i = 0; i < 3; i++) {
        card[i] = qdev_new(TYPE_RACK_CARD);
    }
    g_string_truncate(journal, 0);
    g_assert_nonnull(qdev_set_id(card[0], g_strdup("first"), &error_abort));
    ok = qdev_set_id(card[1], g_strdup("first"), &err) != NULL;
    expect_error(ok, err, "Duplicate device ID 'first'");
    qdev_realize(card[0], bus, &error_abort);
    qdev_realize(card[1], bus, &error_abort);
    err = NULL;
    ok = qdev_realize(card[2], bus, &err);
    expect_error(ok, err, "Bus 'test-rack-bus.0' is full: it takes 2 devices");
    err = NULL;
    ok = qdev_realize(card[2], sysbus_get_default(), &err);
    expect_error(ok, err,
                 "Device 'test-rack-card' can't go on System bus 'main-system-bus': it "
                 "needs a test-rack-bus bus");
    g_assert_true(qdev_find_recursive(bus, "first") == card[0]);
    g_assert_cmpint(bus->num_children, ==, 2);
    object_unref(card[2]);
    object_unref(card[0]);
    object_unref(card[1]);
    /* Taking the rack away takes everything on it down. */
    object_unparent(OBJECT(rack));
    g_assert_cmpstr(journal->str, ==, "realize realize unrealize unrealize ");
    g_assert_cmpint(OBJECT(rack)->ref, ==, 1);
    object_unref(rack);
    g_assert_null(object_resolve_path("/machine/peripheral/first", NULL));
}

static void test_globals(void)
{
    static GlobalProperty on_base = {
        .driver = TYPE_SYS_BUS_DEVICE, .property = "u16", .value = "77", .optional = true
    };
    static GlobalProperty on_type = { .driver = TYPE_GADGET, .property = "u8", .value = "99" };
    DeviceState *dev;

    qdev_prop_register_global(&on_base);
    qdev_prop_register_global(&on_type);
    dev = qdev_new(TYPE_GADGET);
    g_assert_cmpint(GADGET(dev)->u8, ==, 99);
    g_assert_cmpint(GADGET(dev)->u16, ==, 77);
    g_assert_true(on_base.used && on_type.used);
    g_assert_false(qdev_prop_check_globals());
    object_unref(dev);
}

static void test_bad_global(void)
{
    static GlobalProperty bad = { .driver = TYPE_GADGET, .property = "u8", .value = "many" };

    if (g_test_subprocess()) {
        qdev_prop_register_global(&bad);
        qdev_new(TYPE_GADGET);
        return;
    }
    g_test_trap_subprocess(NULL, 0, 0);
    g_test_trap_assert_failed();
    g_test_trap_assert_stderr("*can't apply global test-gadget.u8=many*");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    module_call_init(MODULE_INIT_QOM);
    journal = g_string_new(NULL);
    bql_lock();
    g_test_add_func("/qdev/defaults", test_defaults);
    g_test_add_func("/qdev/set", test_set);
    g_test_add_func("/qdev/set-errors", test_set_errors);
    g_test_add_func("/qdev/realize", test_realize);
    g_test_add_func("/qdev/lines", test_lines);
    g_test_add_func("/qdev/irqs", test_irqs);
    g_test_add_func("/qdev/mmio", test_mmio);
    g_test_add_func("/qdev/bus", test_bus);
    g_test_add_func("/qdev/bad-global", test_bad_global);
    g_test_add_func("/qdev/globals", test_globals);
    return g_test_run();
}
