/* SPDX-License-Identifier: MIT */
/*
 * A monitor on a character device: its greeting and prompt, what it reads and prints.
 *
 * A monitor greets when the machine is built and it has the terminal: on a mux, a serial line that
 * connected later usually has the focus, and the greeting waits for Ctrl-A C. Output waits until
 * the back end takes it; the commands are short and the user is there.
 */
#include "qemu/osdep.h"

#include "qapi/error.h"
#include "qemu/error-report.h"
#include "system/runstate.h"
#include "system/system.h"

#include "monitor-internal.h"
#include "qmp-internal.h"

#define PROMPT "(qemu) "

/* Under the big lock. */
static GSList *monitors;
static bool monitors_started;
static __thread Monitor *current_monitor;

Monitor *monitor_cur(void)
{
    return current_monitor;
}

/* --- output --- */

void monitor_puts(Monitor *mon, const char *text)
{
    if (mon->capture) {
        g_string_append(mon->capture, text);
        return;
    }
    g_autoptr(GString) out = g_string_sized_new(strlen(text) + 16);
    for (; *text; text++) {
        if (*text == '\n') {
            g_string_append_c(out, '\r');
        }
        g_string_append_c(out, *text);
    }
    qemu_chr_fe_write_all(&mon->chr, (const uint8_t *)out->str, out->len);
}

void monitor_vprintf(Monitor *mon, const char *fmt, va_list ap)
{
    g_autofree char *text = g_strdup_vprintf(fmt, ap);
    monitor_puts(mon, text);
}

void monitor_printf(Monitor *mon, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    monitor_vprintf(mon, fmt, ap);
    va_end(ap);
}

/* --- commands --- */

static void print_error_text(void *opaque, const char *text)
{
    monitor_puts(opaque, text);
}

static void run_line(Monitor *mon, const char *line)
{
    Monitor *outer = current_monitor;

    current_monitor = mon;
    error_set_print_fn(print_error_text, mon);
    monitor_dispatch(mon, line);
    error_set_print_fn(outer ? print_error_text : NULL, outer);
    current_monitor = outer;
}

char *monitor_run_hmp_on(const char *line, int cpu_index)
{
    Monitor mon = { .capture = g_string_new(NULL), .cpu_index = cpu_index };
    run_line(&mon, line);
    return g_string_free(mon.capture, false);
}

char *monitor_run_hmp(const char *line)
{
    return monitor_run_hmp_on(line, 0);
}

/* --- the terminal side --- */

static void show_prompt(Monitor *mon)
{
    if (mon->readline) {
        readline_show_prompt(mon->readline);
    } else {
        monitor_puts(mon, PROMPT);
    }
}

static void on_puts(void *opaque, const char *text)
{
    monitor_puts(opaque, text);
}

static void on_line(void *opaque, const char *line)
{
    run_line(opaque, line);
    if (qemu_shutdown_requested_get() == SHUTDOWN_CAUSE_NONE) {
        show_prompt(opaque);
    }
}

static const ReadLineOps readline_ops = {
    .puts = on_puts,
    .line = on_line,
    .complete = monitor_complete,
};

static void receive_raw(Monitor *mon, uint8_t byte)
{
    if (byte != '\n' && byte != '\r') {
        if (mon->raw_line->len < READLINE_MAX_LINE) {
            g_string_append_c(mon->raw_line, byte);
        }
        return;
    }
    if (mon->raw_line->len > 0) {
        g_autofree char *line = g_strdup(mon->raw_line->str);
        g_string_truncate(mon->raw_line, 0);
        on_line(mon, line);
    }
}

static int monitor_can_read(void *opaque)
{
    return 256;
}

static void monitor_read(void *opaque, const uint8_t *buf, int size)
{
    Monitor *mon = opaque;
    for (int i = 0; i < size; i++) {
        if (mon->readline) {
            readline_handle_byte(mon->readline, buf[i]);
        } else {
            receive_raw(mon, buf[i]);
        }
    }
}

static void greet(Monitor *mon)
{
    if (!monitors_started || !mon->in_focus || !qemu_chr_fe_backend_open(&mon->chr)) {
        return;
    }
    if (!mon->greeted) {
        mon->greeted = true;
        monitor_puts(mon, "Quern " QUERN_VERSION " monitor - type 'help' for more information\n");
    }
    show_prompt(mon);
}

static void monitor_event(void *opaque, QEMUChrEvent event)
{
    Monitor *mon = opaque;

    switch (event) {
    case CHR_EVENT_MUX_IN:
        /* The guest's last line is likely unfinished. */
        if (!mon->in_focus) {
            mon->in_focus = true;
            monitor_puts(mon, mon->greeted ? "\n" : "");
            greet(mon);
        }
        break;
    case CHR_EVENT_MUX_OUT:
        mon->in_focus = false;
        if (mon->greeted) {
            monitor_puts(mon, "\n");
        }
        break;
    case CHR_EVENT_OPENED:
        if (!mon->greeted) {
            greet(mon);
        }
        break;
    case CHR_EVENT_CLOSED:
        /* Who connects next is greeted, and does not find half a line. */
        mon->greeted = false;
        g_string_truncate(mon->raw_line, 0);
        if (mon->readline) {
            readline_forget_line(mon->readline);
        }
        break;
    case CHR_EVENT_BREAK:
        break;
    }
}

static void monitor_free(Monitor *mon)
{
    qemu_chr_fe_deinit(&mon->chr, false);
    if (mon->readline) {
        readline_free(mon->readline);
    }
    g_string_free(mon->raw_line, true);
    g_free(mon);
}

bool monitor_init_hmp(Chardev *chr, bool use_readline, Error **errp)
{
    Monitor *mon = g_new0(Monitor, 1);

    mon->raw_line = g_string_new(NULL);
    if (!qemu_chr_fe_init(&mon->chr, chr, errp)) {
        monitor_free(mon);
        return false;
    }
    if (use_readline) {
        mon->readline = readline_new(&readline_ops, mon, PROMPT);
    }
    /* On a mux, CHR_EVENT_MUX_IN and _OUT tell. */
    mon->in_focus = !object_dynamic_cast(OBJECT(chr), TYPE_CHARDEV_MUX);
    monitors = g_slist_prepend(monitors, mon);
    qemu_chr_fe_set_handlers(&mon->chr, monitor_can_read, monitor_read, monitor_event, NULL, mon,
                             NULL, true);
    return true;
}

void monitor_start_all(void)
{
    monitors_started = true;
    for (GSList *el = monitors; el; el = el->next) {
        greet(el->data);
    }
}

void monitor_cleanup(void)
{
    qmp_cleanup();
    g_slist_free_full(g_steal_pointer(&monitors), (GDestroyNotify)monitor_free);
}
