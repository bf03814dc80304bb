/* SPDX-License-Identifier: MIT */
/*
 * Self-hosted debug: breakpoints and watchpoints of the guest (D2.8, D2.9), and where debug
 * exceptions go.
 *
 * What is enabled is kept as ranges of addresses, from which the translator learns which pages need
 * its care: those with a breakpoint run instruction by instruction through the CPU loop, those that
 * are watched have no fast TLB tags. Whether a point matches (Exception level, security, context)
 * is decided only there, at each instruction and access, so that a change of level costs nothing.
 * When a range changes its pages are flushed. An unlinked breakpoint on a context has no address:
 * it covers everything, and everything is slow while it is enabled.
 *
 * Addresses are compared in bits 48:0. What lies above is a tag, or a copy of bit 48 that
 * translation has checked.
 *
 * CONSTRAINED UNPREDICTABLE choices: reserved types, masks (1, 2) and state-matching combinations
 * disable a point; so does a link to a breakpoint without context. A byte address select of several
 * runs is cut after the first; with an address mask it is ignored, as are masked bits of the
 * address.
 */
#include "qemu/osdep.h"

#include "target/arm/internals.h"
#include "target/arm/syndrome.h"

#define VA_MASK MAKE_64BIT_MASK(0, 49)

/* DBGBCR<n>_EL1 and DBGWCR<n>_EL1 (D19.3.2, D19.3.11) */
#define CR_E       1u
#define CR_PXC(v)  extract32(v, 1, 2)
#define CR_LSC(v)  extract32(v, 3, 2)
#define CR_BAS(v)  extract32(v, 5, 8)
#define CR_HMC(v)  extract32(v, 13, 1)
#define CR_SSC(v)  extract32(v, 14, 2)
#define CR_LBN(v)  extract32(v, 16, 4)
#define CR_BT(v)   extract32(v, 20, 4)
#define CR_WT(v)   extract32(v, 20, 1)
#define CR_MASK(v) extract32(v, 24, 5)

enum { BT_LINKED = 1, LSC_LOAD = 1, LSC_STORE = 2 };

/* ---- routing (D2.4) ---- */

unsigned arm_debug_target_el(const CPUARMState *env)
{
    return arm_el2_enabled(env) && ((env->sys.mdcr[2] & MDCR_TDE) || (env->sys.hcr & HCR_TGE)) ? 2
                                                                                               : 1;
}

/* The OS lock, and the OS double lock (there is nobody to set DBGPRCR_EL1.CORENPDRQ against it). */
static bool is_locked(const CPUARMState *env)
{
    return env->sys.oslock || (env->sys.osdlr & 1);
}

bool arm_debug_enabled(const CPUARMState *env, unsigned el, uint64_t pstate)
{
    unsigned target = arm_debug_target_el(env);

    if (is_locked(env) || el > target) {
        return false;
    }
    if (arm_is_secure_below_el3(env) && (env->sys.mdcr[3] & MDCR_SDD)) {
        return false;
    }
    return el < target || ((env->sys.mdscr & MDSCR_KDE) && !(pstate & PSTATE_D));
}

static bool exceptions_generated(const CPUARMState *env)
{
    return arm_debug_enabled(env, arm_current_el(env), env->pstate);
}

/* ---- matching ---- */

static bool is_in_host(const CPUARMState *env)
{
    unsigned el = arm_current_el(env);

    return el == 2 ? (arm_hcr(env) & HCR_E2H) != 0 : el == 0 && arm_in_host(env);
}

/* HMC:SSC:PxC as five bits that mean nothing with these Exception levels (D2.8.3, Table D2-9). */
static bool is_reserved_state(const CPUARMState *env, unsigned hmc, unsigned ssc, unsigned pxc)
{
    bool el2 = arm_has_el(env, 2), el3 = arm_has_el(env, 3);
    unsigned all = hmc << 4 | ssc << 2 | pxc;

    switch (all) {
    case 0x0c: /* EL2 with Secure EL2 only */
    case 0x14:
    case 0x0d:
    case 0x0f:
    case 0x1d:
    case 0x1f:
    case 0x0e:
    case 0x10:
    case 0x12:
    case 0x16:
    case 0x1a:
    case 0x1e:
        return true;
    case 0x18: /* EL3 alone */
        return !el3;
    case 0x1c: /* EL2 alone */
        return !el2;
    default:
        break;
    }
    if (!(hmc || pxc) || (!el2 && !el3 && (hmc || ssc))) {
        return true;
    }
    return !el3 && (ssc == 1 || ssc == 2);
}

static bool level_matches(const CPUARMState *env, unsigned el, unsigned hmc, unsigned ssc,
                          unsigned pxc)
{
    switch (el) {
    case 0:
        return pxc & 2;
    case 1:
        return pxc & 1;
    case 2:
        return ssc == 3 || (hmc && (ssc << 2 | pxc) != 8);
    default:
        return hmc && !(ssc & 1);
    }
}

static bool security_matches(const CPUARMState *env, unsigned hmc, unsigned ssc)
{
    switch (ssc) {
    case 0:
        return true;
    case 1:
        return !arm_is_secure(env);
    case 2:
        return arm_is_secure(env);
    default:
        return hmc || arm_is_secure(env);
    }
}

/* The contexts that a breakpoint of type @bt may look at (its bits 3:1), all of which must match.
 */
static bool context_matches(const CPUARMState *env, unsigned n, unsigned bt)
{
    uint64_t bvr = env->sys.dbgbvr[n];
    unsigned el = arm_current_el(env);
    bool host = is_in_host(env), guest = el < 2 && !host;
    bool match = true;

    if ((bt & 0xe) == 0x2) {
        match = host ? (uint32_t)env->sys.contextidr[2] == (uint32_t)bvr
                     : el < 2 && (uint32_t)env->sys.contextidr[1] == (uint32_t)bvr;
    } else if ((bt & 0xe) == 0xa || (bt & 0x6) == 0x6) {
        match = guest && (uint32_t)env->sys.contextidr[1] == (uint32_t)bvr;
    }
    if ((bt & 0xc) == 0x8) {
        return match && guest && arm_el2_enabled(env) &&
               !((env->sys.vttbr >> 48 ^ bvr >> 32) & arm_vmid_mask(env));
    }
    if ((bt & 0xc) == 0xc) {
        return match && el < 3 && arm_el2_enabled(env) &&
               (uint32_t)env->sys.contextidr[2] == bvr >> 32;
    }
    return match;
}

/* Whether breakpoint @n can compare contexts, and @bt (no address type) is a type that exists. */
static bool is_context_type(const CPUARMState *env, unsigned n, unsigned bt)
{
    if (n < ARM_NUM_BRP - ARM_NUM_CTX_CMP || (bt & 0xa) == 0) {
        return false;
    }
    if ((bt & 0x8) && !arm_has_el(env, 2)) {
        return false;
    }
    /* CONTEXTIDR_EL2 came with FEAT_VHE. */
    return ((bt & 0xc) != 0xc && (bt & 0x6) != 0x6) ||
           isar_field(env->isar.id_aa64mmfr1, ID_AA64MMFR1_VH);
}

/* The breakpoint that another one or a watchpoint is linked to. */
static bool linked_matches(const CPUARMState *env, unsigned n)
{
    uint64_t bcr;
    unsigned bt;

    if (n >= ARM_NUM_BRP) {
        return false;
    }
    bcr = env->sys.dbgbcr[n];
    bt = CR_BT(bcr);
    return (bcr & CR_E) && (bt & BT_LINKED) && is_context_type(env, n, bt) &&
           context_matches(env, n, bt);
}

/* AArch64.StateMatch, with @el in the place of the current level for unprivileged accesses. */
static bool state_matches(const CPUARMState *env, uint64_t cr, unsigned el, bool linked)
{
    unsigned hmc = CR_HMC(cr), ssc = CR_SSC(cr), pxc = CR_PXC(cr);

    return !is_reserved_state(env, hmc, ssc, pxc) && level_matches(env, el, hmc, ssc, pxc) &&
           security_matches(env, hmc, ssc) && (!linked || linked_matches(env, CR_LBN(cr)));
}

/* Types 0 and 1: an address. */
static bool is_address_type(unsigned bt)
{
    return !(bt & ~BT_LINKED);
}

static bool breakpoint_matches(const CPUARMState *env, unsigned n, uint64_t pc)
{
    uint64_t bcr = env->sys.dbgbcr[n];
    unsigned bt = CR_BT(bcr);

    if (!env->debug.brp[n].len) {
        return false;
    }
    if (is_address_type(bt) ? env->debug.brp[n].addr != (pc & VA_MASK)
                            : !context_matches(env, n, bt)) {
        return false;
    }
    return state_matches(env, bcr, arm_current_el(env), bt & BT_LINKED);
}

/* The first byte of [addr, addr + len) in @r as an offset; -1: none. */
static int first_in_range(const ARMDebugRange *r, uint64_t addr, unsigned len)
{
    uint64_t start = addr & VA_MASK;

    if (!r->len || r->addr > start + len - 1 || start > r->addr + r->len - 1) {
        return -1;
    }
    return MAX(r->addr, start) - start;
}

static bool watchpoint_matches(const CPUARMState *env, unsigned n, bool write, bool unpriv)
{
    uint64_t wcr = env->sys.dbgwcr[n];

    return (CR_LSC(wcr) & (write ? LSC_STORE : LSC_LOAD)) &&
           state_matches(env, wcr, unpriv ? 0 : arm_current_el(env), CR_WT(wcr));
}

/* ---- for the translator (TCGTargetOps) ---- */

bool arm_page_has_breakpoint(CPUState *cs, uint64_t addr)
{
    const CPUARMState *env = cpu_env(cs);

    for (unsigned n = 0; n < ARM_NUM_BRP; n++) {
        if (first_in_range(&env->debug.brp[n], addr & ~UINT64_C(4095), 4096) >= 0) {
            return true;
        }
    }
    return false;
}

bool arm_page_is_watched(CPUState *cs, uint64_t addr)
{
    const CPUARMState *env = cpu_env(cs);

    for (unsigned n = 0; n < ARM_NUM_WRP; n++) {
        if (first_in_range(&env->debug.wrp[n], addr & ~UINT64_C(4095), 4096) >= 0) {
            return true;
        }
    }
    return false;
}

/* A software step exception that is pending comes first (D1.3.5.5). FAR is UNKNOWN: zero. */
bool arm_check_breakpoint(CPUState *cs, uint64_t pc)
{
    CPUARMState *env = cpu_env(cs);

    if (!exceptions_generated(env) || ((env->sys.mdscr & MDSCR_SS) && !(env->pstate & PSTATE_SS))) {
        return false;
    }
    for (unsigned n = 0; n < ARM_NUM_BRP; n++) {
        if (breakpoint_matches(env, n, pc)) {
            cs->exception_index = EXCP_BREAKPOINT;
            env->exception = (typeof(env->exception)){
                .syndrome = syn_make(EC_BREAKPOINT_LOWER, FSC_DEBUG),
                .ipa = UINT64_MAX,
            };
            return true;
        }
    }
    return false;
}

void arm_check_watchpoint(CPUState *cs, uint64_t addr, unsigned len, bool write, bool unpriv)
{
    CPUARMState *env = cpu_env(cs);
    bool cm = env->exception.cache_op;

    if (!exceptions_generated(env)) {
        return;
    }
    for (unsigned n = 0; n < ARM_NUM_WRP; n++) {
        int first = first_in_range(&env->debug.wrp[n], addr, len);

        if (first < 0 || !watchpoint_matches(env, n, write, unpriv)) {
            continue;
        }
        env->exception.cache_op = false;
        env->exception.vaddress = addr + first;
        arm_raise(
            env, EXCP_WATCHPOINT,
            syn_make(EC_WATCHPOINT_LOWER, (uint32_t)cm << 8 | (uint32_t)write << 6 | FSC_DEBUG));
    }
}

/* ---- what is enabled ---- */

static ARMDebugRange breakpoint_range(const CPUARMState *env, unsigned n)
{
    unsigned bt = CR_BT(env->sys.dbgbcr[n]);

    if (!(env->sys.dbgbcr[n] & CR_E)) {
        return (ARMDebugRange){ 0, 0 };
    }
    if (is_address_type(bt)) {
        return (ARMDebugRange){ env->sys.dbgbvr[n] & VA_MASK & ~UINT64_C(3), 4 };
    }
    /* Others than these only serve what is linked to them. */
    if (!(bt & BT_LINKED) && is_context_type(env, n, bt)) {
        return (ARMDebugRange){ 0, VA_MASK + 1 };
    }
    return (ARMDebugRange){ 0, 0 };
}

static ARMDebugRange watchpoint_range(const CPUARMState *env, unsigned n)
{
    uint64_t wcr = env->sys.dbgwcr[n], addr = env->sys.dbgwvr[n] & VA_MASK;
    unsigned mask = CR_MASK(wcr), bas = CR_BAS(wcr), first;

    if (!(wcr & CR_E) || mask == 1 || mask == 2) {
        return (ARMDebugRange){ 0, 0 };
    }
    if (mask) {
        return (ARMDebugRange){ addr & ~MAKE_64BIT_MASK(0, mask), 1ull << mask };
    }
    if (addr & 4) {
        bas &= 0xf;
    }
    if (!bas) {
        return (ARMDebugRange){ 0, 0 };
    }
    first = ctz32(bas);
    return (ARMDebugRange){ addr + first, ctz32(~(bas >> first)) };
}

/* The pages of @r are to be looked at anew. From outside of the CPU's thread: all are. */
static void flush_range(CPUState *cs, const ARMDebugRange *r)
{
    if (!r->len) {
        return;
    }
    if (r->len > 4096 || cs != current_cpu) {
        tlb_flush(cs);
    } else { /* it is aligned, or in one doubleword */
        tlb_flush_page(cs, r->addr, 0, 0);
    }
}

static void set_range(CPUState *cs, ARMDebugRange *r, ARMDebugRange new)
{
    ARMDebugRange old = *r;

    if (old.addr == new.addr && old.len == new.len) {
        return;
    }
    *r = new;
    if (cs->tcg) {
        flush_range(cs, &old);
        flush_range(cs, &new);
    }
}

void arm_debug_update(CPUARMState *env)
{
    static const ARMDebugRange none;
    CPUState *cs = env_cpu(env);
    bool on = (env->sys.mdscr & MDSCR_MDE) && !is_locked(env);

    cs->guest_debug = 0;
    for (unsigned n = 0; n < ARM_NUM_BRP; n++) {
        set_range(cs, &env->debug.brp[n], on ? breakpoint_range(env, n) : none);
        cs->guest_debug |= env->debug.brp[n].len ? GUEST_DEBUG_BREAK : 0;
    }
    for (unsigned n = 0; n < ARM_NUM_WRP; n++) {
        set_range(cs, &env->debug.wrp[n], on ? watchpoint_range(env, n) : none);
        cs->guest_debug |= env->debug.wrp[n].len ? GUEST_DEBUG_WATCH : 0;
    }
}
