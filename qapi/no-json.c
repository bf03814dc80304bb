/* SPDX-License-Identifier: MIT */
/* A build without json-c: schema types are there, values of type any and options in JSON are not.
 */
#include "qemu/osdep.h"

#include "qapi/error.h"
#include "qapi/qobject.h"
#include "qom/object.h"

void qobject_unref(QObject *obj)
{
    assert(!obj);
}

KeyVal *keyval_from_json(const char *text, const char *const *names, Error **errp)
{
    error_setg(errp, "JSON is not part of this build, which was made without json-c");
    return NULL;
}

bool object_property_set_keyval(Object *obj, const KeyVal *kv, size_t index, Error **errp)
{
    return object_property_parse(obj, keyval_key(kv, index), keyval_value(kv, index), errp);
}
