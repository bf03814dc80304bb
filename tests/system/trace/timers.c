/* SPDX-License-Identifier: MIT */
/*
 * The generic timers: comparison, TVAL and CVAL, ISTATUS and IMASK, the interrupt lines, offsets,
 * and who may use them (D11.2). No count is printed, only what must be so at any speed.
 */
#include "trace.h"

#define GICD ((volatile uint32_t *)0x08000000)

static uint64_t count(void)
{
    ASM("isb");
    return READ(cntpct_el0);
}

/* Pending interrupts of the timers: secure, hyp, virtual, physical, hyp virtual. */
static void print_lines(const char *what)
{
    static const struct {
        const char *name;
        unsigned id;
    } lines[] = {
        { "CNTHP", 26 }, { "CNTV", 27 }, { "CNTHV", 28 }, { "CNTPS", 29 }, { "CNTP", 30 },
    };
    uint32_t pending = GICD[0x200 / 4];

    print("%s: pending", what);
    for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
        if (pending >> lines[i].id & 1) {
            print(" %s", lines[i].name);
        }
    }
    print("\n");
}

static void clear_pending(void)
{
    GICD[0x280 / 4] = 0xffff0000; /* ICPENDR0 */
    ASM("dsb sy");
}

#define FAR_FUTURE (1ull << 40)

/* One timer by its registers. */
#define TEST_TIMER(name, ctl, cval, tval)                                                          \
    do {                                                                                           \
        uint64_t now_, value_;                                                                     \
        section(name);                                                                             \
        WRITE(ctl, 0);                                                                             \
        clear_pending();                                                                           \
        WRITE(cval, 0x123456789abcdefull);                                                         \
        print("CVAL reads %lx\n", READ(cval));                                                     \
        print("disabled: CTL %lx\n", READ(ctl));                                                   \
        WRITE(cval, 0);                                                                            \
        print("disabled, met: CTL %lx\n", READ(ctl) & ~4);                                         \
        print_lines("disabled, met");                                                              \
        WRITE(ctl, 1);                                                                             \
        print("enabled, met: CTL %lx\n", READ(ctl));                                               \
        print_lines("enabled, met");                                                               \
        WRITE(ctl, 3);                                                                             \
        print("masked, met: CTL %lx\n", READ(ctl));                                                \
        clear_pending();                                                                           \
        print_lines("masked, met");                                                                \
        WRITE(ctl, 1);                                                                             \
        print_lines("unmasked, met");                                                              \
        WRITE(cval, count() + FAR_FUTURE);                                                         \
        clear_pending();                                                                           \
        print("enabled, not met: CTL %lx\n", READ(ctl));                                           \
        print_lines("enabled, not met");                                                           \
        WRITE(ctl, 0xffff);                                                                        \
        print("all bits written: CTL %lx\n", READ(ctl));                                           \
        WRITE(ctl, 0);                                                                             \
        WRITE(tval, 1000000);                                                                      \
        value_ = READ(tval);                                                                       \
        print("TVAL went down: %u\n", value_ <= 1000000 || value_ >> 31);                          \
        now_ = count();                                                                            \
        WRITE(tval, -1000);                                                                        \
        print("TVAL -1000 is past: %u\n",                                                          \
              (int64_t)(READ(cval) - now_) >= -1000 && READ(cval) < now_ + 100000000);             \
        WRITE(tval, 0x7fffffff);                                                                   \
        print("TVAL max is ahead: %u\n",                                                           \
              READ(cval) - now_ >= 0x7fffffff && READ(cval) - now_ < 0x8fffffff);                  \
        WRITE(tval, 0xffffffff80000000ull);                                                        \
        print("TVAL min is behind: %u\n", (int64_t)(READ(cval) - now_) < 0);                       \
        print("TVAL has 32 bits: %u\n", READ(tval) >> 32 == 0);                                    \
        WRITE(cval, ~0ull);                                                                        \
        WRITE(ctl, 1);                                                                             \
        print("last CVAL: CTL %lx\n", READ(ctl));                                                  \
        WRITE(tval, 2000);                                                                         \
        while (!(READ(ctl) & 4)) {                                                                 \
        }                                                                                          \
        for (unsigned i_ = 0; i_ < 1000000 && !(GICD[0x200 / 4] >> 26); i_++) {                    \
        }                                                                                          \
        print_lines("expired");                                                                    \
        print("expired: CTL %lx\n", READ(ctl));                                                    \
        WRITE(ctl, 0);                                                                             \
        clear_pending();                                                                           \
    } while (0)

static void test_offset(void)
{
    uint64_t off = 0x1234567800000000ull, before, virt, after;

    section("CNTVOFF_EL2");
    WRITE(cntvoff_el2, off);
    before = count();
    virt = READ(cntvct_el0);
    after = count();
    print("at the top: %u\n", virt >= before - off && virt <= after - off);
    for (unsigned el = 0; el < 3; el++) {
        static const uint64_t modes[] = { EL0, EL1, EL2 };

        WRITE(cntkctl_el1, 3);
        before = count();
        virt = RUN(modes[el], word_code(0xd53be040), 0); /* mrs x0, cntvct_el0 */
        after = count();
        print("EL%u: %u\n", el, virt >= before - off && virt <= after - off);
    }
    WRITE(cntv_cval_el0, 0);
    WRITE(cntv_ctl_el0, 1);
    print("wrapped count, CVAL 0: CTL %lx\n", READ(cntv_ctl_el0));
    WRITE(cntv_cval_el0, -off + FAR_FUTURE);
    print("wrapped count, CVAL ahead: CTL %lx\n", READ(cntv_ctl_el0));
    clear_pending();
    WRITE(cntvoff_el2, READ(cntvoff_el2) - 2 * FAR_FUTURE);
    print("offset moved: CTL %lx\n", READ(cntv_ctl_el0));
    print_lines("offset moved");
    WRITE(cntv_ctl_el0, 0);
    WRITE(cntvoff_el2, 0);
}

/* mrs x0 of CNTFRQ CNTPCT CNTVCT CNTP_CTL CNTP_CVAL CNTP_TVAL CNTV_CTL CNTV_CVAL CNTV_TVAL */
static const struct {
    const char *name;
    uint32_t word;
} reads[] = {
    { "CNTFRQ", 0xd53be000 },   { "CNTPCT", 0xd53be020 },    { "CNTVCT", 0xd53be040 },
    { "CNTP_CTL", 0xd53be220 }, { "CNTP_CVAL", 0xd53be240 }, { "CNTP_TVAL", 0xd53be200 },
    { "CNTV_CTL", 0xd53be320 }, { "CNTV_CVAL", 0xd53be340 }, { "CNTV_TVAL", 0xd53be300 },
};

static void try_reads(const char *what, uint64_t mode)
{
    for (size_t i = 0; i < ARRAY_LEN(reads); i++) {
        for (unsigned write = 0; write < 2; write++) {
            uint32_t word = reads[i].word & ~(write ? F(1, 21) : 0);

            if (write && i < 3) {
                continue;
            }
            name_case("%s, %s %s", what, write ? "write" : "read", reads[i].name);
            RUN(mode, word_code(word), 0);
            if (!taken) {
                print("%s, %s %s: ok\n", what, write ? "write" : "read", reads[i].name);
            }
        }
    }
}

static void test_controls(void)
{
    static const uint64_t bits[] = { 0, 1, 2, 3, F(1, 8), F(1, 9), 0x303 };

    section("EL0 and CNTKCTL_EL1");
    for (size_t i = 0; i < ARRAY_LEN(bits); i++) {
        static char name[40];

        WRITE(cntkctl_el1, bits[i]);
        format_name(name, sizeof(name), "CNTKCTL %lx", bits[i]);
        try_reads(name, EL0);
    }
    if (top_el < 2 || !has_el(2)) {
        return;
    }
    section("EL1, EL0 and CNTHCTL_EL2");
    for (unsigned i = 0; i < 4; i++) {
        static char name[40];

        WRITE(cnthctl_el2, i);
        format_name(name, sizeof(name), "CNTHCTL %u, EL1", i);
        try_reads(name, EL1);
        format_name(name, sizeof(name), "CNTHCTL %u, EL0", i);
        try_reads(name, EL0);
        WRITE(hcr_el2, HCR_RW | F(1, 27));
        format_name(name, sizeof(name), "CNTHCTL %u, EL0 with TGE", i);
        try_reads(name, EL0);
        WRITE(hcr_el2, HCR_RW);
    }
    WRITE(cntkctl_el1, 0);
    WRITE(cnthctl_el2, 0);
    try_reads("none, EL0", EL0);
    WRITE(cnthctl_el2, 3);
}

int main(void)
{
    GICD[0] = 1;
    TEST_TIMER("CNTP", cntp_ctl_el0, cntp_cval_el0, cntp_tval_el0);
    TEST_TIMER("CNTV", cntv_ctl_el0, cntv_cval_el0, cntv_tval_el0);
    if (top_el > 1 && has_el(2)) {
        TEST_TIMER("CNTHP", cnthp_ctl_el2, cnthp_cval_el2, cnthp_tval_el2);
        if (id_field(READ(id_aa64mmfr1_el1), 8)) {
            TEST_TIMER("CNTHV", S3_4_C14_C3_1, S3_4_C14_C3_2, S3_4_C14_C3_0);
        }
        test_offset();
    }
    if (top_el == 3) {
        TEST_TIMER("CNTPS", cntps_ctl_el1, cntps_cval_el1, cntps_tval_el1);
    }
    test_controls();
    return 0;
}
