/* SPDX-License-Identifier: MIT */
/* What the bare programs in C share. There is no library and no second object file. */
#ifndef BARE_PROGRAM_H
#define BARE_PROGRAM_H

typedef unsigned char u8;
typedef unsigned int u32;
typedef unsigned long u64;

/* A system register by its name, a string; the write is seen by what follows. */
#define MRS(reg)                                                                                   \
    ({                                                                                             \
        u64 v_;                                                                                    \
        asm volatile("mrs %0, " reg : "=r"(v_)::"memory");                                         \
        v_;                                                                                        \
    })
#define MSR(reg, v) asm volatile("msr " reg ", %0\n\tisb" : : "r"((u64)(v)) : "memory")

/* Of a function in assembly that calls C, or is left by an exception: x19 to x30. */
#define PUSH_CALLEE_SAVED                                                                          \
    "    stp x29, x30, [sp, #-96]!\n"                                                              \
    "    stp x19, x20, [sp, #16]\n"                                                                \
    "    stp x21, x22, [sp, #32]\n"                                                                \
    "    stp x23, x24, [sp, #48]\n"                                                                \
    "    stp x25, x26, [sp, #64]\n"                                                                \
    "    stp x27, x28, [sp, #80]\n"
#define POP_CALLEE_SAVED                                                                           \
    "    ldp x19, x20, [sp, #16]\n"                                                                \
    "    ldp x21, x22, [sp, #32]\n"                                                                \
    "    ldp x23, x24, [sp, #48]\n"                                                                \
    "    ldp x25, x26, [sp, #64]\n"                                                                \
    "    ldp x27, x28, [sp, #80]\n"                                                                \
    "    ldp x29, x30, [sp], #96\n"

/* The label `vectors`: synchronous exceptions of a lower level go to from_el1, others nowhere. */
#define VECTORS_FROM_EL1                                                                           \
    "    .balign 2048\n"                                                                           \
    "vectors:\n"                                                                                   \
    "    .rept 8\n"                                                                                \
    "    b .\n"                                                                                    \
    "    .balign 128\n"                                                                            \
    "    .endr\n"                                                                                  \
    "    b from_el1\n"                                                                             \
    "    .balign 128\n"                                                                            \
    "    .rept 7\n"                                                                                \
    "    b .\n"                                                                                    \
    "    .balign 128\n"                                                                            \
    "    .endr\n"

/* ---- by semihosting ---- */

static inline u64 semihost(u64 op, const void *block)
{
    register u64 x0 asm("x0") = op;
    register const void *x1 asm("x1") = block;

    asm volatile("hlt #0xf000" : "+r"(x0) : "r"(x1) : "memory");
    return x0;
}

/* The program's own, which may break lines. */
static void put_char(char c);

static inline void text(const char *s)
{
    for (; *s; s++) {
        put_char(*s);
    }
}

static inline void hex(u64 v, int digits)
{
    for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4) {
        put_char("0123456789abcdef"[v >> shift & 15]);
    }
}

/* ---- by the UART ---- */

static inline void uart_text(const char *s)
{
    while (*s) {
        *(volatile u32 *)0x09000000ul = *s++;
    }
}

/* " ok" for 0, else the number of what failed (digits reversed). */
static inline void uart_result(const char *name, u64 wrong)
{
    uart_text(name);
    uart_text(wrong ? " FAILED " : " ok");
    for (; wrong; wrong /= 10) {
        uart_text((char[]){ '0' + wrong % 10, 0 });
    }
    uart_text("\n");
}

#endif
