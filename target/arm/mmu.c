/* SPDX-License-Identifier: MIT */
/*
 * Translation table walk: stage 1 of the EL1&0 regime, VMSAv8-64 (D8).
 *
 * An address selects TTBR0 or TTBR1 by bit 55. The table of each level resolves `stride` bits
 * (granule bits less 3); the first level is the one that leaves whole tables below it. A walk ends
 * at a block (levels 1 and 2) or page (level 3) descriptor, whose permissions are narrowed by the
 * table descriptors on the way. Hardware update of the Access flag is not implemented, and
 * ID_AA64MMFR1_EL1 says so. The contiguous hint is ignored.
 */
#include "qemu/osdep.h"

#include "exec/cpu-common.h"
#include "exec/memory.h"
#include "target/arm/internals.h"
#include "target/arm/syndrome.h"

#define DESC_VALID  (1ull << 0)
#define DESC_TABLE  (1ull << 1)
#define DESC_AP1    (1ull << 6) /* EL0 may access */
#define DESC_AP2    (1ull << 7) /* read only */
#define DESC_AF     (1ull << 10)
#define DESC_NG     (1ull << 11)
#define DESC_PXN    (1ull << 53)
#define DESC_UXN    (1ull << 54)
#define DESC_ADDR   0x0000fffffffff000ull
#define TABLE_PXN   (1ull << 59)
#define TABLE_UXN   (1ull << 60)
#define TABLE_NOEL0 (1ull << 61)
#define TABLE_RO    (1ull << 62)

/* TCR_EL1 for one half of the address space, decoded. */
typedef struct Regime {
    uint64_t ttbr;
    unsigned granule; /* log2 of the granule: 12, 14, 16 */
    unsigned va_bits;
    unsigned out_bits; /* of output addresses, from IPS and PARange */
    bool tbi, epd, e0pd, hpd;
} Regime;

static const uint8_t pa_sizes[] = { 32, 36, 40, 42, 44, 48, 48, 48 };

unsigned arm_pa_bits(const CPUARMState *env)
{
    return pa_sizes[isar_field(env->isar.id_aa64mmfr0, ID_AA64MMFR0_PARANGE) & 7];
}

static unsigned granule_bits(const CPUARMState *env, uint64_t tcr, bool high)
{
    static const uint8_t tg0[] = { 12, 16, 14, 12 }; /* 3 is reserved: any size may be chosen */
    static const uint8_t tg1[] = { 12, 14, 12, 16 };
    unsigned bits = high ? tg1[tcr >> 30 & 3] : tg0[tcr >> 14 & 3];

    if (bits == 14 && isar_field(env->isar.id_aa64mmfr0, ID_AA64MMFR0_TGRAN16) == 0) {
        return 12;
    }
    return bits;
}

static Regime decode_regime(const CPUARMState *env, bool high)
{
    uint64_t tcr = env->sys.tcr;
    unsigned tsz = high ? tcr >> 16 & 63 : tcr & 63;
    Regime g = {
        .ttbr = high ? env->sys.ttbr1 : env->sys.ttbr0,
        .granule = granule_bits(env, tcr, high),
        .va_bits = 64 - MAX(16, MIN(39, tsz)),
        .out_bits = MIN(pa_sizes[tcr >> 32 & 7], arm_pa_bits(env)),
        .tbi = tcr >> (high ? 38 : 37) & 1,
        .epd = tcr >> (high ? 23 : 7) & 1,
    };

    if (isar_field(env->isar.id_aa64mmfr1, ID_AA64MMFR1_HPDS)) {
        g.hpd = tcr >> (high ? 42 : 41) & 1;
    }
    if (isar_field(env->isar.id_aa64mmfr2, ID_AA64MMFR2_E0PD)) {
        g.e0pd = tcr >> (high ? 56 : 55) & 1;
    }
    return g;
}

static bool fail(ARMFault *fault, ARMFaultType type, unsigned level)
{
    fault->type = type;
    fault->level = level;
    return false;
}

/* Bits above the translated ones must all equal bit 55 (but for the tag). */
static bool in_range(const Regime *g, uint64_t addr)
{
    unsigned unused = (g->tbi ? 56 : 64) - g->va_bits;
    int64_t top = (int64_t)(g->tbi ? addr << 8 : addr) >> (64 - unused);

    return top == (addr >> 55 & 1 ? -1 : 0);
}

/* A block is allowed at levels 1 and 2 with 4K granules, at level 2 with the others. */
static bool block_allowed(const Regime *g, unsigned level)
{
    return level == 2 || (level == 1 && g->granule == 12);
}

static bool beyond_output(const Regime *g, uint64_t addr)
{
    return g->out_bits < 48 && addr >> g->out_bits != 0;
}

static uint8_t permissions(const CPUARMState *env, uint64_t desc, bool user, bool pan)
{
    bool el0 = desc & DESC_AP1;
    bool writable = !(desc & DESC_AP2);
    bool wxn = env->sys.sctlr & SCTLR_WXN;
    uint8_t prot = 0;

    if (user) {
        prot |= el0 ? PAGE_READ | (writable ? PAGE_WRITE : 0) : 0;
        prot |= desc & DESC_UXN || (wxn && el0 && writable) ? 0 : PAGE_EXEC;
        return prot;
    }
    if (!(pan && el0)) {
        prot |= PAGE_READ | (writable ? PAGE_WRITE : 0);
    }
    /* What EL0 can write, EL1 never executes (D8.4.1). */
    if (!(desc & DESC_PXN) && !(writable && (el0 || wxn))) {
        prot |= PAGE_EXEC;
    }
    return prot;
}

static bool check_access(uint8_t prot, ARMAccess access)
{
    static const uint8_t need[] = { PAGE_READ, PAGE_WRITE, PAGE_EXEC };

    return prot & need[access];
}

/* Without translation: a flat map, all accesses allowed (D8.2.10). */
static bool walk_flat(CPUARMState *env, uint64_t addr, ARMWalk *out, ARMFault *fault)
{
    bool high = addr >> 55 & 1;
    uint64_t pa = addr;

    if (env->sys.tcr >> (high ? 38 : 37) & 1) {
        pa &= MAKE_64BIT_MASK(0, 56);
    }
    if (pa >> arm_pa_bits(env)) {
        return fail(fault, FAULT_ADDRESS_SIZE, 0);
    }
    *out = (ARMWalk){ .phys = pa,
                      .page_size = 4096,
                      .global = true,
                      .attr = 0,
                      .sh = 2,
                      .prot = PAGE_READ | PAGE_WRITE | PAGE_EXEC };
    return true;
}

/* Narrows @desc by what the table descriptors above it, or-ed in @tables, forbid (D8.4.3). */
static uint64_t apply_tables(uint64_t desc, uint64_t tables)
{
    desc |= tables & TABLE_PXN ? DESC_PXN : 0;
    desc |= tables & TABLE_UXN ? DESC_UXN : 0;
    desc |= tables & TABLE_RO ? DESC_AP2 : 0;
    return tables & TABLE_NOEL0 ? desc & ~DESC_AP1 : desc;
}

static uint64_t read_descriptor(CPUARMState *env, hwaddr addr, MemTxResult *result)
{
    return address_space_ldq_le(env_cpu(env)->as, addr, MEMTXATTRS_UNSPECIFIED, result);
}

/*
 * Follows the tables from TTBR down. On success *level is that of the final descriptor, which is
 * returned in *desc with the permissions of the tables applied.
 */
static bool find_descriptor(CPUARMState *env, const Regime *g, uint64_t addr, unsigned *level,
                            uint64_t *desc, ARMFault *fault)
{
    unsigned stride = g->granule - 3;
    unsigned l = 4 - DIV_ROUND_UP(g->va_bits - g->granule, stride);
    unsigned top_bits = g->va_bits - (3 - l) * stride - g->granule;
    uint64_t tables = 0;
    uint64_t base = g->ttbr & MAKE_64BIT_MASK(0, 48) & ~MAKE_64BIT_MASK(0, top_bits + 3);
    unsigned bits = top_bits;

    if (beyond_output(g, base)) {
        return fail(fault, FAULT_ADDRESS_SIZE, 0);
    }
    for (;; l++) {
        unsigned shift = g->granule + (3 - l) * stride;
        MemTxResult result = MEMTX_OK;
        uint64_t d = read_descriptor(env, base + extract64(addr, shift, bits) * 8, &result);

        if (result != MEMTX_OK) {
            return fail(fault, FAULT_EXTERNAL_WALK, l);
        }
        if (!(d & DESC_VALID) || (l == 3 && !(d & DESC_TABLE)) ||
            (l < 3 && !(d & DESC_TABLE) && !block_allowed(g, l))) {
            return fail(fault, FAULT_TRANSLATION, l);
        }
        if (beyond_output(g, d & DESC_ADDR)) {
            return fail(fault, FAULT_ADDRESS_SIZE, l);
        }
        if (l == 3 || !(d & DESC_TABLE)) {
            *level = l;
            *desc = g->hpd ? d : apply_tables(d, tables);
            return true;
        }
        tables |= d;
        base = d & DESC_ADDR & ~MAKE_64BIT_MASK(0, g->granule);
        bits = stride;
    }
}

bool arm_walk(CPUARMState *env, uint64_t addr, ARMAccess access, bool user, bool pan, ARMWalk *out,
              ARMFault *fault)
{
    uint64_t desc, size;
    unsigned level;
    Regime g;

    if (!(env->sys.sctlr & SCTLR_M)) {
        return walk_flat(env, addr, out, fault);
    }
    g = decode_regime(env, addr >> 55 & 1);
    if (!in_range(&g, addr) || g.epd || (user && g.e0pd)) {
        return fail(fault, FAULT_TRANSLATION, 0);
    }
    if (!find_descriptor(env, &g, addr, &level, &desc, fault)) {
        return false;
    }
    if (!(desc & DESC_AF)) {
        return fail(fault, FAULT_ACCESS_FLAG, level);
    }
    size = UINT64_C(1) << (g.granule + (3 - level) * (g.granule - 3));
    *out = (ARMWalk){
        .phys = (desc & DESC_ADDR & ~(size - 1)) | (addr & (size - 1)),
        .page_size = size,
        .prot = permissions(env, desc, user, pan),
        .global = !(desc & DESC_NG),
        .attr = env->sys.mair >> ((desc >> 2 & 7) * 8) & 0xff,
        .sh = desc >> 8 & 3,
    };
    if (!check_access(out->prot, access)) {
        return fail(fault, FAULT_PERMISSION, level);
    }
    return true;
}

unsigned arm_fault_fsc(const ARMFault *fault)
{
    static const uint8_t base[] = {
        [FAULT_ADDRESS_SIZE] = FSC_ADDRESS_SIZE,   [FAULT_TRANSLATION] = FSC_TRANSLATION,
        [FAULT_ACCESS_FLAG] = FSC_ACCESS_FLAG,     [FAULT_PERMISSION] = FSC_PERMISSION,
        [FAULT_EXTERNAL_WALK] = FSC_EXTERNAL_WALK,
    };

    return base[fault->type] + fault->level;
}
