/* SPDX-License-Identifier: MIT */
/*
 * Hardware breakpoints and watchpoints and single step, by ptrace on a child, as a debugger under
 * Linux would use them. Prints a line for what each stop shows.
 */
#include <elf.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

struct hw_state {
    uint32_t info, pad;
    struct {
        uint64_t addr;
        uint32_t ctrl, pad;
    } reg[16];
};

enum { ENABLED = 1, EL0 = 2 << 1, LOAD = 1 << 3, STORE = 2 << 3 };
#define BAS(mask) ((uint32_t)(mask) << 5)

static volatile uint64_t words[1024] __attribute__((aligned(4096)));
static volatile unsigned rounds;

__attribute__((noinline)) static void bump(void)
{
    __asm__ volatile("" ::: "memory");
    rounds++;
}

__attribute__((noinline)) static void touch(void)
{
    uint8_t *bytes = (uint8_t *)words;

    words[1] = 1; /* 8 */
    *(volatile uint8_t *)(bytes + 19) = 2;
    (void)words[3]; /* 24 */
    __asm__ volatile("stp %1, %1, [%0, #32]" ::"r"(bytes), "r"(7ull) : "memory");
    (void)*(volatile uint32_t *)(bytes + 52);
    __asm__ volatile("str q0, [%0]" ::"r"(bytes + 4088) : "memory");
}

static void child(void)
{
    ptrace(PTRACE_TRACEME, 0, 0, 0);
    raise(SIGSTOP);
    for (int i = 0; i < 3; i++) {
        bump();
    }
    touch();
    raise(SIGSTOP);
    _exit(rounds == 3 ? 17 : 1);
}

static void hw_set(pid_t pid, int type, unsigned n, uint64_t addr, uint32_t ctrl)
{
    struct hw_state s;
    struct iovec iov = { &s, sizeof(s) };

    if (ptrace(PTRACE_GETREGSET, pid, type, &iov)) {
        perror("PTRACE_GETREGSET");
        exit(1);
    }
    s.reg[n].addr = addr;
    s.reg[n].ctrl = ctrl;
    iov.iov_len = offsetof(struct hw_state, reg[n + 1]);
    if (ptrace(PTRACE_SETREGSET, pid, type, &iov)) {
        perror("PTRACE_SETREGSET");
        exit(1);
    }
}

static unsigned hw_count(pid_t pid, int type)
{
    struct hw_state s;
    struct iovec iov = { &s, sizeof(s) };

    ptrace(PTRACE_GETREGSET, pid, type, &iov);
    return s.info & 0xff;
}

static uint64_t pc_of(pid_t pid)
{
    struct user_regs_struct regs;
    struct iovec iov = { &regs, sizeof(regs) };

    ptrace(PTRACE_GETREGSET, pid, NT_PRSTATUS, &iov);
    return regs.pc;
}

/* Lets the child go on to its next stop; whether that is a trap, which is shown. */
static int go(pid_t pid, int request, const char *what)
{
    siginfo_t info;
    int status;

    ptrace(request, pid, 0, 0);
    waitpid(pid, &status, 0);
    if (!WIFSTOPPED(status) || WSTOPSIG(status) != SIGTRAP) {
        return 0;
    }
    ptrace(PTRACE_GETSIGINFO, pid, 0, &info);
    if (what) {
        uint64_t at = (uint64_t)info.si_addr;
        if (at >= (uint64_t)words && at < (uint64_t)words + sizeof(words)) {
            printf("%s: code %d, words+%ld\n", what, info.si_code, (long)(at - (uint64_t)words));
        } else {
            printf("%s: code %d, bump%+ld, pc%+ld\n", what, info.si_code,
                   (long)(at - (uint64_t)bump), (long)(pc_of(pid) - (uint64_t)bump));
        }
    }
    return 1;
}

static pid_t start(void)
{
    pid_t pid = fork();
    int status;

    if (!pid) {
        child();
    }
    waitpid(pid, &status, 0);
    return pid;
}

static void finish(pid_t pid)
{
    int status;

    do {
        ptrace(PTRACE_CONT, pid, 0, 0);
        waitpid(pid, &status, 0);
    } while (WIFSTOPPED(status));
    printf("exit %d\n", WEXITSTATUS(status));
}

/* One watchpoint; each access that it sees is stepped over without it. */
static void watch(const char *what, uint64_t addr, uint32_t ctrl)
{
    pid_t pid = start();

    hw_set(pid, NT_ARM_HW_WATCH, 0, addr, ctrl);
    while (go(pid, PTRACE_CONT, what)) {
        hw_set(pid, NT_ARM_HW_WATCH, 0, addr, 0);
        go(pid, PTRACE_SINGLESTEP, NULL);
        hw_set(pid, NT_ARM_HW_WATCH, 0, addr, ctrl);
    }
    finish(pid);
}

static void break_at_bump(void)
{
    pid_t pid = start();
    uint32_t on = ENABLED | EL0 | BAS(0xf);

    printf("%u breakpoints, %u watchpoints\n", hw_count(pid, NT_ARM_HW_BREAK),
           hw_count(pid, NT_ARM_HW_WATCH));
    hw_set(pid, NT_ARM_HW_BREAK, 5, (uint64_t)bump, on);
    while (go(pid, PTRACE_CONT, "break")) {
        hw_set(pid, NT_ARM_HW_BREAK, 5, (uint64_t)bump, on & ~ENABLED);
        go(pid, PTRACE_SINGLESTEP, "step");
        hw_set(pid, NT_ARM_HW_BREAK, 5, (uint64_t)bump, on);
    }
    finish(pid);
}

static void step_count(void)
{
    pid_t pid = start();
    unsigned n = 0;

    hw_set(pid, NT_ARM_HW_BREAK, 0, (uint64_t)bump, ENABLED | EL0 | BAS(0xf));
    go(pid, PTRACE_CONT, "break");
    hw_set(pid, NT_ARM_HW_BREAK, 0, (uint64_t)bump, 0);
    while (n < 40 && go(pid, PTRACE_SINGLESTEP, NULL)) {
        n++;
    }
    printf("%u steps\n", n);
    finish(pid);
}

int main(void)
{
    uint64_t base = (uint64_t)words;

    setvbuf(stdout, NULL, _IONBF, 0);
    break_at_bump();
    step_count();
    watch("word 1, stores", base + 8, ENABLED | EL0 | STORE | BAS(0xff));
    watch("word 1, loads", base + 8, ENABLED | EL0 | LOAD | BAS(0xff));
    watch("byte 19", base + 16, ENABLED | EL0 | LOAD | STORE | BAS(0x08));
    watch("bytes 16 to 18", base + 16, ENABLED | EL0 | LOAD | STORE | BAS(0x07));
    watch("word 3", base + 24, ENABLED | EL0 | LOAD | BAS(0xff));
    watch("half of a pair", base + 40, ENABLED | EL0 | STORE | BAS(0xf0));
    watch("word 52", base + 48, ENABLED | EL0 | LOAD | BAS(0x10));
    watch("across pages", base + 4088, ENABLED | EL0 | STORE | BAS(0xff));
    printf("done\n");
    return 0;
}
