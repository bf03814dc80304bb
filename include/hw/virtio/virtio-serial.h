/* SPDX-License-Identifier: MIT */
/*
 * Virtio console device (VIRTIO 1.2, 5.3) with ports that plug into its bus, as devices of their
 * own. A port gets the guest's bytes by have_data and sends by virtio_serial_write(). No byte is
 * lost: what the port does not take stays in the guest's queue, and a port sends no more than
 * virtio_serial_guest_ready() says. All under the BQL.
 */
#ifndef HW_VIRTIO_VIRTIO_SERIAL_H
#define HW_VIRTIO_VIRTIO_SERIAL_H

#include "hw/virtio/virtio.h"
#include "qemu/bitmap.h"
#include "qemu/queue.h"
#include "standard-headers/linux/virtio_console.h"

#define TYPE_VIRTIO_SERIAL "virtio-serial-device"
OBJECT_DECLARE_SIMPLE_TYPE(VirtIOSerial, VIRTIO_SERIAL)

#define TYPE_VIRTIO_SERIAL_BUS "virtio-serial-bus"
OBJECT_DECLARE_SIMPLE_TYPE(VirtIOSerialBus, VIRTIO_SERIAL_BUS)

#define TYPE_VIRTIO_SERIAL_PORT "virtio-serial-port"
OBJECT_DECLARE_TYPE(VirtIOSerialPort, VirtIOSerialPortClass, VIRTIO_SERIAL_PORT)

/* Two queues a port, two for control, VIRTIO_QUEUE_MAX in all. */
enum { VIRTIO_SERIAL_MAX_PORTS = VIRTIO_QUEUE_MAX / 2 - 1 };

struct VirtIOSerialBus {
    BusState parent_obj;
    VirtIOSerial *vser;
};

/* Control messages that wait for a buffer of the guest; see also reported_open. */
enum { PENDING_ADD = 1, PENDING_CONSOLE = 2, PENDING_NAME = 4 };

struct VirtIOSerialPort {
    DeviceState dev;

    QTAILQ_ENTRY(VirtIOSerialPort) next;
    VirtIOSerial *vser;
    VirtQueue *ivq, *ovq;   /* to the guest; from it */
    uint32_t id;            /* property "nr" */
    char *name;             /* property, NULL: none */
    bool guest_connected;   /* somebody there has the port open */
    bool host_connected;    /* and here */
    bool throttled;         /* have_data took less than there was */
    bool ready;             /* the guest knows the port */
    bool reported_open;     /* what the guest was told of host_connected last ... */
    bool reopened;          /* ... since when it changed twice */
    uint8_t pending;        /* PENDING_* */
    uint32_t done;          /* bytes of elem that were taken */
    VirtQueueElement *elem; /* from ovq, being taken; NULL: none */
    QEMUBH *bh;             /* goes on with ovq */
};

struct VirtIOSerialPortClass {
    DeviceClass parent_class;

    bool is_console;
    DeviceRealize realize; /* instead of DeviceClass.realize */
    DeviceUnrealize unrealize;
    /* The guest's bytes: how many of @len are taken. If not all are, the rest comes after
     * virtio_serial_throttle_port(port, false). */
    size_t (*have_data)(VirtIOSerialPort *port, const uint8_t *buf, size_t len);
    void (*set_guest_connected)(VirtIOSerialPort *port, bool connected);
    /* virtio_serial_guest_ready() may have become positive. */
    void (*guest_writable)(VirtIOSerialPort *port);
};

struct VirtIOSerial {
    VirtIODevice parent_obj;

    VirtIOSerialBus bus;
    VirtQueue *c_ivq, *c_ovq; /* control, to and from the guest */
    VirtQueue **ivqs, **ovqs; /* by port id */
    QTAILQ_HEAD(, VirtIOSerialPort) ports;
    uint32_t max_ports;                               /* property */
    bool emergency_write;                             /* property, as a feature bit */
    DECLARE_BITMAP(removed, VIRTIO_SERIAL_MAX_PORTS); /* the guest has to be told */
    QEMUBH *control_bh;
};

/* The host's end was opened or closed; the guest is told. */
void virtio_serial_open(VirtIOSerialPort *port);
void virtio_serial_close(VirtIOSerialPort *port);
/* Bytes that the guest has room for. */
size_t virtio_serial_guest_ready(VirtIOSerialPort *port);
/* Send up to so many; the number sent. */
size_t virtio_serial_write(VirtIOSerialPort *port, const uint8_t *buf, size_t size);
/* have_data may be called again, or not. */
void virtio_serial_throttle_port(VirtIOSerialPort *port, bool throttle);

#endif
