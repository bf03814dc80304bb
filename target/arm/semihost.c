/* SPDX-License-Identifier: MIT */
/*
 * Semihosting for A64 (Arm's "Semihosting for AArch32 and AArch64", 2.0): HLT #0xf000 with the
 * operation in W0 and the address of a parameter block in X1; the result goes to X0.
 *
 * Here are the console, the command line, the clock and exit: what bare-metal tests need. Files of
 * the host are refused, with the result that the specification has for failure.
 */
#include "qemu/osdep.h"

#include "qemu/log.h"
#include "qemu/main-loop.h"
#include "qemu/timer.h"
#include "semihosting/semihost.h"
#include "system/runstate.h"
#include "target/arm/internals.h"

enum {
    SYS_OPEN = 0x01,
    SYS_CLOSE = 0x02,
    SYS_WRITEC = 0x03,
    SYS_WRITE0 = 0x04,
    SYS_WRITE = 0x05,
    SYS_READ = 0x06,
    SYS_READC = 0x07,
    SYS_ISERROR = 0x08,
    SYS_ISTTY = 0x09,
    SYS_FLEN = 0x0c,
    SYS_CLOCK = 0x10,
    SYS_TIME = 0x11,
    SYS_ERRNO = 0x13,
    SYS_GET_CMDLINE = 0x15,
    SYS_HEAPINFO = 0x16,
    SYS_EXIT = 0x18,
    SYS_EXIT_EXTENDED = 0x20,
    SYS_ELAPSED = 0x30,
    SYS_TICKFREQ = 0x31,
};

#define ADP_STOPPED_APPLICATION_EXIT 0x20026

/* The only files: the console, opened for reading, writing, appending (modes 0-3, 4-7, 8-11). */
enum { FD_STDIN = 1, FD_STDOUT, FD_STDERR };

#define NAME_MAX_LEN 64
#define MAX_ARGS     4

typedef struct SemihostCall {
    CPUState *cs;
    uint64_t block;          /* X1 */
    uint64_t args[MAX_ARGS]; /* words of the parameter block, as far as fetched */
} SemihostCall;

static bool fetch_args(SemihostCall *c, unsigned n)
{
    uint64_t raw[MAX_ARGS];

    if (!cpu_memory_rw_debug_virt(c->cs, c->block, raw, n * 8, false)) {
        return false;
    }
    for (unsigned i = 0; i < n; i++) {
        c->args[i] = GUINT64_FROM_LE(raw[i]);
    }
    return true;
}

/* ---- the console ---- */

static void console_write(const void *buf, size_t len)
{
    Chardev *chr = semihosting_get_chardev();

    if (chr) {
        BQL_LOCK_GUARD();

        qemu_chr_write(chr, buf, (int)len, true);
    } else {
        qemu_write_full(STDERR_FILENO, buf, len);
    }
}

/* One byte of the host's standard input, -1 at its end. Waits. */
static int64_t console_readc(void)
{
    uint8_t c;

    return semihosting_get_chardev() || qemu_read_full(STDIN_FILENO, &c, 1) != 1 ? -1 : c;
}

/* Copies guest memory to the console in pieces; the number of bytes that could not be read. */
static uint64_t write_guest_buffer(CPUState *cs, uint64_t addr, uint64_t len)
{
    uint8_t buf[512];

    while (len) {
        size_t n = MIN(len, sizeof(buf));

        if (!cpu_memory_rw_debug_virt(cs, addr, buf, n, false)) {
            return len;
        }
        console_write(buf, n);
        addr += n;
        len -= n;
    }
    return 0;
}

static int64_t do_write0(SemihostCall *c)
{
    char ch;

    for (uint64_t addr = c->block; cpu_memory_rw_debug_virt(c->cs, addr, &ch, 1, false) && ch;
         addr++) {
        console_write(&ch, 1);
    }
    return 0;
}

static int64_t do_writec(SemihostCall *c)
{
    write_guest_buffer(c->cs, c->block, 1);
    return 0;
}

static int64_t do_open(SemihostCall *c)
{
    char name[NAME_MAX_LEN] = "";

    if (!fetch_args(c, 3) || c->args[2] >= sizeof(name) ||
        !cpu_memory_rw_debug_virt(c->cs, c->args[0], name, c->args[2], false)) {
        return -1;
    }
    if (strcmp(name, ":tt") != 0 || c->args[1] > 11) {
        qemu_log_mask(LOG_UNIMP, "semihosting: files of the host ('%s') are not accessible\n",
                      name);
        return -1;
    }
    return FD_STDIN + (int64_t)c->args[1] / 4;
}

static bool is_console(uint64_t fd)
{
    return fd >= FD_STDIN && fd <= FD_STDERR;
}

static int64_t do_close(SemihostCall *c)
{
    return fetch_args(c, 1) && is_console(c->args[0]) ? 0 : -1;
}

static int64_t do_write(SemihostCall *c)
{
    if (!fetch_args(c, 3)) {
        return -1;
    }
    if (c->args[0] != FD_STDOUT && c->args[0] != FD_STDERR) {
        return (int64_t)c->args[2];
    }
    return (int64_t)write_guest_buffer(c->cs, c->args[1], c->args[2]);
}

/* The number of bytes not read: all but one, since a console gives what there is. */
static int64_t do_read(SemihostCall *c)
{
    int64_t ch;
    uint8_t byte;

    if (!fetch_args(c, 3)) {
        return -1;
    }
    if (c->args[0] != FD_STDIN || c->args[2] == 0) {
        return (int64_t)c->args[2];
    }
    ch = console_readc();
    byte = (uint8_t)ch;
    if (ch < 0 || !cpu_memory_rw_debug_virt(c->cs, c->args[1], &byte, 1, true)) {
        return (int64_t)c->args[2];
    }
    return (int64_t)c->args[2] - 1;
}

static int64_t do_istty(SemihostCall *c)
{
    return fetch_args(c, 1) && is_console(c->args[0]) ? 1 : -1;
}

/* ---- the rest ---- */

static int64_t do_get_cmdline(SemihostCall *c)
{
    const char *text = semihosting_get_cmdline();
    uint64_t len = strlen(text), reply;

    if (!fetch_args(c, 2) || c->args[1] <= len ||
        !cpu_memory_rw_debug_virt(c->cs, c->args[0], (void *)text, len + 1, true)) {
        return -1;
    }
    reply = GUINT64_TO_LE(len);
    return cpu_memory_rw_debug_virt(c->cs, c->block + 8, &reply, 8, true) ? 0 : -1;
}

/* Zeroes: the application knows its memory better (7.10). */
static int64_t do_heapinfo(SemihostCall *c)
{
    uint64_t info[4] = { 0 };

    if (!fetch_args(c, 1)) {
        return -1;
    }
    return cpu_memory_rw_debug_virt(c->cs, c->args[0], info, sizeof(info), true) ? 0 : -1;
}

/* Both forms have a block of {reason, subcode} in AArch64. */
static int64_t do_exit(SemihostCall *c)
{
    int status = 1;

    if (fetch_args(c, 2) && c->args[0] == ADP_STOPPED_APPLICATION_EXIT) {
        status = (int)c->args[1] & 0xff;
    }
    BQL_LOCK_GUARD();
    qemu_system_shutdown_request_with_code(SHUTDOWN_CAUSE_GUEST_SHUTDOWN, status);
    ARM_CPU(c->cs)->power_off = true;
    arm_halt(c->cs);
    return 0;
}

static int64_t do_elapsed(SemihostCall *c)
{
    uint64_t ns = GUINT64_TO_LE((uint64_t)qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL));

    return cpu_memory_rw_debug_virt(c->cs, c->block, &ns, 8, true) ? 0 : -1;
}

static int64_t do_call(SemihostCall *c, uint32_t op)
{
    switch (op) {
    case SYS_OPEN:
        return do_open(c);
    case SYS_CLOSE:
        return do_close(c);
    case SYS_WRITEC:
        return do_writec(c);
    case SYS_WRITE0:
        return do_write0(c);
    case SYS_WRITE:
        return do_write(c);
    case SYS_READ:
        return do_read(c);
    case SYS_READC:
        return console_readc();
    case SYS_ISERROR:
        return fetch_args(c, 1) ? ((int64_t)c->args[0] < 0) : -1;
    case SYS_ISTTY:
        return do_istty(c);
    case SYS_FLEN:
        return -1;
    case SYS_CLOCK:
        return qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL) / 10000000;
    case SYS_TIME:
        return qemu_clock_get_ns(QEMU_CLOCK_HOST) / NANOSECONDS_PER_SECOND;
    case SYS_ERRNO:
        return 0;
    case SYS_GET_CMDLINE:
        return do_get_cmdline(c);
    case SYS_HEAPINFO:
        return do_heapinfo(c);
    case SYS_EXIT:
    case SYS_EXIT_EXTENDED:
        return do_exit(c);
    case SYS_ELAPSED:
        return do_elapsed(c);
    case SYS_TICKFREQ:
        return NANOSECONDS_PER_SECOND;
    default:
        qemu_log_mask(LOG_UNIMP, "semihosting: operation 0x%" PRIx32 " is not implemented\n", op);
        return -1;
    }
}

void arm_do_semihosting(CPUState *cs)
{
    CPUARMState *env = cpu_env(cs);
    SemihostCall c = { .cs = cs, .block = env->xregs[1] };

    env->xregs[0] = (uint64_t)do_call(&c, (uint32_t)env->xregs[0]);
}
