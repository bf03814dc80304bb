/* SPDX-License-Identifier: MIT */
/* Back ends whose host end comes and goes: sockets, pseudo terminals, pipes, serial ports. */
#include "qemu/osdep.h"

#include "chardev/char-fe.h"
#include "qapi/error.h"

#include <glib/gstdio.h>
#include <poll.h>
#include <pty.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <termios.h>

#define MIB (1 << 20)

static char *dir; /* scratch */

/* --- a device --- */

typedef struct Device {
    CharFrontend fe;
    GByteArray *got;
    GString *events;
    int room;
} Device;

static int device_can_read(void *opaque)
{
    return ((Device *)opaque)->room;
}

static void device_read(void *opaque, const uint8_t *buf, int size)
{
    Device *d = opaque;
    g_assert_cmpint(size, >, 0);
    g_assert_cmpint(size, <=, d->room);
    d->room -= size;
    g_byte_array_append(d->got, buf, size);
}

static void device_event(void *opaque, QEMUChrEvent event)
{
    Device *d = opaque;
    g_string_append_c(d->events, event == CHR_EVENT_OPENED   ? 'o'
                                 : event == CHR_EVENT_CLOSED ? 'c'
                                                             : '?');
}

static Chardev *new_chr(const char *fmt, ...) G_GNUC_PRINTF(1, 2);

static Chardev *new_chr(const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    g_autofree char *text = g_strdup_vprintf(fmt, ap);
    va_end(ap);
    g_autoptr(KeyVal) kv = keyval_parse(text, "backend", &error_abort);
    return qemu_chr_new_from_opts(kv, &error_abort);
}

static void device_open(Device *d, Chardev *chr, int room)
{
    *d = (Device){ .got = g_byte_array_new(), .events = g_string_new(NULL), .room = room };
    qemu_chr_fe_init(&d->fe, chr, &error_abort);
    qemu_chr_fe_set_handlers(&d->fe, device_can_read, device_read, device_event, NULL, d, NULL,
                             true);
}

/* And the back end with it. */
static void device_close(Device *d)
{
    qemu_chr_fe_deinit(&d->fe, true);
    g_byte_array_unref(d->got);
    g_string_free(d->events, true);
}

/* --- waiting --- */

#define WAIT_FOR(condition)                                                                        \
    do {                                                                                           \
        gint64 deadline_ = g_get_monotonic_time() + 20 * G_USEC_PER_SEC;                           \
        while (!(condition)) {                                                                     \
            g_assert_cmpint(g_get_monotonic_time(), <, deadline_);                                 \
            if (!g_main_context_iteration(NULL, false)) {                                          \
                g_usleep(100);                                                                     \
            }                                                                                      \
        }                                                                                          \
    } while (0)

static void settle(void)
{
    for (int i = 0; i < 50; i++) {
        g_main_context_iteration(NULL, false);
    }
}

static void expect_events(Device *d, const char *letters)
{
    WAIT_FOR(d->events->len >= strlen(letters));
    g_assert_cmpstr(d->events->str, ==, letters);
    g_string_truncate(d->events, 0);
}

static void expect_got(Device *d, const char *text)
{
    WAIT_FOR(d->got->len >= strlen(text));
    g_assert_cmpmem(d->got->data, d->got->len, text, strlen(text));
    g_byte_array_set_size(d->got, 0);
}

static void expect_from(int fd, const char *text)
{
    char buf[256];
    size_t n = 0;

    while (n < strlen(text)) {
        struct pollfd pfd = { .fd = fd, .events = POLLIN };
        g_assert_cmpint(poll(&pfd, 1, 10000), ==, 1);
        ssize_t got = read(fd, buf + n, sizeof(buf) - n);
        g_assert_cmpint(got, >, 0);
        n += got;
    }
    g_assert_cmpmem(buf, n, text, strlen(text));
}

static void say(int fd, const char *text)
{
    g_assert_cmpint(write(fd, text, strlen(text)), ==, strlen(text));
}

static void device_say(Device *d, const char *text)
{
    g_assert_cmpint(qemu_chr_fe_write_all(&d->fe, (const uint8_t *)text, strlen(text)), ==,
                    strlen(text));
}

/* A plain client of the unix socket called @name in the scratch directory. */
static int dial(const char *name)
{
    struct sockaddr_un un = { .sun_family = AF_UNIX };
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);

    snprintf(un.sun_path, sizeof(un.sun_path), "%s/%s", dir, name);
    g_assert_cmpint(connect(fd, (struct sockaddr *)&un, sizeof(un)), ==, 0);
    return fd;
}

/* --- sockets: the life of a connection --- */

static void test_server(void)
{
    Chardev *chr = new_chr("socket,id=s,path=%s/s,server=on,wait=off", dir);
    Device d;

    device_open(&d, chr, 1000);
    g_assert_false(qemu_chr_fe_backend_open(&d.fe));
    g_assert_true(g_str_has_prefix(chr->filename, "disconnected:unix:"));
    g_assert_cmpint(qemu_chr_fe_write_all(&d.fe, (const uint8_t *)"x", 1), ==, -1);
    g_assert_cmpint(qemu_chr_fe_add_watch(&d.fe, G_IO_OUT, NULL, NULL), ==, 0);

    for (int i = 0; i < 3; i++) {
        int fd = dial("s");
        int second = dial("s"); /* waits until the first has gone */
        expect_events(&d, "o");
        g_assert_true(g_str_has_prefix(chr->filename, "unix:"));
        say(fd, "hello");
        say(second, "later");
        expect_got(&d, "hello");
        device_say(&d, "world");
        expect_from(fd, "world");
        close(fd);
        expect_events(&d, "co");
        expect_got(&d, "later");
        device_say(&d, "again");
        expect_from(second, "again");
        close(second);
        expect_events(&d, "c");
    }
    device_close(&d);
    g_autofree char *path = g_build_filename(dir, "s", NULL);
    g_assert_false(g_file_test(path, G_FILE_TEST_EXISTS));
}

/* What came before the end is delivered before the end is. */
static void test_end_waits_for_input(void)
{
    Chardev *chr = new_chr("socket,id=s,path=%s/s,server=on,wait=off", dir);
    Device d;

    device_open(&d, chr, 0);
    int fd = dial("s");
    expect_events(&d, "o");
    say(fd, "last words");
    close(fd);
    settle();
    g_assert_cmpuint(d.events->len, ==, 0);
    d.room = 4;
    qemu_chr_fe_accept_input(&d.fe);
    expect_got(&d, "last");
    settle();
    g_assert_cmpuint(d.events->len, ==, 0);
    d.room = 100;
    qemu_chr_fe_accept_input(&d.fe);
    expect_got(&d, " words");
    expect_events(&d, "c");
    device_close(&d);
}

/* Without a device nobody reads: the end must still be noticed, or nobody could connect again. */
static void test_end_without_reader(void)
{
    Chardev *chr = new_chr("socket,id=s,path=%s/s,server=on,wait=off", dir);

    for (int i = 0; i < 3; i++) {
        int fd = dial("s");
        WAIT_FOR(chr->be_open);
        say(fd, "to nobody");
        close(fd);
        WAIT_FOR(!chr->be_open);
    }
    object_unparent(OBJECT(chr));
}

static void test_disconnect(void)
{
    Chardev *chr = new_chr("socket,id=s,path=%s/s,server=on,wait=off", dir);
    Device d;
    char byte;

    device_open(&d, chr, 10);
    int fd = dial("s");
    expect_events(&d, "o");
    qemu_chr_fe_disconnect(&d.fe);
    expect_events(&d, "c");
    g_assert_cmpint(read(fd, &byte, 1), ==, 0);
    close(fd);
    qemu_chr_fe_disconnect(&d.fe);
    device_close(&d);
}

static void test_client(void)
{
    Device server, client;

    device_open(&server, new_chr("socket,id=s,path=%s/s,server=on,wait=off", dir), 100);
    device_open(&client, new_chr("socket,id=c,path=%s/s", dir), 100);
    expect_events(&client, "o");
    expect_events(&server, "o");
    device_say(&client, "ping");
    expect_got(&server, "ping");
    device_say(&server, "pong");
    expect_got(&client, "pong");
    device_close(&server);
    expect_events(&client, "c");
    g_assert_cmpint(qemu_chr_fe_write(&client.fe, (const uint8_t *)"x", 1), ==, -1);
    device_close(&client);
}

static void test_reconnect(void)
{
    Device server, client;

    device_open(&client, new_chr("socket,id=c,path=%s/s,reconnect-ms=10", dir), 100);
    settle();
    g_assert_cmpuint(client.events->len, ==, 0);
    for (int i = 0; i < 3; i++) {
        device_open(&server, new_chr("socket,id=s,path=%s/s,server=on,wait=off", dir), 100);
        expect_events(&client, "o");
        device_say(&client, "hi");
        expect_got(&server, "hi");
        device_close(&server);
        expect_events(&client, "c");
    }
    device_close(&client); /* while it waits to try again */
    settle();
}

static void test_tcp(void)
{
    static const char *const hosts[] = { "127.0.0.1", "localhost", "" };
    Device server, client;

    for (size_t i = 0; i < ARRAY_SIZE(hosts); i++) {
        g_autofree char *spec = g_strdup_printf("tcp:%s:0,server,nowait,nodelay", hosts[i]);
        Chardev *chr = qemu_chr_new("s", spec, &error_abort);
        g_autofree char *port = g_strdup(strrchr(chr->filename, ':') + 1);
        *strchr(port, ',') = '\0';
        g_autofree char *back = g_strdup_printf("tcp:%s:%s,nodelay=on", hosts[i], port);
        device_open(&server, chr, 100);
        device_open(&client, qemu_chr_new("c", back, &error_abort), 100);
        expect_events(&server, "o");
        g_assert_nonnull(strstr(chr->filename, " <-> "));
        device_say(&client, "ping");
        expect_got(&server, "ping");
        device_say(&server, "pong");
        expect_got(&client, "pong");
        device_close(&client);
        expect_events(&server, "oc" + 1);
        device_close(&server);
    }
}

/* The outcome of connecting is known later: refused, then retried, then there. */
static void test_tcp_reconnect(void)
{
    Device server, client;
    Chardev *chr = qemu_chr_new("s", "tcp:127.0.0.1:0,server=on,wait=off", &error_abort);
    g_autofree char *port = g_strdup(strrchr(chr->filename, ':') + 1);

    *strchr(port, ',') = '\0';
    object_unparent(OBJECT(chr));
    device_open(&client, new_chr("socket,id=c,host=127.0.0.1,port=%s,reconnect-ms=10", port), 9);
    settle();
    device_open(&server, new_chr("socket,id=s,host=127.0.0.1,port=%s,server=on,wait=off", port), 9);
    expect_events(&client, "o");
    expect_events(&server, "o");
    device_close(&server);
    device_close(&client);
}

static void test_passed_descriptor(void)
{
    int pair[2];
    Device d;

    g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), ==, 0);
    device_open(&d, new_chr("socket,id=c,fd=%d", pair[0]), 100);
    close(pair[0]);
    say(pair[1], "in");
    expect_got(&d, "in");
    device_say(&d, "out");
    expect_from(pair[1], "out");
    device_close(&d);
    close(pair[1]);
}

static void test_abstract(void)
{
    Device server, client;
    const char *name = strrchr(dir, '/') + 1;

    device_open(&server, new_chr("socket,id=s,path=%s,abstract=on,server=on,wait=off", name), 9);
    device_open(&client, new_chr("socket,id=c,path=%s,abstract=on", name), 9);
    expect_events(&server, "o");
    device_close(&client);
    device_close(&server);
}

/* A path left by a run that was killed is taken over; a file of another kind is not. */
static void test_stale_path(void)
{
    g_autofree char *path = g_build_filename(dir, "stale", NULL);
    struct sockaddr_un un = { .sun_family = AF_UNIX };
    Error *err = NULL;
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);

    g_strlcpy(un.sun_path, path, sizeof(un.sun_path));
    g_assert_cmpint(bind(fd, (struct sockaddr *)&un, sizeof(un)), ==, 0);
    close(fd);
    object_unparent(OBJECT(new_chr("socket,id=s,path=%s,server=on,wait=off", path)));

    g_assert_true(g_file_set_contents(path, "precious", -1, NULL));
    g_autofree char *spec = g_strdup_printf("unix:%s,server=on,wait=off", path);
    g_assert_null(qemu_chr_new("s", spec, &err));
    error_free_or_abort(&err);
    g_assert_true(g_file_test(path, G_FILE_TEST_EXISTS));
    g_unlink(path);
}

/* Nobody is connected: the log is all there is, and it has each byte once. */
static void test_log_while_disconnected(void)
{
    g_autofree char *log = g_build_filename(dir, "log", NULL);
    g_autofree char *text = NULL;
    Device d;

    device_open(&d, new_chr("socket,id=s,path=%s/s,server=on,wait=off,logfile=%s", dir, log), 9);
    qemu_chr_fe_write_all(&d.fe, (const uint8_t *)"early ", 6);
    int fd = dial("s");
    expect_events(&d, "o");
    device_say(&d, "late");
    expect_from(fd, "late");
    close(fd);
    device_close(&d);
    g_assert_true(g_file_get_contents(log, &text, NULL, NULL));
    g_assert_cmpstr(text, ==, "early late");
    g_unlink(log);
}

/* --- flow control, on anything that has two descriptors on the other side --- */

typedef struct Stream {
    Device *d;
    uint8_t *out;
    size_t sent;
    guint watch;
    int watches; /* how often output had to wait */
} Stream;

static void stream_write(Stream *s);

static gboolean stream_writable(void *do_not_use, GIOCondition condition, void *opaque)
{
    Stream *s = opaque;
    s->watch = 0;
    stream_write(s);
    return G_SOURCE_REMOVE;
}

static void stream_write(Stream *s)
{
    while (s->sent < MIB) {
        int n = qemu_chr_fe_write(&s->d->fe, s->out + s->sent, MIN(MIB - s->sent, 70001));
        if (n <= 0) {
            g_assert_cmpint(n < 0 ? errno : EAGAIN, ==, EAGAIN);
            s->watch = qemu_chr_fe_add_watch(&s->d->fe, G_IO_OUT | G_IO_HUP, stream_writable, s);
            s->watches++;
            g_assert_cmpuint(s->watch, !=, 0);
            return;
        }
        s->sent += n;
    }
}

static uint8_t *random_bytes(uint32_t seed)
{
    uint8_t *bytes = g_malloc(MIB);
    for (size_t i = 0; i < MIB; i++) {
        seed = seed * 1664525 + 1013904223;
        bytes[i] = seed >> 24;
    }
    return bytes;
}

/* 1 MiB each way at once; the reader on each side stalls now and then. @fd is not blocking. */
static void exchange(Device *d, int fd)
{
    g_autofree uint8_t *out = random_bytes(1);
    g_autofree uint8_t *in = random_bytes(2);
    g_autofree uint8_t *back = g_malloc(MIB + 1);
    size_t in_sent = 0, back_len = 0;
    Stream s = { .d = d, .out = out };

    g_byte_array_set_size(d->got, 0);
    stream_write(&s);
    for (int turn = 0; d->got->len < MIB || back_len < MIB; turn++) {
        g_assert_cmpint(turn, <, 10000000);
        if (in_sent < MIB) {
            ssize_t n = write(fd, in + in_sent, MIN(MIB - in_sent, 1 + turn % 5000));
            in_sent += MAX(n, 0);
        }
        if (turn % 64 >= 32) { /* both readers stall half of the time */
            ssize_t n = read(fd, back + back_len, MIN(MIB + 1 - back_len, 1 + turn % 9000));
            back_len += MAX(n, 0);
            d->room = 1 + turn % 3000;
            qemu_chr_fe_accept_input(&d->fe);
        }
        g_main_context_iteration(NULL, false);
    }
    settle();
    g_assert_cmpint(s.watches, >, 0);
    g_assert_cmpuint(s.watch, ==, 0);
    g_assert_cmpmem(d->got->data, d->got->len, in, MIB);
    g_assert_cmpmem(back, back_len, out, MIB);
    g_assert_cmpint(read(fd, back, 1), ==, -1);
}

static void set_nonblocking(int fd)
{
    fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
}

static void test_socket_exchange(void)
{
    Device d;

    device_open(&d, new_chr("socket,id=s,path=%s/s,server=on,wait=off", dir), 0);
    for (int i = 0; i < 2; i++) {
        int fd = dial("s");
        expect_events(&d, "o");
        set_nonblocking(fd);
        exchange(&d, fd);
        close(fd);
        d.room = 1;
        qemu_chr_fe_accept_input(&d.fe);
        expect_events(&d, "c");
    }
    device_close(&d);
}

static gboolean note_condition(void *do_not_use, GIOCondition condition, void *opaque)
{
    *(GIOCondition *)opaque = condition;
    return G_SOURCE_REMOVE;
}

/* Who waits to write learns that there is nobody any more. */
static void test_watch_ends(void)
{
    static const uint8_t junk[65536];
    GIOCondition seen = 0;
    Device d;

    device_open(&d, new_chr("socket,id=s,path=%s/s,server=on,wait=off", dir), 10);
    int fd = dial("s");
    expect_events(&d, "o");
    while (qemu_chr_fe_write(&d.fe, junk, sizeof(junk)) > 0) {
    }
    g_assert_cmpuint(qemu_chr_fe_add_watch(&d.fe, G_IO_OUT, note_condition, &seen), !=, 0);
    settle();
    g_assert_cmpint(seen, ==, 0);
    qemu_chr_fe_disconnect(&d.fe);
    WAIT_FOR(seen);
    g_assert_true(seen & G_IO_HUP);
    close(fd);
    device_close(&d);
}

/* --- pseudo terminals --- */

/* The back end says where it is, which a test's report must not contain. */
static Chardev *new_pty(const char *opts)
{
    int out = dup(STDOUT_FILENO), null = open("/dev/null", O_WRONLY);

    fflush(stdout);
    dup2(null, STDOUT_FILENO);
    Chardev *chr = new_chr("%s", opts);
    fflush(stdout);
    dup2(out, STDOUT_FILENO);
    close(out);
    close(null);
    return chr;
}

static int open_terminal(Chardev *chr)
{
    g_assert_true(g_str_has_prefix(chr->filename, "pty:/dev/"));
    int fd = open(chr->filename + strlen("pty:"), O_RDWR | O_NOCTTY | O_NONBLOCK);
    g_assert_cmpint(fd, >=, 0);
    return fd;
}

static void test_pty(void)
{
    Chardev *chr = new_pty("pty,id=p");
    Device d;

    device_open(&d, chr, 1000);
    device_say(&d, "unheard"); /* vanishes */
    for (int i = 0; i < 3; i++) {
        int fd = open_terminal(chr);
        expect_events(&d, "o");
        say(fd, "line\r\n\003\004");
        expect_got(&d, "line\r\n\003\004"); /* untouched */
        device_say(&d, "\nanswer\n");
        expect_from(fd, "\nanswer\n");
        say(fd, "bye");
        close(fd);
        expect_got(&d, "bye");
        expect_events(&d, "c");
    }
    device_close(&d);
}

static void test_pty_exchange(void)
{
    Chardev *chr = new_pty("pty,id=p");
    Device d;

    device_open(&d, chr, 0);
    int fd = open_terminal(chr);
    expect_events(&d, "o");
    exchange(&d, fd);
    close(fd);
    device_close(&d);
}

static void test_pty_link(void)
{
    g_autofree char *link = g_build_filename(dir, "link", NULL);
    g_autofree char *opts = g_strdup_printf("pty,id=p,path=%s", link);
    Chardev *chr = new_pty(opts);
    g_autofree char *to = g_file_read_link(link, NULL);

    g_assert_cmpstr(to, ==, chr->filename + strlen("pty:"));
    object_unparent(OBJECT(chr));
    g_assert_false(g_file_test(link, G_FILE_TEST_IS_SYMLINK));
}

/* --- pipes, serial ports --- */

static void test_pipe_pair(void)
{
    g_autofree char *in = g_build_filename(dir, "p.in", NULL);
    g_autofree char *out = g_build_filename(dir, "p.out", NULL);
    Device d;

    g_assert_cmpint(mkfifo(in, 0600), ==, 0);
    g_assert_cmpint(mkfifo(out, 0600), ==, 0);
    g_autofree char *spec = g_strdup_printf("pipe:%s/p", dir);
    device_open(&d, qemu_chr_new("p", spec, &error_abort), 100);
    for (int i = 0; i < 3; i++) { /* readers and writers come and go */
        int w = open(in, O_WRONLY | O_NONBLOCK);
        say(w, "ab");
        close(w);
        expect_got(&d, "ab");
        device_say(&d, "cd");
        int r = open(out, O_RDONLY);
        expect_from(r, "cd");
        close(r);
    }
    expect_events(&d, "o");
    device_close(&d);
    g_unlink(in);
    g_unlink(out);
}

/* A terminal stands in for the port. */
static void test_serial(void)
{
    struct termios before, during, after;
    int master, slave;
    char name[64];
    Device d;

    g_assert_cmpint(openpty(&master, &slave, name, NULL, NULL), ==, 0);
    tcgetattr(slave, &before);
    set_nonblocking(master);
    device_open(&d, new_chr("serial,id=t,path=%s,speed=9600", name), 100);
    tcgetattr(slave, &during);
    g_assert_cmpint(cfgetospeed(&during), ==, B9600);
    g_assert_false(during.c_lflag & (ECHO | ICANON | ISIG));
    say(master, "in\r");
    expect_got(&d, "in\r");
    device_say(&d, "out\n");
    expect_from(master, "out\n");
    exchange(&d, master);
    device_close(&d);
    tcgetattr(slave, &after);
    g_assert_cmpint(cfgetospeed(&after), ==, cfgetospeed(&before));
    g_assert_cmphex(after.c_lflag, ==, before.c_lflag);
    close(slave);
    close(master);
}

/* --- the exit protocol --- */

static int exit_status;

static void note_exit(int status)
{
    exit_status = status;
}

static void test_testdev(void)
{
    /* What QEMU 7.2 does with these, as the shell sees it. */
    static const struct {
        const char *text;
        int status; /* -1: goes on */
    } cases[] = {
        { "0q", 1 },     { "1q", 3 },
        { "5q", 11 },    { "127q", 255 },
        { "128q", 1 },   { "200q", 145 },
        { "q", 1 },      { "x5q", 11 },
        { "5x7q", 15 },  { "5 q", 11 },
        { "-3q", 7 },    { "007q", 15 },
        { "12", -1 },    { "5xq", 1 },
        { "\n3\n", -1 }, { "5 7q", 1 },
        { "5  q", 11 },  { "5 xq", 1 },
        { "5x q", 1 },   { "5\n\t\rq", 11 },
        { " 5q", 11 },   { "abc5q", 11 },
        { "5.q", 1 },    { "12 34 q", 9 },
        { "", -1 },      { "99999999999q", 255 },
    };

    qemu_chr_set_host_actions(&(ChardevHostActions){ .exit = note_exit });
    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        for (int bytewise = 0; bytewise < 2; bytewise++) {
            Chardev *chr = new_chr("testdev,id=t");
            int len = strlen(cases[i].text), step = bytewise ? 1 : len;
            exit_status = -1;
            for (int at = 0; at < len; at += step) {
                qemu_chr_write(chr, (const uint8_t *)cases[i].text + at, step, true);
            }
            g_test_message("case %zu", i);
            g_assert_cmpint(exit_status, ==, cases[i].status);
            object_unparent(OBJECT(chr));
        }
    }
    qemu_chr_set_host_actions(&(ChardevHostActions){ 0 });
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    module_call_init(MODULE_INIT_QOM);
    dir = g_dir_make_tmp("quern-char-XXXXXX", NULL);
    g_test_add_func("/char-host/server", test_server);
    g_test_add_func("/char-host/end-waits-for-input", test_end_waits_for_input);
    g_test_add_func("/char-host/end-without-reader", test_end_without_reader);
    g_test_add_func("/char-host/disconnect", test_disconnect);
    g_test_add_func("/char-host/client", test_client);
    g_test_add_func("/char-host/reconnect", test_reconnect);
    g_test_add_func("/char-host/tcp", test_tcp);
    g_test_add_func("/char-host/tcp-reconnect", test_tcp_reconnect);
    g_test_add_func("/char-host/passed-descriptor", test_passed_descriptor);
    g_test_add_func("/char-host/abstract", test_abstract);
    g_test_add_func("/char-host/stale-path", test_stale_path);
    g_test_add_func("/char-host/log-while-disconnected", test_log_while_disconnected);
    g_test_add_func("/char-host/socket-exchange", test_socket_exchange);
    g_test_add_func("/char-host/watch-ends", test_watch_ends);
    g_test_add_func("/char-host/pty", test_pty);
    g_test_add_func("/char-host/pty-exchange", test_pty_exchange);
    g_test_add_func("/char-host/pty-link", test_pty_link);
    g_test_add_func("/char-host/pipe-pair", test_pipe_pair);
    g_test_add_func("/char-host/serial", test_serial);
    g_test_add_func("/char-host/testdev", test_testdev);
    int status = g_test_run();
    g_rmdir(dir);
    g_free(dir);
    return status;
}
