/* SPDX-License-Identifier: MIT */
/*
 * The guest of the instruction tests: runs each test of the generated list from every variant's
 * state and prints its number and digest. No library: the environment (guest-user.c, guest-bare.S)
 * gives isa_puts and isa_exec, which runs one test at EL0 until it raises an exception.
 */
#include "isa-state.h"

typedef struct IsaStub {
    uint32_t words[ISA_STUB_WORDS]; /* up to the first 0, which is UDF */
} IsaStub;

/* Generated. */
extern const IsaStub isa_stubs[];
extern const uint8_t isa_kinds[];
extern const uint32_t isa_count;

void isa_exec(IsaState *s, const void *stub);
void isa_puts(const char *s);
int isa_main(void);

static char *put_hex(char *p, uint64_t v, unsigned digits)
{
    while (digits--) {
        *p++ = "0123456789abcdef"[v >> (4 * digits) & 15];
    }
    return p;
}

static IsaState state;

#ifdef ISA_VERBOSE
static void print_reg(const char *name, unsigned n, uint64_t hi, uint64_t lo)
{
    char line[64], *p = line;

    *p++ = name[0];
    p = put_hex(p, n, 2);
    *p++ = ' ';
    p = put_hex(p, hi, 16);
    p = put_hex(p, lo, 16);
    *p++ = '\n';
    *p = 0;
    isa_puts(line);
}

static void print_memory(void)
{
    uint64_t h = 0;

    for (unsigned i = 0; i < ISA_BUF_SIZE / 8; i++) {
        h = isa_mix(h, ((volatile uint64_t *)ISA_BUF_ADDR)[i]);
    }
    print_reg("m", 0, 0, h);
}

static void print_state(const char *title, unsigned kind)
{
    isa_puts(title);
    for (unsigned i = 0; i < 32; i++) {
        print_reg("v", i, state.v[i][1], state.v[i][0]);
    }
    for (unsigned i = 0; i < 31; i++) {
        print_reg("x", i, 0, state.x[i]);
    }
    print_reg("sp", 0, 0, state.sp);
    print_reg("n", 0, state.nzcv & 0xf0000000, state.fpsr & 0x0800009f);
    print_reg("c", 0, 0, state.fpcr & 0x07c80000);
    print_reg("pc", state.signal, isa_fault_page(&state), state.pc);
    if (kind & ISA_MEM) {
        print_memory();
    }
}
#endif

/* The instruction that the test is about is its last one. */
static void init_state(const IsaStub *stub, unsigned variant, unsigned kind)
{
    unsigned n = 1;

    while (n < ISA_STUB_WORDS && stub->words[n]) {
        n++;
    }
    isa_state_init(&state, stub->words[n - 1], n > 1 ? stub->words[0] : 0, variant, kind);
}

static uint64_t run(const IsaStub *stub, unsigned kind)
{
    uint64_t h = 0;

    for (unsigned i = 0; i < ISA_VARIANTS; i++) {
        init_state(stub, i, kind);
#ifdef ISA_VERBOSE
        print_reg("@", i, 0, 0);
        print_state("before\n", kind);
#endif
        isa_exec(&state, stub);
        state.pc -= (uintptr_t)stub;
#ifdef ISA_VERBOSE
        print_state("after\n", kind);
#endif
        h = isa_digest(h, &state, kind);
    }
    return h;
}

int isa_main(void)
{
    char line[32], *p;

    for (unsigned i = 0; i < isa_count; i++) {
        p = put_hex(line, i, 8);
        *p++ = ' ';
        p = put_hex(p, run(&isa_stubs[i], isa_kinds[i]), 16);
        *p++ = '\n';
        *p = 0;
        isa_puts(line);
    }
    return 0;
}
