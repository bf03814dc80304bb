/* SPDX-License-Identifier: MIT */
/* QMP commands on character devices. */
#include "qemu/osdep.h"

#include "chardev/char-fe.h"
#include "chardev/char-ringbuf.h"
#include "qapi/error.h"
#include "qapi/qapi-commands-char.h"
#include "qemu/units.h"

/* What one ringbuf-read may return. */
#define RINGBUF_READ_MAX (16 * MiB)

static void add_info(Chardev *chr, void *opaque)
{
    ChardevInfoList ***tail = opaque;
    ChardevInfo *info = g_new0(ChardevInfo, 1);

    info->label = g_strdup(chr->label);
    info->filename = g_strdup(chr->filename);
    info->frontend_open = chr->fe && chr->fe->fe_is_open;
    QAPI_LIST_APPEND(*tail, info);
}

ChardevInfoList *qmp_query_chardev(Error **errp)
{
    ChardevInfoList *list = NULL, **tail = &list;

    qemu_chr_foreach(add_info, &tail);
    return list;
}

ChardevBackendInfoList *qmp_query_chardev_backends(Error **errp)
{
    g_autoptr(GSList) types = object_class_get_list_sorted(TYPE_CHARDEV, false);
    ChardevBackendInfoList *list = NULL, **tail = &list;

    for (GSList *el = types; el; el = el->next) {
        const char *name = object_class_get_name(el->data);
        if (!CHARDEV_CLASS(el->data)->internal && g_str_has_prefix(name, "chardev-")) {
            ChardevBackendInfo *info = g_new0(ChardevBackendInfo, 1);
            info->name = g_strdup(name + strlen("chardev-"));
            QAPI_LIST_APPEND(tail, info);
        }
    }
    return list;
}

static Chardev *find_chardev(const char *id, const char *type, Error **errp)
{
    Chardev *chr = qemu_chr_find(id);

    if (!chr) {
        error_set(errp, ERROR_CLASS_DEVICE_NOT_FOUND, "Device '%s' not found", id);
    } else if (!object_dynamic_cast(OBJECT(chr), type)) {
        error_setg(errp, "'%s' is not a %s", id, type);
        chr = NULL;
    }
    return chr;
}

void qmp_ringbuf_write(const char *device, const char *data, bool has_format, DataFormat format,
                       Error **errp)
{
    Chardev *chr = find_chardev(device, TYPE_CHARDEV_RINGBUF, errp);
    g_autofree uint8_t *bytes = NULL;
    gsize len = strlen(data);

    if (!chr) {
        return;
    }
    if (has_format && format == DATA_FORMAT_BASE64) {
        g_autofree char *again = NULL;
        bytes = g_base64_decode(data, &len);
        /* The decoder skips what is not base64. */
        again = g_base64_encode(bytes, len);
        if (strcmp(again, data)) {
            error_setg(errp, "Parameter 'data' is not valid base64");
            return;
        }
        data = (const char *)bytes;
    }
    qemu_chr_write(chr, (const uint8_t *)data, len, true);
}

char *qmp_ringbuf_read(const char *device, int64_t size, bool has_format, DataFormat format,
                       Error **errp)
{
    Chardev *chr = find_chardev(device, TYPE_CHARDEV_RINGBUF, errp);

    if (!chr) {
        return NULL;
    }
    if (size <= 0) {
        error_setg(errp, "Parameter 'size' expects a number above 0");
        return NULL;
    }
    size = MIN(size, (int64_t)RINGBUF_READ_MAX);
    g_autofree uint8_t *bytes = g_malloc(size + 1);
    size_t n = qemu_chr_ringbuf_read(chr, bytes, size);
    if (has_format && format == DATA_FORMAT_BASE64) {
        return g_base64_encode(bytes, n);
    }
    return g_utf8_make_valid((const char *)bytes, n);
}

void qmp_chardev_send_break(const char *id, Error **errp)
{
    Chardev *chr = find_chardev(id, TYPE_CHARDEV, errp);

    if (chr) {
        qemu_chr_be_event(chr, CHR_EVENT_BREAK);
    }
}
