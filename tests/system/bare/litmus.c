/* SPDX-License-Identifier: MIT */
/*
 * Litmus tests of the memory model, on CPUs 0-3 without an operating system. Each runs plain, with
 * DMB ISH between the accesses, and with STLR and LDAR; a line on the UART tells how often the
 * outcome was seen that only a reordering explains: "SB dmb 0 1000000".
 *
 * The CPUs go through arrays of cells, one instance of the test each.
 */
#include "program.h"

#define CELLS 512

/* The test sets it: how often all cells are gone through. */
__attribute__((section(".rodata.patch"))) const volatile u32 rounds = 0xc0ffee00;

typedef struct Cell {
    u32 x, pad[31], y, pad2[31];
} Cell;

static Cell cell[CELLS] __attribute__((aligned(4096)));
static u32 seen[4][2][CELLS] __attribute__((aligned(4096)));
static u64 table[512] __attribute__((aligned(4096)));
static u32 arrived[5], phase[5]; /* by how many take part */
static u32 at[4][CELLS];
static u32 done, current; /* test */
u64 stacks[4][256] __attribute__((aligned(16)));

#define LOAD(how, p)                                                                               \
    ({                                                                                             \
        u32 v_;                                                                                    \
        asm volatile(how " %w0, [%1]" : "=r"(v_) : "r"(p) : "memory");                             \
        v_;                                                                                        \
    })
#define STORE(how, p, v) asm volatile(how " %w0, [%1]" : : "r"(v), "r"(p) : "memory")

/* What each CPU does with cell @c; loads go to s0 and s1. */
#define BODIES(name, ld, st, between)                                                              \
    static void mp_##name(int cpu, Cell *c, u32 *s0, u32 *s1)                                      \
    {                                                                                              \
        if (cpu == 0) {                                                                            \
            STORE(st, &c->x, 1);                                                                   \
            asm volatile(between ::: "memory");                                                    \
            STORE(st, &c->y, 1);                                                                   \
        } else if (cpu == 1) {                                                                     \
            *s0 = LOAD(ld, &c->y);                                                                 \
            asm volatile(between ::: "memory");                                                    \
            *s1 = LOAD(ld, &c->x);                                                                 \
        }                                                                                          \
    }                                                                                              \
    static void sb_##name(int cpu, Cell *c, u32 *s0, u32 *s1)                                      \
    {                                                                                              \
        if (cpu < 2) {                                                                             \
            STORE(st, cpu ? &c->y : &c->x, 1);                                                     \
            asm volatile(between ::: "memory");                                                    \
            *s0 = LOAD(ld, cpu ? &c->x : &c->y);                                                   \
        }                                                                                          \
    }                                                                                              \
    static void lb_##name(int cpu, Cell *c, u32 *s0, u32 *s1)                                      \
    {                                                                                              \
        if (cpu < 2) {                                                                             \
            *s0 = LOAD(ld, cpu ? &c->y : &c->x);                                                   \
            asm volatile(between ::: "memory");                                                    \
            STORE(st, cpu ? &c->x : &c->y, 1);                                                     \
        }                                                                                          \
    }                                                                                              \
    static void ww_##name(int cpu, Cell *c, u32 *s0, u32 *s1)                                      \
    {                                                                                              \
        if (cpu < 2) {                                                                             \
            STORE(st, cpu ? &c->y : &c->x, 1);                                                     \
            asm volatile(between ::: "memory");                                                    \
            STORE(st, cpu ? &c->x : &c->y, 2);                                                     \
        }                                                                                          \
    }                                                                                              \
    static void iriw_##name(int cpu, Cell *c, u32 *s0, u32 *s1)                                    \
    {                                                                                              \
        if (cpu < 2) {                                                                             \
            STORE(st, cpu ? &c->y : &c->x, 1);                                                     \
        } else {                                                                                   \
            *s0 = LOAD(ld, cpu & 1 ? &c->y : &c->x);                                               \
            asm volatile(between ::: "memory");                                                    \
            *s1 = LOAD(ld, cpu & 1 ? &c->x : &c->y);                                               \
        }                                                                                          \
    }

BODIES(plain, "ldr", "str", "")
BODIES(dmb, "ldr", "str", "dmb ish")
BODIES(acqrel, "ldar", "stlr", "")

/* The outcome that sequential consistency forbids. */
static int mp_weak(int i)
{
    return seen[1][0][i] == 1 && seen[1][1][i] == 0;
}

static int sb_weak(int i)
{
    return seen[0][0][i] == 0 && seen[1][0][i] == 0;
}

static int lb_weak(int i)
{
    return seen[0][0][i] == 1 && seen[1][0][i] == 1;
}

static int ww_weak(int i)
{
    return cell[i].x == 1 && cell[i].y == 1;
}

static int iriw_weak(int i)
{
    return seen[2][0][i] == 1 && seen[2][1][i] == 0 && seen[3][0][i] == 1 && seen[3][1][i] == 0;
}

typedef void Body(int cpu, Cell *c, u32 *s0, u32 *s1);

static const struct {
    const char *name;
    int cpus;
    int (*weak)(int i);
    Body *body[3];
} tests[] = {
    { "MP", 2, mp_weak, { mp_plain, mp_dmb, mp_acqrel } },
    { "SB", 2, sb_weak, { sb_plain, sb_dmb, sb_acqrel } },
    { "LB", 2, lb_weak, { lb_plain, lb_dmb, lb_acqrel } },
    { "2+2W", 2, ww_weak, { ww_plain, ww_dmb, ww_acqrel } },
    { "IRIW", 4, iriw_weak, { iriw_plain, iriw_dmb, iriw_acqrel } },
};
static const char *const kinds[] = { "plain", "dmb", "acqrel" };

static void put_number(u64 n)
{
    char text[24], *p = text + 23;

    *p = 0;
    do {
        *--p = '0' + n % 10;
    } while (n /= 10);
    uart_text(p);
}

static void meet(u32 cpus)
{
    u32 now = __atomic_load_n(&phase[cpus], __ATOMIC_ACQUIRE);

    if (__atomic_add_fetch(&arrived[cpus], 1, __ATOMIC_ACQ_REL) == cpus) {
        arrived[cpus] = 0;
        __atomic_store_n(&phase[cpus], now + 1, __ATOMIC_RELEASE);
    }
    while (__atomic_load_n(&phase[cpus], __ATOMIC_ACQUIRE) == now) {
        asm volatile("yield");
    }
}

/* Before each cell the CPUs wait for each other, so that they reach it within nanoseconds. */
static void meet_at(int cpu, int cpus, int i, u32 stamp)
{
    *(volatile u32 *)&at[cpu][i] = stamp;
    for (int other = 0; other < cpus; other++) {
        for (u32 n = 1; *(volatile u32 *)&at[other][i] != stamp; n++) {
            if (n % 4096 == 0) {
                asm volatile("yield");
            }
        }
    }
}

static u32 one_round(int cpu, u32 cpus, u32 stamp, Body *body, int (*weak)(int))
{
    u32 n = 0;

    for (int i = 0; cpu == 0 && i < CELLS; i++) {
        cell[i].x = cell[i].y = 0;
    }
    meet(cpus);
    for (int i = 0; i < CELLS; i++) {
        meet_at(cpu, cpus, i, stamp);
        body(cpu, &cell[i], &seen[cpu][0][i], &seen[cpu][1][i]);
    }
    meet(cpus);
    for (int i = 0; cpu == 0 && i < CELLS; i++) {
        n += weak(i);
    }
    return n;
}

static void mmu_on(void)
{
    u64 sctlr;

    asm volatile("msr mair_el1, %0" : : "r"(0xff00ul)); /* 0: device, 1: normal, write-back */
    asm volatile("msr tcr_el1, %0" : : "r"(25ul | 1 << 8 | 1 << 10 | 3 << 12 | 1 << 23));
    asm volatile("msr ttbr0_el1, %0; isb" : : "r"(table));
    asm volatile("mrs %0, sctlr_el1" : "=r"(sctlr));
    asm volatile("msr sctlr_el1, %0; isb" : : "r"(sctlr | 1 | 4));
}

static u64 psci(u64 fn, u64 a, u64 b, u64 c)
{
    register u64 x0 asm("x0") = fn, x1 asm("x1") = a, x2 asm("x2") = b, x3 asm("x3") = c;

    asm volatile("hvc 0" : "+r"(x0) : "r"(x1), "r"(x2), "r"(x3) : "memory");
    return x0;
}

void _start(void);

/* x0 of CPU 0 is 0, of the others what CPU_ON passed. */
void run(int cpu)
{
    if (cpu == 0) {
        table[0] = 0x401; /* 1 GiB each, accessed: device, then normal */
        table[1] = 0x40000000 | 0x705;
        for (int n = 1; n < 4; n++) {
            psci(0xc4000003, n, (u64)_start, n);
        }
    }
    mmu_on();
    for (unsigned t = 0; t < sizeof(tests) / sizeof(tests[0]); t++) {
        if (cpu == 0) {
            __atomic_store_n(&current, t, __ATOMIC_RELEASE);
            asm volatile("dsb ish\n sev");
        }
        while (__atomic_load_n(&current, __ATOMIC_ACQUIRE) < t) {
            asm volatile("wfe"); /* asleep: the host may have two CPUs */
        }
        for (int k = 0; k < 3 && cpu < tests[t].cpus; k++) {
            u64 n = 0;
            for (u32 r = 0; r < rounds; r++) {
                u32 stamp = (t * 3 + k) * rounds + r + 1; /* the same on all CPUs */
                n += one_round(cpu, tests[t].cpus, stamp, tests[t].body[k], tests[t].weak);
            }
            if (cpu == 0) {
                uart_text(tests[t].name);
                uart_text(" ");
                uart_text(kinds[k]);
                uart_text(" ");
                put_number(n);
                uart_text(" ");
                put_number((u64)rounds * CELLS);
                uart_text("\n");
            }
        }
    }
    __atomic_add_fetch(&done, 1, __ATOMIC_ACQ_REL);
    while (cpu == 0 && __atomic_load_n(&done, __ATOMIC_ACQUIRE) != 4) {
        asm volatile("yield");
    }
    if (cpu == 0) {
        psci(0x84000008, 0, 0, 0);
    }
    for (;;) {
        asm volatile("wfi");
    }
}

asm(".section .text.start, \"ax\"\n"
    ".global _start\n"
    "_start: and x0, x0, #3\n"
    "mrs x1, mpidr_el1\n"
    "and x0, x1, #3\n"
    "adrp x1, stacks + 2048\n"
    "add x1, x1, :lo12:stacks + 2048\n"
    "add x1, x1, x0, lsl #11\n"
    "mov sp, x1\n"
    "b run\n");
