/* SPDX-License-Identifier: MIT */
/* Integer work in registers and small tables. */
#include <stdlib.h>

#include "bench.h"

static void quicksort(uint32_t *a, long n)
{
    while (n > 12) {
        uint32_t pivot = a[n / 2];
        long i = 0, j = n - 1;

        while (i <= j) {
            while (a[i] < pivot) {
                i++;
            }
            while (a[j] > pivot) {
                j--;
            }
            if (i <= j) {
                uint32_t t = a[i];
                a[i++] = a[j];
                a[j--] = t;
            }
        }
        quicksort(a, j + 1);
        a += i;
        n -= i;
    }
    for (long i = 1; i < n; i++) {
        uint32_t v = a[i];
        long j = i;
        for (; j > 0 && a[j - 1] > v; j--) {
            a[j] = a[j - 1];
        }
        a[j] = v;
    }
}

static uint64_t sort(unsigned long n)
{
    enum { LEN = 20000 };
    static uint32_t a[LEN];
    uint64_t seed = 1, sum = 0;

    while (n--) {
        for (int i = 0; i < LEN; i++) {
            a[i] = next_random(&seed);
        }
        quicksort(a, LEN);
        sum = sum * 31 + a[LEN / 3];
    }
    return sum;
}

static uint64_t hash(unsigned long n)
{
    enum { BITS = 14, SLOTS = 1 << BITS };
    static uint64_t keys[SLOTS], counts[SLOTS];
    uint64_t seed = 7, found = 0;

    while (n--) {
        uint64_t key = next_random(&seed) >> 51 | 1;
        uint64_t slot = key * 0x9e3779b97f4a7c15 >> (64 - BITS);

        while (keys[slot] && keys[slot] != key) {
            slot = (slot + 1) & (SLOTS - 1);
        }
        keys[slot] = key;
        found += ++counts[slot];
    }
    return found;
}

static uint64_t crc(unsigned long n)
{
    static uint32_t table[256];
    static uint8_t text[4096];
    uint32_t sum = ~0u;

    for (unsigned i = 0; i < 256; i++) {
        uint32_t c = i;
        for (int k = 0; k < 8; k++) {
            c = c & 1 ? 0xedb88320 ^ c >> 1 : c >> 1;
        }
        table[i] = c;
    }
    while (n--) {
        for (size_t i = 0; i < sizeof(text); i++) {
            sum = table[(sum ^ text[i]) & 0xff] ^ sum >> 8;
        }
    }
    return sum;
}

__attribute__((optimize("no-tree-vectorize"))) static uint64_t matmul(unsigned long n)
{
    enum { N = 48 };
    static int32_t a[N][N], b[N][N], c[N][N];
    uint64_t sum = 0;

    for (int i = 0; i < N * N; i++) {
        a[i / N][i % N] = i * 7;
        b[i / N][i % N] = i * 13 - 5;
    }
    while (n--) {
        for (int i = 0; i < N; i++) {
            for (int j = 0; j < N; j++) {
                int32_t s = 0;
                for (int k = 0; k < N; k++) {
                    s += a[i][k] * b[k][j];
                }
                c[i][j] = s;
            }
        }
        a[n % N][3] += c[5][n % N];
        sum += (uint32_t)c[7][9];
    }
    return sum;
}

/* Words, numbers and strings in a text: a switch on the state for each byte. */
static uint64_t state(unsigned long n)
{
    static const char text[] =
        "let x1 = 42 + foo(\"a b\\\"c\", 0x1f) /* note */ ; y <- 3.14e-2 !! ";
    enum { SPACE, WORD, NUMBER, STRING, ESCAPE, MARK } s = SPACE;
    uint64_t counts[6] = { 0 };

    while (n--) {
        for (const char *p = text; *p; p++) {
            switch (s) {
            case STRING:
                s = *p == '\\' ? ESCAPE : *p == '"' ? SPACE : STRING;
                break;
            case ESCAPE:
                s = STRING;
                break;
            case NUMBER:
                if ((*p >= '0' && *p <= '9') || *p == '.' || *p == 'e' || *p == 'x') {
                    break;
                }
                /* fall through */
            case WORD:
                if (s == WORD && ((*p | 32) >= 'a' && (*p | 32) <= 'z')) {
                    break;
                }
                /* fall through */
            default:
                s = *p == '"'                              ? STRING
                    : *p == ' '                            ? SPACE
                    : *p >= '0' && *p <= '9'               ? NUMBER
                    : (*p | 32) >= 'a' && (*p | 32) <= 'z' ? WORD
                                                           : MARK;
            }
            counts[s]++;
        }
    }
    return counts[WORD] * 3 + counts[NUMBER] * 5 + counts[STRING] * 7 + counts[MARK];
}

static uint64_t bits(unsigned long n)
{
    uint64_t x = 0x123456789abcdef, sum = 0;

    while (n--) {
        x = (x << 13 | x >> 51) * 5 + 0xe6546b64;
        sum += x > sum ? __builtin_clzll(x | 1) : x & 0xff;
        sum ^= (x >> 7 & 0x1ff) << (x & 15);
        sum = (int64_t)sum < (int64_t)x ? sum + (uint32_t)x : sum - (x >> 40);
    }
    return sum;
}

static uint64_t muldiv(unsigned long n)
{
    uint64_t a = 0x9e3779b97f4a7c15, sum = 0;

    while (n--) {
        uint64_t high = (unsigned __int128)a * 0xd6e8feb86659fd93 >> 64;
        a = a * 0x5851f42d4c957f2d + 0x14057b7ef767814f;
        sum += high / ((a >> 40) | 1);
        sum ^= a % 1000003;
    }
    return sum;
}

static uint64_t chase(unsigned long n)
{
    enum { LEN = 1 << 20 };
    static uint32_t *next;
    uint64_t seed = 3;
    uint32_t at = 0;

    if (!next) { /* one cycle through all of it (Sattolo) */
        next = malloc(LEN * sizeof(*next));
        for (uint32_t i = 0; i < LEN; i++) {
            next[i] = i;
        }
        for (uint32_t i = LEN - 1; i > 0; i--) {
            uint32_t j = next_random(&seed) % i, t = next[i];
            next[i] = next[j];
            next[j] = t;
        }
    }
    while (n--) {
        at = next[at];
    }
    return at;
}

static uint64_t chase_small(unsigned long n)
{
    static void *ring[1024];
    void **at = ring;

    for (int i = 0; i < 1024; i++) {
        ring[i] = &ring[(i * 5 + 1) & 1023];
    }
    while (n--) {
        at = *at;
        at = *at;
        at = *at;
        at = *at;
    }
    return at - ring;
}

const Group integer_group = { "integer", (const Kernel[]){ { "sort", sort, 150 },
                                                           { "hash", hash, 35000000 },
                                                           { "crc", crc, 20000 },
                                                           { "matmul", matmul, 1000 },
                                                           { "state", state, 600000 },
                                                           { "bits", bits, 70000000 },
                                                           { "muldiv", muldiv, 25000000 },
                                                           { "chase", chase, 3000000 },
                                                           { "chase-small", chase_small, 30000000 },
                                                           { 0 } } };
