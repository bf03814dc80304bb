/* SPDX-License-Identifier: MIT */
/*
 * Devices and buses.
 *
 * Life of a device: instance_init (makes the parts: regions, lines, child devices), properties are
 * set, realize (checks them, connects to the outside), ... unrealize, instance_finalize. A device
 * plugs into a bus of its class's bus_type, or none; it owns child buses. Everything happens under
 * the big lock.
 */
#ifndef HW_QDEV_CORE_H
#define HW_QDEV_CORE_H

#include "hw/irq.h"
#include "hw/resettable.h"
#include "qemu/bitmap.h"
#include "qemu/notify.h"
#include "qemu/queue.h"
#include "qom/object.h"

enum { DEV_NVECTORS_UNSPECIFIED = -1 };

typedef enum DeviceCategory {
    DEVICE_CATEGORY_BRIDGE,
    DEVICE_CATEGORY_USB,
    DEVICE_CATEGORY_STORAGE,
    DEVICE_CATEGORY_NETWORK,
    DEVICE_CATEGORY_INPUT,
    DEVICE_CATEGORY_DISPLAY,
    DEVICE_CATEGORY_SOUND,
    DEVICE_CATEGORY_MISC,
    DEVICE_CATEGORY_CPU,
    DEVICE_CATEGORY_WATCHDOG,
    DEVICE_CATEGORY_MAX
} DeviceCategory;

#define TYPE_DEVICE "device"
OBJECT_DECLARE_TYPE(DeviceState, DeviceClass, DEVICE)

typedef void (*DeviceRealize)(DeviceState *dev, Error **errp);
typedef void (*DeviceUnrealize)(DeviceState *dev);
typedef void (*DeviceReset)(DeviceState *dev);
typedef void (*BusRealize)(BusState *bus, Error **errp);
typedef void (*BusUnrealize)(BusState *bus);

struct DeviceClass {
    ObjectClass parent_class;

    DECLARE_BITMAP(categories, DEVICE_CATEGORY_MAX);
    const char *fw_name; /* in firmware paths; NULL: the type's */
    const char *desc;    /* for -device help */

    const Property *props_; /* set by device_class_set_props() */
    uint16_t props_count_;

    bool user_creatable; /* by -device */
    bool hotpluggable;

    DeviceReset legacy_reset; /* set by device_class_set_legacy_reset() */
    DeviceRealize realize;
    DeviceUnrealize unrealize;
    const VMStateDescription *vmsd;
    const char *bus_type; /* NULL: plugs into no bus */
};

typedef struct NamedGPIOList NamedGPIOList;
struct NamedGPIOList {
    char *name; /* NULL: the unnamed lines */
    qemu_irq *in;
    qemu_irq **out; /* where each output line is stored in the device's state */
    int num_in, num_out;
    QLIST_ENTRY(NamedGPIOList) node;
};

typedef struct NamedClockList NamedClockList;
struct NamedClockList {
    char *name;
    Clock *clock;
    bool output, alias;
    QLIST_ENTRY(NamedClockList) node;
};

/* Set while the device handles an access: a second one from its own DMA is refused. */
typedef struct MemReentrancyGuard {
    bool engaged_in_io;
} MemReentrancyGuard;

struct DeviceState {
    Object parent_obj;

    char *id;             /* -device id=; NULL if none */
    char *canonical_path; /* while realized */
    bool realized;        /* atomic */
    bool pending_deleted_event;
    bool hotplugged;
    BusState *parent_bus; /* NULL if none */
    QLIST_HEAD(, NamedGPIOList) gpios;
    QLIST_HEAD(, NamedClockList) clocks;
    QLIST_HEAD(, BusState) child_bus;
    int num_child_bus;
    int instance_id_alias;
    int alias_required_for_version;
    ResettableState reset;
    MemReentrancyGuard mem_reentrancy_guard;
};

#define TYPE_BUS "bus"
OBJECT_DECLARE_TYPE(BusState, BusClass, BUS)

struct BusClass {
    ObjectClass parent_class;

    void (*print_dev)(Monitor *mon, DeviceState *dev, int indent);
    char *(*get_dev_path)(DeviceState *dev);
    char *(*get_fw_dev_path)(DeviceState *dev);
    /* May refuse the address that the device's properties ask for. */
    bool (*check_address)(BusState *bus, DeviceState *dev, Error **errp);
    BusRealize realize;
    BusUnrealize unrealize;
    int max_dev; /* 0: no limit */
    int automatic_ids;
};

typedef struct BusChild {
    DeviceState *child;
    int index;
    QTAILQ_ENTRY(BusChild) sibling;
} BusChild;

struct BusState {
    Object parent_obj;
    DeviceState *parent; /* NULL for the main system bus */
    char *name;
    Object *hotplug_handler;
    int max_index;
    bool realized;
    bool full;
    int num_children;
    QTAILQ_HEAD(, BusChild) children;
    QLIST_ENTRY(BusState) sibling;
    ResettableState reset;
};

/* ---- Devices ---- */

/* One reference, the caller's. The type must exist; qdev_try_new() returns NULL instead. */
DeviceState *qdev_new(const char *name);
DeviceState *qdev_try_new(const char *name);
/* Plugs into @bus (NULL: none) and realizes. A device without parent goes to /machine/unattached.
 */
bool qdev_realize(DeviceState *dev, BusState *bus, Error **errp);
/* The same, and drops the caller's reference in any case. */
bool qdev_realize_and_unref(DeviceState *dev, BusState *bus, Error **errp);
void qdev_unrealize(DeviceState *dev);
bool qdev_set_parent_bus(DeviceState *dev, BusState *bus, Error **errp);

static inline bool qdev_is_realized(DeviceState *dev)
{
    return __atomic_load_n(&dev->realized, __ATOMIC_ACQUIRE);
}

/* @id becomes the child name under /machine/peripheral; NULL: a number under peripheral-anon. The
 * string is taken over. NULL with error if the id is taken. */
const char *qdev_set_id(DeviceState *dev, char *id, Error **errp);
DeviceState *qdev_find_recursive(BusState *bus, const char *id);
BusState *qdev_get_parent_bus(const DeviceState *dev);
BusState *qdev_get_child_bus(DeviceState *dev, const char *name);
const char *qdev_fw_name(DeviceState *dev);
char *qdev_get_dev_path(DeviceState *dev);
char *qdev_get_human_name(DeviceState *dev);
const VMStateDescription *qdev_get_vmsd(DeviceState *dev);
/* The machine, /machine; a container of that name where there is none (tests). */
Object *qdev_get_machine(void);
/* Container @name under the machine, made on first use. */
Object *machine_get_container(const char *name);
/* The machine is complete, what is plugged from now on is hotplugged; then calls the notifiers. */
void qdev_machine_creation_done(void);
/* @notify is called with NULL when all devices of the command line are there. */
void qemu_add_machine_init_done_notifier(Notifier *notify);
/* Who connects @dev: the machine, or its bus's; NULL if nobody need. */
HotplugHandler *qdev_get_hotplug_handler(const DeviceState *dev);
bool qdev_hotplug_allowed_now(void);

/* @props is an array, ended by its size or by DEFINE_PROP_END_OF_LIST(). */
#define device_class_set_props(dc, props)                                                          \
    device_class_set_props_n((dc), (props), sizeof(props) / sizeof((props)[0]))
void device_class_set_props_n(DeviceClass *dc, const Property *props, size_t n);
void device_class_set_legacy_reset(DeviceClass *dc, DeviceReset dev_reset);
void device_class_set_parent_realize(DeviceClass *dc, DeviceRealize dev_realize,
                                     DeviceRealize *parent_realize);
void device_class_set_parent_unrealize(DeviceClass *dc, DeviceUnrealize dev_unrealize,
                                       DeviceUnrealize *parent_unrealize);

void device_cold_reset(DeviceState *dev);
bool device_is_in_reset(DeviceState *dev);

/* ---- Lines. Inputs and outputs are numbered from 0 within a name (NULL: unnamed). ---- */

void qdev_init_gpio_in(DeviceState *dev, qemu_irq_handler handler, int n);
void qdev_init_gpio_in_named(DeviceState *dev, qemu_irq_handler handler, const char *name, int n);
void qdev_init_gpio_in_named_with_opaque(DeviceState *dev, qemu_irq_handler handler, void *opaque,
                                         const char *name, int n);
/* @pins: an array in the device's state that is to hold the far ends. */
void qdev_init_gpio_out(DeviceState *dev, qemu_irq *pins, int n);
void qdev_init_gpio_out_named(DeviceState *dev, qemu_irq *pins, const char *name, int n);
/* The line must exist. */
qemu_irq qdev_get_gpio_in(DeviceState *dev, int n);
qemu_irq qdev_get_gpio_in_named(DeviceState *dev, const char *name, int n);
void qdev_connect_gpio_out(DeviceState *dev, int n, qemu_irq pin);
void qdev_connect_gpio_out_named(DeviceState *dev, const char *name, int n, qemu_irq pin);
/* NULL if not connected. */
qemu_irq qdev_get_gpio_out_connector(DeviceState *dev, const char *name, int n);
/* Puts @icpt in the place of the line, and returns what was there. */
qemu_irq qdev_intercept_gpio_out(DeviceState *dev, qemu_irq icpt, const char *name, int n);
/* Lines @name of @dev appear as lines of @container. */
void qdev_pass_gpios(DeviceState *dev, DeviceState *container, const char *name);

/* ---- Buses ---- */

/* Of the caller's memory; @name NULL: made from the parent's id or the type. */
void qbus_init(void *bus, size_t size, const char *typename, DeviceState *parent, const char *name);
BusState *qbus_new(const char *typename, DeviceState *parent, const char *name);
bool qbus_realize(BusState *bus, Error **errp);
void qbus_unrealize(BusState *bus);
void bus_cold_reset(BusState *bus);
bool bus_is_in_reset(BusState *bus);
void qbus_mark_full(BusState *bus);
char *qbus_get_fw_dev_path(BusState *bus);
/* The main system bus. */
BusState *sysbus_get_default(void);

typedef int(qbus_walkerfn)(BusState *bus, void *opaque);
typedef int(qdev_walkerfn)(DeviceState *dev, void *opaque);
/* Calls before and behind the children; nonzero from a call ends the walk (-1: only this branch is
 * left out, by the "pre" calls). */
int qbus_walk_children(BusState *bus, qdev_walkerfn *pre_devfn, qbus_walkerfn *pre_busfn,
                       qdev_walkerfn *post_devfn, qbus_walkerfn *post_busfn, void *opaque);
int qdev_walk_children(DeviceState *dev, qdev_walkerfn *pre_devfn, qbus_walkerfn *pre_busfn,
                       qdev_walkerfn *post_devfn, qbus_walkerfn *post_busfn, void *opaque);

#endif
