/* SPDX-License-Identifier: MIT */
/*
 * Ports of the virtio console device that are connected to a character device: virtconsole, which
 * the guest takes for a terminal, and virtserialport, a stream of bytes with a name.
 *
 * While nobody is at the host's end, a console's output vanishes, for a guest prints whether
 * somebody looks or not; a virtserialport's stays in the guest's queue until somebody connects.
 */
#include "qemu/osdep.h"

#include "chardev/char-fe.h"
#include "hw/qdev-properties-system.h"
#include "hw/virtio/virtio-serial.h"
#include "qemu/module.h"

#define TYPE_VIRTIO_CONSOLE "virtconsole"
#define TYPE_VIRTSERIALPORT "virtserialport"
OBJECT_DECLARE_SIMPLE_TYPE(VirtConsole, VIRTSERIALPORT)

struct VirtConsole {
    VirtIOSerialPort parent_obj;

    CharFrontend chr;
    guint watch; /* for room in the back end; 0: none */
};

static bool is_console(VirtConsole *vcon)
{
    return VIRTIO_SERIAL_PORT_GET_CLASS(vcon)->is_console;
}

static gboolean backend_has_room(void *do_not_use, GIOCondition condition, void *opaque)
{
    VirtConsole *vcon = opaque;

    vcon->watch = 0;
    virtio_serial_throttle_port(VIRTIO_SERIAL_PORT(vcon), false);
    return G_SOURCE_REMOVE;
}

static void stop_watching(VirtConsole *vcon)
{
    if (vcon->watch) {
        g_source_remove(vcon->watch);
        vcon->watch = 0;
    }
}

static size_t have_data(VirtIOSerialPort *port, const uint8_t *buf, size_t len)
{
    VirtConsole *vcon = VIRTSERIALPORT(port);
    int n;

    if (!qemu_chr_fe_backend_connected(&vcon->chr)) {
        return len;
    }
    if (!qemu_chr_fe_backend_open(&vcon->chr)) {
        return is_console(vcon) ? len : 0;
    }
    n = qemu_chr_fe_write(&vcon->chr, buf, MIN(len, INT_MAX));
    n = MAX(n, 0);
    if (n < len && !vcon->watch) {
        vcon->watch =
            qemu_chr_fe_add_watch(&vcon->chr, G_IO_OUT | G_IO_HUP, backend_has_room, vcon);
        /* A back end that can not tell takes everything, or nothing for good. */
        return vcon->watch ? n : len;
    }
    return n;
}

static int can_read(void *opaque)
{
    return virtio_serial_guest_ready(VIRTIO_SERIAL_PORT(opaque));
}

static void receive(void *opaque, const uint8_t *buf, int size)
{
    virtio_serial_write(VIRTIO_SERIAL_PORT(opaque), buf, size);
}

static void event(void *opaque, QEMUChrEvent event)
{
    VirtConsole *vcon = opaque;
    VirtIOSerialPort *port = VIRTIO_SERIAL_PORT(vcon);

    if (event == CHR_EVENT_OPENED) {
        virtio_serial_throttle_port(port, false);
        virtio_serial_open(port);
    } else if (event == CHR_EVENT_CLOSED) {
        stop_watching(vcon);
        /* What a console has not got rid of vanishes now. */
        virtio_serial_throttle_port(port, !is_console(vcon));
        if (!is_console(vcon)) {
            virtio_serial_close(port);
        }
    }
}

static void set_guest_connected(VirtIOSerialPort *port, bool connected)
{
    if (!is_console(VIRTSERIALPORT(port))) {
        qemu_chr_fe_set_open(&VIRTSERIALPORT(port)->chr, connected);
    }
}

static void guest_writable(VirtIOSerialPort *port)
{
    qemu_chr_fe_accept_input(&VIRTSERIALPORT(port)->chr);
}

static void virtconsole_realize(DeviceState *dev, Error **errp)
{
    VirtConsole *vcon = VIRTSERIALPORT(dev);

    if (!qemu_chr_fe_backend_connected(&vcon->chr)) {
        return;
    }
    /* The guest's end of a console is always open, that of a port when the guest says so. */
    qemu_chr_fe_set_handlers(&vcon->chr, can_read, receive, event, NULL, vcon, NULL,
                             is_console(vcon));
    if (is_console(vcon)) {
        virtio_serial_open(VIRTIO_SERIAL_PORT(dev));
    }
}

static void virtconsole_unrealize(DeviceState *dev)
{
    VirtConsole *vcon = VIRTSERIALPORT(dev);

    stop_watching(vcon);
    qemu_chr_fe_set_handlers(&vcon->chr, NULL, NULL, NULL, NULL, NULL, NULL, false);
}

static const Property virtserialport_properties[] = {
    DEFINE_PROP_CHR("chardev", VirtConsole, chr),
};

static void virtserialport_class_init(ObjectClass *oc, const void *data)
{
    DeviceClass *dc = DEVICE_CLASS(oc);
    VirtIOSerialPortClass *k = VIRTIO_SERIAL_PORT_CLASS(oc);

    dc->desc = "Port of a virtio console device: a named stream of bytes";
    device_class_set_props(dc, virtserialport_properties);
    k->realize = virtconsole_realize;
    k->unrealize = virtconsole_unrealize;
    k->have_data = have_data;
    k->set_guest_connected = set_guest_connected;
    k->guest_writable = guest_writable;
}

static void virtconsole_class_init(ObjectClass *oc, const void *data)
{
    DEVICE_CLASS(oc)->desc = "Port of a virtio console device: a terminal (hvc0)";
    VIRTIO_SERIAL_PORT_CLASS(oc)->is_console = true;
}

static const TypeInfo virtconsole_types[] = {
    {
        .name = TYPE_VIRTSERIALPORT,
        .parent = TYPE_VIRTIO_SERIAL_PORT,
        .instance_size = sizeof(VirtConsole),
        .class_init = virtserialport_class_init,
    },
    {
        .name = TYPE_VIRTIO_CONSOLE,
        .parent = TYPE_VIRTSERIALPORT,
        .class_init = virtconsole_class_init,
    },
};

DEFINE_TYPES(virtconsole_types)
