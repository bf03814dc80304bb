/* SPDX-License-Identifier: MIT */
/* A build without json-c: schema types are there, values of type any are not. */
#include "qemu/osdep.h"

#include "qapi/type.h"

void qobject_unref(QObject *obj)
{
    assert(!obj);
}
