/* SPDX-License-Identifier: MIT */
/* DEFINE_PROP_CHR: a device's property that names the character device behind its serial line. */
#include "qemu/osdep.h"

#include "chardev/char-fe.h"
#include "hw/qdev-properties-system.h"
#include "hw/qdev-properties.h"
#include "qapi/error.h"
#include "qapi/visitor.h"

static void get_chr(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
    CharFrontend *fe = object_field_prop_ptr(obj, opaque);
    g_autofree char *label = g_strdup(fe->chr && fe->chr->label ? fe->chr->label : "");
    visit_type_str(v, name, &label, errp);
}

static void set_chr(Object *obj, Visitor *v, const char *name, void *opaque, Error **errp)
{
    CharFrontend *fe = object_field_prop_ptr(obj, opaque);
    g_autofree char *label = NULL;

    if (!visit_type_str(v, name, &label, errp)) {
        return;
    }
    if (!*label) {
        qemu_chr_fe_deinit(fe, false);
        return;
    }
    Chardev *chr = qemu_chr_find(label);
    if (!chr) {
        error_setg(errp, "property '%s.%s': there is no character device with id '%s'",
                   object_get_typename(obj), name, label);
        return;
    }
    if (fe->chr) {
        error_setg(errp, "property '%s.%s' is already connected to '%s'", object_get_typename(obj),
                   name, fe->chr->label);
        return;
    }
    if (!qemu_chr_fe_init(fe, chr, errp)) {
        error_prepend(errp, "property '%s.%s': ", object_get_typename(obj), name);
    }
}

static void release_chr(Object *obj, const char *name, void *opaque)
{
    qemu_chr_fe_deinit(object_field_prop_ptr(obj, opaque), false);
}

const PropertyInfo qdev_prop_chr = {
    .type = "str",
    .description = "ID of a character device",
    .get = get_chr,
    .set = set_chr,
    .release = release_chr,
};

void qdev_prop_set_chr(DeviceState *dev, const char *name, Chardev *value)
{
    object_property_set_str(OBJECT(dev), name, value ? value->label : "", &error_abort);
}
