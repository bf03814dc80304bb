/* SPDX-License-Identifier: MIT */
/* Between the files of the virtio console device. */
#ifndef HW_CHAR_VIRTIO_SERIAL_INTERNAL_H
#define HW_CHAR_VIRTIO_SERIAL_INTERNAL_H

#include "hw/virtio/virtio-access.h"
#include "hw/virtio/virtio-serial.h"

/* NULL if there is none. */
VirtIOSerialPort *virtio_serial_find_port(VirtIOSerial *vser, uint32_t id);
void virtio_serial_set_guest_connected(VirtIOSerialPort *port, bool connected);

/* ---- virtio-serial-control.c ---- */

void virtio_serial_control_in(VirtIODevice *vdev, VirtQueue *vq);
void virtio_serial_control_out(VirtIODevice *vdev, VirtQueue *vq);
/* Both directions, as far as it goes. @opaque: the VirtIOSerial. */
void virtio_serial_control_bh(void *opaque);
/* Tell the guest what it has to know and has buffers for. */
void virtio_serial_control_flush(VirtIOSerial *vser);

#endif
