/* SPDX-License-Identifier: MIT */
/*
 * What every device type with saved state gets for free: made alone, filled with random values,
 * saved, disturbed, loaded, saved again and compared; then loaded from damaged streams and driven
 * like a guest does. A new type is found by itself; one that can not be realized without properties
 * gets a row below.
 */
#include "device-harness.h"

#include "hw/core/cpu.h"
#include "migration/snapshot.h"
#include "qapi/error.h"
#include "qom/object.h"
#include "system/address-spaces.h"
#include "system/reset.h"

enum { ROUND_TRIPS = 40, DAMAGED = 300, WINDOW = 0x10000000, WINDOW_SIZE = 0x04000000 };

static const struct {
    const char *type, *property, *value;
} needed[] = {
    { "arm_gic", "num-cpu", "2" },
    { "arm_gic", "revision", "2" },
    { "arm_gic", "has-virtualization-extensions", "on" },
    { "arm_gic", "has-security-extensions", "on" },
    { "arm-gicv2m", "base-spi", "80" },
    { "arm-gicv3", "redist-region-count", "1" },
    { "arm-gicv3", "num-irq", "96" },
    { "arm-gicv3", "has-lpi", "on" },
    { "arm-gicv3", "has-security-extensions", "on" },
    { "cfi.pflash01", "num-blocks", "4" },
    { "cfi.pflash01", "sector-length", "16384" },
    { "cfi.pflash01", "width", "4" },
    { "cfi.pflash01", "device-width", "2" },
    { "cfi.pflash01", "name", "flash" },
};

/* Links, to the object that is made of a type, or (NULL) to all memory. */
static const struct {
    const char *type, *property, *target;
} links[] = {
    { "arm-gicv3", "sysmem", NULL },
    { "arm-gicv3-its", "parent-gicv3", "arm-gicv3" },
};

/* Parts of a machine that have no state: what they are is fixed by the board. */
static const char *const stateless[] = {
    "platform-bus-device",
    "loader",
    NULL,
};

/* Who has a bus of which type. */
static const struct {
    const char *bus, *device;
} providers[] = {
    { "virtio-bus", "virtio-mmio" },
    { "virtio-serial-bus", "virtio-serial-device" },
};

/* Types that stay for as long as their machine does: CPUs, and who adds registers to them. */
static const char *const kept[] = { TYPE_CPU, "arm-gicv3" };

/* ---- Making ---- */

static DeviceState *make_device(const char *type);

static BusState *bus_for(const char *bus_type)
{
    if (!bus_type || !strcmp(bus_type, TYPE_SYSTEM_BUS)) {
        return bus_type ? sysbus_get_default() : NULL;
    }
    for (int i = 0; i < ARRAY_SIZE(providers); i++) {
        if (!strcmp(bus_type, providers[i].bus)) {
            return QLIST_FIRST(&make_device(providers[i].device)->child_bus);
        }
    }
    g_error("no device of the table has a bus of type '%s'", bus_type);
}

static bool is_kept(DeviceState *dev)
{
    for (int i = 0; i < ARRAY_SIZE(kept); i++) {
        if (object_dynamic_cast(OBJECT(dev), kept[i])) {
            return true;
        }
    }
    return false;
}

static DeviceState *make_device(const char *type)
{
    static GHashTable *made; /* of types that are kept */
    DeviceState *dev;

    if (made && g_hash_table_contains(made, type)) {
        return g_hash_table_lookup(made, type);
    }
    dev = qdev_new(type);
    for (int i = 0; i < ARRAY_SIZE(needed); i++) {
        if (object_dynamic_cast(OBJECT(dev), needed[i].type)) {
            object_property_parse(OBJECT(dev), needed[i].property, needed[i].value, &error_abort);
        }
    }
    for (int i = 0; i < ARRAY_SIZE(links); i++) {
        if (object_dynamic_cast(OBJECT(dev), links[i].type)) {
            Object *target = links[i].target ? OBJECT(make_device(links[i].target))
                                             : OBJECT(get_system_memory());

            object_property_set_link(OBJECT(dev), links[i].property, target, &error_abort);
        }
    }
    qdev_realize(dev, bus_for(DEVICE_GET_CLASS(dev)->bus_type), &error_abort);
    object_unref(dev); /* the composition tree has it */
    if (is_kept(dev)) {
        made = made ? made : g_hash_table_new(g_str_hash, g_str_equal);
        g_hash_table_insert(made, (char *)type, dev);
    }
    return dev;
}

/* Regions one behind the other, lines to the harness. The address behind the last one. */
static hwaddr map_device(DeviceState *dev)
{
    static qemu_irq lines[HARNESS_IRQS];
    SysBusDevice *sbd = (SysBusDevice *)object_dynamic_cast(OBJECT(dev), TYPE_SYS_BUS_DEVICE);
    hwaddr at = WINDOW;

    for (int n = 0; sbd && n < sbd->num_mmio && at < WINDOW + WINDOW_SIZE; n++) {
        sysbus_mmio_map(sbd, n, at);
        at += ROUND_UP(memory_region_size(sysbus_mmio_get_region(sbd, n)), 0x1000);
    }
    for (int n = 0; sbd && n < HARNESS_IRQS && sysbus_has_irq(sbd, n); n++) {
        lines[n] = lines[n] ? lines[n] : harness_line(n);
        sysbus_connect_irq(sbd, n, lines[n]);
    }
    return MIN(at, WINDOW + WINDOW_SIZE);
}

static void drop_device(DeviceState *dev)
{
    SysBusDevice *sbd = (SysBusDevice *)object_dynamic_cast(OBJECT(dev), TYPE_SYS_BUS_DEVICE);

    for (int n = 0; sbd && n < sbd->num_mmio; n++) {
        sysbus_mmio_unmap(sbd, n);
    }
    if (!is_kept(dev)) {
        object_unparent(OBJECT(dev));
    }
}

/* ---- Round trips ---- */

static void test_round_trip(const void *data)
{
    DeviceState *dev = make_device(data);
    GRand *rng = g_rand_new_with_seed(1);

    map_device(dev);
    device_cold_reset(dev);
    for (int i = 0; i < ROUND_TRIPS; i++) {
        vmstate_roundtrip(qdev_get_vmsd(dev), dev, rng, i, &error_abort);
    }
    g_rand_free(rng);
    drop_device(dev);
}

/* ---- Damaged streams ---- */

static GByteArray *save(DeviceState *dev)
{
    g_autoptr(QEMUFile) f = qemu_file_new_output();
    GByteArray *bytes = g_byte_array_new();
    const uint8_t *p;
    size_t size;

    vmstate_save_state(f, qdev_get_vmsd(dev), dev, NULL, &error_abort);
    p = qemu_file_data(f, &size);
    return g_byte_array_append(bytes, p, size);
}

static void damage(GByteArray *bytes, GRand *rng)
{
    for (int n = g_rand_int_range(rng, 1, 6); n > 0 && bytes->len; n--) {
        uint8_t *p = &bytes->data[g_rand_int_range(rng, 0, bytes->len)];

        *p = g_rand_boolean(rng) ? 0xff : g_rand_int(rng);
    }
    if (g_rand_int_range(rng, 0, 8) == 0) {
        g_byte_array_set_size(bytes, g_rand_int_range(rng, 0, bytes->len + 1));
    }
}

/* True if it was taken. */
static bool load(DeviceState *dev, const GByteArray *bytes)
{
    const VMStateDescription *vmsd = qdev_get_vmsd(dev);
    g_autoptr(QEMUFile) f = qemu_file_new_input(bytes->data, bytes->len);
    Error *err = NULL;

    if (vmstate_load_state(f, vmsd, dev, vmsd->version_id, &err)) {
        g_assert_nonnull(err);
        error_free(err);
        return false;
    }
    g_assert_null(err);
    return true;
}

static void test_damaged(const void *data)
{
    DeviceState *dev = make_device(data);
    hwaddr end = map_device(dev);
    GRand *rng = g_rand_new_with_seed(2);
    g_autoptr(GByteArray) good = NULL;
    int taken = 0;

    device_cold_reset(dev);
    good = save(dev);
    for (int i = 0; i < DAMAGED; i++) {
        g_autoptr(GByteArray) bytes = g_byte_array_new();

        g_byte_array_append(bytes, good->data, good->len);
        damage(bytes, rng);
        if (!load(dev, bytes)) {
            device_cold_reset(dev);
            continue;
        }
        taken++;
        if (end > WINDOW) {
            harness_hammer(WINDOW, end - WINDOW, 30, i);
        }
        main_loop_wait(true);
    }
    g_test_message("%d of %d damaged streams were taken", taken, DAMAGED);
    g_assert_true(load(dev, good));
    g_rand_free(rng);
    drop_device(dev);
}

/* ---- All types ---- */

static void test_all_have_state(const void *data)
{
    ObjectClass *oc = object_class_by_name(data);

    if (!g_strv_contains(stateless, data) && !DEVICE_CLASS(oc)->vmsd) {
        g_error("device type '%s' has no VMStateDescription", (const char *)data);
    }
}

static int by_name(const void *a, const void *b)
{
    return strcmp(object_class_get_name((ObjectClass *)a), object_class_get_name((ObjectClass *)b));
}

static void add(const char *kind, const char *type, GTestDataFunc func)
{
    g_autofree char *path = g_strdup_printf("/device-state/%s/%s", kind, type);

    g_test_add_data_func(path, type, func);
}

int main(int argc, char **argv)
{
    g_autoptr(GSList) list = NULL;

    harness_init(&argc, &argv);
    make_device("cortex-a57-arm-cpu"); /* interrupt controllers look for one */
    list = g_slist_sort(object_class_get_list(TYPE_DEVICE, false), by_name);
    for (GSList *l = list; l; l = l->next) {
        const char *type = object_class_get_name(l->data);

        add("exists", type, test_all_have_state);
        if (DEVICE_CLASS(l->data)->vmsd) {
            add("round-trip", type, test_round_trip);
            add("damaged", type, test_damaged);
        }
    }
    return g_test_run();
}
