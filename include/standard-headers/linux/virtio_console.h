/* SPDX-License-Identifier: MIT */
/* Console device (VIRTIO 1.2, 5.3). All fields are in the device's byte order. */
#ifndef STANDARD_HEADERS_LINUX_VIRTIO_CONSOLE_H
#define STANDARD_HEADERS_LINUX_VIRTIO_CONSOLE_H

#include <stdint.h>

/* Feature bits (5.3.3) */
#define VIRTIO_CONSOLE_F_SIZE        0
#define VIRTIO_CONSOLE_F_MULTIPORT   1
#define VIRTIO_CONSOLE_F_EMERG_WRITE 2

#define VIRTIO_CONSOLE_BAD_ID (~(uint32_t)0)

/* 5.3.4 */
struct virtio_console_config {
    uint16_t cols;
    uint16_t rows;
    uint32_t max_nr_ports;
    uint32_t emerg_wr;
};

/* 5.3.6.2 */
struct virtio_console_control {
    uint32_t id;
    uint16_t event;
    uint16_t value;
};

enum {
    VIRTIO_CONSOLE_DEVICE_READY = 0,
    VIRTIO_CONSOLE_PORT_ADD = 1,
    VIRTIO_CONSOLE_PORT_REMOVE = 2,
    VIRTIO_CONSOLE_PORT_READY = 3,
    VIRTIO_CONSOLE_CONSOLE_PORT = 4,
    VIRTIO_CONSOLE_RESIZE = 5,
    VIRTIO_CONSOLE_PORT_OPEN = 6,
    VIRTIO_CONSOLE_PORT_NAME = 7,
};

#endif
