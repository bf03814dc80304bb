/* SPDX-License-Identifier: MIT */
/*
 * The guest of the instruction tests: runs each test of the generated list from every variant's
 * state and prints its number and digest. No library; the environment gives isa_puts and exit.
 */
#include "isa-state.h"

typedef struct IsaStub {
    uint32_t insn, ret;
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

static void print_state(const char *title)
{
    isa_puts(title);
    for (unsigned i = 0; i < 32; i++) {
        print_reg("v", i, state.v[i][1], state.v[i][0]);
    }
    for (unsigned i = 0; i < 30; i++) {
        print_reg("x", i, 0, state.x[i]);
    }
    print_reg("n", 0, state.nzcv, state.fpsr & 0x0800009f);
}
#endif

static uint64_t run(const IsaStub *stub, unsigned kind)
{
    uint64_t h = 0;

    for (unsigned i = 0; i < ISA_VARIANTS; i++) {
        isa_state_init(&state, stub->insn, i, kind);
        isa_exec(&state, stub);
#ifdef ISA_VERBOSE
        print_reg("@", i, 0, 0);
        print_state("after\n");
#endif
        h = isa_digest(h, &state, kind);
    }
    return h;
}

int isa_main(void)
{
    char line[32], *p;

    for (unsigned i = 0; i < isa_count; i++) {
        p = put_hex(line, isa_stubs[i].insn, 8);
        *p++ = ' ';
        p = put_hex(p, run(&isa_stubs[i], isa_kinds[i]), 16);
        *p++ = '\n';
        *p = 0;
        isa_puts(line);
    }
    return 0;
}
