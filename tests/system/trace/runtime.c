/* SPDX-License-Identifier: MIT */
/* Output, running code at an Exception level, and the trace of exceptions. */
#include "trace.h"

#include <stdarg.h>

#define UART ((volatile uint32_t *)0x09000000)

uint64_t run_asm(uint64_t spsr, const void *fn, const uint64_t *args, uint64_t *context,
                 const void *back);
void leave_asm(uint64_t *context, uint64_t value) __attribute__((noreturn));
void trace_exception(Frame *f, unsigned el);
void finish(void) __attribute__((noreturn));
extern const uint32_t leave[], leave_by_hvc[], leave_by_smc[];

uint64_t top_el;
unsigned taken, last_el;
bool show_exceptions = true;
Frame last;
uint64_t sp_el0_start;
void (*on_interrupt)(Frame *f, unsigned el);
void (*on_step)(Frame *f, unsigned el);

static char case_name[120];
static uint64_t context[13];
static const void *base;
static uint64_t left_value;
static unsigned depth;

__attribute__((section(".user"), aligned(16))) static char user_stack[8192];
/* Where word_code() writes; in a page of its own. */
extern uint32_t code_buffer[];
__asm__(".pushsection .text\n.balign 4096\ncode_buffer: .space 4096\n.popsection\n");

/* ---- output ---- */

static void put(char c)
{
    *UART = (unsigned char)c;
}

static void put_number(void (*out)(char), uint64_t v, unsigned base_)
{
    char digits[24];
    unsigned n = 0;

    do {
        digits[n++] = "0123456789abcdef"[v % base_];
        v /= base_;
    } while (v);
    while (n) {
        out(digits[--n]);
    }
}

static void format_to(void (*out)(char), const char *f, va_list ap)
{
    for (; *f; f++) {
        if (*f != '%') {
            out(*f);
            continue;
        }
        while (*++f == 'l') {
        }
        if (*f == 's') {
            for (const char *s = va_arg(ap, const char *); *s; s++) {
                out(*s);
            }
        } else if (*f == 'x' && f[-1] == 'l') {
            put_number(out, va_arg(ap, uint64_t), 16);
        } else if (*f == 'x') {
            put_number(out, va_arg(ap, unsigned), 16);
        } else {
            put_number(out, va_arg(ap, unsigned), 10);
        }
    }
}

void print(const char *format, ...)
{
    va_list ap;

    va_start(ap, format);
    format_to(put, format, ap);
    va_end(ap);
}

void section(const char *format, ...)
{
    va_list ap;

    va_start(ap, format);
    print("## ");
    format_to(put, format, ap);
    put('\n');
    va_end(ap);
}

static char *text;
static size_t text_left;

static void put_text(char c)
{
    if (text_left > 1) {
        text_left--;
        *text++ = c;
        *text = 0;
    }
}

void format_name(char *to, size_t size, const char *format, ...)
{
    va_list ap;

    text = to;
    text_left = size;
    va_start(ap, format);
    format_to(put_text, format, ap);
    va_end(ap);
}

void name_case(const char *format, ...)
{
    va_list ap;

    text = case_name;
    text_left = sizeof(case_name);
    va_start(ap, format);
    format_to(put_text, format, ap);
    va_end(ap);
}

void fail(const char *why)
{
    print("FAIL %s: %s\n", case_name, why);
    finish();
}

/* ---- what there is ---- */

unsigned id_field(uint64_t reg, unsigned low)
{
    return reg >> low & 15;
}

bool has_el(unsigned el)
{
    return el < 2 || id_field(READ(id_aa64pfr0_el1), el * 4) != 0;
}

/* ---- running ---- */

/* How code at EL @el comes back. */
static const void *way_back(unsigned el)
{
    if (el == 0 || el == top_el) {
        return leave;
    }
    return top_el == 3 ? leave_by_smc : leave_by_hvc;
}

uint64_t run_args(uint64_t spsr, const void *fn, const uint64_t *args)
{
    uint64_t sp0 = sp_el0_start ? sp_el0_start : (uint64_t)(user_stack + sizeof(user_stack));
    uint64_t value;

    base = fn;
    taken = 0;
    WRITE(sp_el0, sp0);
    if (top_el > 1) {
        WRITE(sp_el1, (uint64_t)(user_stack + sizeof(user_stack) / 2));
    }
    if (top_el > 2 && has_el(2)) {
        WRITE(sp_el2, (uint64_t)(user_stack + sizeof(user_stack) / 2));
    }
    value = run_asm(spsr, fn, args, context, way_back(spsr >> 2 & 3));
    base = NULL;
    return value;
}

void check_args(uint64_t spsr, const void *fn, const uint64_t *args)
{
    uint64_t value = run_args(spsr, fn, args);

    if (!taken) {
        print("%s: ok %lx\n", case_name, value);
    }
}

const void *word_code(uint32_t word)
{
    volatile uint32_t *code = code_buffer;

    code[0] = word;
    code[1] = 0xd65f03c0;
    __asm__ volatile("dc cvau, %0\n dsb ish\n ic ivau, %0\n dsb ish\n isb" ::"r"(code) : "memory");
    return code_buffer;
}

/* ---- the trace ---- */

/* An address: relative to the code under test if it lies there. */
static void print_address(const char *name, uint64_t addr)
{
    uint64_t offset = addr - (uint64_t)base;

    if (offset < 512) {
        print(" %s=+%lx", name, offset);
    } else if (addr - (uint64_t)leave < 24) {
        print(" %s=leave", name);
    } else if (addr - 0x40080000 < 0x80000) {
        print(" %s=image", name);
    } else {
        print(" %s=%lx", name, addr);
    }
}

static bool has_far(unsigned ec)
{
    return ec == 0x20 || ec == 0x21 || ec == 0x22 || ec == 0x24 || ec == 0x25 || ec == 0x34 ||
           ec == 0x35;
}

/* Data and instruction aborts of stage 2, but for permission faults on the page itself. */
static bool has_hpfar(unsigned ec, uint64_t esr)
{
    unsigned fsc = esr & 0x3f;

    return (ec == 0x20 || ec == 0x24) && (fsc < 0x0c || (esr & F(1, 7)));
}

static void print_frame(const Frame *f, unsigned el)
{
    unsigned kind = f->vector & 0x180, ec = f->esr >> 26;

    print("%s: EL%u+%lx", case_name, el, f->vector);
    if (kind == 0 || kind == 0x180) {
        print(" esr=%lx", f->esr);
    }
    if (kind == 0 && has_far(ec)) {
        print_address("far", f->far);
    }
    if (kind == 0 && el == 2 && has_hpfar(ec, f->esr)) {
        print(" hpfar=%lx", READ(hpfar_el2));
    }
    print_address("elr", f->elr);
    print(" spsr=%lx\n", f->spsr);
}

/* Up to the highest level, from one below it. */
static void call_up(void)
{
    if (top_el == 3) {
        __asm__ volatile("mov x0, #0\n smc #0xe0e0" ::: "x0", "memory");
    } else {
        __asm__ volatile("mov x0, #0\n hvc #0xe0e0" ::: "x0", "memory");
    }
    fail("came back from a call up");
}

void end_run(const Frame *f, unsigned el)
{
    left_value = f->x[0];
    depth = 0;
    if (el != top_el) {
        call_up();
    }
    leave_asm(context, left_value);
}

/* The call at the end of the code under test, or that of a lower level's handler for it. */
static void handle_leave(Frame *f, unsigned el)
{
    if (f->esr >> 26 == 0x15 || (f->esr & 1)) {
        left_value = f->x[0];
    }
    depth = 0;
    if (el != top_el) {
        call_up();
    }
    leave_asm(context, left_value);
}

/* Where the code under test goes on. */
static void go_on(Frame *f, unsigned el)
{
    unsigned ec = f->esr >> 26;

    f->spsr &= ~F(1, 20); /* IL */
    switch (ec) {
    case 0x17: /* SMC: behind it already, but if HCR_EL2.TSC trapped it */
        f->elr += el == 2 ? 4 : 0;
        break;
    case 0x15:
    case 0x16:
        break;
    case 0x20:
    case 0x21:
    case 0x22:
        f->elr = f->x[30];
        break;
    case 0x32:
    case 0x33:
        if (on_step) {
            on_step(f, el);
        }
        break;
    default:
        f->elr += 4;
    }
}

void trace_exception(Frame *f, unsigned el)
{
    unsigned ec = f->esr >> 26;
    bool sync = !(f->vector & 0x180);

    if (sync && ec >= 0x15 && ec <= 0x17 && (f->esr & 0xfffe) == 0xe0e0) {
        handle_leave(f, el);
    }
    if (++depth > 1) {
        print_frame(f, el);
        fail("exception in a handler");
    }
    last = *f;
    last_el = el;
    if (show_exceptions) {
        print_frame(f, el);
    }
    if (++taken > 40) {
        fail("too many exceptions");
    }
    if (!sync && on_interrupt) {
        on_interrupt(f, el);
    } else if (sync) {
        go_on(f, el);
    }
    depth = 0;
}

/* ---- what the compiler calls ---- */

void *memcpy(void *to, const void *from, size_t n);
void *memset(void *to, int c, size_t n);

void *memcpy(void *to, const void *from, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        ((volatile char *)to)[i] = ((const char *)from)[i];
    }
    return to;
}

void *memset(void *to, int c, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        ((volatile char *)to)[i] = c;
    }
    return to;
}
