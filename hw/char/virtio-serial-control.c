/* SPDX-License-Identifier: MIT */
/*
 * Control messages of the virtio console device (VIRTIO 1.2, 5.3.6.2 "Multiport Device Operation").
 *
 * What the guest has to be told is not a queue of messages but the difference between what is and
 * what it was told: however long it gives no buffers, little has to be kept. A port that was closed
 * and opened meanwhile is reported as closed, then as open.
 */
#include "qemu/osdep.h"

#include "qemu/iov.h"
#include "qemu/log.h"
#include "qemu/main-loop.h"
#include "virtio-serial-internal.h"

enum { MESSAGES_PER_TURN = 64 };

/* To the guest --------------------------------------------------------------------------------- */

/* False if the guest gives no buffer for it. */
static bool send_message(VirtIOSerial *vser, uint32_t id, uint16_t event, uint16_t value,
                         const char *text)
{
    VirtIODevice *vdev = VIRTIO_DEVICE(vser);
    struct virtio_console_control msg = {
        .id = virtio_tswap32(vdev, id),
        .event = virtio_tswap16(vdev, event),
        .value = virtio_tswap16(vdev, value),
    };
    VirtQueueElement *elem = virtqueue_pop(vser->c_ivq, sizeof(VirtQueueElement));
    size_t len;

    if (!elem) {
        return false;
    }
    len = iov_from_buf(elem->in_sg, elem->in_num, 0, &msg, sizeof(msg));
    if (text) {
        len += iov_from_buf(elem->in_sg, elem->in_num, len, text, strlen(text) + 1);
    }
    if (len < sizeof(msg) + (text ? strlen(text) + 1 : 0)) {
        qemu_log_mask(LOG_GUEST_ERROR,
                      "virtio-serial: a control buffer of %zu bytes is too small\n", len);
    }
    virtqueue_push(vser->c_ivq, elem, len);
    g_free(elem);
    return true;
}

/* Sends one message that is due for @port; false if none is, or there is no buffer. */
static bool tell_one(VirtIOSerial *vser, VirtIOSerialPort *port)
{
    bool open = port->reopened ? !port->host_connected : port->host_connected;

    if (port->pending & PENDING_ADD) {
        if (send_message(vser, port->id, VIRTIO_CONSOLE_PORT_ADD, 1, NULL)) {
            port->pending &= ~PENDING_ADD;
            return true;
        }
    } else if (port->pending & PENDING_CONSOLE) {
        if (send_message(vser, port->id, VIRTIO_CONSOLE_CONSOLE_PORT, 1, NULL)) {
            port->pending &= ~PENDING_CONSOLE;
            return true;
        }
    } else if (port->pending & PENDING_NAME) {
        if (!port->name || send_message(vser, port->id, VIRTIO_CONSOLE_PORT_NAME, 1, port->name)) {
            port->pending &= ~PENDING_NAME;
            return true;
        }
    } else if (port->ready && open != port->reported_open) {
        if (send_message(vser, port->id, VIRTIO_CONSOLE_PORT_OPEN, open, NULL)) {
            port->reported_open = open;
            port->reopened = false;
            return true;
        }
    }
    return false;
}

static bool tell_removed(VirtIOSerial *vser)
{
    unsigned id = find_first_bit(vser->removed, VIRTIO_SERIAL_MAX_PORTS);

    if (id >= VIRTIO_SERIAL_MAX_PORTS ||
        !send_message(vser, id, VIRTIO_CONSOLE_PORT_REMOVE, 1, NULL)) {
        return false;
    }
    clear_bit(id, vser->removed);
    return true;
}

void virtio_serial_control_flush(VirtIOSerial *vser)
{
    VirtIODevice *vdev = VIRTIO_DEVICE(vser);
    VirtIOSerialPort *port;
    bool told = false;

    if (!vdev->vm_running || !virtio_vdev_has_feature(vdev, VIRTIO_CONSOLE_F_MULTIPORT) ||
        !(vdev->status & VIRTIO_CONFIG_S_DRIVER_OK)) {
        return;
    }
    while (tell_removed(vser)) {
        told = true;
    }
    QTAILQ_FOREACH (port, &vser->ports, next) {
        while (tell_one(vser, port)) {
            told = true;
        }
    }
    if (told) {
        virtio_notify(vdev, vser->c_ivq);
    }
}

void virtio_serial_control_in(VirtIODevice *vdev, VirtQueue *vq)
{
    virtio_serial_control_flush(VIRTIO_SERIAL(vdev));
}

/* From the guest ------------------------------------------------------------------------------- */

static void device_ready(VirtIOSerial *vser, bool ok)
{
    VirtIOSerialPort *port;

    if (!ok) {
        qemu_log_mask(LOG_GUEST_ERROR, "virtio-serial: the guest could not set the device up\n");
        return;
    }
    QTAILQ_FOREACH (port, &vser->ports, next) {
        port->pending = PENDING_ADD;
        port->ready = port->reported_open = port->reopened = false;
    }
}

static void port_ready(VirtIOSerialPort *port, bool ok)
{
    if (!ok) {
        qemu_log_mask(LOG_GUEST_ERROR, "virtio-serial: the guest could not set port %u up\n",
                      port->id);
        return;
    }
    port->ready = true;
    port->reported_open = port->reopened = false;
    port->pending |= PENDING_NAME;
    if (VIRTIO_SERIAL_PORT_GET_CLASS(port)->is_console) {
        port->pending |= PENDING_CONSOLE;
    }
}

static void handle_message(VirtIOSerial *vser, const struct virtio_console_control *msg)
{
    VirtIODevice *vdev = VIRTIO_DEVICE(vser);
    uint32_t id = virtio_tswap32(vdev, msg->id);
    uint16_t event = virtio_tswap16(vdev, msg->event), value = virtio_tswap16(vdev, msg->value);
    VirtIOSerialPort *port = virtio_serial_find_port(vser, id);

    if (event == VIRTIO_CONSOLE_DEVICE_READY) {
        device_ready(vser, value);
        return;
    }
    if (!port) {
        qemu_log_mask(LOG_GUEST_ERROR,
                      "virtio-serial: message %u for port %u, which is not there\n", event, id);
        return;
    }
    switch (event) {
    case VIRTIO_CONSOLE_PORT_READY:
        port_ready(port, value);
        break;
    case VIRTIO_CONSOLE_PORT_OPEN:
        virtio_serial_set_guest_connected(port, value);
        break;
    default:
        qemu_log_mask(LOG_GUEST_ERROR, "virtio-serial: message %u is none of the guest's\n", event);
        break;
    }
}

void virtio_serial_control_out(VirtIODevice *vdev, VirtQueue *vq)
{
    VirtIOSerial *vser = VIRTIO_SERIAL(vdev);
    struct virtio_console_control msg;
    VirtQueueElement *elem;
    unsigned n = 0;

    if (!vdev->vm_running) {
        return;
    }
    while (n < MESSAGES_PER_TURN && (elem = virtqueue_pop(vq, sizeof(VirtQueueElement)))) {
        if (iov_to_buf(elem->out_sg, elem->out_num, 0, &msg, sizeof(msg)) == sizeof(msg)) {
            handle_message(vser, &msg);
        } else {
            qemu_log_mask(LOG_GUEST_ERROR, "virtio-serial: control message of less than 8 bytes\n");
        }
        virtqueue_push(vq, elem, 0);
        g_free(elem);
        n++;
    }
    if (n) {
        virtio_notify(vdev, vq);
    }
    if (n == MESSAGES_PER_TURN) {
        qemu_bh_schedule(vser->control_bh);
    }
    virtio_serial_control_flush(vser);
}

void virtio_serial_control_bh(void *opaque)
{
    VirtIOSerial *vser = opaque;

    if (virtio_device_started(VIRTIO_DEVICE(vser), VIRTIO_DEVICE(vser)->status)) {
        virtio_serial_control_out(VIRTIO_DEVICE(vser), vser->c_ovq);
    }
}
