/* SPDX-License-Identifier: MIT */
/* PL011 through its registers, a ring buffer as the host end, and its six output lines. */
#include "device-harness.h"

#include "chardev/char-ringbuf.h"
#include "chardev/char.h"
#include "hw/char/pl011.h"
#include "hw/qdev-clock.h"
#include "hw/qdev-properties-system.h"
#include "hw/resettable.h"

#include <sys/socket.h>

enum {
    BASE = 0x09000000,
    DR = BASE,
    RSR = BASE + 0x04,
    FR = BASE + 0x18,
    LCR_H = BASE + 0x2c,
    CR = BASE + 0x30,
    IFLS = BASE + 0x34,
    IMSC = BASE + 0x38,
    RIS = BASE + 0x3c,
    MIS = BASE + 0x40,
    ICR = BASE + 0x44,
};
enum { BUSY = 0x08, RXFE = 0x10, TXFF = 0x20, RXFF = 0x40, TXFE = 0x80 };
enum { INT_RX = 0x10, INT_TX = 0x20, INT_RT = 0x40, INT_FE = 0x80, INT_BE = 0x200, INT_OE = 0x400 };

static DeviceState *dev;
static Chardev *chr;

static void setup(void)
{
    device_cold_reset(dev);
    w32(CR, 0x301);
    w32(LCR_H, 0x70); /* 8 bits, FIFOs on */
    w32(IMSC, 0x7ff);
}

static int type_in(const char *text, int len)
{
    int room = qemu_chr_be_can_write(chr);

    len = MIN(len, room);
    if (len) {
        qemu_chr_be_write(chr, (const uint8_t *)text, len);
    }
    return len;
}

static void test_id(void)
{
    static const uint8_t id[] = { 0x11, 0x10, 0x14, 0x00, 0x0d, 0xf0, 0x05, 0xb1 };

    for (int i = 0; i < 8; i++) {
        g_assert_cmphex(r32(BASE + 0xfe0 + i * 4), ==, id[i]);
    }
}

static void test_reset(void)
{
    device_cold_reset(dev);
    g_assert_cmphex(r32(CR), ==, 0x300);
    g_assert_cmphex(r32(IFLS), ==, 0x12);
    g_assert_cmphex(r32(FR), ==, RXFE | TXFE);
    g_assert_cmphex(r32(RIS), ==, 0);
    g_assert_cmpint(harness_level[PL011_IRQ_COMBINED], ==, 0);
}

static void test_output(void)
{
    uint8_t buf[16];

    setup();
    w32(DR, 'o');
    harness_write(DR, 'k', 1);
    g_assert_cmpint(qemu_chr_ringbuf_read(chr, buf, sizeof(buf)), ==, 2);
    g_assert_cmpmem(buf, 2, "ok", 2);
    g_assert_cmphex(r32(RIS), ==, INT_TX);
    g_assert_cmpint(harness_level[PL011_IRQ_TX], ==, 1);
    w32(ICR, INT_TX);
    g_assert_cmphex(r32(MIS), ==, 0);
    g_assert_cmpint(harness_level[PL011_IRQ_COMBINED], ==, 0);
}

static void test_receive_timeout(void)
{
    setup();
    g_assert_cmpint(type_in("a", 1), ==, 1);
    g_assert_cmphex(r32(RIS), ==, INT_RT); /* below the trigger level of 8 */
    g_assert_cmpint(harness_level[PL011_IRQ_RT], ==, 1);
    g_assert_cmpint(harness_level[PL011_IRQ_RX], ==, 0);
    g_assert_cmphex(r32(DR), ==, 'a');
    g_assert_cmphex(r32(RIS), ==, 0); /* the FIFO is empty */
    g_assert_cmphex(r32(FR), ==, RXFE | TXFE);
    g_assert_cmpint(harness_level[PL011_IRQ_COMBINED], ==, 0);
}

static void test_receive_trigger(void)
{
    setup();
    type_in("01234567", 8);
    g_assert_cmphex(r32(RIS) & INT_RX, ==, INT_RX);
    r32(DR);
    g_assert_cmphex(r32(RIS), ==, INT_RT); /* seven wait for the timeout */
    for (int i = 1; i < 8; i++) {
        g_assert_cmphex(r32(DR), ==, '0' + i);
    }
    g_assert_cmphex(r32(RIS), ==, 0);
    w32(IFLS, 4 << 3); /* trigger at 7/8 */
    type_in("0123456789abc", 13);
    g_assert_cmphex(r32(RIS), ==, INT_RT);
    type_in("d", 1);
    g_assert_cmphex(r32(RIS) & INT_RX, ==, INT_RX);
}

/* A full FIFO stops the back end: nothing is lost. */
static void test_flow_control(void)
{
    setup();
    g_assert_cmpint(type_in("0123456789abcdefXYZ", 19), ==, 16);
    g_assert_cmphex(r32(FR) & RXFF, ==, RXFF);
    g_assert_cmpint(qemu_chr_be_can_write(chr), ==, 0);
    g_assert_cmphex(r32(DR), ==, '0');
    g_assert_cmpint(qemu_chr_be_can_write(chr), ==, 1);
    w32(LCR_H, 0x60); /* FIFOs off: empty, and one character deep */
    g_assert_cmphex(r32(FR) & RXFE, ==, RXFE);
    g_assert_cmpint(type_in("xy", 2), ==, 1);
    g_assert_cmphex(r32(RIS) & INT_RX, ==, INT_RX);
    g_assert_cmphex(r32(FR) & RXFF, ==, RXFF);
}

static void test_break(void)
{
    setup();
    qemu_chr_be_event(chr, CHR_EVENT_BREAK);
    g_assert_cmphex(r32(RIS) & (INT_BE | INT_FE), ==, INT_BE | INT_FE);
    g_assert_cmpint(harness_level[PL011_IRQ_ERR], ==, 1);
    g_assert_cmphex(r32(DR), ==, 0x500);
    g_assert_cmphex(r32(RSR), ==, 0x5);
    w32(RSR, 0);
    g_assert_cmphex(r32(RSR), ==, 0);
}

static void test_loopback(void)
{
    uint8_t buf[4];

    setup();
    w32(CR, 0x381);
    w32(ICR, 0x7ff);
    w32(DR, 'l');
    g_assert_cmpint(qemu_chr_ringbuf_read(chr, buf, sizeof(buf)), ==, 0);
    g_assert_cmphex(r32(DR), ==, 'l');
    w32(CR, 0x381 | 1 << 11); /* RTS comes back as CTS */
    g_assert_cmphex(r32(FR) & 1, ==, 1);
    g_assert_cmphex(r32(RIS) & 0xf, ==, 1 << 1);
    g_assert_cmpint(harness_level[PL011_IRQ_MS], ==, 1);
    for (int i = 0; i < 17; i++) {
        w32(DR, 'x');
    }
    g_assert_cmphex(r32(RIS) & INT_OE, ==, INT_OE);
}

static void test_mask(void)
{
    setup();
    w32(IMSC, 0);
    type_in("a", 1);
    g_assert_cmphex(r32(RIS), ==, INT_RT);
    g_assert_cmphex(r32(MIS), ==, 0);
    g_assert_cmpint(harness_level[PL011_IRQ_COMBINED], ==, 0);
    w32(IMSC, INT_RT);
    g_assert_cmpint(harness_level[PL011_IRQ_COMBINED], ==, 1);
}

static uint64_t baudrate(DeviceState *uart)
{
    return object_property_get_uint(OBJECT(uart), "baudrate", &error_abort);
}

/* The rate follows the clock, wherever in the tree it is changed. */
static void test_clock(void)
{
    DeviceState *other = qdev_new(TYPE_PL011);
    Object *board = object_new(TYPE_CLOCK);
    Clock *crystal = CLOCK(board), *bus = clock_new(board, "bus");

    device_cold_reset(dev);
    g_assert_cmpint(baudrate(dev), ==, 0);
    w32(BASE + 0x24, 13); /* 24 MHz / (16 * (13 + 1 / 64)) */
    w32(BASE + 0x28, 1);
    g_assert_cmpint(baudrate(dev), ==, 115246);

    clock_set_mul_div(crystal, 2, 1);
    clock_set_source(bus, crystal);
    qdev_connect_clock_in(other, "clk", bus);
    sysbus_realize_and_unref(SYS_BUS_DEVICE(other), &error_abort);
    sysbus_mmio_map(SYS_BUS_DEVICE(other), 0, BASE + 0x1000);
    w32(BASE + 0x1024, 1);
    g_assert_cmpint(baudrate(other), ==, 0);
    clock_update_hz(crystal, 32000000);
    g_assert_cmpint(baudrate(other), ==, 1000000);
    clock_update_hz(crystal, 16000000);
    g_assert_cmpint(baudrate(other), ==, 500000);
    w32(BASE + 0x1028, 32);
    g_assert_cmpint(baudrate(other), ==, 333333);
    clock_set_mul_div(crystal, 1, 2);
    clock_propagate(crystal);
    g_assert_cmpint(baudrate(other), ==, 1333333);
    g_assert_cmpint(baudrate(dev), ==, 115246);
    object_unref(board); /* the UART keeps the rate it had */
    g_assert_cmpint(baudrate(other), ==, 1333333);
}

/* --- a host's end that is slow: a socket whose other end nobody reads --- */

enum { SLOW = BASE + 0x2000 };

static int slow_peer;

static void slow_create(void)
{
    int pair[2], small = 4096;

    g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), ==, 0);
    setsockopt(pair[0], SOL_SOCKET, SO_SNDBUF, &small, sizeof(small));
    g_autofree char *opts = g_strdup_printf("socket,id=slow,fd=%d", pair[0]);
    g_autoptr(KeyVal) kv = keyval_parse(opts, "backend", &error_abort);
    pl011_create(SLOW, harness_line(PL011_NUM_IRQS), qemu_chr_new_from_opts(kv, &error_abort));
    close(pair[0]);
    slow_peer = pair[1];
    w32(SLOW + 0x30, 0x301);
    w32(SLOW + 0x2c, 0x70);
    w32(SLOW + 0x38, INT_TX);
}

/* Returns how many dots it took. */
static int slow_fill(void)
{
    Chardev *slow = qemu_chr_find("slow");
    int n = 0;

    while (qemu_chr_write(slow, (const uint8_t *)".", 1, false) == 1) {
        n++;
    }
    return n;
}

/* Takes @dots dots, and what follows must be @text. */
static void slow_expect(int dots, const char *text)
{
    size_t len = strlen(text);
    g_autoptr(GString) got = g_string_new(NULL);

    while (got->len < dots + len) {
        char buf[256];
        g_main_context_iteration(NULL, false);
        ssize_t n = recv(slow_peer, buf, sizeof(buf), MSG_DONTWAIT);
        g_string_append_len(got, buf, MAX(n, 0));
    }
    g_assert_cmpstr(got->str + dots, ==, text);
    while (g_main_context_iteration(NULL, false)) {
    }
}

static void test_slow_host(void)
{
    slow_create();
    int dots = slow_fill();
    for (int i = 0; i < PL011_FIFO_DEPTH; i++) {
        w32(SLOW, 'a' + i);
        g_assert_cmphex(r32(SLOW + 0x18), ==, RXFE | BUSY | (i == 15 ? TXFF : 0));
    }
    /* Above the trigger level there is no interrupt; a reset takes back nothing. */
    g_assert_cmphex(r32(SLOW + 0x3c), ==, 0);
    device_cold_reset(qemu_chr_find("slow")->fe->opaque);
    g_assert_true(r32(SLOW + 0x18) & BUSY);
    w32(SLOW + 0x30, 0x301);
    w32(SLOW + 0x2c, 0x70);
    w32(SLOW + 0x38, INT_TX);
    slow_expect(dots, "abcdefghijklmnop");
    g_assert_cmphex(r32(SLOW + 0x18), ==, RXFE | TXFE);
    g_assert_cmphex(r32(SLOW + 0x3c), ==, INT_TX);
    g_assert_cmpint(harness_level[PL011_NUM_IRQS], ==, 1);
}

static void *read_later(void *dots)
{
    g_usleep(50000);
    for (int left = *(int *)dots; left > 0;) {
        char buf[256];
        left -= read(slow_peer, buf, MIN(left, sizeof(buf)));
    }
    return NULL;
}

/* A guest that does not look at the flags loses nothing either. */
static void test_slow_host_ignored(void)
{
    int dots = slow_fill();
    GThread *reader = g_thread_new("reader", read_later, &dots);

    for (int i = 0; i < 20; i++) {
        w32(SLOW, 'A' + i);
    }
    g_thread_join(reader);
    slow_expect(0, "ABCDEFGHIJKLMNOPQRST");
}

static void test_host_leaves(void)
{
    slow_fill();
    w32(SLOW, 'x');
    g_assert_true(r32(SLOW + 0x18) & BUSY);
    close(slow_peer);
    while (g_main_context_iteration(NULL, false)) {
    }
    g_assert_cmphex(r32(SLOW + 0x18), ==, RXFE | TXFE);
}

static void test_hammer(void)
{
    uint8_t buf[4096];

    setup();
    harness_hammer(BASE, 0x1000, 20000, 1);
    while (qemu_chr_ringbuf_read(chr, buf, sizeof(buf))) {
    }
}

int main(int argc, char **argv)
{
    harness_init(&argc, &argv);
    chr = qemu_chr_new("uart", "ringbuf", &error_abort);
    dev = pl011_create(BASE, harness_line(PL011_IRQ_COMBINED), chr);
    for (int i = 1; i < PL011_NUM_IRQS; i++) {
        sysbus_connect_irq(SYS_BUS_DEVICE(dev), i, harness_line(i));
    }
    g_test_add_func("/pl011/id", test_id);
    g_test_add_func("/pl011/reset", test_reset);
    g_test_add_func("/pl011/output", test_output);
    g_test_add_func("/pl011/receive-timeout", test_receive_timeout);
    g_test_add_func("/pl011/receive-trigger", test_receive_trigger);
    g_test_add_func("/pl011/flow-control", test_flow_control);
    g_test_add_func("/pl011/break", test_break);
    g_test_add_func("/pl011/loopback", test_loopback);
    g_test_add_func("/pl011/mask", test_mask);
    g_test_add_func("/pl011/clock", test_clock);
    g_test_add_func("/pl011/slow-host", test_slow_host);
    g_test_add_func("/pl011/slow-host-ignored", test_slow_host_ignored);
    g_test_add_func("/pl011/host-leaves", test_host_leaves);
    g_test_add_func("/pl011/hammer", test_hammer);
    return g_test_run();
}
