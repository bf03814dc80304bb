/* SPDX-License-Identifier: MIT */
/*
 * The exit protocol of bare-metal test suites such as kvm-unit-tests: a decimal number and the
 * letter q, written by the guest, end the run with status 2 * number + 1. (Odd, so that it is never
 * success by accident; the shell sees the low eight bits.) As measured with QEMU: the stream is a
 * row of [spaces] [digits] [spaces] command, where a command is any one character; all but q do
 * nothing. No digits count as 0, and the number wraps at 32 bits.
 */
#include "qemu/osdep.h"

#include "chardev/char.h"
#include "qemu/module.h"

OBJECT_DECLARE_SIMPLE_TYPE(TestdevChardev, CHARDEV_TESTDEV)

struct TestdevChardev {
    Chardev parent_obj;

    /* chr_write_lock */
    uint32_t number; /* of the digits so far */
    bool has_digits;
    bool complete; /* a space ended the digits */
};

static int testdev_chr_write(Chardev *chr, const uint8_t *buf, int len)
{
    TestdevChardev *s = CHARDEV_TESTDEV(chr);
    const ChardevHostActions *actions = qemu_chr_host_actions();

    for (int i = 0; i < len; i++) {
        if (g_ascii_isspace(buf[i])) {
            s->complete = s->has_digits;
            continue;
        }
        if (g_ascii_isdigit(buf[i]) && !s->complete) {
            s->number = s->number * 10 + (buf[i] - '0');
            s->has_digits = true;
            continue;
        }
        if (buf[i] == 'q' && actions->exit) {
            actions->exit((s->number << 1 | 1) & 0xff);
        }
        s->number = 0;
        s->has_digits = s->complete = false;
    }
    return len;
}

static void testdev_chr_class_init(ObjectClass *klass, const void *data)
{
    CHARDEV_CLASS(klass)->chr_write = testdev_chr_write;
}

static const TypeInfo testdev_chr_type = {
    .name = TYPE_CHARDEV_TESTDEV,
    .parent = TYPE_CHARDEV,
    .instance_size = sizeof(TestdevChardev),
    .class_init = testdev_chr_class_init,
};

static void testdev_chr_register_types(void)
{
    type_register_static(&testdev_chr_type);
}

type_init(testdev_chr_register_types)
