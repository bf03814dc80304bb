/* SPDX-License-Identifier: MIT */
/* The life of virtio devices: made, refused, unplugged; and saved state of hostile contents. */
#include "device-harness.h"

#include "hw/virtio/virtio-mmio.h"
#include "hw/virtio/virtio-rng.h"
#include "hw/virtio/virtio-serial.h"
#include "migration/vmstate.h"
#include "qapi/error.h"

static VirtIOMMIOProxy *proxy;

enum { MMIO_BASE = 0x0a000000, DEVICE_ID = MMIO_BASE + 8, STATUS = MMIO_BASE + 0x70 };

static DeviceState *make(const char *type, BusState *bus, const char *property, const char *value,
                         Error **errp)
{
    DeviceState *dev = qdev_new(type);

    if (property) {
        object_property_parse(OBJECT(dev), property, value, &error_abort);
    }
    if (!qdev_realize(dev, bus, errp)) {
        object_unparent(OBJECT(dev));
        object_unref(dev);
        return NULL;
    }
    object_unref(dev); /* the tree has it */
    return dev;
}

static BusState *slot(void)
{
    return BUS(&proxy->bus);
}

static BusState *ports_of(DeviceState *dev)
{
    return BUS(&VIRTIO_SERIAL(dev)->bus);
}

static void test_comes_and_goes(void)
{
    static const char *const types[] = { TYPE_VIRTIO_RNG, TYPE_VIRTIO_SERIAL };
    static const uint32_t ids[] = { VIRTIO_ID_RNG, VIRTIO_ID_CONSOLE };

    for (unsigned n = 0; n < 6; n++) {
        DeviceState *dev = make(types[n % 2], slot(), NULL, NULL, &error_abort);

        g_assert_cmpuint(r32(DEVICE_ID), ==, ids[n % 2]);
        w32(STATUS, 3);
        g_assert_cmpuint(r32(STATUS), ==, 3);
        object_unparent(OBJECT(dev));
        g_assert_cmpuint(r32(DEVICE_ID), ==, 0);
        g_assert_cmpuint(r32(STATUS), ==, 0);
    }
}

static void test_refused(void)
{
    static const struct {
        const char *type, *property, *value;
    } cases[] = {
        { TYPE_VIRTIO_RNG, "period", "0" },
        { TYPE_VIRTIO_RNG, "packed", "on" },
        { TYPE_VIRTIO_SERIAL, "packed", "on" },
        { TYPE_VIRTIO_SERIAL, "max_ports", "0" },
        { TYPE_VIRTIO_SERIAL, "max_ports", "512" },
        { TYPE_VIRTIO_RNG, "max-bytes", "0x8000000000000000" },
    };

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        Error *err = NULL;

        g_assert_null(make(cases[i].type, slot(), cases[i].property, cases[i].value, &err));
        g_assert_nonnull(strstr(error_get_pretty(err), cases[i].property));
        error_free(err);
        g_assert_cmpuint(r32(DEVICE_ID), ==, 0);
    }
}

static void test_slot_takes_one(void)
{
    DeviceState *dev = make(TYPE_VIRTIO_RNG, slot(), NULL, NULL, &error_abort);
    Error *err = NULL;

    g_assert_null(make(TYPE_VIRTIO_RNG, slot(), NULL, NULL, &err));
    g_assert_nonnull(strstr(error_get_pretty(err), "full"));
    error_free(err);
    object_unparent(OBJECT(dev));
}

static void test_ports(void)
{
    DeviceState *dev = make(TYPE_VIRTIO_SERIAL, slot(), "max_ports", "4", &error_abort);
    static const uint32_t ids[] = { 1, 0, 2, 3 };
    DeviceState *port[4];
    Error *err = NULL;

    /* The first console is port 0, whatever came before it. */
    port[0] = make("virtserialport", ports_of(dev), "name", "a", &error_abort);
    port[1] = make("virtconsole", ports_of(dev), NULL, NULL, &error_abort);
    port[2] = make("virtconsole", ports_of(dev), NULL, NULL, &error_abort);
    port[3] = make("virtserialport", ports_of(dev), "nr", "3", &error_abort);
    for (int i = 0; i < 4; i++) {
        g_assert_cmpuint(VIRTIO_SERIAL_PORT(port[i])->id, ==, ids[i]);
    }
    g_assert_null(make("virtconsole", ports_of(dev), NULL, NULL, &err));
    error_free(g_steal_pointer(&err));
    object_unparent(OBJECT(port[2]));
    g_assert_null(make("virtserialport", ports_of(dev), "name", "a", &err));
    error_free(g_steal_pointer(&err));
    port[2] = make("virtserialport", ports_of(dev), "name", "b", &error_abort);
    g_assert_cmpuint(VIRTIO_SERIAL_PORT(port[2])->id, ==, 2);
    /* The device takes its ports along. */
    object_unparent(OBJECT(dev));
    g_assert_cmpuint(r32(DEVICE_ID), ==, 0);
}

/* What a damaged stream may hold is refused by the hooks that run after loading. */
static void test_state_is_checked(void)
{
    VirtIODevice *vdev = VIRTIO_DEVICE(make(TYPE_VIRTIO_RNG, slot(), NULL, NULL, &error_abort));
    const VMStateDescription *vmsd = &vmstate_virtio_device;

    g_assert_cmpint(vmsd->post_load(vdev, 1), ==, 0);
    vdev->guest_features = 1ull << 50;
    g_assert_cmpint(vmsd->post_load(vdev, 1), <, 0);
    vdev->guest_features = 0;
    object_unparent(OBJECT(vdev));
}

int main(int argc, char **argv)
{
    DeviceState *dev;

    harness_init(&argc, &argv);
    dev = qdev_new(TYPE_VIRTIO_MMIO);
    proxy = VIRTIO_MMIO(dev);
    object_property_set_bool(OBJECT(dev), "force-legacy", false, &error_abort);
    sysbus_realize_and_unref(SYS_BUS_DEVICE(dev), &error_abort);
    sysbus_mmio_map(SYS_BUS_DEVICE(dev), 0, MMIO_BASE);
    sysbus_connect_irq(SYS_BUS_DEVICE(dev), 0, harness_line(0));
    g_test_add_func("/virtio/devices/comes-and-goes", test_comes_and_goes);
    g_test_add_func("/virtio/devices/refused", test_refused);
    g_test_add_func("/virtio/devices/slot-takes-one", test_slot_takes_one);
    g_test_add_func("/virtio/devices/ports", test_ports);
    g_test_add_func("/virtio/devices/state-is-checked", test_state_is_checked);
    return g_test_run();
}
