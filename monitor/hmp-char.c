/* SPDX-License-Identifier: MIT */
/* Character devices: the list, ring buffers, breaks. */
#include "qemu/osdep.h"

#include "chardev/char-ringbuf.h"
#include "chardev/char.h"
#include "qemu/cutils.h"

#include "monitor-internal.h"

/* What one ringbuf_read may show. */
#define RINGBUF_READ_MAX (1 << 20)

static void print_chardev(Chardev *chr, void *opaque)
{
    monitor_printf(opaque, "%s: filename=%s\n", chr->label, chr->filename);
}

void hmp_info_chardev(Monitor *mon, const char *args)
{
    qemu_chr_foreach(print_chardev, mon);
}

/* Takes the id off *@args; NULL after a message. */
static Chardev *next_chardev(Monitor *mon, const char **args, const char *type)
{
    g_autofree char *id = monitor_next_word(args);
    Chardev *chr = id ? qemu_chr_find(id) : NULL;

    if (!chr) {
        monitor_printf(mon, "there is no character device '%s'; 'info chardev' lists them\n",
                       id ? id : "");
    } else if (!object_dynamic_cast(OBJECT(chr), type)) {
        monitor_printf(mon, "'%s' is not a ring buffer\n", id);
        chr = NULL;
    }
    return chr;
}

/* Control characters, and the backslash that shows them, as in JSON. */
static void append_visible(GString *out, const uint8_t *bytes, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (bytes[i] == '\\') {
            g_string_append(out, "\\\\");
        } else if ((bytes[i] < 0x20 && bytes[i] != '\n') || bytes[i] == 0x7f) {
            g_string_append_printf(out, "\\u%04X", bytes[i]);
        } else {
            g_string_append_c(out, bytes[i]);
        }
    }
}

void hmp_ringbuf_read(Monitor *mon, const char *args)
{
    Chardev *chr = next_chardev(mon, &args, TYPE_CHARDEV_RINGBUF);
    g_autofree char *word = chr ? monitor_next_word(&args) : NULL;
    uint64_t size = 0;

    if (!chr) {
        return;
    }
    if (!word || qemu_strtou64(word, NULL, 0, &size) < 0 || size == 0) {
        monitor_printf(mon, "expected how many bytes to show, 1 or more\n");
        return;
    }
    size = MIN(size, RINGBUF_READ_MAX);
    g_autofree uint8_t *bytes = g_malloc(size);
    g_autoptr(GString) out = g_string_new(NULL);
    append_visible(out, bytes, qemu_chr_ringbuf_read(chr, bytes, size));
    monitor_printf(mon, "%s\n", out->str);
}

void hmp_ringbuf_write(Monitor *mon, const char *args)
{
    Chardev *chr = next_chardev(mon, &args, TYPE_CHARDEV_RINGBUF);

    if (chr) {
        qemu_chr_write(chr, (const uint8_t *)args, strlen(args), true);
    }
}

void hmp_chardev_send_break(Monitor *mon, const char *args)
{
    Chardev *chr = next_chardev(mon, &args, TYPE_CHARDEV);

    if (chr) {
        qemu_chr_be_event(chr, CHR_EVENT_BREAK);
    }
}
