/* SPDX-License-Identifier: MIT */
/* The CPU's cycle counter and its interrupt, by way of perf_event_open. */
#include <linux/perf_event.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static int open_event(uint32_t type, uint64_t config, uint64_t period, int user_only)
{
    struct perf_event_attr attr;

    memset(&attr, 0, sizeof(attr));
    attr.size = sizeof(attr);
    attr.type = type;
    attr.config = config;
    attr.disabled = 1;
    attr.exclude_kernel = user_only;
    attr.exclude_hv = 1;
    attr.sample_period = period;
    attr.sample_type = period ? PERF_SAMPLE_IP : 0;
    attr.wakeup_events = period ? 1 : 0;
    return syscall(SYS_perf_event_open, &attr, 0, -1, -1, 0);
}

static uint64_t now_ns(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000000ull + t.tv_nsec;
}

static void spin_ms(unsigned ms)
{
    uint64_t end = now_ns() + ms * 1000000ull;

    while (now_ns() < end) {
    }
}

static void kernel_work(void)
{
    for (int i = 0; i < 20000; i++) {
        syscall(SYS_getppid);
    }
}

/* Counts cycles of @work; returns their number and the time that passed in *ns. */
static uint64_t count(int fd, void (*work)(void), uint64_t *ns)
{
    uint64_t value = 0, start = now_ns();

    ioctl(fd, PERF_EVENT_IOC_RESET, 0);
    ioctl(fd, PERF_EVENT_IOC_ENABLE, 0);
    work();
    ioctl(fd, PERF_EVENT_IOC_DISABLE, 0);
    *ns = now_ns() - start;
    if (read(fd, &value, sizeof(value)) != sizeof(value)) {
        return 0;
    }
    return value;
}

static void spin(void)
{
    spin_ms(100);
}

static void check(const char *what, int good, uint64_t a, uint64_t b)
{
    printf("%s: %s", what, good ? "ok\n" : "");
    if (!good) {
        printf("%llu %llu\n", (unsigned long long)a, (unsigned long long)b);
    }
}

static void cycles(void)
{
    int all = open_event(PERF_TYPE_HARDWARE, PERF_COUNT_HW_CPU_CYCLES, 0, 0);
    int user = open_event(PERF_TYPE_HARDWARE, PERF_COUNT_HW_CPU_CYCLES, 0, 1);
    int raw = open_event(PERF_TYPE_RAW, 0x11, 0, 0);
    uint64_t ns, n;

    printf("open: %s\n", all >= 0 && user >= 0 && raw >= 0 ? "ok" : "failed");
    n = count(all, spin, &ns);
    check("cycles are nanoseconds", n > ns * 7 / 10 && n <= ns, n, ns);
    n = count(raw, spin, &ns);
    check("the same by an event counter", n > ns * 7 / 10 && n <= ns, n, ns);
    n = count(user, spin, &ns);
    check("most of them are the program's", n > ns / 2 && n <= ns, n, ns);
    n = count(user, kernel_work, &ns);
    check("the kernel's are not", n < ns * 8 / 10 && n > 0, n, ns);
}

/* A sample each 5 million cycles, by overflow interrupts; a busy host may be late with them. */
static void sampling(void)
{
    static const uint64_t period = 5000000;
    int fd = open_event(PERF_TYPE_HARDWARE, PERF_COUNT_HW_CPU_CYCLES, period, 0);
    size_t page = sysconf(_SC_PAGESIZE), size = page * 17;
    struct perf_event_mmap_page *ring = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    uint64_t at, n = 0, inside = 0, ns, total;

    if (ring == MAP_FAILED) {
        printf("no ring\n");
        return;
    }
    total = count(fd, spin, &ns);
    for (at = ring->data_tail; at < ring->data_head;) {
        struct perf_event_header *h = (void *)((char *)ring + page + at % (page * 16));

        if (h->type == PERF_RECORD_SAMPLE) {
            n++;
            inside += *(uint64_t *)(h + 1) < UINT64_C(1) << 48;
        }
        at += h->size;
    }
    check("samples", n >= 2 && n <= total / period + 2, n, total);
    check("most of them in the program", inside * 2 > n, inside, n);
}

int main(void)
{
    setvbuf(stdout, NULL, _IONBF, 0);
    printf("instructions: %s\n",
           open_event(PERF_TYPE_HARDWARE, PERF_COUNT_HW_INSTRUCTIONS, 0, 0) < 0 ? "none" : "some");
    cycles();
    sampling();
    return 0;
}
