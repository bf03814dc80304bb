/* SPDX-License-Identifier: MIT */
/*
 * Ring buffer: the last SIZE bytes of output, a power of two. Never blocks: the oldest bytes give
 * way. Positions run freely and are reduced at the access; chr_write_lock.
 */
#include "qemu/osdep.h"

#include "chardev/char-ringbuf.h"
#include "qapi/error.h"
#include "qemu/module.h"

OBJECT_DECLARE_SIMPLE_TYPE(RingBufChardev, CHARDEV_RINGBUF)

struct RingBufChardev {
    Chardev parent_obj;

    uint8_t *data;
    size_t size;
    size_t head;
    size_t tail;
};

static const char *const ringbuf_params[] = { "size", NULL };

#define RINGBUF_MAX_SIZE (1ull << 30)

static int ringbuf_chr_write(Chardev *chr, const uint8_t *buf, int len)
{
    RingBufChardev *d = CHARDEV_RINGBUF(chr);
    for (int i = 0; i < len; i++) {
        d->data[d->head++ & (d->size - 1)] = buf[i];
        if (d->head - d->tail > d->size) {
            d->tail = d->head - d->size;
        }
    }
    return len;
}

size_t qemu_chr_ringbuf_read(Chardev *chr, uint8_t *buf, size_t len)
{
    RingBufChardev *d = CHARDEV_RINGBUF(chr);
    size_t n = 0;

    qemu_mutex_lock(&chr->chr_write_lock);
    while (n < len && d->tail != d->head) {
        buf[n++] = d->data[d->tail++ & (d->size - 1)];
    }
    qemu_mutex_unlock(&chr->chr_write_lock);
    return n;
}

static bool ringbuf_chr_open(Chardev *chr, const KeyVal *opts, Error **errp)
{
    RingBufChardev *d = CHARDEV_RINGBUF(chr);
    uint64_t size = RINGBUF_DEFAULT_SIZE;

    if (!keyval_get_size(opts, "size", false, &size, errp)) {
        return false;
    }
    if (size == 0 || (size & (size - 1)) || size > RINGBUF_MAX_SIZE) {
        error_setg(errp, "size of ring buffer '%s' must be a power of two, at most 1G", chr->label);
        return false;
    }
    d->size = size;
    d->data = g_malloc0(size);
    return true;
}

static void ringbuf_chr_finalize(Object *obj)
{
    g_free(CHARDEV_RINGBUF(obj)->data);
}

static void ringbuf_chr_class_init(ObjectClass *klass, const void *data)
{
    ChardevClass *cc = CHARDEV_CLASS(klass);
    cc->params = ringbuf_params;
    cc->chr_open = ringbuf_chr_open;
    cc->chr_write = ringbuf_chr_write;
}

static const TypeInfo ringbuf_chr_type = {
    .name = TYPE_CHARDEV_RINGBUF,
    .parent = TYPE_CHARDEV,
    .instance_size = sizeof(RingBufChardev),
    .instance_finalize = ringbuf_chr_finalize,
    .class_init = ringbuf_chr_class_init,
};

static void ringbuf_chr_register_types(void)
{
    type_register_static(&ringbuf_chr_type);
}

type_init(ringbuf_chr_register_types)
