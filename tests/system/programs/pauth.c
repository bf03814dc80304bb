/* SPDX-License-Identifier: MIT */
/* What a program sees of pointer authentication, branch targets and random numbers. */
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>

#define PROT_GUARDED 0x10 /* PROT_BTI */

static sigjmp_buf back;

static void on_signal(int signal, siginfo_t *info, void *context)
{
    (void)info, (void)context;
    siglongjmp(back, signal);
}

static uint64_t sign(uint64_t ptr, uint64_t modifier)
{
    asm("pacia %0, %1" : "+r"(ptr) : "r"(modifier));
    return ptr;
}

static uint64_t check(uint64_t ptr, uint64_t modifier)
{
    asm volatile("autia %0, %1" : "+r"(ptr) : "r"(modifier));
    return ptr;
}

/* The signal that calling @code gives; 0: it returned. */
static int call(uint64_t code)
{
    int signal = sigsetjmp(back, 1);

    if (!signal) {
        ((void (*)(void))code)();
    }
    return signal;
}

static int call_checked(uint64_t ptr, uint64_t modifier)
{
    int signal = sigsetjmp(back, 1);

    if (!signal) {
        ((void (*)(void))check(ptr, modifier))();
    }
    return signal;
}

static void nothing(void)
{
}

static void authentication(void)
{
    uint64_t ptr = (uintptr_t)nothing, modifiers = 0, kept = 0;

    for (uint64_t m = 0; m < 1000; m++) {
        uint64_t code = sign(ptr, m);
        modifiers += code != ptr;
        kept += check(code, m) == ptr;
    }
    printf("signed: %s, checked: %s\n", modifiers > 900 ? "yes" : "no",
           kept == 1000 ? "yes" : "no");
    printf("good: signal %d\n", call_checked(sign(ptr, 5), 5));
    printf("bad: signal %d\n", call_checked(sign(ptr, 5) ^ (1ull << 50), 5) != 0);
}

static void targets(void)
{
    static const uint32_t code[] = {
        0xd503245f, 0xd65f03c0,             /* bti c; ret */
        0xd503249f, 0xd65f03c0,             /* bti j; ret */
        0xd503233f, 0xd50323bf, 0xd65f03c0, /* paciasp; autiasp; ret */
        0xd503201f, 0xd65f03c0,             /* nop; ret */
    };
    char *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    memcpy(page, code, sizeof(code));
    __builtin___clear_cache(page, page + sizeof(code));
    for (int guarded = 0; guarded < 2; guarded++) {
        mprotect(page, 4096, PROT_READ | PROT_EXEC | (guarded ? PROT_GUARDED : 0));
        printf("%s: bti c %d, bti j %d, paciasp %d, nop %d\n", guarded ? "guarded" : "plain",
               call((uintptr_t)page), call((uintptr_t)page + 8), call((uintptr_t)page + 16),
               call((uintptr_t)page + 28));
    }
}

int main(void)
{
    struct sigaction act = { .sa_sigaction = on_signal, .sa_flags = SA_SIGINFO };
    unsigned long caps = getauxval(AT_HWCAP), caps2 = getauxval(AT_HWCAP2);
    uint64_t random, flags;

    for (int n = 0; n < 2; n++) {
        sigaction((int[]){ SIGILL, SIGSEGV }[n], &act, NULL);
    }
    sigaction(SIGBUS, &act, NULL);
    printf("paca %lu, pacg %lu, bti %lu, rng %lu, flagm2 %lu\n", caps >> 30 & 1, caps >> 31 & 1,
           caps2 >> 17 & 1, caps2 >> 16 & 1, caps2 >> 7 & 1);
    asm volatile("mrs %0, rndr\n\tmrs %1, nzcv" : "=r"(random), "=r"(flags)::"cc");
    printf("random: %s\n", random && !flags ? "yes" : "no");
    authentication();
    targets();
    return 0;
}
