/* SPDX-License-Identifier: MIT */
/* C functions that translated code calls: exceptions, system registers, what the IR has no form
 * for. */
#include "qemu/osdep.h"

#include "qemu/atomic.h"
#include "qemu/bswap.h"
#include "qemu/main-loop.h"
#include "target/arm/pauth.h"
#include "target/arm/syndrome.h"
#include "target/arm/sysregs.h"
#include "target/arm/tcg/helpers.h"

void helper_exception(CPUARMState *env, uint64_t excp, uint64_t syndrome)
{
    arm_raise(env, excp, syndrome);
}

/* SSAdvance: the instruction has been executed, so active-not-pending becomes active-pending. */
static void advance_step(CPUARMState *env, unsigned how)
{
    if ((env->sys.mdscr & MDSCR_SS) && (env->pstate & PSTATE_SS)) {
        env->pstate &= ~(uint64_t)PSTATE_SS;
        env->stepped = arm_get_mode(env) & MODE_STEP ? how : 0;
    }
}

void helper_svc(CPUARMState *env, uint64_t imm)
{
    advance_step(env, STEPPED_INSN);
    arm_raise_after(env, EXCP_SVC, syn_make(EC_SVC64, imm));
}

/* HVC is UNDEFINED without EL2, in Secure state, and where EL2 or EL3 disable it (C6.2.126). */
static bool hvc_enabled(const CPUARMState *env)
{
    unsigned el = arm_current_el(env);

    if (!arm_has_el(env, 2) || (el < 3 && arm_is_secure_below_el3(env))) {
        return false;
    }
    return arm_has_el(env, 3) ? (env->sys.scr & SCR_HCE) != 0 : !(arm_hcr(env) & HCR_HCD);
}

void helper_hvc(CPUARMState *env, uint64_t imm)
{
    if (!arm_is_psci_call(ARM_CPU(env_cpu(env)), EXCP_HVC) && !hvc_enabled(env)) {
        arm_raise(env, EXCP_UDEF, syn_uncategorized());
    }
    advance_step(env, STEPPED_INSN);
    arm_raise_after(env, EXCP_HVC, syn_make(EC_HVC64, imm));
}

/* SMC at EL1 may be trapped to EL2, before it is known whether there is an EL3 (C6.2.285). */
void helper_smc(CPUARMState *env, uint64_t imm)
{
    if (arm_current_el(env) == 1 && (arm_hcr(env) & HCR_TSC)) {
        arm_raise_to(env, EXCP_SMC, syn_make(EC_SMC64, imm), 2);
    }
    if (!arm_is_psci_call(ARM_CPU(env_cpu(env)), EXCP_SMC) &&
        (!arm_has_el(env, 3) || (env->sys.scr & SCR_SMD))) {
        arm_raise(env, EXCP_UDEF, syn_uncategorized());
    }
    advance_step(env, STEPPED_INSN);
    arm_raise_after(env, EXCP_SMC, syn_make(EC_SMC64, imm));
}

void helper_semihosting(CPUARMState *env)
{
    advance_step(env, STEPPED_INSN);
    arm_raise_after(env, EXCP_SEMIHOST, 0);
}

void helper_exception_return(CPUARMState *env, uint64_t pc)
{
    arm_exception_return(env, pc);
}

void helper_check_entry(CPUARMState *env, uint64_t mask)
{
    if (!(mask >> env->tcg.entry & 1)) {
        arm_entry_refused(env_cpu(env));
    }
    env->tcg.entry = 0;
}

uint64_t helper_pauth_sign(CPUARMState *env, uint64_t ptr, uint64_t modifier, uint64_t key)
{
    return arm_pauth_sign(env, ptr, modifier, key);
}

uint64_t helper_pauth_check(CPUARMState *env, uint64_t ptr, uint64_t modifier, uint64_t key)
{
    return arm_pauth_check(env, ptr, modifier, key & (PAUTH_COMBINED - 1), key & PAUTH_COMBINED);
}

uint64_t helper_pauth_strip(CPUARMState *env, uint64_t ptr, uint64_t data)
{
    return arm_pauth_strip(env, ptr, data);
}

uint64_t helper_pauth_generic(CPUARMState *env, uint64_t data, uint64_t modifier)
{
    return arm_pauth_generic(env, data, modifier);
}

void helper_pauth_trap(CPUARMState *env)
{
    arm_raise_to(env, EXCP_PAUTH, syn_make(EC_PAUTH_TRAP, 0),
                 arm_pauth_trap_el(env, arm_current_el(env)));
}

void helper_sp_written(CPUARMState *env, uint64_t was_bad)
{
    if ((arm_get_mode(env) & MODE_SP_BAD) != was_bad) {
        arm_mode_changed(env);
    }
}

void helper_misaligned_pc(CPUARMState *env)
{
    cpu_restore_pc(env_cpu(env));
    env->exception.vaddress = env->pc;
    arm_raise(env, EXCP_PC_ALIGN, syn_make(EC_PC_ALIGNMENT, 0));
}

void helper_yield(CPUARMState *env)
{
    cpu_yield_turn(env_cpu(env));
}

void helper_dsb(CPUARMState *env)
{
    tlb_sync(env_cpu(env));
}

void helper_wfi(CPUARMState *env)
{
    CPUState *cs = env_cpu(env);

    if (cpu_has_work(cs)) {
        return;
    }
    qatomic_set(&cs->halted, 1);
    arm_raise_after(env, EXCP_HLT, 0);
}

void helper_wfe(CPUARMState *env)
{
    if (arm_wait_for_event(env, UINT64_MAX)) {
        qatomic_set(&env_cpu(env)->halted, 1);
        arm_raise_after(env, EXCP_HLT, 0);
    }
}

void helper_sev(CPUARMState *env, uint64_t all)
{
    if (all) {
        arm_send_event();
    } else {
        qatomic_set(&env->event, 1);
    }
}

/* WFI and WFE: trapped at EL0 by SCTLR, at EL1 and EL0 by HCR_EL2, below EL3 by SCR_EL3. */
void helper_check_wfx(CPUARMState *env, uint64_t iss)
{
    unsigned el = arm_current_el(env);
    bool event = iss & 1;

    if (el == 0 && !(arm_sctlr(env) & (event ? SCTLR_nTWE : SCTLR_nTWI))) {
        arm_raise(env, EXCP_SYS_TRAP, syn_wfx(iss));
    }
    if (el < 2 && !arm_in_host(env) && (arm_hcr(env) & (event ? HCR_TWE : HCR_TWI))) {
        arm_raise_to(env, EXCP_SYS_TRAP, syn_wfx(iss), 2);
    }
    if (el < 3 && arm_has_el(env, 3) && (env->sys.scr & (event ? SCR_TWE : SCR_TWI))) {
        arm_raise_to(env, EXCP_SYS_TRAP, syn_wfx(iss), 3);
    }
}

/* A step does not wait: the instruction may end at any time. */
void helper_wfxt(CPUARMState *env, uint64_t timeout, uint64_t iss, uint64_t may_wait)
{
    uint64_t now = arm_virtual_counter(env), when;
    bool event = iss & 1;

    if (now >= timeout) {
        if (event) {
            arm_take_event(env);
        }
        return;
    }
    helper_check_wfx(env, iss);
    if (__builtin_add_overflow(arm_counter(env), timeout - now, &when)) {
        when = UINT64_MAX;
    }
    if (may_wait && (event ? arm_wait_for_event(env, when) : arm_wait_until(env, when))) {
        qatomic_set(&env_cpu(env)->halted, 1);
        arm_raise_after(env, EXCP_HLT, 0);
    }
}

void helper_check_uma(CPUARMState *env, uint64_t syndrome)
{
    if (!(arm_sctlr(env) & SCTLR_UMA)) {
        arm_raise(env, EXCP_SYS_TRAP, syndrome);
    }
}

/* Active-pending raises; active-not-pending executes one instruction. ISV, EX: D2.12.7 */
void helper_step_begin(CPUARMState *env)
{
    uint32_t isv = env->stepped ? 1u << 24 : 0;
    uint32_t ex = env->stepped & STEPPED_EXCLUSIVE ? 1u << 6 : 0;

    if (!(env->pstate & PSTATE_SS)) {
        arm_raise(env, EXCP_STEP, syn_make(EC_STEP_LOWER, isv | ex | FSC_DEBUG));
    }
    env->stepped = 0;
}

void helper_step_done(CPUARMState *env, uint64_t how)
{
    advance_step(env, how);
}

void helper_mode_changed(CPUARMState *env)
{
    arm_mode_changed(env);
}

void helper_set_pstate_bit(CPUARMState *env, uint64_t bit, uint64_t val)
{
    uint64_t pstate = pstate_read(env);

    pstate_write(env, val ? pstate | bit : pstate & ~bit);
}

void helper_daif_clear(CPUARMState *env, uint64_t bits)
{
    env->pstate &= ~bits;
    arm_daif_changed(env);
}

uint64_t helper_sysreg_read(CPUARMState *env, const ARMSysReg *r)
{
    return r->read(env, r);
}

uint64_t helper_sysreg_read_bql(CPUARMState *env, const ARMSysReg *r)
{
    uint64_t val;

    bql_lock();
    val = r->read(env, r);
    bql_unlock();
    return val;
}

void helper_sysreg_write(CPUARMState *env, const ARMSysReg *r, uint64_t val)
{
    r->write(env, r, val);
}

void helper_sysreg_write_bql(CPUARMState *env, const ARMSysReg *r, uint64_t val)
{
    bql_lock();
    r->write(env, r, val);
    bql_unlock();
}

/* Traps of EL2 and EL3, which come after those of EL1. */
void helper_sysreg_trap(CPUARMState *env, const ARMSysReg *r, uint64_t is_read, uint64_t syndrome)
{
    unsigned target = arm_sysreg_trap_el(env, r, is_read);

    if (target) {
        arm_raise_to(env, EXCP_SYS_TRAP, syndrome, target);
    }
}

void helper_sysreg_undefined(CPUARMState *env, const ARMSysReg *r)
{
    if (r->undefined(env)) {
        arm_raise(env, EXCP_UDEF, syn_uncategorized());
    }
}

void helper_esb(CPUARMState *env)
{
    arm_error_barrier(env);
}

void helper_sysreg_check(CPUARMState *env, const ARMSysReg *r, uint64_t is_read, uint64_t syndrome)
{
    if (!r->check(env, r, is_read)) {
        arm_raise(env, EXCP_SYS_TRAP, syndrome);
    }
}

void helper_check_alignment(CPUARMState *env, uint64_t addr, uint64_t mask)
{
    if (addr & mask) {
        arm_unaligned_access(env_cpu(env), addr, MMU_DATA_STORE);
    }
}

/* ---- 16-byte atomics ---- */

typedef struct Pair {
    uint64_t lo, hi;
} Pair;

/* One atomic instruction of the host; *lo and *hi become what was there. */
static bool host_cmpxchg_16(void *host, uint64_t *lo, uint64_t *hi, Pair new)
{
    unsigned __int128 old = (unsigned __int128)*hi << 64 | *lo;
    unsigned __int128 val = (unsigned __int128)new.hi << 64 | new.lo;
    unsigned __int128 seen = __sync_val_compare_and_swap((unsigned __int128 *)host, old, val);

    *lo = (uint64_t)seen;
    *hi = (uint64_t)(seen >> 64);
    return seen == old;
}

/* The two numbers as they are in memory. */
static Pair ordered(const CPUARMState *env, Pair p)
{
    return arm_is_big_endian(env) ? (Pair){ bswap64(p.lo), bswap64(p.hi) } : p;
}

/* Compares and exchanges the 16 aligned bytes at @addr; *expected becomes what was there. */
static bool cmpxchg_pair(CPUARMState *env, uint64_t addr, Pair *expected, Pair new)
{
    uint32_t op = MO_64 | (arm_is_big_endian(env) ? MO_BSWAP : 0);
    void *host;
    bool same;
    Pair old;

    if (addr & 15) {
        arm_unaligned_access(env_cpu(env), addr, MMU_DATA_STORE);
    }
    host = cpu_probe_host(env, addr, 16, MMU_DATA_STORE, false);
    if (host) {
        Pair seen = ordered(env, *expected);

        same = host_cmpxchg_16(host, &seen.lo, &seen.hi, ordered(env, new));
        *expected = ordered(env, seen);
        return same;
    }
    old.lo = cpu_ld_mmu(env, addr, op, false);
    old.hi = cpu_ld_mmu(env, addr + 8, op, false);
    same = old.lo == expected->lo && old.hi == expected->hi;
    if (same) {
        cpu_st_mmu(env, addr, new.lo, op, false);
        cpu_st_mmu(env, addr + 8, new.hi, op, false);
    }
    *expected = old;
    return same;
}

uint64_t helper_stxp(CPUARMState *env, uint64_t addr, uint64_t lo, uint64_t hi)
{
    Pair expected = { env->exclusive_val, env->exclusive_high };
    bool done = addr == env->exclusive_addr && cmpxchg_pair(env, addr, &expected, (Pair){ lo, hi });

    env->exclusive_addr = UINT64_MAX;
    return !done;
}

static uint64_t xreg(const CPUARMState *env, unsigned reg)
{
    return reg == 31 ? 0 : env->xregs[reg];
}

void helper_casp(CPUARMState *env, uint64_t addr, uint64_t rs, uint64_t rt)
{
    Pair expected = { xreg(env, rs), xreg(env, rs + 1) };

    if (!(addr & 15)) {
        cpu_probe_host(env, addr, 16, MMU_DATA_LOAD, false); /* its faults come first */
    }
    if (env_cpu(env)->guest_debug & GUEST_DEBUG_WATCH) {
        arm_check_watchpoint(env_cpu(env), addr, 16, false, false);
    }
    cmpxchg_pair(env, addr, &expected, (Pair){ xreg(env, rt), xreg(env, rt + 1) });
    env->xregs[rs] = expected.lo;
    if (rs + 1 != 31) {
        env->xregs[rs + 1] = expected.hi;
    }
}

/* ---- arithmetic atomics on big-endian numbers ---- */

static uint64_t swap_sized(uint64_t v, unsigned size)
{
    return bswap64(v) >> (64 - (8u << size));
}

/* @a and @b have the bits of their size only. */
static uint64_t arithmetic(TCGAtomicOp op, uint64_t a, uint64_t b, unsigned size)
{
    unsigned unused = 64 - (8u << size);
    bool less = a < b, sless = (int64_t)(a << unused) < (int64_t)(b << unused);

    switch (op) {
    case TCG_ATOMIC_ADD:
        return (a + b) << unused >> unused;
    case TCG_ATOMIC_SMAX:
        return sless ? b : a;
    case TCG_ATOMIC_SMIN:
        return sless ? a : b;
    case TCG_ATOMIC_UMAX:
        return less ? b : a;
    default:
        return less ? a : b;
    }
}

/* True if @host had *@old; *@old becomes what it had. */
static bool host_cmpxchg(void *host, unsigned size, uint64_t *old, uint64_t new)
{
    uint64_t expected = *old;

    switch (size) {
    case MO_16:
        *old = qatomic_cmpxchg((uint16_t *)host, (uint16_t)expected, (uint16_t) new);
        break;
    case MO_32:
        *old = qatomic_cmpxchg((uint32_t *)host, (uint32_t)expected, (uint32_t) new);
        break;
    default:
        *old = qatomic_cmpxchg((uint64_t *)host, expected, new);
    }
    return *old == expected;
}

uint64_t helper_atomic_be(CPUARMState *env, uint64_t addr, uint64_t val, uint64_t desc)
{
    TCGAtomicOp op = (TCGAtomicOp)(desc >> 8);
    unsigned size = desc & 3, unused = 64 - (8u << size);
    uint64_t seen = 0, old, new;
    void *host;

    val = val << unused >> unused;
    if (addr & ((1u << size) - 1)) {
        arm_unaligned_access(env_cpu(env), addr, MMU_DATA_STORE);
    }
    cpu_probe_host(env, addr, 1u << size, MMU_DATA_LOAD, false); /* its faults come first */
    host = cpu_probe_host(env, addr, 1u << size, MMU_DATA_STORE, false);
    if (!host) {
        old = cpu_ld_mmu(env, addr, size | MO_BSWAP, false);
        cpu_st_mmu(env, addr, arithmetic(op, old, val, size), size | MO_BSWAP, false);
        return old;
    }
    do {
        old = swap_sized(seen, size);
        new = swap_sized(arithmetic(op, old, val, size), size);
    } while (!host_cmpxchg(host, size, &seen, new));
    return old;
}
