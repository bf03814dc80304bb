/* SPDX-License-Identifier: MIT */
/*
 * Lines of devices. An input is an IRQState that the device owns as a child; an output is a slot in
 * the device's state which holds a reference to the input at the far end, and is shown as a link.
 */
#include "qemu/osdep.h"

#include "qapi/error.h"
#include "qdev-internal.h"

static NamedGPIOList *gpio_list_find(DeviceState *dev, const char *name)
{
    NamedGPIOList *list;

    QLIST_FOREACH (list, &dev->gpios, node) {
        if (g_strcmp0(name, list->name) == 0) {
            return list;
        }
    }
    return NULL;
}

static NamedGPIOList *gpio_list_get(DeviceState *dev, const char *name)
{
    NamedGPIOList *list = gpio_list_find(dev, name);

    if (!list) {
        list = g_new0(NamedGPIOList, 1);
        list->name = g_strdup(name);
        QLIST_INSERT_HEAD(&dev->gpios, list, node);
    }
    return list;
}

void qdev_init_gpio_in_named_with_opaque(DeviceState *dev, qemu_irq_handler handler, void *opaque,
                                         const char *name, int n)
{
    NamedGPIOList *list = gpio_list_get(dev, name);

    assert(list->num_out == 0 || !name);
    list->in = qemu_extend_irqs(list->in, list->num_in, handler, opaque, n);
    for (int i = list->num_in; i < list->num_in + n; i++) {
        g_autofree char *prop = g_strdup_printf("%s[%d]", name ? name : "unnamed-gpio-in", i);

        object_property_add_child(OBJECT(dev), prop, OBJECT(list->in[i]));
        object_unref(list->in[i]);
    }
    list->num_in += n;
}

void qdev_init_gpio_in_named(DeviceState *dev, qemu_irq_handler handler, const char *name, int n)
{
    qdev_init_gpio_in_named_with_opaque(dev, handler, dev, name, n);
}

void qdev_init_gpio_in(DeviceState *dev, qemu_irq_handler handler, int n)
{
    qdev_init_gpio_in_named(dev, handler, NULL, n);
}

void qdev_init_gpio_out_named(DeviceState *dev, qemu_irq *pins, const char *name, int n)
{
    NamedGPIOList *list = gpio_list_get(dev, name);

    assert(list->num_in == 0 || !name);
    list->out = g_renew(qemu_irq *, list->out, list->num_out + n);
    for (int i = 0; i < n; i++) {
        int number = list->num_out + i;
        g_autofree char *prop = g_strdup_printf("%s[%d]", name ? name : "unnamed-gpio-out", number);

        pins[i] = NULL;
        list->out[number] = &pins[i];
        object_property_add_link(OBJECT(dev), prop, TYPE_IRQ, (Object **)&pins[i],
                                 object_property_allow_set_link, OBJ_PROP_LINK_STRONG);
    }
    list->num_out += n;
}

void qdev_init_gpio_out(DeviceState *dev, qemu_irq *pins, int n)
{
    qdev_init_gpio_out_named(dev, pins, NULL, n);
}

qemu_irq qdev_get_gpio_in_named(DeviceState *dev, const char *name, int n)
{
    NamedGPIOList *list = gpio_list_find(dev, name);

    assert(list && n >= 0 && n < list->num_in);
    return list->in[n];
}

qemu_irq qdev_get_gpio_in(DeviceState *dev, int n)
{
    return qdev_get_gpio_in_named(dev, NULL, n);
}

/* Where output @n is stored; NULL if there is no such line. */
static qemu_irq *gpio_out_slot(DeviceState *dev, const char *name, int n)
{
    NamedGPIOList *list = gpio_list_find(dev, name);

    return list && n >= 0 && n < list->num_out ? list->out[n] : NULL;
}

void qdev_connect_gpio_out_named(DeviceState *dev, const char *name, int n, qemu_irq pin)
{
    qemu_irq *slot = gpio_out_slot(dev, name, n), old;

    assert(slot);
    old = *slot;
    *slot = pin;
    object_ref(pin);
    object_unref(old);
}

void qdev_connect_gpio_out(DeviceState *dev, int n, qemu_irq pin)
{
    qdev_connect_gpio_out_named(dev, NULL, n, pin);
}

qemu_irq qdev_get_gpio_out_connector(DeviceState *dev, const char *name, int n)
{
    qemu_irq *slot = gpio_out_slot(dev, name, n);

    return slot ? *slot : NULL;
}

qemu_irq qdev_intercept_gpio_out(DeviceState *dev, qemu_irq icpt, const char *name, int n)
{
    qemu_irq *slot = gpio_out_slot(dev, name, n), former;

    assert(slot);
    former = *slot; /* its reference goes to the caller */
    *slot = icpt;
    object_ref(icpt);
    return former;
}

static void gpio_pass_property(DeviceState *dev, DeviceState *container, const char *name, int n)
{
    g_autofree char *prop = g_strdup_printf("%s[%d]", name, n);

    object_property_add_alias(OBJECT(container), prop, OBJECT(dev), prop);
}

void qdev_pass_gpios(DeviceState *dev, DeviceState *container, const char *name)
{
    NamedGPIOList *list = gpio_list_find(dev, name);

    assert(list && !gpio_list_find(container, name));
    for (int i = 0; i < list->num_in; i++) {
        gpio_pass_property(dev, container, name ? name : "unnamed-gpio-in", i);
    }
    for (int i = 0; i < list->num_out; i++) {
        gpio_pass_property(dev, container, name ? name : "unnamed-gpio-out", i);
    }
    QLIST_REMOVE(list, node);
    QLIST_INSERT_HEAD(&container->gpios, list, node);
}

void qdev_free_gpios(DeviceState *dev)
{
    NamedGPIOList *list, *next;

    QLIST_FOREACH_SAFE (list, &dev->gpios, node, next) {
        QLIST_REMOVE(list, node);
        g_free(list->in); /* the lines themselves are children */
        g_free(list->out);
        g_free(list->name);
        g_free(list);
    }
}
