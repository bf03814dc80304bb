/* SPDX-License-Identifier: MIT */
/*
 * The test server's commands on lines. A watched line still reaches what it is connected to; the
 * test gets an event when its level differs from the one it was told last. Lines are low for a test
 * that was told nothing.
 */
#include "qemu/osdep.h"

#include "hw/irq.h"
#include "hw/qdev-core.h"

#include "qtest-internal.h"

static struct {
    DeviceState *device; /* whose lines are watched; referenced, NULL: none */
    GByteArray *levels;  /* what the test knows */
} watch;

void qtest_irq_forget_levels(void)
{
    if (watch.levels) {
        memset(watch.levels->data, 0, watch.levels->len);
    }
}

static void on_level(void *opaque, int n, int level)
{
    qemu_irq *former = opaque;
    uint8_t *known = &watch.levels->data[n];

    qemu_set_irq(*former, level);
    if (*known != !!level) {
        *known = !!level;
        qtest_send_event("IRQ %s %d", level ? "raise" : "lower", n);
    }
}

static void make_room(int lines)
{
    guint had = watch.levels ? watch.levels->len : 0;

    if (!watch.levels) {
        watch.levels = g_byte_array_new();
    }
    if ((guint)lines > had) {
        g_byte_array_set_size(watch.levels, lines);
        memset(watch.levels->data + had, 0, lines - had);
    }
}

/* NULL, and the reply is set. */
static DeviceState *find_device(QTestCall *call)
{
    Object *obj = object_resolve_path(call->arg[0], NULL);

    if (!obj || !object_dynamic_cast(obj, TYPE_DEVICE)) {
        g_string_printf(call->reply, "FAIL Unknown device '%.200s'", call->arg[0]);
        return NULL;
    }
    return DEVICE(obj);
}

/* The device whose lines shall be watched now; NULL if nothing is left to do. */
static DeviceState *start_watch(QTestCall *call)
{
    DeviceState *dev = find_device(call);

    if (!dev) {
        return NULL;
    }
    if (watch.device) {
        g_string_assign(call->reply,
                        dev == watch.device ? "OK" : "FAIL IRQ intercept already enabled");
        return NULL;
    }
    return dev;
}

static void end_watch(QTestCall *call, DeviceState *dev, int found)
{
    if (!found) {
        g_string_assign(call->reply, "FAIL the device has no such lines");
        return;
    }
    watch.device = dev;
    object_ref(OBJECT(dev));
    g_string_assign(call->reply, "OK");
}

/* irq_intercept_in PATH: the unnamed inputs. */
void qtest_cmd_intercept_in(QTestCall *call)
{
    DeviceState *dev = start_watch(call);
    NamedGPIOList *list;
    int found = 0;

    if (!dev) {
        return;
    }
    QLIST_FOREACH (list, &dev->gpios, node) {
        if (!list->name && list->num_in) {
            make_room(list->num_in);
            qemu_irq_intercept_in(list->in, on_level, list->num_in);
            found += list->num_in;
        }
    }
    end_watch(call, dev, found);
}

static void watch_output(DeviceState *dev, const char *name, int n)
{
    qemu_irq *former = g_new0(qemu_irq, 1); /* lives as long as the line */
    qemu_irq line = qemu_allocate_irq(on_level, former, n);

    *former = qdev_intercept_gpio_out(dev, line, name, n);
    object_unref(OBJECT(line));
}

/* irq_intercept_out PATH [NAME]: the unnamed outputs, or those of a name. */
void qtest_cmd_intercept_out(QTestCall *call)
{
    DeviceState *dev = start_watch(call);
    NamedGPIOList *list;
    int found = 0;

    if (!dev) {
        return;
    }
    QLIST_FOREACH (list, &dev->gpios, node) {
        if (g_strcmp0(list->name, call->arg[1])) {
            continue;
        }
        make_room(list->num_out);
        for (int i = 0; i < list->num_out; i++) {
            watch_output(dev, list->name, i);
        }
        found += list->num_out;
    }
    end_watch(call, dev, found);
}

/* set_irq_in PATH NAME N LEVEL; unnamed inputs are called unnamed-gpio-in. */
void qtest_cmd_set_irq_in(QTestCall *call)
{
    DeviceState *dev = find_device(call);
    const char *name = call->arg[1];
    NamedGPIOList *list;
    uint64_t n, level;

    if (!dev || !qtest_number(call, 2, &n) || !qtest_number(call, 3, &level)) {
        return;
    }
    if (!strcmp(name, "unnamed-gpio-in")) {
        name = NULL;
    }
    QLIST_FOREACH (list, &dev->gpios, node) {
        if (!g_strcmp0(list->name, name) && n < (uint64_t)list->num_in) {
            qemu_set_irq(list->in[n], (int)level);
            g_string_assign(call->reply, "OK");
            return;
        }
    }
    g_string_assign(call->reply, "FAIL the device has no such input");
}
