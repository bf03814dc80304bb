/* SPDX-License-Identifier: MIT */
/*
 * The test server: its connection, the table of commands, and the clock's commands.
 *
 * A client sends lines of words parted by spaces, and gets one line for each: "OK [value…]", "FAIL
 * reason" when what it asks for can not be done, "ERR reason" when the line makes no sense. Lines
 * "IRQ raise|lower N" may come in between. Nothing that a client sends may bring the process down:
 * lines and amounts of data have limits, and each number is checked where it is used.
 *
 * The handlers run in the main loop under the big lock, so there is one command at a time.
 */
#include "qemu/osdep.h"

#include "system/qtest.h"

#include "chardev/char-fe.h"
#include "qapi/error.h"
#include "qemu/accel.h"
#include "qemu/cutils.h"
#include "qemu/timer.h"
#include "system/cpu-timers.h"
#include "system/runstate.h"

#include "qtest-internal.h"

/* Data is two digits a byte; the rest is for the command's other words. */
#define MAX_LINE   (2 * QTEST_MAX_DATA + 4096)
/* What is logged of one line. */
#define MAX_LOGGED 1024

static struct {
    CharFrontend chr;
    GString *line; /* what has come of a line that is not complete yet */
    bool overlong; /* the line has passed its limit: the rest is dropped */
    bool active;
    FILE *log;       /* NULL: none */
    int64_t started; /* of the connection, monotonic ns */
} server;

bool qtest_enabled(void)
{
    return !strcmp(current_accel_name(), "qtest");
}

bool qtest_driver(void)
{
    return server.active;
}

/* --- the log --- */

static void log_line(char kind, const char *text, size_t len)
{
    double seconds = (get_clock() - server.started) / (double)NANOSECONDS_PER_SECOND;

    if (server.log) {
        fprintf(server.log, "[%c +%.6f] %.*s%s\n", kind, seconds, (int)MIN(len, MAX_LOGGED), text,
                len > MAX_LOGGED ? "..." : "");
    }
}

void qtest_log(const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    g_autofree char *text = g_strdup_vprintf(fmt, ap);
    va_end(ap);
    log_line('I', text, strlen(text));
}

/* --- sending --- */

static void send_line(GString *line)
{
    log_line('S', line->str, line->len);
    g_string_append_c(line, '\n');
    qemu_chr_fe_write_all(&server.chr, (const uint8_t *)line->str, line->len);
}

void qtest_send_event(const char *fmt, ...)
{
    g_autoptr(GString) line = g_string_new(NULL);
    va_list ap;

    va_start(ap, fmt);
    g_string_append_vprintf(line, fmt, ap);
    va_end(ap);
    send_line(line);
}

/* --- the clock --- */

/* Goes from deadline to deadline, so that each timer sees its own time. A timer that is due again
 * at once does not hold the clock, nor does a long way keep the process from ending. */
static int64_t clock_warp(int64_t dest)
{
    int64_t now = qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL);

    if (!cpu_clock_is_manual()) {
        return now;
    }
    cpu_clock_warp_manual(now);
    while (now < dest && qemu_shutdown_requested_get() == SHUTDOWN_CAUSE_NONE) {
        int64_t deadline = qemu_clock_deadline_ns(QEMU_CLOCK_VIRTUAL);

        now += qemu_soonest_timeout(dest - now, deadline ? deadline : 1);
        cpu_clock_warp_manual(now);
    }
    return now;
}

/* clock_step [NS]: without NS, to the next deadline. */
static void cmd_clock_step(QTestCall *call)
{
    int64_t now = qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL);
    uint64_t ns;

    if (!call->arg[0]) {
        int64_t deadline = qemu_clock_deadline_ns(QEMU_CLOCK_VIRTUAL);
        int64_t then = deadline < 0 ? now : clock_warp(now + MAX(deadline, 1));

        g_string_printf(call->reply, "%s %" PRIi64, then > now ? "OK" : "FAIL", then);
        return;
    }
    if (!qtest_number(call, 0, &ns)) {
        return;
    }
    if (ns > INT64_MAX - now) {
        g_string_printf(call->reply, "ERR the clock ends at %" PRIi64 " ns", INT64_MAX);
        return;
    }
    int64_t then = clock_warp(now + ns);
    g_string_printf(call->reply, "%s %" PRIi64, then == now + ns ? "OK" : "FAIL", then);
}

/* clock_set NS: never backwards. */
static void cmd_clock_set(QTestCall *call)
{
    uint64_t ns;

    if (qtest_number(call, 0, &ns)) {
        int64_t then = clock_warp(MIN(ns, INT64_MAX));

        g_string_printf(call->reply, "%s %" PRIi64, then == ns ? "OK" : "FAIL", then);
    }
}

/* --- the table --- */

static const struct {
    const char *name;
    int min_args, max_args;
    unsigned size;
    QTestHandler *run;
} commands[] = {
    { "endianness", 0, 0, 0, qtest_cmd_endianness },
    { "clock_step", 0, 1, 0, cmd_clock_step },
    { "clock_set", 1, 1, 0, cmd_clock_set },
    { "inb", 1, 1, 1, qtest_cmd_port_in },
    { "inw", 1, 1, 2, qtest_cmd_port_in },
    { "inl", 1, 1, 4, qtest_cmd_port_in },
    { "outb", 2, 2, 1, qtest_cmd_port_out },
    { "outw", 2, 2, 2, qtest_cmd_port_out },
    { "outl", 2, 2, 4, qtest_cmd_port_out },
    { "readb", 1, 1, 1, qtest_cmd_load },
    { "readw", 1, 1, 2, qtest_cmd_load },
    { "readl", 1, 1, 4, qtest_cmd_load },
    { "readq", 1, 1, 8, qtest_cmd_load },
    { "writeb", 2, 2, 1, qtest_cmd_store },
    { "writew", 2, 2, 2, qtest_cmd_store },
    { "writel", 2, 2, 4, qtest_cmd_store },
    { "writeq", 2, 2, 8, qtest_cmd_store },
    { "read", 2, 2, 0, qtest_cmd_read },
    { "write", 3, 3, 0, qtest_cmd_write },
    { "b64read", 2, 2, 0, qtest_cmd_b64read },
    { "b64write", 3, 3, 0, qtest_cmd_b64write },
    { "memset", 3, 3, 0, qtest_cmd_memset },
    { "irq_intercept_in", 1, 1, 0, qtest_cmd_intercept_in },
    { "irq_intercept_out", 1, 2, 0, qtest_cmd_intercept_out },
    { "set_irq_in", 4, 4, 0, qtest_cmd_set_irq_in },
};

bool qtest_number(QTestCall *call, int i, uint64_t *value)
{
    const char *text = call->arg[i];
    bool negative = *text == '-';

    if (negative ? qemu_strtoi64(text, NULL, 0, (int64_t *)value) < 0
                 : qemu_strtou64(text, NULL, 0, value) < 0) {
        g_string_printf(call->reply, "ERR '%.40s' is not a number of 64 bits", text);
        return false;
    }
    return true;
}

/* Cuts @line, which it writes to, into words: the first is returned, the others go to @args. *n is
 * how many others there are, at most QTEST_MAX_ARGS + 1. */
static char *split(char *line, char **args, int *n)
{
    char *rest, *word, *first = strtok_r(line, " ", &rest);

    *n = 0;
    while (*n <= QTEST_MAX_ARGS && first && (word = strtok_r(NULL, " ", &rest))) {
        if (*n < QTEST_MAX_ARGS) {
            args[*n] = word;
        }
        (*n)++;
    }
    return first;
}

static void run_command(char *line, GString *reply)
{
    QTestCall call = { .reply = reply };
    int n;
    char *name = split(line, call.arg, &n);

    if (!name) {
        g_string_assign(reply, "ERR empty line");
        return;
    }
    for (size_t i = 0; i < ARRAY_SIZE(commands); i++) {
        if (strcmp(name, commands[i].name)) {
            continue;
        }
        if (n < commands[i].min_args || n > commands[i].max_args) {
            g_string_printf(reply, "ERR %s: wrong number of arguments", name);
            return;
        }
        call.size = commands[i].size;
        commands[i].run(&call);
        return;
    }
    g_string_printf(reply, "FAIL Unknown command '%.40s'", name);
}

/* Binary input must not come back as a broken line. */
static void make_printable(GString *reply)
{
    for (size_t i = 0; i < reply->len; i++) {
        if (!g_ascii_isprint(reply->str[i])) {
            reply->str[i] = '?';
        }
    }
}

static void handle_line(GString *line)
{
    g_autoptr(GString) reply = g_string_new(NULL);

    if (line->len && line->str[line->len - 1] == '\r') {
        g_string_truncate(line, line->len - 1);
    }
    log_line('R', line->str, line->len);
    if (server.overlong) {
        g_string_assign(reply, "ERR line too long");
    } else if (memchr(line->str, 0, line->len)) {
        g_string_assign(reply, "ERR a NUL in the line");
    } else {
        run_command(line->str, reply);
    }
    if (!g_str_has_prefix(reply->str, "OK")) {
        make_printable(reply);
    }
    send_line(reply);
    server.overlong = false;
    /* A long line's memory goes back. */
    g_string_free(server.line, true);
    server.line = g_string_new(NULL);
}

/* --- the connection --- */

static int can_read(void *opaque)
{
    return 65536;
}

static void add_to_line(const uint8_t *buf, size_t n)
{
    if (server.line->len + n > MAX_LINE) {
        server.overlong = true;
        g_string_truncate(server.line, MIN(server.line->len, MAX_LOGGED));
    }
    if (!server.overlong) {
        g_string_append_len(server.line, (const char *)buf, n);
    }
}

static void receive(void *opaque, const uint8_t *buf, int size)
{
    const uint8_t *end = buf + size, *eol;

    while ((eol = memchr(buf, '\n', end - buf))) {
        add_to_line(buf, eol - buf);
        handle_line(server.line);
        buf = eol + 1;
    }
    add_to_line(buf, end - buf);
}

static void event(void *opaque, QEMUChrEvent event)
{
    if (event == CHR_EVENT_OPENED) {
        server.started = get_clock();
        g_string_truncate(server.line, 0);
        server.overlong = false;
        qtest_irq_forget_levels();
        qtest_log("OPENED");
    } else if (event == CHR_EVENT_CLOSED) {
        qtest_log("CLOSED");
    }
}

static bool open_log(const char *log, Error **errp)
{
    if (log && !strcmp(log, "none")) {
        return true;
    }
    server.log = log ? fopen(log, "w") : stderr;
    if (!server.log) {
        error_setg_errno(errp, errno, "-qtest-log %s: can not open the file", log);
        return false;
    }
    setvbuf(server.log, NULL, _IOLBF, 0);
    return true;
}

bool qtest_server_init(const char *chardev, const char *log, Error **errp)
{
    ERRP_GUARD();
    Chardev *chr;

    if (!open_log(log, errp)) {
        return false;
    }
    server.line = g_string_new(NULL);
    server.started = get_clock();
    chr = qemu_chr_new("qtest", chardev, errp);
    if (!chr || !qemu_chr_fe_init(&server.chr, chr, errp)) {
        if (!*errp) {
            error_setg(errp, "the test server needs a character device");
        }
        error_prepend(errp, "-qtest %s: ", chardev);
        return false;
    }
    server.active = true;
    qemu_chr_fe_set_handlers(&server.chr, can_read, receive, event, NULL, NULL, NULL, true);
    return true;
}
