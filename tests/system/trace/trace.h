/* SPDX-License-Identifier: MIT */
/*
 * What the trace programs share. A program runs code at some Exception level; each exception that
 * it takes is one line of the trace:
 *
 *   NAME: EL1+400 esr=56000001 elr=+4 spsr=600003c0
 *
 * the level that took it and the offset in the vector table, the syndrome, the preferred return
 * address relative to the code under test, the saved state, and FAR and HPFAR where they mean
 * something. The handler then goes on behind the instruction.
 */
#ifndef TRACE_H
#define TRACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

__asm__(".arch armv8.5-a+memtag+rng\n");

#define READ(reg)                                                                                  \
    ({                                                                                             \
        uint64_t v_;                                                                               \
        __asm__ volatile("mrs %0, " #reg : "=r"(v_)::"memory");                                    \
        v_;                                                                                        \
    })
#define WRITE(reg, val)                                                                            \
    __asm__ volatile("msr " #reg ", %x0\n isb" ::"rZ"((uint64_t)(val)) : "memory")
#define SYS(op, val) __asm__ volatile(op ", %x0\n dsb sy\n isb" ::"rZ"((uint64_t)(val)) : "memory")
#define ASM(text)    __asm__ volatile(text ::: "memory")
/* Bits of a field. */
#define F(val, low)  ((uint64_t)(val) << (low))
#define ARRAY_LEN(a) (sizeof(a) / sizeof(*(a)))

/* A piece of code under test, void NAME(uint64_t x0, ...): instructions, without the return. */
#define CODE(name, text)        CODE_(name, "", text)
/* The same, for other files. */
#define GLOBAL_CODE(name, text) CODE_(name, ".global " #name "\n", text)
#define CODE_(name, before, text)                                                                  \
    extern const uint32_t name[];                                                                  \
    __asm__(".pushsection .text\n.balign 64\n" before #name ": " text "\n ret\n.popsection\n")

/* SPSR of code under test: interrupts masked. */
enum {
    EL0 = 0x3c0,
    EL1T = 0x3c4,
    EL1 = 0x3c5,
    EL2T = 0x3c8,
    EL2 = 0x3c9,
    EL3T = 0x3cc,
    EL3 = 0x3cd,
};

#define MASKED 0x3c0

enum { SCTLR_M = 1 << 0, SCTLR_A = 1 << 1, SCTLR_SA = 1 << 3, SCTLR_SA0 = 1 << 4 };
#define SCTLR_RES1 0x30d00800ull
#define HCR_RW     (1ull << 31)

typedef struct Frame {
    uint64_t x[31], sp, elr, spsr, esr, far, vector;
} Frame;

extern uint64_t top_el;

/* Output: %s %d %u %x %lx (all integers are 64 bits wide). */
void print(const char *format, ...) __attribute__((format(printf, 1, 2)));
void section(const char *format, ...) __attribute__((format(printf, 1, 2)));

/*
 * The name of what comes, for the lines of exceptions; `quiet` ones are counted only. A case that
 * takes no exception prints `NAME: ok`, with its value.
 */
void name_case(const char *format, ...) __attribute__((format(printf, 1, 2)));
void format_name(char *to, size_t size, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* Run @fn with SPSR @spsr and x0 to x7; its x0. Exceptions are traced. */
#define RUN(spsr, fn, ...) run_args(spsr, fn, (uint64_t[8]){ __VA_ARGS__ })
uint64_t run_args(uint64_t spsr, const void *fn, const uint64_t *args);
/* The same, and a line with the value if nothing was taken. */
void check_args(uint64_t spsr, const void *fn, const uint64_t *args);
#define CHECK(spsr, fn, ...) check_args(spsr, fn, (uint64_t[8]){ __VA_ARGS__ })
/* One instruction word; x0 is its first operand. */
const void *word_code(uint32_t word);

extern unsigned taken;       /* exceptions since the last run began */
extern bool show_exceptions; /* lines are printed */
extern Frame last;           /* the latest exception */
extern unsigned last_el;
extern uint64_t sp_el0_start; /* stack of EL0, and of levels that run on SP_EL0 */
/* Called for IRQ, FIQ and SError, to quieten them; and for software steps, which go on. */
extern void (*on_interrupt)(Frame *f, unsigned el);
extern void (*on_step)(Frame *f, unsigned el);
/* From a handler at EL @el back to where the run began; its value is x0 of @f. */
void end_run(const Frame *f, unsigned el) __attribute__((noreturn));

bool has_el(unsigned el);
unsigned id_field(uint64_t reg, unsigned low);
void fail(const char *why) __attribute__((noreturn));

/* ---- translation tables (tables.c) ---- */

typedef struct Tables {
    unsigned granule; /* 12, 14, 16 */
    unsigned va_bits;
    bool stage2;
    uint64_t *root;
    unsigned root_level;
} Tables;

/* Descriptor bits. */
#define D_VALID   1ull
#define D_TABLE   3ull /* or page */
#define D_ATTR(n) F(n, 2)
#define D_NS      F(1, 5)
#define D_USER    F(1, 6)
#define D_RO      F(1, 7)
#define D_SH      F(3, 8)
#define D_AF      F(1, 10)
#define D_NG      F(1, 11)
#define D_PXN     F(1, 53)
#define D_UXN     F(1, 54)
#define S2_RW     F(3, 6)
#define S2_XN     F(1, 54)

/* An empty zeroed table (or @count adjacent ones) from the pool. */
uint64_t *new_table(unsigned granule, unsigned count);
void reset_tables(void);
Tables make_tables(unsigned granule, unsigned va_bits);
/* Tables of stage 2; several stand side by side at the first level if it is below the usual one. */
Tables make_stage2(unsigned granule, unsigned ipa_bits, unsigned first_level);
/* The descriptor of @va at @level, tables being made on the way. */
uint64_t *descriptor(Tables *t, uint64_t va, unsigned level);
/* A page or block. */
void map(Tables *t, uint64_t va, uint64_t pa, unsigned level, uint64_t attrs);
/* The image and the UART, by blocks, as the levels need them. */
void map_image(Tables *t);
uint64_t block_size(unsigned granule, unsigned level);
/* TCR bits of T0SZ, TG0 and of T1SZ, TG1. */
uint64_t tcr_low(const Tables *t);
uint64_t tcr_high(const Tables *t);
bool has_granule(unsigned granule);
/*
 * The MMU of EL1&0, from EL2 or EL3: @tcr and @sctlr are or-ed to what the tables need (@high may
 * be NULL). MAIR: 0 write-back, 1 Device-nGnRnE, 2 not cacheable, 3 Device-nGnRE, 4 write-through.
 */
#define MAIR 0x000000bb044400ffull
void el1_mmu_on(const Tables *low, const Tables *high, uint64_t tcr, uint64_t sctlr);
void el1_mmu_off(void);
/* IPS or PS: all that the CPU has, 48 bits at most. */
uint64_t largest_ps(void);

/* ---- memory (memory.c) ---- */

#define TARGET      0x70000000ull  /* physical: code that returns 7, then data */
#define TARGET_DATA 16             /* where those begin: 8 bytes of 0x11, of 0x22, ... */
#define NOWHERE     0x100000000ull /* no memory and no device */
void fill_target(void);

/* Accesses as code; x0 is the address. */
extern const uint32_t load[], store[], fetch[], load_unpriv[], store_unpriv[];

/* Each instruction that accesses memory, at @addr (insns.c). */
void all_insns(const char *where, uint64_t addr, uint64_t mode);

#endif
