/* SPDX-License-Identifier: MIT */
/*
 * Memory copy and set (FEAT_MOPS) at EL1: every option with random registers, sizes and overlaps
 * against loops; faults in the middle, and going on after them; unprivileged accesses; the
 * exception of a mismatch; interrupts. A line on the UART for each part, "copy ok", or the number
 * of the check (digits reversed) that failed first.
 */
#include "program.h"

#ifndef ROUNDS
#define ROUNDS 30 /* cases of each option */
#endif
#define WINDOW     0x42000000ul
#define PAGES      8u
#define SIZE       (PAGES * 4096ul)
#define SHADOW     0x42400000ul
#define GICD       0x08000000ul
#define GICC       0x08010000ul
#define PAGE_VALID 0x703ul /* inner shareable, AF */
#define PAGE_EL0   0x40ul

#define REG(addr) (*(volatile u32 *)(addr))
#define READ(reg)                                                                                  \
    ({                                                                                             \
        u64 v_;                                                                                    \
        asm volatile("mrs %0, " #reg : "=r"(v_)::"memory");                                        \
        v_;                                                                                        \
    })
#define WRITE(reg, val) asm volatile("msr " #reg ", %0\n isb" ::"r"((u64)(val)) : "memory")

/* What run() loads and saves; the exception handler looks at it, too. */
struct state {
    u64 x[29], nzcv;
} s;
u64 table1[512] __attribute__((aligned(4096))), table2[512] __attribute__((aligned(4096)));
u64 table3[512] __attribute__((aligned(4096)));
u32 code[8] __attribute__((aligned(64)));
static u64 esr, far, elr, at_fault[29], faults, irqs, seed = 1;
static u64 repair; /* page to make accessible on a fault; 0: go on at the end of the code */
u64 stack[1024] __attribute__((aligned(16)));

void run(struct state *s, const u32 *code);
asm(".section .text.start, \"ax\"\n .global _start\n"
    "_start: adr x0, stack + 8192\n mov sp, x0\n adr x0, vectors\n msr vbar_el1, x0\n"
    "mov x0, #3 << 20\n msr cpacr_el1, x0\n bl main\n"
    "run:\n" PUSH_CALLEE_SAVED
    "msr tpidr_el1, x0\n mov x30, x1\n adr x29, 1f\n ldr x1, [x0, #232]\n msr nzcv, x1\n"
    ".irp n, 1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28\n"
    "ldr x\\n, [x0, #\\n * 8]\n .endr\n ldr x0, [x0]\n br x30\n"
    "1: msr tpidr_el0, x0\n mrs x0, tpidr_el1\n"
    ".irp n, 1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28\n"
    "str x\\n, [x0, #\\n * 8]\n .endr\n mrs x1, tpidr_el0\n str x1, [x0]\n"
    "mrs x1, nzcv\n str x1, [x0, #232]\n" POP_CALLEE_SAVED " ret\n"
    ".macro pair a, b\n stp x\\a, x\\b, [sp, #\\a * 8]\n .endm\n"
    ".macro enter fn\n .balign 128\n sub sp, sp, #256\n"
    "pair 0, 1\n pair 2, 3\n pair 4, 5\n pair 6, 7\n pair 8, 9\n pair 10, 11\n pair 12, 13\n"
    "pair 14, 15\n pair 16, 17\n pair 18, 19\n pair 20, 21\n pair 22, 23\n pair 24, 25\n"
    "pair 26, 27\n pair 28, 29\n str x30, [sp, #240]\n mov x0, sp\n b \\fn\n .endm\n"
    ".balign 2048\n vectors: .rept 4\n .balign 128\n b .\n .endr\n"
    "enter sync_entry\n enter irq_entry\n .balign 2048\n"
    "sync_entry: bl fault\n b leave\n irq_entry: bl irq\n"
    "leave: .irp n, 1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29\n"
    "ldr x\\n, [sp, #\\n * 8]\n .endr\n ldr x30, [sp, #240]\n ldr x0, [sp]\n"
    "add sp, sp, #256\n eret\n .text\n");

static u64 *entry_of(u64 addr)
{
    return &table3[addr >> 12 & 511];
}

static void map(u64 addr, u64 flags)
{
    *entry_of(addr) = flags ? (addr & ~4095ul) | flags : 0;
    asm volatile("dsb ish\n tlbi vmalle1\n dsb ish\n isb" ::: "memory");
}

void fault(u64 *x)
{
    esr = READ(esr_el1);
    far = READ(far_el1);
    elr = READ(elr_el1);
    faults++;
    for (u32 i = 0; i < 29; i++) {
        at_fault[i] = x[i];
    }
    if (repair) {
        map(repair, PAGE_VALID | PAGE_EL0);
    } else {
        WRITE(elr_el1, (u64)&code[3]);
    }
}

void irq(u64 *x)
{
    u32 id = REG(GICC + 12);

    irqs += READ(elr_el1) == (u64)&code[1];
    WRITE(cntv_ctl_el0, 0);
    REG(GICC + 16) = id;
}

static u64 random(u64 below)
{
    seed = seed * 6364136223846793005ul + 1442695040888963407ul;
    return (seed >> 33) % below;
}

/* --- one sequence --- */

enum { CPYF, CPY, SET };
static u32 rd, rs, rn, what;
static u64 to, from, size, data;

static u32 word(u32 stage, u32 opt)
{
    u32 w = 0x19000400 | rs << 16 | rn << 5 | rd;

    if (what == SET) {
        return w | 0xc00000 | stage << 14 | opt << 12;
    }
    return w | (what == CPY) << 26 | stage << 22 | opt << 12;
}

static void write_code(u32 opt)
{
    for (u32 i = 0; i < 3; i++) {
        code[i] = word(i, opt);
    }
    code[3] = 0xd61f03a0; /* br x29 */
    asm volatile("dc cvau, %0\n dsb ish\n ic ivau, %0\n dsb ish\n isb" ::"r"(code) : "memory");
}

static void choose_registers(void)
{
    rd = random(29);
    do {
        rn = random(29);
    } while (rn == rd);
    do {
        rs = random(what == SET ? 30 : 29);
    } while (rs == rn || rs == rd);
    rs = rs == 29 ? 31 : rs;
    for (u32 i = 0; i < 29; i++) {
        s.x[i] = random(1ul << 31) << 31 | random(1ul << 31);
    }
    s.nzcv = random(16) << 28;
    data = rs == 31 ? 0 : s.x[rs];
}

static u64 choose_size(void)
{
    switch (random(4)) {
    case 0:
        return random(20);
    case 1:
        return random(300);
    default:
        return random(3 * 4096);
    }
}

/* CPYF goes forwards, whatever that leads to: it is right where the destination is not inside. */
static void choose_areas(void)
{
    do {
        size = choose_size();
        to = WINDOW + random(SIZE - size);
        from = random(2) ? WINDOW + random(SIZE - size) : to + random(200) - 100;
    } while (from < WINDOW || from + size > WINDOW + SIZE ||
             (what == CPYF && to > from && to - from < size));
}

static int is_backward(void)
{
    return what == CPY && to > from && to - from < size;
}

static u8 *shadow(u64 addr)
{
    return (u8 *)(addr - WINDOW + SHADOW);
}

/* The window as it is in the shadow, and the shadow as it is to become. */
static void prepare(void)
{
    for (u64 i = 0; i < SIZE / 8; i++) {
        ((volatile u64 *)WINDOW)[i] = ((volatile u64 *)SHADOW)[i] += i + to;
    }
    s.x[rd] = to;
    s.x[rn] = size;
    if (what != SET) {
        s.x[rs] = from;
    }
    for (u64 i = 0; i < size; i++) {
        u64 at = is_backward() ? size - 1 - i : i;
        *(volatile u8 *)shadow(to + at) = what == SET ? data : *shadow(from + at);
    }
}

static u64 check(void)
{
    u64 moved = is_backward() ? 0 : size;
    struct state want = s;

    want.x[rd] = to + moved;
    want.x[rn] = 0;
    if (what != SET) {
        want.x[rs] = from + moved;
    }
    want.nzcv = 0;
    run(&s, code);
    for (u32 i = 0; i < 29; i++) {
        if (s.x[i] != want.x[i]) {
            return 1;
        }
    }
    for (u64 i = 0; i < SIZE / 8; i++) {
        if (((u64 *)WINDOW)[i] != ((u64 *)SHADOW)[i]) {
            return 2;
        }
    }
    return s.nzcv ? 3 : 0;
}

static u64 test_results(void)
{
    for (u32 i = 0; i < ROUNDS; i++) {
        for (u32 opt = 0; opt < (what == SET ? 4 : 16); opt++) {
            u64 wrong;

            choose_registers();
            choose_areas();
            write_code(opt);
            prepare();
            wrong = check();
            if (wrong) {
                return wrong;
            }
        }
    }
    return faults ? 4 : 0;
}

/* --- a page that is not there, or not for EL0 --- */

/* What is left of the copy by the registers when it faulted must begin in that page. */
static u64 check_fault(u64 page, int is_write)
{
    u64 left = at_fault[rn], back = is_backward();
    u64 at = (is_write ? at_fault[rd] : at_fault[rs]) + left - back;

    if (elr != (u64)&code[1] || esr >> 26 != 0x25 || (esr >> 6 & 1) != is_write) {
        return 5;
    }
    return at >> 12 != page >> 12 || far >> 12 != page >> 12 ? 6 : 0;
}

static u64 test_fault(u32 opt, u64 flags, int is_write)
{
    u64 page, wrong, first;

    choose_registers();
    do {
        choose_areas();
        first = is_write ? to : from;
        page = (first + 4096) & ~4095ul;
        /* One page only, and of one operand. */
    } while (page >= first + size ||
             (((is_write ? from : to) ^ page) >> 15 == 0 && what != SET &&
              (is_write ? from : to) < page + 4096 && (is_write ? from : to) + size > page));
    write_code(opt);
    prepare();
    map(page, flags);
    repair = page;
    faults = 0;
    wrong = check();
    repair = 0;
    map(page, PAGE_VALID | PAGE_EL0);
    return wrong ? wrong : faults != 1 ? 7 : check_fault(page, is_write);
}

static u64 test_faults(void)
{
    for (u32 i = 0; i < ROUNDS; i++) {
        u64 wrong;

        what = i % 3;
        wrong = test_fault(random(what == SET ? 4 : 16), 0, 1);
        wrong = wrong || what == SET ? wrong : test_fault(random(16), 0, 0);
        if (wrong) {
            return wrong;
        }
    }
    return 0;
}

static u64 test_unprivileged(void)
{
    for (u32 opt = 0; opt < 16; opt++) {
        u64 wrong = 0;

        what = opt & 8 ? CPY : CPYF;
        if (opt & 1) {
            wrong = test_fault(opt, PAGE_VALID, 1);
        }
        if (!wrong && (opt & 2)) {
            wrong = test_fault(opt, PAGE_VALID, 0);
        }
        what = SET;
        if (!wrong && (opt & 1)) {
            wrong = test_fault(opt & 3, PAGE_VALID, 1);
        }
        if (wrong) {
            return wrong;
        }
    }
    /* A page for EL1 alone is not touched otherwise. */
    map(WINDOW, PAGE_VALID);
    what = SET;
    choose_registers();
    to = WINDOW;
    size = 5000;
    write_code(2);
    prepare();
    faults = 0;
    return check() ? 8 : faults;
}

/* --- mismatches --- */

static u64 test_mismatches(void)
{
    for (u32 i = 0; i < 64; i++) {
        u32 opt = random(16), stage = 1 + (i & 1), carry = i & 1 ? i >> 1 & 1 : 1;
        u64 iss;

        what = random(3);
        opt &= what == SET ? 3 : 15;
        choose_registers();
        write_code(opt);
        s.x[rn] = -random(1000) - 10000;
        s.nzcv = carry << 29;
        iss = opt << 19 | (what == SET) << 24 | (stage == 2) << 18 | carry << 17 | 1 << 16 |
              rd << 10 | rs << 5 | rn;
        faults = 0;
        run(&s, &code[stage]);
        if (faults != 1 || elr != (u64)&code[stage]) {
            return 9;
        }
        if (esr != (0x27ul << 26 | 1 << 25 | iss)) {
            return 10;
        }
    }
    return 0;
}

/* --- interrupts --- */

static u64 test_interrupts(void)
{
    what = SET;
    choose_registers();
    write_code(0);
    REG(GICD) = 1;
    REG(GICD + 0x100) = 1u << 27;
    REG(GICC + 4) = 0xff;
    REG(GICC) = 1;
    for (u32 i = 0; i < 200 && !irqs; i++) {
        s.x[rd] = 0x44000000;
        s.x[rn] = 64 << 20;
        WRITE(cntv_tval_el0, 300 << i % 8); /* 5 to 600 microseconds */
        WRITE(cntv_ctl_el0, 1);
        asm volatile("msr daifclr, #2");
        run(&s, code);
        asm volatile("msr daifset, #2");
        if (s.x[rn] || s.x[rd] != 0x48000000) {
            return 11;
        }
    }
    for (u64 i = 0x44000000; i < 0x48000000; i += 1021) {
        if (*(volatile u8 *)i != (u8)data) {
            return 12;
        }
    }
    return irqs ? 0 : 13;
}

static void enable_mmu(void)
{
    table1[0] = 0x401; /* devices: a block of 1 GiB, AttrIndx 0 */
    table1[1] = (u64)table2 | 3;
    for (u64 i = 0; i < 512; i++) {
        table2[i] = (0x40000000 + (i << 21)) | 0x705;
    }
    table2[16] = (u64)table3 | 3; /* the window's */
    for (u64 i = 0; i < 512; i++) {
        table3[i] = (WINDOW + (i << 12)) | PAGE_VALID | PAGE_EL0 | 4;
    }
    WRITE(mair_el1, 0xff00);
    WRITE(tcr_el1, 25 | 1 << 23 | 2ul << 32 | 3 << 12 | 1 << 10 | 1 << 8);
    WRITE(ttbr0_el1, table1);
    WRITE(sctlr_el1, 0x30d00800 | 0x1005);
}

int main(void)
{
    enable_mmu();
    what = CPYF;
    uart_result("copy forwards", test_results());
    what = CPY;
    uart_result("copy", test_results());
    what = SET;
    uart_result("set", test_results());
    uart_result("faults", test_faults());
    uart_result("unprivileged", test_unprivileged());
    uart_result("mismatches", test_mismatches());
    uart_result("interrupts", test_interrupts());
    asm volatile("ldr x0, =0x84000008\n hvc #0");
    return 0;
}
