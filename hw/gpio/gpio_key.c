/* SPDX-License-Identifier: MIT */
/*
 * A button on a GPIO line: a rising edge on the incoming line presses it, and it lets go by itself
 * after a time that debouncing drivers notice.
 */
#include "qemu/osdep.h"

#include "hw/gpio/gpio_key.h"
#include "hw/irq.h"
#include "hw/sysbus.h"
#include "migration/vmstate.h"
#include "qemu/module.h"
#include "qemu/timer.h"
#include "system/device_tree.h"

#define PRESS_MS  100
#define KEY_POWER 116 /* Linux input event code */

struct GPIOKEYState {
    SysBusDevice parent_obj;
    QEMUTimer *timer; /* runs while the button is down; virtual clock, ms */
    qemu_irq irq;
};

static void gpio_key_release(void *opaque)
{
    GPIOKEYState *s = opaque;

    qemu_set_irq(s->irq, 0);
}

static void gpio_key_press(void *opaque, int n, int level)
{
    GPIOKEYState *s = opaque;

    if (level) {
        qemu_set_irq(s->irq, 1);
        timer_mod(s->timer, qemu_clock_get_ms(QEMU_CLOCK_VIRTUAL) + PRESS_MS);
    }
}

static const VMStateDescription vmstate_gpio_key = {
    .name = "gpio-key",
    .version_id = 1,
    .minimum_version_id = 1,
    .fields =
        (const VMStateField[]){
            VMSTATE_TIMER_PTR(timer, GPIOKEYState),
            VMSTATE_END_OF_LIST(),
        },
};

static void gpio_key_reset_hold(Object *obj, ResetType type)
{
    timer_del(GPIOKEY(obj)->timer);
}

static void gpio_key_reset_exit(Object *obj, ResetType type)
{
    gpio_key_release(obj);
}

static void gpio_key_init(Object *obj)
{
    GPIOKEYState *s = GPIOKEY(obj);

    s->timer = timer_new_ms(QEMU_CLOCK_VIRTUAL, gpio_key_release, s);
    qdev_init_gpio_in(DEVICE(obj), gpio_key_press, 1);
    sysbus_init_irq(SYS_BUS_DEVICE(obj), &s->irq);
}

static void gpio_key_finalize(Object *obj)
{
    timer_free(GPIOKEY(obj)->timer);
}

static void gpio_key_class_init(ObjectClass *oc, const void *data)
{
    DeviceClass *dc = DEVICE_CLASS(oc);
    ResettableClass *rc = RESETTABLE_CLASS(oc);

    dc->desc = "button on a GPIO line";
    dc->vmsd = &vmstate_gpio_key;
    rc->phases.hold = gpio_key_reset_hold;
    rc->phases.exit = gpio_key_reset_exit;
}

static const TypeInfo gpio_key_types[] = {
    {
        .name = TYPE_GPIOKEY,
        .parent = TYPE_SYS_BUS_DEVICE,
        .instance_size = sizeof(GPIOKEYState),
        .instance_init = gpio_key_init,
        .instance_finalize = gpio_key_finalize,
        .class_init = gpio_key_class_init,
    },
};

DEFINE_TYPES(gpio_key_types)

void gpio_key_fdt_add_poweroff(void *fdt, uint32_t phandle, unsigned line)
{
    qemu_fdt_add_subnode(fdt, "/gpio-keys");
    qemu_fdt_setprop_string(fdt, "/gpio-keys", "compatible", "gpio-keys");
    qemu_fdt_add_subnode(fdt, "/gpio-keys/poweroff");
    qemu_fdt_setprop_string(fdt, "/gpio-keys/poweroff", "label", "GPIO Key Poweroff");
    qemu_fdt_setprop_cell(fdt, "/gpio-keys/poweroff", "linux,code", KEY_POWER);
    qemu_fdt_setprop_cells(fdt, "/gpio-keys/poweroff", "gpios", phandle, line, 0);
}
