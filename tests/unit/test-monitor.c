/* SPDX-License-Identifier: MIT */
/* The human monitor: line editing, expressions, dispatch, and the terminal protocol on a mux. */
#include "qemu/osdep.h"

#include "chardev/char-fe.h"
#include "chardev/char-ringbuf.h"
#include "monitor/hmp.h"
#include "monitor/monitor.h"
#include "monitor/readline.h"
#include "qapi/error.h"
#include "qemu/main-loop.h"
#include "system/address-spaces.h"

/* --- line editing against a terminal of one line --- */

typedef struct Screen {
    char text[256]; /* behind the prompt */
    size_t cursor;
    GString *lines; /* what was entered, one a line */
    bool garbage;   /* something that the model does not know */
} Screen;

static void screen_puts(void *opaque, const char *text)
{
    Screen *s = opaque;

    if (g_str_has_prefix(text, "> ")) {
        text += 2;
        s->cursor = 0;
        memset(s->text, 0, sizeof(s->text));
    }
    for (; *text; text++) {
        if (*text == '\b') {
            s->garbage |= s->cursor == 0;
            s->cursor--;
        } else if (g_str_has_prefix(text, "\033[K")) {
            memset(s->text + s->cursor, 0, sizeof(s->text) - s->cursor);
            text += 2;
        } else if (*text == '\n') {
            s->cursor = 0;
            memset(s->text, 0, sizeof(s->text));
        } else if (*text >= ' ' && *text < 0x7f) {
            s->text[s->cursor++] = *text;
        } else {
            s->garbage = true;
        }
    }
}

static void screen_line(void *opaque, const char *line)
{
    g_string_append_printf(((Screen *)opaque)->lines, "%s\n", line);
}

static char **screen_complete(void *opaque, const char *start)
{
    const char *space = strrchr(start, ' ');
    const char *word = space ? space + 1 : start;
    static const char *const words[] = { "registers", "reset", "quit", NULL };
    GPtrArray *found = g_ptr_array_new();

    for (const char *const *w = words; *w; w++) {
        if (g_str_has_prefix(*w, word)) {
            g_ptr_array_add(found, g_strdup(*w));
        }
    }
    g_ptr_array_add(found, NULL);
    return (char **)g_ptr_array_free(found, false);
}

static const ReadLineOps screen_ops = { screen_puts, screen_line, screen_complete };

typedef struct EditCase {
    const char *keys;
    const char *lines; /* entered */
    const char *shown; /* still on the screen */
    size_t cursor;
} EditCase;

static const EditCase edit_cases[] = {
    { "info", "", "info", 4 },
    { "info\r", "info\n", "", 0 },
    { "a\r\nb\n", "a\nb\n", "", 0 },
    { "\n\r\r", "\n\n\n", "", 0 },
    { "abc\x7f", "", "ab", 2 },
    { "abc\b\b\b\b", "", "", 0 },
    { "abc\001x", "", "xabc", 1 },
    { "abc\001\004", "", "bc", 0 },
    { "abc\002\002x", "", "axbc", 2 },
    { "abc\001\006\013", "", "a", 1 },
    { "abc\025", "", "", 0 },
    { "one two\027", "", "one ", 4 },
    { "one two  \027", "", "one ", 4 },
    { "abc\033[Dx", "", "abxc", 3 },
    { "abc\033[H\033[3~", "", "bc", 0 },
    { "abc\033[1~x\033[4~y", "", "xabcy", 5 },
    { "abc\033OHx\033OFy", "", "xabcy", 5 },
    { "one two\033b\033d", "", "one ", 4 },
    { "one\001\033fx", "", "onex", 4 },
    { "abc\033[999999999999A", "", "abc", 3 },
    { "abc\033[12;5Zd", "", "abcd", 4 },
    { "abc\033[\001d", "", "abcd", 4 },
    { "a\rb\r\020", "a\nb\n", "b", 1 },
    { "a\rb\r\020\020", "a\nb\n", "a", 1 },
    { "a\rb\r\020\020\020", "a\nb\n", "a", 1 },
    { "a\rb\rnew\020\020\016\016\016", "a\nb\n", "new", 3 },
    { "long line\rx\033[A", "long line\n", "long line", 9 },
    { "a\ra\rb\r\020\020\020", "a\na\nb\n", "a", 1 },
    { "q\t", "", "quit ", 5 },
    { "re\t", "", "re", 2 },
    { "info reg\t", "", "info registers ", 15 },
    { "zzz\t", "", "zzz", 3 },
    { "\001\002\004\006\013\025\027\016\020\x7f", "", "", 0 },
};

static Screen *screen_new(ReadLine **rl)
{
    Screen *s = g_new0(Screen, 1);
    s->lines = g_string_new(NULL);
    *rl = readline_new(&screen_ops, s, "> ");
    readline_show_prompt(*rl);
    return s;
}

static void screen_free(Screen *s, ReadLine *rl)
{
    readline_free(rl);
    g_string_free(s->lines, true);
    g_free(s);
}

static void test_edit(void)
{
    for (size_t i = 0; i < ARRAY_SIZE(edit_cases); i++) {
        const EditCase *c = &edit_cases[i];
        g_autofree char *shown = g_strescape(c->keys, NULL);
        ReadLine *rl;
        Screen *s = screen_new(&rl);

        g_test_message("%s", shown);
        for (const char *key = c->keys; *key; key++) {
            readline_handle_byte(rl, *key);
        }
        g_assert_false(s->garbage);
        g_assert_cmpstr(s->lines->str, ==, c->lines);
        g_assert_cmpstr(s->text, ==, c->shown);
        g_assert_cmpuint(s->cursor, ==, c->cursor);
        screen_free(s, rl);
    }
}

static void ignore_text(void *opaque, const char *text)
{
}

static void ignore_line(void *opaque, const char *line)
{
    g_assert_cmpuint(strlen(line), <=, READLINE_MAX_LINE);
}

/* Any bytes at any length: no crash, and the line stays bounded. */
static void test_edit_random(void)
{
    static const ReadLineOps ops = { ignore_text, ignore_line, screen_complete };
    g_autoptr(GRand) rand = g_rand_new_with_seed(7);
    ReadLine *rl = readline_new(&ops, NULL, "> ");

    for (int i = 0; i < 20000; i++) {
        readline_handle_byte(rl, g_rand_int(rand) & 0xff);
    }
    readline_handle_byte(rl, '\r');
    for (int i = 0; i < 2 * READLINE_MAX_LINE; i++) {
        readline_handle_byte(rl, 'x');
    }
    readline_handle_byte(rl, '\r');
    readline_free(rl);
}

/* --- expressions --- */

static void test_expressions(void)
{
    static const struct {
        const char *text;
        uint64_t value;
    } good[] = {
        { "1", 1 },
        { "0x10", 16 },
        { " 1 + 2 * 3 ", 7 },
        { "(1+2)*3", 9 },
        { "10-2-3", 5 },
        { "7%4", 3 },
        { "1<<4|1", 17 },
        { "0xff&~0xf", 0xf0 },
        { "6^3", 5 },
        { "-1", UINT64_MAX },
        { "1<<64", 0 },
        { "--1", 1 },
        { "0xffffffffffffffff", UINT64_MAX },
    };
    static const char *const bad[] = { "",     "1/0", "1%0", "(1",    "1+",  "*2",
                                       "$xyz", "$",   "0x",  "12abc", "foo", "99999999999999999999",
                                       "()",   "+",   "$pcx" };

    for (size_t i = 0; i < ARRAY_SIZE(good); i++) {
        const char *text = good[i].text;
        uint64_t value;
        g_assert_true(monitor_parse_expr(&text, &value, &error_abort));
        g_assert_cmpuint(value, ==, good[i].value);
        g_assert_cmpstr(text, ==, "");
    }
    for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
        const char *text = bad[i];
        Error *err = NULL;
        uint64_t value;
        g_test_message("%s", text);
        g_assert_false(monitor_parse_expr(&text, &value, &err));
        error_free_or_abort(&err);
    }
    g_autofree char *deep = g_strnfill(100000, '(');
    const char *text = deep;
    Error *err = NULL;
    uint64_t value;
    g_assert_false(monitor_parse_expr(&text, &value, &err));
    error_free_or_abort(&err);
}

/* --- commands --- */

static void expect_output(const char *line, const char *part);

static void test_ringbuf(void)
{
    g_autoptr(KeyVal) ring = keyval_parse("ringbuf,id=ring", "backend", &error_abort);
    g_autoptr(KeyVal) null = keyval_parse("null,id=null", "backend", &error_abort);
    Chardev *chr = qemu_chr_new_from_opts(ring, &error_abort);
    Chardev *other = qemu_chr_new_from_opts(null, &error_abort);

    expect_output("ringbuf_write ring one two", "");
    qemu_chr_write(chr, (const uint8_t *)"\n\\\r\177", 4, true);
    expect_output("ringbuf_read ring 3", "one\n");
    expect_output("ringbuf_read ring 999999999999", " two\n\\\\\\u000D\\u007F\n");
    expect_output("ringbuf_read ring 1", "\n");
    expect_output("ringbuf_read ring 0", "how many bytes");
    expect_output("ringbuf_read ring -1", "how many bytes");
    expect_output("ringbuf_read ring", "how many bytes");
    expect_output("ringbuf_read null 1", "not a ring buffer");
    expect_output("chardev-send-break null", "");
    object_unparent(OBJECT(chr));
    object_unparent(OBJECT(other));
}

static void expect_output(const char *line, const char *part)
{
    g_autofree char *out = monitor_run_hmp(line);
    g_test_message("%s -> %s", line, out);
    if (!*part) {
        g_assert_cmpstr(out, ==, "");
    } else if (!strstr(out, part)) {
        g_error("'%s' printed '%s', expected '%s' in it", line, out, part);
    }
}

static void say_args(Monitor *mon, const char *args)
{
    monitor_printf(mon, "<%s>", args);
}

static void test_commands(void)
{
    expect_output("", "");
    expect_output("   ", "");
    expect_output("hepl", "did you mean 'help'?");
    expect_output("zzzzzz", "'help' lists them");
    expect_output("info regster", "did you mean 'info registers'?");
    expect_output("help", "quit|q");
    expect_output("? quit", "quit the emulator");
    expect_output("help info", "info mtree");
    expect_output("help info mtree", "-f");
    expect_output("help nothing", "unknown command");
    expect_output("info", "info mtree");
    expect_output("info version", "11.1");
    expect_output("info mtree -q", "unknown flag '-q'");
    expect_output("print 1+1", "0x2");
    expect_output("ringbuf_read nobody 1", "no character device 'nobody'");
    expect_output("ringbuf_read", "no character device ''");
    expect_output("p/d 0-5", "-5");
    expect_output("p /u 7", "7");
    expect_output("p/c 65", "'A'");
    expect_output("p/i 1", "not supported yet");
    expect_output("p/q 1", "unknown format 'q'");
    expect_output("p 1 2", "what is '2'");
    expect_output("p 1/0", "division by zero");
    expect_output("xp/99999999999x 0", "at most");
    expect_output("xp/x 0 0", "what is '0'");
    expect_output("x 0", "no CPU");
    expect_output("cpu 0", "no CPU '0'");
    expect_output("cpu x", "no CPU 'x'");
    expect_output("log nothing_such", "Error");
    expect_output("qom-list /nowhere", "no object");
    expect_output("qom-get /", "qom-get PATH PROPERTY");
    expect_output("qom-get / nothing", "Error");
    expect_output("info qom-tree /", "(container)");

    monitor_register_hmp("test-args", false, say_args);
    expect_output("test-args  a b ", "<a b ");
    monitor_register_hmp("test-info", true, say_args);
    expect_output("info test-info x", "<x>");
    monitor_register_hmp("jit", true, say_args);
    expect_output("info jit", "<>");
    expect_output("help info", "info jit");
}

/* Lines of random words and signs: an answer, no crash. */
static void test_random_lines(void)
{
    static const char *const words[] = {
        "help", "info", "?",    "p",    "print",  "x",     "xp",       "cpu",     "qom-list",
        "/",    "/4",   "/x",   "/3dw", "/cb",    "/999g", "qom-get",  "mtree",   "qtree",
        "-f",   "-a",   "0",    "0x10", "$pc",    "$",     "(",        ")",       "+",
        "<<",   "%",    "~",    "-",    "/-1",    " ",     "qom-tree", "/unit",   "registers",
        "\t",   "%s",   "%n%n", "\xff", "status", "jit",   "chardev",  "version", "roms",
    };
    g_autoptr(GRand) rand = g_rand_new_with_seed(11);

    for (int i = 0; i < 5000; i++) {
        g_autoptr(GString) line = g_string_new(NULL);
        int n = g_rand_int_range(rand, 0, 6);
        for (int j = 0; j < n; j++) {
            g_string_append(line, words[g_rand_int_range(rand, 0, ARRAY_SIZE(words))]);
            g_string_append(line, g_rand_boolean(rand) ? " " : "");
        }
        g_autofree char *out = monitor_run_hmp(line->str);
        g_assert_nonnull(out);
    }
}

/* --- on a terminal --- */

static char *take_output(Chardev *chr)
{
    char buf[8192];
    size_t n = qemu_chr_ringbuf_read(chr, (uint8_t *)buf, sizeof(buf));
    return g_strndup(buf, n);
}

static void type(Chardev *base, const char *text)
{
    qemu_chr_be_write(base, (const uint8_t *)text, strlen(text));
}

static int no_input(void *opaque)
{
    return 0;
}

static void drop_input(void *opaque, const uint8_t *buf, int size)
{
}

static void test_on_mux(void)
{
    g_autoptr(KeyVal) kv = keyval_parse("ringbuf,id=tty,mux=on", "backend", &error_abort);
    Chardev *mux = qemu_chr_new_from_opts(kv, &error_abort);
    Chardev *base = qemu_chr_find("tty-base");
    CharFrontend console;

    monitor_init_hmp(mux, true, &error_abort);
    qemu_chr_fe_init(&console, mux, &error_abort);
    qemu_chr_fe_set_handlers(&console, no_input, drop_input, NULL, NULL, NULL, NULL, true);
    monitor_start_all();
    g_autofree char *silent = take_output(base);
    g_assert_cmpstr(silent, ==, "");

    type(base, "\001c");
    g_autofree char *greeting = take_output(base);
    g_assert_true(g_str_has_prefix(greeting, "Quern "));
    g_assert_true(g_str_has_suffix(greeting, " - type 'help' for more information\r\n(qemu) "));

    type(base, "p 2+3\r");
    g_autofree char *answer = take_output(base);
    g_assert_cmpstr(answer, ==, "p 2+3\r\n0x5\r\n(qemu) ");

    type(base, "unfini\001c\001c");
    g_autofree char *back = take_output(base);
    g_assert_true(g_str_has_suffix(back, "(qemu) unfini"));
    monitor_cleanup();
    qemu_chr_fe_deinit(&console, false);
    qemu_chr_cleanup();
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    module_call_init(MODULE_INIT_QOM);
    bql_lock();
    get_system_memory();
    g_test_add_func("/monitor/ringbuf", test_ringbuf);
    g_test_add_func("/monitor/edit", test_edit);
    g_test_add_func("/monitor/edit-random", test_edit_random);
    g_test_add_func("/monitor/expressions", test_expressions);
    g_test_add_func("/monitor/commands", test_commands);
    g_test_add_func("/monitor/random-lines", test_random_lines);
    g_test_add_func("/monitor/on-mux", test_on_mux);
    return g_test_run();
}
