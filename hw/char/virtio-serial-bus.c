/* SPDX-License-Identifier: MIT */
/*
 * Virtio console device (VIRTIO 1.2, 5.3): queues, ports and the flow of bytes. The control
 * messages are in virtio-serial-control.c.
 *
 * From the guest: the element at the head of a port's queue is offered to the port piece by piece;
 * where that takes less, the port is throttled and the element stays. In saved state it is still in
 * the queue, with `done` bytes of it taken. To the guest: bytes are taken from the back end only as
 * the guest has buffers for.
 */
#include "qemu/osdep.h"

#include "hw/hotplug.h"
#include "hw/qdev-properties.h"
#include "qapi/error.h"
#include "qapi/qapi-events-char.h"
#include "qemu/iov.h"
#include "qemu/log.h"
#include "qemu/main-loop.h"
#include "qemu/module.h"
#include "virtio-serial-internal.h"

enum { PORT_QUEUE_SIZE = 128, CONTROL_QUEUE_SIZE = 32, READY_MAX = 65536 };

static bool is_running(const VirtIOSerial *vser)
{
    const VirtIODevice *vdev = VIRTIO_DEVICE(vser);

    return vdev->vm_running && !vdev->broken && virtio_device_started(vdev, vdev->status);
}

/* From the guest ------------------------------------------------------------------------------- */

static void forget_elem(VirtIOSerialPort *port)
{
    if (port->elem) {
        virtqueue_detach_element(port->ovq, port->elem, 0);
        g_free(port->elem);
        port->elem = NULL;
    }
}

/* True if the port took all of the element. */
static bool offer_elem(VirtIOSerialPort *port)
{
    VirtIOSerialPortClass *k = VIRTIO_SERIAL_PORT_GET_CLASS(port);
    const VirtQueueElement *elem = port->elem;
    struct iovec piece;
    uint8_t buf[4096];

    while (iov_copy(&piece, 1, elem->out_sg, elem->out_num, port->done, SIZE_MAX)) {
        /* Many small pieces are not to become as many system calls. */
        if (piece.iov_len < sizeof(buf)) {
            piece.iov_len = iov_to_buf(elem->out_sg, elem->out_num, port->done, buf, sizeof(buf));
            piece.iov_base = buf;
        }
        size_t n = k->have_data(port, piece.iov_base, piece.iov_len);

        assert(n <= piece.iov_len);
        port->done += n;
        if (n < piece.iov_len) {
            port->throttled = true;
            return false;
        }
    }
    return true;
}

static void flush_port(void *opaque)
{
    VirtIOSerialPort *port = opaque;
    unsigned turn = 0;

    while (is_running(port->vser) && !port->throttled && turn < PORT_QUEUE_SIZE) {
        if (!port->elem) {
            port->elem = virtqueue_pop(port->ovq, sizeof(VirtQueueElement));
        }
        if (!port->elem || !offer_elem(port)) {
            break;
        }
        virtqueue_push(port->ovq, port->elem, 0);
        g_free(port->elem);
        port->elem = NULL;
        port->done = 0;
        turn++;
    }
    if (turn) {
        virtio_notify(VIRTIO_DEVICE(port->vser), port->ovq);
    }
    if (turn == PORT_QUEUE_SIZE) {
        qemu_bh_schedule(port->bh); /* others shall have a turn as well */
    }
}

void virtio_serial_throttle_port(VirtIOSerialPort *port, bool throttle)
{
    port->throttled = throttle;
    if (!throttle) {
        qemu_bh_schedule(port->bh);
    }
}

static VirtIOSerialPort *port_of_queue(VirtIOSerial *vser, VirtQueue *vq)
{
    VirtIOSerialPort *port;

    QTAILQ_FOREACH (port, &vser->ports, next) {
        if (port->ivq == vq || port->ovq == vq) {
            return port;
        }
    }
    return NULL;
}

static void handle_output(VirtIODevice *vdev, VirtQueue *vq)
{
    VirtIOSerialPort *port = port_of_queue(VIRTIO_SERIAL(vdev), vq);

    if (port) {
        flush_port(port);
    } else if (virtqueue_drop_all(vq)) {
        virtio_notify(vdev, vq); /* nobody is there: the bytes go nowhere */
    }
}

/* To the guest --------------------------------------------------------------------------------- */

size_t virtio_serial_guest_ready(VirtIOSerialPort *port)
{
    unsigned bytes;

    if (!is_running(port->vser) || !port->guest_connected) {
        return 0;
    }
    virtqueue_get_avail_bytes(port->ivq, &bytes, NULL, READY_MAX, 0);
    return MIN(bytes, READY_MAX);
}

size_t virtio_serial_write(VirtIOSerialPort *port, const uint8_t *buf, size_t size)
{
    size_t done = 0;

    for (unsigned turn = 0; turn < VIRTQUEUE_MAX_SIZE && done < size; turn++) {
        VirtQueueElement *elem = virtqueue_pop(port->ivq, sizeof(VirtQueueElement));

        if (!elem) {
            break;
        }
        size_t n = iov_from_buf(elem->in_sg, elem->in_num, 0, buf + done, size - done);

        done += n;
        virtqueue_push(port->ivq, elem, n);
        g_free(elem);
    }
    virtio_notify(VIRTIO_DEVICE(port->vser), port->ivq);
    return done;
}

static void port_writable(VirtIOSerialPort *port)
{
    VirtIOSerialPortClass *k = VIRTIO_SERIAL_PORT_GET_CLASS(port);

    if (k->guest_writable && virtio_serial_guest_ready(port)) {
        k->guest_writable(port);
    }
}

static void handle_input(VirtIODevice *vdev, VirtQueue *vq)
{
    VirtIOSerialPort *port = port_of_queue(VIRTIO_SERIAL(vdev), vq);

    if (port) {
        port_writable(port);
    }
}

/* Connections ---------------------------------------------------------------------------------- */

void virtio_serial_set_guest_connected(VirtIOSerialPort *port, bool connected)
{
    VirtIOSerialPortClass *k = VIRTIO_SERIAL_PORT_GET_CLASS(port);

    if (port->guest_connected == connected) {
        return;
    }
    port->guest_connected = connected;
    if (DEVICE(port)->id) {
        qapi_event_send_vserport_change(DEVICE(port)->id, connected);
    }
    if (k->set_guest_connected) {
        k->set_guest_connected(port, connected);
    }
    port_writable(port);
}

static void set_host_connected(VirtIOSerialPort *port, bool connected)
{
    if (port->host_connected != connected) {
        port->host_connected = connected;
        port->reopened = port->reported_open == connected;
        virtio_serial_control_flush(port->vser);
    }
}

void virtio_serial_open(VirtIOSerialPort *port)
{
    set_host_connected(port, true);
}

void virtio_serial_close(VirtIOSerialPort *port)
{
    set_host_connected(port, false);
}

/* The device ----------------------------------------------------------------------------------- */

static uint64_t get_features(VirtIODevice *vdev, uint64_t features, Error **errp)
{
    VirtIOSerial *vser = VIRTIO_SERIAL(vdev);

    if (vser->max_ports > 1) {
        virtio_add_feature(&features, VIRTIO_CONSOLE_F_MULTIPORT);
    }
    if (vser->emergency_write) {
        virtio_add_feature(&features, VIRTIO_CONSOLE_F_EMERG_WRITE);
    }
    return features;
}

/* No size of the console is known. */
static void get_config(VirtIODevice *vdev, uint8_t *config)
{
    struct virtio_console_config c = {
        .max_nr_ports = virtio_tswap32(vdev, VIRTIO_SERIAL(vdev)->max_ports),
    };

    memcpy(config, &c, sizeof(c));
}

/* 5.3.5.1: one character, whatever state the queues are in; lost if the back end is busy. */
static void set_config(VirtIODevice *vdev, const uint8_t *config)
{
    VirtIOSerial *vser = VIRTIO_SERIAL(vdev);
    VirtIOSerialPort *port = virtio_serial_find_port(vser, 0);
    struct virtio_console_config c;
    uint8_t ch;

    memcpy(&c, config, sizeof(c));
    if (vser->emergency_write && c.emerg_wr && port) {
        ch = virtio_tswap32(vdev, c.emerg_wr);
        VIRTIO_SERIAL_PORT_GET_CLASS(port)->have_data(port, &ch, 1);
    }
}

static void for_each_port_run(VirtIOSerial *vser)
{
    VirtIOSerialPort *port;

    QTAILQ_FOREACH (port, &vser->ports, next) {
        qemu_bh_schedule(port->bh);
        port_writable(port);
    }
    qemu_bh_schedule(vser->control_bh);
}

/* Without control messages port 0 is there from the first (5.3.5). */
static void set_status(VirtIODevice *vdev, uint8_t status)
{
    VirtIOSerial *vser = VIRTIO_SERIAL(vdev);
    VirtIOSerialPort *port = virtio_serial_find_port(vser, 0);

    if (!(status & VIRTIO_CONFIG_S_DRIVER_OK)) {
        return;
    }
    if (port && !virtio_vdev_has_feature(vdev, VIRTIO_CONSOLE_F_MULTIPORT)) {
        virtio_serial_set_guest_connected(port, true);
    }
    if (vdev->vm_running) {
        for_each_port_run(vser);
    }
}

static void reset_port(VirtIOSerialPort *port)
{
    forget_elem(port);
    port->done = 0;
    port->throttled = false;
    port->ready = port->reported_open = port->reopened = false;
    port->pending = 0;
    virtio_serial_set_guest_connected(port, false);
}

static void vser_reset(VirtIODevice *vdev)
{
    VirtIOSerial *vser = VIRTIO_SERIAL(vdev);
    VirtIOSerialPort *port;

    bitmap_zero(vser->removed, VIRTIO_SERIAL_MAX_PORTS);
    QTAILQ_FOREACH (port, &vser->ports, next) {
        reset_port(port);
    }
}

static void vser_queue_reset(VirtIODevice *vdev, uint32_t queue_index)
{
    VirtIOSerialPort *port =
        port_of_queue(VIRTIO_SERIAL(vdev), virtio_get_queue(vdev, queue_index));

    if (port && port->ovq == virtio_get_queue(vdev, queue_index)) {
        forget_elem(port);
        port->done = 0;
    }
}

static void add_queues(VirtIOSerial *vser)
{
    VirtIODevice *vdev = VIRTIO_DEVICE(vser);

    vser->ivqs = g_new0(VirtQueue *, vser->max_ports);
    vser->ovqs = g_new0(VirtQueue *, vser->max_ports);
    /* 5.3.2: port 0, control, then the other ports. */
    vser->ivqs[0] = virtio_add_queue(vdev, PORT_QUEUE_SIZE, handle_input);
    vser->ovqs[0] = virtio_add_queue(vdev, PORT_QUEUE_SIZE, handle_output);
    vser->c_ivq = virtio_add_queue(vdev, CONTROL_QUEUE_SIZE, virtio_serial_control_in);
    vser->c_ovq = virtio_add_queue(vdev, CONTROL_QUEUE_SIZE, virtio_serial_control_out);
    for (unsigned i = 1; i < vser->max_ports; i++) {
        vser->ivqs[i] = virtio_add_queue(vdev, PORT_QUEUE_SIZE, handle_input);
        vser->ovqs[i] = virtio_add_queue(vdev, PORT_QUEUE_SIZE, handle_output);
    }
}

static void vser_realize(DeviceState *dev, Error **errp)
{
    VirtIOSerial *vser = VIRTIO_SERIAL(dev);

    if (!vser->max_ports || vser->max_ports > VIRTIO_SERIAL_MAX_PORTS) {
        error_setg(errp, "max_ports=%u: a device has 1 to %d ports", vser->max_ports,
                   VIRTIO_SERIAL_MAX_PORTS);
        return;
    }
    virtio_init(VIRTIO_DEVICE(dev), VIRTIO_ID_CONSOLE, sizeof(struct virtio_console_config));
    add_queues(vser);
    qbus_init(&vser->bus, sizeof(vser->bus), TYPE_VIRTIO_SERIAL_BUS, dev, NULL);
    BUS(&vser->bus)->hotplug_handler = OBJECT(dev); /* ports come and go */
    vser->bus.vser = vser;
    vser->control_bh = qemu_bh_new(virtio_serial_control_bh, vser);
}

static void vser_unrealize(DeviceState *dev)
{
    VirtIOSerial *vser = VIRTIO_SERIAL(dev);

    qemu_bh_delete(vser->control_bh);
    g_free(vser->ivqs);
    g_free(vser->ovqs);
    object_unparent(OBJECT(&vser->bus));
    virtio_cleanup(VIRTIO_DEVICE(dev));
}

static int vser_post_load(void *opaque, int version_id)
{
    qemu_bh_schedule(VIRTIO_SERIAL(opaque)->control_bh);
    return 0;
}

static const VMStateDescription vmstate_vser = {
    .name = "virtio-console",
    .version_id = 1,
    .minimum_version_id = 1,
    .post_load = vser_post_load,
    .fields =
        (const VMStateField[]){
            VMSTATE_VIRTIO_DEVICE,
            VMSTATE_END_OF_LIST(),
        },
};

static const Property vser_properties[] = {
    DEFINE_PROP_UINT32("max_ports", VirtIOSerial, max_ports, 31),
    DEFINE_PROP_BOOL("emergency-write", VirtIOSerial, emergency_write, true),
};

static void vser_init(Object *obj)
{
    QTAILQ_INIT(&VIRTIO_SERIAL(obj)->ports);
}

static void vser_class_init(ObjectClass *oc, const void *data)
{
    DeviceClass *dc = DEVICE_CLASS(oc);
    VirtioDeviceClass *k = VIRTIO_DEVICE_CLASS(oc);

    dc->desc = "Virtio console device: a bus for virtconsole and virtserialport";
    dc->vmsd = &vmstate_vser;
    device_class_set_props(dc, vser_properties);
    set_bit(DEVICE_CATEGORY_INPUT, dc->categories);
    k->realize = vser_realize;
    k->unrealize = vser_unrealize;
    k->get_features = get_features;
    k->get_config = get_config;
    k->set_config = set_config;
    k->set_status = set_status;
    k->reset = vser_reset;
    k->queue_reset = vser_queue_reset;
}

/* Ports ---------------------------------------------------------------------------------------- */

VirtIOSerialPort *virtio_serial_find_port(VirtIOSerial *vser, uint32_t id)
{
    VirtIOSerialPort *port;

    QTAILQ_FOREACH (port, &vser->ports, next) {
        if (port->id == id) {
            return port;
        }
    }
    return NULL;
}

/* The first console is port 0, the only one that guests without control messages have. */
static bool choose_id(VirtIOSerialPort *port, VirtIOSerial *vser, Error **errp)
{
    bool console = VIRTIO_SERIAL_PORT_GET_CLASS(port)->is_console;
    VirtIOSerialPort *other;

    if (port->id == VIRTIO_CONSOLE_BAD_ID) {
        port->id = console && !virtio_serial_find_port(vser, 0) ? 0 : 1;
        while (port->id && port->id < vser->max_ports && virtio_serial_find_port(vser, port->id)) {
            port->id++;
        }
        if (port->id >= vser->max_ports) {
            error_setg(errp, "all %u ports of bus '%s' are taken: ask for more with max_ports=",
                       vser->max_ports, BUS(&vser->bus)->name);
            return false;
        }
    }
    if (port->id >= vser->max_ports) {
        error_setg(errp, "nr=%u is out of range: bus '%s' has ports up to %u", port->id,
                   BUS(&vser->bus)->name, vser->max_ports - 1);
        return false;
    }
    if (port->id == 0 && !console) {
        error_setg(errp, "nr=0 is for a virtconsole: take another number");
        return false;
    }
    if (virtio_serial_find_port(vser, port->id)) {
        error_setg(errp, "nr=%u is taken on bus '%s'", port->id, BUS(&vser->bus)->name);
        return false;
    }
    QTAILQ_FOREACH (other, &vser->ports, next) {
        if (port->name && !g_strcmp0(other->name, port->name)) {
            error_setg(errp, "there is a port of name '%s' on bus '%s'", port->name,
                       BUS(&vser->bus)->name);
            return false;
        }
    }
    return true;
}

static void port_realize(DeviceState *dev, Error **errp)
{
    ERRP_GUARD();
    VirtIOSerialPort *port = VIRTIO_SERIAL_PORT(dev);
    VirtIOSerialPortClass *k = VIRTIO_SERIAL_PORT_GET_CLASS(port);
    VirtIOSerial *vser = VIRTIO_SERIAL_BUS(qdev_get_parent_bus(dev))->vser;

    if (!choose_id(port, vser, errp)) {
        return;
    }
    port->vser = vser;
    port->ivq = vser->ivqs[port->id];
    port->ovq = vser->ovqs[port->id];
    port->bh = qemu_bh_new(flush_port, port);
    QTAILQ_INSERT_TAIL(&vser->ports, port, next);
    if (k->realize) {
        k->realize(dev, errp);
    }
    if (*errp) {
        QTAILQ_REMOVE(&vser->ports, port, next);
        qemu_bh_delete(port->bh);
        return;
    }
    if (dev->hotplugged) {
        port->pending |= PENDING_ADD;
        virtio_serial_control_flush(vser);
    }
}

/* What the guest sent and nobody has taken goes nowhere: the next port of this number begins anew.
 */
static void drop_output(VirtIOSerialPort *port)
{
    if (port->elem) {
        virtqueue_push(port->ovq, port->elem, 0);
        g_free(g_steal_pointer(&port->elem));
    }
    virtqueue_drop_all(port->ovq);
    virtio_notify(VIRTIO_DEVICE(port->vser), port->ovq);
}

static void port_unrealize(DeviceState *dev)
{
    VirtIOSerialPort *port = VIRTIO_SERIAL_PORT(dev);
    VirtIOSerialPortClass *k = VIRTIO_SERIAL_PORT_GET_CLASS(port);
    VirtIOSerial *vser = port->vser;

    drop_output(port);
    QTAILQ_REMOVE(&vser->ports, port, next);
    qemu_bh_delete(port->bh);
    if (port->ready) {
        set_bit(port->id, vser->removed);
        virtio_serial_control_flush(vser);
    }
    if (k->unrealize) {
        k->unrealize(dev);
    }
}

/* The element belongs to the state that is thrown away. */
static int port_pre_load(void *opaque)
{
    VirtIOSerialPort *port = opaque;

    if (port->elem) {
        g_autofree VirtQueueElement *elem = g_steal_pointer(&port->elem);
        virtqueue_detach_element(port->ovq, elem, 0);
    }
    return 0;
}

static int port_post_load(void *opaque, int version_id)
{
    VirtIOSerialPort *port = opaque;
    VirtIOSerialPortClass *k = VIRTIO_SERIAL_PORT_GET_CLASS(port);

    if (k->set_guest_connected) {
        k->set_guest_connected(port, port->guest_connected);
    }
    port->throttled = false;
    qemu_bh_schedule(port->bh);
    qemu_bh_schedule(port->vser->control_bh);
    return 0;
}

const VMStateDescription vmstate_virtio_serial_port = {
    .name = "virtio-serial-port",
    .version_id = 1,
    .minimum_version_id = 1,
    .pre_load = port_pre_load,
    .post_load = port_post_load,
    .fields =
        (const VMStateField[]){
            VMSTATE_BOOL(guest_connected, VirtIOSerialPort),
            VMSTATE_BOOL(ready, VirtIOSerialPort),
            VMSTATE_BOOL(reported_open, VirtIOSerialPort),
            VMSTATE_BOOL(reopened, VirtIOSerialPort),
            VMSTATE_UINT8(pending, VirtIOSerialPort),
            VMSTATE_UINT32(done, VirtIOSerialPort),
            VMSTATE_END_OF_LIST(),
        },
};

static const Property port_properties[] = {
    DEFINE_PROP_UINT32("nr", VirtIOSerialPort, id, VIRTIO_CONSOLE_BAD_ID),
    DEFINE_PROP_STRING("name", VirtIOSerialPort, name),
};

static void port_class_init(ObjectClass *oc, const void *data)
{
    DeviceClass *dc = DEVICE_CLASS(oc);

    dc->realize = port_realize;
    dc->unrealize = port_unrealize;
    dc->bus_type = TYPE_VIRTIO_SERIAL_BUS;
    dc->vmsd = &vmstate_virtio_serial_port;
    device_class_set_props(dc, port_properties);
    set_bit(DEVICE_CATEGORY_INPUT, dc->categories);
}

static char *bus_get_dev_path(DeviceState *dev)
{
    g_autofree char *path = qdev_get_dev_path(DEVICE(VIRTIO_SERIAL_PORT(dev)->vser));

    return g_strdup_printf("%s%sport%u", path ? path : "", path ? "/" : "",
                           VIRTIO_SERIAL_PORT(dev)->id);
}

static void bus_class_init(ObjectClass *oc, const void *data)
{
    BUS_CLASS(oc)->get_dev_path = bus_get_dev_path;
}

static const TypeInfo virtio_serial_types[] = {
    {
        .name = TYPE_VIRTIO_SERIAL_BUS,
        .parent = TYPE_BUS,
        .instance_size = sizeof(VirtIOSerialBus),
        .class_init = bus_class_init,
    },
    {
        .name = TYPE_VIRTIO_SERIAL_PORT,
        .parent = TYPE_DEVICE,
        .instance_size = sizeof(VirtIOSerialPort),
        .abstract = true,
        .class_size = sizeof(VirtIOSerialPortClass),
        .class_init = port_class_init,
    },
    {
        .name = TYPE_VIRTIO_SERIAL,
        .parent = TYPE_VIRTIO_DEVICE,
        .instance_size = sizeof(VirtIOSerial),
        .instance_init = vser_init,
        .class_init = vser_class_init,
        .interfaces = (const InterfaceInfo[]){ { TYPE_HOTPLUG_HANDLER }, { NULL } },
    },
};

DEFINE_TYPES(virtio_serial_types)
