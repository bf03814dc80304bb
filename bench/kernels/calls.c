/* SPDX-License-Identifier: MIT */
/* Calls, returns and indirect branches. */
#include "bench.h"

static __attribute__((noinline)) unsigned fib_of(unsigned n)
{
    return n < 2 ? n : fib_of(n - 1) + fib_of(n - 2);
}

static uint64_t fib(unsigned long n)
{
    uint64_t sum = 0;

    while (n--) {
        sum += fib_of(20 + n % 3);
    }
    return sum;
}

/* A stack machine with one computed goto an instruction. */
static uint64_t interp(unsigned long n)
{
    enum { PUSH, ADD, XOR, SHIFT, DUP, SWAP, LOOP, END };
    static const uint8_t code[] = { PUSH, 3,    ADD, DUP, SHIFT, XOR, PUSH,
                                    9,    SWAP, ADD, XOR, LOOP,  END };
    static const void *const label[] = {
        &&push, &&add, &&xor, &&shift, &&dup, &&swap, &&loop, &&end
    };
    uint64_t stack[16] = { 1, 2, 3, 4 }, *top = stack + 3;
    const uint8_t *pc = code;

#define NEXT goto *label[*pc++]
    NEXT;
push:
    *++top = *pc++;
    NEXT;
add:
    top--;
    top[0] += top[1];
    NEXT;
    xor : top--;
    top[0] ^= top[1];
    NEXT;
shift:
    top[0] = top[0] << 7 ^ top[0] >> 9;
    NEXT;
dup:
    top[1] = top[0];
    top++;
    NEXT;
swap : {
    uint64_t t = top[0];
    top[0] = top[-1];
    top[-1] = t;
    NEXT;
}
loop:
    if (--n) {
        top = stack + 3;
        stack[2] += top[0];
        pc = code;
    }
    NEXT;
end:
    return top[0] + stack[2];
#undef NEXT
}

typedef struct Shape Shape;
struct Shape {
    uint64_t (*area)(const Shape *s, uint64_t k);
    uint64_t a, b;
};

static uint64_t square(const Shape *s, uint64_t k)
{
    return s->a * s->a + k;
}

static uint64_t rectangle(const Shape *s, uint64_t k)
{
    return s->a * s->b ^ k;
}

static uint64_t triangle(const Shape *s, uint64_t k)
{
    return (s->a * s->b >> 1) + k;
}

static uint64_t nothing(const Shape *s, uint64_t k)
{
    return k;
}

static uint64_t vcall(unsigned long n)
{
    static uint64_t (*const kinds[])(const Shape *, uint64_t) = { square, rectangle, triangle,
                                                                  nothing };
    static Shape shapes[64];
    uint64_t seed = 5, sum = 0;

    for (int i = 0; i < 64; i++) {
        shapes[i] = (Shape){ kinds[next_random(&seed) >> 62], i + 1, i * 3 + 2 };
    }
    while (n--) {
        Shape *s = shapes;
        OPAQUE(s);
        for (int i = 0; i < 64; i++) {
            sum = s[i].area(&s[i], sum);
        }
    }
    return sum;
}

/* 1024 functions of a few instructions each, in an order that changes. */
#define F1(n)                                                                                      \
    static __attribute__((noinline)) uint64_t f##n(uint64_t x)                                     \
    {                                                                                              \
        return (x ^ 0x##n) * 3 + (x >> 5);                                                         \
    }
/* clang-format off */
#define EACH16(M, n) \
    M(n##0) M(n##1) M(n##2) M(n##3) M(n##4) M(n##5) M(n##6) M(n##7) \
    M(n##8) M(n##9) M(n##a) M(n##b) M(n##c) M(n##d) M(n##e) M(n##f)
#define EACH256(M, n) \
    EACH16(M, n##0) EACH16(M, n##1) EACH16(M, n##2) EACH16(M, n##3) \
    EACH16(M, n##4) EACH16(M, n##5) EACH16(M, n##6) EACH16(M, n##7) \
    EACH16(M, n##8) EACH16(M, n##9) EACH16(M, n##a) EACH16(M, n##b) \
    EACH16(M, n##c) EACH16(M, n##d) EACH16(M, n##e) EACH16(M, n##f)
/* clang-format on */
#define EACH1024(M) EACH256(M, 1) EACH256(M, 2) EACH256(M, 3) EACH256(M, 4)
#define NAME(n)     f##n,
EACH1024(F1)

static uint64_t functions(unsigned long n)
{
    static uint64_t (*const table[])(uint64_t) = { EACH1024(NAME) };
    uint64_t x = 1;

    while (n--) {
        for (unsigned i = 0; i < 1024; i++) {
            x = table[(i * 517 + n) & 1023](x);
        }
    }
    return x;
}

const Group calls_group = { "calls", (const Kernel[]){ { "fib", fib, 1000 },
                                                       { "interp", interp, 3500000 },
                                                       { "vcall", vcall, 500000 },
                                                       { "functions", functions, 15000 },
                                                       { 0 } } };
