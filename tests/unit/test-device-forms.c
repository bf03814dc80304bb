/* SPDX-License-Identifier: MIT */
/*
 * The forms that the devices of this field are written in, as docs/add-a-device.md promises them to
 * authors. This file must compile with no change to these, and what it makes must work.
 */
#include "qemu/osdep.h"

#include "chardev/char-fe.h"
#include "device-harness.h"
#include "exec/memory.h"
#include "hw/qdev-properties-system.h"
#include "hw/qdev-properties.h"
#include "hw/sysbus.h"
#include "qapi/error.h"
#include "qemu/module.h"
#include "qom/object.h"

#define TYPE_MY_DEVICE "my-device"
OBJECT_DECLARE_SIMPLE_TYPE(MyDeviceState, MY_DEVICE)

struct MyDeviceState {
    SysBusDevice parent_obj;
    MemoryRegion iomem;
    MemoryRegion mr;
    qemu_irq irq;
    CharFrontend chr;
    uint32_t freq;
    bool fifo_en;
    uint32_t value;
};

static uint64_t my_read(void *opaque, hwaddr addr, unsigned size)
{
    MyDeviceState *s = opaque;

    return s->value + (addr << 8) + size;
}

static void my_write(void *opaque, hwaddr addr, uint64_t value, unsigned size)
{
    MyDeviceState *s = opaque;

    s->value = value;
    qemu_set_irq(s->irq, value & 1);
}

static const MemoryRegionOps my_ops = {
    .read = my_read,
    .write = my_write,
    .endianness = DEVICE_NATIVE_ENDIAN,
    .valid = {
        .min_access_size = 1,
        .max_access_size = 4,
    },
    .impl = {
        .min_access_size = 4,
        .max_access_size = 4,
    },
};

static Property my_properties[] = {
    DEFINE_PROP_UINT32("clock-frequency", MyDeviceState, freq, 24000000),
    DEFINE_PROP_CHR("chardev", MyDeviceState, chr),
    DEFINE_PROP_BOOL("fifo-enabled", MyDeviceState, fifo_en, true),
    DEFINE_PROP_END_OF_LIST(),
};

static void my_instance_init(Object *obj)
{
    MyDeviceState *s = MY_DEVICE(obj);
    SysBusDevice *sbd = SYS_BUS_DEVICE(obj);

    memory_region_init_io(&s->iomem, obj, &my_ops, s, TYPE_MY_DEVICE, 0x1000);
    sysbus_init_mmio(sbd, &s->iomem);
    sysbus_init_irq(sbd, &s->irq);
}

static void my_realize(DeviceState *dev, Error **errp)
{
    MyDeviceState *s = MY_DEVICE(dev);
    Object *owner = OBJECT(dev);
    uint64_t size = 0x2000;

    memory_region_init_ram(&s->mr, owner, "my-ram", size, &error_fatal);
    sysbus_init_mmio(SYS_BUS_DEVICE(dev), &s->mr);
}

static void my_reset(DeviceState *dev)
{
    MY_DEVICE(dev)->value = 0;
}

static void my_class_init(ObjectClass *klass, const void *data)
{
    DeviceClass *dc = DEVICE_CLASS(klass);

    dc->realize = my_realize;
    device_class_set_legacy_reset(dc, my_reset);
    device_class_set_props(dc, my_properties);
}

static const TypeInfo my_device_info = {
    .name = TYPE_MY_DEVICE,
    .parent = TYPE_SYS_BUS_DEVICE,
    .instance_size = sizeof(MyDeviceState),
    .instance_init = my_instance_init,
    .class_init = my_class_init,
};

static void my_register_types(void)
{
    type_register_static(&my_device_info);
}

type_init(my_register_types)

    static void test_defaults(void)
{
    DeviceState *dev = qdev_new(TYPE_MY_DEVICE);

    g_assert_cmpuint(MY_DEVICE(dev)->freq, ==, 24000000);
    g_assert_true(MY_DEVICE(dev)->fifo_en);
    qdev_prop_set_uint32(dev, "clock-frequency", 48000000);
    qdev_prop_set_bit(dev, "fifo-enabled", false);
    g_assert_cmpuint(MY_DEVICE(dev)->freq, ==, 48000000);
    g_assert_false(MY_DEVICE(dev)->fifo_en);
    object_unref(OBJECT(dev));
}

static void test_device(void)
{
    DeviceState *dev = qdev_new(TYPE_MY_DEVICE);
    SysBusDevice *sbd = SYS_BUS_DEVICE(dev);

    sysbus_realize_and_unref(sbd, &error_fatal);
    sysbus_mmio_map(sbd, 0, 0x10000000);
    sysbus_mmio_map(sbd, 1, 0x10010000);
    sysbus_connect_irq(sbd, 0, harness_line(0));
    device_cold_reset(dev);

    w32(0x10000000, 0x101);
    g_assert_cmpint(harness_level[0], ==, 1);
    g_assert_cmphex(r32(0x10000004), ==, 0x505);
    w32(0x10010ffc, 0xcafe);
    g_assert_cmphex(r32(0x10010ffc), ==, 0xcafe);
    device_cold_reset(dev);
    g_assert_cmphex(r32(0x10000000), ==, 4);
}

int main(int argc, char **argv)
{
    harness_init(&argc, &argv);
    g_test_add_func("/device-forms/defaults", test_defaults);
    g_test_add_func("/device-forms/device", test_device);
    return g_test_run();
}
