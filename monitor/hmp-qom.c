/* SPDX-License-Identifier: MIT */
/* The trees of objects and devices. */
#include "qemu/osdep.h"

#include "hw/clock.h"
#include "hw/qdev-core.h"
#include "hw/qdev-properties.h"
#include "hw/sysbus.h"
#include "monitor/qdev.h"
#include "qapi/error.h"
#include "system/memory.h"

#include "monitor-internal.h"

/* --- info qom-tree --- */

static void print_object(Monitor *mon, Object *obj, int indent);

static int compare_children(gconstpointer a, gconstpointer b)
{
    return strcmp(object_get_canonical_path_component(*(Object *const *)a),
                  object_get_canonical_path_component(*(Object *const *)b));
}

static int collect_child(Object *child, void *opaque)
{
    g_ptr_array_add(opaque, child);
    return 0;
}

static void print_object(Monitor *mon, Object *obj, int indent)
{
    g_autoptr(GPtrArray) children = g_ptr_array_new();
    const char *name = object_get_canonical_path_component(obj);

    monitor_printf(mon, "%*s/%s (%s)\n", indent, "", name ? name : "", object_get_typename(obj));
    object_child_foreach(obj, collect_child, children);
    g_ptr_array_sort(children, compare_children);
    for (guint i = 0; i < children->len; i++) {
        print_object(mon, g_ptr_array_index(children, i), indent + 2);
    }
}

static Object *resolve(Monitor *mon, const char *path)
{
    bool ambiguous = false;
    Object *obj = object_resolve_path(path, &ambiguous);

    if (!obj) {
        monitor_printf(mon, "%s object '%s'\n", ambiguous ? "more than one" : "there is no", path);
    }
    return obj;
}

void hmp_info_qom_tree(Monitor *mon, const char *args)
{
    Object *obj = resolve(mon, *args ? args : "/machine");
    if (obj) {
        print_object(mon, obj, 0);
    }
}

/* --- qom-list, qom-get, qom-set --- */

void hmp_qom_list(Monitor *mon, const char *args)
{
    ObjectPropertyIterator iter;
    ObjectProperty *prop;
    Object *obj = resolve(mon, *args ? args : "/");

    if (!obj) {
        return;
    }
    object_property_iter_init(&iter, obj);
    while ((prop = object_property_iter_next(&iter))) {
        monitor_printf(mon, "%s (%s)\n", prop->name, prop->type);
    }
}

void hmp_qom_get(Monitor *mon, const char *args)
{
    g_autofree char *path = monitor_next_word(&args);
    g_autofree char *name = monitor_next_word(&args);
    Error *err = NULL;
    Object *obj;

    if (!path || !name) {
        monitor_printf(mon, "qom-get PATH PROPERTY\n");
        return;
    }
    if ((obj = resolve(mon, path))) {
        g_autofree char *value = object_property_print(obj, name, true, &err);
        if (monitor_handle_error(mon, err)) {
            monitor_printf(mon, "%s\n", value);
        }
    }
}

void hmp_qom_set(Monitor *mon, const char *args)
{
    g_autofree char *path = monitor_next_word(&args);
    g_autofree char *name = monitor_next_word(&args);
    Error *err = NULL;
    Object *obj;

    if (!path || !name || !*args) {
        monitor_printf(mon, "qom-set PATH PROPERTY VALUE\n");
        return;
    }
    if ((obj = resolve(mon, path))) {
        object_property_parse(obj, name, args, &err);
        monitor_handle_error(mon, err);
    }
}

/* --- info qtree --- */

static void print_properties(Monitor *mon, DeviceState *dev, int indent)
{
    /* What its class and the classes above declare by table; the rest is QOM's own affair. */
    for (ObjectClass *oc = object_get_class(OBJECT(dev)); oc; oc = object_class_get_parent(oc)) {
        if (!object_class_dynamic_cast(oc, TYPE_DEVICE)) {
            return;
        }
        DeviceClass *dc = DEVICE_CLASS(oc);
        for (int i = 0; i < dc->props_count_; i++) {
            const char *name = dc->props_[i].name;
            g_autofree char *value =
                name ? object_property_print(OBJECT(dev), name, true, NULL) : NULL;
            if (name) {
                monitor_printf(mon, "%*s%s = %s\n", indent, "", name,
                               value && *value ? value : "<null>");
            }
        }
    }
}

static void print_lines(Monitor *mon, DeviceState *dev, int indent)
{
    NamedGPIOList *list;

    QLIST_FOREACH (list, &dev->gpios, node) {
        if (list->num_in) {
            monitor_printf(mon, "%*sgpio-in \"%s\" %d\n", indent, "", list->name ? list->name : "",
                           list->num_in);
        }
        if (list->num_out) {
            monitor_printf(mon, "%*sgpio-out \"%s\" %d\n", indent, "", list->name ? list->name : "",
                           list->num_out);
        }
    }
}

static void print_clocks(Monitor *mon, DeviceState *dev, int indent)
{
    NamedClockList *e;

    QLIST_FOREACH (e, &dev->clocks, node) {
        g_autofree char *freq = clock_display_freq(e->clock);

        monitor_printf(mon, "%*sclock-%s%s \"%s\" freq_hz=%s\n", indent, "",
                       e->output ? "out" : "in", e->alias ? " (alias)" : "", e->name, freq);
    }
}

static void print_mmio(Monitor *mon, DeviceState *dev, int indent)
{
    SysBusDevice *s = (SysBusDevice *)object_dynamic_cast(OBJECT(dev), TYPE_SYS_BUS_DEVICE);

    for (int i = 0; s && i < s->num_mmio; i++) {
        monitor_printf(mon, "%*smmio %016" PRIx64 "/%016" PRIx64 "\n", indent, "",
                       (uint64_t)s->mmio[i].addr, (uint64_t)memory_region_size(s->mmio[i].memory));
    }
}

static void print_bus(Monitor *mon, BusState *bus, int indent);

static void print_device(Monitor *mon, DeviceState *dev, int indent)
{
    BusState *child;

    monitor_printf(mon, "%*sdev: %s, id \"%s\"\n", indent, "", object_get_typename(OBJECT(dev)),
                   dev->id ? dev->id : "");
    indent += 2;
    print_lines(mon, dev, indent);
    print_clocks(mon, dev, indent);
    print_properties(mon, dev, indent);
    print_mmio(mon, dev, indent);
    QLIST_FOREACH (child, &dev->child_bus, sibling) {
        print_bus(mon, child, indent);
    }
}

static void print_bus(Monitor *mon, BusState *bus, int indent)
{
    BusChild *kid;

    monitor_printf(mon, "%*sbus: %s\n%*stype %s\n", indent, "", bus->name, indent + 2, "",
                   object_get_typename(OBJECT(bus)));
    QTAILQ_FOREACH (kid, &bus->children, sibling) {
        print_device(mon, kid->child, indent + 2);
    }
}

void hmp_info_qtree(Monitor *mon, const char *args)
{
    print_bus(mon, sysbus_get_default(), 0);
}

/* --- device_add, device_del --- */

void hmp_device_add(Monitor *mon, const char *args)
{
    Error *err = NULL;
    g_autoptr(KeyVal) kv = keyval_parse(args, "driver", &err);

    if (kv && !keyval_get(kv, "driver")) {
        monitor_printf(mon, "device_add DRIVER[,id=ID][,bus=BUS][,PROP=VALUE...]\n");
        return;
    }
    if (kv) {
        qdev_device_add(kv, &err);
    }
    monitor_handle_error(mon, err);
}

void hmp_device_del(Monitor *mon, const char *args)
{
    Error *err = NULL;
    DeviceState *dev = qdev_find_device(args, &err);

    if (dev) {
        qdev_unplug(dev, &err);
    }
    monitor_handle_error(mon, err);
}
