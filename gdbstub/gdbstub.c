/* SPDX-License-Identifier: MIT */
/*
 * The debugger's connection: packets in and out, acknowledgements, stops.
 *
 * The protocol is a dialogue in which the stub only answers: a command while the guest stands, and
 * after a command that let it run, a stop reply when it stops. Whatever the debugger sends while
 * the guest runs (also because the monitor let it run) stops it first, so that commands find
 * every CPU standing. A debugger that connects stops the guest too.
 */
#include "qemu/osdep.h"

#include "gdbstub/gdbserver.h"

#include "monitor/hmp.h"
#include "qapi/error.h"
#include "qemu/error-report.h"
#include "system/runstate-action.h"
#include "system/runstate.h"

#include "internals.h"

#define SIGNAL_INT     2
#define SIGNAL_QUIT    3
#define SIGNAL_TRAP    5
#define SIGNAL_ABRT    6
#define SIGNAL_ALRM    14
#define SIGNAL_STOP    17 /* of the protocol, which numbers them by itself */
#define SIGNAL_XCPU    24
#define SIGNAL_UNKNOWN 143

static GDBState server;

/* ---- packets out ---- */

void gdb_put_packet(GDBState *s, const char *data, size_t len)
{
    g_string_truncate(s->sent, 0);
    gdb_packet_encode(s->sent, data, len);
    qemu_chr_fe_write_all(&s->chr, (const uint8_t *)s->sent->str, s->sent->len);
}

static void put_reply(GDBState *s, GDBOutcome outcome)
{
    static const char *const fixed[] = {
        [GDB_OK] = "OK", [GDB_EINVAL] = "E22", [GDB_EFAULT] = "E14"
    };

    if (outcome == GDB_REPLY) {
        gdb_put_packet(s, s->reply->str, s->reply->len);
    } else if (outcome != GDB_NO_REPLY) {
        gdb_put_packet(s, fixed[outcome], strlen(fixed[outcome]));
    }
}

static void put_char(GDBState *s, char c)
{
    qemu_chr_fe_write_all(&s->chr, (const uint8_t *)&c, 1);
}

/* ---- stops ---- */

static int signal_of(RunState state)
{
    switch (state) {
    case RUN_STATE_DEBUG:
        return SIGNAL_TRAP;
    case RUN_STATE_PAUSED:
        return SIGNAL_INT;
    case RUN_STATE_SHUTDOWN:
        return SIGNAL_QUIT;
    case RUN_STATE_IO_ERROR:
        return SIGNAL_STOP;
    case RUN_STATE_WATCHDOG:
        return SIGNAL_ALRM;
    case RUN_STATE_INTERNAL_ERROR:
        return SIGNAL_ABRT;
    case RUN_STATE_FINISH_MIGRATE:
        return SIGNAL_XCPU;
    default:
        return SIGNAL_UNKNOWN;
    }
}

static void on_state_change(void *opaque, bool running, RunState state)
{
    GDBState *s = opaque;

    if (!s->active || running || state == RUN_STATE_SAVE_VM || state == RUN_STATE_RESTORE_VM) {
        return;
    }
    gdb_note_stop(s);
    if (s->awaits) {
        s->awaits = false;
        gdb_stop_reply(s, signal_of(state));
        put_reply(s, GDB_REPLY);
    }
}

static void stop_guest(void)
{
    if (runstate_is_running()) {
        vm_stop(RUN_STATE_PAUSED);
    }
}

/* ---- commands ---- */

static GDBOutcome cmd_why(GDBState *s, const char *args, size_t len)
{
    gdb_remove_all_points(); /* of a debugger that is gone */
    gdb_stop_reply(s, SIGNAL_TRAP);
    return GDB_REPLY;
}

/* Extended mode: what it adds to a connection is not there, but debuggers may ask for it. */
static GDBOutcome cmd_extended(GDBState *s, const char *args, size_t len)
{
    return GDB_OK;
}

static GDBOutcome cmd_kill(GDBState *s, const char *args, size_t len)
{
    error_report("terminated by the debugger");
    shutdown_action = SHUTDOWN_ACTION_POWEROFF;
    qemu_system_shutdown_request(SHUTDOWN_CAUSE_HOST_SIGNAL);
    return GDB_NO_REPLY;
}

static GDBOutcome cmd_vkill(GDBState *s, const char *args, size_t len)
{
    cmd_kill(s, args, len);
    return GDB_OK;
}

GDBOutcome gdb_run_table(GDBState *s, const GDBCommand *table, const char *text, size_t len)
{
    for (; table->name; table++) {
        size_t n = strlen(table->name);
        if (len >= n && !memcmp(text, table->name, n) && (!table->whole || len == n)) {
            return table->run(s, text + n, len - n);
        }
    }
    return GDB_REPLY; /* empty: not supported */
}

static const GDBCommand commands[] = {
    { "!", true, cmd_extended },
    { "?", true, cmd_why },
    { "c", false, gdb_cmd_continue },
    { "C", false, gdb_cmd_continue_signal },
    { "D", false, gdb_cmd_detach },
    { "g", true, gdb_cmd_read_registers },
    { "G", false, gdb_cmd_write_registers },
    { "H", false, gdb_cmd_set_thread },
    { "k", true, cmd_kill },
    { "m", false, gdb_cmd_read_memory },
    { "M", false, gdb_cmd_write_memory },
    { "p", false, gdb_cmd_read_register },
    { "P", false, gdb_cmd_write_register },
    { "q", false, gdb_cmd_query },
    { "Q", false, gdb_cmd_set },
    { "s", false, gdb_cmd_step },
    { "S", false, gdb_cmd_step_signal },
    { "T", false, gdb_cmd_thread_alive },
    { "vCont?", true, gdb_cmd_vcont_query },
    { "vCont", false, gdb_cmd_vcont },
    { "vKill", false, cmd_vkill },
    { "X", false, gdb_cmd_write_binary },
    { "Z", false, gdb_cmd_insert_point },
    { "z", false, gdb_cmd_remove_point },
    { NULL },
};

static void run_packet(GDBState *s)
{
    g_string_truncate(s->reply, 0);
    s->handling = true;
    put_reply(s, gdb_run_table(s, commands, s->parser.data, s->parser.len));
    s->handling = false;
}

/* ---- the connection ---- */

static void receive_byte(GDBState *s, uint8_t byte)
{
    switch (gdb_parser_feed(&s->parser, byte)) {
    case GDB_INPUT_PACKET:
        stop_guest();
        if (!s->no_ack) {
            put_char(s, '+');
        }
        run_packet(s);
        break;
    case GDB_INPUT_BAD:
        if (!s->no_ack) {
            put_char(s, '-');
        }
        break;
    case GDB_INPUT_BREAK:
        stop_guest();
        break;
    case GDB_INPUT_NACK:
        if (!s->no_ack && s->sent->len) {
            qemu_chr_fe_write_all(&s->chr, (const uint8_t *)s->sent->str, s->sent->len);
        }
        break;
    case GDB_INPUT_ACK:
        g_string_truncate(s->sent, 0);
        break;
    case GDB_INPUT_NONE:
        break;
    }
}

static int can_read(void *opaque)
{
    return GDB_MAX_PACKET;
}

static void receive(void *opaque, const uint8_t *buf, int size)
{
    for (int i = 0; i < size; i++) {
        receive_byte(opaque, buf[i]);
    }
}

static void new_dialogue(GDBState *s)
{
    gdb_parser_reset(&s->parser);
    g_string_truncate(s->sent, 0);
    s->no_ack = s->awaits = s->phys = false;
    s->sstep = SSTEP_ENABLE | SSTEP_NOIRQ;
    s->cont_thread = s->gen_thread = 0;
    s->list_next = 1;
}

static void event(void *opaque, QEMUChrEvent event)
{
    GDBState *s = opaque;

    if (event == CHR_EVENT_OPENED) {
        stop_guest();
        new_dialogue(s);
    } else if (event == CHR_EVENT_CLOSED) {
        /* Without a detach: the guest stays as it is, but nothing is left to stop it. */
        s->awaits = false;
        gdb_remove_all_points();
    }
}

static void stop_serving(GDBState *s)
{
    if (s->active) {
        s->active = false;
        gdb_remove_all_points();
        qemu_chr_fe_deinit(&s->chr, s->owns_chr);
    }
}

/* Where listening is what is meant, the user need not say it. */
static char *complete_device(const char *device)
{
    bool listens = g_str_has_prefix(device, "tcp:") || g_str_has_prefix(device, "unix:");

    if (!listens || strstr(device, ",server")) {
        return g_strdup(device);
    }
    return g_strconcat(device, ",server=on,wait=off",
                       g_str_has_prefix(device, "tcp:") ? ",nodelay=on" : "", NULL);
}

bool gdbserver_start(const char *device, Error **errp)
{
    static bool watches_state;
    GDBState *s = &server;
    Chardev *chr;

    if (s->handling) {
        error_setg(errp, "the debugger can not change its own connection");
        return false;
    }
    stop_serving(s);
    if (!strcmp(device, "none")) {
        return true;
    }
    g_autofree char *full = complete_device(device);
    chr = qemu_chr_new("gdb", full, errp);
    if (!chr) {
        return false;
    }
    if (!s->reply) {
        s->reply = g_string_new(NULL);
        s->sent = g_string_new(NULL);
    }
    if (!watches_state) {
        watches_state = true;
        qemu_add_vm_change_state_handler(on_state_change, s);
    }
    new_dialogue(s);
    s->owns_chr = !g_str_has_prefix(device, "chardev:");
    if (!qemu_chr_fe_init(&s->chr, chr, errp)) {
        return false;
    }
    s->active = true;
    qemu_chr_fe_set_handlers(&s->chr, can_read, receive, event, NULL, s, NULL, true);
    return true;
}

void gdb_exit(int status)
{
    GDBState *s = &server;

    if (s->active) {
        g_autofree char *text = g_strdup_printf("W%02x", status & 0xff);
        gdb_put_packet(s, text, strlen(text));
        s->active = false;
        qemu_chr_fe_deinit(&s->chr, s->owns_chr);
    }
}

/* ---- the monitor's command ---- */

static void hmp_gdbserver(Monitor *mon, const char *args)
{
    g_autofree char *word = monitor_next_word(&args);
    const char *device = word ? word : DEFAULT_GDB_DEVICE;
    Error *err = NULL;

    gdbserver_start(device, &err);
    if (!monitor_handle_error(mon, err)) {
        return;
    }
    if (strcmp(device, "none")) {
        monitor_printf(mon, "Waiting for gdb connection on device '%s'\n", device);
    } else {
        monitor_printf(mon, "Disabled gdbserver\n");
    }
}

void gdbserver_register_hmp(void)
{
    monitor_register_hmp_help("gdbserver", false, "[DEVICE|none]",
                              "serve gdb on DEVICE (tcp::1234 without), or end that",
                              hmp_gdbserver);
}
