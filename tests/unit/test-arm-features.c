/* SPDX-License-Identifier: MIT */
/*
 * What Armv8.1 and 8.2 add to the system level: each case with a CPU that has the feature and with
 * one that has not.
 */
#include "qemu/osdep.h"

#include "arm-test.h"
#include "qemu/atomic.h"
#include "qemu/thread.h"
#include "target/arm/syndrome.h"
#include "target/arm/sysregs.h"

static CPUARMState *a57, *a76;
static uint64_t a76_vtcr; /* further bits of VTCR_EL2 in stage2() */

static CPUARMState *cpu_with_el2(const char *type)
{
    CPUARMState *env = arm_test_cpu(type);

    env->isar.id_aa64pfr0 |= 1ull << ID_AA64PFR0_EL2;
    return env;
}

/* ---- stage 2 ---- */

#define S2_TABLE 0x40010000ull
#define S2_DESC  (0x40000000ull | 1 | 3 << 6 | 1 << 10) /* a block at level 1 */
/* 4K granules, 39 bits from level 1, 40-bit output */
#define VTCR     (25ull | 1ull << 6 | 2ull << 16)

static unsigned stage2(CPUARMState *env, uint64_t desc, ARMAccess access, bool user)
{
    ARMWalkMode mode = { .regime = 1, .user = user };
    ARMFault fault = { .type = FAULT_NONE };
    ARMWalk w;

    memset(&env->sys, 0, sizeof(env->sys));
    env->pstate = user ? PSTATE_EL0t : PSTATE_EL1h;
    env->sys.hcr = HCR_VM | HCR_RW;
    env->sys.vtcr = VTCR | a76_vtcr;
    env->sys.vttbr = S2_TABLE;
    arm_test_poke(env, S2_TABLE + 8, desc);
    return arm_walk_stage2(env, 0x40000000, access, &mode, &w, &fault) ? 0 : arm_fault_fsc(&fault);
}

static void test_xnx(void)
{
    static const struct {
        bool el1, el0; /* may execute */
    } cases[] = { { true, true }, { false, true }, { false, false }, { true, false } };

    for (uint64_t xn = 0; xn < 4; xn++) {
        uint64_t desc = S2_DESC | xn << 53;

        g_assert_cmphex(stage2(a76, desc, ARM_FETCH, false), ==, cases[xn].el1 ? 0 : 0xd);
        g_assert_cmphex(stage2(a76, desc, ARM_FETCH, true), ==, cases[xn].el0 ? 0 : 0xd);
        g_assert_cmphex(stage2(a57, desc, ARM_FETCH, false), ==, xn & 2 ? 0xd : 0);
        g_assert_cmphex(stage2(a57, desc, ARM_FETCH, true), ==, xn & 2 ? 0xd : 0);
        g_assert_cmphex(stage2(a76, desc, ARM_READ, true), ==, 0);
    }
}

static uint64_t key_of(CPUARMState *env, uint64_t vmid, bool wide)
{
    stage2(env, S2_DESC, ARM_READ, false);
    env->sys.vttbr |= vmid << 48;
    env->sys.vtcr |= wide ? 1ull << 19 : 0;
    return arm_get_context_key(env, false);
}

static void test_vmid16(void)
{
    g_assert_cmphex(key_of(a76, 0x1234, true), !=, key_of(a76, 0x34, true));
    g_assert_cmphex(key_of(a76, 0x1234, false), ==, key_of(a76, 0x34, false));
    g_assert_cmphex(key_of(a57, 0x1234, true), ==, key_of(a57, 0x34, true));
    /* It shares no bit with the ASID or the mode. */
    g_assert_cmphex(key_of(a76, 0xffff, true) ^ key_of(a76, 0, true), ==, 0xffffull << 19);
}

/* ---- hardware update of Access flag and dirty state (D8.5) ---- */

#define S1_TABLE 0x40020000ull
#define AF       (1ull << 10)
#define RO       (1ull << 7)
#define DBM      (1ull << 51)
#define BLOCK    (0x40000000ull | 1) /* at level 1 */
/* T0SZ = 25: from level 1; 40-bit output */
#define TCR      (25ull | 2ull << 32)
#define TCR_HA   (1ull << 39)
#define TCR_HD   (1ull << 40)
#define VTCR_HA  (1ull << 21)
#define VTCR_HD  (1ull << 22)

static void setup_stage1(CPUARMState *env, uint64_t tcr, uint64_t desc)
{
    memset(&env->sys, 0, sizeof(env->sys));
    env->pstate = PSTATE_EL1h;
    env->sys.sctlr[1] = SCTLR_RES1 | SCTLR_M;
    env->sys.tcr[1] = TCR | tcr;
    env->sys.ttbr0[1] = S1_TABLE;
    arm_test_poke(env, S1_TABLE + 8, desc);
}

static uint64_t peek(CPUARMState *env, hwaddr addr)
{
    return address_space_ldq_le(env_cpu(env)->as, addr, MEMTXATTRS_UNSPECIFIED, NULL);
}

/* 0, or the fault status code; what is granted in *prot, the descriptor after that in *after. */
static unsigned access_page(CPUARMState *env, ARMAccess access, bool debug, uint8_t *prot,
                            uint64_t *after)
{
    ARMWalkMode mode = { .regime = 1, .debug = debug };
    ARMFault fault = { .type = FAULT_NONE };
    ARMWalk w = { 0 };
    bool ok = arm_walk(env, 0x40000000, access, &mode, &w, &fault);

    *prot = w.prot & (PAGE_READ | PAGE_WRITE);
    *after = peek(env, S1_TABLE + 8);
    return ok ? 0 : arm_fault_fsc(&fault);
}

typedef struct UpdateCase {
    uint64_t tcr, desc;
    ARMAccess access;
    unsigned fsc;
    uint8_t prot;
    uint64_t after;
} UpdateCase;

static void test_update(void)
{
    enum { R = PAGE_READ, W = PAGE_WRITE };
    static const UpdateCase cases[] = {
        { 0, BLOCK, ARM_READ, 0x9, 0, BLOCK },
        { TCR_HD, BLOCK, ARM_READ, 0x9, 0, BLOCK }, /* HD without HA is nothing */
        { TCR_HA, BLOCK, ARM_READ, 0, R | W, BLOCK | AF },
        { TCR_HA, BLOCK | RO, ARM_WRITE, 0xd, R, BLOCK | RO }, /* a fault changes nothing */
        { TCR_HA, BLOCK | RO | DBM, ARM_WRITE, 0xd, R, BLOCK | RO | DBM },
        { TCR_HA | TCR_HD, BLOCK | RO | DBM, ARM_READ, 0, R, BLOCK | RO | DBM | AF },
        { TCR_HA | TCR_HD, BLOCK | RO | DBM, ARM_WRITE, 0, R | W, BLOCK | DBM | AF },
        { TCR_HA | TCR_HD, BLOCK | RO | AF, ARM_WRITE, 0xd, R, BLOCK | RO | AF },
    };
    uint64_t after;
    uint8_t prot;

    for (unsigned i = 0; i < ARRAY_SIZE(cases); i++) {
        const UpdateCase *c = &cases[i];

        setup_stage1(a76, c->tcr, c->desc);
        g_assert_cmphex(access_page(a76, c->access, false, &prot, &after), ==, c->fsc);
        g_assert_cmphex(after, ==, c->after);
        if (!c->fsc) {
            g_assert_cmphex(prot, ==, c->prot);
        }
        /* A debugger sees the same and changes nothing. */
        setup_stage1(a76, c->tcr, c->desc);
        g_assert_cmphex(access_page(a76, c->access, true, &prot, &after), ==, c->fsc);
        g_assert_cmphex(after, ==, c->desc);
        /* An Armv8.0 core ignores the bits. */
        setup_stage1(a57, c->tcr, c->desc);
        g_assert_cmphex(access_page(a57, c->access, false, &prot, &after), ==,
                        !(c->desc & AF) ? 0x9 : c->fsc);
        g_assert_cmphex(after, ==, c->desc);
    }
}

static void test_update_stage2(void)
{
    const uint64_t clean = (S2_DESC & ~(uint64_t)(1 << 7) & ~AF) | DBM;

    g_assert_cmphex(stage2(a76, clean | AF, ARM_WRITE, false), ==, 0xd);
    g_assert_cmphex(stage2(a76, clean, ARM_READ, false), ==, 0x9);
    a76_vtcr = VTCR_HA | VTCR_HD;
    g_assert_cmphex(stage2(a76, clean, ARM_READ, false), ==, 0);
    g_assert_cmphex(peek(a76, S2_TABLE + 8), ==, clean | AF);
    g_assert_cmphex(stage2(a76, clean, ARM_WRITE, false), ==, 0);
    g_assert_cmphex(peek(a76, S2_TABLE + 8), ==, clean | AF | 1 << 7);
    /* The tables of stage 1 are written through stage 2: it has to allow that. */
    for (unsigned writable = 0; writable < 2; writable++) {
        uint64_t after;
        uint8_t prot;
        unsigned fsc;

        setup_stage1(a76, TCR_HA, BLOCK);
        a76->sys.hcr = HCR_VM | HCR_RW;
        a76->sys.vtcr = VTCR;
        a76->sys.vttbr = S2_TABLE;
        arm_test_poke(a76, S2_TABLE + 8, S2_DESC & ~(uint64_t)(writable ? 0 : 1 << 7));
        fsc = access_page(a76, ARM_READ, false, &prot, &after);
        g_assert_cmphex(fsc, ==, writable ? 0 : 0xd);
        g_assert_cmphex(after, ==, writable ? BLOCK | AF : BLOCK);
    }
    a76_vtcr = 0;
}

/* A table outside of memory can be read from a device, but not updated atomically. */
static uint64_t device_read(void *opaque, hwaddr addr, unsigned size)
{
    return size == 8 ? BLOCK : 0;
}

static void device_write(void *opaque, hwaddr addr, uint64_t val, unsigned size)
{
    g_assert_not_reached();
}

static const MemoryRegionOps device_ops = {
    .read = device_read,
    .write = device_write,
    .endianness = DEVICE_LITTLE_ENDIAN,
    .valid = { .min_access_size = 8, .max_access_size = 8 },
    .impl = { .min_access_size = 8, .max_access_size = 8 },
};

static void test_update_device(void)
{
    static MemoryRegion device;
    uint64_t after;
    uint8_t prot;

    memory_region_init_io(&device, NULL, &device_ops, NULL, "tables", 4096);
    memory_region_add_subregion(env_cpu(a76)->as->root, 0x50000000, &device);
    setup_stage1(a76, TCR_HA, BLOCK);
    a76->sys.ttbr0[1] = 0x50000000;
    g_assert_cmphex(access_page(a76, ARM_READ, false, &prot, &after), ==, FSC_ATOMIC_UPDATE);
}

/* Software flips bits of its own while hardware sets the flag: no change is lost. */
enum { ROUNDS = 20000 };
#define SW_BIT (1ull << 55)

static void *software(void *opaque)
{
    uint64_t seen, *desc = opaque;

    for (unsigned i = 0; i < ROUNDS; i++) {
        do {
            seen = qatomic_read(desc);
        } while (qatomic_cmpxchg(desc, seen, (seen ^ SW_BIT) & ~AF) != seen);
    }
    return NULL;
}

static void test_update_race(void)
{
    hwaddr len = 8;
    uint64_t after, *desc;
    QemuThread thread;
    uint8_t prot;

    setup_stage1(a76, TCR_HA | TCR_HD, BLOCK);
    desc = address_space_map(env_cpu(a76)->as, S1_TABLE + 8, &len, true, MEMTXATTRS_UNSPECIFIED);
    qemu_thread_create(&thread, "software", software, desc, QEMU_THREAD_JOINABLE);
    for (unsigned i = 0; i < ROUNDS; i++) {
        g_assert_cmphex(access_page(a76, ARM_READ, false, &prot, &after), ==, 0);
    }
    qemu_thread_join(&thread);
    access_page(a76, ARM_READ, false, &prot, &after);
    g_assert_cmphex(after, ==, BLOCK | AF); /* an even number of flips */
    address_space_unmap(env_cpu(a76)->as, desc, 8, true, 8);
}

/* ---- RAS ---- */

static const ARMSysReg *reg(CPUARMState *env, uint16_t enc)
{
    return arm_find_sysreg(ARM_CPU(env_cpu(env)), enc);
}

#define DISR_EL1 SYSREG(3, 0, 12, 1, 1)

static uint64_t disr(CPUARMState *env)
{
    return reg(env, DISR_EL1)->read(env, reg(env, DISR_EL1));
}

static void at_el1(CPUARMState *env, uint64_t daif)
{
    memset(&env->sys, 0, sizeof(env->sys));
    env->pstate = PSTATE_EL1h | daif;
    env_cpu(env)->interrupt_request = 0;
}

static void test_error_barrier(void)
{
    CPUState *cs = env_cpu(a76);

    g_assert_null(reg(a57, DISR_EL1));
    at_el1(a76, PSTATE_A);
    arm_error_barrier(a76);
    g_assert_cmphex(disr(a76), ==, 0);
    cs->interrupt_request = CPU_INTERRUPT_SERROR;
    arm_error_barrier(a76);
    g_assert_cmphex(disr(a76), ==, 1u << 31);
    g_assert_cmphex(cs->interrupt_request, ==, 0);
    /* Not masked: it is taken, not deferred. */
    at_el1(a76, 0);
    cs->interrupt_request = CPU_INTERRUPT_SERROR;
    arm_error_barrier(a76);
    g_assert_cmphex(disr(a76), ==, 0);
    g_assert_cmphex(cs->interrupt_request, ==, CPU_INTERRUPT_SERROR);
    /* Routed to EL2 it is taken whatever EL1 masks. */
    at_el1(a76, PSTATE_A);
    a76->sys.hcr = HCR_AMO | HCR_RW;
    cs->interrupt_request = CPU_INTERRUPT_SERROR;
    arm_error_barrier(a76);
    g_assert_cmphex(a76->sys.disr, ==, 0);
    cs->interrupt_request = 0;
}

static void test_virtual_error(void)
{
    CPUState *cs = env_cpu(a76);

    at_el1(a76, PSTATE_A);
    a76->sys.hcr = HCR_AMO | HCR_VSE | HCR_RW;
    a76->sys.vsesr = 0x1123456;
    cs->interrupt_request = CPU_INTERRUPT_VSERR;
    arm_error_barrier(a76);
    g_assert_cmphex(disr(a76), ==, 0x81123456);
    g_assert_cmphex(a76->sys.vdisr, ==, 0x81123456);
    g_assert_cmphex(a76->sys.disr, ==, 0);
    g_assert_false(a76->sys.hcr & HCR_VSE);
    g_assert_cmphex(cs->interrupt_request, ==, 0);
    /* Unmasked, it is an exception with the hypervisor's syndrome. */
    at_el1(a76, 0);
    a76->sys.hcr = HCR_AMO | HCR_VSE | HCR_RW;
    a76->sys.vsesr = 0x1123456;
    g_assert_true(arm_cpu_exec_interrupt(cs, CPU_INTERRUPT_VSERR));
    g_assert_cmphex(a76->sys.esr[1], ==, syn_make(EC_SERROR, 0x1123456));
}

/* With SCR_EL3.EA errors are EL3's: EL1 finds nothing in DISR_EL1. */
static void test_disr_of_el3(void)
{
    a76->isar.id_aa64pfr0 |= 1ull << ID_AA64PFR0_EL3;
    at_el1(a76, PSTATE_A);
    a76->sys.scr = SCR_NS | SCR_EA;
    a76->sys.disr = 1u << 31;
    g_assert_cmphex(disr(a76), ==, 0);
    a76->pstate = PSTATE_ELh(3);
    g_assert_cmphex(disr(a76), ==, 1u << 31);
    a76->isar.id_aa64pfr0 &= ~(15ull << ID_AA64PFR0_EL3);
}

/* ---- registers that exist in one security state ---- */

static void test_security_states(void)
{
    enum { LORSA = SYSREG(3, 0, 10, 4, 0), CNTPS_CTL = SYSREG(3, 7, 14, 2, 1) };
    static const struct {
        unsigned el;
        bool secure, lor, timer; /* are there */
    } cases[] = {
        { 1, false, true, false }, { 1, true, false, true }, { 2, false, true, false },
        { 3, false, true, true },  { 3, true, false, true },
    };
    CPUARMState *env = arm_test_cpu(ARM_CPU_TYPE_NAME("cortex-a76"));
    ARMCPU *cpu = ARM_CPU(env_cpu(env));

    cpu->has_el2 = cpu->has_el3 = true;
    env->isar.id_aa64pfr0 |= 1ull << ID_AA64PFR0_EL2 | 1ull << ID_AA64PFR0_EL3;
    g_hash_table_unref(cpu->sysregs);
    arm_init_sysregs(cpu);
    for (unsigned i = 0; i < ARRAY_SIZE(cases); i++) {
        env->pstate = PSTATE_ELh(cases[i].el);
        env->sys.scr = cases[i].secure ? 0 : SCR_NS;
        g_assert_cmpint(reg(env, LORSA)->undefined(env), ==, !cases[i].lor);
        g_assert_cmpint(reg(env, CNTPS_CTL)->undefined(env), ==, !cases[i].timer);
    }
    /* SCR_EL3.ST gives the timer to Secure EL1; without, EL3 gets the access. */
    env->pstate = PSTATE_EL1h;
    env->sys.scr = 0;
    g_assert_cmpuint(arm_sysreg_trap_el(env, reg(env, CNTPS_CTL), true), ==, 3);
    env->sys.scr = SCR_ST;
    g_assert_cmpuint(arm_sysreg_trap_el(env, reg(env, CNTPS_CTL), true), ==, 0);
}

/* ---- HCRX_EL2 and what it comes with (FEAT_HCX, FEAT_XS) ---- */

static void test_hcx(void)
{
    enum { HCRX = SYSREG(3, 4, 1, 2, 2), VAE1NXS = SYSREG(1, 0, 9, 7, 1) };
    CPUARMState *max = arm_test_cpu(ARM_CPU_TYPE_NAME("max"));
    ARMCPU *cpu = ARM_CPU(env_cpu(max));

    cpu->has_el2 = cpu->has_el3 = true;
    max->isar.id_aa64pfr0 |= 1ull << ID_AA64PFR0_EL2 | 1ull << ID_AA64PFR0_EL3;
    g_hash_table_unref(cpu->sysregs);
    arm_init_sysregs(cpu);
    max->pstate = PSTATE_ELh(2);
    max->sys.scr = SCR_NS;
    g_assert_cmpuint(arm_sysreg_trap_el(max, reg(max, HCRX), true), ==, 3);
    max->sys.scr = SCR_NS | SCR_HXEn;
    g_assert_cmpuint(arm_sysreg_trap_el(max, reg(max, HCRX), true), ==, 0);
    reg(max, HCRX)->write(max, reg(max, HCRX), UINT64_MAX);
    g_assert_cmphex(max->sys.hcrx & (HCRX_FnXS | 1ull << 63), ==, HCRX_FnXS);
    /* TLBI nXS: traps like the others, and is not there without the feature. */
    max->pstate = PSTATE_EL1h;
    max->sys.hcr = HCR_RW | HCR_TTLB;
    g_assert_cmpuint(arm_sysreg_trap_el(max, reg(max, VAE1NXS), false), ==, 2);
    g_assert_null(reg(a76, VAE1NXS));
    g_assert_null(reg(a76, HCRX));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    arm_test_init();
    a57 = cpu_with_el2(ARM_CPU_TYPE_NAME("cortex-a57"));
    a76 = cpu_with_el2(ARM_CPU_TYPE_NAME("cortex-a76"));
    g_test_add_func("/arm/features/xnx", test_xnx);
    g_test_add_func("/arm/features/vmid16", test_vmid16);
    g_test_add_func("/arm/features/update", test_update);
    g_test_add_func("/arm/features/update-stage2", test_update_stage2);
    g_test_add_func("/arm/features/update-device", test_update_device);
    g_test_add_func("/arm/features/update-race", test_update_race);
    g_test_add_func("/arm/features/error-barrier", test_error_barrier);
    g_test_add_func("/arm/features/virtual-error", test_virtual_error);
    g_test_add_func("/arm/features/disr-of-el3", test_disr_of_el3);
    g_test_add_func("/arm/features/security-states", test_security_states);
    g_test_add_func("/arm/features/hcx", test_hcx);
    return g_test_run();
}
