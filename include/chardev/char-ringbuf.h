/* SPDX-License-Identifier: MIT */
/* Output kept in memory; the monitor and tests read it. */
#ifndef CHARDEV_CHAR_RINGBUF_H
#define CHARDEV_CHAR_RINGBUF_H

#include "chardev/char.h"

#define RINGBUF_DEFAULT_SIZE 65536u

/* Take up to @len of the oldest bytes kept; returns how many. @chr is a TYPE_CHARDEV_RINGBUF. */
size_t qemu_chr_ringbuf_read(Chardev *chr, uint8_t *buf, size_t len);

#endif
