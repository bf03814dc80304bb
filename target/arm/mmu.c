/* SPDX-License-Identifier: MIT */
/*
 * Translation table walk: stage 1, VMSAv8-64 (D8).
 *
 * In a regime with an EL0 (EL1&0, EL2&0) bit 55 of the address selects TTBR0 or TTBR1; the others
 * have TTBR0 only and one privilege level. The output, and in EL1&0 each address of a table, then
 * goes through stage 2 (mmu-stage2.c) where that is on. The table of each level resolves `stride`
 * bits (granule bits less 3); the first level is the one that leaves whole tables below it. A walk
 * ends at a block (levels 1 and 2) or page (level 3) descriptor, whose permissions are narrowed by
 * the table descriptors on the way. The contiguous hint is ignored.
 *
 * Hardware update (FEAT_HAFDBS, D8.5): with TCR_ELx.HA a clear Access flag is set, with HD a page
 * that is read-only but for its DBM bit is made writable by the first write. The last descriptor is
 * replaced by one atomic compare and exchange after everything else has succeeded; where another
 * CPU was faster the walk begins again. Until that first write the soft TLB gets the page as
 * read-only, so that the write comes here.
 */
#include "qemu/osdep.h"

#include "exec/cpu-common.h"
#include "exec/memory.h"
#include "qemu/bswap.h"
#include "target/arm/internals.h"
#include "target/arm/syndrome.h"

#define DESC_VALID  (1ull << 0)
#define DESC_TABLE  (1ull << 1)
#define DESC_NS     (1ull << 5)
#define DESC_AP1    (1ull << 6) /* EL0 may access */
#define DESC_AP2    (1ull << 7) /* read only */
#define DESC_AF     (1ull << 10)
#define DESC_NG     (1ull << 11)
#define DESC_GP     (1ull << 50)
#define DESC_DBM    (1ull << 51)
#define DESC_PXN    (1ull << 53)
#define DESC_UXN    (1ull << 54)
#define DESC_ADDR   0x0000fffffffff000ull
#define TABLE_PXN   (1ull << 59)
#define TABLE_UXN   (1ull << 60)
#define TABLE_NOEL0 (1ull << 61)
#define TABLE_RO    (1ull << 62)
#define TABLE_NS    (1ull << 63)

/* TCR_ELx for one half of the address space, decoded. */
typedef struct Regime {
    const ARMWalkMode *mode;
    uint64_t ttbr;
    unsigned granule; /* log2 of the granule: 12, 14, 16 */
    unsigned va_bits;
    unsigned out_bits; /* of output addresses, from IPS and PARange */
    bool has_el0;      /* and two halves */
    bool tbi, epd, e0pd, hpd;
    bool ha, hd; /* hardware updates Access flag, dirty state */
} Regime;

static const uint8_t pa_sizes[] = { 32, 36, 40, 42, 44, 48, 48, 48 };

unsigned arm_pa_bits(const CPUARMState *env)
{
    return pa_sizes[isar_field(env->isar.id_aa64mmfr0, ID_AA64MMFR0_PARANGE) & 7];
}

unsigned arm_granule_bits(const CPUARMState *env, uint64_t tcr, bool high)
{
    static const uint8_t tg0[] = { 12, 16, 14, 12 }; /* 3 is reserved: any size may be chosen */
    static const uint8_t tg1[] = { 12, 14, 12, 16 };
    unsigned bits = high ? tg1[tcr >> 30 & 3] : tg0[tcr >> 14 & 3];

    if (bits == 14 && isar_field(env->isar.id_aa64mmfr0, ID_AA64MMFR0_TGRAN16) == 0) {
        return 12;
    }
    return bits;
}

unsigned arm_output_bits(const CPUARMState *env, unsigned ps)
{
    return MIN(pa_sizes[ps & 7], arm_pa_bits(env));
}

unsigned arm_hafdbs(const CPUARMState *env)
{
    return isar_field(env->isar.id_aa64mmfr1, ID_AA64MMFR1_HAFDBS);
}

/* TCR_EL3, and TCR_EL2 without E2H: one half, fields in other places (D19.2.140). */
static Regime decode_single(const CPUARMState *env, const ARMWalkMode *m)
{
    uint64_t tcr = env->sys.tcr[m->regime];

    return (Regime){
        .mode = m,
        .ttbr = env->sys.ttbr0[m->regime],
        .granule = arm_granule_bits(env, tcr, false),
        .va_bits = 64 - MAX(16, MIN(39, tcr & 63)),
        .out_bits = arm_output_bits(env, tcr >> 16),
        .hpd = isar_field(env->isar.id_aa64mmfr1, ID_AA64MMFR1_HPDS) && (tcr >> 24 & 1),
        .ha = arm_hafdbs(env) && (tcr >> 21 & 1),
        .hd = arm_hafdbs(env) >= 2 && (tcr >> 21 & 3) == 3,
    };
}

static Regime decode_regime(const CPUARMState *env, const ARMWalkMode *m, bool high)
{
    uint64_t tcr = env->sys.tcr[m->regime];
    unsigned tsz = high ? tcr >> 16 & 63 : tcr & 63;
    Regime g = {
        .mode = m,
        .ttbr = high ? env->sys.ttbr1[m->regime] : env->sys.ttbr0[m->regime],
        .granule = arm_granule_bits(env, tcr, high),
        .va_bits = 64 - MAX(16, MIN(39, tsz)),
        .out_bits = arm_output_bits(env, tcr >> 32),
        .has_el0 = true,
        .epd = tcr >> (high ? 23 : 7) & 1,
        .ha = arm_hafdbs(env) && (tcr >> 39 & 1),
        .hd = arm_hafdbs(env) >= 2 && (tcr >> 39 & 3) == 3,
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

/* Bits above the translated ones must all equal bit 55, or be 0 without halves; but for the tag. */
static bool in_range(const Regime *g, uint64_t addr)
{
    unsigned unused = (g->tbi ? 56 : 64) - g->va_bits;
    int64_t top = (int64_t)(g->tbi ? addr << 8 : addr) >> (64 - unused);

    return top == (g->has_el0 && (addr >> 55 & 1) ? -1 : 0);
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

/* Without an EL0: AP[1] is RES1, and XN is where UXN is. */
static uint8_t single_permissions(const CPUARMState *env, const Regime *g, uint64_t desc)
{
    bool writable = !(desc & DESC_AP2);
    bool wxn = env->sys.sctlr[g->mode->regime] & SCTLR_WXN;
    bool foreign = g->mode->regime == 3 && (env->sys.scr & SCR_SIF) && (desc & DESC_NS);
    uint8_t prot = PAGE_READ | (writable ? PAGE_WRITE : 0);

    return desc & DESC_UXN || (wxn && writable) || foreign ? prot : prot | PAGE_EXEC;
}

static uint8_t permissions(const CPUARMState *env, const Regime *g, uint64_t desc)
{
    bool el0 = desc & DESC_AP1;
    bool writable = !(desc & DESC_AP2);
    bool wxn = env->sys.sctlr[g->mode->regime] & SCTLR_WXN;
    uint8_t prot = 0;

    if (!g->has_el0) {
        return single_permissions(env, g, desc);
    }
    if (g->mode->user) {
        prot |= el0 ? PAGE_READ | (writable ? PAGE_WRITE : 0) : 0;
        prot |= desc & DESC_UXN || (wxn && el0 && writable) ? 0 : PAGE_EXEC;
        return prot;
    }
    if (!(g->mode->pan && el0)) {
        prot |= PAGE_READ | (writable ? PAGE_WRITE : 0);
    }
    /* What EL0 can write, the level above never executes (D8.4.1). */
    if (!(desc & DESC_PXN) && !(writable && (el0 || wxn))) {
        prot |= PAGE_EXEC;
    }
    return prot;
}

bool arm_access_allowed(uint8_t prot, ARMAccess access)
{
    static const uint8_t need[] = { PAGE_READ, PAGE_WRITE, PAGE_EXEC };

    return prot & need[access];
}

/* Without stage 1: a flat map, all accesses allowed (D8.2.10). */
static bool walk_flat(CPUARMState *env, uint64_t addr, ARMAccess access, const ARMWalkMode *m,
                      ARMWalk *out, ARMFault *fault)
{
    uint32_t tbi = arm_tbi_mode(env, m->regime, access == ARM_FETCH);
    uint64_t pa = addr;
    bool cacheable = m->regime == 1 && (arm_hcr(env) & HCR_DC);

    if (tbi & (addr >> 55 & 1 ? MODE_TBI1 : MODE_TBI0)) {
        pa &= MAKE_64BIT_MASK(0, 56);
    }
    if (pa >> arm_pa_bits(env)) {
        return fail(fault, FAULT_ADDRESS_SIZE, 0);
    }
    *out = (ARMWalk){ .phys = pa,
                      .page_size = 4096,
                      .global = true,
                      .secure = m->secure,
                      .attr = cacheable ? 0xff : 0,
                      .sh = cacheable ? 0 : 2,
                      .prot = PAGE_READ | PAGE_WRITE | PAGE_EXEC };
    return true;
}

/* Narrows @desc by what the table descriptors above it, or-ed in @tables, forbid (D8.4.3). */
static uint64_t apply_tables(uint64_t desc, uint64_t tables)
{
    desc |= tables & TABLE_PXN ? DESC_PXN : 0;
    desc |= tables & TABLE_UXN ? DESC_UXN : 0;
    desc |= tables & TABLE_RO ? DESC_AP2 : 0;
    desc |= tables & TABLE_NS ? DESC_NS : 0;
    return tables & TABLE_NOEL0 ? desc & ~DESC_AP1 : desc;
}

uint64_t arm_read_descriptor(CPUARMState *env, hwaddr addr, bool secure, bool big,
                             MemTxResult *result)
{
    CPUState *cs = env_cpu(env);
    MemTxAttrs attrs = { .secure = secure };

    uint64_t desc = address_space_ldq_le(cpu_get_address_space_for(cs, attrs), addr, attrs, result);

    return big ? bswap64(desc) : desc;
}

ARMUpdate arm_update_descriptor(CPUARMState *env, hwaddr addr, bool secure, bool big, uint64_t old,
                                uint64_t new)
{
    CPUState *cs = env_cpu(env);
    MemTxAttrs attrs = { .secure = secure };
    uint64_t expected = big ? bswap64(old) : old, seen = expected;

    new = big ? bswap64(new) : new;
    switch (
        address_space_cmpxchgq_le(cpu_get_address_space_for(cs, attrs), addr, attrs, &seen, new)) {
    case MEMTX_OK:
        return seen == expected ? UPDATE_DONE : UPDATE_AGAIN;
    case MEMTX_ERROR:
        return UPDATE_NO_MEMORY;
    default:
        return UPDATE_ABORT;
    }
}

static bool big_tables(const CPUARMState *env, const Regime *g)
{
    return env->sys.sctlr[g->mode->regime] & SCTLR_EE;
}

/* Where the descriptor of stage 1 at *@addr really is: stage 2 may have to translate it first. */
static bool table_address(CPUARMState *env, const Regime *g, hwaddr *addr, ARMAccess access,
                          ARMFault *fault)
{
    ARMWalk w;

    if (g->mode->regime != 1 || !arm_stage2_enabled(env)) {
        return true;
    }
    if (!arm_walk_stage2(env, *addr, access, g->mode, &w, fault)) {
        fault->s1ptw = true;
        return false;
    }
    if ((arm_hcr(env) & HCR_PTW) && !(w.attr & 12)) { /* tables in Device memory */
        *fault = (ARMFault){
            .type = FAULT_PERMISSION, .level = w.level, .stage2 = true, .s1ptw = true, .ipa = *addr
        };
        return false;
    }
    *addr = w.phys;
    return true;
}

static bool read_stage1(CPUARMState *env, const Regime *g, hwaddr addr, bool secure, unsigned level,
                        uint64_t *desc, ARMFault *fault)
{
    MemTxResult result = MEMTX_OK;

    if (!table_address(env, g, &addr, ARM_READ, fault)) {
        return false;
    }
    *desc = arm_read_descriptor(env, addr, secure, big_tables(env, g), &result);
    return result == MEMTX_OK || fail(fault, FAULT_EXTERNAL_WALK, level);
}

/* Whether a descriptor of level @l leads no further: reserved, or a block where none may be. */
static bool is_invalid(const Regime *g, uint64_t d, unsigned l)
{
    return !(d & DESC_VALID) || (l == 3 && !(d & DESC_TABLE)) ||
           (l < 3 && !(d & DESC_TABLE) && !block_allowed(g, l));
}

/* The descriptor that ends a walk. */
typedef struct Leaf {
    hwaddr addr; /* before stage 2 */
    bool secure; /* where it is */
    unsigned level;
    uint64_t raw;  /* as in memory */
    uint64_t desc; /* as it counts: what HD grants added, what tables forbid removed */
} Leaf;

static bool is_clean(const Regime *g, uint64_t desc)
{
    return g->hd && (desc & DESC_DBM) && (desc & DESC_AP2);
}

/* Follows the tables from TTBR down. */
static bool find_descriptor(CPUARMState *env, const Regime *g, uint64_t addr, Leaf *leaf,
                            ARMFault *fault)
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
        bool secure = g->mode->secure && !(tables & TABLE_NS);
        hwaddr at = base + extract64(addr, shift, bits) * 8;
        uint64_t d;

        if (!read_stage1(env, g, at, secure, l, &d, fault)) {
            return false;
        }
        if (is_invalid(g, d, l)) {
            return fail(fault, FAULT_TRANSLATION, l);
        }
        if (beyond_output(g, d & DESC_ADDR)) {
            return fail(fault, FAULT_ADDRESS_SIZE, l);
        }
        if (l == 3 || !(d & DESC_TABLE)) {
            *leaf = (Leaf){ .addr = at, .secure = secure, .level = l, .raw = d };
            d &= is_clean(g, d) ? ~DESC_AP2 : ~UINT64_C(0);
            leaf->desc = apply_tables(d, g->hpd ? tables & TABLE_NS : tables);
            return true;
        }
        tables |= d;
        base = d & DESC_ADDR & ~MAKE_64BIT_MASK(0, g->granule);
        bits = stride;
    }
}

/* What the descriptor becomes by this access; *@again: another CPU was faster. */
static bool update_leaf(CPUARMState *env, const Regime *g, Leaf *leaf, ARMAccess access,
                        bool *again, ARMFault *fault)
{
    uint64_t new = leaf->raw | DESC_AF;
    hwaddr addr = leaf->addr;

    *again = false;
    if (access == ARM_WRITE && is_clean(g, new)) {
        new &= ~DESC_AP2;
    }
    if (new == leaf->raw || g->mode->debug) {
        return true;
    }
    if (!table_address(env, g, &addr, ARM_WRITE, fault)) {
        return false;
    }
    switch (arm_update_descriptor(env, addr, leaf->secure, big_tables(env, g), leaf->raw, new)) {
    case UPDATE_DONE:
        leaf->raw = new;
        return true;
    case UPDATE_AGAIN:
        *again = true;
        return true;
    case UPDATE_NO_MEMORY:
        return fail(fault, FAULT_ATOMIC_UPDATE, 0);
    default:
        return fail(fault, FAULT_EXTERNAL_WALK, leaf->level);
    }
}

/* Finds, checks and updates the last descriptor; @out has its permissions only. */
static bool walk_tables(CPUARMState *env, const Regime *g, uint64_t addr, ARMAccess access,
                        Leaf *leaf, ARMWalk *out, ARMFault *fault)
{
    bool again = true;

    while (again) {
        if (!find_descriptor(env, g, addr, leaf, fault)) {
            return false;
        }
        if (!(leaf->desc & DESC_AF) && !g->ha) {
            return fail(fault, FAULT_ACCESS_FLAG, leaf->level);
        }
        out->prot = permissions(env, g, leaf->desc);
        if (!arm_access_allowed(out->prot, access)) {
            return fail(fault, FAULT_PERMISSION, leaf->level);
        }
        if (!update_leaf(env, g, leaf, access, &again, fault)) {
            return false;
        }
    }
    out->prot &= is_clean(g, leaf->raw) && access != ARM_WRITE ? ~PAGE_WRITE : 0xff;
    return true;
}

static bool walk_stage1(CPUARMState *env, uint64_t addr, ARMAccess access, const ARMWalkMode *m,
                        ARMWalk *out, ARMFault *fault)
{
    bool dc = m->regime == 1 && (arm_hcr(env) & HCR_DC);
    uint64_t size;
    Regime g;
    Leaf leaf;

    if (!(env->sys.sctlr[m->regime] & SCTLR_M) || dc) {
        return walk_flat(env, addr, access, m, out, fault);
    }
    if (arm_regime_has_el0(env, m->regime)) {
        g = decode_regime(env, m, addr >> 55 & 1);
    } else {
        g = decode_single(env, m);
    }
    g.tbi = arm_tbi_mode(env, m->regime, access == ARM_FETCH) &
            (addr >> 55 & 1 ? MODE_TBI1 : MODE_TBI0);
    if (!in_range(&g, addr) || g.epd || (m->user && g.e0pd)) {
        return fail(fault, FAULT_TRANSLATION, 0);
    }
    if (!walk_tables(env, &g, addr, access, &leaf, out, fault)) {
        return false;
    }
    size = UINT64_C(1) << (g.granule + (3 - leaf.level) * (g.granule - 3));
    *out = (ARMWalk){
        .phys = (leaf.desc & DESC_ADDR & ~(size - 1)) | (addr & (size - 1)),
        .page_size = size,
        .prot = out->prot,
        .global = !g.has_el0 || !(leaf.desc & DESC_NG),
        .secure = m->secure && !(leaf.desc & DESC_NS),
        .guarded = arm_has_bti(env) && (leaf.desc & DESC_GP),
        .attr = env->sys.mair[m->regime] >> ((leaf.desc >> 2 & 7) * 8) & 0xff,
        .sh = leaf.desc >> 8 & 3,
    };
    return true;
}

bool arm_walk(CPUARMState *env, uint64_t addr, ARMAccess access, const ARMWalkMode *m, ARMWalk *out,
              ARMFault *fault)
{
    ARMWalk second;

    if (!walk_stage1(env, addr, access, m, out, fault)) {
        return false;
    }
    if (m->regime != 1 || m->stage1_only || !arm_stage2_enabled(env)) {
        return true;
    }
    if (!arm_walk_stage2(env, out->phys, access, m, &second, fault)) {
        return false;
    }
    arm_combine_stages(out, &second);
    return true;
}

unsigned arm_fault_fsc(const ARMFault *fault)
{
    static const uint8_t base[] = {
        [FAULT_ADDRESS_SIZE] = FSC_ADDRESS_SIZE,   [FAULT_TRANSLATION] = FSC_TRANSLATION,
        [FAULT_ACCESS_FLAG] = FSC_ACCESS_FLAG,     [FAULT_PERMISSION] = FSC_PERMISSION,
        [FAULT_EXTERNAL_WALK] = FSC_EXTERNAL_WALK, [FAULT_ATOMIC_UPDATE] = FSC_ATOMIC_UPDATE,
    };

    return base[fault->type] + fault->level;
}
