/* SPDX-License-Identifier: MIT */
/* What enters the guest's kernel, and code that changes itself. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench.h"

static uint64_t getppid_calls(unsigned long n)
{
    while (n--) {
        syscall(SYS_getppid);
    }
    return 0;
}

static uint64_t forks(unsigned long n)
{
    uint64_t sum = 0;

    while (n--) {
        pid_t pid = fork();
        int status;

        if (pid == 0) {
            _exit(n & 63);
        }
        waitpid(pid, &status, 0);
        sum += WEXITSTATUS(status);
    }
    return sum;
}

static uint64_t execs(unsigned long n)
{
    uint64_t sum = 0;

    while (n--) {
        pid_t pid = fork();
        int status;

        if (pid == 0) {
            execl("/bin/busybox", "true", (char *)NULL);
            _exit(99);
        }
        waitpid(pid, &status, 0);
        sum += WEXITSTATUS(status);
    }
    return sum;
}

static uint64_t pipes(unsigned long n)
{
    int there[2], back[2];
    uint64_t sum = 0;
    char byte = 1;

    if (pipe(there) || pipe(back)) {
        return 1;
    }
    if (fork() == 0) {
        close(there[1]);
        while (read(there[0], &byte, 1) == 1) {
            byte++;
            if (write(back[1], &byte, 1) != 1) {
                break;
            }
        }
        _exit(0);
    }
    while (n--) {
        if (write(there[1], &byte, 1) != 1 || read(back[0], &byte, 1) != 1) {
            return 2;
        }
        sum += (unsigned char)byte;
    }
    for (int i = 0; i < 2; i++) {
        close(there[i]);
        close(back[i]);
    }
    wait(NULL);
    return sum;
}

static uint64_t faults(unsigned long n)
{
    enum { PAGES = 256 };
    uint64_t sum = 0;

    while (n--) {
        char *p =
            mmap(NULL, PAGES << 12, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        for (int i = 0; i < PAGES; i++) {
            p[i << 12] = i;
            sum += p[(i << 12) + 1];
        }
        munmap(p, PAGES << 12);
    }
    return sum;
}

static uint64_t files(unsigned long n)
{
    static char buf[4096];
    int fd = open("/tmp/bench", O_RDWR | O_CREAT | O_TRUNC, 0600);
    uint64_t sum = 0;

    while (n--) {
        buf[7] = n;
        if (pwrite(fd, buf, sizeof(buf), (n & 63) << 12) != sizeof(buf) ||
            pread(fd, buf, sizeof(buf), (n & 63) << 12) != sizeof(buf)) {
            return 1;
        }
        sum += buf[7];
    }
    close(fd);
    return sum;
}

/* A function of two instructions whose constant is written anew before each call. */
static uint64_t smc(unsigned long n)
{
    static uint32_t *code;
    uint64_t sum = 0;

    if (!code) {
        code = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1,
                    0);
        code[1] = 0xd65f03c0; /* ret */
    }
    while (n--) {
        code[0] = 0xd2800000 | (n & 0xffff) << 5; /* mov x0, #n */
        __builtin___clear_cache((char *)code, (char *)code + 8);
        sum += ((uint64_t(*)(void))code)();
    }
    return sum;
}

const Group system_group = { "system", (const Kernel[]){ { "getppid", getppid_calls, 60000 },
                                                         { "fork", forks, 400 },
                                                         { "exec", execs, 120 },
                                                         { "pipe", pipes, 2000 },
                                                         { "faults", faults, 60 },
                                                         { "files", files, 10000 },
                                                         { "smc", smc, 55000 },
                                                         { 0 } } };
