/* SPDX-License-Identifier: MIT */
/* Memory and strings; the functions are those of the guest's C library. */
#include <stdlib.h>
#include <string.h>

#include "bench.h"

static char from[1 << 16], to[1 << 16];

static uint64_t copy_large(unsigned long n)
{
    while (n--) {
        char *p = to;
        from[n & 0xffff]++;
        memcpy(p, from, sizeof(to));
        OPAQUE(p);
    }
    return to[5] + to[77];
}

static uint64_t set_large(unsigned long n)
{
    while (n--) {
        char *p = to;
        memset(p, n, sizeof(to));
        OPAQUE(p);
    }
    return to[99];
}

static uint64_t copy_small(unsigned long n)
{
    uint64_t sum = 0;

    while (n--) {
        size_t len = 3 + (n * 7 & 61);
        char *p = to + (n & 15);
        OPAQUE(len);
        memcpy(p, from + (n & 31), len);
        OPAQUE(p);
        sum += p[0] + len;
    }
    return sum;
}

static uint64_t strings(unsigned long n)
{
    static char a[64][80], b[80];
    uint64_t sum = 0;

    for (int i = 0; i < 64; i++) {
        memset(a[i], 'a' + i % 7, 10 + i);
        a[i][10 + i] = 0;
    }
    memset(b, 'c', 60);
    while (n--) {
        char *s = a[n & 63];
        OPAQUE(s);
        sum += strlen(s) + (strcmp(s, b) > 0) + (strchr(s, 'z') == NULL);
        s[3] = s[3] == 'q' ? 'c' : s[3];
    }
    return sum;
}

static uint64_t stream(unsigned long n)
{
    enum { LEN = 1 << 20 };
    static double *a, *b, *c;

    if (!a) {
        a = calloc(LEN, sizeof(*a));
        b = calloc(LEN, sizeof(*b));
        c = calloc(LEN, sizeof(*c));
    }
    while (n--) {
        uint64_t *x = (uint64_t *)a, *y = (uint64_t *)b, *z = (uint64_t *)c;
        OPAQUE(x);
        for (long i = 0; i < LEN; i++) {
            x[i] = y[i] + z[i] + n;
        }
    }
    return ((uint64_t *)a)[LEN / 2];
}

static uint64_t random_access(unsigned long n)
{
    enum { LEN = 1 << 23 };
    static uint64_t *a;
    uint64_t seed = 11, sum = 0;

    if (!a) {
        a = malloc(LEN * sizeof(*a));
        for (long i = 0; i < LEN; i++) {
            a[i] = i;
        }
    }
    while (n--) {
        sum += a[next_random(&seed) >> 41];
    }
    return sum;
}

const Group memory_group = { "memory", (const Kernel[]){ { "memcpy-64K", copy_large, 30000 },
                                                         { "memset-64K", set_large, 50000 },
                                                         { "memcpy-small", copy_small, 6000000 },
                                                         { "strings", strings, 2000000 },
                                                         { "stream", stream, 75 },
                                                         { "random", random_access, 3000000 },
                                                         { 0 } } };
