/* SPDX-License-Identifier: MIT */
/* Character devices: creation and its errors, flow control, the mux's focus and escape keys. */
#include "qemu/osdep.h"

#include "chardev/char-fe.h"
#include "chardev/char-ringbuf.h"
#include "qapi/error.h"

#include <glib/gstdio.h>

/* A device that takes `room` bytes and notes what happens to it. */
typedef struct Sink {
    CharFrontend fe;
    GString *got;
    GString *events; /* one letter each, see event_letters */
    int room;
} Sink;

static const char event_letters[] = {
    [CHR_EVENT_BREAK] = 'b',   [CHR_EVENT_OPENED] = 'o', [CHR_EVENT_MUX_IN] = 'i',
    [CHR_EVENT_MUX_OUT] = 'u', [CHR_EVENT_CLOSED] = 'c',
};

static int sink_can_read(void *opaque)
{
    return ((Sink *)opaque)->room;
}

static void sink_read(void *opaque, const uint8_t *buf, int size)
{
    Sink *s = opaque;
    g_assert_cmpint(size, >, 0);
    g_assert_cmpint(size, <=, s->room);
    s->room -= size;
    g_string_append_len(s->got, (const char *)buf, size);
}

static void sink_event(void *opaque, QEMUChrEvent event)
{
    g_string_append_c(((Sink *)opaque)->events, event_letters[event]);
}

static void sink_open(Sink *s, Chardev *chr, int room)
{
    s->got = g_string_new(NULL);
    s->events = g_string_new(NULL);
    s->room = room;
    qemu_chr_fe_init(&s->fe, chr, &error_abort);
    qemu_chr_fe_set_handlers(&s->fe, sink_can_read, sink_read, sink_event, NULL, s, NULL, true);
}

static void sink_close(Sink *s)
{
    qemu_chr_fe_deinit(&s->fe, false);
    g_string_free(s->got, true);
    g_string_free(s->events, true);
}

static void expect_got(Sink *s, const char *text)
{
    g_assert_cmpstr(s->got->str, ==, text);
    g_string_truncate(s->got, 0);
}

static void expect_events(Sink *s, const char *letters)
{
    g_assert_cmpstr(s->events->str, ==, letters);
    g_string_truncate(s->events, 0);
}

static Chardev *new_chr(const char *opts)
{
    g_autoptr(KeyVal) kv = keyval_parse(opts, "backend", &error_abort);
    Chardev *chr = qemu_chr_new_from_opts(kv, &error_abort);
    g_assert_nonnull(chr);
    return chr;
}

static char *output_of(Chardev *chr)
{
    char buf[4096];
    size_t n = qemu_chr_ringbuf_read(chr, (uint8_t *)buf, sizeof(buf));
    return g_strndup(buf, n);
}

/* Type on the terminal under a mux, as far as the mux takes it. */
static int type(Chardev *base, const char *text)
{
    int n = MIN(qemu_chr_be_can_write(base), (int)strlen(text));
    qemu_chr_be_write(base, (const uint8_t *)text, n);
    return n;
}

/* --- creation --- */

static void test_bad_options(void)
{
    static const char *const bad[] = {
        "",
        "nul,id=x",
        "chardev,id=x",
        "fd,id=x",
        "socket,id=x",
        "socket,id=x,path=",
        "socket,id=x,path=/nonexistent/s",
        "socket,id=x,path=/nonexistent/s,server=on,wait=off",
        "socket,id=x,path=/tmp/x,port=1",
        "socket,id=x,path=/tmp/x,fd=3",
        "socket,id=x,path=/tmp/x,host=a",
        "socket,id=x,path=/tmp/x,to=9",
        "socket,id=x,path=/tmp/x,server=perhaps",
        "socket,id=x,path=/tmp/x,wait=off",
        "socket,id=x,path=/tmp/x,server=on,reconnect=1",
        "socket,id=x,path=/tmp/x,reconnect=1,reconnect-ms=1",
        "socket,id=x,path=/tmp/x,reconnect=-1",
        "socket,id=x,path=/tmp/x,telnet=on",
        "socket,id=x,path=/tmp/x,websocket=on",
        "socket,id=x,path=/tmp/x,tls-creds=t",
        "socket,id=x,path=/tmp/x,abstract=9",
        "socket,id=x,path=/tmp/x,sever=on",
        "socket,id=x,host=localhost",
        "socket,id=x,host=localhost,port=",
        "socket,id=x,host=localhost,port=65536",
        "socket,id=x,host=localhost,port=-1",
        "socket,id=x,host=localhost,port=1x",
        "socket,id=x,host=127.0.0.1,port=nosuchservice",
        "socket,id=x,host=127.0.0.1,port=1",
        "socket,id=x,host=127.0.0.1,port=9,to=8,server=on",
        "socket,id=x,host=127.0.0.1,port=9,ipv4=off,ipv6=off",
        "socket,id=x,host=127.0.0.1,port=0,ipv6=on,server=on",
        "socket,id=x,host=127.0.0.1,port=9,abstract=on",
        "socket,id=x,fd=x",
        "socket,id=x,fd=-1",
        "socket,id=x,fd=9999",
        "socket,id=x,fd=0,reconnect=1",
        "pipe,id=x",
        "pipe,id=x,path=",
        "pipe,id=x,path=/nonexistent/p",
        "serial,id=x",
        "serial,id=x,path=/nonexistent/p",
        "serial,id=x,path=/dev/null",
        "serial,id=x,path=/dev/null,speed=9601",
        "serial,id=x,path=/dev/null,speed=fast",
        "testdev,id=x,path=x",
        "null",
        "null,id=",
        "null,id=1x",
        "null,id=a/b",
        "null,id=x,colour=red",
        "null,id=x,mux=perhaps",
        "null,id=x,logfile=/nonexistent/directory/log",
        "file,id=x",
        "file,id=x,path=",
        "file,id=x,path=/nonexistent/directory/out",
        "file,id=x,path=/dev/null,append=7",
        "file,id=x,path=/dev/null,input-path=/nonexistent",
        "ringbuf,id=x,size=1000",
        "ringbuf,id=x,size=0",
        "ringbuf,id=x,size=1E",
        "ringbuf,id=x,size=big",
        "stdio,id=x,signal=2",
        "mux,id=x",
        "mux,id=x,chardev=nobody",
    };

    for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
        Error *err = NULL;
        g_autoptr(KeyVal) kv = keyval_parse(bad[i], "backend", &error_abort);
        g_test_message("%s", bad[i]);
        g_assert_null(qemu_chr_new_from_opts(kv, &err));
        g_assert_null(strchr(error_get_pretty(err), '\n'));
        error_free_or_abort(&err);
        g_assert_null(qemu_chr_find("x"));
        g_assert_null(qemu_chr_find("x-base"));
    }
}

static void test_bad_short_forms(void)
{
    static const char *const bad[] = { "",
                                       "stdoi",
                                       "mon:",
                                       "mon:mon:stdio",
                                       "null:here",
                                       "file:",
                                       "file",
                                       "chardev:nobody",
                                       "tcp::1",
                                       "stdio,x=1",
                                       ":",
                                       "mon:pipe",
                                       "mon:vc",
                                       "file:/nonexistent/directory/out",
                                       "unix:",
                                       "unix",
                                       "unix:server",
                                       "tcp",
                                       "tcp:",
                                       "tcp:1",
                                       "tcp:host:",
                                       "tcp:::1:1",
                                       "tcp:[::1:1",
                                       "tcp:[::1]",
                                       "tcp:server=on",
                                       "telnet::1",
                                       "websocket::1",
                                       "udp::1",
                                       "/dev/null",
                                       "/dev/parport0",
                                       "testdev:1" };
    for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
        Error *err = NULL;
        g_test_message("%s", bad[i]);
        g_assert_null(qemu_chr_new("x", bad[i], &err));
        error_free_or_abort(&err);
    }
    g_assert_null(qemu_chr_new("x", "none", &error_abort));
}

static void test_hint(void)
{
    Error *err = NULL;
    g_assert_null(qemu_chr_new("x", "stdoi", &err));
    g_assert_nonnull(strstr(error_get_pretty(err), "did you mean 'stdio'"));
    error_free_or_abort(&err);
}

static void test_label_and_owner(void)
{
    Chardev *chr = new_chr("null,id=one");
    Error *err = NULL;
    CharFrontend a, b;

    g_assert_null(qemu_chr_new("one", "null", &err));
    error_free_or_abort(&err);
    g_assert_true(qemu_chr_new("other", "chardev:one", &error_abort) == chr);
    g_assert_true(qemu_chr_fe_init(&a, chr, &error_abort));
    g_assert_false(qemu_chr_fe_init(&b, chr, &err));
    error_free_or_abort(&err);
    g_assert_cmpint(qemu_chr_fe_write(&a, (const uint8_t *)"abc", 3), ==, 3);
    qemu_chr_fe_deinit(&a, true);
    g_assert_false(qemu_chr_fe_backend_connected(&a));
    g_assert_null(qemu_chr_find("one"));
}

static void test_unconnected(void)
{
    CharFrontend fe;
    g_assert_true(qemu_chr_fe_init(&fe, NULL, &error_abort));
    g_assert_cmpint(qemu_chr_fe_write_all(&fe, (const uint8_t *)"abc", 3), ==, 3);
    g_assert_cmpint(qemu_chr_fe_add_watch(&fe, G_IO_OUT, NULL, NULL), ==, 0);
    qemu_chr_fe_set_handlers(&fe, sink_can_read, sink_read, NULL, NULL, NULL, NULL, true);
    qemu_chr_fe_accept_input(&fe);
    qemu_chr_fe_deinit(&fe, true);
}

static void test_ringbuf(void)
{
    Chardev *chr = new_chr("ringbuf,id=ring,size=8");
    qemu_chr_write(chr, (const uint8_t *)"abcdefghij", 10, true);
    g_autofree char *text = output_of(chr);
    g_assert_cmpstr(text, ==, "cdefghij");
    g_autofree char *rest = output_of(chr);
    g_assert_cmpstr(rest, ==, "");
    object_unparent(OBJECT(chr));
}

static void test_log_file(void)
{
    g_autofree char *dir = g_dir_make_tmp("quern-char-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(dir, "log", NULL);
    g_autofree char *out = g_build_filename(dir, "out", NULL);
    g_autofree char *opts = g_strdup_printf("file,id=f,path=%s,logfile=%s", out, path);
    g_autofree char *logged = NULL, *written = NULL;
    Chardev *chr = new_chr(opts);

    qemu_chr_write(chr, (const uint8_t *)"hello\n", 6, true);
    object_unparent(OBJECT(chr));
    g_assert_true(g_file_get_contents(path, &logged, NULL, NULL));
    g_assert_true(g_file_get_contents(out, &written, NULL, NULL));
    g_assert_cmpstr(logged, ==, "hello\n");
    g_assert_cmpstr(written, ==, "hello\n");
    g_unlink(path);
    g_unlink(out);
    g_rmdir(dir);
}

/* --- input from a descriptor --- */

static void run_loop(void)
{
    for (int i = 0; i < 20; i++) {
        g_main_context_iteration(NULL, false);
    }
}

/* A FIFO as input-path: what the front end does not take stays in it. */
static void test_flow_control(void)
{
    g_autofree char *dir = g_dir_make_tmp("quern-char-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(dir, "fifo", NULL);
    g_autofree char *opts = g_strdup_printf("file,id=f,path=/dev/null,input-path=%s", path);
    Sink s;

    g_assert_cmpint(mkfifo(path, 0600), ==, 0);
    Chardev *chr = new_chr(opts);
    int fd = open(path, O_WRONLY);
    g_assert_cmpint(write(fd, "abcdefgh", 8), ==, 8);

    sink_open(&s, chr, 0);
    run_loop();
    expect_got(&s, "");
    s.room = 3;
    qemu_chr_fe_accept_input(&s.fe);
    run_loop();
    expect_got(&s, "abc");
    s.room = 100;
    qemu_chr_fe_accept_input(&s.fe);
    run_loop();
    expect_got(&s, "defgh");
    expect_events(&s, "o");
    close(fd);
    run_loop();
    expect_events(&s, "c");
    g_assert_false(qemu_chr_fe_backend_open(&s.fe));
    sink_close(&s);
    object_unparent(OBJECT(chr));
    g_unlink(path);
    g_rmdir(dir);
}

/* --- mux --- */

typedef struct Terminal {
    Chardev *base, *mux;
    Sink console, monitor;
} Terminal;

static void terminal_open(Terminal *t)
{
    t->mux = new_chr("ringbuf,id=tty,mux=on");
    t->base = qemu_chr_find("tty-base");
    g_assert_nonnull(t->base);
    sink_open(&t->monitor, t->mux, 1000);
    sink_open(&t->console, t->mux, 1000); /* who comes last has the focus */
    expect_events(&t->monitor, "iou");
    expect_events(&t->console, "io");
}

static void terminal_close(Terminal *t)
{
    sink_close(&t->console);
    sink_close(&t->monitor);
    object_unparent(OBJECT(t->mux));
    object_unparent(OBJECT(t->base));
}

static void test_mux_focus(void)
{
    Terminal t;

    terminal_open(&t);
    type(t.base, "ls\r");
    expect_got(&t.console, "ls\r");
    type(t.base, "x\001cinfo\001Cy");
    expect_got(&t.console, "xy");
    expect_got(&t.monitor, "info");
    expect_events(&t.console, "ui");
    expect_events(&t.monitor, "iu");

    /* The escape and its key may arrive apart. */
    type(t.base, "\001");
    type(t.base, "c");
    type(t.base, "q");
    expect_got(&t.monitor, "q");

    /* Closing the one in focus hands the focus on. */
    sink_close(&t.monitor);
    type(t.base, "z");
    expect_got(&t.console, "z");
    sink_open(&t.monitor, t.mux, 1000);
    terminal_close(&t);
}

static int quits;

static void count_quit(void)
{
    quits++;
}

static void test_mux_escapes(void)
{
    Terminal t;

    terminal_open(&t);
    qemu_chr_mux_set_actions(&(ChardevMuxActions){ .quit = count_quit });
    type(t.base, "a\001\001b");
    expect_got(&t.console, "a\001b");
    type(t.base, "\001b");
    expect_events(&t.console, "b");
    type(t.base, "\001qw"); /* no such command: forgotten */
    expect_got(&t.console, "w");

    g_autofree char *nothing = output_of(t.base);
    g_assert_cmpstr(nothing, ==, "");
    type(t.base, "\001h");
    g_autofree char *help = output_of(t.base);
    g_assert_nonnull(strstr(help, "C-a x"));
    type(t.base, "\001s");
    g_autofree char *commit = output_of(t.base);
    g_assert_nonnull(strstr(commit, "nothing to save"));
    type(t.base, "\001x\001X");
    g_assert_cmpint(quits, ==, 2);

    qemu_chr_mux_set_escape(0);
    type(t.base, "\001x");
    expect_got(&t.console, "\001x");
    qemu_chr_mux_set_escape(0x14);
    type(t.base, "\024\024\001");
    expect_got(&t.console, "\024\001");
    qemu_chr_mux_set_escape(1);
    terminal_close(&t);
}

static void test_mux_timestamps(void)
{
    Terminal t;

    terminal_open(&t);
    type(t.base, "\001t");
    qemu_chr_fe_write_all(&t.console.fe, (const uint8_t *)"one\ntwo", 7);
    qemu_chr_fe_write_all(&t.console.fe, (const uint8_t *)" more\n", 6);
    type(t.base, "\001t");
    qemu_chr_fe_write_all(&t.console.fe, (const uint8_t *)"plain\n", 6);
    g_autofree char *text = output_of(t.base);
    g_assert_true(g_regex_match_simple("^\\[00:00:00\\.\\d{3}\\] one\n"
                                       "\\[00:00:00\\.\\d{3}\\] two more\nplain\n$",
                                       text, 0, 0));
    terminal_close(&t);
}

/* Everything typed arrives, in order, however little each front end takes at a time. */
static void test_mux_lossless(void)
{
    Terminal t;
    g_autoptr(GString) typed = g_string_new(NULL);
    g_autoptr(GString) arrived = g_string_new(NULL);
    size_t sent = 0;

    for (int i = 0; i < 3000; i++) {
        g_string_append_printf(typed, "%d,", i);
    }
    terminal_open(&t);
    t.console.room = 0;
    while (sent < typed->len || arrived->len < typed->len) {
        sent += type(t.base, typed->str + sent);
        t.console.room = 1 + arrived->len % 7;
        qemu_chr_fe_accept_input(&t.console.fe);
        g_string_append(arrived, t.console.got->str);
        g_string_truncate(t.console.got, 0);
    }
    g_assert_cmpstr(arrived->str, ==, typed->str);

    /* A guest that takes nothing leaves the escape keys within reach. */
    t.console.room = 0;
    type(t.base, "typed ahead\001cinfo\001c");
    expect_got(&t.monitor, "info");
    while (type(t.base, "0123456789") > 0) {
    }
    g_assert_cmpint(qemu_chr_be_can_write(t.base), ==, 0);
    t.console.room = INT_MAX;
    qemu_chr_fe_accept_input(&t.console.fe);
    g_assert_true(g_str_has_prefix(t.console.got->str, "typed ahead0123456789"));
    g_assert_cmpint(qemu_chr_be_can_write(t.base), >, 0);
    terminal_close(&t);
}

static void test_mux_full(void)
{
    Chardev *mux = new_chr("null,id=m,mux=on");
    CharFrontend fes[8];
    Error *err = NULL;
    int n = 0;

    while (qemu_chr_fe_init(&fes[n], mux, &err)) {
        n++;
        g_assert_cmpint(n, <, 8);
    }
    error_free_or_abort(&err);
    g_assert_cmpint(n, ==, 4);
    /* The mux goes first: its users find themselves unconnected. */
    object_unparent(OBJECT(mux));
    for (int i = 0; i < n; i++) {
        g_assert_false(qemu_chr_fe_backend_connected(&fes[i]));
        qemu_chr_fe_deinit(&fes[i], false);
    }
    qemu_chr_cleanup();
    g_assert_null(qemu_chr_find("m-base"));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    module_call_init(MODULE_INIT_QOM);
    g_test_add_func("/char/bad-options", test_bad_options);
    g_test_add_func("/char/bad-short-forms", test_bad_short_forms);
    g_test_add_func("/char/hint", test_hint);
    g_test_add_func("/char/label-and-owner", test_label_and_owner);
    g_test_add_func("/char/unconnected", test_unconnected);
    g_test_add_func("/char/ringbuf", test_ringbuf);
    g_test_add_func("/char/log-file", test_log_file);
    g_test_add_func("/char/flow-control", test_flow_control);
    g_test_add_func("/char/mux/focus", test_mux_focus);
    g_test_add_func("/char/mux/escapes", test_mux_escapes);
    g_test_add_func("/char/mux/timestamps", test_mux_timestamps);
    g_test_add_func("/char/mux/lossless", test_mux_lossless);
    g_test_add_func("/char/mux/full", test_mux_full);
    return g_test_run();
}
