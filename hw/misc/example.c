/* SPDX-License-Identifier: MIT */
/* Example device, a timer and a byte port. docs/add-a-device.md has the data sheet. */
#include "qemu/osdep.h"

#include "chardev/char-fe.h"
#include "hw/irq.h"
#include "hw/qdev-properties-system.h"
#include "hw/sysbus.h"
#include "migration/vmstate.h"
#include "qemu/log.h"

#define TYPE_EXAMPLE "example"
OBJECT_DECLARE_SIMPLE_TYPE(ExampleState, EXAMPLE)
enum { ID, STATUS, IRQ_ENABLE, LOAD, DATA, FREQ, N_REGS }; /* offset / 4 (data sheet, 2) */
enum { TIMEOUT = 1 << 0, RX = 1 << 1, ID_VALUE = 0x45584d31 };

struct ExampleState {
    SysBusDevice parent_obj;
    MemoryRegion iomem;
    qemu_irq irq;
    CharFrontend chr;
    QEMUTimer *timer;
    uint32_t freq, regs[N_REGS]; /* freq: Hz, a property */
};

static void example_update_irq(ExampleState *s)
{
    qemu_set_irq(s->irq, (s->regs[STATUS] & s->regs[IRQ_ENABLE]) != 0);
}

static void example_timeout(void *opaque)
{
    EXAMPLE(opaque)->regs[STATUS] |= TIMEOUT;
    example_update_irq(opaque);
}

static int example_room(void *opaque)
{
    return !(EXAMPLE(opaque)->regs[STATUS] & RX);
}

static void example_receive(void *opaque, const uint8_t *buf, int size)
{
    EXAMPLE(opaque)->regs[DATA] = buf[0];
    EXAMPLE(opaque)->regs[STATUS] |= RX;
    example_update_irq(opaque);
}

static uint64_t example_read(void *opaque, hwaddr offset, unsigned size)
{
    ExampleState *s = opaque;

    if (offset / 4 == DATA) {
        s->regs[STATUS] &= ~RX;
        example_update_irq(s);
        qemu_chr_fe_accept_input(&s->chr);
    }
    return s->regs[offset / 4];
}

static void example_write(void *opaque, hwaddr offset, uint64_t value, unsigned size)
{
    ExampleState *s = opaque;

    if (offset / 4 == STATUS) {
        s->regs[STATUS] &= ~(value & TIMEOUT);
    } else if (offset / 4 == IRQ_ENABLE) {
        s->regs[IRQ_ENABLE] = value & (TIMEOUT | RX);
    } else if (offset / 4 == LOAD) {
        s->regs[LOAD] = value;
        timer_mod(s->timer, qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL) +
                                muldiv64(value, NANOSECONDS_PER_SECOND, s->freq));
    } else if (offset / 4 == DATA) {
        qemu_chr_fe_write_all(&s->chr, &(uint8_t){ value }, 1);
    } else {
        qemu_log_mask(LOG_GUEST_ERROR, "example: write to read-only 0x%x\n", (unsigned)offset);
    }
    example_update_irq(s);
}

static const MemoryRegionOps example_ops = {
    .read = example_read,
    .write = example_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid = { .min_access_size = 4, .max_access_size = 4 },
};

static void example_reset_hold(Object *obj, ResetType type)
{
    ExampleState *s = EXAMPLE(obj);

    memcpy(s->regs, (uint32_t[N_REGS]){ [ID] = ID_VALUE, [FREQ] = s->freq }, sizeof(s->regs));
    timer_del(s->timer);
    example_update_irq(s);
}

static void example_realize(DeviceState *dev, Error **errp)
{
    ExampleState *s = EXAMPLE(dev);

    if (!s->freq) {
        error_setg(errp, "clock-frequency=0: at least 1 Hz is needed");
        return;
    }
    memory_region_init_io(&s->iomem, OBJECT(dev), &example_ops, s, "example", N_REGS * 4);
    sysbus_init_mmio(SYS_BUS_DEVICE(dev), &s->iomem);
    sysbus_init_irq(SYS_BUS_DEVICE(dev), &s->irq);
    s->timer = timer_new_ns(QEMU_CLOCK_VIRTUAL, example_timeout, s);
    qemu_chr_fe_set_handlers(&s->chr, example_room, example_receive, NULL, NULL, s, NULL, true);
}

static void example_unrealize(DeviceState *dev)
{
    timer_free(EXAMPLE(dev)->timer);
}

static const Property example_properties[] = {
    DEFINE_PROP_UINT32("clock-frequency", ExampleState, freq, 24000000),
    DEFINE_PROP_CHR("chardev", ExampleState, chr),
};

static const VMStateDescription vmstate_example = {
    .name = TYPE_EXAMPLE,
    .version_id = 1,
    .minimum_version_id = 1,
    .fields =
        (const VMStateField[]){ VMSTATE_UINT32_ARRAY(regs, ExampleState, N_REGS),
                                VMSTATE_TIMER_PTR(timer, ExampleState), VMSTATE_END_OF_LIST() },
};

static void example_class_init(ObjectClass *oc, const void *data)
{
    DeviceClass *dc = DEVICE_CLASS(oc);

    dc->realize = example_realize;
    dc->unrealize = example_unrealize;
    dc->vmsd = &vmstate_example;
    device_class_set_props(dc, example_properties);
    RESETTABLE_CLASS(oc)->phases.hold = example_reset_hold;
    SYS_BUS_DEVICE_CLASS(oc)->fdt_compatible = "quern,example";
}

static const TypeInfo example_types[] = {
    { .name = TYPE_EXAMPLE,
      .parent = TYPE_DYNAMIC_SYS_BUS_DEVICE,
      .instance_size = sizeof(ExampleState),
      .class_init = example_class_init },
};
DEFINE_TYPES(example_types)
