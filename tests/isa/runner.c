/* SPDX-License-Identifier: MIT */
/* Runs each test on pseudo-random registers and prints a hash of the state that it leaves. */
typedef unsigned long u64;
typedef unsigned int u32;
typedef unsigned char u8;

struct state {
    u64 x[31], sp, nzcv, pad;  /* 272 bytes */
    u64 q[64];                 /* 512 */
    u64 fpcr, fpsr, esr, pad2; /* from 784 */
};

extern const u32 tests[];
extern const u8 descs[];
extern const u32 n_tests;
void run(const void *entry, struct state *s);
u64 semihost(u64 op, const void *arg);
int main(void);
void setup_mmu(void);
void *memset(void *p, int c, u64 n);

#define BUF_SIZE 0x20000
#define HASHED   0x1000
static u8 buffer[BUF_SIZE] __attribute__((aligned(4096)));
static struct state st;
static u64 seed;
static u64 l1[512] __attribute__((aligned(4096)));

void *memset(void *p, int c, u64 n)
{
    u8 *b = p;

    while (n--) {
        *b++ = (u8)c;
    }
    return p;
}

/* A flat map of Normal memory, so that unaligned accesses work. */
void setup_mmu(void)
{
    for (u64 i = 0; i < 4; i++) {
        l1[i] = i << 30 | 0x701;
    }
    __asm__ volatile("msr mair_el1, %0; msr tcr_el1, %1; msr ttbr0_el1, %2; isb; "
                     "mrs x9, sctlr_el1; orr x9, x9, #1; msr sctlr_el1, x9; isb"
                     :
                     : "r"(0xfful), "r"(25ul | 1ul << 23 | 2ul << 32 | 0x3500ul), "r"(l1)
                     : "x9", "memory");
}

static u64 next(void)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return seed;
}

/* Half of the values are small, extreme or repeat. */
static u64 value(void)
{
    u64 r = next();

    switch (r & 15) {
    case 0:
        return 0;
    case 1:
        return ~0ul;
    case 2:
        return 1ul << 63;
    case 3:
        return 0x7ffffffffffffffful;
    case 4:
        return r >> 8 & 0xff;
    case 5:
        return 0x80000000ul;
    case 6:
        return 0xffffffff7ffffffful;
    case 7:
        return (u64)(long)(int)(r >> 20);
    default:
        return next();
    }
}

#ifdef FP
static const u64 fp_values[] = {
    0,
    1ul << 63,
    0x3ff0000000000000,
    0xbff0000000000000,
    0x7ff0000000000000,
    0xfff0000000000000,
    0x7ff8000000000001,
    0x7ff0000000000001,
    1,
    0x000fffffffffffff,
    0x0010000000000000,
    0x7fefffffffffffff,
    0x43e0000000000000,
    0x41dfffffffc00000,
    0x3fe0000000000000,
    0x3f8000003f800000,
    0x7f8000007f800001,
    0x7fc0000100800000,
    0x00000001807fffff,
    0x7f7fffffcf000000,
    0x4f0000003f000000,
    0x3c0080007c007e01,
    0x7c0103ff04007bff,
};
static u64 vec_value(void)
{
    u64 r = next();

    return r & 3 ? fp_values[(r >> 8) % (sizeof(fp_values) / 8)] ^ (r & 4 ? 0 : r >> 32 << 63)
                 : value();
}
#else
static u64 vec_value(void)
{
    return value();
}
#endif

static void print_hash(u32 index, u64 hash)
{
    static char text[40];
    char *p = text;

    for (int shift = 16; shift >= 0; shift -= 4) {
        *p++ = "0123456789abcdef"[index >> shift & 15];
    }
    *p++ = ' ';
    for (int shift = 28; shift >= 0; shift -= 4) {
        *p++ = "0123456789abcdef"[hash >> shift & 15];
    }
    *p++ = '\n';
    *p = 0;
    semihost(4, text);
}

static u64 mix(u64 h, u64 v)
{
    h = (h ^ v) * 0x9e3779b97f4a7c15ul;
    return h ^ h >> 29;
}

static u64 hash_all(int memory)
{
    u64 h = 1;
    const u64 *w = (const u64 *)&st;

    for (u32 i = 0; i < sizeof(st) / 8; i++) {
        h = mix(h, w[i]);
    }
    w = (const u64 *)(buffer + BUF_SIZE / 2 - HASHED / 2);
    for (u32 i = 0; memory && i < HASHED / 8; i++) {
        h = mix(h, w[i]);
    }
    return h;
}

int main(void)
{
    for (u32 i = 0; i < n_tests; i++) {
        int base = descs[i * 2], index = descs[i * 2 + 1];

        seed = 0x123456789abcdef1ul + i * 0x9e3779b97f4a7c15ul;
        for (int r = 0; r < 31; r++) {
            st.x[r] = value();
        }
        st.sp = 0x47000000 + (next() & 0xfff0);
        st.nzcv = next() & 0xf0000000;
        for (int r = 0; r < 64; r++) {
            st.q[r] = vec_value();
        }
        st.fpcr = 0;
#ifdef FP
        st.fpcr = next() & 3 ? 0 : next() & 0x03c00000;
#endif
        st.fpsr = 0;
        if (base != 255) {
            for (u32 w = 0; w < HASHED / 8; w++) {
                ((u64 *)(buffer + BUF_SIZE / 2 - HASHED / 2))[w] = value();
            }
            st.x[base] =
                (u64)buffer + BUF_SIZE / 2 + (next() & (i & 1 || index == 254 ? 0x1f0 : 0x1ff));
            if (index < 32) {
                st.x[index] = next() & 0xff;
            }
        }
        run(&tests[i * 2], &st);
        print_hash(i, hash_all(base != 255));
    }
    return 0;
}
