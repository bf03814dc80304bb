/* SPDX-License-Identifier: MIT */
/*
 * Stage 2 of the EL1&0 regime (D8.2.1, D8.4.5): from intermediate physical to physical addresses.
 *
 * The tables have the form of stage 1's, but for the first: up to 16 tables stand side by side as
 * one, so that a walk may begin a level lower (VTCR_EL2.SL0). Permissions are read, write and
 * execute, for EL1 and EL0 alike, but for execution where FEAT_XNX gives the field a second bit.
 */
#include "qemu/osdep.h"

#include "exec/memory.h"
#include "target/arm/internals.h"

#define S2_VALID (1ull << 0)
#define S2_TABLE (1ull << 1)
#define S2_R     (1ull << 6)
#define S2_W     (1ull << 7)
#define S2_AF    (1ull << 10)
#define S2_DBM   (1ull << 51)
#define S2_XN0   (1ull << 53) /* FEAT_XNX */
#define S2_XN    (1ull << 54)
#define S2_ADDR  0x0000fffffffff000ull

typedef struct Stage2 {
    uint64_t base;
    unsigned granule, ipa_bits, out_bits;
    unsigned start; /* level */
    bool valid;     /* VTCR_EL2 makes sense */
    bool ha, hd;    /* hardware updates Access flag, dirty state */
} Stage2;

/* HCR_EL2.DC stands for VM as well (D19.2.48). */
bool arm_stage2_enabled(const CPUARMState *env)
{
    return arm_hcr(env) & (HCR_VM | HCR_DC);
}

static bool fail(ARMFault *fault, ARMFaultType type, unsigned level, uint64_t ipa)
{
    *fault = (ARMFault){ .type = type, .level = level, .stage2 = true, .ipa = ipa };
    return false;
}

static Stage2 decode(const CPUARMState *env)
{
    uint64_t vtcr = env->sys.vtcr;
    unsigned sl0 = vtcr >> 6 & 3;
    Stage2 s = {
        .granule = arm_granule_bits(env, vtcr, false),
        .ipa_bits = 64 - MAX(16, MIN(39, vtcr & 63)),
        .out_bits = arm_output_bits(env, vtcr >> 16),
        .ha = arm_hafdbs(env) && (vtcr >> 21 & 1),
        .hd = arm_hafdbs(env) >= 2 && (vtcr >> 21 & 3) == 3,
    };
    unsigned stride = s.granule - 3, first_shift, bits;

    s.start = (s.granule == 12 ? 2 : 3) - MIN(sl0, 2);
    first_shift = s.granule + (3 - s.start) * stride;
    bits = s.ipa_bits > first_shift ? s.ipa_bits - first_shift : 0;
    /* Concatenation: at most 16 tables. */
    s.valid = sl0 != 3 && bits >= 1 && bits <= stride + 4;
    s.base = env->sys.vttbr & MAKE_64BIT_MASK(0, 48) & ~MAKE_64BIT_MASK(0, bits + 3);
    return s;
}

static bool block_allowed(const Stage2 *s, unsigned level)
{
    return level == 2 || (level == 1 && s->granule == 12);
}

/* The descriptor that ends a walk. */
typedef struct Leaf {
    hwaddr addr;
    uint64_t desc;
    unsigned level;
} Leaf;

/* Writable by its DBM bit, and not written to yet. */
static bool is_clean(const Stage2 *s, uint64_t desc)
{
    return s->hd && (desc & S2_DBM) && !(desc & S2_W);
}

static bool big_tables(const CPUARMState *env)
{
    return env->sys.sctlr[2] & SCTLR_EE;
}

static bool find_descriptor(CPUARMState *env, const Stage2 *s, uint64_t ipa, Leaf *leaf,
                            ARMFault *fault)
{
    unsigned stride = s->granule - 3;
    uint64_t base = s->base;

    for (unsigned l = s->start;; l++) {
        unsigned shift = s->granule + (3 - l) * stride;
        unsigned bits = l == s->start ? s->ipa_bits - shift : stride;
        MemTxResult result = MEMTX_OK;
        hwaddr at = base + extract64(ipa, shift, bits) * 8;
        uint64_t d = arm_read_descriptor(env, at, false, big_tables(env), &result);

        if (result != MEMTX_OK) {
            return fail(fault, FAULT_EXTERNAL_WALK, l, ipa);
        }
        if (!(d & S2_VALID) || (l == 3 && !(d & S2_TABLE)) ||
            (l < 3 && !(d & S2_TABLE) && !block_allowed(s, l))) {
            return fail(fault, FAULT_TRANSLATION, l, ipa);
        }
        if (s->out_bits < 48 && (d & S2_ADDR) >> s->out_bits) {
            return fail(fault, FAULT_ADDRESS_SIZE, l, ipa);
        }
        if (l == 3 || !(d & S2_TABLE)) {
            *leaf = (Leaf){ .addr = at, .desc = d, .level = l };
            return true;
        }
        base = d & S2_ADDR & ~MAKE_64BIT_MASK(0, s->granule);
    }
}

/* XN[1:0] with FEAT_XNX: 0 all execute, 1 EL0 alone, 2 nobody, 3 EL1 alone (D8.4.5). */
static bool executable(const CPUARMState *env, uint64_t desc, bool user)
{
    bool xn = desc & S2_XN;

    if ((desc & S2_XN0) && isar_field(env->isar.id_aa64mmfr1, ID_AA64MMFR1_XNX)) {
        return xn != user;
    }
    return !xn;
}

static uint8_t permissions(const CPUARMState *env, uint64_t desc, bool user)
{
    return (desc & S2_R ? PAGE_READ : 0) | (desc & S2_W ? PAGE_WRITE : 0) |
           (executable(env, desc, user) ? PAGE_EXEC : 0);
}

/* One half of a Normal memory attribute of both stages: not cacheable before write-through. */
static unsigned combine_half(unsigned first, unsigned second)
{
    bool through = (first >> 2) != 1 && !(first & 4); /* 0b00xx and 0b10xx are write-through */

    if (first == 4 || second == 1) {
        return 4;
    }
    return (through || second == 2 ? 8 : 12) | (first & 3);
}

/*
 * Memory attributes of both stages together (D8.6.6): @attr as in MAIR, @second the MemAttr field.
 * Device is the stronger, and of the kinds of it the one with the lower number.
 */
static uint8_t combine_attributes(uint8_t attr, unsigned second)
{
    bool device = !(attr & 0xf0), device2 = !(second & 12);

    if (device2) {
        return device ? MIN(attr, second << 2) : second << 2;
    }
    if (device) {
        return attr;
    }
    return combine_half(attr >> 4, second >> 2) << 4 | combine_half(attr & 15, second & 3);
}

static uint8_t combine_shareability(uint8_t first, uint8_t second)
{
    if (first == 2 || second == 2) {
        return 2;
    }
    return first == 3 || second == 3 ? 3 : 0;
}

void arm_combine_stages(ARMWalk *w, const ARMWalk *second)
{
    w->phys = second->phys;
    w->page_size = MIN(w->page_size, second->page_size);
    w->prot &= second->prot;
    w->attr = combine_attributes(w->attr, second->attr);
    w->sh = combine_shareability(w->sh, second->sh);
}

/* What the descriptor becomes by this access; *@again: another CPU was faster. */
static bool update_leaf(CPUARMState *env, const Stage2 *s, uint64_t ipa, Leaf *leaf,
                        ARMAccess access, bool *again, ARMFault *fault)
{
    uint64_t new = leaf->desc | S2_AF;

    *again = false;
    if (access == ARM_WRITE && is_clean(s, new)) {
        new |= S2_W;
    }
    if (new == leaf->desc) {
        return true;
    }
    switch (arm_update_descriptor(env, leaf->addr, false, big_tables(env), leaf->desc, new)) {
    case UPDATE_DONE:
        leaf->desc = new;
        return true;
    case UPDATE_AGAIN:
        *again = true;
        return true;
    case UPDATE_NO_MEMORY:
        return fail(fault, FAULT_ATOMIC_UPDATE, 0, ipa);
    default:
        return fail(fault, FAULT_EXTERNAL_WALK, leaf->level, ipa);
    }
}

/* Finds, checks and updates the last descriptor. */
static bool walk_tables(CPUARMState *env, const Stage2 *s, uint64_t ipa, ARMAccess access,
                        const ARMWalkMode *m, Leaf *leaf, uint8_t *prot, ARMFault *fault)
{
    bool again = true;

    while (again) {
        if (!find_descriptor(env, s, ipa, leaf, fault)) {
            return false;
        }
        if (!(leaf->desc & S2_AF) && !s->ha) {
            return fail(fault, FAULT_ACCESS_FLAG, leaf->level, ipa);
        }
        *prot = permissions(env, leaf->desc, m->user);
        *prot |= is_clean(s, leaf->desc) ? PAGE_WRITE : 0;
        if (!arm_access_allowed(*prot, access)) {
            return fail(fault, FAULT_PERMISSION, leaf->level, ipa);
        }
        again = false;
        if (!m->debug && !update_leaf(env, s, ipa, leaf, access, &again, fault)) {
            return false;
        }
    }
    *prot &= is_clean(s, leaf->desc) && access != ARM_WRITE ? ~PAGE_WRITE : 0xff;
    return true;
}

bool arm_walk_stage2(CPUARMState *env, uint64_t ipa, ARMAccess access, const ARMWalkMode *m,
                     ARMWalk *out, ARMFault *fault)
{
    Stage2 s;
    uint64_t size;
    uint8_t prot;
    Leaf leaf;

    s = decode(env);
    if (!s.valid || ipa >> s.ipa_bits) {
        return fail(fault, FAULT_TRANSLATION, 0, ipa);
    }
    if (!walk_tables(env, &s, ipa, access, m, &leaf, &prot, fault)) {
        return false;
    }
    size = UINT64_C(1) << (s.granule + (3 - leaf.level) * (s.granule - 3));
    *out = (ARMWalk){
        .phys = (leaf.desc & S2_ADDR & ~(size - 1)) | (ipa & (size - 1)),
        .page_size = size,
        .prot = prot,
        .level = leaf.level,
        .attr = leaf.desc >> 2 & 15,
        .sh = leaf.desc >> 8 & 3,
    };
    return true;
}
