/* SPDX-License-Identifier: MIT */
#include "qemu/osdep.h"

#include "qemu/uuid.h"

QemuUUID qemu_uuid;

bool qemu_uuid_is_null(const QemuUUID *uuid)
{
    static const QemuUUID null;

    return qemu_uuid_is_equal(uuid, &null);
}

bool qemu_uuid_is_equal(const QemuUUID *a, const QemuUUID *b)
{
    return memcmp(a->data, b->data, sizeof(a->data)) == 0;
}

/* A dash stands before bytes 4, 6, 8 and 10. */
static bool dash_before(int n)
{
    return n >= 4 && n <= 10 && n % 2 == 0;
}

int qemu_uuid_parse(const char *str, QemuUUID *uuid)
{
    QemuUUID parsed;

    for (int n = 0; n < ARRAY_SIZE(parsed.data); n++) {
        if (dash_before(n) && *str++ != '-') {
            return -1;
        }
        if (!g_ascii_isxdigit(str[0]) || !g_ascii_isxdigit(str[1])) {
            return -1;
        }
        parsed.data[n] = g_ascii_xdigit_value(str[0]) << 4 | g_ascii_xdigit_value(str[1]);
        str += 2;
    }
    if (*str) {
        return -1;
    }
    *uuid = parsed;
    return 0;
}

void qemu_uuid_unparse(const QemuUUID *uuid, char *out)
{
    for (int n = 0; n < ARRAY_SIZE(uuid->data); n++) {
        if (dash_before(n)) {
            *out++ = '-';
        }
        snprintf(out, 3, "%02x", uuid->data[n]);
        out += 2;
    }
}

char *qemu_uuid_unparse_strdup(const QemuUUID *uuid)
{
    char *text = g_malloc(UUID_STR_LEN);

    qemu_uuid_unparse(uuid, text);
    return text;
}
