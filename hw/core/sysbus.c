/* SPDX-License-Identifier: MIT */
#include "qemu/osdep.h"

#include "hw/sysbus.h"

#include "qapi/error.h"
#include "system/address-spaces.h"
#include "system/memory.h"
#include "system/reset.h"

/* ---- Lines ---- */

void sysbus_init_irq(SysBusDevice *dev, qemu_irq *p)
{
    qdev_init_gpio_out_named(DEVICE(dev), p, SYSBUS_DEVICE_GPIO_IRQ, 1);
}

void sysbus_pass_irq(SysBusDevice *dev, SysBusDevice *target)
{
    qdev_pass_gpios(DEVICE(target), DEVICE(dev), SYSBUS_DEVICE_GPIO_IRQ);
}

bool sysbus_has_irq(SysBusDevice *dev, int n)
{
    g_autofree char *prop = g_strdup_printf("%s[%d]", SYSBUS_DEVICE_GPIO_IRQ, n);

    return object_property_find(OBJECT(dev), prop) != NULL;
}

qemu_irq sysbus_get_connected_irq(const SysBusDevice *dev, int n)
{
    return qdev_get_gpio_out_connector(DEVICE(dev), SYSBUS_DEVICE_GPIO_IRQ, n);
}

bool sysbus_is_irq_connected(SysBusDevice *dev, int n)
{
    return sysbus_get_connected_irq(dev, n) != NULL;
}

void sysbus_connect_irq(SysBusDevice *dev, int n, qemu_irq irq)
{
    SysBusDeviceClass *sbdc = SYS_BUS_DEVICE_GET_CLASS(dev);

    qdev_connect_gpio_out_named(DEVICE(dev), SYSBUS_DEVICE_GPIO_IRQ, n, irq);
    if (sbdc->connect_irq_notifier) {
        sbdc->connect_irq_notifier(dev, irq);
    }
}

/* ---- Regions ---- */

void sysbus_init_mmio(SysBusDevice *dev, MemoryRegion *memory)
{
    int n = dev->num_mmio++;

    assert(n < QDEV_MAX_MMIO);
    dev->mmio[n].addr = -1;
    dev->mmio[n].memory = memory;
}

MemoryRegion *sysbus_mmio_get_region(SysBusDevice *dev, int n)
{
    assert(n >= 0 && n < dev->num_mmio);
    return dev->mmio[n].memory;
}

bool sysbus_has_mmio(SysBusDevice *dev, unsigned n)
{
    return n < dev->num_mmio;
}

static void sysbus_map(SysBusDevice *dev, int n, hwaddr addr, bool overlap, int priority)
{
    MemoryRegion *mr = sysbus_mmio_get_region(dev, n);

    if (dev->mmio[n].addr == addr) {
        return;
    }
    sysbus_mmio_unmap(dev, n);
    dev->mmio[n].addr = addr;
    if (overlap) {
        memory_region_add_subregion_overlap(get_system_memory(), addr, mr, priority);
    } else {
        memory_region_add_subregion(get_system_memory(), addr, mr);
    }
}

void sysbus_mmio_unmap(SysBusDevice *dev, int n)
{
    MemoryRegion *mr = sysbus_mmio_get_region(dev, n);

    if (dev->mmio[n].addr != (hwaddr)-1) {
        memory_region_del_subregion(mr->container, mr);
        dev->mmio[n].addr = -1;
    }
}

void sysbus_mmio_map(SysBusDevice *dev, int n, hwaddr addr)
{
    sysbus_map(dev, n, addr, false, 0);
}

void sysbus_mmio_map_overlap(SysBusDevice *dev, int n, hwaddr addr, int priority)
{
    sysbus_map(dev, n, addr, true, priority);
}

int sysbus_mmio_map_name(SysBusDevice *dev, const char *name, hwaddr addr)
{
    for (int i = 0; i < dev->num_mmio; i++) {
        if (strcmp(memory_region_name(dev->mmio[i].memory), name) == 0) {
            sysbus_mmio_map(dev, i, addr);
            return i;
        }
    }
    return -1;
}

void sysbus_init_ioports(SysBusDevice *dev, uint32_t ioport, uint32_t size)
{
    for (uint32_t i = 0; i < size; i++) {
        assert(dev->num_pio < QDEV_MAX_PIO);
        dev->pio[dev->num_pio++] = ioport + i;
    }
}

/* ---- Making ---- */

bool sysbus_realize(SysBusDevice *dev, Error **errp)
{
    return qdev_realize(DEVICE(dev), sysbus_get_default(), errp);
}

bool sysbus_realize_and_unref(SysBusDevice *dev, Error **errp)
{
    return qdev_realize_and_unref(DEVICE(dev), sysbus_get_default(), errp);
}

DeviceState *sysbus_create_varargs(const char *name, hwaddr addr, ...)
{
    DeviceState *dev = qdev_new(name);
    SysBusDevice *s = SYS_BUS_DEVICE(dev);
    qemu_irq irq;
    va_list va;

    sysbus_realize_and_unref(s, &error_fatal);
    if (addr != (hwaddr)-1) {
        sysbus_mmio_map(s, 0, addr);
    }
    va_start(va, addr);
    for (int n = 0; (irq = va_arg(va, qemu_irq)); n++) {
        sysbus_connect_irq(s, n, irq);
    }
    va_end(va);
    return dev;
}

bool device_is_dynamic_sysbus(DeviceState *dev)
{
    Object *parent = OBJECT(dev)->parent;

    return object_dynamic_cast(OBJECT(dev), TYPE_SYS_BUS_DEVICE) && parent &&
           (parent == machine_get_container("peripheral") ||
            parent == machine_get_container("peripheral-anon"));
}

typedef struct FindDynamic {
    FindSysbusDeviceFunc *func;
    void *opaque;
} FindDynamic;

static int find_dynamic(Object *obj, void *opaque)
{
    FindDynamic *find = opaque;

    DeviceState *dev = (DeviceState *)object_dynamic_cast(obj, TYPE_SYS_BUS_DEVICE);

    if (dev && device_is_dynamic_sysbus(dev)) {
        find->func(SYS_BUS_DEVICE(obj), find->opaque);
    }
    return 0;
}

void foreach_dynamic_sysbus_device(FindSysbusDeviceFunc *func, void *opaque)
{
    FindDynamic find = { func, opaque };

    object_child_foreach_recursive(machine_get_container("peripheral"), find_dynamic, &find);
    object_child_foreach_recursive(machine_get_container("peripheral-anon"), find_dynamic, &find);
}

/* ---- The bus ---- */

BusState *sysbus_get_default(void)
{
    static BusState *main_system_bus; /* under the big lock */

    if (!main_system_bus) {
        main_system_bus = qbus_new(TYPE_SYSTEM_BUS, NULL, "main-system-bus");
        object_property_add_child(machine_get_container("unattached"), "sysbus",
                                  OBJECT(main_system_bus));
        qemu_register_resettable(OBJECT(main_system_bus));
    }
    return main_system_bus;
}

/* "name@address of the first region", as in a device tree. */
static char *sysbus_get_fw_dev_path(DeviceState *dev)
{
    SysBusDevice *s = SYS_BUS_DEVICE(dev);
    SysBusDeviceClass *sbdc = SYS_BUS_DEVICE_GET_CLASS(s);
    g_autofree char *unit = NULL;

    if (sbdc->explicit_ofw_unit_address) {
        unit = sbdc->explicit_ofw_unit_address(s);
        if (unit) {
            return g_strdup_printf("%s@%s", qdev_fw_name(dev), unit);
        }
    }
    if (s->num_mmio) {
        return g_strdup_printf("%s@%016" PRIx64, qdev_fw_name(dev), s->mmio[0].addr);
    }
    if (s->num_pio) {
        return g_strdup_printf("%s@i%04x", qdev_fw_name(dev), s->pio[0]);
    }
    return g_strdup(qdev_fw_name(dev));
}

static void system_bus_class_init(ObjectClass *oc, const void *data)
{
    BUS_CLASS(oc)->get_fw_dev_path = sysbus_get_fw_dev_path;
}

static void sysbus_device_class_init(ObjectClass *oc, const void *data)
{
    DeviceClass *dc = DEVICE_CLASS(oc);

    dc->bus_type = TYPE_SYSTEM_BUS;
    /* It has to be wired up: only boards can do that, and classes that say so. */
    dc->user_creatable = false;
}

static void dynamic_sysbus_device_class_init(ObjectClass *oc, const void *data)
{
    DEVICE_CLASS(oc)->user_creatable = true;
}

static const TypeInfo sysbus_types[] = {
    { .name = TYPE_SYSTEM_BUS,
      .parent = TYPE_BUS,
      .instance_size = sizeof(BusState),
      .class_init = system_bus_class_init },
    { .name = TYPE_SYS_BUS_DEVICE,
      .parent = TYPE_DEVICE,
      .instance_size = sizeof(SysBusDevice),
      .abstract = true,
      .class_size = sizeof(SysBusDeviceClass),
      .class_init = sysbus_device_class_init },
    { .name = TYPE_DYNAMIC_SYS_BUS_DEVICE,
      .parent = TYPE_SYS_BUS_DEVICE,
      .abstract = true,
      .class_init = dynamic_sysbus_device_class_init },
};

DEFINE_TYPES(sysbus_types)
