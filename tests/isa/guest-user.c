/* SPDX-License-Identifier: MIT */
/*
 * The runner as a Linux process. isa_exec() traps; the handler of the signal exchanges the
 * process's registers for those of the test, whose exception is the next signal, and exchanges them
 * back.
 */
#include "isa-state.h"

void isa_exec(IsaState *s, const void *stub);
void isa_puts(const char *s);
int isa_main(void);
void isa_start(void);
void isa_handler(int sig, const uint64_t *info, uint8_t *uc);

enum { SYS_WRITE = 64, SYS_EXIT = 93, SYS_SIGALTSTACK = 132, SYS_RT_SIGACTION = 134 };
enum { SA_SIGINFO = 4, SA_ONSTACK = 0x08000000, SA_NODEFER = 0x40000000 };

/* struct sigcontext of the kernel, with its first record (FPSIMD_MAGIC) */
typedef struct Context {
    uint64_t fault_address, x[31], sp, pc, pstate, pad;
    uint32_t magic, size, fpsr, fpcr;
    uint64_t v[32][2];
    uint32_t next_magic, next_size;
} Context;

enum { CONTEXT_OFFSET = 176 }; /* in struct ucontext */

static long syscall4(long n, long a, long b, long c, long d)
{
    register long x8 asm("x8") = n, x0 asm("x0") = a, x1 asm("x1") = b, x2 asm("x2") = c,
                     x3 asm("x3") = d;

    asm volatile("svc #0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3) : "memory");
    return x0;
}

static Context saved;
static IsaState *volatile current;
static const void *volatile current_stub;
static volatile bool running;

static void load_state(Context *c, const IsaState *s)
{
    for (unsigned i = 0; i < 32; i++) {
        c->v[i][0] = s->v[i][0];
        c->v[i][1] = s->v[i][1];
    }
    for (unsigned i = 0; i < 31; i++) {
        c->x[i] = s->x[i];
    }
    c->sp = s->sp;
    c->pc = (uintptr_t)current_stub;
    c->pstate = (c->pstate & ~0xf0000c00ull) | s->nzcv;
    c->fpcr = s->fpcr;
    c->fpsr = s->fpsr;
    c->next_magic = c->next_size = 0; /* or the SVE record would overwrite the registers */
}

static void store_state(IsaState *s, const Context *c)
{
    for (unsigned i = 0; i < 32; i++) {
        s->v[i][0] = c->v[i][0];
        s->v[i][1] = c->v[i][1];
    }
    for (unsigned i = 0; i < 31; i++) {
        s->x[i] = c->x[i];
    }
    s->sp = c->sp;
    s->pc = c->pc;
    s->nzcv = c->pstate & 0xf0000000;
    s->fpcr = c->fpcr;
    s->fpsr = c->fpsr;
}

static void copy(Context *to, const Context *from)
{
    for (unsigned i = 0; i < sizeof(Context) / 8; i++) {
        ((volatile uint64_t *)to)[i] = ((const uint64_t *)from)[i];
    }
}

void isa_handler(int sig, const uint64_t *info, uint8_t *uc)
{
    Context *c = (Context *)(uc + CONTEXT_OFFSET);

    if (!running) {
        copy(&saved, c);
        saved.next_magic = saved.next_size = 0;
        load_state(c, current);
    } else {
        store_state(current, c);
        current->signal = sig;
        current->fault = info[2];
        copy(c, &saved);
        c->pc += 4;
    }
    running = !running;
}

void isa_exec(IsaState *s, const void *stub)
{
    current = s;
    current_stub = stub;
    asm volatile("brk #0" ::: "memory");
}

void isa_puts(const char *s)
{
    long n = 0;

    while (s[n]) {
        n++;
    }
    syscall4(SYS_WRITE, 1, (long)s, n, 0);
}

static void set_up_signals(void)
{
    static const int signals[] = { ISA_SIGILL, ISA_SIGTRAP, ISA_SIGBUS, ISA_SIGSEGV };
    static uint8_t stack[65536] __attribute__((aligned(16)));
    const uint64_t alternate[3] = { (uintptr_t)stack, 0, sizeof(stack) };
    const uint64_t action[4] = { (uintptr_t)isa_handler, SA_SIGINFO | SA_ONSTACK | SA_NODEFER, 0,
                                 0 };

    syscall4(SYS_SIGALTSTACK, (long)alternate, 0, 0, 0);
    for (unsigned i = 0; i < sizeof(signals) / sizeof(signals[0]); i++) {
        syscall4(SYS_RT_SIGACTION, signals[i], (long)action, 0, 8);
    }
}

void isa_start(void)
{
    set_up_signals();
    isa_main();
    syscall4(SYS_EXIT, 0, 0, 0, 0);
}

asm(".global _start\n_start: b isa_start\n"
    ".section .isabuf, \"aw\", @nobits\n.skip 8192\n.text\n");
