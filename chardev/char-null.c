/* SPDX-License-Identifier: MIT */
/* The back end that takes everything and says nothing. */
#include "qemu/osdep.h"

#include "chardev/char.h"
#include "qemu/module.h"

static void null_chr_class_init(ObjectClass *klass, const void *data)
{
    CHARDEV_CLASS(klass)->internal = false;
}

static const TypeInfo null_chr_type = {
    .name = TYPE_CHARDEV_NULL,
    .parent = TYPE_CHARDEV,
    .instance_size = sizeof(Chardev),
    .class_init = null_chr_class_init,
};

static void null_chr_register_types(void)
{
    type_register_static(&null_chr_type);
}

type_init(null_chr_register_types)
